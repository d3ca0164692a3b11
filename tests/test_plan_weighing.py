"""Weights of outcomes: what they multiply, and that they move nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from offramp.catalogue.load import load as load_catalogue
from offramp.model import tallies as t
from offramp.plan import inputs as uncertain
from offramp.plan.effects import input_ranks, reading, swing
from offramp.plan.measures import MEASURES, measured
from offramp.plan.order import index
from offramp.plan.weighing import HARM, WEIGHS, beside
from tests.test_plan_measures import still

CRIME_HARM = next(m for m in MEASURES if m.id == "crime_harm")


def test_harm_is_offences_times_the_points_of_their_kind():
    setup, runs = still()
    found = measured(setup, runs).value
    points = sum(found[kind][:, 0] * setup.record(record) for kind, record in HARM.items())
    assert found["crime_harm"][:, 0] == pytest.approx(points)


@pytest.mark.parametrize("kind", HARM)
def test_an_offence_less_takes_away_the_points_of_its_kind(kind):
    setup, runs = still()
    tally = {"acquisitive_offences": t.ACQUISITIVE, "violent_offences": t.VIOLENT}[kind]
    total = runs.total.copy()
    total[:, 1, tally] -= 1
    harm = measured(setup, replace(runs, total=total)).value["crime_harm"]
    less = setup.population / setup.people * setup.record(HARM[kind])
    assert harm[:, 1] - harm[:, 0] == pytest.approx(-less)


def test_means_of_published_weights_lie_inside_the_ranges():
    """Means of a kind that the records reckon from them, by country and mix of offences."""
    records = load_catalogue().evidence
    for kind, published in (
        ("acquisitive_offences", (70, 105)),
        ("violent_offences", (50, 75)),
    ):
        interval = records[HARM[kind]].interval
        assert interval is not None
        assert all(interval.low < mean < interval.high for mean in published)


def test_weights_leave_every_other_number_of_a_run_as_it_was():
    setup, _ = still()
    weights = {f"evidence:{name}" for name in WEIGHS}
    names = [name for name in setup.numbers if name not in weights]
    alone = uncertain.uniforms(names, setup.draws, setup.seed)
    assert all(np.array_equal(setup.numbers[name], alone[name]) for name in names)


def test_weights_fill_their_range_evenly_and_apart_from_everything_else():
    found = beside(["a", "b"], 64, 1)
    for column in found.values():
        assert sorted(np.floor(column * 64)) == list(range(64))  # one in each 64th
    others = uncertain.uniforms([f"x{k}" for k in range(200)], 64, 1)
    for column in found.values():
        assert max(abs(np.corrcoef(column, u)[0, 1]) for u in others.values()) < 0.5
    assert np.array_equal(beside(["a"], 64, 1)["a"], found["a"])  # whatever else is drawn


def test_a_weight_explains_spread_of_harm_alone():
    setup, _ = still()
    ranks = input_ranks(setup)
    every, _ = ranks.of("crime_harm")
    others, _ = ranks.of("fatal_overdoses")
    assert len(every) - len(others) == len(HARM)


def test_points_swing_as_the_offences_do_not_as_if_each_point_were_an_offence():
    setup, _ = still()
    today = 1_000_000.0
    assert swing(setup, CRIME_HARM, today) >= 0.05 * today
    assert reading(setup, CRIME_HARM, 0.9, -2000.0, today) == "too_small"


def test_safety_is_ordered_by_harm():
    rows = [
        {"measure": "crime_harm", "change": -5.0, "today": 100.0},
        {"measure": "violent_offences", "change": 3.0, "today": 10.0},
    ]
    assert index({"effects": rows}, "safety") == 5.0
