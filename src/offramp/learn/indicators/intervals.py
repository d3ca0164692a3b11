"""Ranges and comparisons of counts. Every function takes plain numbers and returns plain numbers.

- a share k of n: Wilson 1927, the score interval;
- a count k over an exposure t: exact Poisson (Garwood 1936);
- two rates: exact, given the sum (the first count is then binomial; Clopper and Pearson 1934);
- two shares: their difference by Newcombe 1998 (method 10), their ratio by its log and standard
  error (Katz 1978), p by the score test.

They say what chance in counting does, and nothing else: seasons, clusters and changes of recording
are not in them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

Z95 = 1.959963984540054


@dataclass(frozen=True)
class Span:
    """A middle value and its 95% range; high is infinite where nothing bounds it."""

    mid: float
    low: float
    high: float


@dataclass(frozen=True)
class Against:
    """One number against another. ratio: None where the other is 0. difference: of shares only.

    p: two-sided."""

    ratio: Span | None
    difference: Span | None
    p: float


def wilson(k: float, n: float) -> Span:
    """A share. k and n may be weighted numbers (Kish's effective number). n must be above 0."""
    z2 = Z95 * Z95
    p = k / n
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    low = 0.0 if k == 0 else max(0.0, middle - half)
    high = 1.0 if k == n else min(1.0, middle + half)
    return Span(p, low, high)


def poisson(k: int, exposure: float) -> Span:
    """Events for each unit of exposure."""
    from scipy.special import gammaincinv

    low = float(gammaincinv(k, 0.025)) if k else 0.0
    high = float(gammaincinv(k + 1, 0.975))
    return Span(k / exposure, low / exposure, high / exposure)


def rates(k1: int, t1: float, k0: int, t0: float) -> Against:
    """The rate k1 / t1 against k0 / t0."""
    from scipy.special import betaincinv

    n = k1 + k0
    if n == 0:
        return Against(None, None, 1.0)
    low = float(betaincinv(k1, k0 + 1, 0.025)) if k1 else 0.0
    high = float(betaincinv(k1 + 1, k0, 0.975)) if k0 else 1.0
    scale = t0 / t1
    ratio = None
    if k0:
        ends = [share / (1 - share) * scale if share < 1 else math.inf for share in (low, high)]
        ratio = Span(k1 / k0 * scale, ends[0], ends[1])
    return Against(ratio, None, _binomial_p(k1, n, t1 / (t1 + t0)))


def _binomial_p(k: int, n: int, p: float) -> float:
    """Two-sided: twice the smaller tail, at most 1."""
    from scipy.special import bdtr, bdtrc

    below = float(bdtr(k, n, p))
    above = float(bdtrc(k - 1, n, p)) if k else 1.0
    return min(1.0, 2 * min(below, above))


def shares(k1: float, n1: float, k0: float, n0: float) -> Against:
    """The share k1 of n1 against k0 of n0."""
    one, other = wilson(k1, n1), wilson(k0, n0)
    gap = one.mid - other.mid
    low = gap - math.hypot(one.mid - one.low, other.high - other.mid)
    high = gap + math.hypot(one.high - one.mid, other.mid - other.low)
    ratio = None
    if k0 > 0:
        middle = one.mid / other.mid
        if k1 > 0:
            spread = Z95 * math.sqrt(max(0.0, 1 / k1 - 1 / n1 + 1 / k0 - 1 / n0))
            ratio = Span(middle, middle * math.exp(-spread), middle * math.exp(spread))
        else:
            ratio = Span(0.0, 0.0, one.high / other.low if other.low else math.inf)
    pooled = (k1 + k0) / (n1 + n0)
    error = math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n0))
    p = math.erfc(abs(gap) / error / math.sqrt(2)) if error else 1.0
    return Against(ratio, Span(gap, low, high), p)
