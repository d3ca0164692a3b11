"""Ranges and p values of indicators agree with other libraries."""

from __future__ import annotations

import pytest
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from offramp.learn.indicators.intervals import poisson, rates, shares, wilson


@pytest.mark.parametrize(("k", "n"), [(0, 12), (3, 40), (40, 40), (1234, 7205)])
def test_wilson_agrees_with_statsmodels(k: int, n: int):
    span = wilson(k, n)
    low, high = proportion_confint(k, n, method="wilson")
    assert (span.low, span.high) == pytest.approx((low, high), abs=1e-12)


@pytest.mark.parametrize("k", [0, 1, 9, 670])
def test_the_range_of_a_count_is_exact_poisson(k: int):
    span = poisson(k, 2.0)
    low = stats.chi2.ppf(0.025, 2 * k) / 4 if k else 0.0
    assert (span.low, span.high) == pytest.approx((low, stats.chi2.ppf(0.975, 2 * k + 2) / 4))


def test_two_rates_agree_with_the_binomial_test_of_scipy():
    against = rates(36, 3.0, 20, 4.0)
    exact = stats.binomtest(36, 56, 3 / 7).proportion_ci(method="exact")
    ends = [p / (1 - p) * 4 / 3 for p in (exact.low, exact.high)]
    assert against.ratio is not None
    assert (against.ratio.low, against.ratio.high) == pytest.approx(ends, rel=1e-9)
    assert against.ratio.mid == pytest.approx((36 / 3) / (20 / 4))
    tail = stats.binom.sf(35, 56, 3 / 7)
    assert against.p == pytest.approx(2 * tail, rel=1e-9)


def test_a_very_small_p_is_not_lost_in_rounding():
    assert 0 < rates(1000, 1.0, 100, 1.0).p < 1e-100


def test_two_shares_agree_with_statsmodels():
    against = shares(56, 70, 48, 80)
    low, high = confint_proportions_2indep(56, 70, 48, 80, compare="diff", method="newcomb")
    assert against.difference is not None and against.ratio is not None
    assert (against.difference.low, against.difference.high) == pytest.approx((low, high))
    low, high = confint_proportions_2indep(56, 70, 48, 80, compare="ratio", method="log")
    assert (against.ratio.low, against.ratio.high) == pytest.approx((low, high), rel=1e-3)
    chi2 = stats.chi2_contingency([[56, 14], [48, 32]], correction=False)
    assert against.p == pytest.approx(chi2.pvalue)


def test_nought_and_all_have_ranges_too():
    assert shares(0, 10, 5, 10).ratio is not None
    assert shares(5, 10, 0, 10).ratio is None
    assert rates(0, 1.0, 0, 1.0).p == 1.0
