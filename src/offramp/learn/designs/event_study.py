"""Event study: the effect in each period before and after the start.

For each group that starts at g: the change since the period before its start (g - 1), less the
same change of units never treated (or, if there are none, not treated by then), averaged over
groups by size. The cells are those of Sun, Abraham 2021 (Journal of Econometrics 225:175) and of
Callaway, Sant'Anna 2021. Nothing is learnt from early starters about later ones.

Ranges come from how much the same change differs among the comparison units; they are for the
eye. The answer of the study rests on the permutation of the starts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from offramp.learn.panel import NEVER, Floats, Panel


@dataclass(frozen=True)
class Point:
    """Effect `periods` after the start (negative: before it), on the scale of the analysis."""

    periods: int
    effect: float
    low: float
    high: float
    units: int


def fit(panel: Panel, y: Floats, *, level: float = 0.95) -> list[Point]:
    """One point for each distance to the start that the data hold."""
    sums: dict[int, list[tuple[int, float, float, int]]] = {}
    never = panel.starts == NEVER
    for g in np.unique(panel.starts[~never]):
        before = np.flatnonzero(panel.periods < g)
        if not len(before):
            continue
        group = panel.starts == g
        for t in range(len(panel.periods)):
            distance = int(panel.periods[t] - g)
            late = max(panel.periods[t], g)
            control = never if never.any() else panel.starts > late
            if not control.any():
                continue
            change = y[:, t] - y[:, before[-1]]
            effect = float(change[group].mean() - change[control].mean())
            size, others = int(group.sum()), int(control.sum())
            variance = float(np.var(change[control], ddof=1)) if others > 1 else math.nan
            variance *= 1 / size + 1 / others
            sums.setdefault(distance, []).append((size, effect, variance, others))
    return [_point(distance, sums[distance], level) for distance in sorted(sums)]


def _point(distance: int, parts: list[tuple[int, float, float, int]], level: float) -> Point:
    total = sum(size for size, *_ in parts)
    effect = sum(size * value for size, value, *_ in parts) / total
    variance = sum((size / total) ** 2 * v for size, _, v, _ in parts)
    freedom = max(min(others for *_, others in parts) - 1, 1)
    half = float(stats.t.ppf(0.5 + level / 2, freedom)) * math.sqrt(variance)
    return Point(distance, effect, effect - half, effect + half, total)
