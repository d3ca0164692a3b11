"""What would keep a calibration from writing its files is told before any work."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from offramp.catalogue.problems import InputError, Problem
from offramp.cli.app import main
from offramp.plan import compare, memory
from offramp.plan.calibration import run, work
from tests.calibrate_command import PLAN, SMALL, fails, one_line
from tests.calibration_place import usual

pytestmark = pytest.mark.usefixtures("no_other_points")


@pytest.fixture
def town(tmp_path: Path) -> Path:
    return usual(tmp_path / "town")


def test_what_stands_where_a_file_is_to_be_written_is_told_before_any_work(
    town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    (out / "calibration.html").mkdir(parents=True)
    for name in ("posterior.json", "posterior.csv"):
        (out / name).write_text("mine", encoding="utf-8")
    may = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: may(path, mode) and path not in kept)
    kept = {out / "posterior.csv"}
    monkeypatch.setattr(work, "simulated", fails)
    assert main(["calibrate", str(town), *SMALL, "-o", str(out)]) == 1
    html, points = capsys.readouterr().err.splitlines()
    assert "calibration.html: is a folder where a file is to be written; move it away" in html
    assert "posterior.csv: may not be written over" in points
    (out / "results.json").mkdir()
    monkeypatch.setattr(compare, "simulate", fails)
    assert main(["plan", str(town), *PLAN, "-o", str(out)]) == 1
    assert "results.json: is a folder where a file" in one_line(capsys)


def test_charts_that_could_not_be_drawn_are_told_before_any_work(
    town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    resource = pytest.importorskip("resource")
    monkeypatch.setattr(resource, "getrlimit", lambda _kind: (8_000_000_000, -1))
    monkeypatch.setattr(work, "simulated", fails)
    assert main(["calibrate", str(town), *SMALL, "-o", str(tmp_path / "out")]) == 1
    assert "GB of addresses (ulimit -v); charts need 70 GB of them" in one_line(capsys)


def test_the_report_and_all_runs_count_in_the_memory_that_is_needed(
    town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def checks(people: int, weeks: int, workers: int, results: int, runs: str) -> None:
        asked.append(results)
        raise InputError(Problem("memory", 0, "", "", ""))

    monkeypatch.setattr(run, "check_memory", checks)
    for runs in ("1", "3"):
        flags = [*SMALL, "--runs", runs, "-o", str(tmp_path / "out")]
        assert main(["calibrate", str(town), *flags]) == 1
    one, three = asked
    assert one > memory.DRAWING
    assert three - memory.DRAWING == 3 * (one - memory.DRAWING)


def test_a_missing_part_for_the_report_is_told_before_any_work(
    town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    monkeypatch.setattr(work, "simulated", fails)
    assert main(["calibrate", str(town), *SMALL, "-o", str(tmp_path / "out")]) == 1
    assert "offramp[print]" in one_line(capsys)


def test_a_folder_that_cannot_be_written_is_told_before_any_work(
    town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    monkeypatch.setattr(work, "simulated", fails)
    assert main(["calibrate", str(town), *SMALL, "-o", str(tmp_path / "file")]) == 1
    assert "is a file" in one_line(capsys)
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("words", [["town", "-o", ""], ["town", "--out="], [""]])
def test_an_empty_path_is_not_the_current_folder(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["calibrate", *words]) == 1
    assert "is empty; give a path; a dot is the current folder" in one_line(capsys)
