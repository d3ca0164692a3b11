"""From a reading of the catalogue to numbers of each unit: events, and what they are of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from offramp.catalogue.schema_indicators import Counted, Reading
from offramp.data.refuse import MANY
from offramp.learn.indicators import counted as tables
from offramp.learn.indicators.counted import At, Counts, Window
from offramp.learn.indicators.coverage import Coverage
from offramp.learn.indicators.who import NO_NAME, Own

if TYPE_CHECKING:
    import duckdb

    from offramp.place.load import LoadedPlace

MONTHS = {"day": 12 / 365.25, "week": 84 / 365.25, "month": 1.0, "quarter": 3.0, "year": 12.0}
ALONE = ("whole", "country")  # kinds of area that have others as parts
FINER = {"year": ("year", "month", "quarter", "day"), "quarter": ("quarter", "month", "day"),
         "month": ("month", "day")}  # fmt: skip


@dataclass(frozen=True)
class Numbers:
    """Of one unit and definition. k, n: (base period, group kind, group) -> count; n empty when
    the reading has no counted denominator. base: kind of the base periods; covered: them."""

    unit: str
    mine: bool
    variant: str
    base: str
    covered: tuple[str, ...]
    k: Mapping[tuple[str, str, str], float | None]
    n: Mapping[tuple[str, str, str], float | None]
    area_kind: str = ""
    provisional: tuple[str, ...] = ()


@dataclass
class Gathered:
    """What was found for a reading. refused: why the data cannot bear it; hints: why there is
    nothing of the place itself."""

    numbers: list[Numbers] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Data:
    """What all readings need."""

    link: duckdb.DuckDBPyConnection
    place: LoadedPlace
    mine: Own
    agency: str | None
    agencies: tuple[str, ...]
    coverage: Coverage
    window: Window
    grain: str  # year, quarter or month


def gather(reading: Reading, data: Data) -> Gathered:
    """Read the tables that a reading names."""
    above, below = reading.numerator, reading.denominator
    if above.table == "contacts":
        return _contacts(reading, data)
    out = Gathered()
    k = _of_place(_counts(above, data), above, data)
    if not k.n:
        return out
    n = _of_place(_counts(below, data), below, data) if below is not None else None
    own = data.place.place.name
    if below is not None and not (n and n.n):
        out.hints.append("the data do not count what it is of")
        return out
    for counts in (k, n):
        if counts is not None:
            _areas_within(counts, own)
    keys = sorted({(at.unit, at.variant) for at in k.n})
    uppers, lowers = k.slices(), n.slices() if n is not None else {}
    for unit, variant in keys:
        base = _base(k, unit, variant, data.grain)
        if base is None:
            continue
        upper = uppers.get((unit, variant, base), {})
        covered = sorted(k.covered.get((unit, variant, base), set()))
        lower: dict[tuple[str, str, str], float | None] = {}
        if n is not None:
            other = _variant(n, unit, variant, base)
            if other is None:
                continue
            lower = lowers.get((unit, other, base), {})
            covered = [p for p in covered if (p, "all", "all") in lower]
        if covered:
            new = tuple(p for p in covered if (unit, variant, p) in k.provisional)
            kind = k.area_kinds.get(unit, "")
            out.numbers.append(
                Numbers(unit, unit == own, variant, base, tuple(covered), upper, lower, kind, new)
            )
    if not any(one.mine for one in out.numbers):
        names = sorted({at.unit for at in k.n})
        shown = ", ".join(names[:6]) + (" and others" if len(names) > 6 else "")
        out.hints.append(
            f"the data are of {shown}, and none of these is the place: name its areas with --area"
        )
    return out


def _contacts(reading: Reading, data: Data) -> Gathered:
    out = Gathered()
    above, below = reading.numerator, reading.denominator
    if not data.agencies:
        return out
    if data.agency is None:
        out.hints.append(
            f"the contacts are of {', '.join(data.agencies)}: "
            "say which is the place's with --agency"
        )
        return out
    out.refused = data.coverage.refused(data.agency, reading.needs)
    if out.refused:
        return out
    if below is not None and below.table == "contacts":
        both = Counted(table="contacts", where={**below.where, **above.where})
        k, n = tables.contacts(data.link, [both, below], reading.by, data.window)
    else:
        (k,) = tables.contacts(data.link, [above], reading.by, data.window)
        n = Counts()
    if not _ever(k, data.agency, n):
        out.refused.append(
            f"not one contact of {data.agency} ends or is marked so: the words of the source may "
            "have none for it; not known is not none"
        )
        return out
    out.left_out = {
        month: why for (agency, month), why in data.coverage.left_out.items()
        if agency == data.agency and (reading.needs or month not in data.coverage.months[agency])
    }  # fmt: skip
    uppers, lowers = k.slices(), n.slices()
    for agency in data.agencies:
        if agency != data.agency and data.coverage.refused(agency, reading.needs):
            continue
        months = data.coverage.usable(agency, reading.needs)
        upper, lower = (s.get((agency, "", "month"), {}) for s in (uppers, lowers))
        if months and upper:
            mine = agency == data.agency
            out.numbers.append(Numbers(agency, mine, "", "month", months, upper, lower))
    return out


def _ever(k: Counts, agency: str, n: Counts) -> bool:
    """False when nothing was ever counted among so many contacts that a word must be missing."""
    of = {at: value or 0.0 for at, value in n.n.items() if at.unit == agency}
    many = sum(value for at, value in of.items() if at.group_kind == "all")
    return many < MANY or any(value for at, value in k.n.items() if at.unit == agency)


def _counts(one: Counted, data: Data) -> Counts:
    if one.table == "place":
        return _series(one, data)
    if one.table == "cohorts":
        return tables.cohort(data.link, one)
    if one.table == "contacts":
        (counts,) = tables.contacts(data.link, [one], (), data.window)
        for agency, months in data.coverage.months.items():
            counts.covered[(agency, "", "month")] = set(months)
        return counts
    return tables.counted(data.link, one, data.window)


def _series(one: Counted, data: Data) -> Counts:
    """The series that lie beside place.toml."""
    found = Counts()
    wanted = one.where.get("measure", [])
    name = data.place.place.name
    for series in data.place.place.outcomes:
        if isinstance(wanted, bool) or series.measure not in wanted:
            continue
        for row in data.place.series[series.id]:
            if not data.window.holds(row.period):
                continue
            variant = f"{series.definition} ({series.source})"
            at = At(name, variant, series.period, row.period)
            found.n[at] = None if row.count is None else float(row.count)
            found.covered.setdefault((name, variant, series.period), set()).add(row.period)
    return found


def _of_place(counts: Counts, one: Counted, data: Data) -> Counts:
    """The same with the place's own areas, agency or study under the place's name."""
    if one.table == "place":
        return counts
    units = counts.units()
    if one.table in ("offences", "contacts"):
        agency = data.mine.agency(units) if one.table == "offences" else data.agency
        here = [agency] if agency is not None else []
    elif one.table == "cohorts":
        here = units
    else:
        here = data.mine.areas(units)
    if one.table == "cohorts":  # studies stay apart, and each is the place's own
        return Counts(
            {replace(at, unit=data.place.place.name, variant=at.unit): n
             for at, n in counts.n.items()},
            {(data.place.place.name, unit, kind): set(p)
             for (unit, _, kind), p in counts.covered.items()},
        )  # fmt: skip
    return _merged(counts, here, data.place.place.name)


def _areas_within(counts: Counts, own: str) -> None:
    """Where the place's numbers are a whole, the areas beside it in the data are its parts."""
    if counts.area_kinds.get(own) not in ALONE:
        return
    kinds = Counter(kind for unit, kind in counts.area_kinds.items() if kind not in ALONE)
    if not kinds:
        return
    part = kinds.most_common(1)[0][0]
    for at, n in list(counts.n.items()):
        if counts.area_kinds.get(at.unit) == part and at.group_kind == "all":
            counts.n[replace(at, unit=own, group_kind="area", group=at.unit)] = n


def _merged(counts: Counts, units: Iterable[str], name: str) -> Counts:
    here = set(units)
    out = Counts(area_kind=counts.area_kind)
    lost: set[At] = set()
    for at, n in counts.n.items():
        unit = name if at.unit in here else at.unit
        if at.unit in NO_NAME and at.unit not in here:
            continue
        to = replace(at, unit=unit)
        if n is None:
            lost.add(to)
        out.n[to] = (out.n.get(to) or 0.0) + (n or 0.0)
    for to in lost:
        out.n[to] = None
    for (unit, variant, kind), periods in counts.covered.items():
        key = (name if unit in here else unit, variant, kind)
        out.covered[key] = out.covered[key] & periods if key in out.covered else set(periods)
    out.provisional = {(name if u in here else u, v, p) for u, v, p in counts.provisional}
    out.area_kinds = {name if u in here else u: kind for u, kind in counts.area_kinds.items()}
    return out


def _base(counts: Counts, unit: str, variant: str, grain: str) -> str | None:
    """The kind of period to build on: as asked, else finer, else whatever there is."""
    there = {kind for u, v, kind in counts.covered if (u, v) == (unit, variant)}
    for kind in (*FINER[grain], "quarter", "year", "whole"):
        if kind in there:
            return kind
    return None


def _variant(counts: Counts, unit: str, variant: str, base: str) -> str | None:
    """The same definition in the denominator, else the only one."""
    there = sorted({v for u, v, kind in counts.covered if (u, kind) == (unit, base)})
    if variant in there:
        return variant
    return there[0] if len(there) == 1 else None
