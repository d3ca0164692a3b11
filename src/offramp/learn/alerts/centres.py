"""Where areas lie, for the scan: a CSV file with the columns area, latitude, longitude.

Middles of areas, not of people. They are used for distances and are not kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from offramp.catalogue.problems import InputError, Problem
from offramp.learn.alerts.scan import distances
from offramp.learn.indicators.who import slug
from offramp.learn.panel import Floats, need_columns, read_rows


def read_centres(path: Path) -> dict[str, tuple[float, float]]:
    """(latitude, longitude) by slug of the area. InputError with every row at fault."""
    shown = str(path)
    header, lines = read_rows(path, shown)
    need_columns(header, ["area", "latitude", "longitude"], shown)
    at = {name: header.index(name) for name in header}
    found: dict[str, tuple[float, float]] = {}
    problems: list[Problem] = []
    for line, row in lines:
        both = []
        for name, most in (("latitude", 90.0), ("longitude", 180.0)):
            try:
                value = float(row[at[name]])
            except ValueError:
                value = float("nan")
            if not abs(value) <= most:
                right = f"it must be a number from -{most:g} to {most:g}"
                problems.append(Problem(shown, line, name, f'is "{row[at[name]][:40]}"', right))
            both.append(value)
        area = slug(row[at["area"]])
        if area in found:
            problem = f'"{row[at["area"]]}" stands there twice'
            problems.append(Problem(shown, line, "area", problem, "keep one row for each area"))
        found[area] = (both[0], both[1])
    if problems:
        raise InputError(problems)
    return found


def apart(areas: list[str], centres: dict[str, tuple[float, float]], shown: str) -> Floats:
    """float[N, N] in km. InputError naming every area without a middle."""
    missing = [name for name in areas if slug(name) not in centres]
    if missing:
        raise InputError(
            Problem(shown, 0, "area", f'"{name}" is missing', "add a row with its middle")
            for name in missing
        )
    both = np.array([centres[slug(name)] for name in areas])
    return distances(both[:, 0], both[:, 1])
