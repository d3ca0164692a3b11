"""Small studies for tests, and what `offramp validate` says of them."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

import offramp
from offramp.catalogue.load import load as load_catalogue
from offramp.catalogue.problems import InputError
from offramp.cli.app import main
from offramp.validate.load import load_study

CATALOGUE = load_catalogue()
SCHEMA = json.loads(
    (Path(offramp.__file__).parent / "schemas" / "validate.schema.json").read_text("utf-8")
)
HOW_TO = (Path(__file__).parents[1] / "docs" / "validation-study.md").read_text(encoding="utf-8")
HEAD = (
    'id = "mine"\ntitle = "A study"\nkind = "empirical"\nsays = "What it did"\nfixed = 2026-11-26\n'
)
SMALL = "draws = 16\npeople = 500\n"
FIRST_DAY = f"""{HEAD}
[place.people]
inject = {{ value = 0.01, source = "ours" }}
[cohort]
of = "off_treatment"
[run]
weeks = 1
{SMALL}
[change.starts]
kit = {{ value = 1.0 }}
treatment = {{ value = 1.0 }}
[[change.levers]]
parameter = "kit_rate"
moves = "set"
value = 0.0
[[change.levers]]
parameter = "oat_entry"
moves = "set"
value = 0.0
[result]
measure = "kits"
form = "level"
per = "person_year"
denominator = "people followed"
direction = "higher"
[result.published]
value = 52.0
source = "by arithmetic: one for each person in a week, of 52 in a year"
"""
LEVER = '[[change.levers]]\nparameter = "nsp_coverage"\nmoves = "set"\nvalue = 0.8\n'
RESULT = """[result]
measure = "fatal_overdoses"
form = "ratio"
denominator = "residents"
direction = "none"
[result.published]
value = 1.0
low = 0.8
high = 1.2
source = "ours"
"""
PLACE = (
    'id = "mine"\ntitle = "A study"\nkind = "replication"\nsays = "What it did"\n'
    "fixed = 2026-11-26\n[run]\nweeks = 52\n" + LEVER + RESULT
)
COHORT = PLACE.replace("[run]", '[cohort]\nof = "tolerant"\n[run]')
NUMBERS = "value = 1.0\nlow = 0.8\nhigh = 1.2\n"


def study(folder: Path, text: str, name: str = "mine") -> Path:
    (folder / name).mkdir(parents=True)
    (folder / name / "study.toml").write_text(text, encoding="utf-8")
    return folder / name


def run(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str, str]:
    code = main(["validate", *map(str, words)])
    out, err = capsys.readouterr()
    return code, out, err


def answer(capsys: pytest.CaptureFixture[str], *words: str | Path) -> dict[str, object]:
    code, out, err = run(capsys, *words, "--json", "--details")
    assert code == 0, err
    found = json.loads(out)
    jsonschema.validate(found, SCHEMA)
    return found


def problems(folder: Path, text: str) -> list[str]:
    """What is said of the study, from its line on; nothing where it is accepted."""
    folder.mkdir(exist_ok=True)
    (folder / "study.toml").write_text(text, encoding="utf-8")
    try:
        load_study(folder, CATALOGUE)
    except InputError as error:
        return [str(p).partition("study.toml, ")[2] or str(p) for p in error.problems]
    return []


def changed(text: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def only(folder: Path, text: str) -> str:
    said = problems(folder, text)
    assert len(said) == 1, said
    assert said[0].startswith("line "), said
    return said[0]
