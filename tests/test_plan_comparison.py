"""The comparison row: what more arrests do follows from its levers and parameters alone."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import numba
import numpy as np
import pytest
from scipy import stats

from offramp.brief.plan_text import plan_text
from offramp.fit import Fit
from offramp.model import tallies as t
from offramp.model.parameters import INDEX, NAMES
from offramp.model.priors import Prior
from offramp.model.processes import supply
from offramp.model.week import ALL
from offramp.plan.effects import chance_better, reading
from offramp.plan.ensemble import simulate, weekly
from offramp.plan.inputs import Input
from offramp.plan.measures import MEASURES, measured
from offramp.plan.order import promising
from offramp.plan.tipping import tipping
from tests.small_world import DRAWS, catalogue, option_that, plain_setup, setup_with, world

DETERRENCE = INDEX["deterrence"]


@cache
def compared():
    setup = setup_with(catalogue().comparison, draws=48, people=800)
    runs = simulate(setup, 2)
    return setup, runs, measured(setup, runs)


def test_its_effect_on_use_has_a_range_with_both_signs():
    setup, _, found = compared()
    change = found.value["people_using"][:, 1] - found.value["people_using"][:, 0]
    low, high = np.quantile(change, [0.05, 0.95])
    assert low < 0 < high
    # and the sign is that of deterrence: below 0 means fewer people use
    assert stats.spearmanr(change, setup.rows[:, DETERRENCE]).statistic > 0.9


def test_it_raises_contacts_arrests_and_hours():
    _, runs, found = compared()
    for measure in ("possession_arrests", "searches_nothing_found", "police_hours"):
        assert (found.value[measure][:, 1] > found.value[measure][:, 0]).all(), measure
    ratio = runs.rows[:, 1, INDEX["enforcement"]] / runs.rows[:, 0, INDEX["enforcement"]]
    assert np.median(ratio) == pytest.approx(1.5, rel=0.1)


NO_HARM_OF_CUSTODY = {
    "days_detention": 0.0, "days_remand": 0.0, "days_sentence": 0.0,  # nobody is held for long
    "used_inside": 1.0, "tolerance_days": 1e6,  # tolerance is kept
    "oat_continued_custody": 1.0, "oat_at_release_linked": 1.0,  # treatment too
    "disruption_exposed": 0.0,  # seizures near nobody
}  # fmt: skip
NEUTRAL = {
    "deterrence": 0.0, "solitary_shift": 0.0, "warrant_from_charge": 0.0, "warrant_call": 0.0,
    "equipment_taken": 0.0, "kit_at_release": 0.0, "oat_started_custody": 0.0, "release_entry": 1.0,
}  # fmt: skip


def deaths(setting, levers=True, couplings=ALL):
    """Expected overdose deaths, today and in the comparison, under these parameters."""
    setup = plain_setup()
    sums = np.zeros(2)
    for k in range(DRAWS):
        of = world(k)
        for scenario, option in enumerate((None, setup.options[-1] if levers else None)):
            rows = weekly(setup, of.fitted.row, option, k, of.weeks)
            for name, value in setting.items():
                rows[:, INDEX[name]] = value
            tallies = of.scenario(rows, couplings)[:, :, t.OVERDOSE_DEATHS]
            sums[scenario] += tallies.sum() / t.UNITS[t.OVERDOSE_DEATHS]
    return sums


def test_without_the_harms_of_custody_release_and_disruption_deaths_are_those_of_today():
    today, then = deaths(NO_HARM_OF_CUSTODY | NEUTRAL)
    assert then == pytest.approx(today, rel=0.004)


def test_with_them_the_row_is_not_neutral():
    """The test above can fail: the same neutral settings with the harms left in move deaths."""
    harmful = NEUTRAL | {
        "custody_charged": 0.6, "days_remand": 40.0, "used_inside": 0.0, "tolerance_days": 10.0,
        "oat_continued_custody": 0.0, "possession_remand": 1.0, "disruption_exposed": 0.1,
        "disruption_causal": 1.0,
    }  # fmt: skip
    today, then = deaths(harmful)
    assert abs(then / today - 1) > 0.01


def test_each_harm_acts_by_itself():
    free = NO_HARM_OF_CUSTODY | NEUTRAL
    today, then = deaths(free | {"disruption_exposed": 0.1, "disruption_causal": 1.0})
    assert then > today * 1.001
    today, then = deaths(free | {"solitary_shift": 0.2})
    assert then > today * 1.001
    today, then = deaths(free | {"deterrence": 0.29})
    more_use = then / today
    today, then = deaths(free | {"deterrence": -0.29})
    assert then / today < 1 < more_use


@numba.njit
def disruption_of(row):
    return supply.disruption(row)


@pytest.mark.parametrize("rate", [0.0, 1.0, 1.3, 2.0])
def test_disruption_weighs_both_weeks_by_the_share_exposed(rate):
    row = np.zeros(len(NAMES), np.float32)
    for name, value in {
        "disruption_week_1": 2.17, "disruption_week_2": 1.49, "disruption_exposed": 0.022,
        "disruption_causal": 1.0, "disruption_rate": rate, "disruption_mitigation": 0.0,
    }.items():  # fmt: skip
        row[INDEX[name]] = value
    # as much time is spent in the first week after a seizure as in the second: without seizures
    # 2 overdoses where there are 2.17 + 1.49
    caused = 0.022 * (1.17 + 0.49) / (2.17 + 1.49)
    assert disruption_of(row) == pytest.approx(1 + caused * (rate - 1), rel=1e-5)
    row[INDEX["disruption_mitigation"]] = 1.0
    assert disruption_of(row) == pytest.approx(1 - caused, rel=1e-5)
    row[INDEX["disruption_causal"]] = 0.0
    assert disruption_of(row) == pytest.approx(1.0)


def test_half_of_the_prior_is_on_no_effect_of_seizures():
    setup = setup_with(catalogue().comparison, draws=64, people=500)
    causal = setup.rows[:, INDEX["disruption_causal"]]
    assert set(np.unique(causal)) == {0.0, 1.0}
    assert 0.35 < causal.mean() < 0.65


def synthetic(start, slope, draws=64, noise=0.0):
    """A setup with one option, the comparison, whose change in deaths is a line in deterrence."""
    rng = np.random.default_rng(2)
    rows = np.zeros((draws, len(NAMES)))
    rows[:, DETERRENCE] = rng.normal(0, 0.15, draws)
    change = start + slope * rows[:, DETERRENCE] + noise * rng.standard_normal(draws)
    today = rng.uniform(50, 150, draws)
    prior = Input("evidence:judge_deterrence", "", Prior("normal", 0.0, -0.29, 0.29), "judgement")
    setup = SimpleNamespace(
        options=(SimpleNamespace(comparison=True),), rows=rows,
        inputs={"evidence:judge_deterrence": prior},
    )  # fmt: skip
    return setup, SimpleNamespace(value={"fatal_overdoses": np.stack([today, today + change], 1)})


@pytest.mark.parametrize(("start", "slope"), [(0.6, 4.0), (0.05, 1.0), (-0.4, 3.0)])
def test_the_tipping_point_of_a_straight_line_is_where_it_crosses_zero(start, slope):
    found = tipping(*synthetic(start, slope))
    point = -start / slope
    assert found["deterrence_needed"] == pytest.approx(point, rel=1e-4)
    assert found["as_percent"] == pytest.approx(100 * (1 - np.exp(point)), rel=1e-4)
    assert f"{abs(found['as_percent']):.0f}%" in found["says"]
    assert (found["prior_low"], found["prior_high"]) == (-0.29, 0.29)


def test_the_tipping_point_is_found_through_noise():
    setup, found = synthetic(0.6, 4.0, draws=2000, noise=0.3)
    line = stats.linregress(
        setup.rows[:, DETERRENCE],
        found.value["fatal_overdoses"][:, 1] - found.value["fatal_overdoses"][:, 0],
    )
    told = tipping(setup, found)["deterrence_needed"]
    assert told == pytest.approx(-line.intercept / line.slope, rel=1e-4)
    assert told == pytest.approx(-0.15, abs=0.02)


@pytest.mark.parametrize(("start", "slope"), [(0.6, 0.0), (0.6, -4.0), (5.0, 0.5)])
def test_where_no_deterrence_within_reason_would_do_it_says_so(start, slope):
    found = tipping(*synthetic(start, slope))
    assert found["deterrence_needed"] is None and found["as_percent"] is None
    assert "No size of deterrence" in found["says"]


def test_the_tipping_point_of_the_row_is_printed():
    setup, _, found = compared()
    told = tipping(setup, found)
    assert told["says"]
    cells = {"today": 1.0, "change": 0.0, "low": 0.0, "high": 0.0, "chance_better": 0.5}
    row = {
        "name": "More arrests", "fit": {"status": "comparison"},
        "effects": [
            {"measure": m} | cells
            for m in ("fatal_overdoses", "acquisitive_offences", "possession_arrests")
        ],
    }  # fmt: skip
    results = {
        "place": {"name": "X"}, "horizon_years": 5, "draws": 8, "people": 800, "seed": 1,
        "run": "0", "calibrated": None, "options": [row], "comparison": row, "tipping": told,
        "not_simulated": [],
    }  # fmt: skip
    printed = " ".join(plan_text(results).split())
    assert " ".join(told["says"].split()) in printed


def test_no_tipping_point_without_the_row():
    setup = setup_with(option_that("recorded-warning"), draws=2, people=500)
    runs = simulate(setup, 1)
    assert tipping(setup, measured(setup, runs)) is None


BY_ID = {m.id: m for m in MEASURES}


def test_the_chance_of_better_is_that_of_fewer_and_half_of_the_same():
    today = np.zeros(10)
    then = np.array([-1, -1, -1, -1, -1, 1, 1, 1, 0, 0])
    assert chance_better(BY_ID["fatal_overdoses"], today, then) == pytest.approx(0.6)
    assert chance_better(BY_ID["qalys"], today, then) == pytest.approx(0.4)
    assert chance_better(BY_ID["possession_arrests"], today, then) is None
    ratio = BY_ID["contact_ratio"]
    assert chance_better(ratio, np.full(4, 4.0), np.array([2.0, 1.0, 0.5, 5.0])) == 0.75
    assert chance_better(ratio, np.full(2, 4.0), np.array([0.25, 4.0])) == 0.5


def test_a_chance_near_one_half_cannot_be_told_and_a_small_change_is_too_small_to_see():
    setup = SimpleNamespace(series={}, years=5)
    measure = BY_ID["fatal_overdoses"]
    assert reading(setup, measure, 0.55, -50.0, 100.0) == "cannot_tell"
    assert reading(setup, measure, None, -50.0, 100.0) == "shown"
    # chance of a year: 10 on 100; over five years 1.64 x 10 / sqrt(5) = 7.3
    assert reading(setup, measure, 0.95, -7.0, 100.0) == "too_small"
    assert reading(setup, measure, 0.95, -7.6, 100.0) == "helps"
    assert reading(setup, measure, 0.05, 7.6, 100.0) == "harms"


def test_the_row_is_never_among_the_promising():
    option = {
        "id": "more-arrests", "fit": {"status": "comparison"}, "share_in_place": 0.0,
        "effects": [
            {"measure": m.id, "label": m.label, "outcome": m.outcome, "today": 100.0,
             "change": -50.0 if m.better == "lower" else 50.0, "low": 0.0, "high": 0.0,
             "mean": 0.0, "chance_better": 0.99, "reading": "helps"}
            for m in MEASURES
        ],
    }  # fmt: skip
    place = replace(plain_setup().place)
    fits = {
        "more-arrests": Fit("more-arrests", "More arrests", "ready", [], [], "ready"),
    }
    assert promising([option], place, fits) == []
    option["fit"] = {"status": "ready"}  # as it would be for a candidate
    assert [o["id"] for o in promising([option], place, fits)] == ["more-arrests"]
