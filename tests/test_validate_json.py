"""`offramp validate PATH --json`: the shape that others read, and nothing else on stdout."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from offramp.cli.app import main
from tests.validate_sample import COHORT, HOW_TO, SCHEMA, changed

SHAPE = {
    "study": None,
    "measure": None,
    "published": {"value": None, "low": None, "high": None},
    "model": {"median": None, "low": None, "high": None},
    "holds": None,
}
MORE = ["kind", "interval", "sign", "misses", "narrow"]


def shape(found: dict[str, Any]) -> dict[str, Any]:
    return {key: shape(v) if isinstance(v, dict) else None for key, v in found.items()}


def small(folder: Path) -> str:
    text = changed(COHORT, ("weeks = 52", "weeks = 4\ndraws = 16\npeople = 500"))
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return str(folder)


def test_one_study_is_one_document_of_five_keys(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["validate", small(tmp_path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert shape(found) == SHAPE and list(found) == list(SHAPE)
    jsonschema.validate(found, SCHEMA)
    assert main(["validate", small(tmp_path), "--json", "--details"]) == 0
    more = json.loads(capsys.readouterr().out)
    assert list(more) == [*SHAPE, *MORE] and {k: more[k] for k in SHAPE} == found
    jsonschema.validate(more, SCHEMA)


def test_the_how_to_shows_that_shape():
    told = json.loads(re.findall(r"```json\n(.*?)```", HOW_TO, re.DOTALL)[0])
    assert shape(told) == SHAPE
    jsonschema.validate(told, SCHEMA)
    assert all(f"`{key}`" in HOW_TO for key in MORE)


def test_details_are_for_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["validate", small(tmp_path), "--details"]) == 1
    out, err = capsys.readouterr()
    assert not out and "--json" in err


def test_progress_of_one_study_is_told_on_stderr_by_draws(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert main(["validate", small(tmp_path), "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["study"] == "mine"
    for part in ("25% (4 of 16)", "50% (8 of 16)", "75% (12 of 16)", "100% (16 of 16)"):
        assert part in err
