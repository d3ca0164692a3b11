from __future__ import annotations

import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from offramp.catalogue.check import Surroundings, Use, problems
from offramp.catalogue.words import Forbidden, wrong_words

SMALL = Path(__file__).parent / "small_catalogue"
FAULTS = tomllib.loads((SMALL / "faults.toml").read_text(encoding="utf-8"))["fault"]
OPTION, RATIO = "options/card.toml", "evidence/deaths_ratio.toml"
NORTH = "examples/north-town.toml"
FORBIDDEN = (
    Forbidden(word="clean", use="sterile", unless=["clean streets"]),
    Forbidden(word="OAT", use="treatment with methadone or buprenorphine", exact=True),
)
AROUND = Surroundings(
    used=(),
    parameters={"shift_to_warning": "share", "enforcement": "ratio"},
    topics=("police_discretion", "register"),
    services=("case_management",),
    forbidden=FORBIDDEN,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL, tmp_path / "catalogue"))


def test_the_small_catalogue_is_sound(folder: Path) -> None:
    assert problems(folder, AROUND) == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f"{f['field']} {f['says']}")
def test_a_planted_fault_is_reported_with_file_and_line(
    folder: Path, fault: dict[str, Any]
) -> None:
    path = folder / fault["file"]
    text = path.read_text(encoding="utf-8")
    assert fault["old"] in text
    path.write_text(text.replace(fault["old"], fault["new"], 1), encoding="utf-8")
    reported = problems(folder, AROUND)
    where = (fault["file"], fault["line"], fault["field"])
    found = [p for p in reported if (p.file, p.line, p.field) == where]
    assert any(fault["says"] in p.problem and fault["right"] in p.right for p in found), reported


def test_all_faults_are_reported_at_once(folder: Path) -> None:
    files = set()
    for fault in FAULTS[::8]:
        path = folder / fault["file"]
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(fault["old"], fault["new"], 1), encoding="utf-8")
        files.add(fault["file"])
    assert len(files) > 2
    assert {p.file for p in problems(folder, AROUND)} >= files


def test_evidence_and_examples_may_stand_alone(folder: Path) -> None:
    """Every record is shown in the evidence table, every example on the map."""
    text = (folder / RATIO).read_text(encoding="utf-8").replace("deaths_ratio", "spare")
    (folder / "evidence" / "spare.toml").write_text(text, encoding="utf-8")
    text = (folder / NORTH).read_text(encoding="utf-8").replace('"north-town"', '"east-town"')
    (folder / "examples" / "east-town.toml").write_text(text, encoding="utf-8")
    assert problems(folder, AROUND) == []


def test_a_related_option_is_known_another_one_and_named_once(folder: Path) -> None:
    option = folder / OPTION
    text = option.read_text(encoding="utf-8")
    option.write_text('related = ["card", "mor", "more", "more"]\n' + text, encoding="utf-8")
    found = [(one.field, one.problem) for one in problems(folder, AROUND)]
    assert found == [
        ("related[1]", "is the option itself"),
        ("related[2]", 'is "mor", which is unknown'),
        ("related[4]", 'is "more" again'),
    ]


def test_a_parameter_that_rests_on_unknown_evidence_is_reported(folder: Path) -> None:
    around = Surroundings(used=(Use("deaths_rato", "model/parameters/x.toml", 3, "a.evidence"),))
    (found,) = problems(folder, around)
    assert (found.file, found.line, found.field) == ("model/parameters/x.toml", 3, "a.evidence")
    assert found.right == 'did you mean "deaths_ratio"?'


def test_a_parameter_with_another_unit_than_its_evidence_is_reported(folder: Path) -> None:
    around = Surroundings(used=(Use("deaths_ratio", "x.toml", 3, "a.evidence", "share"),))
    (found,) = problems(folder, around)
    assert "whose unit is ratio" in found.problem
    assert problems(folder, Surroundings(used=(Use("deaths_ratio", "x.toml", unit="ratio"),))) == []


def test_an_unused_indicator_is_fine(folder: Path) -> None:
    assert (folder / "indicators" / "iC1.toml").exists()
    assert "iC1" not in (folder / OPTION).read_text(encoding="utf-8")
    assert problems(folder, AROUND) == []


def test_there_is_exactly_one_comparison_and_it_has_no_examples(folder: Path) -> None:
    more = folder / "options" / "more.toml"
    text = more.read_text(encoding="utf-8")
    more.write_text('examples = ["north-town"]\n' + text, encoding="utf-8")
    (found,) = problems(folder, AROUND)
    assert (found.file, found.line, found.field) == ("options/more.toml", 1, "examples")
    more.unlink()
    (found,) = problems(folder, AROUND)
    assert (found.field, found.problem) == ("comparison", "is true in: none")
    more.write_text(text, encoding="utf-8")
    card = folder / OPTION
    card.write_text("comparison = true\n" + card.read_text(encoding="utf-8"), encoding="utf-8")
    assert any(p.problem == "is true in: card, more" for p in problems(folder, AROUND))


def test_each_option_has_three_examples(folder: Path) -> None:
    path = folder / OPTION
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(', "west-town"]', "]"), encoding="utf-8")
    found = [p for p in problems(folder, AROUND) if p.field == "examples"]
    assert [(p.file, p.problem) for p in found] == [(OPTION, "are 2 different ones")]


def test_examples_come_from_two_continents(folder: Path) -> None:
    for path in (folder / "examples").glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        for continent in ("oceania", "north_america"):
            text = text.replace(continent, "europe")
        path.write_text(text, encoding="utf-8")
    (found,) = problems(folder, AROUND)
    assert found.problem == "come from one continent only: europe"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("He got clean.", ["clean"]),
        ("Clean needles for clean streets", ["Clean"]),
        ("They cleaned the cleaner.", []),
        ("An oat, or OAT.", ["OAT"]),
    ],
)
def test_forbidden_words_are_whole_words(text: str, found: list[str]) -> None:
    assert [word for word, _ in wrong_words(text, FORBIDDEN)] == found


@pytest.mark.parametrize(
    "says",
    ["In 2018 it began.", "From 1990s to 2018-19.", "Open 24/7; call 911 or 999.", "HIV-1 fell.",
     "Class A drugs and hepatitis C.", "Under Section 23 of the Act."],
)  # fmt: skip
def test_years_and_names_with_digits_are_no_findings(folder: Path, says: str) -> None:
    path = folder / OPTION
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("People may feel watched.", says), encoding="utf-8")
    assert problems(folder, AROUND) == []
