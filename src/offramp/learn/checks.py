"""What could make the answer wrong: each check is asked, and says what it found.

`failed`: the answer cannot stand on it. A check fails only when what it found is told from luck
*and* is large enough to matter: at least half of the smallest effect that matters for dates
and trends, all of it for other columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from offramp.learn.designs import permutation
from offramp.learn.effects import (
    Question,
    converter,
    estimate,
    main_question,
    near,
    scaled,
)
from offramp.learn.fitted import Estimate
from offramp.learn.panel import NEVER, Panel
from offramp.learn.study import Study
from offramp.place.series import ordinal

Status = Literal["passed", "failed", "noted", "not possible"]
LUCK = 0.05
LEAST_BEFORE = {"week": 104, "month": 24, "quarter": 8, "year": 5}
LEAST_AFTER = {"week": 8, "month": 3, "quarter": 3, "year": 3}
POOR_FIT = 2.0  # gaps before so many times those of the middle placebo


@dataclass(frozen=True)
class Check:
    name: str
    status: Status
    says: str
    numbers: dict[str, Any] = field(default_factory=dict)


def panel_checks(study: Study, panel: Panel, main: Estimate) -> list[Check]:
    """All checks of a study with periods."""
    parts: list[Callable[[Study, Panel, Estimate], Iterator[Check]]] = [
        _length,
        _fit_before,
        _trends_before,
        _placebo_dates,
        _placebo_outcomes,
        _leave_one_out,
        _recording,
        _confounders,
    ]
    return [check for part in parts for check in part(study, panel, main)]


def _percent(value: float) -> str:
    return f"{value:+.0f}%" if abs(value) >= 10 else f"{value:+.1f}%"


def _shown(value: float, unit: str) -> str:
    return _percent(value) if unit == "percent" else f"{value:+.2f} points"


def _length(study: Study, panel: Panel, _: Estimate) -> Iterator[Check]:
    start = int(panel.starts.min())
    before, after = int((panel.periods < start).sum()), int((panel.periods >= start).sum())
    least = LEAST_BEFORE[panel.kind] if study.design == "interrupted_time_series" else 2
    least_after = LEAST_AFTER[panel.kind]
    numbers = {"before": before, "after": after}
    if before < least:
        says = f"Only {before} periods before the start are known; {least} are needed."
        yield Check("length", "failed", says, numbers)
    elif study.design == "interrupted_time_series" and after < least_after:
        says = f"Only {after} periods after the start are known; {least_after} are needed."
        yield Check("length", "failed", says, numbers)
    else:
        says = f"{before} periods before the first start, {after} from then on."
        yield Check("length", "passed", says, numbers)


def _fit_before(study: Study, _: Panel, main: Estimate) -> Iterator[Check]:
    if study.design != "synthetic_control":
        return
    own, usual = main.detail["rmspe_before"], main.detail["rmspe_before_of_placebos"]
    numbers = {"gap_before": own, "gap_before_of_placebos": usual}
    if usual is not None and own > POOR_FIT * usual:
        says = (
            "No mix of the other units ran like the treated one before: its gap is "
            f"{own / usual:.1f} times the usual one."
        )
        yield Check("fit before", "failed", says, numbers)
    else:
        yield Check("fit before", "passed", "The mix ran like the treated unit before.", numbers)


def _trends_before(study: Study, panel: Panel, _: Estimate) -> Iterator[Check]:
    """Slope of the treated against the others before anybody started, by permutation."""
    if study.design != "difference_in_differences":
        return
    before = panel.periods < panel.starts.min()
    never = panel.starts == NEVER
    if before.sum() < 3:
        says = "Fewer than three periods before the first start: trends cannot be compared."
        yield Check("trends before", "not possible", says)
        return
    y, _log = scaled(panel, study, main_question(study))
    time = (panel.periods[before] - panel.periods[before].mean()).astype(float)
    slopes = y[:, before] @ time / (time @ time)
    lean = time / (time @ time)
    ways, _all = permutation.assignments(panel.starts, 999, study.analysis.seed)
    groups = np.where(never, 0.0, 1.0)
    if not never.any():  # everybody starts: early against late
        groups = (panel.starts < np.median(panel.starts)).astype(float)
    if groups.sum() in (0, len(groups)):
        return
    middle = float(np.median(panel.starts))
    signs = (ways != NEVER).astype(float) if never.any() else (ways < middle).astype(float)
    one = signs / signs.sum(axis=1, keepdims=True)
    other = (1 - signs) / (1 - signs).sum(axis=1, keepdims=True)
    gaps = (one - other) @ slopes
    noise = permutation.noise(y, before) * float(lean @ lean)
    scores = np.abs(gaps) / np.sqrt((one**2 + other**2) @ noise)
    p = float(np.mean(scores >= scores[0] * (1 - 1e-9)))
    after = panel.treated
    ahead = float(panel.periods[after.any(axis=0)].mean() - panel.periods[before].mean())
    convert, unit = converter(study, panel, main_question(study))
    carried = convert(float(gaps[0]) * ahead)
    numbers = {"p": p, "carried_on": carried, "slope_gap_per_period": float(gaps[0])}
    if p <= LUCK and abs(carried) >= study.smallest_effect.value / 2:
        says = (
            "The treated and the others were already moving apart before: carried on, that alone "
            f"would give {_shown(carried, unit)}."
        )
        yield Check("trends before", "failed", says, numbers)
    elif abs(carried) >= study.smallest_effect.value / 2:
        says = (
            "No difference in trends before is told from luck, but the time before is too short "
            f"or noisy to rule one out: carried on, it would give {_shown(carried, unit)}."
        )
        yield Check("trends before", "noted", says, numbers)
    else:
        says = f"The two moved alike before: carried on, that would give {_shown(carried, unit)}."
        yield Check("trends before", "passed", says, numbers)


def _placebo_dates(study: Study, panel: Panel, _: Estimate) -> Iterator[Check]:
    """Pretend that it started earlier, with data from before the real start only."""
    first = int(panel.starts.min())
    before = panel.keep_periods(panel.periods < first)
    count = len(before.periods)
    least = LEAST_BEFORE[panel.kind] if study.design == "interrupted_time_series" else 2
    if study.checks.placebo_dates:
        dates = [ordinal(d, panel.kind) for d in study.checks.placebo_dates]
    else:
        dates = [int(before.periods[int(count * share)]) for share in (0.5, 0.7)] if count else []
    usable = [
        d
        for d in dict.fromkeys(dates)
        if d is not None
        and (before.periods < d).sum() >= least
        and (before.periods >= d).sum() >= min(LEAST_AFTER[panel.kind], least)
    ]
    if not usable or study.design == "stepped_wedge":
        if study.design != "stepped_wedge":
            says = "The time before is too short to try other dates."
            yield Check("placebo dates", "not possible", says)
        return
    for d in usable:
        starts = np.where(panel.starts == NEVER, NEVER, d)
        found = estimate(study, before.starting(starts), main_question(study), quick=True)
        numbers = {"date": panel.named(d), "effect": found.effect, "p": found.p}
        shown = _shown(found.effect, found.unit)
        if found.p <= LUCK / len(usable) and abs(found.effect) >= study.smallest_effect.value / 2:
            says = f"At {panel.named(d)}, when nothing had started, the same method finds {shown}."
            yield Check("placebo dates", "failed", says, numbers)
        else:
            says = f"At {panel.named(d)}, before anything started: {shown}, not told from luck."
            if found.p <= LUCK / len(usable):
                says = (
                    f"At {panel.named(d)}, when nothing had started: {shown}, too small to count."
                )
            yield Check("placebo dates", "passed", says, numbers)


def _other_columns(
    study: Study, panel: Panel, columns: list[tuple[str, str]], name: str, moved: str
) -> Iterator[Check]:
    """Run the study on other columns. columns: (column, what it is called)."""
    counts = study.outcome.kind == "count" and name == "placebo outcomes"
    base = study.outcome.denominator if name == "placebo outcomes" else None
    for column, called in columns:
        if not np.ptp(panel.values[column]):
            yield Check(name, "passed", f"{called} never changed.", {"column": column})
            continue
        found = estimate(study, panel, Question(column, counts, base), quick=True)
        numbers = {"column": column, "effect": found.effect, "p": found.p}
        shown = _percent(found.effect)
        matters = study.smallest_effect.value if study.smallest_effect.unit == "percent" else 0.0
        if found.p <= LUCK / len(columns) and abs(found.effect) >= matters:
            yield Check(name, "failed", moved.format(called=called, shown=shown), numbers)
        else:
            yield Check(name, "passed", f"{called} did not move with it ({shown}).", numbers)


def _placebo_outcomes(study: Study, panel: Panel, _: Estimate) -> Iterator[Check]:
    moved = "{called}, which it should not touch, moved as well ({shown})."
    columns = [(c, c) for c in study.checks.placebo_outcomes]
    yield from _other_columns(study, panel, columns, "placebo outcomes", moved)


def _confounders(study: Study, panel: Panel, _: Estimate) -> Iterator[Check]:
    moved = "{called} changed at the same time ({shown}); the two cannot be told apart."
    columns = [(c.column, c.name) for c in study.checks.confounders]
    yield from _other_columns(study, panel, columns, "confounders", moved)
    if study.design == "interrupted_time_series":
        says = "Without a comparison, anything else that changed at that date looks the same."
        yield Check("no comparison", "noted", says)


def _recording(study: Study, panel: Panel, _: Estimate) -> Iterator[Check]:
    start = int(panel.starts.min())
    for change in study.checks.recording:
        number = ordinal(change.date, panel.kind)
        if number is not None and near(number, start, panel):
            says = f"Recording changed at nearly the same time ({change.date}: {change.what})."
            yield Check("recording", "failed", says)
        else:
            says = f"Recording changed in {change.date}: {change.what}."
            yield Check("recording", "noted", says)
    moved = "How the outcome is recorded changed with it: {called} moved ({shown})."
    columns = [(c, c) for c in study.checks.recording_columns]
    yield from _other_columns(study, panel, columns, "recording", moved)


def _leave_one_out(study: Study, panel: Panel, main: Estimate) -> Iterator[Check]:
    """Drop each unit in turn; does the answer rest on one of them?"""
    if len(panel.units) < 4:
        return
    clear = main.low is not None and main.high is not None and main.low * main.high > 0
    treated = int((panel.starts != NEVER).sum())
    effects: dict[str, float] = {}
    for i, unit in enumerate(panel.units):
        if panel.starts[i] != NEVER and treated == 1:
            continue
        rest = panel.keep_units(np.arange(len(panel.units)) != i)
        effects[unit] = _effect_alone(study, rest)
    if not effects:
        return
    lowest, highest = min(effects, key=effects.__getitem__), max(effects, key=effects.__getitem__)
    numbers = {"lowest": effects[lowest], "highest": effects[highest]}
    weak = [u for u, e in effects.items() if e * main.effect <= 0 or abs(e) < abs(main.effect) / 2]
    shown = (
        f"{_shown(effects[lowest], main.unit)} without {lowest} to "
        f"{_shown(effects[highest], main.unit)} without {highest}"
    )
    if clear and weak:
        says = f"The answer rests on one unit ({weak[0]}): effects run from {shown}."
        yield Check("leave one out", "failed", says, numbers)
    else:
        says = f"Leaving out one unit at a time, effects run from {shown}."
        yield Check("leave one out", "passed", says, numbers)


def _effect_alone(study: Study, panel: Panel) -> float:
    """The effect without inference."""
    from offramp.learn.designs import differences, stepped_wedge, synthetic_control

    question = main_question(study)
    y, _ = scaled(panel, study, question)
    convert, _unit = converter(study, panel, question)
    if study.design == "synthetic_control":
        return convert(synthetic_control.effect(panel, y))
    if study.design == "stepped_wedge":
        useful = stepped_wedge.informative(panel)
        panel, y = panel.keep_periods(useful), y[:, useful]
    w = differences.weights(panel.periods, panel.starts, study.analysis.estimator)
    return convert(float((w * y).sum()))
