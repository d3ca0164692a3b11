"""The value of a judgement at which the order of two options turns is computed, not written."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pytest

from offramp.languages import speaking
from offramp.plan.ensemble import set_up
from offramp.plan.measures import Measured
from offramp.plan.tipping import (
    HEADLINE,
    _meaning,
    not_distinguishable,
    switching,
    switching_values,
)
from tests.small_world import SOUTH_WALES, catalogue, load_place, setup_with

FIRST, SECOND = "police-naloxone", "no-arrest-at-overdose"
INPUT = "evidence:judge_called_home"


@cache
def setup():
    listed = [catalogue().options[name] for name in (FIRST, SECOND)]
    return setup_with(*listed, catalogue().comparison, draws=64, people=300)


def found_with(turns_at: float, noise: float = 0.05) -> Measured:
    """Deaths in which the first option does better as long as the input is below a value."""
    value = setup().inputs[INPUT].prior.at(setup().numbers[INPUT])
    deaths = np.zeros((64, 4))
    chance = np.random.default_rng(1).standard_normal(64)
    deaths[:, 1] = 3 * (value - turns_at) + noise * chance
    return Measured({HEADLINE: deaths}, {}, {}, {})


def row_of(turns_at: float, noise: float = 0.05):
    rows = switching_values(setup(), found_with(turns_at, noise), [FIRST, SECOND])
    return next(row for row in rows if row["parameter"] == INPUT)


def middle() -> float:
    return setup().inputs[INPUT].prior.estimate


def test_a_turn_inside_the_range_is_found_where_it_is():
    at = middle() * 1.05
    row = row_of(at)
    assert row["inside"] and row["told"]
    assert row["switching_value"] == pytest.approx(at, rel=0.03)
    assert row["options"] == [FIRST, SECOND]
    assert "cannot be told apart" in row["says"]


def test_such_options_are_listed_as_not_distinguishable():
    rows = switching_values(setup(), found_with(middle()), [FIRST, SECOND])
    assert not_distinguishable(rows) == [[FIRST, SECOND]]
    assert switching(setup(), found_with(middle()), [FIRST, SECOND])[0]["parameter"] == INPUT


def test_a_turn_outside_the_range_is_no_turn():
    row = row_of(-1.0)
    assert row["told"] and not row["inside"] and row["switching_value"] is None
    rows = switching_values(setup(), found_with(-1.0), [FIRST, SECOND])
    assert not_distinguishable(rows) == []


def test_what_is_chance_is_said_not_to_move_it_and_every_judgement_has_a_row():
    row = row_of(middle(), noise=50.0)
    assert not row["told"] and row["switching_value"] is None
    rows = switching_values(setup(), found_with(middle()), [FIRST, SECOND])
    names = {row["parameter"] for row in rows}
    assert len(names) == len(rows) > 60
    judged = {
        n for n, e in setup().inputs.items() if e.basis == "judgement" and not e.prior.certain
    }
    left_out = {n for n in judged - names if not n.startswith("place:")}
    # what cannot act on these two: other options' records, prices, confidence and the like
    assert all(n.startswith("evidence:judge_") for n in left_out)
    assert "evidence:judge_seen_home" in names


def test_what_an_input_means_is_said_in_the_language_of_the_reader():
    with speaking("ru"):
        read = set_up(load_place(SOUTH_WALES), catalogue(), [], 1, 2, 500, 1)
        said = {name: _meaning(read, name) for name in read.inputs}
    told = {name: words for name, words in said.items() if not name.startswith("place:outcomes.")}
    assert len(told) > 150
    for name, words in told.items():
        assert not re.search(r"\b(of|the|who|people|share)\b", words), (name, words)
