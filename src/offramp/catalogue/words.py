"""Words that no reader should meet, and what to write instead (`languages/<lang>/words.toml`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from offramp.catalogue.schema import Record
from offramp.catalogue.toml_file import check, read


class Forbidden(Record):
    """A whole word or phrase; right only inside one of the phrases in `unless`."""

    word: Annotated[str, Field(min_length=2)]
    use: str
    unless: list[str] = Field(default=[])
    exact: bool = False  # upper and lower case matter


class Words(Record):
    language: str
    approved: dict[str, str] = Field(default={})
    forbidden: list[Forbidden] = Field(default=[])


def read_words(path: Path) -> Words:
    """Raises InputError."""
    return check(read(path), Words)


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
    spaced = r"\s+".join(re.escape(word) for word in phrase.split())
    return re.compile(rf"(?<!\w){spaced}(?!\w)", 0 if exact else re.IGNORECASE)
