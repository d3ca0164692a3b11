"""Where nothing happened, the designs say so: few false alarms, intervals that hold the truth.

A short version of benchmarks/validity/evaluation.py, whose results are in docs/evaluation.md.
Seeds are fixed; the bounds leave room for the chance of a few hundred repetitions.
"""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks" / "validity"))
evaluation = pytest.importorskip("evaluation")

SHORT = 30
MOST_REJECTED = 0.14  # 0.06 and two standard errors of 30 repetitions
LEAST_HELD = 0.86


@pytest.mark.parametrize("case", evaluation.CASES, ids=lambda case: case.name)
def test_nothing_is_seen_where_nothing_happened(case):
    tally = evaluation.run(case, repetitions=SHORT, permutations=99, seed=7)
    assert tally.rejected <= MOST_REJECTED
    assert tally.held >= LEAST_HELD


@pytest.mark.parametrize(
    "name", ["1 treated of 25", "1 of 21, synthetic control", "60 months, rho 0.3"]
)
def test_a_strong_effect_is_seen_and_its_interval_holds_it(name):
    case = next(case for case in evaluation.CASES if case.name == name)
    tally = evaluation.run(case, repetitions=20, permutations=99, seed=8, effect=case.strong)
    assert tally.rejected >= 0.6
    assert tally.held >= 0.8
