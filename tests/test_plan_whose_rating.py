"""Years of full health by whose rating counts, without a run for each rating."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from offramp.model import tallies as t
from offramp.model.parameters import INDEX
from offramp.plan.ensemble import draw_of, simulate, weekly
from offramp.plan.measures import measured
from offramp.plan.whose_rating import RATINGS, whose_rating, years_rated
from offramp.plan.world import World, yearly
from tests.small_world import SEED, catalogue, setup_with

OPTIONS = ("agonist-treatment-custody", "police-naloxone")


@cache
def ran():
    options = (*(catalogue().options[name] for name in OPTIONS), catalogue().comparison)
    setup = setup_with(*options)
    return setup, simulate(setup, 2)


def test_both_is_what_the_other_tables_say():
    setup, runs = ran()
    assert years_rated(setup, runs, "both") == pytest.approx(
        measured(setup, runs).value["qalys"], rel=1e-9
    )


@pytest.mark.parametrize(("rating", "weight"), [("public", 1.0), ("own", None)])
def test_a_rating_is_what_a_run_with_it_gives(rating, weight):
    """The model is run again with the other weight: nothing else of it may move."""
    setup, runs = ran()
    rows, k = setup.rows.copy(), int(np.argmin(setup.record("u_inj_dec")))
    gap = rows[k, INDEX["utility_treated"]] - rows[k, INDEX["utility_using"]]
    if weight is None:
        weight = max(-float(setup.record("u_inj_dec")[k]), 0.0) / gap
    rows[k, INDEX["utility_patient"]] = weight
    other = replace(setup, rows=rows)
    weeks = setup.years * 52
    world = World(draw_of(other, k), setup.people, weeks, SEED)
    present = np.zeros_like(runs.present)
    for s, option in enumerate((None, *setup.options)):
        path = weekly(other, world.fitted.row, option, k, weeks, float(runs.direct[k]))
        discount = float(setup.figure("money.discount")[k])
        present[k, s] = yearly(world.scenario(path), weeks, discount)
    again = years_rated(other, replace(runs, present=present), "both")
    ran_again = slice(1 + len(setup.options))
    assert years_rated(setup, runs, rating)[k, ran_again] == pytest.approx(
        again[k, ran_again], rel=1e-4
    )


def test_the_wider_the_gap_the_more_treatment_gains():
    setup, runs = ran()
    index = 1 + OPTIONS.index("agonist-treatment-custody")
    more = runs.present[:, index, t.OAT_WEEKS] > runs.present[:, 0, t.OAT_WEEKS]
    gain = {
        rating: (years := years_rated(setup, runs, rating))[:, index] - years[:, 0]
        for rating in RATINGS
    }
    assert more.any()
    assert (gain["public"][more] > gain["own"][more]).all()


def test_rows_hold_their_middles_and_the_sentence_names_the_first():
    setup, runs = ran()
    found = whose_rating(setup, runs)
    assert [row["option"] for row in found["rows"]] == [option.id for option in setup.options]
    for row in found["rows"]:
        for rating in RATINGS:
            assert row[rating]["low"] <= row[rating]["middle"] <= row[rating]["high"]
    first = found["first"]["public"]
    gains = {row["option"]: row["public"]["middle"] for row in found["rows"][:-1]}
    assert first == max(gains, key=lambda option: gains[option])
    assert catalogue().options[first].name in found["says"]


def test_where_nothing_gains_nothing_is_said():
    setup, runs = ran()
    still = np.repeat(runs.present[:, :1], runs.present.shape[1], axis=1)
    found = whose_rating(setup, replace(runs, present=still))
    assert set(found["first"].values()) == {None}
    assert found["says"] == ""
