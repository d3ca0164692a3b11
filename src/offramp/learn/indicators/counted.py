"""Counts of the canonical tables, by unit, period and group, for one `Counted` of the catalogue.

A unit is what the numbers are of: the agency for police tables, the area for tables about people,
the study for cohorts. A variant is a definition; two are never added. Areas come as a kind of
group, so that one shape holds everything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from offramp.catalogue.schema_indicators import Counted
from offramp.data.tables import tables

if TYPE_CHECKING:
    import duckdb

WHOLE = ("whole", "city", "none", "country")  # area kinds that already are a total, best first
ETHNICITY = {"self": "ethnicity_self", "officer": "ethnicity_officer"}
UNSAID = ("unknown", "not_stated", "")


@dataclass(frozen=True)
class At:
    """Where a count stands. group_kind "all" has the group "all"."""

    unit: str
    variant: str
    kind: str  # of period: year, quarter, month, week, day
    period: str
    group_kind: str = "all"
    group: str = "all"


@dataclass
class Counts:
    """n: counts, None where the publisher withholds. covered: which periods a unit has at all."""

    n: dict[At, float | None] = field(default_factory=dict)
    covered: dict[tuple[str, str, str], set[str]] = field(default_factory=dict)
    area_kind: str = ""
    area_kinds: dict[str, str] = field(default_factory=dict)
    provisional: set[tuple[str, str, str]] = field(default_factory=set)  # unit, variant, period

    def slices(self) -> dict[tuple[str, str, str], dict[tuple[str, str, str], float | None]]:
        """By unit, variant and kind of period: (period, group kind, group) -> count."""
        found: dict[tuple[str, str, str], dict[tuple[str, str, str], float | None]] = {}
        for at, n in self.n.items():
            own = found.setdefault((at.unit, at.variant, at.kind), {})
            own[(at.period, at.group_kind, at.group)] = n
        return found

    def units(self) -> list[str]:
        return sorted({at.unit for at in self.n} | {unit for unit, _, _ in self.covered})


@dataclass(frozen=True)
class Window:
    """From and to: periods as text, months or years; empty for all. ethnicity: whose word."""

    first: str = ""
    last: str = ""
    ethnicity: str = "self"

    def holds(self, period: str) -> bool:
        """A year is inside when any part of it is; `2018` as an end means all of it."""
        return _at(period, self.first) >= 0 and _at(period, self.last) <= 0


def _at(period: str, bound: str) -> int:
    """-1, 0 or 1: before, within or after a bound, as far as both are written."""
    size = min(len(period), len(bound)) if "Q" not in period else 4
    one, other = period[:size], bound[:size]
    return (one > other) - (one < other) if bound else 0


def condition(counted: Counted) -> str:
    """`where` as SQL. ValueError for a column or word that the table does not have."""
    table = tables()[counted.table]
    parts = []
    for name, wanted in counted.where.items():
        column = table.column(name)
        if column is None:
            raise ValueError(f"{counted.table} has no column {name}")
        if isinstance(wanted, bool):
            parts.append(f'"{name}"' if wanted else f'NOT "{name}"')
            continue
        strange = [word for word in wanted if column.words and word not in column.words]
        if strange:
            raise ValueError(f"{counted.table}.{name} has no word {strange[0]}")
        listed = ", ".join("'" + word.replace("'", "''") + "'" for word in wanted)
        parts.append(f'"{name}" IN ({listed})')
    return " AND ".join(parts) or "true"


def contacts(
    link: duckdb.DuckDBPyConnection,
    of: Sequence[Counted],
    by: Sequence[str],
    window: Window,
) -> list[Counts]:
    """Counts of the contacts table, several conditions in one pass over the rows."""
    columns = {"area": "area", "sex": "sex", "age": "age", "ethnicity": ETHNICITY[window.ethnicity]}
    kinds = {kind: columns[kind] for kind in ("area", *by)}
    sets = ", ".join(["(agency, month)", *(f'(agency, month, "{c}")' for c in kinds.values())])
    sums = ", ".join(f"count(*) FILTER (WHERE {condition(one)})" for one in of)
    either = " OR ".join(f"({condition(one)})" for one in of)
    listed = ", ".join(f'"{column}"' for column in kinds.values())
    rows = link.execute(
        f"SELECT agency, month, {listed}, {sums} FROM contacts WHERE {either} "
        f"GROUP BY GROUPING SETS ({sets})"
    ).fetchall()
    found = [Counts() for _ in of]
    for agency, month, *rest in rows:
        if not window.holds(month):
            continue
        names = rest[: len(kinds)]
        kind, group = next(
            ((k, v) for k, v in zip(kinds, names, strict=True) if v is not None), ("all", "all")
        )
        at = At(agency, "", "month", month, kind, group or "unknown")
        for counts, number in zip(found, rest[len(kinds) :], strict=True):
            counts.n[at] = float(number)
    return found


def counted(link: duckdb.DuckDBPyConnection, one: Counted, window: Window) -> Counts:
    """Counts of a table that holds counts: offences, overdoses, deaths, services."""
    if one.table == "offences":
        return _offences(link, one, window)
    where = condition(one)
    if "substance" not in one.where:
        where += " AND substance = 'any'"  # substances overlap: they are never added up
    rows = link.execute(
        'SELECT area_kind, area, definition, period_kind, period, group_kind, "group", '
        f"sum(n), bool_or(n IS NULL), bool_or(provisional) FROM {one.table} WHERE {where} "
        "GROUP BY ALL"
    ).fetchall()
    found = Counts()
    kinds: dict[str, set[str]] = {}
    for area_kind, area, *_ in rows:
        kinds.setdefault(area, set()).add(area_kind)
    for area_kind, area, definition, kind, period, group_kind, group, n, lost, new in rows:
        if not window.holds(period) or area_kind != _one_kind(dict.fromkeys(kinds[area], 1)):
            continue
        at = At(area, definition, kind, period, group_kind, group)
        found.n[at] = None if lost or n is None else float(n)
        found.covered.setdefault((area, definition, kind), set()).add(period)
        found.area_kinds[area] = area_kind
        if new:
            found.provisional.add((area, definition, period))
    return found


def _offences(link: duckdb.DuckDBPyConnection, one: Counted, window: Window) -> Counts:
    measure = Counted(
        table="offences", where={k: v for k, v in one.where.items() if k == "measure"}
    )
    heads = link.execute(
        "SELECT agency, area_kind, period_kind, period, count(*) FROM offences "
        f"WHERE {condition(measure)} GROUP BY ALL"
    ).fetchall()
    found = Counts()
    sizes: dict[tuple[str, str], Counter[str]] = {}
    for agency, area_kind, kind, _, number in heads:
        sizes.setdefault((agency, kind), Counter())[area_kind] += number
    chosen = {key: _one_kind(kinds) for key, kinds in sizes.items()}
    for agency, area_kind, kind, period, _ in heads:
        if chosen[(agency, kind)] == area_kind and window.holds(period):
            found.covered.setdefault((agency, "", kind), set()).add(period)
    for (agency, _, kind), periods in found.covered.items():
        for period in periods:
            found.n[At(agency, "", kind, period)] = 0.0  # a period without one is a nought
    for agency, area_kind, kind, period, area, number in link.execute(
        "SELECT agency, area_kind, period_kind, period, area, sum(n) FROM offences "
        f"WHERE {condition(one)} GROUP BY ALL"
    ).fetchall():
        if chosen[(agency, kind)] != area_kind or not window.holds(period):
            continue
        at = At(agency, "", kind, period)
        found.n[at] = (found.n.get(at) or 0.0) + float(number)
        if area_kind not in WHOLE:
            found.area_kind = area_kind
            place = replace(at, group_kind="area", group=area)
            found.n[place] = (found.n.get(place) or 0.0) + float(number)
    return found


def _one_kind(kinds: Mapping[str, int]) -> str:
    """The kind of area to add up: one that is a total already, else the coarsest."""
    for name in WHOLE:
        if name in kinds:
            return name
    return min(kinds, key=lambda name: (kinds[name], name))


def cohort(link: duckdb.DuckDBPyConnection, one: Counted) -> Counts:
    """People of each study by arm."""
    found = Counts()
    for study, arm, number in link.execute(
        f"SELECT study, arm, count(*) FROM cohorts WHERE {condition(one)} GROUP BY ALL"
    ).fetchall():
        found.n[At(study, "", "whole", "all", "arm", arm)] = float(number)
        whole = At(study, "", "whole", "all")
        found.n[whole] = (found.n.get(whole) or 0.0) + float(number)
        found.covered.setdefault((study, "", "whole"), set()).add("all")
    return found


@dataclass(frozen=True)
class Answer:
    """Answers to one question: people asked, how many said yes, the weighted share and how many
    people of a simple sample would tell as much."""

    at: At
    asked: int
    yes: int
    share: float
    effective: float


def answers(link: duckdb.DuckDBPyConnection, one: Counted, window: Window) -> list[Answer]:
    rows: list[tuple[Any, ...]] = link.execute(
        'SELECT area, period_kind, period, group_kind, "group", asked, yes, share, n_effective '
        f"FROM surveys WHERE {condition(one)}"
    ).fetchall()
    return [
        Answer(At(area, "", kind, period, group_kind, group), int(asked), int(yes), share, size)
        for area, kind, period, group_kind, group, asked, yes, share, size in rows
        if window.holds(period)
    ]
