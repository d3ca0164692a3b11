"""`offramp calibrate` as its users meet it: its files, a second try, and plan with them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from offramp.cli import progress
from offramp.cli.app import main
from offramp.documents import write
from offramp.place.load import load
from offramp.plan.calibration.posterior import calibrated
from tests.calibrate_command import FILES, PLAN, SMALL, contents, counting, valid
from tests.calibration_place import catalogue, place_with, series

pytestmark = pytest.mark.usefixtures("no_other_points")


def test_it_writes_its_files_beside_the_place_and_says_what_it_found(
    town: Path, done: Path
) -> None:
    assert sorted(set(contents(done)) - set(contents(town))) == FILES
    assert contents(done) | contents(town) == contents(done)
    said = (done.parent / "said.txt").read_text(encoding="utf-8")
    assert all(len(line) < 80 for line in said.splitlines())
    assert "NOT all aims are met" in said  # 64 points and one run are too few
    page = (done / "calibration.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 2
    assert "NOT all aims are met" in page


def test_withheld_counts_zeros_and_limits_go_all_the_way(done: Path) -> None:
    told = json.loads((done / "posterior.json").read_text(encoding="utf-8"))
    valid("posterior", told)
    deaths = told["series"][0]
    assert [(p["counted"], p["below"]) for p in deaths["periods"]] == [
        (4, None), (0, None), (None, None), (None, 6), (7, None), (None, None), (8, None),
    ]  # fmt: skip
    assert deaths["known"] == 4
    page = (done / "calibration.html").read_text(encoding="utf-8")
    assert "below 6" in page
    assert "not known" in page


def test_every_probability_lies_between_0_and_1(done: Path) -> None:
    made = calibrated(load(done), catalogue())
    assert made is not None
    assert made.count == 512
    values = np.array(list(made.numbers.values()))
    assert ((values > 0) & (values < 1)).all()


def test_another_try_in_another_language_gives_the_same_points(
    town: Path, done: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    words = ["calibrate", str(town), *SMALL, "--workers", "1", "--lang", "es", "--json"]
    assert main([*words, "-o", str(out)]) == 0
    assert sorted(contents(out)) == FILES
    for name in ("posterior.json", "posterior.csv"):
        assert (out / name).read_bytes() == (done / name).read_bytes()
    assert '<html lang="es' in (out / "calibration.html").read_text(encoding="utf-8")
    told = json.loads(capsys.readouterr().out)
    assert told == json.loads((out / "posterior.json").read_text(encoding="utf-8"))


def test_broken_off_and_on_a_full_disk_it_writes_nothing_and_goes_on_from_there(
    town: Path,
    done: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder, before = tmp_path / "town", contents(town)
    shutil.copytree(town, folder)

    @contextmanager
    def stops(_what: str) -> Iterator[Callable[[int, int], None]]:
        def at(points: int, _of: int) -> None:
            if points == 150:  # 64 points and five lucks of 16 are whole by then
                raise KeyboardInterrupt

        yield at

    with monkeypatch.context() as patch:
        patch.setattr(progress, "shown", stops)
        assert main(["calibrate", str(folder), *SMALL]) == 1
    assert contents(folder) == before
    assert "goes on from there" in capsys.readouterr().err

    def full(folder: Path, files: dict[str, bytes]) -> None:
        if files:
            raise OSError(28, "No space left on device")

    counted = counting(monkeypatch)
    with monkeypatch.context() as patch:
        patch.setattr(write, "_write", full)
        assert main(["calibrate", str(folder), *SMALL]) == 1
    assert contents(folder) == before
    assert "the disk is full" in capsys.readouterr().err
    assert sum(counted) == int((done.parent / "points.txt").read_text("utf-8")) - 144
    counted.clear()
    assert main(["calibrate", str(folder), *SMALL]) == 0
    assert contents(folder) == contents(done)
    assert counted == []


def test_plan_uses_what_was_found_and_says_so(
    done: Path, town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", str(done), *PLAN]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "Calibrated to the place's own counts, 2017-Q1 to 2018-Q3" in said
    assert "NOT all aims of the calibration were met" in said
    assert main(["plan", str(done), *PLAN, "--no-posterior"]) == 0
    without = capsys.readouterr().out
    assert "Calibrated" not in without
    assert main(["plan", str(town), *PLAN]) == 0
    assert capsys.readouterr().out == without


def test_the_results_of_a_calibrated_place_keep_to_their_schema(
    done: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", str(done), *PLAN, "--json"]) == 0
    results = json.loads(capsys.readouterr().out)
    valid("results", results)
    assert results["calibrated"]["window"] == ["2017-Q1", "2018-Q3"]
    assert [row["id"] for row in results["calibrated"]["series"]] == ["deaths", "searches"]
    assert results["calibrated"]["without_data"] == ["acquisitive_offences", "violent_offences"]


def test_one_count_is_enough_for_an_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Few unknowns move then. Nobody knows whether one run agrees with others."""
    folder = place_with(tmp_path / "town", series("deaths", "deaths"), deaths="2016-Q1,4\n")
    assert main(["calibrate", str(folder), *SMALL, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["quality"]["apart"] is None
    assert told["series"][0]["known"] == 1
