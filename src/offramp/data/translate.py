"""One chunk of a file becomes rows of one table.

Only the columns that the reader lists are looked at; coordinates become areas and are dropped;
what no rule knows is told, not guessed.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from offramp.catalogue.problems import InputError, Problem
from offramp.data.areas import AreaMap, areas_of
from offramp.data.periods import PARTIAL, local_dates, period_reader
from offramp.data.rules import GROUPS, Column, Read
from offramp.data.tables import Table, tables
from offramp.data.words import agency_name, category, constant, each_word, squeezed, turner

if TYPE_CHECKING:
    import pandas as pd

MOST_LISTED = 50
NUMBERS = ("n", "months", "asked", "yes")


@dataclass
class Context:
    """What is known about the file beside its rows, and what was noticed while they were read."""

    shown: str
    name: str
    agency: str  # for files that do not say
    trailer: dict[str, str] = field(default_factory=dict)
    areas: AreaMap | None = None
    problems: list[Problem] = field(default_factory=list)
    new_words: Counter[tuple[str, str]] = field(default_factory=Counter)
    partial: Counter[str] = field(default_factory=Counter)
    moved: int = 0  # rows whose local month is not their month in universal time
    impossible_places: int = 0
    unplaced: int = 0
    file_months: Counter[str] = field(default_factory=Counter)

    def problem(self, line: int, field_: str, what: str, right: str) -> None:
        if len(self.problems) <= MOST_LISTED:
            self.problems.append(Problem(self.shown, line, field_, what, right))


def translate(read: Read, chunk: pd.DataFrame, context: Context) -> pd.DataFrame:
    """The chunk's rows for `read.table`, with `date` and groups where rows are people.

    Faults go to `context.problems`; the rows at fault are left out."""
    import pandas as pd

    table = tables()[read.table]
    chunk = chosen(read, chunk)
    out: dict[str, pd.Series] = {}
    keep = pd.Series(True, index=chunk.index)
    for name, rule in read.columns.items():
        if name in ("date", "period", *NUMBERS):
            continue
        out[name] = put_words(name, rule, table, chunk, context)
        if "drop" in (rule.other, rule.blank, *rule.values.values()):
            keep &= out[name] != "drop"
    if "date" in read.columns:
        keep &= _dates(read.columns["date"], chunk, context, out)
    if "period" in read.columns:
        keep &= _period(read, chunk, context, out)
    if "n" in read.columns:
        _counts(read.columns["n"], chunk, context, out)
    for name in NUMBERS[1:]:
        if name in read.columns:
            out[name] = _numbers(name, read.columns[name], chunk, context)
    if read.map is not None and "area" not in out:
        _places(read, chunk, context, out)
    if "agency" not in out:
        out["agency"] = constant(context.agency, chunk.index)
    frame = pd.DataFrame(out, index=chunk.index)
    if table.name == "contacts":
        _finish_contacts(frame, read)
    return frame if keep.all() else frame[keep]


def chosen(read: Read, chunk: pd.DataFrame) -> pd.DataFrame:
    """The rows that `where` and `where_not` let through."""
    import pandas as pd

    keep = pd.Series(True, index=chunk.index)
    for rules, wanted in ((read.where, True), (read.where_not, False)):
        for name, words in rules.items():
            keep &= chunk[name].astype(str).isin(words) == wanted
    return chunk if keep.all() else chunk[keep]


def _raw(rule: Column, chunk: pd.DataFrame) -> pd.Series | None:
    """The text that a rule looks at: the first of its columns that is not blank, or all joined."""
    present = [name for name in rule.sources if name in chunk.columns]
    if not present:
        return None
    first = chunk[present[0]]
    if len(present) == 1:
        return first
    for name in present[1:]:
        first = _with(first, chunk[name], join=bool(rule.join))
    return first


def _with(first: pd.Series, more: pd.Series, *, join: bool) -> pd.Series:
    """Two columns as one: the first where it is not blank, or both joined. Works on each
    different pair and not on each row."""
    import numpy as np

    left, right = first.cat.categories.tolist(), more.cat.categories.tolist()
    pairs = first.cat.codes.to_numpy().astype("int64") * len(right) + more.cat.codes.to_numpy()
    kinds, codes = np.unique(pairs, return_inverse=True)
    texts = []
    for kind in kinds.tolist():
        a, b = left[kind // len(right)], right[kind % len(right)]
        texts.append(a + b if join else a if a.strip() else b)
    return each_word(
        category(codes, [str(n) for n in range(len(texts))], first.index), lambda n: texts[int(n)]
    )


def put_words(
    name: str,
    rule: Column,
    table: Table,
    chunk: pd.DataFrame | None,
    context: Context,
    weights: pd.Series | None = None,
) -> pd.Series:
    """A column of text by its rule. chunk: None when the file has none of the rule's columns;
    weights: how many rows of the file each row of the chunk stands for (one)."""
    import pandas as pd

    kind = table.column(name)
    words = kind.words if kind else (_group_words(name) if name in GROUPS else ())
    raw = None if chunk is None else _raw(rule, chunk)
    if raw is None:
        index = pd.RangeIndex(1) if chunk is None else chunk.index
        return constant(_said(name, rule, words, context), index)
    counted: list[str] = []
    turn = turner(rule, words, counted.append)
    out = each_word(raw, agency_name if name == "agency" and not rule.values else turn)
    for word in counted:
        which = raw == word
        rows = which.sum() if weights is None else weights[which.to_numpy()].sum()
        context.new_words[(", ".join(rule.sources), word)] += int(rows)
    if name == "agency":
        out = each_word(out, lambda word: word or context.agency)
    return out


def _group_words(name: str) -> tuple[str, ...]:
    kind = tables()["contacts"].column({"ethnicity": "ethnicity_self"}.get(name, name))
    return kind.words if kind else ()


def _said(name: str, rule: Column, words: tuple[str, ...], context: Context) -> str:
    """The word for a column that the file does not have."""
    if rule.is_ is not None:
        return rule.is_
    if rule.file_name is not None:
        found = re.search(rule.file_name, context.name)
        if found:
            return agency_name(found.group(1)) if name == "agency" else found.group(1)
    if rule.trailer is not None:
        parts = [context.trailer.get(part.strip(), "") for part in rule.trailer.split(",")]
        return ": ".join(part for part in parts if part)
    if name == "agency":
        return context.agency
    return rule.blank if rule.blank is not None else "unknown" if words else ""


def _dates(
    rule: Column, chunk: pd.DataFrame, context: Context, out: dict[str, pd.Series]
) -> pd.Series:
    import numpy as np
    import pandas as pd

    raw = _raw(rule, chunk)
    if raw is None:
        raise InputError(
            Problem(context.shown, 1, ", ".join(rule.sources), "is missing", "the date of each row")
        )
    texts: list[str] = raw.cat.categories.to_numpy(dtype=object).tolist()
    forms = [rule.form] if isinstance(rule.form, str) else rule.form
    dates = local_dates(texts, forms, rule.time_zone)
    codes = raw.cat.codes.to_numpy()
    late = dates.day.to_numpy() > np.datetime64(datetime.now(UTC).date())
    blank = np.array([not text.strip() for text in texts], dtype=bool)
    written = " or ".join("2024-03-31" if form == "iso" else form for form in forms)
    right = f"dates are written as {written}"
    for wrong, what, hint in (
        (dates.wrong, "is not a date", right),
        (late, "has not happened yet", "check the year"),
        (blank, "is blank", "every row needs a date"),
    ):
        for row in np.flatnonzero(wrong[codes])[: MOST_LISTED + 1] if wrong.any() else ():
            shown = texts[codes[row]][:30]
            what_ = f"'{shown}' {what}" if shown else what
            context.problem(int(chunk.index[row]), ", ".join(rule.sources), what_, hint)
    context.moved += int(dates.moved[codes].sum())
    days = dates.day.to_numpy().astype("datetime64[s]")
    months = days.astype("datetime64[M]")
    kinds, place = np.unique(months, return_inverse=True)
    names = ["" if np.isnat(month) else str(month) for month in kinds]
    for month, number in zip(names, np.bincount(place[codes], minlength=len(names)), strict=True):
        context.file_months[month] += int(number)
    out["date"] = pd.Series(days[codes], chunk.index)
    out["month"] = category(place[codes], names, chunk.index)
    minute = pd.Series(dates.minute[codes], chunk.index).astype("Int64")
    out["minute"] = minute.mask(minute == -1)
    good = ~(dates.wrong | late | blank)
    return pd.Series(good[codes], chunk.index)


def _period(
    read: Read, chunk: pd.DataFrame, context: Context, out: dict[str, pd.Series]
) -> pd.Series:
    rule = read.columns["period"]
    kind = read.periods[0]
    forms = [rule.form] if isinstance(rule.form, str) else rule.form
    readers = [period_reader(form, kind) for form in forms]
    raw = _raw(rule, chunk)
    if raw is None:
        what = ", ".join(rule.sources)
        raise InputError(Problem(context.shown, 1, what, "is missing", "the period of each row"))
    wrong: list[str] = []

    def turn(text: str) -> str:
        for reader in readers:
            if found := reader(text.strip()):
                return found
        wrong.append(text)
        return ""

    out["period"] = each_word(raw, turn)
    out["period_kind"] = constant(kind, chunk.index)
    bad = raw.isin(wrong)
    for row in chunk.index[bad][: MOST_LISTED + 1]:
        right = f"a {kind}, written as {' or '.join(forms)}"
        what = f"'{raw[row]}' is not a period"
        context.problem(int(row), ", ".join(rule.sources), what, right)
    partial = out["period"] == PARTIAL
    for text, number in raw[partial].value_counts().items():
        if number:
            context.partial[str(text)] += int(number)
    return ~(bad | partial)


def _numbers(name: str, rule: Column, chunk: pd.DataFrame, context: Context) -> pd.Series:
    """Numbers of a column; missing where the file says so. Thousands may be set off by commas."""
    import pandas as pd

    raw = _raw(rule, chunk)
    if raw is None:
        raise InputError(Problem(context.shown, 1, name, "is missing", "the counts"))
    texts = raw.astype(str).str.strip()
    empty = {squeezed(word) for word in (*rule.missing, *rule.suppressed)} | {""}
    withheld = texts.map(squeezed).isin(empty)
    plain = texts.str.replace(",", "", regex=False)
    numbers = pd.to_numeric(plain.mask(withheld), errors="coerce")
    bad = (numbers.isna() & ~withheld) | (numbers < 0)
    for row in chunk.index[bad][: MOST_LISTED + 1]:
        right = "a number of 0 or more; say how withheld and missing counts are written"
        context.problem(int(row), ", ".join(rule.sources), f"'{texts[row]}' is no count", right)
    return numbers.where(~bad)


def _counts(rule: Column, chunk: pd.DataFrame, context: Context, out: dict[str, pd.Series]) -> None:
    numbers = _numbers("n", rule, chunk, context)
    raw = _raw(rule, chunk)
    assert raw is not None
    part = numbers.notna() & (numbers % 1 != 0)
    for row in chunk.index[part][: MOST_LISTED + 1]:
        context.problem(int(row), ", ".join(rule.sources), f"'{raw[row]}' is not whole", "a count")
    out["n"] = numbers.where(~part).astype("Int64")
    withheld = {squeezed(word) for word in rule.suppressed}
    out["suppressed"] = raw.astype(str).map(squeezed).isin(withheld)


def _places(read: Read, chunk: pd.DataFrame, context: Context, out: dict[str, pd.Series]) -> None:
    import numpy as np
    import pandas as pd

    assert read.map is not None
    if read.map.latitude not in chunk.columns:
        out["area"] = constant("unknown", chunk.index)
        out["area_kind"] = constant("none", chunk.index)
        return
    values = []
    for name in (read.map.latitude, read.map.longitude):
        kinds = pd.to_numeric(pd.Series(chunk[name].cat.categories.astype(str)), errors="coerce")
        values.append(kinds.to_numpy(float)[chunk[name].cat.codes.to_numpy()])
    south, north, west, east = read.map.box
    lat, lon = values
    known = np.isfinite(lat) & np.isfinite(lon)
    inside = known & (lat >= south) & (lat <= north) & (lon >= west) & (lon <= east)
    context.impossible_places += int((known & ~inside).sum())
    context.unplaced += int((~known).sum())
    lat, lon = np.where(inside, lat, np.nan), np.where(inside, lon, np.nan)
    out["area"] = areas_of(pd.Series(lat, chunk.index), pd.Series(lon, chunk.index), context.areas)
    out["area_kind"] = constant("area" if context.areas else "grid", chunk.index)


def _finish_contacts(frame: pd.DataFrame, read: Read) -> None:
    """`drugs`, and what the file did not have."""
    if "power" in read.columns:
        frame["drugs"] = (frame["power"] == "misuse_of_drugs").to_numpy()
    elif "object" in read.columns:
        frame["drugs"] = (frame["object"] == "drugs").to_numpy()
    else:
        frame["drugs"] = False
    for column in tables()["contacts"].columns:
        if column.name not in frame and column.kind == "text":
            blank = "unknown" if column.words else {"area_kind": "none"}.get(column.name, "unknown")
            frame[column.name] = constant("" if column.name == "vocabulary" else blank, frame.index)
    frame["n"] = 1
