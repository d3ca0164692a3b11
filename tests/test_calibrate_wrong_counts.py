"""Counts that cannot be calibrated to are told before any work."""

from __future__ import annotations

from pathlib import Path

import pytest

from offramp.cli.app import main
from offramp.place.load import load
from offramp.plan.calibration import run, work
from offramp.plan.calibration.odd import odd_counts
from tests.calibrate_command import SMALL, contents, fails, one_line
from tests.calibration_place import place_with, quarters, series

pytestmark = pytest.mark.usefixtures("no_other_points")


def test_notes_on_single_counts_come_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    counts = quarters([400, 420, 0, 450, 430], 2017)
    folder = place_with(tmp_path / "zero", series("searches", "drug_searches"), searches=counts)
    monkeypatch.setattr(run, "unknowns", fails)
    with pytest.raises(pytest.fail.Exception):
        main(["calibrate", str(folder), *SMALL])
    assert "Note: searches.csv: 2017-Q3 is 0, where 400 to 450" in capsys.readouterr().err


def test_a_limit_far_below_its_neighbours_is_asked_about(tmp_path: Path) -> None:
    counts = quarters([400, 420, 430, 450, 430], 2017).replace("2017-Q3,430", "2017-Q3,<6")
    folder = place_with(tmp_path / "limit", series("searches", "drug_searches"), searches=counts)
    (note,) = odd_counts(load(folder))
    assert "2017-Q3 is given as fewer than 6, where 400 to 450 are counted around it" in note
    few = counts.replace("400", "8").replace("420", "9")
    place_with(tmp_path / "few", series("searches", "drug_searches"), searches=few)
    assert not [note for note in odd_counts(load(tmp_path / "few")) if "fewer" in note]


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
