"""A place with two series of one measure is told which of them the plan does not read."""

import re
from pathlib import Path

import pytest

from offramp.cli.app import main
from offramp.place.load import load
from offramp.place.series_fields import LEVELS
from offramp.plan.effects import SERIES_OF
from offramp.plan.targets import observed

COUNTS = {"quarter": "2019-Q1,9", "year": "2019,40"}


def series(name: str, measure: str = "deaths", period: str = "quarter", more: str = "") -> str:
    return f"""
[[outcomes]]
id = "{name}"
measure = "{measure}"
file = "{name}.csv"
definition = "all"
date_basis = "registration"
period = "{period}"
in_scope = {{ value = 1, source = "a count" }}
source = "a register"
{more}
"""


def place(folder: Path, *entries: str) -> Path:
    head = 'name = "Smallville"\ncountry = "KE"\nas_of = 2026-11-01\n'
    (folder / "place.toml").write_text(head + "".join(entries), encoding="utf-8")
    for entry in entries:
        name, period = (re.search(f'^{key} = "(.*)"', entry, re.M) for key in ("file", "period"))
        assert name is not None and period is not None
        rows = f"period,count\n{COUNTS[period[1]]}\n"
        (folder / name[1]).write_text(rows, encoding="utf-8")
    return folder


def test_a_second_series_of_a_measure_is_said_to_be_unread(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place(tmp_path, series("registered"), series("inquests"))
    assert main(["place", "check", str(tmp_path)]) == 0
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("Note: inquests is another series of deaths, which plan does not read")
    assert "reads the first, registered;" in line
    assert "of =" not in line  # that is for arrests among searches alone


def test_a_series_that_is_a_part_of_another_needs_no_note(tmp_path: Path) -> None:
    part = series("inquests", more='of = "registered"')
    assert load(place(tmp_path, series("registered"), part)).warnings == ()


@pytest.mark.parametrize("measure", ["acquisitive_offences", "violent_offences"])
def test_series_of_different_measures_need_no_note(measure: str, tmp_path: Path) -> None:
    assert load(place(tmp_path, series("registered"), series("other", measure))).warnings == ()


def test_a_measure_of_which_the_plan_reads_no_series_needs_no_note(tmp_path: Path) -> None:
    two = [series(name, "drug_searches") for name in ("one", "two")]
    assert load(place(tmp_path, *two)).warnings == ()


def test_the_note_tells_what_the_plan_does(tmp_path: Path) -> None:
    assert set(LEVELS) == set(SERIES_OF.values())
    read = load(place(tmp_path, series("inquests"), series("registered")))
    assert observed(read)["deaths"].id == "inquests"
    (note,) = read.warnings
    assert note.startswith("registered is another series")
