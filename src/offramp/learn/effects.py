"""One study, one column, one effect: calls the design that the plan names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from offramp.learn.designs import (
    differences,
    interrupted_series,
    randomised_trial,
    stepped_wedge,
    synthetic_control,
)
from offramp.learn.fitted import (
    Convert,
    Estimate,
    Fitted,
    in_words_of_the_study,
    percent_of_level,
    percent_of_log,
    points,
)
from offramp.learn.panel import Floats, Panel
from offramp.learn.study import Study

Kind = Literal["outcome", "other"]
QUICK = 199  # permutations of a check


@dataclass(frozen=True)
class Question:
    """What is asked of a table: the study's outcome, or another column in its place."""

    column: str
    count: bool
    denominator: str | None


def main_question(study: Study) -> Question:
    o = study.outcome
    return Question(o.column, o.kind == "count", o.denominator)


def scaled(panel: Panel, study: Study, question: Question) -> tuple[Floats, bool]:
    """float[N, T] on the scale of the analysis, and whether it is a logarithm."""
    y = panel.values[question.column]
    if question.denominator:
        y = study.outcome.per * y / panel.values[question.denominator]
    log = study.log_scale and bool((y > 0).all())
    return (np.log(y) if log else y), log


def fitted(study: Study, panel: Panel, question: Question, *, quick: bool = False) -> Fitted:
    """The effect on the scale of the analysis."""
    a = study.analysis
    if study.design == "interrupted_time_series":
        return interrupted_series.fit(
            panel,
            question.column,
            question.denominator,
            int(panel.starts[0]),
            count=question.count,
            shape=a.effect,
            seasonal=a.seasonal,
            level=a.level,
            extra=recording_steps(study, panel),
        )
    y, _ = scaled(panel, study, question)
    many = min(QUICK, a.permutations) if quick else a.permutations
    if study.design == "synthetic_control":
        return synthetic_control.fit(panel, y, level=a.level)
    if study.design == "stepped_wedge":
        return stepped_wedge.fit(panel, y, permutations=many, seed=a.seed, level=a.level)
    return differences.fit(
        panel,
        y,
        estimator=a.estimator,
        inference=a.inference,
        permutations=many,
        seed=a.seed,
        level=a.level,
    )


def recording_steps(study: Study, panel: Panel) -> dict[str, Floats]:
    """A level of its own after each known change of recording (time series only)."""
    from offramp.place.series import ordinal

    steps = {}
    start = int(panel.starts.min())
    for change in study.checks.recording:
        number = ordinal(change.date, panel.kind)
        if number is None or near(number, start, panel):
            continue
        after = (panel.periods >= number).astype(float)
        if 0 < after.sum() < len(after):
            steps[f"recording {change.date}"] = after
    return steps


def near(number: int, start: int, panel: Panel) -> bool:
    """Whether two periods are too close to tell what each did: within a quarter of a year."""
    return abs(number - start) <= max(panel.per_year // 4, 1)


def converter(study: Study, panel: Panel, question: Question) -> tuple[Convert, str]:
    """From the scale of the analysis to percent or points, and which of them."""
    if study.design == "interrupted_time_series":
        log = question.count
        y = panel.values[question.column]
        if question.denominator and not log:
            y = y / panel.values[question.denominator]
    else:
        y, log = scaled(panel, study, question)
    if log:
        return percent_of_log, "percent"
    if study.smallest_effect.unit == "points" and question == main_question(study):
        return points, "points"
    return percent_of_level(float(y[panel.treated].mean())), "percent"


def estimate(study: Study, panel: Panel, question: Question, *, quick: bool = False) -> Estimate:
    """The effect in the words of the study."""
    convert, unit = converter(study, panel, question)
    found = fitted(study, panel, question, quick=quick)
    return in_words_of_the_study(found, convert, unit, study.outcome.better)


def estimate_trial(study: Study, cohort: randomised_trial.Cohort) -> Estimate:
    """The effect of a randomised trial."""
    percent = study.smallest_effect.unit == "percent"
    found = randomised_trial.fit(cohort, log=percent, level=study.analysis.level)
    convert = percent_of_log if percent else points
    return in_words_of_the_study(found, convert, study.smallest_effect.unit, study.outcome.better)
