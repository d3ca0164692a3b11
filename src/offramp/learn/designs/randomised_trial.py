"""Randomised trial: those offered it against those who got the usual, as drawn by lot.

One row for each person, without names: arm, event (1 or 0), and if known the months followed.
People: risks are compared by score intervals (Miettinen, Nurminen), rates by the score interval
for two Poisson rates. Groups drawn by lot (`cluster`): each group counts once, its risk is
compared by a t test (Hayes, Moulton 2017, Cluster Randomised Trials, chapter 10).

Everybody is counted in the arm that was drawn, whatever they then took up.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from offramp.learn.fitted import Fitted
from offramp.learn.panel import Bools, Floats


@dataclass(frozen=True)
class Cohort:
    """One entry each: arm (True: offered it), event 0 or 1, months followed, cluster name."""

    arm: Bools
    event: Floats
    months: Floats | None = None
    cluster: Sequence[str] | None = None


def fit(cohort: Cohort, *, log: bool = True, level: float = 0.95) -> Fitted:
    """The log of the ratio of risks (rates, with months), or with `log=False` the difference in
    events for each 100 people (for each 100 years followed, with months)."""
    if cohort.cluster is not None:
        return _clusters(cohort, log, level)
    if cohort.months is not None:
        return _rates(cohort, log, level)
    return _risks(cohort, log, level)


def _tally(cohort: Cohort) -> dict[str, float]:
    arm, event = cohort.arm, cohort.event
    months = cohort.months if cohort.months is not None else np.full(len(arm), math.nan)
    return {
        "people": float(arm.sum()),
        "events": float(event[arm].sum()),
        "years": float(months[arm].sum() / 12),
        "people_usual": float((~arm).sum()),
        "events_usual": float(event[~arm].sum()),
        "years_usual": float(months[~arm].sum() / 12),
    }


def _detail(t: dict[str, float]) -> dict[str, float]:
    return {k: v for k, v in t.items() if math.isfinite(v)}


def _risks(cohort: Cohort, log: bool, level: float) -> Fitted:
    from statsmodels.stats.proportion import confint_proportions_2indep, test_proportions_2indep

    t = _tally(cohort)
    four = (t["events"], t["people"], t["events_usual"], t["people_usual"])
    kind = "ratio" if log else "diff"
    p1, p0 = four[0] / four[1], four[2] / four[3]
    if four[0] + four[2] == 0:
        low, high, p = (0.0, math.inf, 1.0) if log else (-1.0, 1.0, 1.0)
    else:
        low, high = confint_proportions_2indep(*four, compare=kind, method="score", alpha=1 - level)
        p = float(test_proportions_2indep(*four, compare=kind, method="score").pvalue)
    if log:
        spread = math.sqrt(
            max(1 / (four[0] + 0.5) - 1 / (four[1] + 0.5), 0)
            + max(1 / (four[2] + 0.5) - 1 / (four[3] + 0.5), 0)
        )
        return _ratio(p1, p0, low, high, p, spread, level, "risks", t)
    spread = 100 * math.sqrt(p1 * (1 - p1) / four[1] + p0 * (1 - p0) / four[3])
    method = "randomised trial: difference of risks, score interval"
    return Fitted(
        100 * (p1 - p0), 100 * low, 100 * high, p, spread, level, method, detail=_detail(t)
    )


def _rates(cohort: Cohort, log: bool, level: float) -> Fitted:
    from statsmodels.stats.rates import confint_poisson_2indep, test_poisson_2indep

    t = _tally(cohort)
    four = (t["events"], t["years"], t["events_usual"], t["years_usual"])
    kind = "ratio" if log else "diff"
    r1, r0 = four[0] / four[1], four[2] / four[3]
    if four[0] + four[2] == 0:
        low, high, p = (0.0, math.inf, 1.0) if log else (-math.inf, math.inf, 1.0)
    else:
        low, high = confint_poisson_2indep(*four, compare=kind, method="score", alpha=1 - level)
        p = float(test_poisson_2indep(*four, compare=kind, method="score").pvalue)
    if log:
        spread = math.sqrt(1 / (four[0] + 0.5) + 1 / (four[2] + 0.5))
        return _ratio(r1, r0, low, high, p, spread, level, "rates", t)
    spread = 100 * math.sqrt(four[0] / four[1] ** 2 + four[2] / four[3] ** 2)
    method = "randomised trial: difference of rates, score interval"
    return Fitted(
        100 * (r1 - r0), 100 * low, 100 * high, p, spread, level, method, detail=_detail(t)
    )


def _ratio(
    one: float,
    other: float,
    low: float,
    high: float,
    p: float,
    spread: float,
    level: float,
    what: str,
    t: dict[str, float],
) -> Fitted:
    effect = _log(one) - _log(other) if one or other else 0.0
    return Fitted(
        effect,
        _log(low),
        _log(high),
        p,
        spread,
        level,
        f"randomised trial: ratio of {what}, score interval",
        detail=_detail(t),
    )


def _log(value: float) -> float:
    if not value > 0:
        return -math.inf
    return math.log(value) if math.isfinite(value) else math.inf


def _clusters(cohort: Cohort, log: bool, level: float) -> Fitted:
    """Each group once: Student's t on its risk or rate, or on its logarithm."""
    assert cohort.cluster is not None
    names = np.array(cohort.cluster)
    groups = list(dict.fromkeys(cohort.cluster))
    size = np.array([_size(cohort, names == g) for g in groups])
    events = np.array([cohort.event[names == g].sum() for g in groups])
    arm = np.array([bool(cohort.arm[names == g][0]) for g in groups])
    usable_log = log and bool((events > 0).all())
    risk = np.log(events / size) if usable_log else events / size
    x, y = risk[arm], risk[~arm]
    freedom = len(groups) - 2
    pooled = ((x - x.mean()) ** 2).sum() + ((y - y.mean()) ** 2).sum()
    spread = math.sqrt(pooled / freedom * (1 / len(x) + 1 / len(y)))
    effect = float(x.mean() - y.mean())
    if not spread > 1e-12:  # groups that do not differ at all say nothing about luck
        spread = math.inf
    half = float(stats.t.ppf(0.5 + level / 2, freedom)) * spread
    p = float(2 * stats.t.sf(abs(effect) / spread, freedom)) if spread < math.inf else 1.0
    low, high = effect - half, effect + half
    if log and not usable_log:  # some group had no event: the difference, as a ratio
        usual = float(y.mean())
        low, high, effect = (_log(1 + v / usual) for v in (low, high, effect))
        spread /= usual
    elif not log:
        low, high, effect, spread = 100 * low, 100 * high, 100 * effect, 100 * spread
    detail = {**_detail(_tally(cohort)), "clusters": float(arm.sum())}
    detail["clusters_usual"] = float((~arm).sum())
    return Fitted(
        effect,
        low,
        high,
        p,
        spread,
        level,
        "randomised trial of groups: each group counts once, t test",
        detail=detail,
    )


def _size(cohort: Cohort, members: Bools) -> float:
    if cohort.months is not None:
        return float(cohort.months[members].sum() / 12)
    return float(members.sum())
