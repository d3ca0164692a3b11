"""What every design returns: an effect on the scale of the analysis, with interval and p value."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class Fitted:
    """An effect as estimated.

    effect: change on the log scale or in units of the outcome; low, high: interval at `level`,
    infinite where the data set no bound; p: two-sided; spread: standard error;
    smallest_p: the smallest p value these data could give (permutations of few units).
    """

    effect: float
    low: float
    high: float
    p: float
    spread: float
    level: float
    method: str
    smallest_p: float = 0.0
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Estimate:
    """The same in the words of the study: percent change, or points of the outcome.

    low, high: None where the data set no bound; detectable: the size of the smallest change for
    the better that this study would have told from luck in four of five repetitions.
    """

    effect: float
    low: float | None
    high: float | None
    p: float
    unit: str
    level: float
    method: str
    detectable: float | None
    smallest_p: float
    detail: dict[str, Any]


Convert = Callable[[float], float]
POWER = 2.8  # 1.96 + 0.84: standard errors that four of five studies would tell from nothing


def percent_of_log(value: float) -> float:
    """A difference of logarithms as a change in percent."""
    return 100 * math.expm1(min(value, 50.0))


def percent_of_level(mean_after: float) -> Convert:
    """A difference in level as percent of what the treated would have had without it."""

    def convert(value: float) -> float:
        without = mean_after - value
        return 100 * value / without if without > 0 else math.inf

    return convert


def points(value: float) -> float:
    return value


def in_words_of_the_study(
    fitted: Fitted, convert: Convert, unit: str, better: Literal["lower", "higher"]
) -> Estimate:
    """Change the scale; bounds that are not there become None."""

    def bound(value: float) -> float | None:
        if not math.isfinite(value):
            return None
        shown = convert(value)
        return shown if math.isfinite(shown) else None

    side = -1 if better == "lower" else 1
    known = math.isfinite(fitted.spread)
    wide = abs(convert(side * POWER * fitted.spread)) if known else math.inf
    return Estimate(
        effect=convert(fitted.effect),
        low=bound(fitted.low),
        high=bound(fitted.high),
        p=fitted.p,
        unit=unit,
        level=fitted.level,
        method=fitted.method,
        detectable=wide if math.isfinite(wide) else None,
        smallest_p=fitted.smallest_p,
        detail=fitted.detail,
    )
