from __future__ import annotations

from pathlib import Path

import pytest

from offramp.catalogue.check import Use
from offramp.catalogue.problems import InputError
from offramp.catalogue.words import read_words, wrong_words
from offramp.guide.check import PACKAGE, surroundings

ENGLISH = PACKAGE / "languages" / "en" / "words.toml"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    for folder in ("model/parameters", "place/presets/regions", "languages/en"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "model/parameters/use.toml").write_text(
        '[enforcement]\nunit = "ratio"\nvalue = 1\nlever = true\n'
        '[relapse]\nunit = "per_person_year"\nevidence = "relapse_rate"\n',
        encoding="utf-8",
    )
    (tmp_path / "place/presets/world.toml").write_text(
        "[people]\nuse = { value = 0.1, evidence = 'use_share' }\n", encoding="utf-8"
    )
    (tmp_path / "place/presets/regions/north.toml").write_text(
        "[[rates]]\nevidence = ['a_rate', 'b_rate']\n", encoding="utf-8"
    )
    (tmp_path / "languages/en/words.toml").write_text('language = "en"\n', encoding="utf-8")
    return tmp_path


def test_evidence_of_parameters_and_presets_counts_as_used(package: Path) -> None:
    assert surroundings(package=package).used == [
        Use("relapse_rate", "model/parameters/use.toml", 7, "relapse.evidence", "per_person_year"),
        Use("a_rate", "place/presets/regions/north.toml", 2, "rates[1].evidence"),
        Use("b_rate", "place/presets/regions/north.toml", 2, "rates[1].evidence"),
        Use("use_share", "place/presets/world.toml", 2, "people.use.evidence"),
    ]


def test_an_option_may_move_only_what_the_model_lets_it(package: Path) -> None:
    assert surroundings(package=package).parameters == {"enforcement": "ratio"}


def test_a_broken_parameter_file_is_reported(package: Path) -> None:
    (package / "model/parameters/bad.toml").write_text("x = \n", encoding="utf-8")
    (package / "place/presets/bad.toml").write_text("", encoding="utf-8")
    with pytest.raises(InputError) as failed:
        surroundings(package=package)
    assert [p.file for p in failed.value.problems] == [
        "model/parameters/bad.toml",
        "place/presets/bad.toml",
    ]


def test_no_approved_phrase_is_forbidden() -> None:
    words = read_words(ENGLISH)
    assert words.forbidden
    for phrase in words.approved.values():
        assert wrong_words(phrase, words.forbidden) == []


def test_what_to_write_instead_is_not_itself_forbidden() -> None:
    words = read_words(ENGLISH)
    for entry in words.forbidden:
        assert wrong_words(entry.use, words.forbidden) == []


@pytest.mark.parametrize(
    "text",
    ["drug users", "An addict.", "got clean", "PWUD", "OAT places", "the posterior", "a junkie"],
)
def test_words_that_hurt_or_puzzle_are_caught(text: str) -> None:
    assert wrong_words(text, read_words(ENGLISH).forbidden)


@pytest.mark.parametrize(
    "text",
    ["people who use drugs", "safe disposal of needles", "clean-up of litter", "oat milk", "used"],
)
def test_ordinary_words_pass(text: str) -> None:
    assert wrong_words(text, read_words(ENGLISH).forbidden) == []
