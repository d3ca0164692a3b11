"""Coordinates become areas and are not kept.

With a map of areas (GeoJSON) the area is the polygon that holds the point; without one it is a
square of a tenth of a degree, about 7 by 11 km in London: enough to see a pattern, too coarse to
find a door.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from offramp.catalogue.problems import InputError, Problem
from offramp.data.words import category

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

NAMES = ("name", "NAME", "LSOA11NM", "LAD13NM", "DIST_NUM", "id", "ID")


@dataclass(frozen=True)
class AreaMap:
    """Polygons by name: rings of (longitude, latitude), the outer ring and its holes alike."""

    names: tuple[str, ...]
    rings: tuple[tuple[np.ndarray, ...], ...]


def read_areas(path: Path, name_field: str | None = None) -> AreaMap:
    """Read polygons of a GeoJSON file. Raises InputError with every feature at fault."""
    import numpy as np

    shown = str(path)
    if not path.exists():
        raise InputError(Problem(shown, 0, "", "does not exist", "check the path"))
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
        features = data["features"]
    except (ValueError, KeyError, TypeError):
        raise InputError(Problem(shown, 0, "", "is not GeoJSON", "a FeatureCollection")) from None
    names: list[str] = []
    rings: list[tuple[np.ndarray, ...]] = []
    problems: list[Problem] = []
    for number, feature in enumerate(features, 1):
        try:
            known = feature["properties"]
            field = name_field or next(name for name in NAMES if name in known)
            names.append(str(known[field]))
            shape: dict[str, Any] = feature["geometry"]
            many = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
            if shape["type"] not in ("Polygon", "MultiPolygon"):
                raise KeyError("type")
            rings.append(tuple(np.asarray(ring, float)[:, :2] for part in many for ring in part))
        except (KeyError, TypeError, ValueError, StopIteration, IndexError):
            right = "a polygon with a name; --area-name says which property holds it"
            problems.append(Problem(shown, 0, f"features[{number}]", "is no named polygon", right))
    if problems:
        raise InputError(problems)
    return AreaMap(tuple(names), tuple(rings))


def areas_of(latitude: pd.Series, longitude: pd.Series, areas: AreaMap | None) -> pd.Series:
    """The area of each point; "unknown" where there is none."""
    import numpy as np

    lat, lon = latitude.to_numpy(float), longitude.to_numpy(float)
    known = np.isfinite(lat) & np.isfinite(lon)
    if areas is None:
        south, west = np.floor(lat[known] * 10), np.floor(lon[known] * 10)
        cell, number = np.unique(south * 10_000 + west, return_inverse=True)
        rows = np.round(cell / 10_000)
        columns = cell - rows * 10_000
        names = [f"{r / 10:.1f},{c / 10:.1f}" for r, c in zip(rows, columns, strict=True)]
        codes = np.full(len(lat), len(names), dtype="int32")
        codes[known] = number
        return category(codes, [*names, "unknown"], latitude.index)
    codes = np.full(len(lat), len(areas.names), dtype="int32")
    for at, rings in enumerate(areas.rings):
        inside = np.zeros(len(lat), dtype=bool)
        for ring in rings:
            inside ^= _inside(lon, lat, ring)
        codes[inside & known] = at
    kinds = [*dict.fromkeys(areas.names), "unknown"]
    place = np.array([kinds.index(name) for name in (*areas.names, "unknown")])
    return category(place[codes], kinds, latitude.index)


def _inside(x: np.ndarray, y: np.ndarray, ring: np.ndarray) -> np.ndarray:
    """Even-odd rule, one edge at a time."""
    import numpy as np

    inside = np.zeros(len(x), dtype=bool)
    for (x0, y0), (x1, y1) in itertools.pairwise(ring):
        if y0 != y1:
            crosses = (y0 > y) != (y1 > y)
            inside ^= crosses & (x < (x1 - x0) * (y - y0) / (y1 - y0) + x0)
    return inside
