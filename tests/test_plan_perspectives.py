"""Money from three sides: what each purse counts, and what none of them does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from offramp.catalogue.load import load as load_catalogue
from offramp.model import tallies as t
from offramp.place.load import load as load_place
from offramp.plan.measures import measured
from offramp.plan.money import cost
from offramp.plan.perspectives import crime_priced
from tests.test_plan_measures import moved, still

PLACES = Path(__file__).parents[1] / "places"


def paid_by(payer):
    """An option whose only cost is one item a year."""
    setup, _ = still()
    item = next(c for c in setup.options[0].costs if c.per == "year")
    one = item.model_copy(update={"paid_by": payer})
    return setup.options[0].model_copy(update={"costs": [one]}), item.evidence


def unchanged():
    setup, runs = still()
    return setup, measured(setup, runs)


def test_the_police_budget_holds_what_police_pay_and_nothing_that_others_pay():
    setup, found = unchanged()
    option, price = paid_by("police")
    money = cost(setup, option, 1, found)
    rest = 1 - setup.shares[option.id]
    assert money.police.values == pytest.approx(setup.record(price) * rest)
    assert money.police.values == pytest.approx(money.programme)
    others = cost(setup, paid_by("others")[0], 1, found)
    assert others.police.values == pytest.approx(0)
    assert others.programme == pytest.approx(money.programme)


def test_what_is_paid_by_police_in_some_places_is_named_and_left_out():
    setup, found = unchanged()
    option, _ = paid_by(None)
    money = cost(setup, option, 1, found)
    assert money.police.values == pytest.approx(0)
    assert option.costs[0].item in money.police.note


def test_freed_hours_turn_into_cash_in_part_only():
    setup, runs = moved(shift_to_warning=1.0)
    option = setup.options[0].model_copy(update={"costs": []})
    found = measured(setup, runs)
    money = cost(setup, option, 1, found)
    hours = found.present["police_hours"]
    cells = found.quantities["detained"] * setup.figure("custody.days_detention")[:, None]
    night = setup.figure("money.custody_night") * 130.5 / 107.8  # from 2019 to 2023
    freed = (hours[:, 1] - hours[:, 0]) * setup.figure("money.officer_hour")
    freed = freed + (cells[:, 1] - cells[:, 0]) * night
    assert (freed < 0).all()
    assert money.police.values == pytest.approx(setup.record("judge_cashable_share") * freed)
    assert (money.police.values > money.net).all()  # the public sector counts all of them


def test_society_adds_the_tangible_cost_of_offences_to_the_public_sector_once():
    setup, runs = still()
    option = setup.options[0].model_copy(update={"costs": []})
    total = runs.total.copy()
    total[:, 1, t.ACQUISITIVE] -= 2
    total[:, 1, t.VIOLENT] -= 1
    money = cost(setup, option, 1, measured(setup, replace(runs, total=total, present=total)))
    scale = setup.population / setup.people
    worth = 2 * setup.figure("money.acquisitive_offence") + setup.figure("money.violent_offence")
    worth = worth * 130.5 / 100.7  # from prices of 2016 to 2023
    kept = 1 - setup.record("judge_crime_cost_custody")
    assert money.net == pytest.approx(0)
    assert money.society.values == pytest.approx(-scale * worth * kept)


def test_where_no_country_prices_an_offence_society_is_not_known():
    assert crime_priced(load_place(PLACES / "south-wales"))
    setup, found = unchanged()
    philadelphia = load_place(PLACES / "philadelphia")
    assert not crime_priced(philadelphia)
    there = cost(replace(setup, place=philadelphia), setup.options[0], 1, found).society
    assert there.values is None
    assert "money.violent_offence" in there.note


def test_a_place_that_prices_offences_itself_has_a_view_of_society():
    place = load_place(PLACES / "philadelphia")
    money = load_place(PLACES / "south-wales").resolved.money
    own = place.place.money.model_copy(
        update={
            "acquisitive_offence": money.acquisitive_offence,
            "violent_offence": money.violent_offence,
        }
    )
    priced = replace(place, place=place.place.model_copy(update={"money": own}))
    assert crime_priced(priced)


def test_orders_and_training_are_paid_by_police_and_treatment_is_not():
    for option in load_catalogue().candidates.values():
        for item in option.costs:
            if item.evidence in ("judge_cost_order", "judge_cost_training"):
                assert item.paid_by == "police", option.id
            if item.per == "client_year":
                assert item.paid_by == "others", option.id


def test_nothing_changed_costs_no_purse_anything():
    setup, found = unchanged()
    option = setup.options[0].model_copy(update={"costs": []})
    money = cost(setup, option, 1, found)
    for values in (money.police.values, money.net, money.society.values):
        assert np.all(values == 0)
