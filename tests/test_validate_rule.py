"""The rule of holding, the sign, and that a broken model does not stay green."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from offramp.catalogue.load import load as load_catalogue
from offramp.languages import speaking
from offramp.validate.judge import AWAY, OUTSIDE, WIDE, Target, judged, target
from offramp.validate.load import STUDIES, load_study, packaged
from offramp.validate.page import HEAD, _row
from offramp.validate.report import Broken, text, verdict
from offramp.validate.run import compared
from offramp.validate.sabotage import BREAKS
from offramp.validate.schema import Study

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


def test_the_page_holds_every_study():
    assert PAGE.startswith(HEAD)
    for folder in packaged():
        assert f"| `{folder.name}`: " in PAGE, folder.name


@pytest.mark.parametrize("name", ["clock-stop-early", "treatment-all-causes"])
def test_the_page_says_what_the_command_finds(name: str):
    catalogue = load_catalogue()
    row = _row(verdict(load_study(STUDIES / name, catalogue), catalogue))
    assert row in PAGE, f"{row}\nmake it again: offramp validate --page > docs/validation.md"
