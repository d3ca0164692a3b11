"""Studies that fail while they run: the others are kept, and every reason is told."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from offramp.catalogue.problems import InputError
from offramp.cli.app import main
from offramp.validate import report
from offramp.validate.load import LoadedStudy
from tests.validate_sample import PLACE, changed


def studies(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).mkdir()
        text = changed(PLACE, ('id = "mine"', f'id = "{name}"'))
        (folder / name / "study.toml").write_text(text, encoding="utf-8")
    return folder


def values(loaded: LoadedStudy, *_: Any) -> np.ndarray:
    if loaded.study.id.startswith("fails"):
        where = ("result", "measure")
        raise InputError(loaded.file.problem(where, "is 0 in both arms", "choose another"))
    return np.linspace(0.9, 1.1, 64)


def test_of_several_studies_those_that_finish_are_printed_and_every_failure_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(report, "model_values", values)
    folder = studies(tmp_path, "a", "fails-first", "fails-too", "z")
    assert main(["validate", str(folder), "--json"]) == 1
    out, err = capsys.readouterr()
    assert [row["study"] for row in json.loads(out)] == ["a", "z"]
    told = [line for line in err.splitlines() if "is 0 in both arms" in line]
    assert len(told) == 2 and "fails-first" in told[0] and "fails-too" in told[1]
    assert main(["validate", str(folder)]) == 1
    out = capsys.readouterr().out
    assert "[a]" in out and "[z]" in out and "[fails-first]" not in out


@pytest.mark.parametrize("more", [[], ["--json"], ["--page"]])
def test_where_none_finishes_nothing_is_printed(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    more: list[str],
):
    monkeypatch.setattr(report, "model_values", values)
    assert main(["validate", str(studies(tmp_path, "fails-first", "fails-too")), *more]) == 1
    out, err = capsys.readouterr()
    assert not out and err.count("is 0 in both arms") == 2


def test_no_page_of_a_part(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(report, "model_values", values)
    assert main(["validate", str(studies(tmp_path, "a", "fails")), "--page"]) == 1
    assert not capsys.readouterr().out


def test_two_of_one_id_are_told_beside_a_fault_of_a_third_and_before_any_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    studies(tmp_path, "a", "b", "c")
    for name, old, new in (("b", 'id = "b"', 'id = "a"'), ("c", '"ratio"', '"ratoi"')):
        path = tmp_path / name / "study.toml"
        path.write_text(changed(path.read_text(encoding="utf-8"), (old, new)), encoding="utf-8")
    assert main(["validate", str(tmp_path)]) == 1
    out, err = capsys.readouterr()
    assert not out and len(err.splitlines()) == 2
    assert "give each study its own id" in err and "ratoi" in err


def test_an_empty_word_is_not_the_current_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(studies(tmp_path, "a"))
    assert main(["validate", ""]) == 1
    assert "CASE: is empty" in capsys.readouterr().err


def test_a_study_stopped_by_the_system_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    def stopped(*_: Any) -> np.ndarray:
        os.kill(os.getpid(), signal.SIGTERM)
        return np.ones(64)

    monkeypatch.setattr(report, "model_values", stopped)
    assert main(["validate", str(studies(tmp_path, "a"))]) == 143
    out, err = capsys.readouterr()
    assert not out and "Stopped; nothing was written." in err
