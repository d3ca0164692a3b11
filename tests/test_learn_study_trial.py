"""Trials: everybody counts in the arm that was drawn, and groups are drawn whole."""

from pathlib import Path

import pytest

from offramp.cli.app import main
from offramp.learn.evaluate import evaluate
from tests.evaluation_sample import TODAY, problems_of

TRIAL = """
name = "Offer of a caseworker"
question = "Are fewer people arrested again within a year?"
design = "randomised_trial"
smallest_effect = { value = 20 }
[data]
file = "cohort.csv"
[outcome]
name = "arrested again"
column = "again"
better = "lower"
[trial]
treated = "offered"
control = "usual"
event = "again"
"""


def test_a_trial_counts_everybody_in_the_arm_that_was_drawn(tmp_path: Path):
    rows = [f"{i},offered,{'yes' if i < 60 else 'no'}" for i in range(300)]
    rows += [f"{i},usual,{'yes' if i < 120 else 'no'}" for i in range(300)]
    (tmp_path / "cohort.csv").write_text("number,arm,again\n" + "\n".join(rows), encoding="utf-8")
    (tmp_path / "study.toml").write_text(TRIAL, encoding="utf-8")
    found = evaluate(tmp_path, TODAY)
    assert found.verdict.word == "helps"
    assert found.estimate.effect == pytest.approx(-50)
    assert found.units == {"people": 300, "people_usual": 300}


def test_faults_of_a_trial_are_told_all_at_once(tmp_path: Path):
    text = "number,arm,again\n1,offered,maybe\n2,control,no\n"
    (tmp_path / "cohort.csv").write_text(text, encoding="utf-8")
    (tmp_path / "study.toml").write_text(TRIAL, encoding="utf-8")
    told = problems_of(tmp_path)
    assert any("line 2: again is" in line for line in told)
    assert any("line 3: arm is" in line for line in told)


def trial_of_groups(folder: Path, risk) -> Path:
    """Ten stations of 20 people; every second one is offered it."""
    rows = [
        f"{'offered' if g % 2 else 'usual'},{int(i < risk(g))},g{g}"
        for g in range(10)
        for i in range(20)
    ]
    (folder / "people.csv").write_text("arm,event,station\n" + "\n".join(rows) + "\n")
    (folder / "study.toml").write_text(
        """name = "Trial"
question = "Does it lower arrests?"
design = "randomised_trial"
smallest_effect = { value = 20 }
[data]
file = "people.csv"
[outcome]
name = "arrests"
column = "event"
better = "lower"
[trial]
treated = "offered"
control = "usual"
cluster = "station"
"""
    )
    return folder / "study.toml"


def test_arms_of_a_trial_are_called_by_their_names(tmp_path: Path, capsys):
    study = trial_of_groups(tmp_path, lambda g: 3 + g if g % 2 else 10)
    assert main(["learn", "evaluate", str(study)]) == 0
    words = " ".join(capsys.readouterr().out.split())
    assert "people in offered: 100, people in usual: 100" in words
    assert "groups in offered: 5, groups in usual: 5" in words


def test_groups_that_do_not_differ_at_all_say_nothing_about_luck(tmp_path: Path):
    found = evaluate(trial_of_groups(tmp_path, lambda g: 5 if g % 2 else 10), TODAY)
    assert found.verdict.word == "cannot tell"
    assert (found.estimate.low, found.estimate.high, found.estimate.p) == (None, None, 1.0)
