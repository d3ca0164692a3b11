"""Contacts of a well-formed file, read by DuckDB: many times faster than row frames.

The reader's rules stay what they are. Every different word of a column is put through the same
function as in `translate`, once, and joined back as a small table; dates, minutes and areas are
the same arithmetic written as SQL. Whatever is not plainly well formed (another encoding, a torn
row, a date that is none or lies ahead, another way to write dates) makes `read_in_sql` return
None: then `reading.read_file` reads the file and says what is wrong with it, row by row.

A packed file is unpacked into a file without a name, which goes when the process goes.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from offramp.catalogue.problems import InputError
from offramp.data.raw import BLOCK, Header, Source, torn_is_told
from offramp.data.refuse import BLANK_COLUMNS
from offramp.data.rules import Column, Read, Reader
from offramp.data.tables import SOURCE, SQL_TYPES, tables
from offramp.data.translate import Context, put_words

if TYPE_CHECKING:
    import duckdb

    from offramp.data.quality import Tally
    from offramp.data.reading import FileRead, Options

IN_MEMORY = 256 << 20  # bytes; a larger file is scanned again for each question instead
MEMORY = "2500MB"
DAY_AND_TIME = r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d|[+-]\d{4})?)?"
OFFSET = r".*:.*(Z|[+-]\d\d:?\d\d)"


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def named(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _can_try(source: Source, reader: Reader, header: Header, options: Options) -> bool:
    """True for files whose rows are contacts and whose rules are simple enough."""
    if reader.trailer or reader.unpivot or options.areas or len(reader.read) > 1:
        return False
    read = reader.read[0]
    date = read.columns.get("date")
    odd = {"n", "period", "months"} & set(read.columns)
    drops = any(
        "drop" in (rule.other, rule.blank, *rule.values.values()) for rule in read.columns.values()
    )
    present = [name for name in date.sources if name in header.columns] if date else []
    return bool(
        read.table == "contacts"
        and not odd
        and not drops
        and date is not None
        and date.form == "iso"
        and len(present) == 1
        and header.encoding == "utf-8-sig"
        and (not _packed(source) or os.name == "posix")
    )


def _packed(source: Source) -> bool:
    if source.member is not None:
        return True
    with source.path.open("rb") as file:
        start = file.read(6)
    return start.startswith((b"\xfd7zXZ", b"\x1f\x8b"))


@contextmanager
def plain_file(source: Source) -> Iterator[tuple[str, int]]:
    """A path that DuckDB can read, and the size."""
    if not _packed(source):
        yield str(source.path), source.path.stat().st_size
        return
    with tempfile.TemporaryFile() as beside:
        with torn_is_told(source), source.open() as file:
            _copy(file, beside)
        beside.flush()
        yield f"/dev/fd/{beside.fileno()}", beside.tell()


def _copy(file: IO[bytes], to: IO[bytes]) -> None:
    while block := file.read(BLOCK):
        to.write(block)


@dataclass
class _Parts:
    """The pieces of the SELECT that makes the contacts table."""

    joins: list[str]
    columns: dict[str, str]


def read_in_sql(
    source: Source, options: Options, to: tuple[str, Path] | None
) -> tuple[FileRead, Tally] | None:
    """Read a file; with `to` (the import's id, a path) write its contacts there as Parquet.

    None when the file wants `read_file`. Raises InputError for what must not be stored."""
    import duckdb

    from offramp.data.reading import recognised

    if source.is_json:
        return None
    reader, header = recognised(source, options)
    if not _can_try(source, reader, header, options):
        return None
    with plain_file(source) as (path, size), duckdb.connect() as connection:
        connection.execute(f"SET threads = 2; SET memory_limit = '{MEMORY}'")
        connection.execute("SET temp_directory = ''; SET TimeZone = 'UTC'")
        connection.execute("SET enable_progress_bar = false")
        try:
            return _read(connection, path, size, source, reader, header, options, to)
        except (duckdb.Error, UnicodeDecodeError):
            return None


def _read(
    connection: duckdb.DuckDBPyConnection,
    path: str,
    size: int,
    source: Source,
    reader: Reader,
    header: Header,
    options: Options,
    to: tuple[str, Path] | None,
) -> tuple[FileRead, Tally] | None:
    from offramp.data.reading import FileRead, must_be_its_month
    from offramp.data.refused import refuse_content

    read = reader.read[0]
    present = set(header.columns)
    used = [c for c in sorted(reader.columns_used) if c in present]
    looked_at = list(header.columns) if options.mapping else used
    file = _scan(path, header)
    head = connection.execute(f"SELECT {_texts(looked_at)} FROM {file} LIMIT 2000").df()
    if head.empty:
        return None
    refuse_content(source.shown, head, () if options.mapping else reader.header)
    kind = "TEMP TABLE" if size <= IN_MEMORY else "TEMP VIEW"
    derived = _derived(read, present, used)
    connection.execute(
        f"CREATE {kind} whole AS SELECT *, {derived[1]} FROM "
        f"(SELECT *, {derived[0]} FROM (SELECT {_texts(used)} FROM {file}))"
    )
    connection.execute(f"CREATE TEMP VIEW raw AS SELECT * FROM whole WHERE {_chosen(read)}")
    context = Context(source.shown, source.name, options.agency, {}, None)
    result = FileRead(source, reader, context)
    if not _notice(connection, read, present, result):
        return None
    parts = _columns(connection, read, present, context)
    _view(connection, read, present, parts, options.agency)
    must_be_its_month(result)
    if context.problems:
        raise InputError(context.problems)
    if to is not None:
        _store(connection, *to)
    tally = tally_of(connection, "kept" if to is not None else "mapped")
    tally.words = result.words
    return result, tally


def _scan(path: str, header: Header) -> str:
    columns = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in header.columns)
    return (
        f"read_csv({quoted(path)}, header = true, auto_detect = false, "
        f"delim = {quoted(header.delimiter)}, quote = '\"', escape = '\"', "
        f"strict_mode = true, columns = {{{columns}}})"
    )


def _texts(columns: list[str]) -> str:
    return ", ".join(f"coalesce({named(c)}, '') AS {named(c)}" for c in columns)


def _chosen(read: Read) -> str:
    parts = []
    for rules, no in ((read.where, ""), (read.where_not, "NOT ")):
        for name, words in rules.items():
            parts.append(f"{named(name)} {no}IN ({', '.join(quoted(w) for w in words)})")
    return " AND ".join(parts) or "true"


def _derived(read: Read, present: set[str], used: list[str]) -> tuple[str, str]:
    """What is worked out once for every row, in two steps: its times, place and likeness.

    `@world` is universal time, `@local` the place's, `@alike` the same for rows that are
    alike in every column that is read."""
    rule = read.columns["date"]
    text = f"trim({named(next(name for name in rule.sources if name in present))})"
    offset = f"regexp_full_match({text}, {quoted(OFFSET)})"
    plain = f"try_cast({text} AS TIMESTAMP)"

    def clock(zone: str) -> str:
        there = f"timezone({quoted(zone)}, try_cast({text} AS TIMESTAMPTZ))"
        return f"CASE WHEN {offset} THEN {there} ELSE {plain} END"

    world, local = clock("UTC"), clock(rule.time_zone or "UTC")
    joined = "concat_ws(chr(31), " + ", ".join(named(name) for name in used) + ")"
    lat, lon, inside = "CAST(NULL AS DOUBLE)", "CAST(NULL AS DOUBLE)", "false"
    if _has_points(read, present):
        assert read.map is not None
        lat, lon = (
            f"try_cast({named(name)} AS DOUBLE)" for name in (read.map.latitude, read.map.longitude)
        )
        south, north, west, east = read.map.box
        inside = f'"@lat" BETWEEN {south} AND {north} AND "@lon" BETWEEN {west} AND {east}'
    first = (
        f'{world} AS "@world", {local} AS "@local", {lat} AS "@lat", {lon} AS "@lon", '
        f'hash({joined}) AS "@alike", contains({text}, \':\') AS "@timed", '
        f'regexp_full_match({text}, {quoted(DAY_AND_TIME)}) AS "@written"'
    )
    second = (
        'strftime("@local", \'%Y-%m\') AS "@month", '
        'coalesce(isfinite("@lat") AND isfinite("@lon"), false) AS "@known", '
        f'coalesce({inside}, false) AS "@inside"'
    )
    return first, second


def _has_points(read: Read, present: set[str]) -> bool:
    return read.map is not None and "area" not in read.columns and read.map.latitude in present


def _columns(
    connection: duckdb.DuckDBPyConnection, read: Read, present: set[str], context: Context
) -> _Parts:
    """A small table for each rule: the different words of the file and what they become."""
    table = tables()["contacts"]
    parts = _Parts([], {})
    words = [name for name in read.columns if name != "date"]
    sources = {n: [s for s in read.columns[n].sources if s in present] for n in words}
    every = sorted({name for names in sources.values() for name in names})
    if every:
        listed = ", ".join(named(name) for name in every)
        connection.execute(
            f"CREATE TEMP TABLE words AS SELECT {listed}, count(*) AS rows FROM raw GROUP BY ALL"
        )
    for number, name in enumerate(words):
        rule = read.columns[name]
        if not sources[name]:
            word = put_words(name, rule, table, None, context)
            parts.columns[name] = quoted(str(word.iloc[0]))
        else:
            _lookup(connection, number, name, rule, sources[name], context, parts)
    return parts


def _lookup(
    connection: duckdb.DuckDBPyConnection,
    number: int,
    name: str,
    rule: Column,
    sources: list[str],
    context: Context,
    parts: _Parts,
) -> None:
    listed = ", ".join(named(source) for source in sources)
    frame = connection.execute(
        f"SELECT {listed}, CAST(sum(rows) AS BIGINT) AS rows FROM words GROUP BY ALL ORDER BY ALL"
    ).df()
    weights = frame.pop("rows")
    out = put_words(name, rule, tables()["contacts"], frame.astype("category"), context, weights)
    frame["to"] = out.astype(str).astype(object)
    connection.register(f"frame{number}", frame)
    connection.execute(f"CREATE TEMP TABLE to{number} AS SELECT * FROM frame{number}")
    connection.unregister(f"frame{number}")
    on = " AND ".join(f"raw.{named(s)} = to{number}.{named(s)}" for s in sources)
    parts.joins.append(f"JOIN to{number} ON {on}")
    parts.columns[name] = f'to{number}."to"'


def _view(
    connection: duckdb.DuckDBPyConnection,
    read: Read,
    present: set[str],
    parts: _Parts,
    agency: str,
) -> None:
    """The view `mapped`: the contacts table of the file."""
    columns = {
        "date": 'CAST("@local" AS DATE)',
        "month": '"@month"',
        "minute": 'CASE WHEN "@timed" THEN hour("@local") * 60 + minute("@local") END',
        "agency": quoted(agency),
        "n": "1",
        **_area(read, present),
        **parts.columns,
    }
    if "power" in parts.columns:
        columns["drugs"] = f"{parts.columns['power']} = 'misuse_of_drugs'"
    elif "object" in parts.columns:
        columns["drugs"] = f"{parts.columns['object']} = 'drugs'"
    listed = []
    for column in tables()["contacts"].columns:
        blank = {"area_kind": "none", "vocabulary": ""}.get(column.name, "unknown")
        sql = columns.get(column.name, quoted(blank) if column.kind == "text" else "false")
        listed.append(f"CAST({sql} AS {SQL_TYPES[column.kind]}) AS {named(column.name)}")
    connection.execute(
        f"CREATE TEMP VIEW mapped AS SELECT {', '.join(listed)} FROM raw {' '.join(parts.joins)}"
    )


def _area(read: Read, present: set[str]) -> dict[str, str]:
    if read.map is None or "area" in read.columns:
        return {}
    if not _has_points(read, present):
        return {"area": quoted("unknown"), "area_kind": quoted("none")}
    # Adding nought turns a minus nought into a plain one.
    square = 'printf(\'%.1f,%.1f\', floor("@lat" * 10) / 10 + 0.0, floor("@lon" * 10) / 10 + 0.0)'
    return {
        "area": f'CASE WHEN "@known" AND "@inside" THEN {square} ELSE \'unknown\' END',
        "area_kind": quoted("grid"),
    }


def _notice(
    connection: duckdb.DuckDBPyConnection, read: Read, present: set[str], result: FileRead
) -> bool:
    """What a report says beside the rows: alike, moved, without a place, words by month.

    False when a date is wrong, lies ahead or is written in another way."""
    from datetime import UTC, datetime

    today = datetime.now(UTC).date().isoformat()
    good = (
        '"@written" AND "@local" IS NOT NULL AND "@local" >= TIMESTAMP \'1900-01-01\' '
        f"AND CAST(\"@local\" AS DATE) <= DATE '{today}'"
    )
    chosen = _chosen(read)
    placed = "true" if _has_points(read, present) else "false"
    numbers: Any = connection.execute(
        f"""SELECT count(*), count(DISTINCT "@alike"),
            count(*) FILTER (({chosen}) AND NOT coalesce({good}, false)),
            count(*) FILTER (({chosen}) AND month("@local") <> month("@world")),
            count(*) FILTER (({chosen}) AND {placed} AND "@known" AND NOT "@inside"),
            count(*) FILTER (({chosen}) AND {placed} AND NOT "@known")
            FROM whole"""
    ).fetchone()
    rows, different, bad, moved, outside, unplaced = (int(value) for value in numbers)
    if bad:
        return False
    context = result.context
    result.rows, result.duplicates = rows, rows - different
    context.moved, context.impossible_places, context.unplaced = moved, outside, unplaced
    ended = read.columns.get("ended")
    word = named(ended.sources[0]) if ended and set(ended.sources[:1]) & present else "NULL"
    for month, text, number in connection.execute(
        f'SELECT "@month", {word} AS word, count(*) FROM raw GROUP BY ALL'
    ).fetchall():
        context.file_months[month] += number
        if text is not None:
            result.words[(month, text)] += number
    return True


def _store(connection: duckdb.DuckDBPyConnection, number: str, path: Path) -> None:
    """Write the contacts as Parquet; the file appears whole. `kept` reads them back."""
    from offramp.data.owner_only import close_to_others

    beside = path.with_name(path.name + ".part")
    connection.execute(
        f"COPY (SELECT *, {quoted(number)} AS {SOURCE} FROM mapped) TO {quoted(str(beside))} "
        "(FORMAT parquet, COMPRESSION zstd)"
    )
    close_to_others(beside)
    beside.replace(path)
    connection.execute(f"CREATE TEMP VIEW kept AS SELECT * FROM read_parquet({quoted(str(path))})")


def tally_of(connection: duckdb.DuckDBPyConnection, view: str) -> Tally:
    """The same counts as `Tally.add` makes of frames."""
    from offramp.data.quality import GROUP_COLUMNS, Tally
    from offramp.data.refuse import MonthOfAgency

    tally = Tally()
    blanks = ", ".join(
        f"count(*) FILTER ({name} = 'unknown') AS {named(name)}" for name in BLANK_COLUMNS
    )
    months = connection.execute(
        f"""SELECT agency, month, count(*) AS rows, count(*) FILTER (drugs) AS drugs,
            count(*) FILTER (ended = 'unknown') AS no_outcome,
            count(*) FILTER (ended = 'no_action') AS no_action,
            count(*) FILTER (ended = 'arrest') AS arrests,
            count(*) FILTER (minute = 0) AS midnight,
            count(*) FILTER (found <> 'unknown') AS found_known,
            count(*) FILTER (day(date) = 1) AS on_first,
            max(day(date)) AS last_day, min(day(date)) AS first_day, {blanks}
            FROM {view} GROUP BY agency, month ORDER BY ALL"""
    )
    names = [column[0] for column in months.description or ()]
    for row in months.fetchall():
        month = MonthOfAgency(**dict(zip(names, row, strict=True)))
        tally.months[(month.agency, month.month)] = month
    listed = ", ".join(GROUP_COLUMNS)
    for *groups, blank, number in connection.execute(
        f"SELECT {listed}, ended = 'unknown', count(*) FROM {view} GROUP BY ALL"
    ).fetchall():
        for name, group in zip(GROUP_COLUMNS, groups, strict=True):
            tally.missing_by_group[(name, group, str(blank))] += number
    return tally
