"""How people ask for an option, per language: everyday phrases, words that stand for each other.

`fold` and `stem` are the same in `guide/site/search.js`; a test holds them against each other.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from offramp.catalogue.toml_file import check, read

SHORTEST = 3  # letters that are left of a word when an ending is taken off
_WORD = re.compile(r"[^\W_]+")
_ACCENTS = re.compile("[\u0300-\u036f]")
_BREVE = "и\u0306"  # Cyrillic short i is a letter of its own
Word = Annotated[str, Field(min_length=1)]


class Everyday(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    endings: list[Word]
    stop: list[Word]
    not_a_typo: list[Word]
    same: list[list[Word]]
    phrases: dict[str, list[Word]]


@cache
def everyday(code: str) -> Everyday:
    """The words of one language. Raises InputError."""
    return check(
        read(Path(__file__).with_name(f"{code}.toml"), f"guide/everyday/{code}.toml"), Everyday
    )


def fold(text: str) -> str:
    """Small letters without accents: `Detención` -> `detencion`, `ё` -> `е`."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFD", text.lower()).replace(_BREVE, "й")
    return _ACCENTS.sub("", apart)


def words(text: str) -> list[str]:
    """The words of a text, folded."""
    return _WORD.findall(fold(text))


def stem(word: str, endings: tuple[str, ...]) -> str:
    """A folded word without the longest of the endings; double letters at its end become one."""
    for ending in endings:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST:
            word = word[: len(word) - len(ending)]
            break
    if len(word) > SHORTEST and word[-1] == word[-2]:
        word = word[:-1]
    return word
