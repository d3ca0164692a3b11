"""Words that no reader should meet, and what to write instead (`languages/<lang>/words.toml`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from offramp.catalogue.toml_file import check, read
from offramp.languages import N_, language

NOT_NAMED = N_("The source is named in the English edition.")
LANGUAGES = Path(__file__).parents[1] / "languages"


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Forbidden(_Record):
    """A whole word or phrase; right only inside one of the phrases in `unless`.

    A word that ends in `*` stands for all its endings.
    """

    word: Annotated[str, Field(min_length=2)]
    use: str
    unless: list[str] = Field(default=[])
    exact: bool = False  # upper and lower case matter


class Words(_Record):
    """reviewed: by a native speaker; unfinished: some texts are still in English, and outputs say
    so. bodies: not named or linked in outputs of this language."""

    language: str
    reviewed: bool = False
    unfinished: bool = False
    bodies: list[Annotated[str, Field(min_length=3)]] = Field(default=[])
    approved: dict[str, str] = Field(default={})
    glossary: dict[str, str] = Field(default={})
    forbidden: list[Forbidden] = Field(default=[])


def read_words(path: Path) -> Words:
    """Raises InputError."""
    return check(read(path), Words)


@cache
def words_of(code: str) -> Words:
    """The words of a language that comes with the package."""
    return read_words(LANGUAGES / code / "words.toml")


def is_unfinished() -> bool:
    """Are some texts of the language that is spoken now still in English?"""
    return words_of(language().code).unfinished


def is_reviewed() -> bool:
    """Has a native speaker reviewed the language that is spoken now?"""
    return words_of(language().code).reviewed


def may_be_named(text: str) -> bool:
    """May this text stand in an output of the language that is spoken now?

    False where it names or links a body that endangers readers.
    """
    return not named(text, words_of(language().code))


def named(text: str, words: Words) -> list[str]:
    """The bodies that a text names or links though it should not."""
    return [name for name in words.bodies if _body(name).search(text)]


def wrong_words(text: str, forbidden: Sequence[Forbidden]) -> list[tuple[str, str]]:
    """(the word as written, what to use instead), in the order of the list."""
    found: list[tuple[str, str]] = []
    for entry in forbidden:
        allowed = [
            match.span()
            for phrase in entry.unless
            for match in _whole(phrase, False).finditer(text)
        ]
        found += [
            (match.group(), entry.use)
            for match in _whole(entry.word, entry.exact).finditer(text)
            if not any(a <= match.start() and match.end() <= b for a, b in allowed)
        ]
    return found


@cache
def _whole(phrase: str, exact: bool) -> re.Pattern[str]:
    ending = r"\w*" if phrase.endswith("*") else ""
    spaced = r"\s+".join(re.escape(word) for word in phrase.rstrip("*").split())
    return re.compile(rf"(?<!\w){spaced}{ending}(?!\w)", 0 if exact else re.IGNORECASE)


@cache
def _body(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w]){re.escape(name)}", re.IGNORECASE)
