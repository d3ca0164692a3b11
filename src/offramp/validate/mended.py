"""A study without its faulty fields, so that the rest of it can be checked in the same round.

What is faulty is taken out, or stands as a value that nothing is to be said of.
"""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

from pydantic import ValidationError

from offramp.catalogue.toml_file import TomlFile
from offramp.catalogue.toml_lines import Keys
from offramp.validate.schema import Study

ROUNDS = 8  # a field taken out may leave its table with another fault
TEXT = "left out"
PUBLISHED = {"value": 1.0, "source": TEXT}
LEVER = {"parameter": "kit_rate", "moves": "add", "value": 0.0}
STANDS: dict[Keys, Any] = {  # "arm": of either side; 0: of any entry of a list
    ("id",): "a",
    ("title",): TEXT,
    ("kind",): "replication",
    ("says",): TEXT,
    ("fixed",): date(2000, 1, 1),
    ("cohort",): {"of": "everyone"},
    ("cohort", "of"): "everyone",
    ("run",): {"weeks": 1040},
    ("run", "weeks"): 1040,
    ("arm", "options", 0): "",
    ("arm", "levers", 0): LEVER,
    ("arm", "levers", 0, "parameter"): LEVER["parameter"],
    ("arm", "levers", 0, "moves"): LEVER["moves"],
    ("result",): {
        "measure": "overdoses", "form": "level", "denominator": TEXT, "direction": "either",
        "published": PUBLISHED,
    },
    ("result", "measure"): "overdoses",
    ("result", "form"): "level",
    ("result", "denominator"): TEXT,
    ("result", "direction"): "either",
    ("result", "published"): PUBLISHED,
    ("result", "published", "source"): TEXT,
}  # fmt: skip


def mended(file: TomlFile) -> tuple[Study | None, set[Keys]]:
    """The study, and the keys of what was taken out; None where too much of it is wrong."""
    data = deepcopy(file.data)
    touched: set[Keys] = set()
    for _ in range(ROUNDS):
        try:
            return Study.model_validate(data, strict=True), touched
        except ValidationError as error:
            for found in error.errors(include_url=False):
                keys = tuple(key for key in found["loc"] if key != "[key]")
                if found["type"] != "extra_forbidden":  # an unknown key says nothing
                    touched.add(keys)
                _take_out(data, keys)
    return None, touched


def _take_out(data: dict[str, Any], keys: Keys) -> None:
    here: Any = data
    for depth, key in enumerate(keys, 1):
        inside = _holds(here, key)
        below: Any = here[key] if inside else None
        if depth < len(keys) and isinstance(below, dict | list) and below:
            here = below
            continue
        stands = deepcopy(STANDS.get(_place(keys[:depth])))
        if stands == LEVER and isinstance(below, dict):  # its name can still be checked
            stands["parameter"] = str(below.get("parameter", LEVER["parameter"]))
        if stands is not None:
            here[key] = stands
        elif inside and isinstance(here, dict):
            del here[key]
        return


def _holds(here: Any, key: str | int) -> bool:
    if isinstance(here, dict):
        return key in here
    return isinstance(here, list) and isinstance(key, int) and key < len(here)


def _place(path: Keys) -> Keys:
    keys = [0 if isinstance(key, int) else key for key in path]
    return tuple(
        "arm" if k in ("comparator", "change") and not i else k for i, k in enumerate(keys)
    )
