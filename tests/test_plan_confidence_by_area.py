"""Ratings by area: each area's own contacts and residents, and nothing where those are unknown."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from offramp.model import tallies as t
from offramp.model.parameters import INDEX
from offramp.place.load import load as load_place
from offramp.plan.confidence_by_area import _tallies, area_ratings, confidence_by_area, residents_of
from offramp.plan.ensemble import set_up, simulate
from offramp.plan.measures import measured
from tests.small_world import SOUTH_WALES, catalogue, option_that

SOURCE = {"source": "made up for this test"}


def place_with(*areas: dict):
    place = load_place(SOUTH_WALES)
    people = place.resolved.people
    more = type(people).model_validate(people.model_dump() | {"areas": list(areas)})
    return replace(place, resolved=place.resolved.model_copy(update={"people": more}))


def area(name: str, people: float, contacts: float = 1.0, residents: float | None = None):
    made = {
        "name": name,
        "people": {"value": people, **SOURCE},
        "contacts": {"value": contacts, **SOURCE},
    }
    return made | ({"residents": {"value": residents, **SOURCE}} if residents else {})


CENTRE = area("Centre", 0.4, 3.0, 0.1)


@cache
def still(*, residents: bool = True):
    """One option that changes nothing, in a place with a centre and the rest."""
    centre = CENTRE if residents else area("Centre", 0.4, 3.0)
    options = [option_that("recorded-warning"), catalogue().comparison]
    setup = set_up(place_with(centre), catalogue(), options, 1, 4, 800, 3)
    return setup, simulate(setup, 1)


def changed(strata=None, **parameters: float):
    """The ratings of both areas under the option, with tallies or parameters of it changed."""
    setup, runs = still()
    rows = runs.rows.copy()
    for name, value in parameters.items():
        rows[:, 1, INDEX[name]] = value
    runs = replace(runs, rows=rows, strata=runs.strata if strata is None else strata)
    found = _tallies(setup, runs)
    values = [area_ratings(setup, runs, found, k, share) for k, share in enumerate((0.1, 0.9))]
    return setup, runs, [v[:, 1] - v[:, 0] for v in values]


def test_nothing_changed_changes_no_rating():
    assert all((change == 0).all() for change in changed()[2])


def test_through_contacts_areas_add_up_to_the_place():
    setup, runs, (centre, rest) = changed(unfair_contact=0.02, enforcement=0.8)
    place = measured(setup, runs).value["resident_confidence"]
    assert 0.1 * centre + 0.9 * rest == pytest.approx(place[:, 1] - place[:, 0], abs=1e-9)
    assert np.abs(centre).max() > np.abs(rest).max()  # many contacts, few residents


def test_what_happens_in_one_area_does_not_move_the_other():
    setup, runs = still()
    strata = runs.strata.copy()
    centre = slice(0, setup.weights.shape[1] // 2)  # all groups of the first area
    strata[:, 1, centre, t.N_UNFAIR] += 2
    strata[:, 1, centre, t.ACQUISITIVE] += 1
    _, _, (there, elsewhere) = changed(strata)
    assert (elsewhere == 0).all()
    assert (there != 0).all()


def test_a_policy_counts_in_every_area_alike():
    setup, runs = still()
    known = float(runs.rows[:, 1, INDEX["policy_known"]].max())
    _, _, (centre, rest) = changed(policy_known=min(known + 0.2, 1.0))
    assert centre == pytest.approx(setup.record("judge_policy_effect"))
    assert rest == pytest.approx(centre)


def test_rows_for_every_option_and_area_with_a_range():
    setup, runs = still()
    found = confidence_by_area(setup, runs)
    assert [(r["option"], r["name"]) for r in found["rows"]] == [
        (o.id, name) for name in ("Centre", "the rest") for o in setup.options
    ]
    for row in found["rows"]:
        assert row["low"] <= row["change"] <= row["high"]


def test_without_residents_or_areas_no_row_and_a_reason():
    without = confidence_by_area(*still(residents=False))
    assert without["rows"] == [] and "residents" in without["note"]
    options = [option_that("recorded-warning")]
    setup = set_up(load_place(SOUTH_WALES), catalogue(), options, 1, 2, 400, 3)
    none = confidence_by_area(setup, simulate(setup, 1))
    assert none["rows"] == [] and "no areas" in none["note"]


def test_the_rest_has_residents_only_where_all_named_areas_have():
    both = place_with(CENTRE, area("Harbour", 0.2, 1.0, 0.2))
    assert residents_of(both) == pytest.approx([0.1, 0.2, 0.7])
    one = place_with(CENTRE, area("Harbour", 0.2))
    assert residents_of(one) == [0.1, None, None]
