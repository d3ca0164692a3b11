"""The detectors under one roof: a score for each watched period, and the limit it is held to.

The limit is not chosen by hand: `budget` sets it so that false alarms stay within what the user
can bear.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from offramp.learn.alerts import cusum, ears, farrington
from offramp.learn.alerts.farrington import Settings
from offramp.learn.panel import Bools, Floats

Detector = Literal["farrington", "cusum", "c1", "c2", "c3"]
DETECTORS: dict[str, str] = {
    "farrington": "this period against the same time of earlier years (flexible Farrington)",
    "cusum": "small rises that last, added up (negative-binomial CUSUM)",
    "c1": "this period against the seven before (EARS C1)",
    "c2": "this period against seven before, two left out (EARS C2)",
    "c3": "as C2, three periods added up (EARS C3)",
}
LEAST: dict[str, float] = {  # limits are never lower, whatever the budget: 1 in 20 by chance
    "farrington": float(-np.log(0.05)),
    "cusum": 1.0,
    "c1": 1.645,
    "c2": 1.645,
    "c3": 1.645,
}
NEVER = -np.inf  # the score of a period that cannot alarm
CERTAIN = 1e-300


@dataclass(frozen=True)
class Scores:
    """For S series and W watched periods, float[S, W] each: score (higher is further out), the
    usual mean, and phi (variance over mean) or, for EARS, the spread."""

    detector: Detector
    score: Floats
    mean: Floats
    spread: Floats


def scores(
    counts: Floats, watched: Sequence[int], detector: Detector, settings: Settings
) -> Scores:
    """counts: float[S, T], NaN where not known; watched: places in T, in order."""
    parts = [_one(counts, at, detector, settings) for at in watched]
    score, mean, spread = (np.column_stack(list(column)) for column in zip(*parts, strict=True))
    if detector == "cusum":
        alpha = np.maximum(spread - 1, 0) / np.maximum(mean, 1e-12)
        score = cusum.steps(counts[:, list(watched)], mean, alpha)
    return Scores(detector, score, mean, spread)


def _one(
    counts: Floats, at: int, detector: Detector, settings: Settings
) -> tuple[Floats, Floats, Floats]:
    here = counts[:, at]
    if detector in ears.GAPS:
        mean, spread = ears.usual(counts, at, detector)
        score = ears.score(counts, at, detector)
    else:
        found = farrington.expected(counts, at, settings)
        mean, spread = found.mean, found.phi
        p = farrington.chance_of_more(np.nan_to_num(here), mean, spread)
        score = -np.log(np.maximum(p, CERTAIN))
    can = np.isfinite(here) & np.isfinite(score) & (here > mean)
    can &= farrington.enough(counts, at, settings)
    return np.where(can, score, NEVER), mean, spread


def alarms(found: Scores, limit: float) -> Bools:
    """bool[S, W]: above the usual range."""
    if found.detector == "cusum":
        return cusum.run(found.score, limit)[1]
    return np.asarray(found.score >= limit)


def usual_range(found: Scores, limit: float) -> tuple[Floats, Floats]:
    """float[S, W] each: the lowest and highest usual count. For the CUSUM the range that holds
    19 of 20 counts, as its alarms rest on several periods together."""
    if found.detector in ears.GAPS:
        reach = limit * found.spread
        return np.maximum(np.ceil(found.mean - reach), 0), np.maximum(
            np.ceil(found.mean + reach) - 1, 0
        )
    tail = 0.025 if found.detector == "cusum" else float(np.exp(-limit))
    low = farrington.quantile(tail, found.mean, found.spread)
    high = farrington.quantile(1 - tail, found.mean, found.spread)
    return low, high
