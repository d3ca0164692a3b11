"""`offramp validate`: a study is one file, faults are told at once, answers have one shape."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest

import offramp
from offramp.catalogue.load import load as load_catalogue
from offramp.cli.app import main
from offramp.validate.faults import used_by_the_model
from offramp.validate.load import load_study, packaged
from tests.small_world import SOUTH_WALES

ROOT = Path(__file__).parents[1]
SCHEMA = json.loads(
    (Path(offramp.__file__).parent / "schemas" / "validate.schema.json").read_text("utf-8")
)
HOW_TO = (ROOT / "docs" / "validation-study.md").read_text(encoding="utf-8")
HEAD = (
    'id = "mine"\ntitle = "A study"\nkind = "empirical"\nsays = "What it did"\nfixed = 2026-11-26\n'
)
SMALL = "draws = 16\npeople = 500\n"


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


def test_a_lever_that_moves_nothing_gives_no_difference(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    text = f"""{HEAD}
[run]
weeks = 52
{SMALL}
[[change.levers]]
parameter = "nsp_coverage"
moves = "multiply"
value = 1.0
[result]
measure = "resident_confidence"
form = "difference"
denominator = "adults"
direction = "none"
[result.published]
value = 0.0
low = -1.0
high = 1.0
source = "by definition"
"""
    found = answer(capsys, study(tmp_path, text))
    assert found["model"] == {"median": 0.0, "low": 0.0, "high": 0.0} and found["holds"]


def test_infections_per_person_year_of_a_cohort_with_its_own_window(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    text = f"""{HEAD}
[cohort]
of = "inject"
[run]
weeks = 26
{SMALL}
[[change.levers]]
parameter = "sharing_week"
moves = "multiply"
value = 0.5
[result]
measure = "hcv_infections"
form = "ratio"
per = "person_year"
denominator = "person-years"
direction = "lower"
[result.published]
value = 0.5
low = 0.4
high = 0.6
source = "by arithmetic: half the sharing"
"""
    found = answer(capsys, study(tmp_path, text))
    assert found["model"]["median"] == pytest.approx(0.5, abs=0.02)  # type: ignore[index]


def test_everybody_may_be_arrested_on_one_day_or_offered_case_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    text = f"""{HEAD}
[parameters]
study_accept = {{ value = 1.0, source = "all accept" }}
[cohort]
of = "lately_held"
[run]
weeks = 4
{SMALL}
[comparator.starts]
arrest = {{ value = 1.0 }}
[change.starts]
offer = {{ value = 1.0 }}
[result]
measure = "custody_days"
form = "difference"
per = "person_year"
denominator = "days held a year per person"
direction = "lower"
[result.published]
value = -1.0
low = -2.0
high = -0.5
source = "made up: only the direction counts"
"""
    found = answer(capsys, study(tmp_path, text))
    assert found["model"]["median"] < 0  # type: ignore[index]


def test_kits_can_be_made_to_reach_people_who_do_not_inject(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    text = f"""{HEAD}
[place.people]
inject = {{ value = 0.01, source = "ours" }}
use_stimulants = {{ value = 0.0, source = "ours" }}
in_treatment = {{ value = 0, source = "ours" }}
[cohort]
of = "off_treatment"
[run]
weeks = 52
{SMALL}
[comparator.starts]
kit = {{ value = 0.0 }}
[change.starts]
kit = {{ value = 0.0 }}
[[comparator.levers]]
parameter = "kit_rate"
moves = "set"
value = 6.0
[[comparator.levers]]
parameter = "kit_reach_other"
moves = "set"
value = 0.1
[[change.levers]]
parameter = "kit_rate"
moves = "set"
value = 6.0
[[change.levers]]
parameter = "kit_reach_other"
moves = "set"
value = 1.0
[result]
measure = "kits"
form = "ratio"
denominator = "kits given"
direction = "higher"
[result.published]
value = 1.6
source = "ours: more, by how much depends on how many began to inject"
"""
    found = answer(capsys, study(tmp_path, text))
    assert found["sign"] == "right" and found["model"]["low"] > 1.2  # type: ignore[index]


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


@pytest.mark.parametrize("measure", ["kits", "treatment_entries"])
def test_what_is_given_on_the_first_day_counts_with_its_week(
    measure: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    text = FIRST_DAY.replace('"kits"', f'"{measure}"')
    found = answer(capsys, study(tmp_path, text))
    assert found["model"]["median"] == pytest.approx(52, rel=0.02)  # type: ignore[index]
    later = text.replace("weeks = 1\n", "weeks = 2\nfrom_week = 1\n")
    found = answer(capsys, study(tmp_path, later, "later"))
    assert found["model"]["median"] == pytest.approx(0, abs=1)  # type: ignore[index]


def test_people_in_treatment_already_are_still_in_treatment(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    text = f"""{HEAD}
[cohort]
of = "in_treatment"
[run]
weeks = 1
{SMALL}
[result]
measure = "still_in_treatment"
form = "level"
denominator = "people in treatment on the first day"
direction = "either"
[result.published]
value = 0.99
low = 0.9
high = 1.0
source = "by arithmetic: hardly anybody leaves in a week"
"""
    found = answer(capsys, study(tmp_path, text))
    assert found["model"]["median"] > 0.9  # type: ignore[index,operator]


def test_a_lever_with_a_range_is_the_same_in_both_arms_wherever_it_stands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    def lever(side: str, rest: str) -> str:
        return f"[[{side}.levers]]\n{rest}\n"

    sharing = 'parameter = "sharing_week"\nmoves = "multiply"\nvalue = 1.0\nlow = 0.3\nhigh = 3.0'
    nothing = 'parameter = "displaced_visible"\nmoves = "multiply"\nvalue = 1.0'
    levers = lever("comparator", sharing) + lever("change", nothing) + lever("change", sharing)
    text = f"""{HEAD}
[cohort]
of = "inject"
[run]
weeks = 26
{SMALL}
{levers}
[result]
measure = "hcv_infections"
form = "ratio"
denominator = "people who inject"
direction = "none"
[result.published]
value = 1.0
low = 0.8
high = 1.2
source = "by definition"
"""
    found = answer(capsys, study(tmp_path, text))
    assert found["model"] == {"median": 1.0, "low": 1.0, "high": 1.0}


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


def test_no_empirical_study_rests_on_what_the_model_rests_on():
    catalogue = load_catalogue()
    used = used_by_the_model(catalogue)
    for folder in packaged():
        study_ = load_study(folder, catalogue).study
        if study_.kind == "empirical":
            assert study_.result.published.evidence not in used, study_.id


def test_every_published_number_of_the_package_has_a_record():
    catalogue = load_catalogue()
    studies = [load_study(folder, catalogue).study for folder in packaged()]
    assert all(s.result.published.evidence in catalogue.evidence for s in studies)
    kinds = [s.kind for s in studies]
    assert kinds.count("empirical") >= 10 and {"verification", "replication"} <= set(kinds)
