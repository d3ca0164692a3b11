"""The space-time scan: its score by hand, planted clusters, and nothing where nothing is."""

import math
import sys
from pathlib import Path

import numpy as np
import pytest

from offramp.learn.alerts import scan

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks" / "validity"))
validity = pytest.importorskip("alerts")


def small() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(2)
    x = np.array([0.0, 1.0, 2.5, 4.5, 7.0, 10.0])
    counts = random.poisson(3, size=(6, 20))
    counts[1:3, -2:] += 6
    return counts, np.abs(x[:, None] - x[None, :])


def by_hand(counts: np.ndarray, away: np.ndarray, longest: int) -> tuple[float, set[int], int]:
    """Every circle and length, with the sums written out."""
    total = counts.sum()
    best = (0.0, set[int](), 0)
    for middle in range(len(counts)):
        order = np.argsort(away[middle], kind="stable")
        for many in range(1, len(counts) // 2 + 1):
            inside = order[:many]
            if 2 * counts[inside].sum() > total:
                continue
            for length in range(1, longest + 1):
                c = counts[inside, -length:].sum()
                mu = counts[inside].sum() * counts[:, -length:].sum() / total
                if c <= mu:
                    continue
                rest = (total - c) * math.log((total - c) / (total - mu))
                score = c * math.log(c / mu) + rest
                if score > best[0]:
                    best = (score, set(inside.tolist()), length)
    return best


def test_the_likeliest_cluster_is_that_of_the_sums_written_out():
    counts, away = small()
    found = scan.scan(counts, away, longest=4, permutations=99)
    score, areas, length = by_hand(counts, away, 4)
    assert found is not None
    assert found.score == pytest.approx(score, rel=1e-9)
    assert (set(found.areas), found.periods) == (areas, length)
    assert found.cases == counts[list(found.areas), -length:].sum()
    assert areas == {1, 2}
    assert found.p <= 0.02


def test_compiled_and_plain_give_the_same_answer(monkeypatch):
    counts, away = small()
    one = scan.scan(counts, away, permutations=50)
    monkeypatch.setattr(scan, "largest", lambda: scan.largest_in_numpy)
    assert scan.scan(counts, away, permutations=50) == one


def test_shuffles_keep_the_cases_of_areas_and_periods():
    counts, _ = small()
    random = np.random.default_rng(1)
    drawn = scan._shuffled(random, counts.sum(axis=1), counts.sum(axis=0), 4)
    recent = counts.sum(axis=0)[::-1][:4]
    assert drawn.sum(axis=1).tolist() == np.cumsum(recent).tolist()
    assert (drawn[-1] <= counts.sum(axis=1)).all()
    means = [
        scan._shuffled(random, counts.sum(axis=1), counts.sum(axis=0), 4)[0] for _ in range(4000)
    ]
    expected = counts.sum(axis=1) * recent[0] / counts.sum()
    assert np.mean(means, axis=0) == pytest.approx(expected, rel=0.06)


def test_areas_at_one_distance_come_together():
    counts = np.full((5, 12), 2)
    counts[3, -1] = 30
    away = np.ones((5, 5)) - np.eye(5)
    found = scan.scan(counts, away, permutations=19)
    assert found is not None
    assert found.areas == (3,)


def test_planted_clusters_are_found_at_the_stated_power():
    seen = validity.scans("", 4.0, 40, seed=21)
    assert seen.share >= 0.75
    assert seen.found_areas >= 0.6


def test_where_nothing_is_the_scan_keeps_its_budget():
    """p is a rank among shuffles: under no cluster it is at most 0.2 in one of five."""
    low = 0
    for i in range(100):
        random = np.random.default_rng([3, i])
        x, y = random.uniform(0, 10, size=(2, 20))
        away = np.hypot(x[:, None] - x[None, :], y[:, None] - y[None, :])
        found = scan.scan(random.poisson(1.0, size=(20, 52)), away, permutations=99, seed=i)
        low += found is not None and found.p <= 0.2
    assert 10 <= low <= 31


def test_nothing_at_all_is_no_cluster():
    away = np.abs(np.arange(4.0)[:, None] - np.arange(4.0)[None, :])
    assert scan.scan(np.zeros((4, 10), dtype=int), away) is None
    counts = np.zeros((4, 10), dtype=int)
    counts[:, 0] = 5  # none now
    assert scan.scan(counts, away) is None


def test_distances_are_along_the_surface():
    away = scan.distances(np.array([51.5, 48.86]), np.array([-0.13, 2.35]))
    assert away[0, 1] == pytest.approx(343.6, abs=2)  # London to Paris
