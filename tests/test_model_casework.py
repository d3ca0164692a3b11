"""Case work: who is let in when places are few, and offers that stand in place of an arrest."""

from __future__ import annotations

import numba
import numpy as np
import pytest

from offramp.model import people as ppl
from offramp.model import tallies as t
from offramp.model.parameters import INDEX, NAMES
from offramp.model.processes import contact, deflection
from offramp.model.start import strata_of
from offramp.model.state import room
from tests.small_world import rows_with, world

PEOPLE = 500


@numba.njit
def let_in(people, strata, p, week, room, caseload, tallies):
    deflection.admit(people, strata, p, np.int32(week), 1, 0, room, caseload, tallies)


@numba.njit
def bounds(p):
    return contact.endings(p)


def admitted(places: int, week: int = 1, accepted=range(PEOPLE)) -> tuple[set[int], np.ndarray]:
    people = ppl.empty(PEOPLE)
    strata, _ = strata_of(PEOPLE, np.ones(2), np.ones(2), 0.0, 10)
    scratch = room(PEOPLE, 2)
    scratch.offers[0] = len(accepted)
    scratch.offers[1 : len(accepted) + 1] = list(accepted)
    people.flags[list(accepted)] |= ppl.OFFERED
    tallies = np.zeros((2, t.COUNT), np.int64)
    let_in(
        people, strata, np.zeros(len(NAMES), np.float32), week, scratch,
        np.array([0, places], np.int64), tallies,
    )  # fmt: skip
    assert not (people.flags & ppl.OFFERED).any()
    return set(np.flatnonzero(people.flags & ppl.ENGAGED).tolist()), tallies


def test_everybody_who_accepts_enters_when_there_is_room():
    entered, tallies = admitted(PEOPLE)
    assert entered == set(range(PEOPLE))
    assert tallies[:, t.N_ENGAGED].tolist() == [250, 250]  # counted with their own group


def test_places_are_never_overfilled_and_lapsed_offers_are_counted():
    entered, tallies = admitted(30)
    assert len(entered) == tallies[:, t.N_ENGAGED].sum() == 30
    assert tallies[:, t.N_OFFERS_FULL].sum() == PEOPLE - 30


def test_who_comes_first_has_nothing_to_do_with_where_people_stand_in_memory():
    middle = [np.mean(list(admitted(100, week)[0])) for week in range(1, 21)]
    # 20 samples of 100 of 500 without replacement: standard error about 2.9 of the mean 249.5
    assert np.mean(middle) == pytest.approx(249.5, abs=12)


def test_with_one_more_place_the_others_who_entered_stay_the_same():
    few, more = admitted(30)[0], admitted(31)[0]
    assert few < more


def test_a_person_keeps_the_place_in_the_order_when_others_do_not_accept():
    everyone, even = admitted(60)[0], admitted(60, accepted=range(0, PEOPLE, 2))[0]
    assert {i for i in everyone if i % 2 == 0} <= even


def test_offers_in_place_of_arrest_are_the_share_moved_and_the_rest_is_net_widening():
    row = np.zeros(len(NAMES), np.float32)
    for name, value in {
        "ends_arrest": 0.4, "ends_warning": 0.2, "ends_referral": 0.05,
        "shift_to_deflection": 0.5, "widen_to_deflection": 0.1,
    }.items():  # fmt: skip
        row[INDEX[name]] = value
    *_, lenient, widened, instead = bounds(row)
    assert 1 - instead == pytest.approx(0.2)  # half of the arrests are left
    assert instead - widened == pytest.approx(0.2)  # the other half are offers in their place
    assert widened - lenient == pytest.approx(0.05 + 0.1 * 0.55)


def test_offending_falls_only_for_those_whose_offer_stood_in_place_of_an_arrest():
    of = world(0)
    change = {
        "ends_arrest": 0.0, "ends_referral": 1.0, "ends_warning": 0.0, "ends_resolution": 0.0,
        "caseload_places": 1e5, "deflection_accept": 1.0,
    }  # fmt: skip
    left_alone = of.scenario(rows_with(of, **change, engaged_offending=0.5)).sum(axis=(0, 1))
    same = of.scenario(rows_with(of, **change, engaged_offending=1.0)).sum(axis=(0, 1))
    assert left_alone[t.N_ENGAGED] > 20 and left_alone[t.N_INSTEAD] == 0
    assert left_alone[t.ACQUISITIVE] == same[t.ACQUISITIVE]
    change |= {"ends_referral": 0.0, "ends_arrest": 1.0, "shift_to_deflection": 1.0}
    half = of.scenario(rows_with(of, **change, engaged_offending=0.5)).sum(axis=(0, 1))
    whole = of.scenario(rows_with(of, **change, engaged_offending=1.0)).sum(axis=(0, 1))
    assert half[t.N_INSTEAD] == half[t.N_REFERRAL] > 0
    assert half[t.ACQUISITIVE] < whole[t.ACQUISITIVE]


def test_a_missed_course_leaves_a_warrant_only_where_citations_do_that():
    of = world(1)
    change = {"ends_resolution": 1.0, "ends_arrest": 0.0, "course_attended": 0.0}
    of.scenario(rows_with(of, **change, warrant_from_citation=0.0))
    without = np.count_nonzero(of.people_after.flags & ppl.WARRANT)
    of.scenario(rows_with(of, **change, warrant_from_citation=1.0))
    assert np.count_nonzero(of.people_after.flags & ppl.WARRANT) > without
