"""Whether a study holds: a rule fixed before any was run.

A row holds if the published value lies in the model's 90% interval, and the model's median in the
published interval (none given: the value plus or minus its tolerance), and the model's interval is
at most three times as wide as the published one. A single number of the model (an interval of less
than a thousandth of the published one) is that wide to either side. A verdict is narrow where the
luck of the draws alone might have turned it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from offramp.catalogue.load import Catalogue
from offramp.languages import N_, _
from offramp.plan.inputs import Floats
from offramp.validate.schema import Result, Study

WIDEST = 3.0
LARGEST = 1e15  # shown with all its zeros
EXACT = 1e-3  # of the published width: a narrower interval is a single number, known no better
AGAIN, SURE = 200, 0.95  # times that draws are taken anew; how often a verdict must be the same
OUTSIDE = N_("published value outside the model's interval")
AWAY = N_("model's median outside the published interval")
WIDE = N_("model's interval more than three times as wide")
NULL = {"ratio": 1.0, "difference": 0.0, "percent_change": 0.0, "percent_averted": 0.0}


@dataclass(frozen=True)
class Target:
    """What was published, in the unit of the measure. given: whether its interval was (else it is a
    margin of ours). found: the middle published, where a finding of no change is entered as none.
    """

    value: float
    low: float
    high: float
    given: bool
    found: float | None = None


@dataclass(frozen=True)
class Verdict:
    """A study held against the model. misses: what of the rule failed; sign: "right" or "wrong"
    where the whole interval lies on that side of none, "unclear" where it lies on both, "" where no
    direction was expected; narrow: the verdict is another in more than one in twenty of samples as
    large, taken with replacement from the draws; notes: what was asked for and not given."""

    study: Study
    target: Target
    median: float
    low: float
    high: float
    misses: tuple[str, ...]
    sign: str
    narrow: bool = False
    notes: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        return not self.misses

    def as_dict(self, details: bool = False) -> dict[str, Any]:
        """The document of `offramp validate --json`. details: also what class of study it is, where
        the interval comes from, the sign of the change, what of the rule failed, and whether luck
        might have turned the verdict."""
        t = self.target
        found: dict[str, Any] = {
            "study": self.study.id,
            "measure": self.study.result.measure,
            "published": {"value": _n(t.value), "low": _n(t.low), "high": _n(t.high)},
            "model": {"median": _n(self.median), "low": _n(self.low), "high": _n(self.high)},
            "holds": self.holds,
        }
        if details:
            found |= {
                "kind": self.study.kind,
                "interval": "published" if t.given else "tolerance",
                "sign": self.sign or "none expected",
                "misses": [_(m) for m in self.misses],
                "narrow": self.narrow,
            }
        return found


def target(result: Result, catalogue: Catalogue) -> Target:
    """The published number and its interval."""
    published = result.published
    value, low, high = published.value, published.low, published.high
    if value is None:
        assert published.evidence is not None
        record = catalogue.evidence[published.evidence]
        assert record.estimate is not None
        value = record.estimate
        if record.interval is not None:
            low, high = record.interval.low, record.interval.high
    value *= published.times
    found = published.found * published.times if published.found is not None else None
    if low is None or high is None:
        by = abs(value) * result.tolerance
        return Target(value, value - by, value + by, False, found)
    ends = sorted((low * published.times, high * published.times))
    return Target(value, ends[0], ends[1], not published.margin_is_ours, found)


def judged(study: Study, goal: Target, values: Floats) -> Verdict:
    """Hold the model's values (float64[draws]) against what was published."""
    low, middle, high = _range(values)
    misses, sign = _misses(goal, low, middle, high), _sign(study.result, low, high)
    return Verdict(study, goal, middle, low, high, misses, sign, _narrow(goal, values, misses))


def _misses(goal: Target, low: float, middle: float, high: float) -> tuple[str, ...]:
    width = goal.high - goal.low
    slack = EXACT * width if high - low < EXACT * width else 0.0
    kept = {
        OUTSIDE: low - slack <= goal.value <= high + slack,
        AWAY: goal.low <= middle <= goal.high,
        WIDE: high - low <= WIDEST * width,
    }
    return tuple(miss for miss, held in kept.items() if not held)


def _narrow(goal: Target, values: Floats, misses: tuple[str, ...]) -> bool:
    """Whether luck alone might turn the verdict. Draws are spread more evenly than by chance, so
    this is, if anything, on the careful side."""
    rng = np.random.default_rng(1)
    again = (_range(rng.choice(values, values.size)) for _time in range(AGAIN))
    same = [bool(_misses(goal, *found)) == bool(misses) for found in again]
    return float(np.mean(same)) < SURE


def _range(values: Floats) -> tuple[float, float, float]:
    low, middle, high = (_quantile(values, q) for q in (0.05, 0.5, 0.95))
    return low, middle, high


def _quantile(values: Floats, q: float) -> float:
    """A quantile; where some values are infinite, one that is a value itself."""
    between = "linear" if np.isfinite(values).all() else "inverted_cdf"
    return float(np.quantile(values, q, method=between))  # type: ignore[call-overload]


def _sign(result: Result, low: float, high: float) -> str:
    null = NULL.get(result.form)
    if null is None or result.direction in ("none", "either"):
        return ""
    falls, rises = high < null, low > null
    if result.form == "percent_averted":
        falls, rises = rises, falls
    if not (falls or rises):
        return "unclear"
    return "right" if falls == (result.direction == "lower") else "wrong"


def three_digits(value: float) -> str:
    """A number as it is shown: three digits that count, thousands with a comma."""
    return f"{float(f'{value:.3g}'):,.0f}" if 1000 <= abs(value) < LARGEST else f"{value:.3g}"


def _n(value: float) -> float | None:
    return float(f"{value:.4g}") if np.isfinite(value) else None
