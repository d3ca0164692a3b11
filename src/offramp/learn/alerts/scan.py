"""Prospective space-time permutation scan: a cluster that is alive now, wherever it is.

Each candidate is a circle of areas (one area and its nearest neighbours) over the last 1 to D
periods. What is expected in it comes from the counts alone: (cases of its areas in all periods ×
cases of all areas in its periods) / all cases, so that no populations are needed and neither a
busy area nor a busy week is a cluster by itself. With c cases, mu expected and C cases in all,
the score of a circle with c > mu is

    c log(c / mu) + (C - c) log((C - c) / (C - mu)).

p value: the periods of the cases are dealt out anew among them, many times; the share of times
that the largest score is at least that of the data. One analysis a period at p <= budget / periods
in a year gives the budget of false alarms a year.

Source: Kulldorff et al. 2005, PLoS Medicine 2(3):e59.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

import numpy as np

from offramp.learn.panel import Floats, Integers

EARTH = 6371.0  # km


@dataclass(frozen=True)
class Cluster:
    """areas: places in the list of areas, nearest to the middle first; periods: how many, up to
    now; cases, expected: in it; p: see above."""

    areas: tuple[int, ...]
    periods: int
    cases: int
    expected: float
    p: float
    score: float


@dataclass(frozen=True)
class _Candidates:
    """order: int[N, K], each area's neighbours, nearest first; mean, lift, base: float[D, N, K],
    what is expected and the parts of the score that no shuffle changes. base is -inf where no
    circle may end (areas at one distance come together)."""

    order: Integers
    mean: Floats
    lift: Floats
    base: Floats


def distances(latitude: Floats, longitude: Floats) -> Floats:
    """float[N, N] in km, along the surface."""
    lat, lon = np.radians(latitude), np.radians(longitude)
    a = np.sin((lat[:, None] - lat[None, :]) / 2) ** 2
    b = np.cos(lat[:, None]) * np.cos(lat[None, :])
    a = a + b * np.sin((lon[:, None] - lon[None, :]) / 2) ** 2
    return np.asarray(2 * EARTH * np.arcsin(np.sqrt(np.clip(a, 0, 1))))


def scan(
    counts: Integers,
    away: Floats,
    *,
    longest: int = 4,
    most_areas: float = 0.5,
    permutations: int = 999,
    seed: int = 1,
) -> Cluster | None:
    """The likeliest cluster that is alive in the last period; None when there is none at all.

    counts: int[N, T], areas and periods; away: float[N, N], distances between areas;
    most_areas: a circle holds at most this share of the areas, and of the cases at most half.
    """
    counts = np.asarray(counts, dtype=np.int64)
    total = int(counts.sum())
    recent = _recent(counts, longest)
    if total == 0 or recent[-1].sum() == 0:
        return None
    table = _x_log_x(total)
    chosen = _candidates(counts, away, longest, most_areas)
    score = _scores(recent, chosen, table)
    at = np.unravel_index(int(np.argmax(score)), score.shape)
    best = float(score[at])
    if best <= 0:
        return None
    random = np.random.default_rng(seed)
    in_area, in_period = counts.sum(axis=1), counts.sum(axis=0)
    as_high, most = 1, largest()
    for _ in range(permutations):
        drawn = _shuffled(random, in_area, in_period, longest)
        parts = (drawn, chosen.order, chosen.mean, chosen.lift, chosen.base, table)
        as_high += most(*parts) >= best * (1 - 1e-9)
    length, middle, last = (int(v) for v in at)
    areas = tuple(int(a) for a in chosen.order[middle, : last + 1])
    cases = int(recent[length, list(areas)].sum())
    mean = float(chosen.mean[length, middle, last])
    return Cluster(areas, length + 1, cases, mean, as_high / (permutations + 1), best)


def _recent(counts: Integers, longest: int) -> Integers:
    """int[D, N]: cases in the last 1, 2, ... D periods."""
    length = min(longest, counts.shape[1] - 1)
    return np.asarray(np.cumsum(counts[:, ::-1][:, :length], axis=1).T)


def _candidates(counts: Integers, away: Floats, longest: int, most_areas: float) -> _Candidates:
    number, total = len(counts), int(counts.sum())
    most = max(int(number * most_areas), 1)
    order = np.argsort(away, axis=1, kind="stable")[:, : most + 1]
    far = np.take_along_axis(away, order, axis=1)
    ends = np.ones(order.shape, dtype=bool)
    ends[:, :-1] = far[:, 1:] > far[:, :-1] * (1 + 1e-12)
    order, ends = order[:, :most], ends[:, :most]
    in_areas = np.cumsum(counts.sum(axis=1)[order], axis=1)
    ends = ends & (2 * in_areas <= total)
    in_periods = np.cumsum(counts.sum(axis=0)[::-1])[: min(longest, counts.shape[1] - 1)]
    mean = in_areas[None, :, :] * in_periods[:, None, None] / total
    inside = np.clip(mean, 1e-12, total - 1e-9)
    lift = np.log(inside) - np.log(total - inside)
    base = -total * np.log(total - inside)
    base = np.where(ends[None] & (mean > 0), base, -np.inf)
    return _Candidates(order, mean, lift, base)


def _x_log_x(total: int) -> Floats:
    """For c = 0 ... C: c log c + (C - c) log(C - c)."""
    x = np.arange(total + 1, dtype=np.float64)
    x[1:] *= np.log(x[1:])
    return np.asarray(x + x[::-1])


def _scores(recent: Integers, chosen: _Candidates, table: Floats) -> Floats:
    """float[D, N, K]; 0 where there are no more cases than expected.

    c log(c / mu) + (C - c) log((C - c) / (C - mu)) = table[c] - c lift + base"""
    cases = np.cumsum(recent[:, chosen.order], axis=2)
    score = table[cases] - cases * chosen.lift + chosen.base
    return np.asarray(np.where(cases > chosen.mean, score, 0.0).clip(0.0))


Largest = Callable[[Integers, Integers, Floats, Floats, Floats, Floats], float]


@lru_cache(maxsize=1)
def largest() -> Largest:
    """The largest score of a shuffle: compiled where numba is there (several times faster)."""
    try:
        from numba import njit
    except ImportError:
        return largest_in_numpy
    return cast("Largest", njit(_largest_in_loops))


def largest_in_numpy(
    recent: Integers, order: Integers, mean: Floats, lift: Floats, base: Floats, table: Floats
) -> float:
    cases = np.cumsum(recent[:, order], axis=2)
    score = table[cases]
    score -= cases * lift
    score += base
    score[cases <= mean] = 0.0
    return max(float(score.max()), 0.0)


def _largest_in_loops(
    recent: Integers, order: Integers, mean: Floats, lift: Floats, base: Floats, table: Floats
) -> float:
    best = 0.0
    for d in range(recent.shape[0]):
        for i in range(order.shape[0]):
            cases = 0
            for k in range(order.shape[1]):
                cases += recent[d, order[i, k]]
                if cases > mean[d, i, k]:
                    score = table[cases] - cases * lift[d, i, k] + base[d, i, k]
                    best = max(best, score)
    return best


def _shuffled(
    random: np.random.Generator, in_area: Integers, in_period: Integers, longest: int
) -> Integers:
    """int[D, N]: recent cases when the periods of all cases are dealt out anew."""
    left = in_area.copy()
    parts = []
    for cases in in_period[::-1][: min(longest, len(in_period) - 1)]:
        drawn = random.multivariate_hypergeometric(left, int(cases), method="marginals")
        parts.append(drawn)
        left = left - drawn
    return np.asarray(np.cumsum(np.array(parts), axis=0))
