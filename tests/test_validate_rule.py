"""The rule of holding, the sign, and that a broken model does not stay green."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from offramp.catalogue.load import load as load_catalogue
from offramp.languages import speaking
from offramp.validate.faults import used_by_the_model, weighed_in
from offramp.validate.judge import AWAY, OUTSIDE, WIDE, Target, Verdict, judged, target
from offramp.validate.load import STUDIES, load_study, packaged
from offramp.validate.page import HEAD, _by_day, _reading, _row
from offramp.validate.report import Broken, text, verdict
from offramp.validate.run import compared
from offramp.validate.sabotage import BREAKS
from offramp.validate.schema import Study

DOCS = Path(__file__).parents[1] / "docs"
DECISION = (DOCS / "decisions" / "010-which-studies-test-the-model.md").read_text(encoding="utf-8")
PAGE = (Path(__file__).parents[1] / "docs" / "validation.md").read_text(encoding="utf-8")


def a_study(direction: str = "lower", form: str = "ratio") -> Study:
    return Study.model_validate(
        {
            "id": "a", "title": "A study", "kind": "empirical", "says": "said",
            "fixed": "2026-11-26", "run": {"weeks": 52},
            "result": {
                "measure": "fatal_overdoses", "form": form, "denominator": "deaths",
                "direction": direction, "published": {"value": 0.8, "source": "none"},
            },
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("goal", "misses"),
    [
        (Target(0.8, 0.7, 0.9, True), ()),
        (Target(0.95, 0.7, 1.1, True), (OUTSIDE,)),
        (Target(0.85, 0.82, 0.9, True), (AWAY,)),
        (Target(0.8, 0.78, 0.81, True), (WIDE,)),
        (Target(0.2, 0.19, 0.21, True), (OUTSIDE, AWAY, WIDE)),
    ],
)
def test_a_row_holds_by_all_three_parts_of_the_rule(goal: Target, misses: tuple[str, ...]):
    values = np.linspace(0.7, 0.9, 201)  # 90% of it: 0.71 to 0.89
    found = judged(a_study(), goal, values)
    assert found.misses == misses and found.holds is (not misses)
    assert (found.low, found.median, found.high) == pytest.approx((0.71, 0.8, 0.89))


@pytest.mark.parametrize(
    ("direction", "form", "values", "sign"),
    [
        ("lower", "ratio", (0.7, 0.9), "right"),
        ("lower", "ratio", (1.1, 1.3), "wrong"),
        ("lower", "ratio", (0.9, 1.1), "unclear"),
        ("higher", "difference", (-2.0, -1.0), "wrong"),
        ("lower", "percent_averted", (5.0, 9.0), "right"),
        ("none", "ratio", (1.1, 1.3), ""),
        ("higher", "level", (1.1, 1.3), ""),
    ],
)
def test_the_sign_of_a_change(direction: str, form: str, values: tuple[float, float], sign: str):
    goal = Target(0.8, 0.7, 0.9, True)
    assert judged(a_study(direction, form), goal, np.linspace(*values, 50)).sign == sign


def test_the_terminal_shows_every_study_in_lines_that_fit():
    catalogue = load_catalogue()
    found = []
    for folder in packaged():
        study = load_study(folder, catalogue).study
        values = np.linspace(1234.5, 98765.4, 50) * (1 if study.result.form == "ratio" else -1)
        found.append(judged(study, target(study.result, catalogue), values))
    for tag in ("en", "es", "pt", "ru"):
        with speaking(tag):
            said = text(found, [Broken(broken, ("a", "b")) for broken in BREAKS])
        assert max(len(line) for line in said.splitlines()) <= 79
    words = " ".join(text(found).split())
    for v in found:
        assert f"{v.study.title} [{v.study.id}]" in words
        assert not v.misses or (v.study.explained or "") in words


def test_forms_of_a_comparison():
    before, after = np.array([10.0, 4.0]), np.array([8.0, 5.0])
    none = np.zeros((2, 2))
    assert compared("level", before, after, none).tolist() == [8.0, 5.0]
    assert compared("ratio", before, after, none).tolist() == [0.8, 1.25]
    assert compared("difference", before, after, none).tolist() == [-2.0, 1.0]
    assert compared("percent_change", before, after, none) == pytest.approx([-20.0, 25.0])
    assert compared("percent_averted", before, after, none) == pytest.approx([20.0, -25.0])
    nothing = compared("ratio", np.zeros(2), np.array([0.0, 3.0]), none)
    assert np.isnan(nothing[0]) and nothing[1] == np.inf
    deaths = np.array([[6.0, 4.0], [6.0, 6.0]])  # two averted in one draw, none in the other
    kits = compared("per_averted", np.zeros(2), np.array([100.0, 100.0]), deaths)
    assert kits.tolist() == [50.0, np.inf]


def small(name: str, draws: int = 32):
    """A study of the package with few draws and people."""
    loaded = load_study(STUDIES / name, load_catalogue())
    fewer = loaded.study.run.model_copy(update={"draws": draws, "people": 1000})
    object.__setattr__(loaded, "study", loaded.study.model_copy(update={"run": fewer}))
    return loaded


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("no-treatment-effect", "clock-stable"),
        ("no-release-peak", "release-peak"),
        ("useless-naloxone", "naloxone-limit"),
    ],
)
def test_a_broken_model_turns_a_row_red(kind: str, name: str):
    loaded, catalogue = small(name), load_catalogue()
    broken = next(b for b in BREAKS if b.id == kind)
    assert verdict(loaded, catalogue, 1).holds
    assert not verdict(loaded, catalogue, 1, broken.sets).holds


def test_a_finding_of_no_change_keeps_its_middle_in_the_unit_of_the_measure():
    catalogue = load_catalogue()
    loaded = load_study(STUDIES / "oregon-zoorob", catalogue)
    goal = target(loaded.study.result, catalogue)
    assert (goal.value, goal.found) == (0.0, pytest.approx(-1.02))
    row = _row(judged(loaded.study, goal, np.linspace(-0.1, 0.1, 64)))
    assert "0 (-2.44 to 0.4); middle found -1.02 |" in row
    with_change = load_study(STUDIES / "outreach-xuan", catalogue).study.result
    assert target(with_change, catalogue).found is None


def test_a_margin_of_ours_is_not_taken_for_a_published_interval():
    catalogue = load_catalogue()
    for name in ("crackdown-vancouver", "lead-warrants"):
        loaded = load_study(STUDIES / name, catalogue)
        found = judged(loaded.study, target(loaded.study.result, catalogue), np.ones(64))
        assert "(±)" in _row(found)
        said = " ".join(text([found]).split())
        assert f"to {found.target.high:g}, our margin)" in said
        assert found.as_dict(details=True)["interval"] == "tolerance"


def test_a_verdict_is_narrow_where_luck_alone_might_have_turned_it():
    rng, goal = np.random.default_rng(3), Target(1.0, 0.9, 1.1, True)
    for middle, narrow in ((1.0, False), (1.1, True), (1.3, False)):
        few = rng.normal(middle, 0.07, 64)
        assert judged(a_study(), goal, few - np.median(few) + middle).narrow == narrow
    many = rng.normal(1.0, 0.07, 20_000)  # as near to the limit, but so many tell
    assert not judged(a_study(), goal, many - np.median(many) + 1.098).narrow


def verdicts_of(*rows: tuple[str, str, float, float]) -> list[Verdict]:
    """Direction, form, published value (within a fifth) and middle of the model (give or take a
    hundredth)."""
    found = []
    for direction, form, value, middle in rows:
        ends = sorted((value * 0.8, value * 1.2)) if value else [-0.2, 0.2]
        values = middle + np.linspace(-0.01, 0.01, 64)
        found.append(judged(a_study(direction, form), Target(value, *ends, True), values))
    return found


def test_the_page_says_which_way_the_model_leans():
    rows = verdicts_of(
        ("lower", "ratio", 0.5, 0.9),  # smaller, outside
        ("lower", "ratio", 0.5, 0.4),  # larger, outside
        ("lower", "percent_change", -30.0, -29.995),  # smaller, inside
        ("either", "level", 4.0, 3.0),  # smaller, outside
        ("none", "difference", 0.0, 0.001),  # no change, holds
        ("none", "ratio", 1.0, 1.5),  # no change, outside
    )
    (said, _) = _reading(rows, load_catalogue())
    assert "Of 4 rows that found an effect or measured a level" in said
    assert "in 3 the model's middle is smaller than what was published." in said
    assert "In 4 of all 6 the published value lies outside" in said
    assert "of those that hold 1 are findings of no change" in said


def test_a_share_is_not_said_to_be_so_many_a_year():
    retention = load_study(STUDIES / "retention-12", load_catalogue()).study
    found = judged(retention, Target(0.57, 0.43, 0.71, False), np.full(64, 0.56))
    assert "| still in treatment, level | 0.57" in _row(found)
    assert "| still in treatment, level | " in PAGE


def test_the_page_counts_rows_by_the_day_on_which_they_were_fixed():
    first, second = verdicts_of(("lower", "ratio", 0.5, 0.5), ("lower", "ratio", 0.5, 0.9))
    assert _by_day([first]) == []
    later = replace(second, study=second.study.model_copy(update={"fixed": date(2026, 11, 28)}))
    (said, _) = _by_day([later, first, first])
    assert f"2 of 2 fixed on {first.study.fixed}; 0 of 1 fixed on 2026-11-28" in said


def test_the_page_names_rows_that_a_judgement_was_made_in_view_of():
    catalogue = load_catalogue()
    seen = weighed_in(catalogue)
    assert seen["epi_cmr_postod"] == ["judge_overdose_spread"]
    survivors = load_study(STUDIES / "after-overdose", catalogue).study
    found = judged(survivors, Target(4.7, 4.4, 5.0, True), np.full(64, 2.6))
    said = " ".join(_reading([found], catalogue))
    assert "- `after-overdose`: `judge_overdose_spread`" in said
    for folder in packaged():
        study = load_study(folder, catalogue).study
        if study.kind == "empirical" and study.result.published.evidence in seen:
            assert f"- `{study.id}`: `judge_" in PAGE, study.id
        if study.dependent:
            assert study.dependent in PAGE, study.id


def test_the_readme_and_the_model_say_what_the_page_says():
    empirical = PAGE[PAGE.index("## Empirical") :]
    found = re.search(r"\*\*(\d+) of (\d+) hold\*\*", empirical)
    leans = re.search(r"Of (\d+) rows that .* level, in (\d+) .* hold (\d+) are", empirical)
    assert found and leans
    holding, rows = found.groups()
    looked, smaller, none = leans.groups()
    root = Path(__file__).parents[1]
    readme = (root / "README.md").read_text(encoding="utf-8")
    said = f"of [{rows} findings](docs/validation.md) from which no number of it was taken, "
    said += f"{holding} hold by a rule fixed beforehand, {none} of them findings of no change"
    assert said in readme
    model = (root / "docs" / "model.md").read_text(encoding="utf-8")
    assert f"In {smaller} of {looked} empirical rows" in model
    assert f"{none} of the {holding} rows that hold are findings of no change" in model


def test_every_finding_is_an_input_or_a_row_or_left_out_by_name():
    catalogue = load_catalogue()
    known = set(used_by_the_model(catalogue))
    known |= {load_study(f, catalogue).study.result.published.evidence for f in packaged()}
    known |= set(re.findall(r"`(\w+)`", DECISION))
    for name, record in catalogue.evidence.items():
        seen = record.design not in ("model", "judgement") and record.topic != "cost"
        if seen and record.interval is not None and not name.startswith("derived_"):
            assert name in known, f"{name}: a row of offramp validate, or why not in decision 010?"


def test_every_miss_on_the_page_is_explained():
    assert "Misses:" in PAGE and "Not explained." not in PAGE


def test_the_page_holds_every_study():
    assert PAGE.startswith(HEAD)
    for folder in packaged():
        assert f"| `{folder.name}`: " in PAGE, folder.name


@pytest.mark.parametrize("name", ["clock-stop-early", "treatment-all-causes"])
def test_the_page_says_what_the_command_finds(name: str):
    catalogue = load_catalogue()
    row = _row(verdict(load_study(STUDIES / name, catalogue), catalogue))
    assert row in PAGE, f"{row}\nmake it again: offramp validate --page > docs/validation.md"
