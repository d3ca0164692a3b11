"""Put an entry into one `[[people.groups]]` of place.toml without touching anything else."""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from offramp.place.write import toml_key, toml_value

HEADER = re.compile(r"^\s*\[\[\s*people\.groups\s*\]\]\s*(#.*)?$")
ANY_HEADER = re.compile(r"^\s*\[")


def with_group_entry(text: str, group: str, key: str, value: Mapping[str, Any]) -> str | None:
    """The text with `key = value` in the group of this name; None when that is not safe.

    Safe means: read back, the file says what it said before and the new entry, nothing else."""
    wanted = tomllib.loads(text)
    own = [one for one in wanted.get("people", {}).get("groups", []) if one.get("name") == group]
    if len(own) != 1:
        return None
    own[0][key] = copy.deepcopy(dict(value))
    lines = text.split("\n")
    entry = f"{toml_key(key)} = {toml_value(value)}"
    for start in (i for i, line in enumerate(lines) if HEADER.match(line)):
        following = range(start + 1, len(lines))
        end = next((i for i in following if ANY_HEADER.match(lines[i])), len(lines))
        attempt = _changed(lines, start + 1, end, key, entry)
        if _says(attempt, wanted):
            return attempt
    return None


def _changed(lines: list[str], start: int, end: int, key: str, entry: str) -> str:
    same = re.compile(rf"^\s*{re.escape(key)}\s*=")
    for at in range(start, end):
        if same.match(lines[at]):
            return "\n".join([*lines[:at], entry, *lines[at + 1 :]])
    used = [i for i in range(start, end) if lines[i].strip() and lines[i].lstrip()[0] != "#"]
    at = used[-1] + 1 if used else start
    return "\n".join([*lines[:at], entry, *lines[at:]])


def _says(text: str, wanted: Mapping[str, Any]) -> bool:
    try:
        return tomllib.loads(text) == wanted
    except tomllib.TOMLDecodeError:
        return False
