"""`guide check --strict`: what a finished guide must have, all faults at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from offramp.catalogue.load import Catalogue, load, packaged, read_all
from offramp.catalogue.problems import Problem
from offramp.guide import translations
from offramp.guide.strict import OF_EXAMPLE, OF_OPTION, strict_problems


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(translations, "problems", list)  # a test of its own: test_languages.py
    copy = tmp_path / "catalogue"
    for kind in ("options", "evidence", "examples", "indicators", "kits"):
        shutil.copytree(packaged() / kind, copy / kind)
    return copy


def faults(folder: Path) -> list[Problem]:
    return strict_problems(whole(folder))


def whole(folder: Path) -> Catalogue:
    catalogue, problems = read_all(folder)
    assert problems == []
    return catalogue


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_packaged_catalogue_is_whole(folder: Path) -> None:
    assert faults(folder) == []


def test_it_is_as_large_as_a_guide_must_be() -> None:
    catalogue = load()
    assert len(catalogue.candidates) >= 36
    assert len(catalogue.examples) >= 80
    assert len({one.country for one in catalogue.examples.values()}) >= 35
    assert len({one.continent for one in catalogue.examples.values()}) == 6


def without(path: Path, name: str) -> None:
    """Take a field away: its line, its table, or its text over several lines."""
    kept: list[str] = []
    skipping = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if skipping == "text":
            skipping = "" if '"""' in line else skipping
            continue
        if skipping == "table":
            if not line.startswith("["):
                continue
            skipping = ""
        if line.startswith(f"[{name}]"):
            skipping = "table"
        elif line.startswith(f"{name} = "):
            skipping = "text" if line.count('"""') == 1 else ""
        else:
            kept.append(line)
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")


@pytest.mark.parametrize("name", list(OF_OPTION))
def test_a_missing_field_of_an_option_is_named_with_what_would_be_right(
    name: str, folder: Path
) -> None:
    without(folder / "options" / "police-naloxone.toml", name)
    (found,) = faults(folder)
    assert (found.file, found.field) == ("options/police-naloxone.toml", name)
    assert found.problem == "is missing"
    assert found.right == OF_OPTION[name]


@pytest.mark.parametrize("name", [name for name in OF_EXAMPLE if not name.endswith("_said")])
def test_a_missing_field_of_an_example_is_named(name: str, folder: Path) -> None:
    without(folder / "examples" / "seattle-lead.toml", name)
    (found,) = faults(folder)
    assert (found.file, found.field) == ("examples/seattle-lead.toml", name)


def test_evidence_says_what_it_is_about(folder: Path) -> None:
    without(folder / "evidence" / "D01.toml", "topic")
    (found,) = faults(folder)
    assert (found.file, found.field) == ("evidence/D01.toml", "topic")


def test_several_faults_are_reported_at_once(folder: Path) -> None:
    without(folder / "evidence" / "D01.toml", "topic")
    without(folder / "options" / "police-naloxone.toml", "hurdle")
    without(folder / "examples" / "seattle-lead.toml", "size")
    assert [found.file for found in faults(folder)] == [
        "evidence/D01.toml",
        "examples/seattle-lead.toml",
        "options/police-naloxone.toml",
    ]


def test_too_few_examples_countries_and_a_missing_continent_are_told(folder: Path) -> None:
    catalogue = whole(folder)
    africa = [one.id for one in catalogue.examples.values() if one.continent == "africa"]
    for name in africa:
        (folder / "examples" / f"{name}.toml").unlink()
    said = [str(found) for found in faults(folder)]
    assert any("africa" in line for line in said)
    for path in list((folder / "examples").glob("*.toml"))[:-3]:
        path.unlink()
    said = [str(found) for found in faults(folder)]
    assert any("examples are 3" in line for line in said)
    assert any("countries" in line for line in said)


def test_a_kit_must_be_of_an_option_and_its_briefing_takes_twenty_minutes(folder: Path) -> None:
    from offramp.catalogue.check import problems

    change(folder, "kits/police-naloxone.toml", "minutes = 5", "minutes = 6")
    (found,) = problems(folder)
    assert (found.file, found.field) == ("kits/police-naloxone.toml", "briefing")
    assert found.problem == "takes 21 minutes"
