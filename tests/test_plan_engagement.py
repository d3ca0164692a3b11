"""Case work in place of arrest: its own effect is solved for from the published total."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from offramp.model.parameters import INDEX
from offramp.plan.engagement import HIGHEST, LOWEST, residual, total_effect
from offramp.plan.ensemble import direct_effect, draw_of, simulate, weekly
from offramp.plan.world import World
from tests.small_world import catalogue, setup_with

SERVICES = {"engaged_treatment_entry": 1.6, "warrant_cleared": 0.5}


@cache
def setup():
    return setup_with(
        catalogue().options["officer-led-deflection"], catalogue().comparison, draws=4, people=3000
    )


@cache
def world(k: int) -> World:
    return World(draw_of(setup(), k), 3000, 104, 5)


@pytest.mark.parametrize("k", range(4))
def test_the_whole_chain_gives_the_published_total_back(k):
    of = world(k)
    low, high = (total_effect(of, direct, SERVICES) for direct in (0.45, 0.95))
    wanted = (low + high) / 2  # a total that this draw can give
    direct = residual(of, wanted, SERVICES)
    assert LOWEST < direct < HIGHEST
    assert total_effect(of, direct, SERVICES) == pytest.approx(wanted, abs=0.025)


def test_a_stronger_total_needs_a_stronger_direct_effect():
    of = world(1)
    found = [residual(of, total, SERVICES) for total in (0.7, 0.8, 0.9, 1.0)]
    assert found == sorted(found)
    assert found[0] < found[-1]


def test_what_no_direct_effect_can_give_is_left_unexplained_and_not_forced():
    of = world(0)
    assert residual(of, 0.05, SERVICES) == LOWEST
    assert residual(of, 3.0, SERVICES) == HIGHEST


def test_with_nobody_accepting_there_is_no_direct_effect_to_solve_for():
    of = world(2)
    row = of.fitted.row.copy()
    try:
        of.fitted.row[INDEX["study_accept"]] = 0.0
        assert total_effect(of, 1.0, SERVICES) == pytest.approx(1.0)
        assert residual(of, 0.8, SERVICES) == 1.0
    finally:
        of.fitted.row[:] = row


def test_the_option_uses_the_solved_value_and_not_the_total():
    of, option = world(3), setup().options[0]
    direct = direct_effect(setup(), of, 3)
    rows = weekly(setup(), of.fitted.row, option, 3, 104, direct)
    assert rows[-1, INDEX["engaged_offending"]] == pytest.approx(direct, rel=1e-5)
    total = next(m.value[3] for m in setup().moves[option.id] if m.parameter == "engaged_offending")
    assert direct != pytest.approx(total)


def test_direct_effects_are_kept_with_the_runs_and_one_where_no_option_has_case_work():
    runs = simulate(setup(), 2)
    assert runs.direct == pytest.approx([direct_effect(setup(), world(k), k) for k in range(4)])
    other = setup_with(catalogue().options["police-naloxone"], draws=2, people=600)
    assert np.array_equal(simulate(other, 1).direct, np.ones(2))
