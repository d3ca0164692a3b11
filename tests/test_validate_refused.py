"""Wrong studies and wishes are refused at once, with what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from offramp.cli.app import main
from tests.validate_sample import FIRST_DAY, HEAD, run, study


def test_studies_of_one_id_are_refused_before_any_is_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    for name in ("one", "two"):
        study(tmp_path, FIRST_DAY, name)
    code, out, err = run(capsys, tmp_path, "--json")
    assert code == 1 and not out and "line 1: id is 'mine'" in err


def test_no_cores_are_refused(capsys: pytest.CaptureFixture[str]):
    code, out, err = run(capsys, "clock-stable", "--workers", "0")
    assert code == 1 and not out and "--workers" in err


WRONG = (
    HEAD
    + """
[place]
base = "atlantis"
[parameters]
overdose_rate = { value = 1.0 }
oat_stabel = { value = 0.5 }
kit_used = { value = 1.5 }
custody_charged = { value = 0.5 }
[run]
weeks = 60
draws = 16
[[change.levers]]
parameter = "nsp_covrage"
moves = "set"
value = 0.5
[change]
options = ["police-naloxon"]
[result]
measure = "fatal_overdose"
form = "ratio"
denominator = "deaths"
direction = "lower"
[result.published]
evidence = "oat_prison_eng"
"""
)


def test_every_fault_is_told_at_once_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    text = WRONG.replace("[[change.levers]]", "[[comparator.levers]]")
    code, out, err = run(capsys, study(tmp_path, text))
    assert code == 1 and not out
    lines = text.splitlines()
    for start, said in {
        'base = "atlantis"': "atlantis",
        "overdose_rate": "is fitted to the place",
        "oat_stabel": "oat_stable",
        "kit_used": "from 0 to 1",
        "custody_charged": "custody.charged",
        "weeks = 60": "multiple of 52",
        'parameter = "nsp_covrage"': "nsp_coverage",
        'options = ["police-naloxon"]': "police-naloxone",
        'measure = "fatal_overdose"': "fatal_overdoses",
        'evidence = "oat_prison_eng"': "may not test what went in",
    }.items():
        line = next(i for i, found in enumerate(lines, 1) if found.startswith(start))
        assert any(f"line {line}:" in told and said in told for told in err.splitlines()), start


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("value = 1.0", "value = 1.0\nlow = 2.0\nhigh = 3.0"), "low must be at most value"),
        (('source = "a week"', ""), "has no source"),
        (('of = "everyone"', 'of = "nobody"'), "of"),
        (("weeks = 1", "weeks = 1\nfrom_week = 4"), "from_week"),
        (('form = "level"', 'form = "per_averted"'), "name the measure that is averted"),
        (('kind = "empirical"', 'kind = "hearsay"'), "kind"),
        (("weeks = 1", "weeks = 1\n[change.starts]\noffer = { value = 0.5 }"), "whole cohort"),
        (('measure = "alive"', 'measure = "qalys"'), "qalys"),
        (
            ("weeks = 1", "weeks = 1\n[place.people]\ninject = { value = 1.5 }"),
            "place.people.inject",
        ),
        (
            (
                "weeks = 1",
                'weeks = 1\n[[change.levers]]\nparameter = "retained_12"\nmoves = "set"\n'
                "value = 0.9",
            ),
            "set it for both in [parameters]",
        ),
        (
            (
                'of = "everyone"',
                'of = "survivors"\n[parameters]\noverdose_level = { value = 0.00001 }',
            ),
            "of whom the place has none in 16 of 16",
        ),
        (
            (
                '[result]\nmeasure = "alive"\nform = "level"',
                "[change.starts]\nkit = { value = 1.0 }\n"
                '[result]\nmeasure = "warrant_arrests"\nform = "ratio"',
            ),
            "so there is no ratio",
        ),
    ],
)
def test_bad_input_says_what_would_be_right(
    change: tuple[str, str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    text = (
        HEAD + '[cohort]\nof = "everyone"\n[run]\ndraws = 16\npeople = 500\nweeks = 1\n[result]\n'
        'measure = "alive"\nform = "level"\ndenominator = "people"\ndirection = "either"\n'
        '[result.published]\nvalue = 1.0\nsource = "a week"\n'
    )
    assert change[0] in text
    code, out, err = run(capsys, study(tmp_path, text.replace(*change)))
    assert code == 1 and not out and said in err and ", line " in err


def test_a_study_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    for given in (tmp_path, tmp_path / "nowhere", "clock-stabel"):
        code, _, err = run(capsys, given)
        assert code == 1 and "study" in err
    assert "clock-stable" in err


def test_a_page_and_json_are_not_asked_for_together(capsys: pytest.CaptureFixture[str]):
    assert main(["validate", "clock-stable", "--page", "--json"]) == 1
    assert "--page: and --json are two forms of the answer" in capsys.readouterr().err
