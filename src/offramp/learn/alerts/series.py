"""The series that are watched: counts by week (else month) of the place and of its areas.

An area is watched under its own name only if more than 10,000 people are known to live there.
Other areas are watched together, without names, if they are several and more than 10,000 people
live there: with few residents a name and a week can lead to a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from offramp.catalogue.problems import InputError, Problem
from offramp.catalogue.validation_words import did_you_mean, listed
from offramp.learn.indicators.who import NO_NAME, Own, slug
from offramp.learn.panel import Bools, Floats
from offramp.place.series import ordinal, period_name

if TYPE_CHECKING:
    import duckdb

NAMED_ABOVE = 10_000  # residents
TABLES = ("overdoses", "deaths")
MONDAY = date(1970, 1, 5)
REST = "areas that are not named, together"
LONG_GAP = 6  # so many periods without a row for anybody are not known, fewer are none


@dataclass(frozen=True)
class Watched:
    """One series. counts: float[T], NaN where not known; first: number of its first period;
    area: "" for the whole; provisional: bool[T]."""

    table: str
    measure: str
    definition: str
    substance: str
    area: str
    kind: str  # week or month
    first: int
    counts: Floats
    provisional: Bools

    def period(self, at: int) -> str:
        return name_of(self.first + at, self.kind)


def number_of(period: str, kind: str) -> int:
    """A week is counted from Mondays, a month from year 0."""
    if kind == "week":
        return (date.fromisoformat(period) - MONDAY).days // 7
    number = ordinal(period, "month")
    if number is None:
        raise ValueError(period)
    return number


def name_of(number: int, kind: str) -> str:
    if kind == "week":
        return (MONDAY + timedelta(days=7 * number)).isoformat()
    return period_name(number, "month")


@dataclass(frozen=True)
class Choice:
    """What is watched."""

    substance: str = "any"
    kind: str = ""  # week or month; empty: weeks where there are some
    until: str = ""  # nothing after this period is read


@dataclass(frozen=True)
class Group:
    """One measure of one publisher in one definition: the whole place, and each of its areas.
    The areas are for arithmetic; only `named` may be shown."""

    whole: Watched
    areas: tuple[Watched, ...]

    def named(self, residents: dict[str, float]) -> list[Watched]:
        """Areas above the least number of residents, and the others together if they are several
        and that many people live there: one small area alone would be as good as named."""
        big = [one for one in self.areas if may_be_named(one.area, residents)]
        small = [one for one in self.areas if one not in big]
        together = sum(residents.get(slug(one.area), 0.0) for one in small)
        if not big or len(small) < 2 or together <= NAMED_ABOVE:
            return big
        counts = np.sum([one.counts for one in small], axis=0)
        late = np.any([one.provisional for one in small], axis=0)
        return [*big, replace(self.whole, area=REST, counts=counts, provisional=late)]


def may_be_named(area: str, residents: dict[str, float]) -> bool:
    """residents: by slug of the area."""
    return residents.get(slug(area), 0.0) > NAMED_ABOVE and area not in NO_NAME


def groups(link: duckdb.DuckDBPyConnection, mine: Own, choice: Choice) -> list[Group]:
    """Every measure of the place. InputError: there is none."""
    found: list[Group] = []
    for table in TABLES:
        rows = link.execute(
            "SELECT agency, measure, definition, period_kind, area_kind, area, period, sum(n), "
            "bool_or(n IS NULL), bool_or(provisional) "
            f"FROM {table} WHERE group_kind = 'all' AND substance = ? "
            "AND period_kind IN ('week', 'month') GROUP BY ALL ORDER BY ALL",
            [choice.substance],
        ).fetchall()
        for key in dict.fromkeys((row[0], row[1], row[2]) for row in rows):
            cells = [_Cell(*row[3:]) for row in rows if row[:3] == key]
            group = _group(table, key, cells, mine, choice)
            if group is not None:
                found.append(group)
    if not found:
        raise InputError(_nothing(link, choice))
    return found


@dataclass(frozen=True)
class _Cell:
    kind: str
    area_kind: str
    area: str
    period: str
    n: float | None
    missing: bool
    provisional: bool


def must_be_there(link: duckdb.DuckDBPyConnection, areas: Sequence[str]) -> None:
    """InputError: an area was asked for that no count is of."""
    there = _areas(link)
    problems = [
        Problem("--area", 0, "", f'"{name}" is not in the data', did_you_mean(name, there, "areas"))
        for name in areas
        if slug(name) not in {slug(one) for one in there}
    ]
    if problems:
        raise InputError(problems)


def _areas(link: duckdb.DuckDBPyConnection) -> list[str]:
    """Areas of which there are counts by week or month."""
    there: dict[str, None] = {}
    for table in TABLES:
        rows = link.execute(
            f"SELECT DISTINCT area FROM {table} WHERE group_kind = 'all' "
            "AND period_kind IN ('week', 'month') ORDER BY 1"
        ).fetchall()
        there |= dict.fromkeys(str(row[0]) for row in rows if row[0] not in NO_NAME)
    return list(there)


def _group(
    table: str, key: tuple[str, str, str], cells: list[_Cell], mine: Own, choice: Choice
) -> Group | None:
    kinds = {cell.kind for cell in cells}
    kind = choice.kind or ("week" if "week" in kinds else "month")
    cells = [c for c in cells if c.kind == kind and (not choice.until or c.period <= choice.until)]
    whole = [c for c in cells if c.area_kind == "whole"]
    own_whole = [c for c in whole if slug(c.area) in mine.names or c.area in NO_NAME]
    parts = [c for c in cells if c.area_kind != "whole"]
    if not own_whole:  # the place is one area, or several, of a larger file
        parts = [c for c in parts if slug(c.area) in mine.names]
        total = [c for c in parts if slug(c.area) in mine.called]
        if total:  # the place under its own name: never added to the areas in it
            own_whole, parts = total, [c for c in parts if c not in total]
    if not own_whole and not parts:
        return None
    calendar = _Calendar.of(cells, kind)
    names = sorted({c.area for c in parts})
    areas = [calendar.series(table, key, choice, [c for c in parts if c.area == n], n)
             for n in names]  # fmt: skip
    one = calendar.series(table, key, choice, own_whole or parts, "")
    return Group(one, tuple(areas) if len(areas) > 1 else ())


@dataclass(frozen=True)
class _Calendar:
    """first, last: numbers of periods; zero: periods in which no row means none."""

    kind: str
    first: int
    last: int
    zero: frozenset[int]

    @staticmethod
    def of(cells: list[_Cell], kind: str) -> _Calendar:
        seen = {number_of(c.period, kind) for c in cells}
        first, last = min(seen), max(seen)
        spelt_out = any(c.missing or c.n == 0 for c in cells)  # then no row is not known
        zero = frozenset() if spelt_out else frozenset(seen | _known_empty(seen, first, last))
        return _Calendar(kind, first, last, zero)

    def series(
        self, table: str, key: tuple[str, str, str], choice: Choice, cells: list[_Cell], area: str
    ) -> Watched:
        length = self.last - self.first + 1
        counts, late = np.full(length, np.nan), np.zeros(length, dtype=bool)
        counts[[at - self.first for at in self.zero]] = 0.0
        missing: list[int] = []
        for cell in cells:
            at = number_of(cell.period, self.kind) - self.first
            late[at] |= bool(cell.provisional)
            if cell.missing or cell.n is None:
                missing.append(at)
            else:
                counts[at] = np.nan_to_num(counts[at]) + float(cell.n)
        counts[missing] = np.nan
        _, measure, definition = key
        return Watched(
            table, measure, definition, choice.substance, area, self.kind, self.first, counts, late
        )


def _known_empty(seen: set[int], first: int, last: int) -> set[int]:
    """Periods in which nobody has a row: none happened, unless the gap is long."""
    empty: set[int] = set()
    gap: list[int] = []
    for at in range(first, last + 2):
        if at not in seen and at <= last:
            gap.append(at)
            continue
        if len(gap) < LONG_GAP:
            empty |= set(gap)
        gap = []
    return empty


def _nothing(link: duckdb.DuckDBPyConnection, choice: Choice) -> Problem:
    there = _areas(link)
    until = f" up to {choice.until}" if choice.until else ""
    what = f'weeks or months of overdoses or deaths ("{choice.substance}")'
    problem = f"holds no {what} of the place{until}"
    right = (
        f"name its areas with --area; in the data: {listed(there)}"
        if there
        else "import counts by week or month with 'offramp data import'"
    )
    return Problem("the data of this place", 0, "", problem, right)
