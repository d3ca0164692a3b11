"""Read one file: recognise it, refuse it or hand out rows of canonical tables, chunk by chunk.

Rows about people (health, services, surveys) never leave this file: they are gathered in memory,
become counts, and the counts are handed out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from offramp.catalogue.problems import InputError, Problem
from offramp.data import counts
from offramp.data.areas import AreaMap
from offramp.data.police_api import read_api
from offramp.data.raw import (
    Header,
    Source,
    chunks,
    header_of,
    text_before,
    text_chunks,
)
from offramp.data.recognise import must_fit, recognise
from offramp.data.refused import refuse_columns, refuse_content
from offramp.data.rules import Read, Reader, shipped
from offramp.data.survey import given_totals, totals
from offramp.data.tables import strange_words, tables
from offramp.data.translate import Context, chosen, translate

if TYPE_CHECKING:
    import pandas as pd

MONTH_IN_NAME = re.compile(r"^(\d{4}-\d{2})-")
AGENCY_IN_NAME = re.compile(r"^\d{4}-\d{2}-(.+)-(?:street|outcomes)\b")


@dataclass(frozen=True)
class Options:
    """What the user said about the files. agency: for files that do not name theirs."""

    reader: Reader | None = None
    mapping: bool = False  # the reader is the user's own
    agency: str = "unknown"
    areas: AreaMap | None = None


@dataclass
class FileRead:
    """What was noticed while one file was read. rows: of the file; duplicates: rows alike in
    every column that is read; words: (month, word of the file) of how contacts ended."""

    source: Source
    reader: Reader
    context: Context
    rows: int = 0
    duplicates: int = 0
    words: Counter[tuple[str, str]] = field(default_factory=Counter)


Take = Callable[[str, "pd.DataFrame"], None]


def read_file(source: Source, options: Options, take: Take) -> FileRead:
    """Read one file and give every frame of every table to `take(table, frame)`.

    Raises InputError with every problem found; what `take` got before must then be dropped."""
    reader, parts, trailer = _open(source, options)
    agency = options.agency
    context = Context(source.shown, source.name, agency, trailer, options.areas)
    result = FileRead(source, reader, context)
    people: dict[int, list[tuple[pd.DataFrame, pd.DataFrame]]] = {}
    folded: dict[int, list[pd.DataFrame]] = {}
    known = not options.mapping
    for chunk in parts:
        if result.rows == 0 and not chunk.empty:
            refuse_content(source.shown, chunk, reader.header if known else ())
        result.rows += len(chunk)
        result.duplicates += _duplicates(chunk)
        for number, read in enumerate(reader.read):
            frame = translate(read, _unpivoted(reader, read, chunk), context)
            if counts.is_people(read) or read.questions:
                people.setdefault(number, []).append((chunk, frame))
            elif read.table == "surveys":
                folded.setdefault(number, []).append(given_totals(read, frame, context))
            elif tables()[read.table].rows == "rows":
                _note_words(read, chunk, frame, result)
                take(read.table, _row_table(read, frame))
            elif len(frame):
                folded.setdefault(number, []).append(counts.folded(tables()[read.table], frame))
    if result.rows == 0:
        context.problem(0, "", "has no rows", "rows below the line of names")
    must_be_its_month(result)
    if context.problems:
        raise InputError(_shortened(context))
    for number, parts_ in people.items():
        _check(reader, take, reader.read[number], _of_people(reader.read[number], parts_, context))
    for number, frames in folded.items():
        together = _of_counts(reader.read[number], frames)
        _must_be_its_agency(context, together)
        _check(reader, take, reader.read[number], together)
    if context.problems:
        raise InputError(_shortened(context))
    return result


def _open(
    source: Source, options: Options
) -> tuple[Reader, Iterator[pd.DataFrame], dict[str, str]]:
    if source.is_json:
        kind, frame = read_api(source)
        reader = options.reader or next(r for r in shipped() if r.json_ == kind)
        if reader.json_ != kind:
            raise InputError(
                Problem(source.shown, 0, "", f"holds {kind}", f"'{reader.id}' reads other files")
            )
        return reader, iter([frame]), {}
    reader, header = recognised(source, options)
    used = None if reader.unpivot else sorted(reader.columns_used)
    if reader.trailer is not None:
        text, after = text_before(source, reader.trailer, reader.encoding)
        return reader, text_chunks(text, header.delimiter, header.columns), _trailer(after)
    if options.mapping:
        used = None  # what stands in the others is looked at too, to refuse it
    return reader, chunks(source, header, used, reader.encoding), {}


def recognised(source: Source, options: Options) -> tuple[Reader, Header]:
    """Which reader a delimited file is for, and its columns.

    Raises InputError: no reader, a column that is needed is missing, or one must not be there."""
    encodings = options.reader.encoding if options.reader else ["utf-8", "cp1252"]
    header = header_of(source, encodings)
    if options.mapping or options.reader is None or options.reader.file_name is None:
        refuse_columns(source.shown, header.columns, _harmless(header, options))
    reader = options.reader or recognise(source, header)
    must_fit(source, header, reader)
    if reader.delimiter:
        header = Header(header.columns, reader.delimiter, header.encoding)
    return reader, header


def _harmless(header: Header, options: Options) -> list[str]:
    """Columns whose name only looks like that of a person: known from a shipped reader."""
    if options.mapping:
        assert options.reader is not None
        area = [read.columns.get("area") for read in options.reader.read]
        return [name for column in area if column is not None for name in column.sources]
    columns = set(header.columns)
    return [name for reader in shipped() if set(reader.header) <= columns for name in reader.header]


def _trailer(lines: list[str]) -> dict[str, str]:
    """`"Dataset: Multiple Cause of Death, 1999-2019"` is Dataset = Multiple Cause of Death, ..."""
    found: dict[str, str] = {}
    for line in lines:
        key, colon, value = line.strip().strip('"').partition(": ")
        if colon:
            found.setdefault(key, value)
    return found


def _unpivoted(reader: Reader, read: Read, chunk: pd.DataFrame) -> pd.DataFrame:
    """One row for each column that holds counts."""
    rule = reader.unpivot
    if rule is None:
        return chunk
    wide = [name for name in chunk.columns if re.search(rule.only, str(name))]
    keep = [name for name in chunk.columns if name not in wide]
    chunk = chosen(read, chunk)
    text = chunk[wide].astype(str)
    long = chunk[keep].join(text).melt(
        id_vars=keep, value_vars=wide, var_name=rule.names, value_name=rule.values,
        ignore_index=False,
    )  # fmt: skip
    index = long.index
    long = long.reset_index(drop=True).astype("category")
    long.index = index
    return long


def _duplicates(chunk: pd.DataFrame) -> int:
    import pandas as pd

    return int(pd.util.hash_pandas_object(chunk, index=False).duplicated().sum())


def _note_words(read: Read, chunk: pd.DataFrame, frame: pd.DataFrame, result: FileRead) -> None:
    rule = read.columns.get("ended")
    if rule is None or not rule.sources or "month" not in frame:
        return
    raw = chunk.loc[frame.index, rule.sources[0]]
    together = frame["month"].to_frame().assign(word=raw).groupby(["month", "word"], observed=True)
    for key, number in together.size().items():
        assert isinstance(key, tuple)
        result.words[(str(key[0]), str(key[1]))] += int(number)


def _row_table(read: Read, frame: pd.DataFrame) -> pd.DataFrame:
    names = list(tables()[read.table].names)
    if read.table == "cohorts":
        frame = frame.assign(group="all") if "group" not in frame else frame
    return frame[names].reset_index(drop=True)


def _of_people(
    read: Read, parts: list[tuple[pd.DataFrame, pd.DataFrame]], context: Context
) -> pd.DataFrame:
    import pandas as pd

    table = tables()[read.table]
    chunk = pd.concat([chunk.astype(str) for chunk, _ in parts])
    frame = pd.concat([frame.astype(dict.fromkeys(_texts(frame), str)) for _, frame in parts])
    if read.questions:
        found = totals(read, chunk, frame, context)
        return found[list(table.names)]
    flags = pd.DataFrame(
        {number: counts.says_yes(also, chunk) for number, also in enumerate(read.also)},
        index=chunk.index,
    ).loc[frame.index]
    if read.person is not None:
        frame["person"] = chunk.loc[frame.index, read.person]
    return counts.folded(table, counts.of_people(read, frame, flags))


def _texts(frame: pd.DataFrame) -> list[str]:
    import pandas as pd

    return [str(c) for c in frame.columns if isinstance(frame[c].dtype, pd.CategoricalDtype)]


def _of_counts(read: Read, frames: list[pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    frame = frames[0]
    if read.table == "surveys":
        return pd.concat(frames, ignore_index=True)[list(tables()["surveys"].names)]
    if len(frames) > 1:
        together = [part.astype(dict.fromkeys(_texts(part), str)) for part in frames]
        frame = counts.folded(tables()[read.table], pd.concat(together, ignore_index=True))
    frame = frame.astype(dict.fromkeys(_texts(frame), str))
    return counts.with_breaks(read, counts.last_are_provisional(read, frame))


def _check(reader: Reader, take: Take, read: Read, frame: pd.DataFrame) -> None:
    frame = frame.astype(dict.fromkeys(_texts(frame), str))
    strange = strange_words(tables()[read.table], frame)
    if strange:
        raise InputError(
            [
                Problem(reader.id, 0, column, f"gives '{word}'", "a word of the table")
                for column, word in strange
            ]
        )
    take(read.table, frame)


def must_be_its_month(result: FileRead) -> None:
    """A monthly file holds its own month (an hour of summer time may fall before it)."""
    named = MONTH_IN_NAME.match(result.source.name)
    months = result.context.file_months
    if named is None or not months:
        return
    month, number = months.most_common(1)[0]
    if month != named.group(1) and months[named.group(1)] < number:
        result.context.problem(
            0, "", f"is named for {named.group(1)}, but most rows are of {month}", "check the file"
        )


def _must_be_its_agency(context: Context, frame: pd.DataFrame) -> None:
    """A file of data.police.uk is named for the agency whose rows it holds."""
    named = AGENCY_IN_NAME.match(context.name)
    if named is None or not len(frame):
        return
    agencies = sorted(set(frame["agency"].astype(str)) - {"unknown", ""})
    if agencies and named.group(1) not in agencies:
        what = f"is named for {named.group(1)}, but its rows are of {', '.join(agencies[:3])}"
        context.problem(0, "", what, "check the file")


def _shortened(context: Context) -> list[Problem]:
    from offramp.data.translate import MOST_LISTED

    problems = sorted(set(context.problems))
    if len(problems) > MOST_LISTED:
        more = Problem(context.shown, 0, "", "has more rows like these", "mend the column")
        problems = [*problems[:MOST_LISTED], more]
    return problems
