"""A count that goes on is not read as a fall: periods that are not over."""

from __future__ import annotations

from pathlib import Path

import pytest

from offramp.catalogue.problems import InputError
from offramp.cli.app import main
from offramp.place.load import load
from tests.calibration_place import place_with, quarters, series

COUNTS = [9, 8, 7, 9, 8, 7, 9, 2]
# Places of these tests describe 26 November 2026.
LAST = {
    "year": "2025,30\n2026,26\n",
    "quarter": quarters(COUNTS, 2025),  # to the end of 2026
    "month": "2026-09,9\n2026-10,8\n2026-11,2\n",
}


@pytest.mark.parametrize("period", ["year", "quarter", "month"])
@pytest.mark.parametrize("verb", ["calibrate", "plan"])
def test_a_last_period_that_is_not_over_is_told_before_any_work(
    period: str, verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place_with(tmp_path, series("deaths", "deaths", period), deaths=LAST[period])
    assert main([verb, str(tmp_path)]) == 1
    said = capsys.readouterr()
    (line,) = said.err.splitlines()
    assert "outcomes[1].file runs to 2026" in line
    assert "ends after as_of (2026-11-26)" in line
    assert said.out == ""


@pytest.mark.parametrize(
    ("more", "rows"),
    [
        ('use_to = "2026-Q3"', LAST["quarter"]),
        ('use_to = "2026-Q2"\ncalibrate_to = "2026-Q3"', LAST["quarter"]),
        ("", quarters(COUNTS[:-1], 2025)),
        ("", quarters(COUNTS[:-1], 2025) + "2026-Q4,\n"),
    ],
)
def test_what_is_left_out_or_over_is_no_fault(more: str, rows: str, tmp_path: Path) -> None:
    load(place_with(tmp_path, series("deaths", "deaths", more=more), deaths=rows))


@pytest.mark.parametrize(
    "more", ['use_to = "2026-Q3"\ncalibrate_from = "2025-Q1"', 'calibrate_to = "2026-Q3"']
)
def test_it_counts_where_either_use_of_the_series_reads_it(more: str, tmp_path: Path) -> None:
    place_with(tmp_path, series("deaths", "deaths", more=more), deaths=LAST["quarter"])
    with pytest.raises(InputError, match="ends after as_of"):
        load(tmp_path)


def test_a_limit_of_a_period_that_goes_on_is_none(tmp_path: Path) -> None:
    rows = quarters(COUNTS[:-1], 2025) + "2026-Q4,<3\n"
    with pytest.raises(InputError, match="ends after as_of"):
        load(place_with(tmp_path, series("deaths", "deaths"), deaths=rows))


def test_a_period_ends_with_its_last_day(tmp_path: Path) -> None:
    place_with(tmp_path, series("deaths", "deaths"), deaths=LAST["quarter"])
    text = (tmp_path / "place.toml").read_text(encoding="utf-8")
    for day, right in (("2026-12-30", False), ("2026-12-31", True)):
        (tmp_path / "place.toml").write_text(text.replace("2026-11-26", day), encoding="utf-8")
        if right:
            load(tmp_path)
        else:
            with pytest.raises(InputError, match="ends after as_of"):
                load(tmp_path)


def test_a_file_of_a_day_to_come_is_noted_by_the_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place_with(tmp_path, series("deaths", "deaths"), deaths=quarters(COUNTS[:-1], 2025))
    monkeypatch.setenv("OFFRAMP_TODAY", "2026-09-29")
    words = ["--options", "police-naloxone", "--draws", "8", "--people", "500", "--years", "1"]
    assert main(["plan", str(tmp_path), *words]) == 0
    said = capsys.readouterr().err
    assert "Note: deaths.csv: 2026-Q3 is not over yet by the clock" in said
    monkeypatch.setenv("OFFRAMP_TODAY", "2026-09-30")
    assert main(["plan", str(tmp_path), *words]) == 0
    assert "not over" not in capsys.readouterr().err
