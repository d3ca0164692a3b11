"""The verdict in one of four words, and the reason.

Let the effect be counted so that more is better, and m be the smallest effect that matters.

- cannot tell, whenever a check that the answer hangs on has failed, or too few units;
- helps: the interval lies above 0 and the estimate is at least m;
- harms: the interval lies below 0 and the estimate is -m or less;
- no difference that matters: the whole interval lies between -m and m;
- cannot tell, in every other case: the data fit with an effect that matters and with one that
  does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from offramp.learn.checks import Check
from offramp.learn.fitted import Estimate

Word = Literal["helps", "harms", "no difference that matters", "cannot tell"]


@dataclass(frozen=True)
class Verdict:
    word: Word
    reasons: tuple[str, ...]


def judge(
    estimate: Estimate,
    better: Literal["lower", "higher"],
    matters: float,
    checks: Sequence[Check],
) -> Verdict:
    """`matters`: smallest effect that matters, in the unit of the estimate."""
    failed = [check for check in checks if check.status == "failed"]
    if failed:
        return Verdict("cannot tell", tuple(check.says for check in failed))
    if estimate.smallest_p > 1 - estimate.level + 1e-12:
        one_in = max(1, round(1 / estimate.smallest_p))
        reason = (
            f"There are too few units: even the strongest effect would look like luck in 1 of "
            f"{one_in} ways to deal out the treatment."
        )
        return Verdict("cannot tell", (reason,))
    low, high = _good(estimate, better)
    effect = -estimate.effect if better == "lower" else estimate.effect
    size = amount(matters, estimate.unit)
    if low is not None and low > 0 and effect >= matters:
        return Verdict(
            "helps", (f"{_range(estimate)} lies wholly on the better side of no change.",)
        )
    if high is not None and high < 0 and effect <= -matters:
        return Verdict(
            "harms", (f"{_range(estimate)} lies wholly on the worse side of no change.",)
        )
    if low is not None and high is not None and low > -matters and high < matters:
        reason = f"{_range(estimate)} is narrower than the {size} either way that would matter."
        return Verdict("no difference that matters", (reason,))
    return Verdict("cannot tell", tuple(_why_unclear(estimate, low, high, matters, size)))


def _why_unclear(
    estimate: Estimate, low: float | None, high: float | None, matters: float, size: str
) -> list[str]:
    both = (low is None or low < matters) and (high is None or high > -matters)
    away = (low is not None and low > 0) or (high is not None and high < 0)
    if away:
        reasons = [
            f"{_range(estimate)} leaves out no change, but holds changes smaller than the {size} "
            "that would matter, and the estimate is one of them."
        ]
    elif both:
        reasons = [f"{_range(estimate)} holds both no change and a change that matters ({size})."]
    else:
        reasons = [f"{_range(estimate)} holds no change."]
    if estimate.detectable is None:
        reasons.append("The study is too small to tell any change from luck.")
    elif abs(estimate.detectable) > matters:
        seen = amount(abs(estimate.detectable), estimate.unit)
        reasons.append(
            f"The study is too small: it would reliably have seen a change of about {seen} or "
            f"more, and {size} would matter."
        )
    return reasons


def _good(
    estimate: Estimate, better: Literal["lower", "higher"]
) -> tuple[float | None, float | None]:
    """The interval with its sign turned so that more is better."""
    if better == "higher":
        return estimate.low, estimate.high
    low = None if estimate.high is None else -estimate.high
    high = None if estimate.low is None else -estimate.low
    return low, high


def _range(estimate: Estimate) -> str:
    return f"The range {range_text(estimate)}"


def range_text(estimate: Estimate) -> str:
    """The interval in words: from 31% lower to 4% higher."""
    ends = [
        "no bound" if v is None else change(v, estimate.unit) for v in (estimate.low, estimate.high)
    ]
    return f"from {ends[0]} to {ends[1]}"


def change(value: float, unit: str) -> str:
    """A change in words: 12% lower."""
    size = amount(abs(value), unit)
    if float(size.split("%")[0].split(" ")[0]) == 0:
        return "no change"
    return f"{size} {'lower' if value < 0 else 'higher'}"


def amount(value: float, unit: str) -> str:
    digits = 0 if value >= 10 else 1
    return f"{value:.{digits}f}%" if unit == "percent" else f"{value:.{digits + 1}f}"
