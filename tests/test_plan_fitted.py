"""Fitted to the place: after the run-in the model gives the place's own figures, and shows it."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from offramp.model import tallies as t
from offramp.model.parameters import INDEX
from offramp.plan.ensemble import simulate
from offramp.plan.measures import measured
from offramp.plan.observed import against_data, size_warnings
from offramp.plan.world import yearly
from tests.small_world import catalogue, setup_with


@cache
def fitted():
    setup = setup_with(catalogue().comparison, draws=8)
    return setup, simulate(setup, 2)


def target(name):
    return np.array([getattr(goal, name) for goal in fitted()[1].targets])


def run_in(*columns):
    return fitted()[1].run_in[:, list(columns)].sum(axis=1)


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("deaths", (t.OVERDOSE_DEATHS,)),
        ("contacts", (t.CONTACTS,)),
        ("acquisitive", (t.ACQUISITIVE,)),
        ("violent", (t.VIOLENT,)),
        ("arrests", (t.OFFENCE_ARRESTS, t.N_POSSESSION_ARRESTS, t.N_WARRANT_ARRESTS)),
    ],
)
def test_the_run_in_gives_the_places_own_counts(name, columns):
    got, wanted = run_in(*columns), target(name)
    if name == "arrests":  # no more than one for each recorded offence, however many a draw wants
        most = fitted()[1].fitted[:, INDEX["arrest_per_offence"]] >= 1
        assert most.sum() <= 1 and (got[most] < wanted[most]).all()
        got, wanted = got[~most], wanted[~most]
    assert got.sum() == pytest.approx(wanted.sum(), rel=0.05)
    assert got == pytest.approx(wanted, rel=0.20)


def test_the_share_of_overdoses_that_kill_is_the_one_of_the_draw():
    share = run_in(t.OVERDOSE_DEATHS) / run_in(t.OVERDOSES)
    assert share == pytest.approx(target("fatal_share"), rel=0.03)


def test_about_as_many_people_are_in_treatment_as_the_place_says():
    on = run_in(t.OAT_WEEKS) / 52
    assert on.sum() == pytest.approx(target("in_treatment").sum(), rel=0.12)
    # treatment started in custody alone can keep more people on it than the draw wants
    assert on == pytest.approx(target("in_treatment"), rel=0.40)


def test_the_counts_follow_their_targets_from_draw_to_draw():
    """A fit that gave the same number in every draw would also be right on average."""
    assert np.corrcoef(run_in(t.OVERDOSE_DEATHS), target("deaths"))[0, 1] > 0.9
    assert np.corrcoef(run_in(t.CONTACTS), target("contacts"))[0, 1] > 0.9


def test_model_and_data_stand_side_by_side():
    setup, runs = fitted()
    rows = {row["series"]: row for row in against_data(setup, runs)}
    deaths = rows["drug_poisoning_deaths"]
    counts = setup.series["deaths"].counts
    assert deaths["observed"] == pytest.approx(np.mean(counts), rel=1e-5)
    assert {"contacts", "acquisitive_offences", "violent_offences"} <= rows.keys()
    for row in rows.values():
        assert row["low"] <= row["modelled"] <= row["high"]
        assert row["observed_low"] < row["observed"] < row["observed_high"]
    for name in ("drug_poisoning_deaths", "contacts", "acquisitive_offences"):
        assert rows[name]["modelled"] == pytest.approx(rows[name]["observed"], rel=0.10)


def test_searches_and_finds_of_today_are_those_of_the_place():
    setup, runs = fitted()
    found = measured(setup, runs).value
    searches = setup.figure("contacts.searches_drug_year")
    nothing = searches * (1 - setup.figure("contacts.found"))
    assert found["searches_nothing_found"][:, 0].mean() == pytest.approx(nothing.mean(), rel=0.05)
    assert (found["contact_ratio"][:, 0] > 1).all()


def test_expected_and_realised_events_agree():
    total = fitted()[1].total.sum(axis=(0, 1))
    for expected, realised in (
        (t.OVERDOSES, t.N_OVERDOSES), (t.CONTACTS, t.N_CONTACTS), (t.HCV, t.N_HCV),
        (t.OFFENCE_ARRESTS, t.N_OFFENCE_ARRESTS), (t.OTHER_DEATHS, t.N_OTHER_DEATHS),
        (t.OVERDOSE_DEATHS, t.N_OVERDOSE_DEATHS),
    ):  # fmt: skip
        # two scenarios share their luck, so only half of the events count as chance
        error = 4 * np.sqrt(2 * max(total[expected], 1)) + 0.02 * total[expected]
        assert total[realised] == pytest.approx(total[expected], abs=error), t.NAMES[expected]
    survived = total[t.ATTENDED] * (1 - total[t.OVERDOSE_DEATHS] / total[t.OVERDOSES])
    assert total[t.N_ATTENDED] == pytest.approx(survived, rel=0.10)


def test_a_place_whose_deaths_and_people_go_together_has_no_warning_of_size():
    assert size_warnings(fitted()[0]) == []


def test_kits_given_in_the_place_go_to_all_who_are_in_touch_also_those_who_do_not_inject():
    setup = fitted()[0]
    number = {name: setup.inputs[f"place:people.{name}"].prior.at(
        setup.numbers[f"place:people.{name}"]
    ) for name in ("people_who_use", "inject", "use_stimulants", "in_treatment")}  # fmt: skip
    people, treated = number["people_who_use"], number["in_treatment"]
    inject = people * number["inject"]
    other = np.maximum(people * (1 - number["use_stimulants"]) - inject - treated, 0)
    row = {name: setup.rows[:, INDEX[name]] for name in ("nsp_coverage", "kit_reach_other")}
    touch = inject * row["nsp_coverage"] + treated + other * row["kit_reach_other"]
    given = setup.place.resolved.services["naloxone_supply"].a_year
    assert given is not None and (other > 0).any()
    assert setup.rows[:, INDEX["kit_rate"]] * touch == pytest.approx(given.value, rel=1e-6)


def test_later_years_count_less_by_the_discount_and_all_together_as_much():
    tallies = np.zeros((3, 2, t.COUNT), np.int64)
    tallies[:, :, t.N_KITS] = [[50, 50], [100, 100], [0, 0]]
    even = yearly(tallies, 3 * 52)[t.N_KITS]
    assert even == pytest.approx(100)
    found = yearly(tallies, 3 * 52, 0.1)[t.N_KITS]
    weights = np.array([1, 1 / 1.1, 1 / 1.21])
    assert found == pytest.approx((weights * [100, 200, 0]).sum() / weights.sum())
    level = np.repeat(tallies[:1], 3, axis=0)
    assert yearly(level, 3 * 52, 0.1)[t.N_KITS] == pytest.approx(100)
