"""The fields of a place file as they stand, whatever else is wrong with it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from offramp.catalogue.toml_file import TomlFile

Keys = tuple[str | int, ...]
LARGEST = 1e12


def at(data: Any, keys: Keys) -> Any:
    """What stands at these keys, or None."""
    for key in keys:
        if isinstance(data, dict):
            data = data.get(key)
        elif isinstance(data, list) and isinstance(key, int) and key < len(data):
            data = data[key]
        else:
            return None
    return data


def number_at(file: TomlFile, *keys: str | int) -> float | None:
    """The number that stands at these keys, when it is one."""
    value = at(file.data, keys)
    return float(value) if is_number(value) and abs(value) <= LARGEST else None


def value_of(file: TomlFile, *keys: str | int) -> float | None:
    """The value of a figure, when it is a number."""
    return number_at(file, *keys, "value")


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def entries(file: TomlFile, name: str) -> list[Any]:
    """The entries of a list of tables."""
    found = file.data.get(name)
    return found if isinstance(found, list) else []


def walk(data: Any, keys: Keys) -> Iterator[tuple[Keys, Any]]:
    """Everything that is neither a table nor a list, with its keys."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from walk(value, (*keys, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from walk(value, (*keys, index))
    elif keys:
        yield keys, data
