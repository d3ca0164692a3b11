"""A series without one whole quarter that is known is told, and plan uses what is known of it."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from offramp.cli.app import main
from offramp.place.load import load
from offramp.plan.calibration import work
from offramp.plan.calibration.cells import window
from offramp.plan.calibration.levels import left_out
from offramp.plan.calibration.posterior import calibrated
from offramp.plan.targets import observed
from tests.calibrate_command import PLAN, SMALL, valid
from tests.calibration_place import catalogue, place_with, quarters, series

# In every quarter a month of which only a limit is known.
MONTHS = "".join(f"2018-{m:02d},{'<3' if m % 3 == 0 else 40}\n" for m in range(1, 13))


def town(folder: Path) -> Path:
    return place_with(
        folder,
        series("deaths", "deaths", "month"),
        series("searches", "drug_searches"),
        deaths=MONTHS,
        searches=quarters([400, 420, 390, 450], 2018),
    )


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = town(tmp_path_factory.mktemp("places") / "town")
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(work, "cache_folder", lambda: folder.parent / "cache" / "kernels")
        assert main(["calibrate", str(folder), *SMALL]) == 0
    (folder.parent / "out.txt").write_text(out.getvalue(), encoding="utf-8")
    (folder.parent / "err.txt").write_text(err.getvalue(), encoding="utf-8")
    return folder


LEFT_OUT = "(deaths): left out, as no whole quarter or year of it is known."


def words(path: Path) -> str:
    return " ".join(path.read_text(encoding="utf-8").split())


def test_it_is_told_before_work_begins_at_the_end_and_in_the_report(done: Path) -> None:
    before = words(done.parent / "err.txt")
    assert before.index(LEFT_OUT) < before.index("Calibrating")
    assert LEFT_OUT in words(done.parent / "out.txt")
    assert LEFT_OUT in words(done / "calibration.html")
    told = json.loads((done / "posterior.json").read_text(encoding="utf-8"))
    assert told["left_out"] == [{"id": "deaths", "measure": "deaths", "plan_reads": True}]
    valid("posterior", told)


def test_plan_takes_its_level_from_what_is_known(
    done: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = calibrated(load(done), catalogue())
    assert made is not None and "deaths" not in made.today  # calibration knows no level
    assert main(["plan", str(done), *PLAN, "--json"]) == 0
    results = json.loads(capsys.readouterr().out)
    valid("results", results)
    assert results["calibrated"]["left_out"][0]["id"] == "deaths"
    (row,) = [r for r in results["model_against_data"] if r["series"] == "deaths"]
    assert row["observed"] == pytest.approx(8 * 40 + 4 * 1, rel=0.02)  # "<3" is 0 to 2
    assert row["low"] < row["observed"] < row["high"]
    assert main(["plan", str(done), *PLAN]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "deaths is left out of it: no whole quarter or year of it is known; today's" in said


def test_what_another_series_tells_is_not_taken_from_one_that_was_left_out(tmp_path: Path) -> None:
    folder = place_with(
        tmp_path,
        series("deaths", "deaths", "month"),
        series("calls", "ambulance_overdoses"),
        deaths=MONTHS,
        calls=quarters([40, 42, 39, 45], 2018),
    )
    place = load(folder)
    (row,) = left_out(place, window(place))
    assert (row["id"], row["plan_reads"]) == ("deaths", False)


def test_where_nothing_is_left_every_series_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place_with(
        tmp_path,
        series("deaths", "deaths", "month"),
        series("calls", "ambulance_overdoses", more='calibrate_from = "2019-Q1"'),
        deaths=MONTHS,
        calls="2018-Q4,9\n2019-Q1,\n",
    )
    assert main(["calibrate", str(tmp_path), *SMALL]) == 1
    lines = [x for x in capsys.readouterr().err.splitlines() if not x.startswith("Note: deaths.")]
    first, second = [x for x in lines if not x.startswith("Note: ")]
    assert "outcomes[1].file is deaths.csv, which has no quarter of which every month" in first
    assert "outcomes[2].file is calls.csv, which has no quarter that is known" in second
    assert "at least one whole quarter or year" in first


def test_a_limit_counts_as_the_middle_of_what_it_can_be(tmp_path: Path) -> None:
    folder = place_with(tmp_path, series("d", "deaths"), d="2018-Q1,6\n2018-Q2,<5\n2018-Q3,\n")
    assert observed(load(folder))["deaths"].counts == (6.0, 2.0)
