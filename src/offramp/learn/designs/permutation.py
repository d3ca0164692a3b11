"""Inference by permutation: what if other units had been the treated ones?

The starts are dealt out anew over the units, all ways when they are few, else at random with a
seed. Each way gives an effect, divided by the noise that its units had before anybody was
treated. The p value is the share of ways at least as far from nothing as the real one. The
interval holds every constant effect tau that would not be rejected once taken away: effects are
linear in the data, so effect(tau) = a - tau × b for each way, and no data are drawn again.

With few units the smallest possible p is large; `smallest_p` says so.

Sources: Fisher 1935 (The Design of Experiments); Conley, Taber 2011, Review of Economics and
Statistics 93:113 (few treated units).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np

from offramp.learn.fitted import Fitted
from offramp.learn.panel import Bools, Floats, Integers

EQUAL = 1e-9
POOLED = 4.0  # a unit's noise leans on that of all with the weight of so many periods


def noise(y: Floats, before: Bools) -> Floats:
    """float[N]: variance of each unit around unit and period means before anybody is treated."""
    part = y[:, before]
    if part.shape[1] < 4:
        return np.ones(len(y))
    rest = part - part.mean(1, keepdims=True) - part.mean(0, keepdims=True) + part.mean()
    freedom = part.shape[1] - 1
    own = (rest**2).sum(axis=1)
    pooled = own.mean() / freedom
    if pooled <= 0:
        return np.ones(len(y))
    return np.asarray((own + POOLED * pooled) / (freedom + POOLED))


def assignments(starts: Integers, most: int, seed: int) -> tuple[Integers, bool]:
    """int[ways, N] with the real one first, and whether these are all ways there are."""
    ways = _number_of_ways(starts)
    if ways <= most + 1:
        real = tuple(int(s) for s in starts)
        others = [way for way in _all_ways(starts) if way != real]
        return np.array([real, *others], dtype=np.int64), True
    random = np.random.default_rng(seed)
    drawn = np.array([random.permutation(starts) for _ in range(most)], dtype=np.int64)
    return np.vstack([starts[None, :], drawn]), False


def _number_of_ways(starts: Integers) -> int:
    _, sizes = np.unique(starts, return_counts=True)
    return math.factorial(len(starts)) // math.prod(math.factorial(int(s)) for s in sizes)


def _all_ways(starts: Integers) -> list[tuple[int, ...]]:
    kinds, sizes = np.unique(starts, return_counts=True)
    ways: list[tuple[int, ...]] = []

    def deal(open_: tuple[int, ...], rest: int, dealt: dict[int, int]) -> None:
        if rest == len(kinds) - 1:
            last = {i: int(kinds[rest]) for i in open_}
            whole = dealt | last
            ways.append(tuple(whole[i] for i in range(len(starts))))
            return
        for chosen in itertools.combinations(open_, int(sizes[rest])):
            left = tuple(i for i in open_ if i not in chosen)
            deal(left, rest + 1, dealt | dict.fromkeys(chosen, int(kinds[rest])))

    deal(tuple(range(len(starts))), 0, {})
    return ways


def infer(
    y: Floats,
    treated: Floats,
    starts: Integers,
    weigh: Callable[[Integers], Floats],
    *,
    quiet: Floats,
    name: str,
    permutations: int,
    seed: int,
    level: float,
) -> Fitted:
    """`weigh`: starts -> weights; `quiet`: variance of each unit; y, treated: float[N, T]."""
    ways, exact = assignments(starts, permutations, seed)
    a, b, s = np.empty(len(ways)), np.empty(len(ways)), np.empty(len(ways))
    for i, way in enumerate(ways):
        w = weigh(way)
        a[i], b[i] = (w * y).sum(), (w * treated).sum()
        s[i] = math.sqrt(float(quiet @ (w**2).sum(axis=1))) or 1.0
    effect = float(a[0] / b[0])
    p = p_value(a, b, s, 0.0)
    smallest = smallest_p(b, s)
    low, high = interval(a, b, s, effect, 1 - level)
    rest = (a - effect * b)[1:]
    spread = float(np.std(rest / s[1:]) * s[0]) if len(rest) > 1 else math.inf
    many = "all" if exact else f"{len(ways) - 1} random"
    return Fitted(
        effect,
        low,
        high,
        p,
        spread,
        level,
        f"{name}; permutation of the starts over the units ({many} ways)",
        smallest_p=smallest,
        detail={"permutations": len(ways) - 1, "all_ways": exact},
    )


def p_value(a: Floats, b: Floats, s: Floats, tau: float) -> float:
    """Share of ways at least as far out as the real one, once an effect tau is taken away."""
    score = np.abs(a - tau * b) / s
    return float(np.mean(score >= score[0] * (1 - EQUAL)))


def smallest_p(b: Floats, s: Floats) -> float:
    """The p value of an effect without end."""
    score = np.abs(b) / s
    return float(np.mean(score >= score[0] * (1 - EQUAL)))


def interval(a: Floats, b: Floats, s: Floats, effect: float, alpha: float) -> tuple[float, float]:
    """The outermost effects that are not rejected at `alpha`; infinite where there is no end."""
    if smallest_p(b, s) > alpha:
        return -math.inf, math.inf
    reach = float(np.max(np.abs(a - effect * b) / s)) * float(s[0]) or 1e-12
    return (
        _end(a, b, s, effect, -reach, alpha),
        _end(a, b, s, effect, reach, alpha),
    )


def _end(a: Floats, b: Floats, s: Floats, effect: float, reach: float, alpha: float) -> float:
    """Walk out from the effect until nothing beyond is accepted, then close in on the end."""
    out = reach
    for _ in range(60):
        if p_value(a, b, s, effect + out) <= alpha:
            break
        out *= 2
    else:
        return math.copysign(math.inf, reach)
    grid = np.linspace(0.0, out, 201)
    held = [i for i, d in enumerate(grid) if p_value(a, b, s, effect + float(d)) > alpha]
    inside = float(grid[held[-1]]) if held else 0.0
    outside = float(grid[min((held[-1] if held else 0) + 1, len(grid) - 1)])
    for _ in range(40):
        middle = (inside + outside) / 2
        if p_value(a, b, s, effect + middle) > alpha:
            inside = middle
        else:
            outside = middle
    return effect + outside
