"""How many rows the rule would let hold, were the model right: against the rule itself."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from offramp.validate.expected import Expected, apart, chance, expected
from offramp.validate.judge import WIDE, Target, Verdict, judged
from tests.test_validate_rule import a_study

TIMES, DRAWS = 4000, 4001


def row(form: str, middle: float, model: float, study: float, found: float | None = None):
    """A row whose model has `middle` and these standard deviations (of logarithms for a ratio)."""
    log = form == "ratio"
    back = math.exp if log else float
    low, high = (back(middle + side * 1.6449 * model) for side in (-1, 1))
    ends = (back(middle + side * 1.96 * study) for side in (0, -1, 1))
    return Verdict(
        a_study("none" if found is not None else "lower", form),
        Target(*ends, True, found), back(middle), low, high, (), "",
    )  # fmt: skip


def held(form: str, middle: float, model: float, study: float, none: float | None = None) -> float:
    """Share of studies that hold by the rule; none: of those that find no change, entered so."""
    rng = np.random.default_rng(7)
    back = np.exp if form == "ratio" else (lambda x: x)
    spread = np.sort(rng.normal(middle, model, DRAWS))
    values, counted = back(spread), []
    for _time in range(TIMES):
        saw = rng.normal(rng.normal(middle, model), study)
        low, value, high = (back(saw + side * 1.96 * study) for side in (-1, 0, 1))
        if none is not None:
            if not low <= none <= high:
                continue
            value = none
        goal = Target(float(value), float(low), float(high), True)
        kept = (np.quantile(values, q) for q in (0.05, 0.5, 0.95))
        first, median, last = kept
        counted.append(
            first <= goal.value <= last
            and goal.low <= median <= goal.high
            and last - first <= 3 * (goal.high - goal.low)
        )
    return float(np.mean(counted))


@pytest.mark.parametrize("form", ["ratio", "difference"])
@pytest.mark.parametrize(("model", "study"), [(0.1, 0.1), (0.05, 0.2), (0.2, 0.1), (0.12, 0.1)])
def test_the_chance_is_how_often_the_rule_holds(form, model, study):
    assert chance(row(form, -0.4, model, study)) == pytest.approx(
        held(form, -0.4, model, study), abs=0.03
    )


@pytest.mark.parametrize(("middle", "model", "study"), [(0.0, 0.02, 0.3), (0.1, 0.2, 0.2),
                                                        (-0.15, 0.1, 0.15)])  # fmt: skip
def test_a_finding_of_no_change_is_asked_of_studies_that_found_none(middle, model, study):
    asked = row("difference", middle, model, study, found=0.1)
    assert chance(asked) == pytest.approx(held("difference", middle, model, study, 0.0), abs=0.03)


def test_none_far_outside_of_the_model_cannot_be_repeated():
    assert chance(row("difference", -1.0, 0.1, 0.3, found=-0.2)) == 0


def test_no_row_is_surer_than_four_times_in_five():
    sizes = np.geomspace(0.01, 10, 200)
    best = max(chance(row("difference", -1, float(model), 1.0)) for model in sizes)
    assert best == pytest.approx(0.79, abs=0.01)


def test_a_row_too_wide_or_without_end_cannot_hold():
    wide = replace(row("ratio", -0.4, 0.1, 0.1), misses=(WIDE,))
    endless = replace(row("difference", -0.4, 0.1, 0.1), high=math.inf)
    assert chance(wide) == chance(endless) == 0


def test_of_rows_the_sum_its_range_and_how_many_agree():
    near = row("difference", -0.4, 0.1, 0.1)
    far = replace(near, target=Target(0.4, 0.204, 0.596, True))
    found = expected([near, near, far])
    one = chance(near)
    assert found.middle == pytest.approx(3 * one)
    spread = 1.6449 * math.sqrt(3 * one * (1 - one))
    assert (found.low, found.high) == pytest.approx((3 * one - spread, min(3 * one + spread, 3)))
    assert (found.rows, found.agree) == (3, 2)
    assert expected([]) == Expected(0, 0, 0, 0, 0)


def test_how_far_apart_is_in_both_errors_together():
    assert apart(row("ratio", -0.4, 0.3, 0.4)) == 0
    moved = replace(row("difference", 0.0, 0.3, 0.4), median=-1.0, low=-1.49347, high=-0.50653)
    assert apart(moved) == pytest.approx(2.0, rel=1e-3)


def test_a_model_and_a_study_without_any_error_hold_where_they_are_the_same():
    values = np.full(100, 0.8)
    same = judged(a_study(), Target(0.8, 0.8, 0.8, True), values)
    assert chance(same) == 1 and apart(same) == 0
    other = judged(a_study(), Target(0.9, 0.9, 0.9, True), values)
    assert apart(other) == math.inf
