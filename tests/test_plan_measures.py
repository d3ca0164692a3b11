"""Measures: contacts of everybody else, hours, confidence and costs follow from their parts."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from offramp.catalogue.load import load as load_catalogue
from offramp.model import tallies as t
from offramp.model.parameters import INDEX
from offramp.model.priors import Prior
from offramp.plan.ensemble import simulate
from offramp.plan.measures import IDS, measured
from offramp.plan.money import cost
from offramp.plan.other_contacts import by_area, contacts_of_others
from tests.small_world import option_that, setup_with


@cache
def still():
    """One option that changes nothing."""
    setup = setup_with(option_that("recorded-warning"), people=500, years=1)
    return setup, simulate(setup, 1)


def moved(**parameters: float):
    """The same runs with parameters of the option's scenario set: only other contacts can move."""
    setup, runs = still()
    rows = runs.rows.copy()
    for name, value in parameters.items():
        rows[:, 1, INDEX[name]] = value
    return setup, replace(runs, rows=rows)


def change(measure, **parameters):
    values = measured(*moved(**parameters)).value[measure]
    return values[:, 1] - values[:, 0]


@pytest.mark.parametrize("measure", IDS)
def test_nothing_changed_changes_no_measure(measure):
    assert (change(measure) == 0).all()


def other_arrests():
    """Possession arrests of everybody else today, worked out from the place's own figures."""
    setup, runs = still()
    scale = setup.population / setup.people
    today = runs.total[:, 0] * scale[:, None]
    searches = setup.figure("contacts.searches_drug_year")
    searches = searches * (1 - setup.figure("contacts.simulated_share"))
    finds = setup.figure("contacts.found") * (today[:, t.CONTACTS] + searches)
    others = np.clip(finds - today[:, t.N_FOUND], 0.02 * searches, 0.98 * searches)
    after = others * runs.rows[:, 0, INDEX["ends_arrest"]]
    counted = (finds - others) / np.maximum(today[:, t.N_FOUND], 1)
    simulated = today[:, t.N_POSSESSION_ARRESTS] * counted
    every = setup.figure("contacts.possession_arrests_year")
    return np.maximum(every - simulated, after)  # those that follow no search are in it


def accepts():
    _, runs = still()
    return runs.rows[:, 0, INDEX["deflection_accept"]]


def test_arrests_today_are_those_of_the_place():
    setup, runs = still()
    today = measured(setup, runs).value["possession_arrests"][:, 0]
    every = setup.figure("contacts.possession_arrests_year")
    assert (today >= every * (1 - 1e-9)).all()
    assert np.isclose(today, every).any()


def test_arrests_fall_by_the_share_that_ends_in_another_way():
    assert change("possession_arrests", shift_to_warning=0.4) == pytest.approx(
        -0.4 * other_arrests()
    )
    accepted = accepts()
    both = {"shift_to_warning": 0.3, "shift_to_deflection": 0.2}
    away = 0.3 + 0.2 * accepted  # whoever says no to case work is arrested
    assert change("possession_arrests", **both) == pytest.approx(-away * other_arrests())


def test_shares_that_add_up_to_more_than_all_leave_no_arrest_and_no_contact_twice():
    all_moved = {"shift_to_warning": 0.8, "shift_to_resolution": 0.8, "shift_to_deflection": 0.4}
    away = (1.6 + 0.4 * accepts()) / 2.0
    assert change("possession_arrests", **all_moved) == pytest.approx(-away * other_arrests())
    setup, runs = moved(**all_moved)
    quantities = measured(setup, runs).quantities
    referred = quantities["referral"][:, 1] - quantities["referral"][:, 0]
    assert referred == pytest.approx(other_arrests() * 0.4 / 2.0)


def test_more_stops_find_nothing_more_often_in_proportion():
    setup, runs = moved(enforcement=2.0)
    share = setup.figure("contacts.simulated_share")
    searches = setup.figure("contacts.searches_drug_year") * (1 - share)
    found = measured(setup, runs).value["searches_nothing_found"]
    more = found[:, 1] - found[:, 0]
    assert (more > 0).all() and (more < searches).all()


def test_hours_follow_from_endings_and_the_place_hours():
    setup, _ = still()
    less = setup.figure("agency.hours_warning") - setup.figure("agency.hours_arrest")
    assert change("police_hours", shift_to_warning=1.0) == pytest.approx(other_arrests() * less)


def test_fewer_unfair_contacts_raise_ratings_by_less_than_a_point_here():
    """MODEL: a procedural change of this size must hardly move what residents say."""
    _, runs = still()
    unfair = runs.rows[:, 0, INDEX["unfair_contact"]].mean()
    points = change("resident_confidence", unfair_contact=0.5 * unfair)
    assert (np.abs(points) < 1).all()


def test_crime_moves_ratings_only_as_far_as_it_moves_all_recorded_crime():
    setup, runs = still()
    total = runs.total.copy()
    for offence in (t.ACQUISITIVE, t.VIOLENT):
        total[:, 1, offence] *= 1.5
    values = measured(setup, replace(runs, total=total)).value
    points = values["resident_confidence"][:, 1] - values["resident_confidence"][:, 0]
    today = {
        name: values[name][:, 0] / setup.figure(f"outcomes.{setup.series[name].id}")
        for name in ("acquisitive_offences", "violent_offences")
    }
    risen = 0.5 * sum(values[name][:, 0] for name in today) / sum(today.values())
    assert points == pytest.approx(10 * risen * setup.record("judge_crime_effect"))


def test_a_day_in_a_cell_is_paid_once():
    setup, runs = still()
    option = setup.options[0].model_copy(update={"costs": []})
    total = runs.total.copy()
    total[:, 1, t.N_DETAINED] += 1000
    days = setup.figure("custody.days_detention")
    total[:, 1, t.HELD_WEEKS] += 1000 * days / 7
    found = measured(setup, replace(runs, total=total, present=total))
    scale = setup.population / setup.people
    net = cost(setup, option, 1, found).net
    night = setup.figure("money.custody_night") * 130.5 / 107.8  # from prices of 2019 to 2023
    assert net == pytest.approx(1000 * scale * days * night)


def test_rare_events_are_not_rounded_away():
    """Expected infections are sums of hazards of a few in a million a week."""
    assert t.UNITS[t.HIV] == t.UNITS[t.OVERDOSE_DEATHS] == 2**24
    assert t.UNITS[t.CONTACTS] == 2**20
    assert len(t.UNITS) == len(t.EXPECTED)


def priced(per, evidence):
    """An option whose only cost is one item."""
    setup, _ = still()
    item = setup.options[0].costs[0].model_copy(update={"per": per, "evidence": evidence})
    return setup.options[0].model_copy(update={"costs": [item]})


def test_training_given_once_is_paid_once_whatever_the_years_looked_at():
    setup, runs = still()
    found = measured(setup, runs)
    option = priced("officer_once", "judge_cost_training")
    officers = setup.figure("agency.officers") * (1 - setup.shares[option.id])
    once = setup.record("judge_cost_training") * officers
    for years in (1, 5, 20):
        yearly = cost(replace(setup, years=years), option, 1, found).programme
        discount = setup.figure("money.discount")
        paid = sum(yearly / (1 + discount) ** k for k in range(years))
        assert paid == pytest.approx(once)


def test_five_days_of_training_by_hand():
    """At 3.5% a year 900 pounds once are 900 / (1 + 0.966 + 0.934 + 0.902 + 0.871) a year."""
    setup, runs = still()
    assert setup.figure("money.discount")[0] == pytest.approx(0.035)
    one = replace(setup, years=5, instead={"judge_cost_training": np.full(setup.draws, 900.0)})
    option = priced("officer_once", "judge_cost_training")
    yearly = cost(one, option, 1, measured(setup, runs)).programme
    officers = setup.figure("agency.officers") * (1 - setup.shares[option.id])
    assert (yearly / officers)[0] == pytest.approx(192.59, abs=0.01)


def test_kits_are_paid_for_officers_who_begin_to_carry_one():
    setup, runs = moved(police_carry=0.57)
    carry = runs.rows[:, 0, INDEX["police_carry"]]
    option = priced("officer_carrying", "judge_cost_training")
    price = setup.record("judge_cost_training")
    found = measured(setup, runs)
    paid = cost(setup, option, 1, found).programme
    assert paid == pytest.approx(price * setup.figure("agency.officers") * (0.57 - carry))
    setup, runs = moved(police_carry=0.0)  # fewer carry: nothing is bought
    assert cost(setup, option, 1, measured(setup, runs)).programme == pytest.approx(0)


def test_the_catalogue_pays_days_of_training_once_and_kits_for_those_who_carry():
    options = load_catalogue().candidates
    per = {c.evidence: c.per for o in options.values() for c in o.costs}
    assert per["judge_cost_fair_training"] == "officer_once"
    assert per["judge_cost_carry"] == "officer_carrying"
    assert per["judge_cost_training"] == "officer"  # its price is per officer and year


def finding(found, contacts, finds):
    """South Wales as in `still`, with so many contacts and finds among people simulated today, of
    as many contacts of everybody else; found: the place's own share."""
    setup, runs = still()
    scale = setup.population / setup.people
    others = setup.figure("contacts.searches_drug_year")
    others = others * (1 - setup.figure("contacts.simulated_share"))
    total = runs.total.copy()
    ends = (t.N_NO_ACTION, t.N_RESOLUTION, t.N_REFERRAL, t.N_POSSESSION_ARRESTS)
    total[:, :, ends] = 0
    total[:, :, t.CONTACTS] = (contacts * others / scale)[:, None]
    total[:, :, t.N_FOUND] = total[:, :, t.N_WARNING] = (finds * others / scale)[:, None]
    inputs = setup.inputs | {"place:contacts.found": replace_prior(setup, found)}
    setup = replace(setup, inputs=inputs)
    known = contacts_of_others(setup, replace(runs, total=total))
    nothing = measured(setup, replace(runs, total=total, present=total)).value
    share = 1 - nothing["searches_nothing_found"][:, 0] / ((1 + contacts) * others)
    return known, share, others


def replace_prior(setup, value):
    return replace(setup.inputs["place:contacts.found"], prior=Prior("none", value))


def test_finds_of_everybody_add_up_to_those_of_the_place():
    """1,000 contacts of others and 500 of people simulated, 150 of them with a find. With a find
    in 20% of all, 300, others have the other 150: 15%."""
    known, share, others = finding(0.2, 0.5, 0.15)
    assert (known["counted"] == 1).all()
    assert others - known["nothing"][:, 0] == pytest.approx(0.15 * others)
    assert share == pytest.approx(0.2)


def test_people_simulated_cannot_have_more_finds_than_the_place():
    """450 finds of people simulated where the place has 300 in all: others keep the least, 20,
    and those of people simulated count as 280."""
    known, share, others = finding(0.2, 0.5, 0.45)
    assert others - known["nothing"][:, 0] == pytest.approx(0.02 * others)
    assert known["counted"] == pytest.approx(280 / 450)
    assert share == pytest.approx(0.2)


def test_enforcement_of_the_first_area_moves_everybody_elses_contacts_there():
    """With one area it is the whole place; with a quarter of contacts there, twice the focus makes
    a quarter more, and the first area has two in five of them."""
    setup, runs = moved(enforcement_focus=2.0)
    volume = contacts_of_others(setup, runs)["volume"]
    assert volume[:, 1] == pytest.approx(2 * volume[:, 0])
    strata = np.repeat(runs.strata[:, :, :1], 2, axis=2)
    strata[:, :, 0] *= 1 / 3
    two = replace(setup, areas=2), replace(runs, strata=strata)
    volume = contacts_of_others(*two)["volume"]
    assert volume[:, 1] == pytest.approx(1.25 * volume[:, 0])
    areas = by_area(*two)[:, 1]
    assert areas[:, 0] / areas.sum(axis=1) == pytest.approx(0.4)


def fewer_deaths(years, weeks_lived_on, quality=1.0):
    """Years of life in full health by which a scenario with one overdose death a year less beats
    today, for one person simulated; weeks that people live on a year, and quality of life."""
    setup, runs = still()
    total = runs.total.copy()
    total[:, 1, t.OVERDOSE_DEATHS] -= 1
    mean = total[:, 0, t.UTILITY_WEEKS] / total[:, 0, t.PERSON_WEEKS]
    total[:, 1, t.PERSON_WEEKS] += weeks_lived_on
    total[:, 1, t.UTILITY_WEEKS] += weeks_lived_on * mean
    total[:, 1, t.UTILITY_WEEKS] *= quality
    one = replace(setup, years=years, instead={"judge_remaining_life": np.full(setup.draws, 9.0)})
    value = measured(one, replace(runs, total=total, present=total)).value["qalys"]
    return (value[:, 1] - value[:, 0]) / (setup.population / setup.people)


def test_a_death_averted_is_worth_the_same_however_much_of_life_is_simulated():
    """One death a year less: those alive more live on half a year in the first year, five years a
    year over ten. What was left of life, nine years, is counted once in both."""
    for years, weeks in ((1, 26), (5, 130), (10, 260), (20, 520)):
        assert fewer_deaths(years, weeks) == pytest.approx(9.0)


def test_better_quality_of_life_counts_beside_deaths():
    _, runs = still()
    lived = runs.total[:, 1, t.UTILITY_WEEKS] / 52
    assert fewer_deaths(1, 0, quality=1.01) == pytest.approx(9.0 + 0.01 * lived)
