"""Inference by wild cluster bootstrap: each unit's residuals keep or change their sign, whole.

Residuals come from the model in which the effect is what is tested (unit and period effects
only). Each draw gives an effect and its cluster-robust standard error; the p value is the share
of t statistics at least as far out as the real one. Signs are +1 or -1, all ways when they are
few; below 10 units six weights (Webb) take their place, as the ways to deal out signs run short.
With 10 units and more Webb's weights rejected somewhat more often in simulation. The interval
inverts the test.

It needs several treated and several other units: with few treated ones it rejects far too
seldom or too often; then use permutation.

Sources: Cameron, Gelbach, Miller 2008, Review of Economics and Statistics 90:414; Webb 2023,
Canadian Journal of Economics 56:839; MacKinnon, Webb 2017, Journal of Applied Econometrics
32:233 (few treated units).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np

from offramp.learn.fitted import Fitted
from offramp.learn.panel import Floats

EQUAL = 1e-9
WEBB_BELOW = 10
WEBB: Floats = np.array(
    [-math.sqrt(1.5), -1.0, -math.sqrt(0.5), math.sqrt(0.5), 1.0, math.sqrt(1.5)]
)


def two_way(y: Floats) -> Floats:
    """y without unit and period means (a balanced table)."""
    flat: Floats = y - y.mean(1, keepdims=True) - y.mean(0, keepdims=True) + y.mean()
    return flat


def signs(number: int, draws: int, seed: int, *, webb: bool | None = None) -> Floats:
    """float[draws, number]: the multipliers of the units."""
    random = np.random.default_rng(seed)
    if webb is None:
        webb = number < WEBB_BELOW
    if webb:
        drawn: Floats = random.choice(WEBB, size=(draws, number))
        return drawn
    if 2**number <= draws + 1:
        every = list(itertools.product((1.0, -1.0), repeat=number))
        return np.array(every, dtype=np.float64)
    return np.where(random.random((draws, number)) < 0.5, -1.0, 1.0)


def infer(
    y: Floats,
    treated: Floats,
    weights: Floats,
    *,
    name: str,
    draws: int,
    seed: int,
    level: float,
    webb: bool | None = None,
) -> Fitted:
    """y, treated, weights: float[N, T]; the effect is sum(weights × y)."""
    scale = float((weights * treated).sum())
    w = weights / scale
    effect = float((w * y).sum())
    g = signs(len(y), draws, seed, webb=webb)
    flat = two_way(treated)
    rest = two_way(y) - effect * flat
    spread = _robust(w, rest)

    def p_of(tau: float) -> float:
        return _p(y - tau * treated, flat, w, g, (effect - tau) / spread)

    low = _end(p_of, effect, -spread, 1 - level)
    high = _end(p_of, effect, spread, 1 - level)
    return Fitted(
        effect,
        low,
        high,
        p_of(0.0),
        spread,
        level,
        f"{name}; wild bootstrap over the units ({len(g)} draws)",
        smallest_p=1 / len(g),
        detail={"draws": len(g), "t": effect / spread},
    )


def _robust(w: Floats, rest: Floats) -> float:
    number = len(rest)
    # the usual correction of a cluster-robust variance; it cancels in the bootstrap
    correct = number / (number - 1)
    return math.sqrt(correct * float(((w * rest).sum(axis=1) ** 2).sum())) or 1e-300


def _p(y: Floats, flat: Floats, w: Floats, g: Floats, t: float) -> float:
    number = len(y)
    rest = two_way(y)
    cross = w @ rest.T  # [i, j]: sum over periods of unit i's weights × unit j's residuals
    own = np.diag(cross)
    drawn = g @ own  # the effect in each draw
    parts = g * own[None, :] - (g @ cross.T) / number
    parts -= drawn[:, None] * (w * flat).sum(axis=1)[None, :]
    spread = np.sqrt(number / (number - 1) * (parts**2).sum(axis=1))
    spread[spread == 0] = 1e-300
    return float(np.mean(np.abs(drawn / spread) >= abs(t) * (1 - EQUAL)))


def _end(p_of: Callable[[float], float], effect: float, step: float, alpha: float) -> float:
    inside, outside = 0.0, 2 * step
    for _ in range(40):
        if p_of(effect + outside) <= alpha:
            break
        inside, outside = outside, outside * 2
    else:
        return math.copysign(math.inf, step)
    for _ in range(30):
        middle = (inside + outside) / 2
        if p_of(effect + middle) > alpha:
            inside = middle
        else:
            outside = middle
    return effect + outside
