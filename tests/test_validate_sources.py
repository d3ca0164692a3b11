"""Numbers of a study without a source are taken, and told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from offramp.catalogue.load import load as load_catalogue
from offramp.cli.app import main
from offramp.validate.load import load_study, packaged
from offramp.validate.sources import unsourced
from tests.validate_sample import COHORT, LEVER, changed

NUMBERS = """[place.people]
inject = { value = 0.5 }
[parameters]
kit_used = { value = 0.5 }
ambulance_help = { evidence = "judge_ambulance_help" }
[cohort]
of = "tolerant"
days_held = { value = 30.0 }
[comparator.starts]
release = { value = 1.0 }
[change.starts]
release = { value = 0.4 }
[run]
draws = 16
people = 500
"""
SOURCES = ("0.5", "30.0", "0.4")


def answered(
    folder: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> tuple[dict[str, object], str]:
    (folder / "study.toml").write_text(text, encoding="utf-8")
    assert main(["validate", str(folder), "--json"]) == 0
    out, err = capsys.readouterr()
    return json.loads(out), err


def test_numbers_without_a_source_are_named_beside_the_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    text = changed(COHORT, ('[cohort]\nof = "tolerant"\n[run]\n', NUMBERS))
    found, err = answered(tmp_path, text, capsys)
    note = next(line for line in err.splitlines() if line.startswith("Note: "))
    assert "study.toml: no source is given for" in note
    for name in (
        "place.people.inject", "parameters.kit_used", "cohort.days_held", "change.starts.release",
        "change.levers[1]",
    ):  # fmt: skip
        assert f"{name} (line " in note, name
    assert "ambulance_help" not in note and "comparator" not in note
    given = text.replace(LEVER, f'{LEVER}source = "ours"\n')
    for number in SOURCES:
        given = given.replace(f"value = {number} }}", f'value = {number}, source = "ours" }}')
    again, err = answered(tmp_path, given, capsys)
    assert "Note" not in err and again == found


def test_studies_of_the_package_name_the_source_of_every_parameter_and_lever():
    catalogue = load_catalogue()
    for folder in packaged():
        note = unsourced(load_study(folder, catalogue)) or ""
        assert not any(name in note for name in ("parameters.", "levers", "days_held", "place."))
