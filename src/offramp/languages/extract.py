"""Every text to be translated, as it stands in the code and the TOML files now (for developers).

For TOML files by the keys that `toml_texts` names; for Python by the syntax tree, because the
words of pages stand inside f-strings, which Babel's own extractor does not see before Python 3.12.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from offramp.languages.current import PROGRAM
from offramp.languages.toml_texts import PACKAGE, READ, texts

SCHEMA = "place/schema.py"
DESCRIBED = ("count", "share")  # helpers of the schema whose first argument describes a field


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
    """Words of the program: what stands in _(), N_(), n_() and p_(), also inside f-strings."""
    for path in sorted(package.rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        where = path.relative_to(package).as_posix()
        speaks = "offramp.languages" in source or where == SCHEMA
        if not speaks or where == "languages/current.py":
            continue
        calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
        if where == SCHEMA:
            yield from _descriptions(calls, where)
        for call in sorted(calls, key=lambda one: (one.lineno, one.col_offset)):
            name = call.func.id if isinstance(call.func, ast.Name) else ""
            told = [_text(one) for one in call.args[:2]]
            if name in ("_", "N_") and told and told[0]:
                yield Message(PROGRAM, "", told[0], "", where, call.lineno)
            elif name == "n_" and len(told) == 2 and told[0] and told[1]:
                yield Message(PROGRAM, "", told[0], told[1], where, call.lineno)
            elif name == "p_" and len(told) == 2 and told[1]:
                yield Message(PROGRAM, told[0] or "", told[1], "", where, call.lineno)


def _descriptions(calls: list[ast.Call], where: str) -> Iterator[Message]:
    """What the fields of a place mean: `description=` and the helpers that take it first."""
    for call in calls:
        found = [_text(word.value) for word in call.keywords if word.arg == "description"]
        if isinstance(call.func, ast.Name) and call.func.id in DESCRIBED and call.args:
            found.append(_text(call.args[0]))
        for text in filter(None, found):
            yield Message(PROGRAM, "", text, "", where, call.lineno)


def _text(node: ast.expr) -> str:
    """A text that stands in the code; "" for anything that is only known at run time."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
