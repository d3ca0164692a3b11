"""Points made for another place, model or evidence, or changed by hand, are refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from offramp.cli.app import main
from offramp.place.load import load
from offramp.plan import compare
from offramp.plan.calibration import posterior as kept_posterior
from offramp.plan.calibration import run
from offramp.plan.calibration.posterior import calibrated
from tests.calibrate_command import FILES, SMALL, fails, one_line
from tests.calibration_place import catalogue, place_with, series

pytestmark = pytest.mark.usefixtures("no_other_points")


@pytest.fixture
def copy(done: Path, tmp_path: Path) -> Path:
    shutil.copytree(done, tmp_path / "town")
    return tmp_path / "town"


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _points_are_a_folder(folder: Path) -> None:
    (folder / "posterior.csv").unlink()
    (folder / "posterior.csv").mkdir()


REFUSED: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "place file": (
        lambda f: _edit(f / "place.toml", "value = 3000", "value = 3100"),
        "posterior.json",
        "was made for another place file, or this one before it was changed",
    ),
    "counts": (
        lambda f: _edit(f / "deaths.csv", "2018-Q3,8", "2018-Q3,9"),
        "posterior.json",
        "was made for another place file, or this one before it was changed",
    ),
    "points": (
        lambda f: _edit(f / "posterior.csv", "\n0.", "\n0.0"),
        "posterior.csv",
        "was changed by hand, or belongs to another file",
    ),
    "no points": (lambda f: (f / "posterior.csv").unlink(), "posterior.csv", "is missing"),
    "a folder": (_points_are_a_folder, "posterior.json", "cannot be read: Is a directory"),
    "said": (
        lambda f: _edit(f / "posterior.json", '"met": false', '"met": true'),
        "posterior.json",
        "was changed by hand",
    ),
    "form": (
        lambda f: _edit(f / "posterior.json", '"form": 1', '"form": 99'),
        "posterior.json",
        "was written by another version of Offramp",
    ),
    "a list": (
        lambda f: (f / "posterior.json").write_text("[]", encoding="utf-8"),
        "posterior.json",
        "was written by another version of Offramp",
    ),
    "no JSON": (
        lambda f: (f / "posterior.json").write_bytes(b"\xff{"),
        "posterior.json",
        "is not what 'offramp calibrate' writes",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_does_not_fit_is_refused_before_any_work(
    what: str, copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    act, file, problem = REFUSED[what]
    act(copy)
    monkeypatch.setattr(compare, "set_up", fails)
    assert main(["plan", str(copy)]) == 1
    said = one_line(capsys)
    assert said.startswith(f"{copy / file}: {problem}; ")
    assert said.endswith("run 'offramp calibrate' again, or leave it out with --no-posterior")


def test_points_of_another_place_are_refused(
    done: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    other = place_with(tmp_path / "other", series("deaths", "deaths"), deaths="2017-Q1,4\n")
    for name in FILES:
        shutil.copy(done / name, other / name)
    monkeypatch.setattr(compare, "set_up", fails)
    assert main(["brief", str(other), "-o", str(tmp_path / "out")]) == 1
    assert "was made for another place file" in one_line(capsys)
    assert not (tmp_path / "out").exists()


def test_points_of_another_model_are_refused(
    done: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(kept_posterior, "program_hash", lambda: "another")
    monkeypatch.setattr(compare, "set_up", fails)
    assert main(["plan", str(done)]) == 1
    assert "was made for another version of the model; run 'offramp calibrate' again" in one_line(
        capsys
    )


def test_points_are_stamped_with_the_program_that_began(
    town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = kept_posterior.program_hash()
    started = run.learn

    def edited_meanwhile(*args: Any) -> Any:
        monkeypatch.setattr(kept_posterior, "program_hash", lambda: "another")
        monkeypatch.setattr(run, "program_hash", lambda: "another")
        return started(*args)

    monkeypatch.setattr(run, "learn", edited_meanwhile)
    assert main(["calibrate", str(town), "-o", str(tmp_path), *SMALL]) == 0
    about = json.loads((tmp_path / "posterior.json").read_text(encoding="utf-8"))
    assert about["made_for"]["model"] == began
    assert run.program_hash() == "another"


def test_points_of_other_evidence_are_refused(
    done: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = catalogue()
    record = now.evidence["judge_fatal_share"]
    changed = record.model_copy(update={"estimate": record.estimate * 1.01})
    other = replace(now, evidence={**now.evidence, record.id: changed})
    monkeypatch.setattr("offramp.catalogue.load.load", lambda: other)
    monkeypatch.setattr(compare, "set_up", fails)
    assert main(["plan", str(done)]) == 1
    assert "was made for other evidence than the catalogue holds now" in one_line(capsys)


def test_points_without_what_they_were_made_for_are_refused(
    done: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(done, folder)
    (folder / "posterior.json").unlink()
    monkeypatch.setattr(compare, "set_up", fails)
    assert main(["plan", str(folder)]) == 1
    assert "posterior.json: is missing; run" in one_line(capsys)


def test_line_ends_of_another_system_change_nothing(done: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(done, folder)
    path = folder / "posterior.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    made, first = calibrated(load(folder), catalogue()), calibrated(load(done), catalogue())
    assert made is not None and first is not None
    assert made.made == first.made
