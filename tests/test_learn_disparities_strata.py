"""Many comparisons, and comparisons within strata, against statsmodels and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from offramp.learn.disparities.several import Stratum, adjusted, stratified


def test_q_values_agree_with_statsmodels():
    p = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.5, 0.0001]
    assert adjusted(p) == pytest.approx(multipletests(p, method="fdr_bh")[1])
    assert adjusted([]) == []


def test_within_strata_a_difference_made_by_where_people_are_searched_goes_away():
    """Both have 50% in one area and 10% in the other; only where they are searched differs."""
    both = stratified([Stratum(10, 20, 40, 80), Stratum(8, 80, 2, 20)])
    assert both is not None and both.used == 2
    assert both.ratio.mid == pytest.approx(1.0)


def test_the_ratio_within_strata_is_that_of_statsmodels():
    strata = [Stratum(12, 40, 30, 50), Stratum(5, 30, 20, 70), Stratum(9, 25, 4, 22)]
    tables = [np.array([[s.k, s.n - s.k], [s.k0, s.n0 - s.k0]]) for s in strata]
    up = sum(t[0, 0] * t[1].sum() / t.sum() for t in tables)
    down = sum(t[1, 0] * t[0].sum() / t.sum() for t in tables)
    found = stratified(strata)
    assert found is not None
    assert found.ratio.mid == pytest.approx(up / down)
    logs = np.log([found.ratio.low, found.ratio.mid, found.ratio.high])
    assert logs[1] - logs[0] == pytest.approx(logs[2] - logs[1])


def test_the_range_within_one_stratum_is_the_usual_one():
    found = stratified([Stratum(30, 100, 45, 120)])
    assert found is not None
    usual_error = np.sqrt(1 / 30 - 1 / 100 + 1 / 45 - 1 / 120)
    width = np.log(found.ratio.high / found.ratio.low) / (2 * 1.959963984540054)
    assert width == pytest.approx(usual_error, rel=1e-9)
