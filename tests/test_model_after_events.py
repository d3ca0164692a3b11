"""What events leave behind: refusal, death, an arrest soon after release, an old warrant."""

from __future__ import annotations

import numpy as np
import pytest

from offramp.model import cohort
from offramp.model import people as ppl
from offramp.model import tallies as t
from offramp.model import week as loop
from offramp.model.parameters import INDEX
from offramp.model.start import strata_of
from offramp.model.state import Task
from offramp.plan.engagement import _sample
from offramp.plan.world import RUN_IN
from tests.small_world import rows_with, world

QUIET = {
    "contact_rate": 0.0, "arrest_per_offence": 0.0, "possession_remand": 0.0,
    "days_detention": 0.5, "tolerance_days": 12.0, "used_inside": 0.3, "oat_entry": 0.0,
    "attended_police": 0.0,
}  # fmt: skip


def test_whoever_refuses_case_work_in_place_of_arrest_is_arrested():
    of = world(0)
    year = {"shift_to_deflection": 1.0, "deflection_accept": 0.0}
    refused = of.scenario(rows_with(of, **year)).sum(axis=(0, 1))
    assert refused[t.N_INSTEAD] > 0
    assert refused[t.N_POSSESSION_ARRESTS] == refused[t.N_INSTEAD]
    accepted = of.scenario(rows_with(of, **(year | {"deflection_accept": 1.0}))).sum(axis=(0, 1))
    assert accepted[t.N_POSSESSION_ARRESTS] == 0 < accepted[t.N_INSTEAD]


def test_a_course_changes_no_offending_of_people_who_would_have_been_left_alone():
    of = world(2)
    none = {"ends_resolution": 0.0, "ends_referral": 0.0, "ends_warning": 0.0}
    none |= {"course_attended": 1.0, "course_offending": 0.5}
    left_alone = of.scenario(rows_with(of, **none, ends_arrest=0.0)).sum(axis=(0, 1))
    drawn_in = of.scenario(
        rows_with(of, **none, ends_arrest=0.0, widen_to_resolution=1.0)
    ).sum(axis=(0, 1))  # fmt: skip
    assert drawn_in[t.N_COURSES] > 20 and left_alone[t.N_COURSES] == 0
    assert drawn_in[t.ACQUISITIVE] == left_alone[t.ACQUISITIVE]
    instead = of.scenario(
        rows_with(of, **none, ends_arrest=1.0, shift_to_resolution=1.0)
    ).sum(axis=(0, 1))  # fmt: skip
    assert instead[t.N_COURSES] > 20
    assert instead[t.ACQUISITIVE] < left_alone[t.ACQUISITIVE]


def followed(people, row, weeks, arrested_after=None):
    """Expected overdoses in every week, and the people. Everybody is arrested before one week."""
    n = people.flags.size
    strata, _ = strata_of(n, np.ones(1), np.ones(1), 0, weeks)
    room, place = loop.room(n, 1), np.zeros(loop.PLACE_COLUMNS, np.int64)
    areas = np.zeros((1, loop.AREA_COLUMNS), np.float32)
    loop.shares(people, strata, areas)
    found = []
    for week in range(RUN_IN, RUN_IN + weeks):
        if week - RUN_IN == arrested_after:
            nobody = np.zeros(t.COUNT, np.int64)
            cohort.begin(people, row[0], week - 1, 1, 0, room.streams, False, nobody)
        tallies = np.zeros((1, 1, t.COUNT), np.int64)
        one = np.ones(1, np.float32)
        loop.run(
            Task(people, strata, row, one, week, 1, 0, 0, 0.0, 0.0, areas, place, room, tallies, 52)
        )
        found.append(tallies[0, 0])
    return np.array(found)


def just_released(weeks_ago):
    of = world(0)
    people = _sample(of)
    people.flags[:] &= ~np.int32(ppl.OAT | ppl.WAITING | ppl.LEFT_ON_OAT | ppl.CUSTODY)
    people.stopped[:] = ppl.NEVER
    people.released[:] = RUN_IN - weeks_ago
    people.tolerance_lost[:] = 0.7
    people.overdose_frailty[:] = 1  # or the stays of a few decide
    return people, rows_with(of, **QUIET)[:1]


@pytest.mark.parametrize("weeks_ago", [0, 3])
def test_a_night_in_a_cell_does_not_begin_the_weeks_after_prison_again(weeks_ago):
    alone, row = just_released(weeks_ago)
    left = followed(alone, row, 4)[:, t.OVERDOSES]
    again, row = just_released(weeks_ago)
    held = followed(again, row, 4, arrested_after=1)[:, t.OVERDOSES]
    assert left.sum() > 0
    assert held[2:].sum() == pytest.approx(left[2:].sum(), rel=0.25)


def test_a_long_stay_does():
    people, row = just_released(3)
    row[0, INDEX["days_detention"]] = 60.0
    after = followed(people, row, 60, arrested_after=1)[:, t.OVERDOSES]
    alone, row = just_released(3)
    assert after[4:].max() > 1.05 * followed(alone, row, 60)[4:, t.OVERDOSES].max()
    assert (people.tolerance_lost != np.float32(0.7)).mean() > 0.8


def test_an_arrest_ends_the_warrant_that_was_out():
    people, row = just_released(20)
    people.flags[:] |= np.int32(ppl.WARRANT)
    row[0, INDEX["warrant_from_charge"]] = 0.0
    followed(people, row, 2, arrested_after=1)
    living = people.flags & ppl.GONE == ppl.ALIVE
    assert living.any() and not (people.flags[living] & ppl.WARRANT).any()


def test_the_dead_are_not_in_treatment():
    people, row = just_released(20)
    people.flags[:] |= np.int32(ppl.OAT)
    people.patience[:] = 1e6
    row[0, INDEX["death_rate"]] = 2.0
    tallies = followed(people, row, 26)
    living = tallies[:, t.PERSON_WEEKS]
    assert living[-1] < 0.8 * living[0]
    assert (tallies[:, t.OAT_WEEKS] <= living).all()


def test_a_kit_at_release_is_kept():
    of = world(0)
    people = _sample(of)
    people.flags[:] &= ~np.int32(ppl.KIT)
    people.flags[:] |= np.int32(ppl.DETAINED | ppl.OPIOIDS)
    people.days_left[:] = 0.1
    row = rows_with(of, **(QUIET | {"kit_at_release": 1.0, "kit_rate": 12.0, "kit_lost": 0.0}))[:1]
    followed(people, row, 1)
    there = people.flags & (ppl.GONE | ppl.CUSTODY) == ppl.ALIVE
    assert (people.flags[there] & ppl.KIT != 0).all()
