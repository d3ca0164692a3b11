"""docs/validation-study.md against what the command reads: every key, every measure."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from offramp.catalogue.load import load as load_catalogue
from offramp.validate.keys import tables
from offramp.validate.measuring import COHORT, NOT_COUNTS, PLACE
from offramp.validate.schema import Arm, Cohort, Published, Result, Run, Study, StudyLever
from tests.validate_sample import COHORT as A_COHORT
from tests.validate_sample import changed, problems

HOW_TO = (Path(__file__).parents[1] / "docs" / "validation-study.md").read_text(encoding="utf-8")
MEASURES, KEYS = HOW_TO.partition("## Measures")[2].split("## Every key")


def rows(part: str) -> list[list[str]]:
    found = [line.strip("|").split("|") for line in part.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in row] for row in found]


def test_the_tables_of_keys_are_those_that_the_command_prints():
    assert tables() in KEYS


@pytest.mark.parametrize("table", [Study, Cohort, Run, Arm, StudyLever, Result, Published])
def test_every_key_of_a_table_stands_there_with_its_meaning(table: type):
    for name, info in table.model_fields.items():  # type: ignore[attr-defined]
        told = [row for row in rows(KEYS) if row[0] == f"`{name}`"]
        assert any(row[1] == info.description for row in told), name
        assert all(len(row) == 5 and row[3] and row[4] for row in told), name


def test_every_measure_stands_there_and_of_what():
    told: dict[str, list[str]] = {}
    for row in rows(MEASURES):
        for name in re.findall(r"`(\w+)`", row[0]):
            told[name] = row
    assert set(told) == {*PLACE, *COHORT}
    for name, row in told.items():
        assert (row[2] != "") is (name in COHORT), name
        assert (row[2] == "only") is (name not in PLACE), name
        assert ("no count" in row[1]) is (name in NOT_COUNTS), name


def test_the_cohort_after_custody_is_accepted(tmp_path: Path):
    example = next(t for t in re.findall(r"```toml\n(.*?)```", HOW_TO, re.DOTALL) if "days_h" in t)
    head = A_COHORT.partition("[cohort]")[0]
    assert problems(tmp_path, head + example) == []


def test_a_key_of_another_table_is_told_where_it_belongs(tmp_path: Path):
    text = changed(A_COHORT, ("[run]", '[run]\ndays_held = { value = 9.0 }\nmeasure = "kits"\n'))
    text = text.replace("value = 1.0\nlow = 0.8\nhigh = 1.2\n", "value = 1.0\ntolerance = 0.1\n")
    said = problems(tmp_path, text)
    for key, table in {"days_held": "cohort", "measure": "result", "tolerance": "result"}.items():
        assert any(f".{key} is not a known key" in t and f"[{table}]" in t for t in said), said


def test_no_option_of_the_how_to_is_unknown():
    names = [
        n for t in re.findall(r"options = \[(.*?)\]", HOW_TO) for n in re.findall(r'"(.+?)"', t)
    ]
    assert names and set(names) <= set(load_catalogue().options)
