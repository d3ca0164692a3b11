"""A small place made ready to simulate, for tests of the model: few people, few draws."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from offramp.catalogue.load import load as load_catalogue
from offramp.catalogue.schema import Lever, Option
from offramp.model.parameters import INDEX
from offramp.place.load import load as load_place
from offramp.plan.ensemble import Setup, draw_of, set_up
from offramp.plan.world import World

SOUTH_WALES = Path(__file__).parents[1] / "places" / "south-wales"
YEARS, DRAWS, PEOPLE, SEED = 2, 4, 1500, 5


def catalogue():
    return load_catalogue()


def option_that(name: str, *levers: dict, comparison: bool = False) -> Option:
    """An option of the catalogue with its levers replaced."""
    base = catalogue().options[name]
    made = [Lever(**{"design": "mechanism", "ramp_weeks": 0, **lever}) for lever in levers]
    return base.model_copy(update={"levers": made, "comparison": comparison})


def setup_with(
    *options: Option, years: int = YEARS, draws: int = DRAWS, people: int = PEOPLE
) -> Setup:
    return set_up(load_place(SOUTH_WALES), catalogue(), options, years, draws, people, SEED)


@cache
def plain_setup() -> Setup:
    return setup_with(*catalogue().candidates.values(), catalogue().comparison)


@cache
def world(k: int = 0) -> World:
    """Draw k of the plain setup, fitted."""
    return World(draw_of(plain_setup(), k), PEOPLE, YEARS * 52, SEED)


def rows_with(of: World, **values: float) -> np.ndarray:
    """Weekly parameters of the fitted draw with some set to other values."""
    row = of.fitted.row.copy()
    for name, value in values.items():
        row[INDEX[name]] = value
    return np.repeat(row[None, :].astype(np.float32), of.weeks, axis=0)
