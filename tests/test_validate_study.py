"""`offramp validate`: a study is one file, and answers have one shape."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest

from tests.small_world import SOUTH_WALES
from tests.validate_sample import HEAD, HOW_TO, SCHEMA, SMALL, answer, run, study


def test_the_study_of_the_how_to_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    whole, *_ = re.findall(r"```toml\n(.*?)```", HOW_TO, re.DOTALL)
    text = whole.replace("draws = 64", "draws = 16").replace("people = 2000", "people = 500")
    found = answer(capsys, study(tmp_path, text, "needles-in-the-city"))
    assert found["study"] == "needles-in-the-city" and found["measure"] == "hcv_infections"
    assert found["published"] == {"value": 0.79, "low": 0.6, "high": 1.05}


def test_the_cohort_of_the_how_to_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    _, part, _ = re.findall(r"```toml\n(.*?)```", HOW_TO, re.DOTALL)
    part = part.replace("[run]\n", f"[run]\n{SMALL}")
    result = (
        '[result]\nmeasure = "fatal_overdoses"\nform = "ratio"\ndenominator = "person-years"\n'
        'direction = "lower"\n[result.published]\nvalue = 0.5\nsource = "none"\n'
    )
    found = answer(capsys, study(tmp_path, HEAD + part + result))
    assert found["published"] == {"value": 0.5, "low": 0.375, "high": 0.625}
    assert found["interval"] == "tolerance" and found["model"]["median"] < 1  # type: ignore[index]


def test_a_base_place_is_found_from_the_folder_of_the_study(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    text = f"""{HEAD}
[place]
base = {json.dumps(SOUTH_WALES.as_posix())}
[place.contacts]
found = {{ value = 0.3 }}
[run]
weeks = 52
{SMALL}
[change]
options = ["lowest-priority-possession"]
[result]
measure = "possession_arrests"
form = "percent_change"
denominator = "arrests of everybody in the place"
direction = "lower"
[result.published]
value = -40.0
low = -90.0
high = -5.0
source = "ours"
"""
    found = answer(capsys, study(tmp_path, text))
    assert found["model"]["high"] < 0 and found["sign"] == "right"  # type: ignore[index]


def test_several_studies_come_as_a_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    text = f"""{HEAD}
[cohort]
of = "everyone"
[run]
weeks = 1
{SMALL}
[result]
measure = "alive"
form = "level"
denominator = "people"
direction = "either"
[result.published]
value = 1.0
source = "a week"
"""
    study(tmp_path, text, "one")
    study(tmp_path, text.replace('"mine"', '"two"'), "two")
    code, out, _ = run(capsys, tmp_path, "--json")
    found = json.loads(out)
    jsonschema.validate(found, SCHEMA)
    assert code == 0 and [f["study"] for f in found] == ["mine", "two"]
    assert all(f["holds"] for f in found)
