"""Threshold test: planted thresholds are found."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit, ndtr

from offramp.learn.disparities.make import Question, disparities
from offramp.learn.disparities.threshold import Floats, _Model, thresholds
from offramp.place.load import load
from tests.disparities_sample import group, of


def planted(
    seed: int, groups: tuple[float, ...], areas: int
) -> tuple[Floats, Floats, Floats, Floats]:
    """Counts of a world in which officers search above these chances of carrying."""
    random = np.random.default_rng(seed)
    r = len(groups)
    n = random.poisson(4000 * np.exp(random.normal(0, 0.6, (r, areas)))).astype(float)
    u = np.array([-2.5, -2.3, -2.7])[:r, None] + random.normal(0, 0.4, areas)
    delta = np.exp(np.array([0.5, 0.45, 0.55])[:r, None] + random.normal(0, 0.1, areas))
    t = np.log(np.array(groups) / (1 - np.array(groups)))[:, None] + random.normal(
        0, 0.2, (r, areas)
    )
    x = (t - u) / delta + delta / 2
    hit = expit(u) * ndtr(delta - x)
    searched = hit + (1 - expit(u)) * ndtr(-x)
    s = random.binomial(n.astype(int), searched)
    h = random.binomial(s, hit / searched)
    return n, s.astype(float), h.astype(float), expit(t) @ (n.sum(0) / n.sum())


def test_the_gradient_is_that_of_the_value():
    n, s, h, _ = planted(1, (0.1, 0.05), 6)
    model = _Model(n, s, h)
    at = model.start() + np.random.default_rng(2).normal(0, 0.2, model.size)
    steps = 1e-6 * np.eye(model.size)
    by_hand = [(model.value(at + e)[0] - model.value(at - e)[0]) / 2e-6 for e in steps]
    assert model.value(at)[1] == pytest.approx(np.array(by_hand), rel=1e-4, abs=1e-2)
    curve = [(model.value(at + e)[1] - model.value(at - e)[1]) / 2e-6 for e in steps]
    assert model.curvature(at) == pytest.approx(np.array(curve), rel=1e-3, abs=1.0)


def test_planted_thresholds_are_found():
    n, s, h, true = planted(4, (0.10, 0.10, 0.04), 14)
    found = thresholds(n, s, h)
    assert found.converged
    for span, value in zip(found.threshold, true, strict=True):
        assert span.low < value < span.high
    assert found.gap[2].high < 0 and found.p[2] < 0.01, "searched on less suspicion"
    assert found.gap[1].low < 0 < found.gap[1].high and found.p[1] > 0.05
    assert found.searched == pytest.approx(s / n, rel=0.15)


def test_the_order_of_areas_changes_nothing():
    n, s, h, _ = planted(5, (0.10, 0.05), 8)
    one = thresholds(n, s, h)
    other = thresholds(n[:, ::-1], s[:, ::-1], h[:, ::-1])
    assert one.gap[1].mid == pytest.approx(other.gap[1].mid, abs=2e-3)


def test_impossible_counts_are_refused():
    n = np.full((2, 3), 10.0)
    with pytest.raises(ValueError, match="0 <= finds <= searches <= n"):
        thresholds(n, n + 1, n)


def test_stops_without_a_search_make_the_threshold_test_possible(here: Path):
    """Rows of an agency that records stops, read with a mapping: searched or not, found or not."""
    from tests.stops_sample import table

    n, s, h, _ = planted(6, (0.10, 0.04), 6)
    n, s, h = (np.round(x / 10) for x in (n, s, h))
    mapping = (
        'id = "stops"\nname = "Stops"\nheader = ["day", "beat", "race", "did", "hit"]\n[[read]]\n'
        'table = "contacts"\n[read.columns]\ndate = { from = "day", form = "%Y-%m-%d" }\n'
        'area = { from = "beat" }\narea_kind = { is = "area" }\n'
        'kind = { from = "did", values = { "stop" = "stop", "search" = "person_search" } }\n'
        'ethnicity_self = { from = "race", values = { "W" = "white", "B" = "black" } }\n'
        'found = { from = "hit", values = { "y" = "yes", "n" = "no" } }\n'
        'ended = { from = "hit", values = { "y" = "arrest", "n" = "no_action" } }\n'
        'object = { is = "drugs" }\npower = { is = "misuse_of_drugs" }\n'
    )
    rows = ["day,beat,race,did,hit"]
    for r, race in enumerate("WB"):
        for d in range(6):
            day = f"2021-{d + 1:02d}"
            counts = ((n - s, "stop", "n"), (s - h, "search", "n"), (h, "search", "y"))
            for number, did, hit in counts:
                rows += [
                    f"{day}-{1 + i % 28:02d},B{d},{race},{did},{hit}"
                    for i in range(int(number[r, d]))
                ]
    table(here, "stops", mapping, "\n".join(rows) + "\n")
    found = of(disparities(load(here), Question()), "threshold")
    assert not found.refused
    assert group(found, "black").difference.mid < 0
    assert "6 areas" in found.notes[0] and "stopped" in found.notes[0]
