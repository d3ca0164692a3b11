"""Studies of which it is known beforehand what must come out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.validate_sample import FIRST_DAY, HEAD, SMALL, answer, study


def test_a_lever_that_moves_nothing_gives_no_difference(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    text = f"""{HEAD}
[run]
weeks = 52
{SMALL}
[[change.levers]]
parameter = "nsp_coverage"
moves = "multiply"
value = 1.0
[result]
measure = "resident_confidence"
form = "difference"
denominator = "adults"
direction = "none"
[result.published]
value = 0.0
low = -1.0
high = 1.0
source = "by definition"
"""
    found = answer(capsys, study(tmp_path, text))
    assert found["model"] == {"median": 0.0, "low": 0.0, "high": 0.0} and found["holds"]


def test_infections_per_person_year_of_a_cohort_with_its_own_window(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    text = f"""{HEAD}
[cohort]
of = "inject"
[run]
weeks = 26
{SMALL}
[[change.levers]]
parameter = "sharing_week"
moves = "multiply"
value = 0.5
[result]
measure = "hcv_infections"
form = "ratio"
per = "person_year"
denominator = "person-years"
direction = "lower"
[result.published]
value = 0.5
low = 0.4
high = 0.6
source = "by arithmetic: half the sharing"
"""
    found = answer(capsys, study(tmp_path, text))
    assert found["model"]["median"] == pytest.approx(0.5, abs=0.02)  # type: ignore[index]


def test_everybody_may_be_arrested_on_one_day_or_offered_case_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    text = f"""{HEAD}
[parameters]
study_accept = {{ value = 1.0, source = "all accept" }}
[cohort]
of = "lately_held"
[run]
weeks = 4
{SMALL}
[comparator.starts]
arrest = {{ value = 1.0 }}
[change.starts]
offer = {{ value = 1.0 }}
[result]
measure = "custody_days"
form = "difference"
per = "person_year"
denominator = "days held a year per person"
direction = "lower"
[result.published]
value = -1.0
low = -2.0
high = -0.5
source = "made up: only the direction counts"
"""
    found = answer(capsys, study(tmp_path, text))
    assert found["model"]["median"] < 0  # type: ignore[index]


def test_kits_can_be_made_to_reach_people_who_do_not_inject(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    text = f"""{HEAD}
[place.people]
inject = {{ value = 0.01, source = "ours" }}
use_stimulants = {{ value = 0.0, source = "ours" }}
in_treatment = {{ value = 0, source = "ours" }}
[cohort]
of = "off_treatment"
[run]
weeks = 52
{SMALL}
[comparator.starts]
kit = {{ value = 0.0 }}
[change.starts]
kit = {{ value = 0.0 }}
[[comparator.levers]]
parameter = "kit_rate"
moves = "set"
value = 6.0
[[comparator.levers]]
parameter = "kit_reach_other"
moves = "set"
value = 0.1
[[change.levers]]
parameter = "kit_rate"
moves = "set"
value = 6.0
[[change.levers]]
parameter = "kit_reach_other"
moves = "set"
value = 1.0
[result]
measure = "kits"
form = "ratio"
denominator = "kits given"
direction = "higher"
[result.published]
value = 1.6
source = "ours: more, by how much depends on how many began to inject"
"""
    found = answer(capsys, study(tmp_path, text))
    assert found["sign"] == "right" and found["model"]["low"] > 1.2  # type: ignore[index]


@pytest.mark.parametrize("measure", ["kits", "treatment_entries"])
def test_what_is_given_on_the_first_day_counts_with_its_week(
    measure: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    text = FIRST_DAY.replace('"kits"', f'"{measure}"')
    found = answer(capsys, study(tmp_path, text))
    assert found["model"]["median"] == pytest.approx(52, rel=0.02)  # type: ignore[index]
    later = text.replace("weeks = 1\n", "weeks = 2\nfrom_week = 1\n")
    found = answer(capsys, study(tmp_path, later, "later"))
    assert found["model"]["median"] == pytest.approx(0, abs=1)  # type: ignore[index]


def test_people_in_treatment_already_are_still_in_treatment(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    text = f"""{HEAD}
[cohort]
of = "in_treatment"
[run]
weeks = 1
{SMALL}
[result]
measure = "still_in_treatment"
form = "level"
denominator = "people in treatment on the first day"
direction = "either"
[result.published]
value = 0.99
low = 0.9
high = 1.0
source = "by arithmetic: hardly anybody leaves in a week"
"""
    found = answer(capsys, study(tmp_path, text))
    assert found["model"]["median"] > 0.9  # type: ignore[index,operator]


def test_a_lever_with_a_range_is_the_same_in_both_arms_wherever_it_stands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    def lever(side: str, rest: str) -> str:
        return f"[[{side}.levers]]\n{rest}\n"

    sharing = 'parameter = "sharing_week"\nmoves = "multiply"\nvalue = 1.0\nlow = 0.3\nhigh = 3.0'
    nothing = 'parameter = "displaced_visible"\nmoves = "multiply"\nvalue = 1.0'
    levers = lever("comparator", sharing) + lever("change", nothing) + lever("change", sharing)
    text = f"""{HEAD}
[cohort]
of = "inject"
[run]
weeks = 26
{SMALL}
{levers}
[result]
measure = "hcv_infections"
form = "ratio"
denominator = "people who inject"
direction = "none"
[result.published]
value = 1.0
low = 0.8
high = 1.2
source = "by definition"
"""
    found = answer(capsys, study(tmp_path, text))
    assert found["model"] == {"median": 1.0, "low": 1.0, "high": 1.0}
