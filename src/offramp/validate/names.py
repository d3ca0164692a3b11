"""A name that nobody knows: the known ones most like it, and what lists them all."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

MOST, ALIKE = 4, 0.6
LISTED = {
    "parameters": "docs/model/parameters.md",
    "measures": "docs/validation-study.md",
    "options": "offramp guide list",
    "records": "the table of evidence that 'offramp guide export DIR' writes",
    "presets": "docs/place.md",
    "studies": "docs/validation.md",
}


def right_name(word: str, known: Iterable[str], what: str) -> str:
    """What would be right instead of `word`; `what`: a key of LISTED."""
    near = most_like(word, list(known))
    every = f"all {what}: {LISTED[what]}"
    if not near:
        return every
    quoted = [f'"{name}"' for name in near]
    ors = " or ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)
    return f"did you mean {ors}? {every[0].upper()}{every[1:]}"


def most_like(word: str, known: list[str]) -> list[str]:
    """Names spelt like `word`, then names that share a part with it; the most alike first."""
    lower = word[:80].lower()
    near = difflib.get_close_matches(lower, known, MOST, ALIKE)
    parts = {part for part in re.split(r"[^a-z0-9]+", lower) if len(part) > 2}
    shared = {name: sum(part in name for part in parts) for name in known}
    also = sorted((n for n in known if shared[n] and n not in near), key=lambda n: (-shared[n], n))
    return [*near, *also][:MOST]
