"""Several areas: enforcement in one moves visible use to the others, and lowers none of it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numba
import numpy as np
import pytest

from offramp.model import tallies as t
from offramp.model.parameters import INDEX, NAMES
from offramp.model.processes import displacement
from offramp.model.state import ALL, AREA_COLUMNS, DISPLACEMENT, PEOPLE_HERE, VISIBLE
from offramp.plan.ensemble import draw_of
from offramp.plan.world import World
from tests.small_world import PEOPLE, SEED, YEARS, plain_setup, rows_with


@numba.njit
def visible_of(p, areas):
    displacement.visible(p, areas, PEOPLE_HERE, VISIBLE)


def visible(focus: float, people: list[float], strength: float = 0.2) -> np.ndarray:
    row = np.zeros(len(NAMES), np.float32)
    for name, value in {
        "enforcement": 1.0, "enforcement_focus": focus, "displaced_visible": strength,
    }.items():  # fmt: skip
        row[INDEX[name]] = value
    areas = np.zeros((len(people), AREA_COLUMNS), np.float32)
    areas[:, PEOPLE_HERE] = people
    visible_of(row, areas)
    return areas[:, VISIBLE].astype(float)


@pytest.mark.parametrize("focus", [0.0, 0.5, 2.0, 8.0])
def test_as_much_visible_use_as_before_only_elsewhere(focus):
    people = [300.0, 500.0, 200.0]
    found = visible(focus, people)
    assert np.average(found, weights=people) == pytest.approx(1, abs=1e-6)
    assert (found[0] < 1) == (focus > 1)
    assert found[1] == found[2]


def test_the_ratio_between_areas_is_that_of_the_equation():
    found = visible(4.0, [100.0, 100.0], 0.3)
    assert found[0] / found[1] == pytest.approx(np.exp(-0.3 * 2), rel=1e-5)


def test_with_one_area_nothing_moves():
    assert visible(8.0, [100.0]).tolist() == [1.0]


@cache
def two_areas() -> World:
    draw = draw_of(plain_setup(), 0)
    weights = np.concatenate([draw.weights, draw.weights])
    return World(
        replace(draw, weights=weights, ratios=np.concatenate([draw.ratios, draw.ratios]), areas=2),
        PEOPLE, YEARS * 52, SEED,
    )  # fmt: skip


def by_area(of: World, tally: int, couplings: int = ALL, **values: float) -> np.ndarray:
    found = of.scenario(rows_with(of, displaced_visible=0.4, **values), couplings)
    return found[:, :, tally].sum(axis=0).reshape(2, -1).sum(axis=1).astype(float)


def test_a_crackdown_in_one_area_brings_contacts_and_visible_use_to_the_other():
    of = two_areas()
    for tally in (t.CONTACTS, t.PUBLIC_INJECTING_WEEKS):
        today = by_area(of, tally)
        then = by_area(of, tally, enforcement_focus=3.0)
        assert then[1] > 1.02 * today[1]
    public = by_area(of, t.PUBLIC_INJECTING_WEEKS, enforcement_focus=3.0)
    assert public[0] < by_area(of, t.PUBLIC_INJECTING_WEEKS)[0]


def test_the_other_area_feels_nothing_when_the_coupling_is_off():
    """Displacement is the only way between areas when services have room for everybody."""
    of = two_areas()
    without = DISPLACEMENT ^ ALL ^ 1  # neither displacement nor queues
    for tally in (t.CONTACTS, t.OVERDOSE_DEATHS, t.ACQUISITIVE):
        today = by_area(of, tally, without)
        then = by_area(of, tally, without, enforcement_focus=3.0)
        assert then[1] == today[1]
        assert then[0] != today[0]


def test_the_same_enforcement_everywhere_moves_nobody():
    of = two_areas()
    on = by_area(of, t.PUBLIC_INJECTING_WEEKS, enforcement=2.0)
    off = by_area(of, t.PUBLIC_INJECTING_WEEKS, ALL ^ DISPLACEMENT, enforcement=2.0)
    assert on == pytest.approx(off, rel=1e-5)
