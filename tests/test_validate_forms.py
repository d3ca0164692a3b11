"""Every form of a comparison, of a whole place and of a cohort, as a stranger would ask for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from offramp.cli.app import main
from tests.validate_sample import COHORT, LEVER, NUMBERS, PLACE, SCHEMA, changed

SMALL = ("[run]\n", "[run]\ndraws = 16\npeople = 500\n")
KITS = LEVER.replace('"nsp_coverage"\nmoves = "set"', '"kit_rate"\nmoves = "multiply"')
TREATED = "[change.starts]\ntreatment = { value = 1.0 }\n[result]"
EITHER = ('"none"', '"either"')


def answered(
    folder: Path, text: str, capsys: pytest.CaptureFixture[str], form: str, value: str
) -> dict[str, Any]:
    text = changed(text, SMALL, ('form = "ratio"', form), (NUMBERS, f"value = {value}\n"))
    (folder / "study.toml").write_text(text, encoding="utf-8")
    assert main(["validate", str(folder), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    jsonschema.validate(found, SCHEMA)
    return dict(found)


@pytest.mark.parametrize(
    ("form", "value", "low", "high"),
    [
        ('form = "level"\nper = "100000_residents"', "5.0", 0, 1000),
        ('form = "ratio"', "0.8", 0, 1),
        ('form = "difference"\nper = "100000_residents"', "-5.0", -1000, 0),
        ('form = "percent_change"', "-20.0", -100, 0),
        ('form = "percent_averted"', "20.0", 0, 100),
        ('form = "per_averted"\nover = "fatal_overdoses"', "100.0", 1, 1e6),
    ],
)
def test_forms_of_a_whole_place_with_a_lever(
    form: str, value: str, low: float, high: float,
    tmp_path: Path, capsys: pytest.CaptureFixture[str],
):  # fmt: skip
    text = changed(PLACE, (LEVER, KITS.replace("0.8", "12.0")), EITHER)
    if "over" in form:
        text = changed(text, ('"fatal_overdoses"', '"kits"'))
    model = answered(tmp_path, text, capsys, form, value)["model"]
    assert low < model["median"] < high


@pytest.mark.parametrize(
    ("form", "value", "low", "high"),
    [
        ('form = "level"\nper = "100_person_years"', "1.0", 0, 10),
        ('form = "ratio"\nper = "person_year"', "0.5", 0.1, 0.9),
        ('form = "difference"\nper = "100_person_years"', "-1.0", -10, 0),
        ('form = "percent_change"', "-50.0", -90, -10),
        ('form = "percent_averted"', "50.0", 10, 90),
        ('form = "per_averted"\nover = "fatal_overdoses"', "100.0", 1, 1e6),
    ],
)
def test_forms_of_a_cohort_that_begins_treatment(
    form: str, value: str, low: float, high: float,
    tmp_path: Path, capsys: pytest.CaptureFixture[str],
):  # fmt: skip
    text = changed(COHORT, (LEVER, ""), ("[result]", TREATED), EITHER)
    if "over" in form:
        text = changed(text, ('"fatal_overdoses"', '"treatment_entries"'))
    model = answered(tmp_path, text, capsys, form, value)["model"]
    assert low < model["median"] < high


def test_where_nothing_is_averted_there_is_no_number(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    idle = LEVER.replace('"nsp_coverage"\nmoves = "set"', '"displaced_visible"\nmoves = "multiply"')
    text = changed(PLACE, (LEVER, idle.replace("0.8", "1.0")), EITHER)
    text = changed(text, ('"fatal_overdoses"', '"kits"'))
    form = 'form = "per_averted"\nover = "fatal_overdoses"'
    found = answered(tmp_path, text, capsys, form, "100.0")
    assert found["model"] == {"median": None, "low": None, "high": None} and not found["holds"]


def test_two_sides_may_both_hold_options(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    sides = (
        '[comparator]\noptions = ["police-naloxone"]\n'
        '[change]\noptions = ["police-naloxone", "lowest-priority-possession"]\n'
    )
    text = changed(PLACE, (LEVER, sides), ('"fatal_overdoses"', '"possession_arrests"'), EITHER)
    found = answered(tmp_path, text, capsys, 'form = "ratio"', "0.6")
    assert found["model"]["high"] < 1
