"""Locked plans: what was changed, and what was seen before the lock."""

import json
from pathlib import Path

from offramp.cli.app import main
from tests.evaluation_sample import write_study


def test_a_locked_plan_is_used_and_a_changed_one_is_named_field_by_field(tmp_path: Path, capsys):
    study = write_study(tmp_path, areas=21, months=48, treated=1)
    assert main(["learn", "evaluate", str(study), "--lock", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert len(told["hash"]) == 64
    assert told["before_results"] is False, "months after the start were in the table already"
    assert main(["learn", "evaluate", str(study), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["locked"] is True
    assert found["lock"]["hash"] == told["hash"]
    text = study.read_text(encoding="utf-8")
    study.write_text("# a comment changes nothing\n" + text, encoding="utf-8")
    assert main(["learn", "evaluate", str(study), "--json"]) == 0
    capsys.readouterr()
    text = text.replace("value = 10", "value = 2").replace('"lower"', '"higher"')
    study.write_text(text, encoding="utf-8")
    for words in (["--json"], ["--lock"]):
        assert main(["learn", "evaluate", str(study), *words]) == 1
        err = capsys.readouterr().err
        assert "smallest_effect.value is 2.0, but was locked on" in err
        assert 'outcome.better is "higher", but was locked on' in err


def test_a_lock_that_was_edited_is_refused(tmp_path: Path, capsys):
    study = write_study(tmp_path, areas=4, months=40)
    assert main(["learn", "evaluate", str(study), "--lock"]) == 0
    lock = tmp_path / "study.lock.json"
    lock.write_text(lock.read_text(encoding="utf-8").replace("10.0", "2.0"), encoding="utf-8")
    assert main(["learn", "evaluate", str(study)]) == 1
    assert "was changed; put back the file" in capsys.readouterr().err


def test_a_plan_locked_before_there_are_data_is_blind(tmp_path: Path, capsys):
    study = write_study(tmp_path, areas=4, months=40)
    (tmp_path / "panel.csv").unlink()
    assert main(["learn", "evaluate", str(study), "--lock", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["before_results"] is True


def test_results_seen_before_the_lock_are_not_forgotten(tmp_path: Path, capsys):
    study = write_study(tmp_path, areas=21, treated=1, months=48)
    assert main(["learn", "evaluate", str(study)]) == 0
    assert "not locked before its results were seen" in capsys.readouterr().out.replace("\n  ", " ")
    assert main(["learn", "evaluate", str(study), "--lock", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["before_results"] is False
    assert main(["learn", "evaluate", str(study)]) == 0
    assert "looked at once before that" in capsys.readouterr().out.replace("\n  ", " ")
