"""Results by group and area, and orders with and without the transport rule."""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import pytest

from offramp.model import tallies as t
from offramp.place.load import load as load_place
from offramp.plan.compare import plan
from offramp.plan.ensemble import set_up, simulate
from offramp.plan.strata import by_stratum
from tests.small_world import SOUTH_WALES, catalogue, setup_with

OPTIONS = ("officer-led-deflection", "community-resolution-course", "leave-equipment-alone")


@cache
def ran():
    setup = setup_with(
        *(catalogue().options[name] for name in OPTIONS), catalogue().comparison, people=1200
    )
    return setup, simulate(setup, 2)


def test_groups_add_up_to_everybody():
    _, runs = ran()
    assert runs.strata.sum(axis=2) == pytest.approx(runs.total, rel=1e-9)
    assert runs.groups.sum(axis=2) == pytest.approx(runs.total[:, :, t.CONTACTS], rel=1e-9)


def test_every_group_has_a_row_for_every_option_and_a_gap_but_the_reference():
    setup, runs = ran()
    found = by_stratum(setup, runs)
    names = [g.name for g in setup.place.resolved.people.groups]
    contacts = [r for r in found["rows"] if r["measure"] == "contacts"]
    assert len(contacts) == len(names) * len(setup.options)
    for row in contacts:
        assert row["kind"] == "group" and row["low"] <= row["change"] <= row["high"]
        assert ("ratio_today" in row) == (row["name"] != found["reference"])


def test_a_fall_in_contacts_for_all_keeps_the_ratio_and_shrinks_the_gap():
    setup, runs = ran()
    strata = runs.strata.copy()
    strata[:, 1] = strata[:, 0]
    strata[:, 1, :, t.CONTACTS] *= 0.5
    found = by_stratum(setup, type(runs)(**{**vars(runs), "strata": strata}))
    for row in found["rows"]:
        if row["measure"] == "contacts" and row["option"] == OPTIONS[0] and "gap_today" in row:
            assert row["ratio_then"] == pytest.approx(row["ratio_today"], rel=1e-5)
            assert row["gap_then"] == pytest.approx(row["gap_today"] / 2, rel=1e-5)


@cache
def place_with_areas():
    place = load_place(SOUTH_WALES)
    people = place.resolved.people
    share = {"source": "made up for this test"}
    areas = [
        {"name": "Centre", "people": {"value": 0.25, **share}, "contacts": {"value": 3, **share}},
    ]
    more = type(people).model_validate(people.model_dump() | {"areas": areas})
    resolved = place.resolved.model_copy(update={"people": more})
    from dataclasses import replace

    return replace(place, resolved=resolved)


def test_areas_hold_their_share_of_people_and_contacts_and_their_own_rows():
    options = [catalogue().options["police-naloxone"], catalogue().comparison]
    setup = set_up(place_with_areas(), catalogue(), options, 1, 2, 2400, 3)
    runs = simulate(setup, 2)
    split = runs.strata.reshape(2, runs.total.shape[1], 2, -1, t.COUNT)
    weeks = split[:, 0, :, :, t.PERSON_WEEKS].sum(axis=2)
    assert weeks[:, 0] / weeks.sum(axis=1) == pytest.approx(0.25, abs=0.02)
    rate = split[:, 0, :, :, t.CONTACTS].sum(axis=2) / weeks
    assert rate[:, 0] / rate[:, 1] == pytest.approx(3, rel=0.3)
    assert runs.groups.shape[2] == len(setup.place.resolved.people.groups)
    rows = by_stratum(setup, runs)["rows"]
    assert {r["name"] for r in rows if r["kind"] == "area"} == {"Centre", "the rest"}


@cache
def results():
    return plan(
        load_place(SOUTH_WALES),
        catalogue(),
        options=OPTIONS,
        years=1,
        draws=4,
        people=600,
        workers=2,
    )


def test_results_hold_orders_without_the_transport_rule_and_rows_by_group():
    order = results()["rankings"]["without_transport"]
    assert "leave-equipment-alone" in order["touched"]  # it rests on a published ratio
    for outcome, ids in order["by_outcome"].items():
        assert sorted(ids) == sorted(results()["rankings"]["by_outcome"][outcome])
    assert results()["by_stratum"]["rows"]
    json.dumps(results(), allow_nan=False)


def test_an_option_that_the_rule_touches_runs_once_more_as_published():
    setup, runs = ran()
    touched = [o.id for o in setup.options if o.id in setup.plain]
    assert runs.total.shape[1] == 1 + len(setup.options) + len(touched)
    carried = 1 + OPTIONS.index("leave-equipment-alone")
    published = 1 + len(setup.options) + touched.index("leave-equipment-alone")
    taken = t.AT["n_equipment_taken"]
    assert not np.array_equal(runs.total[:, carried, taken], runs.total[:, published, taken])
