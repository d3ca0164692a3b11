"""Put an answer into place.toml without touching its comments or anything else.

The change is made in the text and then read back: if the result does not say exactly what the
file said before plus the answer, nothing is changed and the caller is told.
"""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from offramp.place.write import toml_key, toml_value

_HEADER = re.compile(r"^\s*\[")


def with_entry(text: str, table: str, key: str, value: Any) -> str | None:
    """The text with `key = value` in `[table]`, replacing an entry of that name.

    None when that cannot be done safely.
    """
    wanted = tomllib.loads(text)
    wanted.setdefault(table, {})[key] = copy.deepcopy(value)
    entry = f"{toml_key(key)} = {toml_value(value)}"
    lines = text.split("\n")
    for attempt in (
        *(_replaced_line(lines, span, key, entry) for span in _spans(lines, table)),
        *(_replaced_block(lines, span, value) for span in _spans(lines, f"{table}.{key}")),
        *(_inserted(lines, span, key, entry) for span in _spans(lines, table)),
        f"{text.rstrip()}\n\n[{table}]\n{entry}\n",
    ):
        if attempt is not None and _says(attempt, wanted):
            return attempt
    return None


def with_item(text: str, table: str, item: Mapping[str, Any]) -> str | None:
    """The text with one more `[[table]]` at its end. None when that cannot be done safely."""
    wanted = tomllib.loads(text)
    wanted.setdefault(table, []).append(dict(item))
    lines = [f"{toml_key(key)} = {toml_value(value)}" for key, value in item.items()]
    attempt = "\n".join([text.rstrip(), "", f"[[{table}]]", *lines, ""])
    return attempt if _says(attempt, wanted) else None


def _says(text: str, wanted: Mapping[str, Any]) -> bool:
    try:
        return tomllib.loads(text) == wanted
    except tomllib.TOMLDecodeError:
        return False


def _spans(lines: list[str], table: str) -> Iterator[tuple[int, int]]:
    """First line after each header `[table]`, and the line of the next header.

    More than one when a text holds a line that looks like a header.
    """
    header = re.compile(rf"^\s*\[\s*{re.escape(table)}\s*\]\s*(#.*)?$")
    for start, line in enumerate(lines):
        if header.match(line):
            following = range(start + 1, len(lines))
            end = next((i for i in following if _HEADER.match(lines[i])), len(lines))
            yield start + 1, end


def _replaced_line(lines: list[str], span: tuple[int, int], key: str, entry: str) -> str | None:
    """An entry that stands on one line of the table, replaced."""
    own = re.compile(rf"^\s*{re.escape(key)}\s*=")
    for index in range(*span):
        if own.match(lines[index]):
            return "\n".join([*lines[:index], entry, *lines[index + 1 :]])
    return None


def _replaced_block(lines: list[str], span: tuple[int, int], value: Any) -> str | None:
    """An entry that has its own header `[table.key]`, replaced; comments stay."""
    if not isinstance(value, Mapping):
        return None
    start, end = span
    kept = [line for line in lines[start:end] if not line.strip() or line.lstrip().startswith("#")]
    new = [f"{toml_key(name)} = {toml_value(item)}" for name, item in value.items()]
    return "\n".join([*lines[:start], *new, *kept, *lines[end:]])


def _inserted(lines: list[str], span: tuple[int, int], key: str, entry: str) -> str | None:
    """A new entry: below its commented example if there is one, else at the end of the table."""
    start, end = span
    example = re.compile(rf"^\s*#\s*{re.escape(key)}\s*=")
    at = next((i + 1 for i in range(start, end) if example.match(lines[i])), None)
    if at is None:
        used = [i for i in range(start, end) if lines[i].strip() and lines[i].lstrip()[0] != "#"]
        at = used[-1] + 1 if used else start
    return "\n".join([*lines[:at], entry, *lines[at:]])
