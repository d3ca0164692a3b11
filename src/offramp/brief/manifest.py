"""manifest.json: what a briefing was made from, so that it can be made again."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from offramp.catalogue.load import Catalogue
from offramp.place.clock import today
from offramp.place.load import LoadedPlace

LIBRARIES = ("numpy", "numba", "scipy", "typst", "altair", "vl-convert-python", "openpyxl")


def manifest(
    results: Mapping[str, Any],
    place: LoadedPlace,
    catalogue: Catalogue,
    files: Mapping[str, bytes],
) -> dict[str, Any]:
    """Everything that decides the files, and their hashes.

    The only clocks: the day on which law was judged to be old or not (OFFRAMP_TODAY sets it), and
    SOURCE_DATE_EPOCH where it is given.
    """
    made: dict[str, Any] = {
        "run": results["run"],
        "version": results["version"],
        "place": {
            "name": results["place"]["name"],
            "as_of": results["place"]["as_of"],
            "hash": place.hash,
            "presets": list(place.presets),
            "presets_hash": place.presets_hash,
        },
        "law_judged_on": max(today(), place.place.as_of).isoformat(),
        "catalogue_hash": catalogue.hash,
        "seed": results["seed"],
        "draws": results["draws"],
        "people": results["people"],
        "years": results["horizon_years"],
        "options": [row["id"] for row in results["options"]],
        "comparison": results["comparison"]["id"],
        "made_with": {"python": platform.python_version()} | _libraries(),
        "files": {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)},
    }
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdigit():
        made["made_on"] = datetime.fromtimestamp(int(epoch), tz=UTC).isoformat()
    return made


def manifest_bytes(made: Mapping[str, Any]) -> bytes:
    """As it stands in the file."""
    return (json.dumps(made, ensure_ascii=False, indent=2) + "\n").encode()


def _libraries() -> dict[str, str]:
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
