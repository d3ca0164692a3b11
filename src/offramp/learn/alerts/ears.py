"""EARS: this week against the weeks just before it (C1, C2, C3). Needs no years of history.

C1 compares with the mean and spread of the seven periods before; C2 leaves two periods between;
C3 adds up by how much C2 stood more than one spread above in this and the two periods before.
A spread below `least_spread` is taken as that, or a quiet series would alarm at its first case.

Source: Hutwagner et al. 2003, Journal of Urban Health 80(2 Suppl 1):i89 (EARS). Agrees with earsC
of R's surveillance (tests/oracles/alerts.R).
"""

from __future__ import annotations

import numpy as np

from offramp.learn.panel import Floats

BASELINE = 7
GAPS = {"c1": 0, "c2": 2, "c3": 2}
NEEDS = {"c1": BASELINE, "c2": BASELINE + 2, "c3": BASELINE + 4}


def score(counts: Floats, at: int, method: str, least_spread: float = 1.0) -> Floats:
    """float[S]: how many spreads this period stands above; for C3, the sum.

    counts: float[S, T], NaN where not known; a score is NaN when this period is not known."""
    if method == "c3":
        parts = [_standing(counts, at - back, GAPS["c3"], least_spread) for back in (0, 1, 2)]
        return np.asarray(
            parts[0] + sum(np.nan_to_num(np.maximum(0.0, part - 1.0)) for part in parts[1:])
        )
    return _standing(counts, at, GAPS[method], least_spread)


def usual(counts: Floats, at: int, method: str, least_spread: float = 1.0) -> tuple[Floats, Floats]:
    """float[S] each: mean and spread of the periods that `at` is held against."""
    end = at - GAPS[method]
    part = counts[:, end - BASELINE : end]
    with np.errstate(invalid="ignore", divide="ignore"):
        known = np.isfinite(part).sum(axis=1)
        mean = np.nansum(part, axis=1) / known
        squares = np.nansum((part - mean[:, None]) ** 2, axis=1)
        spread = np.sqrt(squares / (known - 1))
    spread = np.where(known >= 3, np.maximum(spread, least_spread), np.nan)
    return np.asarray(mean), np.asarray(spread)


def _standing(counts: Floats, at: int, gap: int, least_spread: float) -> Floats:
    mean, spread = usual(counts, at, "c1" if gap == 0 else "c2", least_spread)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((counts[:, at] - mean) / spread)
