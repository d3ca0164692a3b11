"""What the tests say, as plain records; `as_dict` is the JSON."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from offramp.learn.indicators.figures import span_dict
from offramp.learn.indicators.intervals import Span

CLEAR = 0.05  # q at or below: told from chance


@dataclass(frozen=True)
class Compared:
    """A group against the group of reference.

    k of n: the counts (None when withheld); value: what they make; ratio: times the reference, or
    the odds ratio; difference: of shares; within: the ratio within strata; p, q: two-sided, q
    adjusted for all comparisons of the report. withheld: why nothing is shown."""

    group: str
    k: float | None
    n: float | None
    value: Span | None
    ratio: Span | None = None
    difference: Span | None = None
    within: Span | None = None
    strata: int = 0
    p: float | None = None
    q: float | None = None
    withheld: str = ""

    @property
    def clear(self) -> bool:
        """Told from chance, with all comparisons taken into account."""
        return self.q is not None and self.q <= CLEAR

    @property
    def direction(self) -> str:
        """more, less or unclear."""
        ratio = self.within or self.ratio
        if not self.clear:
            return "unclear"
        if ratio is not None:
            return "more" if ratio.mid > 1 else "less"
        gap = self.difference
        return "more" if gap is not None and gap.mid > 0 else "less"


@dataclass(frozen=True)
class Test:
    """One test. id: search_rates, finds, threshold, same_find, veil_of_darkness; refused: why it
    cannot be done with these data, else empty; limits: what it cannot say."""

    id: str
    name: str
    asks: str
    method: str
    limits: str
    value_is: str
    reference: str
    refused: str = ""
    compared: tuple[Compared, ...] = ()
    notes: tuple[str, ...] = ()


def compared_dict(one: Compared, reference: str) -> dict[str, Any]:
    return {
        "group": one.group,
        "is_reference": one.group == reference,
        "numerator": one.k,
        "denominator": one.n,
        "result": span_dict(one.value),
        "ratio": span_dict(one.ratio),
        "difference": span_dict(one.difference),
        "ratio_within_strata": span_dict(one.within),
        "strata": one.strata,
        "p": _number(one.p),
        "q": _number(one.q),
        "reads": None if one.q is None else one.direction,
        "withheld": one.withheld or None,
    }


def _number(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else value


def test_dict(test: Test) -> dict[str, Any]:
    return {
        "id": test.id,
        "name": test.name,
        "asks": test.asks,
        "method": test.method,
        "limits": test.limits,
        "value_is": test.value_is,
        "reference": test.reference,
        "status": "refused" if test.refused else "done",
        "refused_because": test.refused or None,
        "groups": [compared_dict(one, test.reference) for one in test.compared],
        "notes": list(test.notes),
    }
