"""How many rows the rule would let hold, were the model right: what a count of them can show.

Were it right, the truth of a place would be a draw from the model's own range, and a study would
find it but for its own error. So what is published differs from the model's middle by both errors
together, and a row holds only where that is less than 1.645 of the model's and 1.96 of the study's
standard deviations: at most four times in five, where both ranges are alike; seldom where one is
much narrower. A finding of no change is entered as none, so it is asked of studies that found that.

Normal errors, of logarithms where all is above 0 and of ratios, levels or things per one averted:
rough. A margin of ours is taken for an interval.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import ndtr

from offramp.validate.judge import NULL, WIDE, Verdict

OF_90, OF_95 = 1.6449, 1.96
LOGARITHMS = ("ratio", "level", "per_averted")


@dataclass(frozen=True)
class Expected:
    """Of `rows`: how many a right model would have hold on average, and in nine cases of ten; in
    how many the published value and the model's middle agree within both ranges together."""

    rows: int
    middle: float
    low: float
    high: float
    agree: int


def expected(found: Sequence[Verdict]) -> Expected:
    """Over rows; those whose range has no end are counted as rows that cannot hold."""
    chances = [chance(v) for v in found]
    middle, spread = sum(chances), math.sqrt(sum(p * (1 - p) for p in chances))
    low, high = (middle + side * OF_90 * spread for side in (-1, 1))
    agree = sum(abs(apart(v)) <= OF_90 for v in found)
    return Expected(len(found), middle, max(low, 0.0), min(high, len(found)), agree)


def chance(v: Verdict) -> float:
    """Chance (0 to 1) that this row holds, were the model right."""
    model, study, middle = _errors(v)
    if WIDE in v.misses or not math.isfinite(model):
        return 0.0
    both = math.hypot(model, study)
    if both == 0:
        return 1.0
    if v.target.found is None:
        return _within(0.0, min(OF_90 * model, OF_95 * study) / both)
    none = _scaled(v, NULL.get(v.study.result.form, 0.0))
    if abs(none - middle) > OF_90 * model:
        return 0.0
    away, reach = abs(none - middle) / both, OF_95 * study / both
    told = _within(away, reach)  # studies that find no change
    return min(_between(away - reach, reach) / told, 1.0) if told > 0 else 0.0


def apart(v: Verdict) -> float:
    """Published value less the model's middle, in standard deviations of both together."""
    model, study, middle = _errors(v)
    both = math.hypot(model, study)
    away = _scaled(v, v.target.value) - middle
    if away == 0:
        return 0.0
    return away / both if both > 0 and math.isfinite(both) else math.copysign(math.inf, away)


def _errors(v: Verdict) -> tuple[float, float, float]:
    """Standard deviations of the model and of the study, and the model's middle, as compared."""
    ends = [_scaled(v, x) for x in (v.low, v.high, v.target.low, v.target.high)]
    model, study = (ends[1] - ends[0]) / 2 / OF_90, (ends[3] - ends[2]) / 2 / OF_95
    return model, study, _scaled(v, v.median)


def _scaled(v: Verdict, value: float) -> float:
    positive = min(v.low, v.median, v.target.low, v.target.value) > 0
    as_log = v.study.result.form in LOGARITHMS and positive
    return math.log(value) if as_log else value


def _within(middle: float, reach: float) -> float:
    return _between(middle - reach, middle + reach)


def _between(low: float, high: float) -> float:
    """Chance of a standard normal number between the two."""
    return max(float(ndtr(high) - ndtr(low)), 0.0)
