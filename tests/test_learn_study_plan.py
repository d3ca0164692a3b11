"""A study's plan that is wrong gets a message before anything is estimated."""

from pathlib import Path

import pytest

from offramp.cli.app import main
from tests.evaluation_sample import problems_of, write_study


@pytest.mark.parametrize(
    ("change_", "says"),
    [
        (("2019-01", "2031-01"), "leaves nothing before or after it; the table runs from 2016-01"),
        (("2019-01", "2016-01"), "leaves nothing before or after it"),
        (("2019-01", "January"), "months are written as"),
        (('"A0"', '"B0"'), '"B0" is not in the table; known units: A0, A1'),
        (('column = "arrests"', 'column = "arests"'), "is a column that is missing"),
        (("better", "beter"), "outcome.beter is not a known key"),
        (("value = 10", "value = -1"), "smallest_effect.value is -1"),
        (('why = "same county, same crime recording"', ""), "comparison.why is missing"),
        (('file = "panel.csv"', 'file = "other.csv"'), "other.csv: does not exist"),
    ],
)
def test_a_plan_that_is_wrong_gets_a_message(tmp_path: Path, change_: tuple[str, str], says: str):
    study = write_study(tmp_path, areas=5, months=48)
    text = study.read_text(encoding="utf-8")
    assert change_[0] in text
    study.write_text(text.replace(change_[0], change_[1], 1), encoding="utf-8")
    assert any(says in line for line in problems_of(study)), problems_of(study)


def test_dates_of_checks_are_read_before_anything_is_estimated(tmp_path: Path):
    more = '[checks]\nplacebo_dates = ["2017"]\nrecording = [{ date = "May", what = "x" }]'
    told = problems_of(write_study(tmp_path, areas=4, months=40, more=more))
    assert any('checks.placebo_dates[1] is "2017"; months are written as' in t for t in told)
    assert any('checks.recording[1].date is "May"' in t for t in told)


def test_one_treated_unit_and_no_other_is_pointed_to_a_time_series(tmp_path: Path):
    told = problems_of(write_study(tmp_path, treated=1, areas=1))
    assert any("leaves no unit to compare with" in line for line in told)
    assert any("interrupted_time_series" in line for line in told)


def test_a_study_that_does_not_exist_is_wrong_input(tmp_path: Path, capsys):
    assert main(["learn", "evaluate", str(tmp_path / "nothing.toml")]) == 1
    assert "does not exist" in capsys.readouterr().err
