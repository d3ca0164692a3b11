"""Run the early warning of a place: series, limits within the budget, alerts, clusters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from offramp.catalogue.problems import InputError, Problem
from offramp.data.store import Store
from offramp.learn.alerts import budget, centres, detectors, scan
from offramp.learn.alerts.budget import Limit
from offramp.learn.alerts.detectors import Detector
from offramp.learn.alerts.drivers import Driver, drivers
from offramp.learn.alerts.farrington import FEWEST_YEARS_FOR_TREND, settings_for
from offramp.learn.alerts.series import Choice, Group, Watched, groups, may_be_named, must_be_there
from offramp.learn.indicators.who import Own, own, people
from offramp.learn.panel import Floats
from offramp.place.load import LoadedPlace

if TYPE_CHECKING:
    import duckdb

WATCHED = {"week": 4, "month": 3}
BACK = {"week": 52, "month": 12}  # periods that the CUSUM adds up at least, if there are so many
CHART = {"week": 110, "month": 36}  # periods that are shown
SCANNED = {"week": 104, "month": 36}  # periods that the scan compares with
LONGEST = {"week": 4, "month": 3}  # periods of a cluster
EARS_NEEDS = 12
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Asked:
    """budget: false alarms a year, over all series; last: how many periods to look at, 0 for the
    usual; centres: the file of middles, which asks for the scan as well."""

    detector: Detector = "farrington"
    budget: float = 1.0
    last: int = 0
    seed: int = 1
    choice: Choice = field(default_factory=Choice)
    areas: tuple[str, ...] = ()
    centres: Path | None = None


@dataclass(frozen=True)
class Alert:
    """One period of one series above its usual range. begun: the first of the periods above it
    in a row; provisional: the count may still rise."""

    table: str
    measure: str
    definition: str
    area: str
    kind: str
    period: str
    count: int
    expected: float
    low: int
    high: int
    begun: str
    provisional: bool
    drivers: tuple[Driver, ...]


@dataclass(frozen=True)
class Looked:
    """A series that was judged; chart: some two years of (period, count, low, mean, high);
    alerted: the periods among them with an alert."""

    table: str
    measure: str
    definition: str
    area: str
    kind: str
    first: str
    last: str
    unknown: int  # watched periods that are not known
    provisional: int
    chart: tuple[tuple[str, float | None, int, float, int], ...]
    alerted: tuple[str, ...]


@dataclass(frozen=True)
class Clustered:
    """What the scan found in one measure. areas: those that may be named; others: how many may
    not be."""

    table: str
    measure: str
    last: str
    periods: int
    areas: tuple[str, ...]
    others: int
    cases: int
    expected: float
    p: float
    above: bool


@dataclass(frozen=True)
class Report:
    place: LoadedPlace
    asked: Asked
    alerts: tuple[Alert, ...]
    looked: tuple[Looked, ...]
    limits: tuple[tuple[str, Limit], ...]  # by kind of period
    clusters: tuple[Clustered, ...]
    notes: tuple[str, ...]

    @property
    def expected_false(self) -> float:
        """False alarms a year that the simulations gave, all series together."""
        return sum(limit.a_year for _, limit in self.limits)


def watch(
    place: LoadedPlace, store: Store, asked: Asked, progress: Progress = lambda *_: None
) -> Report:
    """InputError: nothing to watch, too short a past, middles that are missing."""
    mine = own(place.place, None, asked.areas)
    with store.connect() as link:
        must_be_there(link, asked.areas)
        found = groups(link, mine, asked.choice)
        residents = _residents(people(link, place, mine).table)
        other = _substances(link, mine, asked.choice, found)
    notes: list[str] = []
    series = [s for g in found for s in (g.whole, *g.named(residents))]
    by_kind = {kind: [s for s in series if s.kind == kind] for kind in ("week", "month")}
    judged: list[_Judged] = []
    limits: list[tuple[str, Limit]] = []
    long_enough = {k: _long_enough(k, some, asked, notes) for k, some in by_kind.items()}
    every = sum(len(some) for some in long_enough.values())
    if not every:
        raise InputError(_too_short(asked))
    for kind, some in long_enough.items():
        if some:
            share = asked.budget * len(some) / every
            limit, parts = _judge(some, kind, asked, share)
            limits.append((kind, limit))
            judged += parts
        progress(len(limits), len([k for k, v in long_enough.items() if v]))
    alerts = [a for one in judged for a in one.alerts(_parts(one.series, found, residents, other))]
    alerts.sort(key=lambda a: (a.period, a.table, a.area), reverse=True)
    clusters = _clusters(found, asked, residents) if asked.centres is not None else ()
    if _unnamed(found, residents):
        notes.append(
            "Areas with 10,000 residents or fewer, or of whose residents nothing is known, are not "
            "named; they are watched together if more than 10,000 people live in them, and always "
            "as part of the whole."
        )
    return Report(
        place, asked, tuple(alerts), tuple(one.looked() for one in judged), tuple(limits),
        tuple(clusters), tuple(notes),
    )  # fmt: skip


def _residents(table: dict[tuple[str, str, str, str], float]) -> dict[str, float]:
    """The newest number for each area, by slug."""
    newest: dict[str, tuple[str, float]] = {}
    for (area, year, kind, _), n in table.items():
        if kind == "all" and year >= newest.get(area, ("", 0.0))[0]:
            newest[area] = (year, n)
    return {area: n for area, (_, n) in newest.items()}


def _substances(
    link: duckdb.DuckDBPyConnection, mine: Own, choice: Choice, found: Sequence[Group]
) -> list[Group]:
    """The same measures by substance, to say what a rise is made of."""
    if choice.substance != "any":
        return []
    names = {
        str(row[0])
        for table in {g.whole.table for g in found}
        for row in link.execute(f"SELECT DISTINCT substance FROM {table}").fetchall()
    }
    others: list[Group] = []
    for name in sorted(names - {"any"}):
        try:
            others += groups(link, mine, replace(choice, substance=name))
        except InputError:
            continue
    return others


def _parts(
    series: Watched, found: Sequence[Group], residents: dict[str, float], other: Sequence[Group]
) -> list[Watched]:
    """What may have driven a series: its substances, and for the whole its named areas."""

    def same(one: Watched) -> bool:
        return (one.table, one.measure, one.definition, one.kind) == (
            series.table, series.measure, series.definition, series.kind,
        )  # fmt: skip

    parts = [
        one
        for group in other
        for one in (group.whole, *group.areas)
        if same(one) and one.area == series.area
    ]
    if not series.area:
        parts += [one for g in found for one in g.named(residents) if same(one) and one.area]
    return parts


def _long_enough(
    kind: str, some: Sequence[Watched], asked: Asked, notes: list[str]
) -> list[Watched]:
    """The series with enough of a past before the first watched period."""
    good = []
    for one in some:
        known = int(np.isfinite(one.counts).sum())
        before = len(one.counts) - _last(kind, asked)
        if asked.detector in ("farrington", "cusum"):
            enough = settings_for(kind, before).years >= FEWEST_YEARS_FOR_TREND
        else:
            enough = before >= EARS_NEEDS
        if enough and known >= len(one.counts) / 2 and np.nansum(one.counts) > 0:
            good.append(one)
        elif not enough:
            notes.append(f"{_label(one)}: too short a past for this detector; not watched.")
        else:
            notes.append(f"{_label(one)}: most counts are not known or 0; not watched.")
    return good


def _last(kind: str, asked: Asked) -> int:
    return asked.last or WATCHED[kind]


def _label(one: Watched) -> str:
    return f"{one.measure}, {one.area}" if one.area else one.measure


def _too_short(asked: Asked) -> Problem:
    problem = f"is too short or too empty for the detector {asked.detector}"
    right = "it needs three years of known counts; for less use --detector c2"
    return Problem("the past of every series", 0, "", problem, right)


@dataclass(frozen=True)
class _Judged:
    """A series with what was found in the periods `watched` (places in it) up to its end."""

    series: Watched
    watched: tuple[int, ...]
    shown: int  # the last so many are reported
    mean: Floats
    low: Floats
    high: Floats
    above: tuple[bool, ...]

    def alerts(self, parts: Sequence[Watched]) -> list[Alert]:
        found = []
        s = self.series
        for i in range(len(self.watched) - self.shown, len(self.watched)):
            if not self.above[i]:
                continue
            at, first = self.watched[i], i
            while first > 0 and self.above[first - 1]:
                first -= 1
            found.append(
                Alert(
                    s.table,
                    s.measure,
                    s.definition,
                    s.area,
                    s.kind,
                    s.period(at),
                    int(s.counts[at]),
                    round(float(self.mean[i]), 1),
                    int(self.low[i]),
                    int(self.high[i]),
                    s.period(self.watched[first]),
                    bool(s.provisional[at]),
                    tuple(drivers(s, at, parts)),
                )
            )
        return found

    def looked(self) -> Looked:
        s, recent = self.series, self.watched[-self.shown :]
        chart = tuple(
            (
                s.period(at),
                None if np.isnan(s.counts[at]) else float(s.counts[at]),
                int(self.low[i]),
                float(self.mean[i]),
                int(self.high[i]),
            )
            for i, at in enumerate(self.watched)
        )
        return Looked(
            s.table, s.measure, s.definition, s.area, s.kind, s.period(recent[0]),
            s.period(recent[-1]), int(np.isnan(s.counts[list(recent)]).sum()),
            int(s.provisional[list(recent)].sum()), chart,
            tuple(s.period(at) for at, over in zip(self.watched, self.above, strict=True) if over),
        )  # fmt: skip


def _judge(
    some: Sequence[Watched], kind: str, asked: Asked, share: float
) -> tuple[Limit, list[_Judged]]:
    """One limit for all series of a kind, and what is above it."""
    length = min(len(one.counts) for one in some)
    counts = np.vstack([one.counts[-length:] for one in some])
    shown = _last(kind, asked)
    least = max(shown, BACK[kind])
    if asked.detector in ("farrington", "cusum"):
        settings = settings_for(kind, length - least)
        if settings.years < FEWEST_YEARS_FOR_TREND:
            settings = settings_for(kind, length - shown)
        back = min(max(least, CHART[kind]), length - settings.needs)
    else:
        settings = settings_for(kind, length - shown)
        back = min(max(least, CHART[kind]), length - EARS_NEEDS)
    watched = list(range(length - back, length))
    first = length - shown
    limit = budget.limit(counts, first, asked.detector, settings, share, asked.seed)
    found = detectors.scores(counts, watched, asked.detector, settings)
    above = detectors.alarms(found, limit.limit)
    low, high = detectors.usual_range(found, limit.limit)
    judged = [
        _Judged(
            one,
            tuple(at + len(one.counts) - length for at in watched),
            shown,
            found.mean[i],
            low[i],
            high[i],
            tuple(bool(v) for v in above[i]),
        )
        for i, one in enumerate(some)
    ]
    return limit, judged


def _unnamed(found: Sequence[Group], residents: dict[str, float]) -> bool:
    return any(not may_be_named(one.area, residents) for g in found for one in g.areas)


def _clusters(
    found: Sequence[Group], asked: Asked, residents: dict[str, float]
) -> tuple[Clustered, ...]:
    """The scan of each measure that has areas; its share of the budget is p × analyses a year."""
    assert asked.centres is not None
    middles = centres.read_centres(asked.centres)
    with_areas = [g for g in found if len(g.areas) > 2]
    if not with_areas:
        problem = "asks for a scan, but the data have fewer than three areas"
        raise InputError(Problem("--scan", 0, "", problem, "leave it out, or import areas"))
    clusters = []
    for group in with_areas:
        places = [one for one in group.areas if one.area not in ("unknown", "")]
        names = [one.area for one in places]
        away = centres.apart(names, middles, str(asked.centres))
        kind = group.whole.kind
        counts = np.vstack([one.counts[-SCANNED[kind] :] for one in places])
        if np.isnan(counts).any():
            problem = "holds counts that are withheld or missing, which a scan cannot bear"
            raise InputError(Problem(group.whole.measure, 0, "", problem, "leave --scan out"))
        one = scan.scan(
            counts.astype(np.int64), away, longest=LONGEST[kind],
            permutations=_permutations(asked, kind, len(with_areas)), seed=asked.seed,
        )  # fmt: skip
        if one is None:
            continue
        inside = [names[i] for i in one.areas]
        shown = tuple(name for name in inside if may_be_named(name, residents))
        analyses = {"week": 52, "month": 12}[kind]
        clusters.append(
            Clustered(
                group.whole.table,
                group.whole.measure,
                group.whole.period(len(group.whole.counts) - 1),
                one.periods,
                shown,
                len(inside) - len(shown),
                one.cases,
                round(one.expected, 1),
                one.p,
                one.p <= asked.budget / analyses / len(with_areas),
            )
        )
    return tuple(clusters)


def _permutations(asked: Asked, kind: str, many: int) -> int:
    """Enough that a p value below the budget can be reached: 999 or more."""
    analyses = {"week": 52, "month": 12}[kind]
    return max(999, int(10 * analyses * many / asked.budget) - 1)
