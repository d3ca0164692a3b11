"""What a rise is made of: substances, and areas that may be named. Never people.

Over the last periods up to the alert each part is held against its own mean of the year before.
A part is named when it is above that by more than chance (Poisson, the chance divided by how many
parts were looked at).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from offramp.learn.alerts.series import REST, Watched

LUCK = 0.05
PERIODS = {"week": 4, "month": 2}
MOST = 3


@dataclass(frozen=True)
class Driver:
    """kind: substance or area; cases and expected over the last `periods`."""

    kind: str
    name: str
    cases: int
    expected: float
    periods: int


def drivers(of: Watched, at: int, parts: Sequence[Watched]) -> list[Driver]:
    """Parts of `of` that rose up to period `at`, clearest first. parts: series of the same
    measure and definition, by area or by substance."""
    number, year = PERIODS[of.kind], {"week": 52, "month": 12}[of.kind]
    usable = [p for p in parts if p.area != REST and p.kind == of.kind]
    found: list[tuple[float, Driver]] = []
    for part in usable:
        end = at + of.first - part.first
        before, now = (
            _sum(part, end - number - year + 1, end - number),
            _sum(part, end - number + 1, end),
        )
        if before is None or now is None:
            continue
        expected = max(before, 0.5) * number / year
        p = float(stats.poisson.sf(now - 1, expected))
        if p <= LUCK / len(usable):
            kind, name = ("area", part.area) if part.area else ("substance", part.substance)
            found.append((p, Driver(kind, name, int(now), round(expected, 1), number)))
    return [driver for _, driver in sorted(found, key=lambda one: one[0])[:MOST]]


def _sum(series: Watched, begin: int, end: int) -> float | None:
    if begin < 0 or end >= len(series.counts):
        return None
    part = series.counts[begin : end + 1]
    return float(part.sum()) if np.isfinite(part).all() else None
