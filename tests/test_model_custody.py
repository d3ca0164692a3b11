"""Custody: days held, short stays within a step, tolerance lost, treatment kept or broken off."""

from __future__ import annotations

import numba
import numpy as np
import pytest

from offramp.model import luck
from offramp.model import people as ppl
from offramp.model import tallies as t
from offramp.model.parameters import INDEX, NAMES
from offramp.model.processes import custody

PEOPLE, WEEKS = 1000, 60  # a block sums held weeks in 32 bits: at most about 2,000 people


@numba.njit
def stays(people, p, weeks, possession):
    """Everybody is arrested in week 0; weeks 1, 2, … until `weeks`. Held (exact), tallies, days."""
    n = people.flags.size
    keys = np.empty(luck.EVENTS, np.uint64)
    tally = np.zeros(t.COUNT, np.int64)
    out = np.zeros(n, np.float32)
    code = np.zeros(n, np.int32)
    held = np.zeros(weeks + 1, np.int64)
    for event in range(luck.EVENTS):
        keys[event] = luck.key(1, 2, 0, event)
    for i in range(n):
        custody.arrested(people, i, p, np.int32(0), keys, i, possession, tally)
    days = people.days_left.copy()
    for week in range(1, weeks + 1):
        for event in range(luck.EVENTS):
            keys[event] = luck.key(1, 2, week, event)
        held[week], _ = custody.time_held(people, p, np.int32(week), out, code)
        for i in range(n):
            if code[i] & t.RELEASED:
                custody.released(people, i, p, np.int32(week), keys, i, tally)
    return held, tally, days


def row(**given):
    values = np.zeros(len(NAMES), np.float32)
    standard = {
        "days_detention": 1.0, "days_remand": 30.0, "days_sentence": 90.0, "tolerance_days": 12.0,
        "missed_dose_days": 4.0, "possession_remand": 1.0, "oat_at_release_linked": 1.0,
        "steps_a_week": 1.0,
    }  # fmt: skip
    for name, value in (standard | given).items():
        values[INDEX[name]] = value
    return values


def arrested(possession=False, flags=0, weeks=WEEKS, **given):
    people = ppl.empty(PEOPLE)
    people.flags[:] = flags | ppl.OPIOIDS | ppl.USING
    held, tally, days = stays(people, row(**given), weeks, possession)
    return people, held, tally, days.astype(float)


def test_lengths_of_stay_have_the_mean_and_the_shape_of_the_place():
    _, _, _, days = arrested(custody_sentenced=1.0, days_sentence=90.0)
    assert days.mean() == pytest.approx(90, abs=4 * 90 / np.sqrt(PEOPLE))
    # exponential: half are shorter than ln 2 of the mean
    assert np.median(days) == pytest.approx(90 * np.log(2), abs=4 * 90 / np.sqrt(PEOPLE))


def test_held_weeks_add_up_to_the_days_drawn():
    for mean in (0.5, 3.0, 40.0):
        _, held, tally, days = arrested(days_detention=mean, weeks=80)
        inside = np.minimum(days, 80 * 7)
        assert held.sum() / 2**20 * 7 == pytest.approx(inside.sum(), rel=1e-5)
        assert tally[t.N_RELEASED] == np.count_nonzero(days <= 80 * 7)


def test_short_stays_begin_and_end_inside_one_step():
    people, held, _, days = arrested(days_detention=0.5, weeks=3)
    short = days <= 7
    assert short.mean() > 0.99
    assert (people.released[short] == 2).all()  # let go in week 1, the clock starts with week 2
    assert ((people.flags[short] & ppl.CUSTODY) == 0).all()
    assert held[1] / 2**20 == pytest.approx(np.minimum(days, 7).sum() / 7, rel=1e-4)
    assert held[1] / 2**20 < 0.1 * PEOPLE


def test_the_kinds_of_stay_come_as_often_as_the_place_says():
    _, _, tally, _ = arrested(custody_sentenced=0.2, custody_charged=0.3)
    error = 4 * np.sqrt(0.25 * PEOPLE)
    assert tally[t.N_SENTENCED] == pytest.approx(0.2 * PEOPLE, abs=error)
    assert tally[t.N_REMANDED] == pytest.approx(0.3 * PEOPLE, abs=error)
    assert tally[t.N_SENTENCED] + tally[t.N_REMANDED] + tally[t.N_DETAINED] == PEOPLE


def test_possession_alone_leads_to_prison_less_often():
    shares = {"custody_sentenced": 0.4, "custody_charged": 0.4, "possession_remand": 0.25}
    _, _, any_, _ = arrested(**shares)
    _, _, only, _ = arrested(possession=True, **shares)
    error = 4 * np.sqrt(0.25 * PEOPLE)
    assert any_[t.N_SENTENCED] == pytest.approx(0.4 * PEOPLE, abs=error)
    assert only[t.N_SENTENCED] == pytest.approx(0.1 * PEOPLE, abs=error)


@pytest.mark.parametrize(("tau", "used_inside"), [(5.0, 0.0), (12.0, 0.3), (30.0, 0.0)])
def test_tolerance_falls_with_days_held_and_less_where_people_use_inside(tau, used_inside):
    people, _, _, days = arrested(days_detention=15.0, tolerance_days=tau, used_inside=used_inside)
    wanted = (1 - np.exp(-days / tau)) * (1 - used_inside)
    assert people.tolerance_lost == pytest.approx(wanted, abs=1e-5)


def test_a_night_in_a_cell_costs_little_tolerance_and_a_sentence_nearly_all():
    night, _, _, _ = arrested(days_detention=0.7, tolerance_days=12.0)
    sentence, _, _, _ = arrested(custody_sentenced=1.0, days_sentence=120.0, tolerance_days=12.0)
    assert night.tolerance_lost.mean() < 0.10 < 0.85 < sentence.tolerance_lost.mean()


def test_treatment_is_broken_off_only_by_stays_longer_than_missed_doses_allow():
    people, _, tally, days = arrested(
        flags=ppl.OAT, days_detention=6.0, missed_dose_days=4.0, oat_continued_custody=0.0
    )
    on = (people.flags & ppl.OAT) != 0
    assert np.array_equal(on, days <= 4.0)
    assert tally[t.N_OAT_CUSTODY_EXITS] == np.count_nonzero(days > 4.0)


def test_treatment_that_is_kept_inside_is_kept():
    people, _, tally, _ = arrested(flags=ppl.OAT, days_detention=6.0, oat_continued_custody=1.0)
    assert ((people.flags & ppl.OAT) != 0).all()
    assert tally[t.N_OAT_CUSTODY_EXITS] == 0
    some, _, _, days = arrested(flags=ppl.OAT, days_detention=60.0, oat_continued_custody=0.4)
    long = days > 4.0
    kept = ((some.flags & ppl.OAT) != 0)[long].mean()
    assert kept == pytest.approx(0.4, abs=4 * np.sqrt(0.24 / long.sum()))


def test_people_who_lose_treatment_inside_are_at_the_risk_of_stopping_when_they_come_out():
    people, _, _, days = arrested(flags=ppl.OAT, days_detention=20.0)
    lost = days > 4.0
    assert (np.abs(people.released[lost] - people.stopped[lost]) <= 1).all()


def test_naloxone_at_release_goes_to_the_share_that_the_place_gives_it_to():
    people, _, tally, _ = arrested(kit_at_release=0.3)
    assert tally[t.N_RELEASE_KITS] == np.count_nonzero(people.flags & ppl.KIT)
    assert tally[t.N_RELEASE_KITS] == pytest.approx(300, abs=4 * np.sqrt(0.21 * PEOPLE))


def test_the_clock_of_stopping_stands_still_while_held():
    """Who stopped treatment a week before arrest still has its weeks of high risk on release."""
    people = ppl.empty(PEOPLE)
    people.flags[:] = ppl.OPIOIDS | ppl.USING
    people.stopped[:] = 0
    people.stopped[: PEOPLE // 2] = -30  # long ago
    _, _, days = stays(people, row(days_detention=30.0), 60, False)
    recent = people.stopped[PEOPLE // 2 :]
    assert recent.tolist() == [int(d / 7 + 0.5) for d in days[PEOPLE // 2 :]]
    assert (people.stopped[: PEOPLE // 2] == -30).all()


@pytest.mark.parametrize("steps", [1.0, 2.0])
def test_days_held_do_not_depend_on_the_length_of_a_step(steps):
    _, held, _, days = arrested(days_detention=6.0, steps_a_week=steps, weeks=60)
    assert held.sum() / 2**20 * 7 / steps == pytest.approx(days.sum(), rel=1e-4)
