"""The one typeface, Offramp Sans: regular, italic and semibold, as TTF and WOFF2.

How the files were made: `docs/fonts.md`. Licence: `OFL.txt`.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

FAMILY = "Offramp Sans"
FOLDER = Path(__file__).parent
UNKNOWN = "?"


@cache
def characters() -> frozenset[str]:
    """Every character that all three faces have."""
    found: set[str] = set()
    for line in (FOLDER / "characters.txt").read_text(encoding="ascii").split():
        first, last = (int(code, 16) for code in line.split("-"))
        found.update(map(chr, range(first, last + 1)))
    return frozenset(found)


def shown(text: str) -> str:
    """The text with each character the typeface lacks replaced: by its plain form, else by "?".

    Invisible characters (controls, direction marks) go; line breaks and tabs become spaces.
    """
    if text.isascii() and text.isprintable():
        return text
    have = characters()
    out: list[str] = []
    for char in unicodedata.normalize("NFC", text):
        if char in have:
            out.append(char)
        elif char.isspace():
            out.append(" ")
        elif unicodedata.category(char) in {"Cc", "Cf", "Mn", "Me"}:
            continue
        else:
            plain = unicodedata.normalize("NFKD", char)
            out.append(plain if all(part in have for part in plain) else UNKNOWN)
    return "".join(out)
