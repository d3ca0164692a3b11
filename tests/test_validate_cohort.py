"""People followed from one day, and the luck of a study's numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from offramp.catalogue.load import load as load_catalogue
from offramp.validate.load import load_study, packaged
from offramp.validate.run import lever_luck, values
from offramp.validate.schema import Number
from tests.small_world import SOUTH_WALES
from tests.validate_sample import (
    CATALOGUE,
    HEAD,
    LEVER,
    PLACE,
    SMALL,
    answer,
    changed,
    problems,
    study,
)

NOBODY = 'parameter = "oat_entry"\nmoves = "set"\nvalue = 0.0\nsource = "nobody begins"'


def test_nobody_outside_treatment_gets_in_who_does_not_begin_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """People who were waiting for a place would be let in, as a cohort has places for all."""
    text = f"""{HEAD}
[cohort]
of = "off_treatment"
[run]
weeks = 26
{SMALL}
[[change.levers]]
{NOBODY}
[result]
measure = "people_on_oat"
form = "level"
per = "person_year"
denominator = "people outside treatment"
direction = "either"
[result.published]
value = 0.0
low = 0.0
high = 0.2
source = "treatment begun in custody alone"
"""
    found = answer(capsys, study(tmp_path, text))
    assert found["model"]["median"] < 0.02  # type: ignore[index,operator]


def test_whoever_is_released_without_treatment_has_stopped_that_day(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """With no tolerance lost inside, release breaks treatment off and does nothing else."""
    text = f"""{HEAD}
[parameters]
used_inside = {{ value = 1.0, source = "no tolerance lost" }}
[cohort]
of = "in_treatment"
days_held = {{ value = 30.0, source = "long enough" }}
[run]
weeks = 2
{SMALL}
[[comparator.levers]]
{NOBODY}
[[change.levers]]
{NOBODY}
[comparator.starts]
stops_treatment = {{ value = 1.0 }}
[change.starts]
release = {{ value = 1.0 }}
[result]
measure = "fatal_overdoses"
form = "ratio"
per = "person_year"
denominator = "people in treatment before"
direction = "none"
[result.published]
value = 1.0
low = 0.9
high = 1.1
source = "the same clock"
"""
    model = answer(capsys, study(tmp_path, text))["model"]
    assert model["low"] == pytest.approx(1, abs=0.01)  # type: ignore[index]
    assert model["high"] == pytest.approx(1, abs=0.01)  # type: ignore[index]


def test_numbers_with_a_range_have_luck_of_their_own():
    """By whatever seed: two numbers of a study do not rise and fall together."""
    given = load_study(packaged()[0], load_catalogue()).study
    number = Number(value=1.0, low=0.5, high=2.0)
    for seed in range(20):
        of = given.model_copy(update={"run": given.run.model_copy(update={"seed": seed})})
        one, other = (values(number, None, name, of, load_catalogue()) for name in ("a", "b"))
        assert abs(np.corrcoef(np.log(one), np.log(other))[0, 1]) < 0.25
        assert np.log(one).std() == pytest.approx(np.log(2) / 1.96, rel=0.05)


def test_a_lever_has_the_same_luck_in_both_arms_wherever_it_stands(tmp_path: Path):
    def levers(side: str, *names: str) -> str:
        return "".join(LEVER.replace("change", side).replace("nsp_coverage", n) for n in names)

    before = levers("comparator", "kit_rate", "nsp_coverage", "kit_rate")
    after = levers("change", "nsp_coverage", "kit_lost", "kit_rate", "kit_rate", "police_carry")
    assert problems(tmp_path, changed(PLACE, (LEVER, before + after))) == []
    study = load_study(tmp_path, CATALOGUE).study
    one = [lever_luck(study, study.comparator, i) for i in range(3)]
    two = [lever_luck(study, study.change, i) for i in range(5)]
    assert (two[0], two[2], two[3]) == (one[1], one[0], one[2])
    assert len({*one, *two}) == 5  # the lever of one arm alone has luck of its own


def test_an_option_acts_in_a_cohort_of_any_length(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    text = f"""{HEAD}
[cohort]
of = "opioids"
[run]
weeks = 12
{SMALL}
[change]
options = ["police-naloxone"]
[result]
measure = "fatal_overdoses"
form = "ratio"
denominator = "people who use opioids"
direction = "lower"
[result.published]
value = 0.9
low = 0.5
high = 1.0
source = "made up"
"""
    found = answer(capsys, study(tmp_path, text))
    assert found["model"]["high"] <= 1  # type: ignore[index,operator]


def test_a_number_that_is_read_once_for_the_place_can_be_set(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    text = f"""{HEAD}
[place]
base = "{SOUTH_WALES}"
[parameters]
resident_rating = {{ value = 0.9, source = "made up" }}
[run]
weeks = 52
{SMALL}
[result]
measure = "resident_confidence"
form = "level"
denominator = "residents"
direction = "either"
[result.published]
value = 90.0
source = "made up"
"""
    found = answer(capsys, study(tmp_path, text))
    assert found["model"]["median"] == pytest.approx(90, abs=0.5)  # type: ignore[index]
