"""Negative-binomial CUSUM: small rises that last, added up.

S_t = max(0, S_{t-1} + l_t), where l_t is the log-likelihood ratio of the count under a mean
`rise` times the expected against the expected mean; after an alarm the sum starts again at 0.
With variance mu + alpha mu^2:

l_t = y log(rise) - (y + 1/alpha) log((1 + alpha rise mu) / (1 + alpha mu)), and
l_t = y log(rise) - (rise - 1) mu for alpha = 0.

Source: Höhle, Paul 2008, Computational Statistics & Data Analysis 52:4357. Agrees with
algo.glrnb of R's surveillance for a known change (tests/oracles/alerts.R).
"""

from __future__ import annotations

import numpy as np

from offramp.learn.panel import Bools, Floats

RISE = 1.5


def steps(counts: Floats, mean: Floats, alpha: Floats, rise: float = RISE) -> Floats:
    """l_t for counts and means float[S, T]; alpha broadcasts. Unknown counts add nothing."""
    y = np.nan_to_num(counts)
    many = alpha > 1e-12
    a = np.where(many, alpha, 1.0)
    nb = y * np.log(rise) - (y + 1 / a) * np.log((1 + a * rise * mean) / (1 + a * mean))
    found = np.where(many, nb, y * np.log(rise) - (rise - 1) * mean)
    return np.asarray(np.where(np.isfinite(counts), found, 0.0))


def run(l: Floats, threshold: float) -> tuple[Floats, Bools]:  # noqa: E741 (the formula's letter)
    """Sums and alarms, float[S, T] and bool[S, T], starting from 0."""
    total = np.zeros(len(l))
    sums, alarms = np.empty(l.shape), np.zeros(l.shape, dtype=bool)
    for t in range(l.shape[1]):
        total = np.maximum(0.0, total + l[:, t])
        sums[:, t] = total
        alarms[:, t] = total >= threshold
        total = np.where(alarms[:, t], 0.0, total)
    return sums, alarms
