"""Words of a file become words of a table, once for each different word and not for each row."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from offramp.data.rules import Column

if TYPE_CHECKING:
    import pandas as pd

AGE_BANDS = ((9, "0-9"), (17, "10-17"), (24, "18-24"), (34, "25-34"), (44, "35-44"))
AGE_BANDS_LATER = ((54, "45-54"), (64, "55-64"), (120, "65+"))


def category(codes: Any, names: list[str], index: Any) -> pd.Series:
    """A column of text from codes into `names`; -1 is missing."""
    import pandas as pd

    return pd.Series(pd.Categorical.from_codes(codes, cast(Any, names)), index=index)


def each_word(column: pd.Series, turn: Callable[[str], str]) -> pd.Series:
    """A category column with every category put through `turn`."""
    import numpy as np

    names = [turn(str(name)) for name in column.cat.categories]
    kinds = list(dict.fromkeys(names))
    place = {name: number for number, name in enumerate(kinds)}
    to = np.array([place[name] for name in names] or [0], dtype="int32")
    codes = column.cat.codes.to_numpy()
    return category(np.where(codes < 0, -1, to[codes]), kinds, column.index)


def constant(word: str, index: pd.Index) -> pd.Series:
    import numpy as np

    zeros = np.zeros(len(index), dtype="int8")
    return category(zeros, [word], index)


def squeezed(word: str) -> str:
    return " ".join(word.split()).casefold()


def turner(
    rule: Column, words: tuple[str, ...], new: Callable[[str], None]
) -> Callable[[str], str]:
    """The function that puts one word. new: told of every word that no rule knows.

    words: those the table allows; empty where any word goes."""
    values = {squeezed(word): to for word, to in rule.values.items()}
    starts = sorted(
        ((squeezed(start), to) for start, to in rule.starts.items()), key=lambda s: -len(s[0])
    )
    blank = rule.blank if rule.blank is not None else "unknown" if words else ""
    pattern = _pattern(rule)

    def turn(word: str) -> str:
        plain = squeezed(word)
        if plain in values:
            return values[plain]
        if not plain:
            return blank
        for start, to in starts:
            if plain.startswith(start):
                return to
        if plain in ("null", "nan") or (plain in ("na", "n/a") and (words or rule.values)):
            return blank
        if rule.years:
            return age_band(word)
        if rule.other is not None:
            return rule.other
        if pattern is not None:
            return pattern(word) or blank
        if words:
            if plain in words:
                return plain
            new(word)
            return "other" if "other" in words else "unknown"
        if rule.values or rule.starts:
            new(word)
            return "unknown"
        return word.strip()

    return turn


def _pattern(rule: Column) -> Callable[[str], str | None] | None:
    import re

    if rule.pattern is None:
        return None
    form = re.compile(rule.pattern)

    def part(word: str) -> str | None:
        found = form.search(word.strip())
        return tidy_band(found.group(1)) if found else None

    return part


def tidy_band(band: str) -> str:
    """`30 - 39` is 30-39, `80 - *` is 80+."""
    plain = band.replace(" ", "")
    return plain.removesuffix("-*") + "+" if plain.endswith("-*") else plain


def age_band(word: str) -> str:
    """An age in years as a band; unknown when it is not one."""
    try:
        years = float(word)
    except ValueError:
        return "unknown"
    if not 0 <= years <= 120:
        return "unknown"
    return next(band for top, band in AGE_BANDS + AGE_BANDS_LATER if int(years) <= top)


def agency_name(word: str) -> str:
    """`Devon & Cornwall Police` is devon-and-cornwall, as in the files' own names."""
    plain = word.strip().lower().replace("&", "and")
    for part in (
        "police service of ", " police service", " constabulary", " police department", " police",
    ):  # fmt: skip
        plain = plain.replace(part, "")
    return "-".join("".join(c if c.isalnum() else " " for c in plain).split())
