"""The risk clock: multipliers of overdose hazard by weeks since starting, stopping and release."""

from __future__ import annotations

import numba
import numpy as np
import pytest

from offramp.model import people as ppl
from offramp.model.parameters import INDEX, NAMES
from offramp.model.processes import risk_clock

STABLE, START, STOP_1, STOP_3, PEAK, TAIL, LINKED = 0.5, 1.6, 4.7, 4.2, 8.5, 1.7, 0.25
ROW = np.zeros(len(NAMES), np.float32)
for _name, _value in {
    "oat_stable": STABLE, "oat_start": START, "stop_weeks_1_2": STOP_1, "stop_weeks_3_4": STOP_3,
    "release_peak": PEAK, "release_tail": TAIL, "oat_at_release": LINKED,
    "steps_a_week": 1,
}.items():  # fmt: skip
    ROW[INDEX[_name]] = _value
WEEK = 200


@numba.njit
def levels(people, p, week):
    risk = np.zeros(people.flags.size, np.float32)
    risk_clock.level(people, p, week, risk)
    return risk


def profile(flags=0, weeks=8, tolerance_lost=1.0, **since):
    """Multiplier in the 1st, 2nd, … week after what happened; `since`: columns to set."""
    people = ppl.empty(weeks)
    people.flags[:] = flags | ppl.OPIOIDS | ppl.USING
    people.tolerance_lost[:] = tolerance_lost
    for column, later in since.items():
        # an event of week w writes w + 1; entry to treatment comes before the week's hazards
        getattr(people, column)[:] = WEEK - np.arange(weeks) - later
    return levels(people, ROW, WEEK)


def test_off_treatment_and_tolerant_is_one():
    assert profile() == pytest.approx(1.0)


def test_starting_treatment_has_two_weeks_of_more_risk_then_half():
    assert profile(ppl.OAT, oat_since=0) == pytest.approx([START] * 2 + [STABLE] * 6)


def test_stopping_treatment_has_four_weeks_of_high_risk():
    assert profile(stopped=0) == pytest.approx([STOP_1] * 2 + [STOP_3] * 2 + [1] * 4)


def test_release_with_tolerance_lost_has_four_weeks_of_high_risk():
    assert profile(released=0) == pytest.approx([PEAK] * 2 + [TAIL] * 2 + [1] * 4)


@pytest.mark.parametrize("lost", [0.0, 0.2, 0.5, 0.9])
def test_release_counts_only_as_far_as_tolerance_is_lost(lost):
    peak, tail = 1 + (PEAK - 1) * lost, 1 + (TAIL - 1) * lost
    assert profile(released=0, tolerance_lost=lost) == pytest.approx(
        [peak] * 2 + [tail] * 2 + [1] * 4
    )


def test_leaving_custody_on_treatment_lowers_the_release_value_for_four_weeks():
    found = profile(ppl.OAT | ppl.LEFT_ON_OAT, released=0, oat_since=100)
    assert found == pytest.approx(
        [PEAK * LINKED] * 2 + [max(TAIL * LINKED, STABLE)] * 2 + [STABLE] * 4
    )


def test_a_night_in_a_cell_leaves_people_on_treatment_where_they_were():
    for flags in (ppl.OAT, ppl.OAT | ppl.LEFT_ON_OAT):
        found = profile(flags, released=0, oat_since=100, tolerance_lost=0.0)
        assert found == pytest.approx(STABLE)


def test_two_states_of_the_same_kind_take_the_larger_and_are_not_multiplied():
    both = profile(stopped=0, released=0)
    assert both == pytest.approx([PEAK] * 2 + [STOP_3] * 2 + [1] * 4)
    little = profile(stopped=0, released=0, tolerance_lost=0.1)  # 1.75, then 1.07
    assert little == pytest.approx([STOP_1] * 2 + [STOP_3] * 2 + [1] * 4)
    start = profile(ppl.OAT, oat_since=0, released=0)
    assert start == pytest.approx([PEAK] * 2 + [TAIL] * 2 + [STABLE] * 4)
