"""The designs agree with other programs on shared cases, and with sums done by hand.

Answers of pyfixest, wildboottest and pysyncon: tests/oracles/evaluation.py made them.
"""

import json
from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.stats.proportion import confint_proportions_2indep

from offramp.learn.designs import (
    differences,
    event_study,
    interrupted_series,
    permutation,
    randomised_trial,
    synthetic_control,
    wild_bootstrap,
)
from offramp.learn.panel import NEVER, Panel

ORACLE = json.loads(
    (Path(__file__).parent / "oracles" / "evaluation.json").read_text(encoding="utf-8")
)


def panel_of(case: dict) -> tuple[Panel, np.ndarray]:
    y = np.array(case["y"])
    starts = np.array([s or NEVER for s in case["starts"]], dtype=np.int64)
    periods = np.arange(1, y.shape[1] + 1)
    names = tuple(f"u{i}" for i in range(len(y)))
    return Panel(names, periods, "month", {"y": y}, starts), y


def test_one_date_is_two_way_fixed_effects_as_in_pyfixest():
    case = ORACLE["one_date"]
    panel, y = panel_of(case)
    found = differences.fit(panel, y, permutations=99)
    assert found.effect == pytest.approx(case["effect"], abs=1e-8)


def test_the_wild_bootstrap_gives_the_p_value_of_wildboottest_when_all_signs_are_tried():
    case = ORACLE["one_date"]
    panel, y = panel_of(case)
    w = differences.weights(panel.periods, panel.starts, "imputation")
    found = wild_bootstrap.infer(
        y,
        panel.treated.astype(float),
        w,
        name="",
        draws=9999,
        seed=1,
        level=0.95,
        webb=False,
    )
    assert 0.05 < case["wild_p"] < 0.95
    assert found.p == pytest.approx(case["wild_p"], abs=2 / 1024)


def test_imputation_with_several_dates_is_the_two_stage_estimate_of_pyfixest():
    case = ORACLE["staggered"]
    panel, y = panel_of(case)
    found = differences.fit(panel, y, permutations=99)
    assert found.effect == pytest.approx(case["effect"], abs=1e-6)


def test_the_event_study_has_the_points_of_the_saturated_regression_of_pyfixest():
    case = ORACLE["staggered"]
    panel, y = panel_of(case)
    points = {p.periods: p.effect for p in event_study.fit(panel, y)}
    assert points[-1] == 0
    for distance, effect in case["event_study"].items():
        assert points[int(distance)] == pytest.approx(effect, abs=1e-6), distance


def test_clean_comparisons_average_the_points_after_the_start():
    panel, y = panel_of(ORACLE["staggered"])
    found = differences.fit(panel, y, estimator="callaway_santanna", permutations=99)
    after = [p for p in event_study.fit(panel, y) if p.periods >= 0]
    by_hand = sum(p.effect * p.units for p in after) / sum(p.units for p in after)
    assert found.effect == pytest.approx(by_hand, abs=1e-10)


def test_an_early_starter_is_never_a_control_for_a_later_one():
    """An effect that grows with time misleads two-way fixed effects; here it must not."""
    periods = np.arange(1, 13)
    starts = np.array([4, 4, 8, 8, NEVER, NEVER])
    panel = Panel(tuple("abcdef"), periods, "month", {}, starts)
    grown = np.where(panel.treated, periods[None, :] - starts[:, None] + 1.0, 0.0)
    y = grown + np.arange(6)[:, None] + np.sin(periods)[None, :]
    truth = grown[panel.treated].mean()
    for estimator in ("imputation", "callaway_santanna"):
        w = differences.weights(periods, starts, estimator)
        assert (w * y).sum() == pytest.approx(truth, abs=1e-9)


def test_the_synthetic_control_has_the_weights_and_gap_of_pysyncon():
    case = ORACLE["synthetic"]
    y = np.array(case["y"])
    starts = np.array([case["start"], *[NEVER] * (len(y) - 1)])
    names = tuple(f"u{i}" for i in range(len(y)))
    panel = Panel(names, np.arange(1, y.shape[1] + 1), "month", {"y": y}, starts)
    found = synthetic_control.fit(panel, y)
    ours = [found.detail["weights"].get(n, 0.0) for n in names[1:]]
    assert ours == pytest.approx(case["weights"], abs=1e-3)
    assert found.effect == pytest.approx(case["gap_after"], abs=1e-3)
    assert found.detail["rmspe_before"] <= case["rmspe_before"] * (1 + 1e-4)


def count_series(seed: int = 1, months: int = 72) -> Panel:
    random = np.random.default_rng(seed)
    t = np.arange(months)
    mean = 40 * np.exp(0.2 * np.sin(2 * np.pi * t / 12) - 0.3 * (t >= 48))
    y = random.negative_binomial(20, 20 / (20 + mean)).astype(float)
    people = 1e5 + 100.0 * t
    values = {"y": y[None, :], "people": people[None, :]}
    return Panel(("all",), 24000 + t, "month", values, np.array([24048]))


def test_a_time_series_without_autocorrelation_is_the_negative_binomial_of_statsmodels():
    panel = count_series()
    found = interrupted_series.fit(panel, "y", "people", 24048, independent=True)
    x = interrupted_series.line(panel, 24048)
    family = sm.families.NegativeBinomial(alpha=found.detail["dispersion"])
    offset = np.log(panel.values["people"][0])
    peer = sm.GLM(panel.values["y"][0], x.columns, family=family, offset=offset).fit(tol=1e-12)
    assert list(found.detail["coefficients"].values()) == pytest.approx(peer.params, abs=1e-6)
    assert found.spread == pytest.approx(float(x.effect @ peer.bse), rel=0.08)
    pearson = float((peer.resid_pearson**2).sum())
    assert pearson == pytest.approx(peer.df_resid, rel=1e-5)


def test_a_number_without_autocorrelation_is_least_squares_of_statsmodels():
    panel = count_series(2)
    x = interrupted_series.line(panel, 24048)
    peer = sm.OLS(panel.values["y"][0], x.columns).fit()
    found = interrupted_series.fit(panel, "y", None, 24048, count=False, independent=True)
    assert found.effect == pytest.approx(peer.params[-1], abs=1e-8)
    assert (found.low, found.high) == pytest.approx(peer.conf_int()[-1], rel=1e-6)
    assert found.p == pytest.approx(peer.pvalues[-1], rel=1e-6)


def test_a_slope_counts_as_the_mean_change_after_the_start():
    panel = count_series(3)
    t = np.arange(72)
    exact = panel.values | {"y": (10 + 0.5 * t + (t >= 48) * (2 + 0.25 * (t - 48)))[None, :]}
    exact_panel = Panel(panel.units, panel.periods, "month", exact, panel.starts)
    found = interrupted_series.fit(
        exact_panel, "y", None, 24048, count=False, shape="step_and_slope", seasonal=False
    )
    assert found.effect == pytest.approx(np.mean(2 + 0.25 * np.arange(24)), abs=1e-6)


def test_autocorrelation_widens_the_range():
    random = np.random.default_rng(4)
    e = np.zeros(80)
    for i in range(1, 80):
        e[i] = 0.7 * e[i - 1] + random.normal()
    panel = Panel(("a",), np.arange(80), "year", {"y": e[None, :]}, np.array([50]))
    wide = interrupted_series.fit(panel, "y", None, 50, count=False)
    narrow = interrupted_series.fit(panel, "y", None, 50, count=False, independent=True)
    assert wide.high - wide.low > 1.4 * (narrow.high - narrow.low)


def test_the_permutation_interval_is_the_test_turned_round():
    panel, y = panel_of(ORACLE["staggered"])
    found = differences.fit(panel, y, permutations=199)
    for end in (found.low, found.high):
        for inside, rejected in ((end * 0.99 + found.effect * 0.01, False),):
            again = differences.fit(panel, y - inside * panel.treated, permutations=199)
            assert (again.p <= 0.05) is rejected
        beyond = end + 0.05 * (end - found.effect)
        again = differences.fit(panel, y - beyond * panel.treated, permutations=199)
        assert again.p <= 0.05


def test_few_units_are_dealt_out_in_every_way():
    ways, exact = permutation.assignments(np.array([5, 5, NEVER, NEVER]), 999, 1)
    assert exact
    assert len({tuple(way) for way in ways}) == len(ways) == 6
    assert ways[0].tolist() == [5, 5, NEVER, NEVER]


def test_risks_of_two_arms_are_compared_as_in_statsmodels():
    arm = np.repeat([True, False], [120, 110])
    event = np.concatenate([np.repeat([1.0, 0.0], [24, 96]), np.repeat([1.0, 0.0], [40, 70])])
    found = randomised_trial.fit(randomised_trial.Cohort(arm, event), log=False)
    low, high = confint_proportions_2indep(24, 120, 40, 110, compare="diff", method="score")
    assert found.effect == pytest.approx(100 * (24 / 120 - 40 / 110))
    assert (found.low, found.high) == pytest.approx((100 * low, 100 * high))


def test_groups_drawn_by_lot_count_once_each():
    clusters = [f"c{i}" for i in range(6) for _ in range(50)]
    arm = np.repeat([True] * 3 + [False] * 3, 50)
    risks = [0.2, 0.3, 0.25, 0.4, 0.5, 0.45]
    event = np.concatenate(
        [np.repeat([1.0, 0.0], [round(50 * r), 50 - round(50 * r)]) for r in risks]
    )
    found = randomised_trial.fit(randomised_trial.Cohort(arm, event, None, clusters), log=False)
    shares = [round(50 * r) / 50 for r in risks]
    assert found.effect == pytest.approx(100 * (np.mean(shares[:3]) - np.mean(shares[3:])))
    assert found.detail["clusters"] == 3
