"""Verdicts on studies whose truth is known: helps, harms, no difference, cannot tell."""

from pathlib import Path

import numpy as np
import pytest

from offramp.learn.evaluate import evaluate
from tests.evaluation_sample import TODAY, write_study

PANEL_DESIGNS = ("difference_in_differences", "synthetic_control", "interrupted_time_series")


@pytest.mark.parametrize("design", PANEL_DESIGNS)
def test_a_large_fall_helps(tmp_path: Path, design: str):
    found = evaluate(write_study(tmp_path, design=design, effect=-0.5, seed=2), TODAY)
    assert found.verdict.word == "helps", found.verdict
    assert found.estimate.low is not None
    assert found.estimate.low < 100 * (np.exp(-0.5) - 1) < found.estimate.high


@pytest.mark.parametrize("design", PANEL_DESIGNS)
def test_a_large_rise_harms(tmp_path: Path, design: str):
    found = evaluate(write_study(tmp_path, design=design, effect=0.5), TODAY)
    assert found.verdict.word == "harms", found.verdict


def test_no_change_that_is_measured_well_is_no_difference_that_matters(tmp_path: Path):
    found = evaluate(write_study(tmp_path, residents=5e5, noise=0.02), TODAY)
    assert found.verdict.word == "no difference that matters", found.verdict


def test_a_study_that_is_too_small_cannot_tell_and_says_what_it_could_have_seen(tmp_path: Path):
    study = write_study(tmp_path, residents=3e4, noise=0.2, effect=-0.1, treated=1, areas=21)
    found = evaluate(study, TODAY)
    assert found.verdict.word == "cannot tell"
    assert "too small" in " ".join(found.verdict.reasons)


def test_too_few_units_cannot_tell_however_strong_the_effect(tmp_path: Path):
    found = evaluate(write_study(tmp_path, treated=1, areas=6, effect=-1.5), TODAY)
    assert found.verdict.word == "cannot tell"
    assert "too few units" in found.verdict.reasons[0]
    assert "1 of 6 ways" in found.verdict.reasons[0]


def test_trends_that_were_apart_before_cannot_tell(tmp_path: Path):
    found = evaluate(write_study(tmp_path, drift=-0.15, effect=-0.1), TODAY)
    assert found.verdict.word == "cannot tell"
    failed = {check.name for check in found.checks if check.status == "failed"}
    assert "trends before" in failed


def test_an_outcome_that_should_not_move_but_does_cannot_tell(tmp_path: Path):
    more = '[checks]\nplacebo_outcomes = ["dui"]'
    study = write_study(tmp_path, effect=-0.5, jump_elsewhere=-0.5, more=more)
    found = evaluate(study, TODAY)
    assert found.verdict.word == "cannot tell"
    assert "dui, which it should not touch, moved as well" in found.verdict.reasons[0]


def test_a_change_of_recording_at_the_same_time_cannot_tell(tmp_path: Path):
    more = '[checks]\nrecording = [{ date = "2018-12", what = "new crime system" }]'
    found = evaluate(write_study(tmp_path, effect=-0.5, more=more), TODAY)
    assert found.verdict.word == "cannot tell"
    assert "new crime system" in found.verdict.reasons[0]


def test_something_else_that_came_at_the_same_time_cannot_tell(tmp_path: Path):
    more = '[checks]\nconfounders = [{ name = "fentanyl", column = "dui" }]'
    study = write_study(tmp_path, effect=-0.5, jump_elsewhere=0.7, more=more)
    found = evaluate(study, TODAY)
    assert found.verdict.word == "cannot tell"
    assert "fentanyl changed at the same time" in found.verdict.reasons[0]


def test_false_alarms_stay_rare_where_nothing_happened(tmp_path: Path):
    words = [
        evaluate(write_study(tmp_path, treated=2, areas=20, seed=seed), TODAY).verdict.word
        for seed in range(5)
    ]
    assert sum(word in ("helps", "harms") for word in words) <= 1


def test_a_stepped_wedge_is_judged_by_its_lot(tmp_path: Path):
    study = write_study(tmp_path, design="stepped_wedge", treated=8, areas=8, months=40)
    steps = "\n".join(f'A{i} = "{2017 + i // 4}-{i % 4 * 3 + 1:02d}"' for i in range(8))
    text = study.read_text(encoding="utf-8")
    begin, end = text.index("date = "), text.index("[comparison]")
    study.write_text(
        f"{text[:begin]}[intervention.starts]\n{steps}\n{text[end:]}", encoding="utf-8"
    )
    found = evaluate(study, TODAY)
    assert found.units == {"treated": 8, "comparison": 0}
    assert "stepped wedge" in found.estimate.method
    assert found.verdict.word in ("no difference that matters", "cannot tell")


def test_the_same_study_gives_the_same_answer_to_the_last_digit(tmp_path: Path):
    study = write_study(tmp_path, areas=12)
    assert evaluate(study, TODAY).as_dict() == evaluate(study, TODAY).as_dict()
