"""The answer of `offramp place check`: is the place right, and if not, where is it wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from offramp.catalogue.problems import InputError
from offramp.place.load import LoadedPlace, load


def checked(folder: Path) -> tuple[dict[str, Any], LoadedPlace | None]:
    """`{"ok", "problems"}`, and the place when nothing is wrong with it."""
    try:
        loaded = load(folder)
    except InputError as error:
        return {"ok": False, "problems": [p.as_dict() for p in error.problems]}, None
    return {"ok": True, "problems": []}, loaded
