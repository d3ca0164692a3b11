"""People in treatment are a level: the plan begins with those of the last year of a series."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from offramp.model.parameters import INDEX
from offramp.plan.calibration.forward import CHANNELS
from offramp.plan.calibration.run import a_year
from offramp.plan.ensemble import Given, draw_of, set_up
from tests.small_world import SOUTH_WALES, catalogue, load_place, plain_setup


def test_a_level_is_averaged_over_the_year_and_what_happens_is_added_up():
    quarters = np.zeros((2, 4, len(CHANNELS)))
    quarters[:, :, CHANNELS.index("in_treatment")] = [[700, 800, 900, 1000], [10, 10, 10, 10]]
    quarters[:, :, CHANNELS.index("deaths")] = [[1, 2, 3, 4], [0, 0, 0, 8]]
    found = a_year(quarters)
    assert found["in_treatment"].tolist() == [850, 10]
    assert found["deaths"].tolist() == [10, 8]


def test_a_plan_begins_with_the_people_in_treatment_that_calibration_ends_with():
    setup = plain_setup()
    treated = setup.population * np.linspace(0.1, 0.3, setup.draws)
    given = Given({}, {}, {"in_treatment": treated})
    calibrated = replace(setup, given=given)
    for k in range(setup.draws):
        share = draw_of(calibrated, k).shares.in_treatment
        assert share == pytest.approx(treated[k] / setup.population[k])
        assert share != pytest.approx(draw_of(setup, k).shares.in_treatment, rel=1e-3)


def test_kits_that_a_place_hands_out_reach_the_people_in_treatment_then():
    place = load_place(SOUTH_WALES.parent / "philadelphia")
    kit_rate = [
        set_up(place, catalogue(), [], 1, 4, 500, 1, given=Given({}, {}, today)).rows[
            :, INDEX["kit_rate"]
        ]
        for today in ({}, {"in_treatment": np.full(4, 60_000.0)})
    ]
    assert (kit_rate[1] < kit_rate[0]).all()  # as many kits a year, more people in touch
