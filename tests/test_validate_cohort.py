"""People followed from one day: what their first day leaves them with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_validate_study import HEAD, SMALL, answer, study

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
