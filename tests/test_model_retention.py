"""Treatment: published retention comes out of the weekly hazard of leaving."""

from __future__ import annotations

import numba
import numpy as np
import pytest
from scipy import integrate

from offramp.model import luck
from offramp.model import people as ppl
from offramp.model import tallies as t
from offramp.model.parameters import INDEX, NAMES
from offramp.model.people import BLOCK
from offramp.model.processes import spells, treatment
from offramp.model.start import Shares, populate, strata_of
from offramp.plan.retention import exit_hazard


def still_there(start, fall, weeks, custody=0.0):
    """Share in treatment after some weeks, by numerical integration of the hazard."""
    total, _ = integrate.quad(lambda week: start / (1 + week / fall) + custody, 0, weeks)
    return np.exp(-total)


@pytest.mark.parametrize(
    ("year", "three_years"), [(0.57, 0.38), (0.70, 0.50), (0.40, 0.28), (0.85, 0.65)]
)
def test_the_hazard_of_leaving_gives_published_retention(year, three_years):
    start, fall = exit_hazard(year, three_years, 0.0)
    assert still_there(start, fall, 52) == pytest.approx(year, abs=1e-3)
    assert still_there(start, fall, 156) == pytest.approx(three_years, abs=1e-3)


def test_breaks_by_custody_are_part_of_published_retention():
    start, fall = exit_hazard(0.57, 0.38, 0.001)
    assert still_there(start, fall, 52, 0.001) == pytest.approx(0.57, abs=1e-3)
    assert still_there(start, fall, 156, 0.001) == pytest.approx(0.38, abs=1e-3)
    assert still_there(start, fall, 156) > 0.38  # leaving by itself does less


@pytest.mark.parametrize(
    ("year", "three_years", "custody"), [(0.57, 0.5699, 0.0), (0.95, 0.9, 0.02), (0.57, 0.05, 0.0)]
)
def test_figures_that_cannot_be_met_still_give_a_hazard(year, three_years, custody):
    start, fall = exit_hazard(year, three_years, custody)
    assert np.isfinite([start, fall]).all() and start > 0 and fall > 0


@numba.njit
def cohort(people, p, weeks, draw):
    """People who start together, week by week, with nobody arrested: how many are left."""
    n = people.flags.size
    out = np.ones(n, np.float32)
    stream = luck.key(4, draw, 0, luck.SPELL)
    keys = np.full(luck.EVENTS, stream, np.uint64)
    scratch = np.empty(n, np.float32)
    code = np.zeros(n, np.int32)
    tally = np.zeros(t.COUNT, np.int64)
    left = np.zeros(weeks + 1, np.int64)
    left[0] = n
    for week in range(1, weeks + 1):
        code[:] = 0
        treatment.hazard(people, p, np.int32(week), out, code, scratch)
        for i in range(n):
            if code[i] & t.TREATMENT and ppl.has(people, i, ppl.OAT):
                treatment.happens(people, i, np.int32(week), keys, i, tally)
            left[week] += 1 if ppl.has(people, i, ppl.OAT) else 0
    return left


def test_a_simulated_cohort_stays_as_long_as_the_formula_says():
    start, fall = exit_hazard(0.57, 0.38, 0.0)
    row = np.zeros(len(NAMES), np.float32)
    row[INDEX["exit_start"]], row[INDEX["exit_fall"]] = start, fall
    row[INDEX["steps_a_week"]] = 1
    left = np.zeros(157)
    for draw in range(20):
        people = ppl.empty(BLOCK)
        people.flags[:] = ppl.OPIOIDS | ppl.USING | ppl.OAT
        people.oat_since[:] = 1
        spells.begin_all(people, 4, draw)
        left += cohort(people, row, 156, draw)
    share = left / left[0]
    # sampling error of 20 x 1,024 people: 0.0035; half a step is taken off by the middle of it
    assert share[52] == pytest.approx(0.57, abs=0.012)
    assert share[156] == pytest.approx(0.38, abs=0.012)
    assert (np.diff(left) <= 0).all()


def shares(**given):
    usual = {
        "inject": 0.3, "use_opioids": 1.0, "use_stimulants": 0.0, "daily": 0.6, "unstable": 0.3,
        "co_use": 0.4, "women": 0.3, "mean_age": 38.0, "in_treatment": 0.5, "hiv": 0.02, "hcv": 0.4,
        "dying": 0.01,
    }  # fmt: skip
    return Shares(**(usual | given))


def test_people_in_treatment_at_the_start_have_been_there_longer_than_new_ones():
    """In a steady state the time already spent has a density in proportion to the share that
    stays that long: people who stay long are met more often."""
    start, fall = exit_hazard(0.57, 0.38, 0.0)
    row = np.zeros(len(NAMES))
    for name, value in {
        "exit_start": start, "exit_fall": fall, "relapse": 0.2, "remission": 0.1, "kit_lost": 0.5,
        "overdose_spread": 0.5, "contact_spread": 0.5, "steps_a_week": 1,
    }.items():  # fmt: skip
        row[INDEX[name]] = value
    strata, there = strata_of(20_000, np.ones(1), np.ones(1), 0.0, 104)
    people = populate(shares(), row, strata, there, 104, 1, 0)
    on = (people.flags & ppl.OAT) != 0
    weeks = -people.oat_since[on].astype(float)
    assert on.mean() == pytest.approx(0.5, abs=0.02)
    steady = np.array([still_there(start, fall, week) for week in range(780)])
    steady /= steady.sum()
    for limit in (13, 52, 156, 400):
        wanted = steady[:limit].sum()
        assert np.mean(weeks <= limit) == pytest.approx(wanted, abs=4 * np.sqrt(0.25 / on.sum()))
    # somebody met on a given day has been there over a year more often than a starter gets there
    assert np.mean(weeks > 52) > 0.57
