"""Synthetic control: a weighted mix of other units that ran alike before.

Weights are 0 or more, add up to 1, and make the squared gap to the treated unit over the periods
before as small as possible. The effect is the mean gap after. Several treated units that start
together are taken as their mean.

Inference by placebos: each unit in turn is given the treatment. A unit's score is its mean gap
after, divided by the size of its gaps before (root mean square, RMSPE). The p value is the share
of scores at least as large as that of the treated; the interval holds every constant effect that
would not be rejected once taken away. The treated unit, freed of the effect that is tested, is
in the pool of the placebos.

Sources: Abadie, Diamond, Hainmueller 2010, Journal of the American Statistical Association
105:493; Firpo, Possebom 2018, Journal of Causal Inference 6(2) (intervals).
"""

from __future__ import annotations

import math

import numpy as np
from scipy import optimize

from offramp.learn.designs import permutation
from offramp.learn.fitted import Fitted
from offramp.learn.panel import NEVER, Bools, Floats, Panel

SUM_COUNTS = 1e4  # how heavily "add up to 1" weighs in the least squares


def fit(panel: Panel, y: Floats, *, level: float = 0.95) -> Fitted:
    """`y`: float[N, T] on the scale of the analysis; all treated units start together."""
    chosen = panel.starts != NEVER
    start = int(panel.starts[chosen][0])
    after = panel.periods >= start
    rows = np.vstack([y[chosen].mean(axis=0, keepdims=True), y[~chosen]])
    names = [" + ".join(u for u, c in zip(panel.units, chosen, strict=True) if c)]
    names += [u for u, c in zip(panel.units, chosen, strict=True) if not c]
    scores = [_placebo(rows, i, after) for i in range(len(rows))]
    # The real fit takes no part of itself; in the placebos the treated unit carries the effect.
    a, b, s = (np.array(column) for column in zip(*scores, strict=True))
    gap_after = float(a[0])
    low, high = permutation.interval(a, b, s, gap_after, 1 - level)
    w = weights(rows[1:, ~after], rows[0, ~after])
    gap = rows[0] - w @ rows[1:]
    rmspe_before = float(np.sqrt(np.mean(gap[~after] ** 2)))
    rest = (a - gap_after * b)[1:] / s[1:]
    return Fitted(
        gap_after,
        low,
        high,
        permutation.p_value(a, b, s, 0.0),
        float(np.std(rest) * s[0]) if len(rest) > 1 else math.inf,
        level,
        f"synthetic control from {len(rows) - 1} units; placebo units",
        smallest_p=permutation.smallest_p(b, s),
        detail={
            "weights": {n: float(v) for n, v in zip(names[1:], w, strict=True) if v > 1e-4},
            "rmspe_before": rmspe_before,
            "rmspe_after": float(np.sqrt(np.mean(gap[after] ** 2))),
            "rmspe_before_of_placebos": float(np.median(s[1:])) if len(s) > 1 else None,
            "p_of_rmspe_ratio": _p_of_ratio(rows, after),
            "gaps": {panel.named(t): float(g) for t, g in zip(panel.periods, gap, strict=True)},
        },
    )


def effect(panel: Panel, y: Floats) -> float:
    """The mean gap after, without inference."""
    chosen = panel.starts != NEVER
    after = panel.periods >= int(panel.starts[chosen][0])
    return _placebo(np.vstack([y[chosen].mean(axis=0, keepdims=True), y[~chosen]]), 0, after)[0]


def weights(others: Floats, target: Floats) -> Floats:
    """Weights >= 0 with sum 1 that bring `others` (float[M, T]) closest to `target` (float[T])."""
    centre = others.mean()  # with weights that add up to 1, a common level may be taken off
    scale = float(np.abs(others - centre).max()) or 1.0
    x, t = (others - centre) / scale, (target - centre) / scale
    matrix = np.vstack([x.T, SUM_COUNTS * np.ones(len(x))])
    found, _ = optimize.nnls(matrix, np.append(t, SUM_COUNTS), maxiter=50 * max(len(x), 10))
    total = float(found.sum())
    return np.asarray(found / total) if total > 0 else np.full(len(x), 1 / len(x))


def _placebo(rows: Floats, i: int, after: Bools) -> tuple[float, float, float]:
    """Mean gap after of unit i, how much of the treated unit's effect is in it, RMSPE before."""
    others = np.arange(len(rows)) != i
    w = weights(rows[others][:, ~after], rows[i, ~after])
    gap = rows[i] - w @ rows[others]
    share = 1.0 if i == 0 else -float(w[0])
    return float(gap[after].mean()), share, math.sqrt(float(np.mean(gap[~after] ** 2))) or 1e-12


def _p_of_ratio(rows: Floats, after: Bools) -> float:
    """Abadie's test: rank of RMSPE after / before; the placebos do without the treated unit."""
    ratios = []
    for i in range(len(rows)):
        others = np.arange(len(rows)) != i
        others[0] = False
        if not others.any():
            continue
        gap = rows[i] - weights(rows[others][:, ~after], rows[i, ~after]) @ rows[others]
        before = math.sqrt(float(np.mean(gap[~after] ** 2))) or 1e-12
        ratios.append(math.sqrt(float(np.mean(gap[after] ** 2))) / before)
    return float(np.mean(np.array(ratios) >= ratios[0])) if ratios else 1.0
