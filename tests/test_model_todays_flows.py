"""What flows today agrees with what stands today: treatment, custody, help at overdoses."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from offramp.model import people as ppl
from offramp.model import tallies as t
from offramp.model.parameters import INDEX
from offramp.model.start import hold, populate, strata_of
from offramp.model.state import WAITING_NOW
from offramp.place.load import load as load_place
from offramp.plan.ensemble import draw_of, set_up
from offramp.plan.world import World
from tests.small_world import SOUTH_WALES, catalogue, rows_with, world
from tests.test_model_steady import row, shares

PHILADELPHIA = SOUTH_WALES.parent / "philadelphia"
STARTS = {"oat_started_custody": 0.15, "oat_at_release_linked": 1.0, "days_remand": 30.0}


@cache
def worlds() -> list[World]:
    """Draws of the place where custody begins treatment most often."""
    setup = set_up(load_place(PHILADELPHIA), catalogue(), (), 3, 8, 6000, 2)
    return [World(draw_of(setup, k), 6000, 156, 2) for k in range(8)]


@pytest.mark.parametrize("k", range(8))
def test_as_many_are_in_treatment_as_the_place_says_and_few_wait(k):
    of = worlds()[k]
    goal, places = of.draw.targets.in_treatment, of.draw.places
    on = of.fitted.run_in[t.OAT_WEEKS] / 52
    assert on == pytest.approx(goal, rel=0.16)
    if places < 1.05 * goal and on > 0.98 * places:  # hardly a place is free in this draw
        assert of.fitted.place[WAITING_NOW] < 0.1 * goal
    else:
        assert of.fitted.place[WAITING_NOW] < 0.05 * goal


def test_of_all_draws_together_hardly_anybody_waits():
    """Where people who wait were read as a want of demand, treatment was full in many draws."""
    waiting = sum(of.fitted.place[WAITING_NOW] for of in worlds())
    assert waiting < 0.01 * sum(of.draw.targets.in_treatment for of in worlds())


@pytest.mark.parametrize("k", range(8))
def test_what_comes_into_treatment_makes_up_for_what_leaves_it(k):
    year = worlds()[k].fitted.run_in
    come = year[t.N_OAT_ENTRIES] + year[t.N_OAT_CUSTODY_STARTS]
    gone = year[t.N_OAT_LEFT] + year[t.N_OAT_CUSTODY_EXITS] + year[t.N_OAT_DIED]
    assert come > 0
    assert abs(come - gone) < 0.06 * worlds()[k].draw.targets.in_treatment


def test_treatment_begun_in_custody_is_part_of_what_comes_in():
    """With it, fewer must come by themselves for as many to be in treatment."""
    of = worlds()[0]
    usual = of.draw.row.copy()
    for name, value in STARTS.items():
        usual[INDEX[name]] = value
    none = usual.copy()
    none[INDEX["oat_started_custody"]] = 0.0
    with_it, without = (World(replace(of.draw, row=r), 6000, 52, 2) for r in (usual, none))
    entry = INDEX["oat_entry"]
    assert with_it.fitted.run_in[t.N_OAT_CUSTODY_STARTS] > 20
    assert with_it.fitted.row[entry] < without.fitted.row[entry]
    assert with_it.fitted.run_in[t.OAT_WEEKS] == pytest.approx(
        without.fitted.run_in[t.OAT_WEEKS], rel=0.1
    )


def test_more_places_change_little_where_few_wait():
    of = worlds()[1]
    usual = of.scenario(rows_with(of)).sum(axis=(0, 1))[t.OAT_WEEKS]
    room_for_all = of.scenario(rows_with(of, oat_places=20.0)).sum(axis=(0, 1))[t.OAT_WEEKS]
    assert room_for_all == pytest.approx(usual, rel=0.03)


def held_people(begun: tuple[float, float], n: int = 40_000):
    """People with stays under way, so many a week of a year on remand and two under sentence."""
    p = row(days_remand=365.0, days_sentence=730.0, tolerance_days=15.0, steps_a_week=1.0,
            contact_spread=0.8, oat_continued_custody=0.25, exit_start=0.02, exit_fall=40.0,
            trust_start=0.4)  # fmt: skip
    strata, there = strata_of(n, np.ones(1), np.ones(1), 0.0, 52)
    people = populate(shares(), p, strata, there, 52, 1, 0)
    before = people.flags.copy()
    hold(people, p, np.array(begun), 1, 0)
    return people, before


def test_stays_found_on_the_first_day_are_as_many_and_as_long_as_flows_say():
    people, _ = held_people((5.0, 10.0))
    kind = people.flags & ppl.CUSTODY
    remand, sentence = kind == ppl.REMAND, kind == ppl.SENTENCE
    assert remand.sum() == round(5 * 365 / 7) and sentence.sum() == round(10 * 730 / 7)
    assert people.days_left[remand].mean() == pytest.approx(365, rel=0.2)
    assert people.days_left[sentence].mean() == pytest.approx(730, rel=0.1)
    assert people.police_frailty[sentence].mean() > 1.3 * people.police_frailty[kind == 0].mean()
    assert (people.flags[remand | sentence] & ppl.RECORD != 0).all()
    assert (people.tolerance_lost[sentence] > 0.5).mean() > 0.9


def test_custody_breaks_off_treatment_and_the_place_counts_as_many_as_before():
    people, before = held_people((5.0, 10.0))
    kind = people.flags & ppl.CUSTODY
    was, now = before & ppl.OAT != 0, people.flags & ppl.OAT != 0
    assert now.sum() == was.sum()
    kept = (was & now & (kind != 0)).sum() / (was & (kind != 0)).sum()
    assert kept == pytest.approx(0.25, abs=0.1)
    broken = was & ~now
    assert (kind[broken] != 0).all()
    release = np.floor(people.days_left[broken] / 7)
    assert np.array_equal(people.stopped[broken], release + 1)


def test_time_held_is_what_it_will_be():
    """The year before the horizon, the first and the third, where it used to grow."""
    years = []
    for of in worlds():
        tallies = of.scenario(rows_with(of)).sum(axis=1)[:, t.HELD_WEEKS] / t.UNITS[t.HELD_WEEKS]
        years.append([of.fitted.run_in[t.HELD_WEEKS], tallies[0], tallies[2]])
    before, first, third = np.sum(years, axis=0)
    assert first == pytest.approx(before, rel=0.05)
    assert third == pytest.approx(before, rel=0.08)


def test_help_attends_as_many_overdoses_as_expected_with_those_who_die():
    expected = realised = 0.0
    for k in range(4):
        total = world(k).scenario(rows_with(world(k), overdose_rate=3.0)).sum(axis=(0, 1))
        expected += total[t.ATTENDED] / t.UNITS[t.ATTENDED]
        realised += total[t.N_ATTENDED]
    assert realised > 1500
    assert realised == pytest.approx(expected, rel=0.05)
