"""Every text to be translated, as it stands in the code and the TOML files now (for developers).

A Babel extractor for our TOML files, and Babel's own for Python with our keywords.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.extract import extract_from_file

from offramp.languages.current import PROGRAM
from offramp.languages.toml_texts import PACKAGE, READ, texts

KEYWORDS = {"_": None, "N_": None, "n_": (1, 2), "p_": ((1, "c"), 2)}


@dataclass(frozen=True)
class Message:
    """A text with its place. `where`: the file below the package; line: its first line there."""

    domain: str
    context: str  # "" for most words of the program
    text: str
    plural: str = ""
    where: str = ""
    line: int = 0

    @property
    def key(self) -> tuple[str, str]:
        return self.context, self.text


def messages(package: Path = PACKAGE) -> list[Message]:
    """All messages, each once per context, in the order of the files."""
    found: dict[tuple[str, str, str], Message] = {}
    for message in (*of_toml(package), *of_python(package)):
        found.setdefault((message.domain, *message.key), message)
    return list(found.values())


def of_toml(package: Path = PACKAGE) -> Iterator[Message]:
    """Texts of TOML files. A file that does not parse is left out: `guide check` reports it."""
    for kind in READ:
        for path in sorted(package.glob(kind.files)):
            try:
                data = tomllib.loads(path.read_text(encoding="utf-8"))
            except (ValueError, OSError):
                continue
            context = f"{kind.context}/{path.stem}"
            where = path.relative_to(package).as_posix()
            for key, text, _path in texts(data, kind.keys):
                yield Message(kind.domain, f"{context}:{key}", text, where=where)


def of_python(package: Path = PACKAGE) -> Iterator[Message]:
    """Words of the program: what stands in _(), N_(), n_() and p_()."""
    for path in sorted(package.rglob("*.py")):
        where = path.relative_to(package).as_posix()
        if where == "languages/current.py":  # its examples
            continue
        for line, found, _comments, context in extract_from_file("python", path, KEYWORDS):
            text, plural = (found, "") if isinstance(found, str) else (found[0], found[1])
            if text:
                yield Message(PROGRAM, context or "", text, plural, where, line)
