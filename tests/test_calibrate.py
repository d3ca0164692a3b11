"""`offramp calibrate` as its users meet it: files, a second try, plan, and what is refused."""

from __future__ import annotations

import io
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator

import offramp
from offramp.cli import progress
from offramp.cli.app import main
from offramp.documents import write
from offramp.place.load import load
from offramp.plan import compare, memory
from offramp.plan.calibration import posterior as kept_posterior
from offramp.plan.calibration import run, work
from offramp.plan.calibration.posterior import calibrated
from tests.calibration_place import catalogue, place_with, quarters, series

SCHEMAS = Path(offramp.__file__).parent / "schemas"
pytestmark = pytest.mark.usefixtures("no_other_points")
SMALL = ["--points", "64", "--people", "500", "--lucks", "1", "--runs", "1", "--no-forecasts"]
FILES = ["calibration.html", "posterior.csv", "posterior.json"]
PLAN = ["--options", "police-naloxone", "--years", "1", "--draws", "8", "--people", "500"]
ROWS = "2017-Q1,4\n2017-Q2,0\n2017-Q3,Suppr.\n2017-Q4,<6\n2018-Q1,7\n2018-Q2,\n2018-Q3,8\n"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place whose deaths have a zero, withheld counts and one of which a limit is known."""
    return place_with(
        tmp_path_factory.mktemp("places") / "town",
        series("deaths", "deaths"),
        series("searches", "drug_searches"),
        deaths=ROWS,
        searches=quarters([400, 420, 390, 450, 430, 410, 380], 2017),
    )


@pytest.fixture(scope="module")
def done(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same place, calibrated."""
    folder = tmp_path_factory.mktemp("done") / "town"
    shutil.copytree(town, folder)
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(io.StringIO()) as said:
        cache = tmp_path_factory.mktemp("cache")
        patch.setattr(work, "cache_folder", lambda: cache / "kernels")
        points = counting(patch)
        assert main(["calibrate", str(folder), *SMALL]) == 0
        assert list((cache / "calibration").iterdir()) == []  # nothing is kept of what is done
    (folder.parent / "said.txt").write_text(said.getvalue(), encoding="utf-8")
    (folder.parent / "points.txt").write_text(str(sum(points)), encoding="utf-8")
    return folder


@pytest.fixture
def copy(done: Path, tmp_path: Path) -> Path:
    shutil.copytree(done, tmp_path / "town")
    return tmp_path / "town"


def counting(patch: pytest.MonkeyPatch) -> list[int]:
    """Points that are simulated from now on."""
    simulated, counted = work.simulated, list[int]()

    def counts(case: Any, z: Any, workers: int) -> Any:
        counted.append(len(z))
        return simulated(case, z, workers)

    patch.setattr(work, "simulated", counts)
    return counted


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def fails(*_: object, **__: object) -> Any:
    pytest.fail("work began")


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    """The only thing that was said, besides notes and that it begins."""
    caught = capsys.readouterr()
    assert caught.out == ""
    lines = [one for one in caught.err.splitlines() if not one.startswith("Note: ")]
    (line,) = [one for one in lines if not one.endswith(" …")]
    return line


def valid(name: str, document: object) -> None:
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    assert list(Draft202012Validator(schema).iter_errors(document)) == []


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


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


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


def test_notes_on_single_counts_come_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    counts = quarters([400, 420, 0, 450, 430], 2017)
    folder = place_with(tmp_path / "zero", series("searches", "drug_searches"), searches=counts)
    monkeypatch.setattr(run, "unknowns", fails)
    with pytest.raises(pytest.fail.Exception):
        main(["calibrate", str(folder), *SMALL])
    assert "Note: searches.csv: 2017-Q3 is 0, where 400 to 450" in capsys.readouterr().err


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


WRONG: dict[str, tuple[dict[str, str], str]] = {
    "no series": ({}, "outcomes holds no series"),
    "a gap": ({"deaths": "2017-Q1,4\n2017-Q3,5\n"}, "2017-Q2 is missing between"),
    "another period": ({"deaths": "2017,4\n"}, 'all rows are years; say period = "year"'),
    "a unit off": ({"deaths": "2017-Q1,4000\n2017-Q2,5000\n"}, "Check the unit"),
    "all withheld": ({"deaths": "2017-Q1,Suppr.\n"}, "is withheld in every row"),
}


@pytest.mark.parametrize("what", WRONG)
def test_wrong_counts_are_told_before_any_work_and_nothing_is_written(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    counts, said = WRONG[what]
    tables = [series(name, "deaths") for name in counts]
    folder = place_with(tmp_path / "town", *tables, **counts)
    before = contents(folder)
    monkeypatch.setattr(work, "simulated", fails)
    assert main(["calibrate", str(folder), *SMALL]) == 1
    assert said in one_line(capsys)
    assert contents(folder) == before


def test_a_folder_that_cannot_be_written_is_told_before_any_work(
    town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    monkeypatch.setattr(work, "simulated", fails)
    assert main(["calibrate", str(town), *SMALL, "-o", str(tmp_path / "file")]) == 1
    assert "is a file" in one_line(capsys)
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


def test_one_count_is_enough_for_an_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Few unknowns move then. Nobody knows whether one run agrees with others."""
    folder = place_with(tmp_path / "town", series("deaths", "deaths"), deaths="2016-Q1,4\n")
    assert main(["calibrate", str(folder), *SMALL, "--no-forecasts", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["quality"]["apart"] is None
    assert told["series"][0]["known"] == 1


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


@pytest.mark.parametrize(
    "words", [["calibrate", "--people", "100000"], ["plan", "--people", "200000"]]
)
def test_memory_that_is_not_there_is_told_before_any_work(
    words: list[str],
    town: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(memory, "free", lambda: 400_000_000)
    monkeypatch.setattr(work, "simulated", fails)
    monkeypatch.setattr(compare, "simulate", fails)
    verb, *flags = words
    assert main([verb, str(town), *flags, "--workers", "1"]) == 1
    said = capsys.readouterr().err
    assert "of memory, and 0.4 GB are free; ask for fewer people" in said


def test_no_more_memory_is_free_than_the_process_may_take(monkeypatch: pytest.MonkeyPatch) -> None:
    """As `ulimit -v` sets it: what is left are addresses not yet taken."""
    resource = pytest.importorskip("resource")
    taken = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
    monkeypatch.setattr(resource, "getrlimit", lambda _kind: (taken + 300_000_000, -1))
    left = memory.free()
    assert left is not None
    assert 200_000_000 < left <= 300_000_000


def test_what_free_memory_is_not_known_is_not_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free", lambda: None)
    memory.check_memory(10**9, 260, 200, 0)


def test_too_little_memory_names_options_that_there_are(
    town: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(memory, "free", lambda: 1_000)
    assert main(["calibrate", str(town), *SMALL]) == 1
    told = capsys.readouterr().err
    assert "(--people, --points, --runs)" in told and "--draws" not in told


@pytest.mark.parametrize("words", [["town", "-o", ""], ["town", "--out="], [""]])
def test_an_empty_path_is_not_the_current_folder(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["calibrate", *words]) == 1
    assert "is empty; give a path; a dot is the current folder" in one_line(capsys)
