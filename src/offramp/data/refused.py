"""Files that are refused: with names, dates of birth, criminal history or numbers of people.

By the names of columns (`refused.toml`), and by what stands in columns whose names tell nothing:
dates that can only be dates of birth, e-mail addresses, numbers of the forms that states give
to people. The whole file is refused, not only the column.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from offramp.catalogue.problems import InputError, Problem

if TYPE_CHECKING:
    import pandas as pd

FILE = Path(__file__).with_name("refused.toml")
LOOKED_AT = 2000  # rows whose content is looked at
MOSTLY = 0.8
BIRTH_SPREAD = 25  # years between the earliest and the latest of dates of birth, at least

CONTENT = (
    ("e-mail addresses", re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", re.IGNORECASE)),
    ("social security numbers", re.compile(r"\d{3}-\d{2}-\d{4}")),
    ("national insurance numbers", re.compile(r"[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]")),
)
YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")
DATE = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}.*|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}")


@cache
def _rules() -> list[tuple[str, list[re.Pattern[str]], str]]:
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return [
        (rule["what"], [re.compile(p) for p in rule["columns"]], rule["right"])
        for rule in data["refused"]
    ]


def refuse_columns(shown: str, columns: Iterable[str], allowed: Sequence[str] = ()) -> None:
    """Raise InputError with every column that must not be there.

    allowed: columns that a shipped reader knows to be harmless (`name` of an authority)."""
    problems = []
    for column in columns:
        if column in allowed:
            continue
        plain = re.sub(r"[\W_]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column)).strip().lower()
        for what, patterns, right in _rules():
            if any(pattern.search(plain) for pattern in patterns):
                problems.append(Problem(shown, 1, column, f"holds {what}: refused", right))
                break
    if problems:
        raise InputError(problems)


def refuse_content(shown: str, frame: pd.DataFrame, allowed: Sequence[str] = ()) -> None:
    """Raise InputError with every column whose first rows look like birth dates or numbers."""
    problems = []
    for column in frame.columns:
        if column in allowed:
            continue
        words = [word.strip() for word in frame[column].head(LOOKED_AT).astype(str)]
        words = [word for word in words if word]
        if not words:
            continue
        for what, pattern in CONTENT:
            if sum(bool(pattern.fullmatch(word)) for word in words) > MOSTLY * len(words):
                right = "take the column out"
                problems.append(Problem(shown, 2, column, f"holds {what}: refused", right))
        if _births(words):
            right = "put an age or an age band in its place"
            problems.append(Problem(shown, 2, column, "looks like dates of birth: refused", right))
    if problems:
        raise InputError(problems)


def _births(words: list[str]) -> bool:
    dates = [word for word in words if DATE.fullmatch(word)]
    if len(words) < 10 or len(dates) < MOSTLY * len(words):
        return False
    years = sorted(int(found.group()) for word in dates if (found := YEAR.search(word)))
    if not years:
        return False
    low, high = years[len(years) // 20], years[-1 - len(years) // 20]
    return high - low >= BIRTH_SPREAD and years[len(years) // 2] <= high - 10
