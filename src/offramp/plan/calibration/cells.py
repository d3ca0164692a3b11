"""What was counted: the place's series as cells of quarters, with what is known of each.

Months are added up to whole quarters; a year is four. A count that is withheld is not known; one
of which only a limit is known ("<6") counts as a probability of being below it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from offramp.catalogue.problems import InputError, Problem
from offramp.model.priors import Prior, of_figure
from offramp.place.load import LoadedPlace
from offramp.place.schema import Series
from offramp.place.series import SeriesRow, ordinal, period_name, rows_used

Floats = NDArray[np.float64]
LONGEST = 80  # quarters
QUARTERS = {"year": 4, "quarter": 1}
DEATHS = ("deaths",)
REACHED = ("nonfatal_overdoses", "ambulance_overdoses", "hospital_overdoses")
CONTACTS = ("drug_searches", "possession_arrests")
ACQUISITIVE, VIOLENT = ("acquisitive_offences",), ("violent_offences",)
ALIKE = (DEATHS, REACHED, CONTACTS, ACQUISITIVE, VIOLENT)  # measures of the same happening
SPEAKS = {  # by driver: measures that tell it; where there are two groups, only both together do
    "overdose": ((*DEATHS, *REACHED),),
    "fatal": (DEATHS, REACHED),
    "contact": (CONTACTS,),
    "acquisitive": (ACQUISITIVE,),
    "violent": (VIOLENT,),
}
STOCKS = ("people_in_treatment",)  # how many there are at once
PARTS = {"possession_arrests": "drug_searches"}  # what may be read as a part of what


@dataclass(frozen=True)
class Target:
    """One series. spans: first and one past the last quarter of every period, from the first of
    the window; counts: nan where not known; below: the limit where only that is known; trials:
    what the counts are a part of (nan: not known), or None."""

    series: str
    measure: str
    definition: str
    yearly: bool
    periods: tuple[str, ...]
    spans: NDArray[np.int64]  # [periods, 2]
    counts: Floats
    below: Floats
    trials: Floats | None
    overdispersion: Prior | None  # None: the judged default
    later: float  # share registered a year later
    in_scope: str  # name of the input

    @property
    def known(self) -> NDArray[np.bool_]:
        return np.isfinite(self.counts) | np.isfinite(self.below)

    def until(self, quarter: int) -> Target:
        """The same, knowing only periods that end by this quarter."""
        late = self.spans[:, 1] > quarter
        counts, below = self.counts.copy(), self.below.copy()
        counts[late], below[late] = np.nan, np.nan
        return Target(
            self.series, self.measure, self.definition, self.yearly, self.periods, self.spans,
            counts, below, self.trials, self.overdispersion, self.later, self.in_scope,
        )  # fmt: skip


@dataclass(frozen=True)
class Window:
    """Quarters that are simulated, and what was counted in them. first: quarters since year 0;
    left_out: series of which no whole quarter or year is known."""

    first: int
    quarters: int
    targets: tuple[Target, ...]
    left_out: tuple[str, ...] = ()

    def name(self, quarter: int) -> str:
        return period_name(self.first + quarter, "quarter")


def window(place: LoadedPlace) -> Window:
    """Every usable series of the place. Raises InputError when none can be used."""
    problems = _parts(place)
    if problems:
        raise InputError(problems)
    read = [_read(series, place) for series in place.resolved.outcomes]
    found = [one for one in read if one is not None]
    if not found:
        raise InputError(_nothing(place))
    told = {series.id for series, _, _ in found}
    begins = [
        int(spans[0, 0]) - (4 if series.registered_later else 0) for series, spans, _ in found
    ]
    first = min(begins)
    last = max(int(spans[-1, 1]) for _, spans, _ in found)
    if last - first > LONGEST:
        long = next(s for (s, _, _), begin in zip(found, begins, strict=True) if begin == first)
        right = f"give calibrate_from and calibrate_to so that all lie within {LONGEST} quarters"
        problem = f"series {long.id} begins {(last - first) / 4:.0f} years before the last one ends"
        raise InputError(Problem(str(place.path), 0, "outcomes", problem, right))
    values = {series.id: rows for series, _, rows in found}
    targets = tuple(_target(series, spans - first, rows, values) for series, spans, rows in found)
    problems = [one for target in targets for one in _useless(target, place)]
    if problems:
        raise InputError(problems)
    left = tuple(one.id for one in place.resolved.outcomes if one.id not in told)
    return Window(first, last - first, targets, left)


def _nothing(place: LoadedPlace) -> list[Problem]:
    """Why no series can be used."""
    needs = "calibration needs counts for at least one whole quarter or year"
    every = place.resolved.outcomes
    if not every or place.file is None:
        right = f"{needs} in [[outcomes]]"
        return [Problem(str(place.path), 0, "outcomes", "holds no series", right)]
    problems = []
    for index, series in enumerate(every):
        known = "of which every month is known" if series.period == "month" else "that is known"
        kind = "year" if series.period == "year" else "quarter"
        problem = f"is {series.file}, which has no {kind} {known}, where calibration looks"
        problems.append(place.file.problem(("outcomes", index, "file"), problem, needs))
    return problems


def _parts(place: LoadedPlace) -> list[Problem]:
    """Series that say they are a part of another in a way that calibration does not know."""
    every = {series.id: series for series in place.resolved.outcomes}
    problems = []
    for index, series in enumerate(place.resolved.outcomes):
        whole = every.get(series.of or "")
        if whole is not None and PARTS.get(series.measure) != whole.measure:
            problem = f"makes {series.measure} of {series.id} a part of {whole.measure}"
            right = "only possession_arrests may be a part, of drug_searches: leave out of, or one "
            right += "of the two series"
            if place.file is not None:
                problems.append(place.file.problem(("outcomes", index, "of"), problem, right))
            else:
                where = f"outcomes.{series.id}.of"
                problems.append(Problem(str(place.path), 0, where, problem, right))
    return problems


def _useless(target: Target, place: LoadedPlace) -> list[Problem]:
    """What keeps a series from telling anything."""
    every = place.resolved.outcomes
    index = next(i for i, one in enumerate(every) if one.id == target.series)
    if target.trials is None or target.known.any():
        return []
    problem = f"has no known period in common with {every[index].of}"
    right = "both must be known for the same periods, or leave 'of' out"
    if place.file is not None:
        return [place.file.problem(("outcomes", index, "of"), problem, right)]
    where = f"outcomes.{target.series}.of"
    return [Problem(str(place.path), 0, where, problem, right)]


_Rows = list[tuple[str, float, float]]  # period, count, below (nan: not known)


def _read(series: Series, place: LoadedPlace) -> tuple[Series, NDArray[np.int64], _Rows] | None:
    rows = _used(series, place.series.get(series.id, ()))
    if series.period == "month":
        rows = _quarters(rows, stock=series.measure in STOCKS)
    if not any(np.isfinite(count) or np.isfinite(below) for _, count, below in rows):
        return None
    kind = "year" if series.period == "year" else "quarter"
    length = QUARTERS[kind]
    starts = [(ordinal(period, kind) or 0) * length for period, _, _ in rows]  # type: ignore[arg-type]
    return series, np.array([(start, start + length) for start in starts]), rows


def _used(series: Series, rows: Sequence[SeriesRow]) -> _Rows:
    if series.calibrate_from or series.calibrate_to:
        asked = {"use_from": series.calibrate_from, "use_to": series.calibrate_to}
        series = series.model_copy(update=asked)
    return [
        (
            row.period,
            np.nan if row.count is None else float(row.count),
            np.nan if row.below is None else float(row.below),
        )
        for row in rows_used(series, rows)
    ]


def _quarters(months: _Rows, stock: bool) -> _Rows:
    """Whole quarters of months, added up, or (stock) their mean, whole: how many there are at once;
    one with a month that is not known is left out."""
    by_quarter: dict[int, list[float]] = {}
    for period, count, _ in months:
        number = ordinal(period, "month")
        assert number is not None
        by_quarter.setdefault(number // 3, []).append(count)
    return [
        (
            period_name(quarter, "quarter"),
            float(round(np.mean(counts)) if stock else np.sum(counts)),
            np.nan,
        )
        for quarter, counts in sorted(by_quarter.items())
        if len(counts) == 3 and np.isfinite(counts).all()
    ]


def _target(
    series: Series, spans: NDArray[np.int64], rows: _Rows, values: dict[str, _Rows]
) -> Target:
    counts = np.array([count for _, count, _ in rows])
    below = np.array([below for _, _, below in rows])
    trials = None
    if series.of is not None:  # a limit alone says nothing about a share here
        below = np.full(len(rows), np.nan)
        whole = {period: count for period, count, _ in values.get(series.of, [])}
        trials = np.array([whole.get(period, np.nan) for period, _, _ in rows])
        counts = np.where(np.isfinite(trials), counts, np.nan)
    return Target(
        series=series.id,
        measure=series.measure,
        definition=series.definition,
        yearly=series.period == "year",
        periods=tuple(period for period, _, _ in rows),
        spans=spans,
        counts=counts,
        below=below,
        trials=trials,
        overdispersion=of_figure(series.overdispersion, True) if series.overdispersion else None,
        later=series.registered_later.value if series.registered_later else 0.0,
        in_scope=f"place:outcomes.{series.id}",
    )
