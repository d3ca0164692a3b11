"""Many comparisons at once, and comparisons within strata.

- `adjusted`: Benjamini and Hochberg 1995: of the comparisons that are called a difference at
  q <= 0.05, one in twenty is expected to be chance.
- `stratified`: ratio of two shares within strata by Mantel and Haenszel, with the variance of
  Greenland and Robins 1985.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from offramp.learn.indicators.intervals import Z95, Span


def adjusted(p: Sequence[float]) -> list[float]:
    """q values, in the order given."""
    order = sorted(range(len(p)), key=lambda i: p[i])
    q = [0.0] * len(p)
    least = 1.0
    for rank in range(len(p), 0, -1):
        at = order[rank - 1]
        least = min(least, p[at] * len(p) / rank)
        q[at] = least
    return q


@dataclass(frozen=True)
class Stratum:
    """Of one stratum: k of n in the group, k0 of n0 in the group of reference."""

    k: int
    n: int
    k0: int
    n0: int


@dataclass(frozen=True)
class Within:
    """The ratio within strata; used: how many strata hold both groups; p: two-sided."""

    ratio: Span
    p: float
    used: int


def stratified(strata: Sequence[Stratum]) -> Within | None:
    """None when no stratum can compare the two."""
    both = [s for s in strata if s.n and s.n0]
    up = sum(s.k * s.n0 / (s.n + s.n0) for s in both)
    down = sum(s.k0 * s.n / (s.n + s.n0) for s in both)
    if not up or not down:
        return None
    top = sum(
        ((s.k + s.k0) * s.n * s.n0 - s.k * s.k0 * (s.n + s.n0)) / (s.n + s.n0) ** 2 for s in both
    )
    middle, error = up / down, math.sqrt(top / (up * down))
    if not error:
        return None
    p = math.erfc(abs(math.log(middle)) / error / math.sqrt(2))
    ends = [middle * math.exp(sign * Z95 * error) for sign in (-1, 1)]
    return Within(Span(middle, ends[0], ends[1]), p, len(both))
