"""`offramp calibrate` as tests run it: a small place, few points, and what is said."""

from __future__ import annotations

import io
import json
import shutil
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import offramp
from offramp.cli.app import main
from offramp.plan.calibration import work
from tests.calibration_place import place_with, quarters, series

SCHEMAS = Path(offramp.__file__).parent / "schemas"
SMALL = ["--points", "64", "--people", "500", "--lucks", "1", "--runs", "1", "--no-forecasts"]
FILES = ["calibration.html", "posterior.csv", "posterior.json"]
PLAN = ["--options", "police-naloxone", "--years", "1", "--draws", "8", "--people", "500"]
ROWS = "2017-Q1,4\n2017-Q2,0\n2017-Q3,Suppr.\n2017-Q4,<6\n2018-Q1,7\n2018-Q2,\n2018-Q3,8\n"


def town_with_gaps(folder: Path) -> Path:
    """A place whose deaths have a zero, withheld counts and one of which a limit is known."""
    return place_with(
        folder,
        series("deaths", "deaths"),
        series("searches", "drug_searches"),
        deaths=ROWS,
        searches=quarters([400, 420, 390, 450, 430, 410, 380], 2017),
    )


def calibrated_copy(town: Path, folder: Path, cache: Path) -> Path:
    """The same place, calibrated; what was said and how many points it took lie beside it."""
    shutil.copytree(town, folder)
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(io.StringIO()) as said:
        patch.setattr(work, "cache_folder", lambda: cache / "kernels")
        points = counting(patch)
        assert main(["calibrate", str(folder), *SMALL]) == 0
        assert list((cache / "calibration").iterdir()) == []  # nothing is kept of what is done
    (folder.parent / "said.txt").write_text(said.getvalue(), encoding="utf-8")
    (folder.parent / "points.txt").write_text(str(sum(points)), encoding="utf-8")
    return folder


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
