"""Numbers of evidence records, as a reader sees them: with unit, range, and no false digits.

The estimate and both ends of its interval are shown with the same number of decimals: the
most that any of the three has in the record, and at most four digits of the estimate.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from offramp.catalogue.schema import Evidence

_MONEY = {"GBP": "£", "USD": "US$", "EUR": "€", "CAD": "C$"}
_TIMES = ("minutes", "hours", "days", "weeks", "years")
_AFTER = {  # unit -> words after the number and its range
    "per_100_person_years": "per 100 people per year",
    "per_1000_officer_years": "per 1,000 officers per year",
    "count_per_year": "a year",
}


def with_range(evidence: Evidence) -> str:
    """`38% (range 30% to 45%)`, `£939`, `11.3 (range 9.0 to 14.1) per 100 people per year`."""
    return _said(evidence, ranged=True)


def plain(evidence: Evidence) -> str:
    """The number with its unit, without the range."""
    return _said(evidence, ranged=False)


def times(evidence: Evidence, *, ranged: bool = True) -> str:
    """A ratio as `2.4 times (range 1.9 to 3.0)`."""
    values = _ratios(evidence)
    decimals = _decimals(values)
    text = f"{number(values[0], decimals)} times"
    return text + _range(values, lambda v: number(v, decimals)) if ranged else text


def change(evidence: Evidence, *, ranged: bool = True) -> str:
    """A ratio or a change in percent as `20% lower (range 7% to 35% lower)`."""
    points = evidence.unit == "percentage_points"
    if evidence.unit in ("ratio", "log_ratio"):
        values = [(v - 1) * 100 for v in _ratios(evidence)]
    else:
        values = _values(evidence)
    decimals = _decimals(values, 3)

    def size(value: Decimal) -> str:
        unit = " percentage points" if points else "%"
        return number(abs(value), decimals) + unit

    def moved(value: Decimal) -> str:
        rounded = _rounded(value, decimals)
        if rounded == 0:
            return "no change"
        return size(value) + (" lower" if rounded < 0 else " higher")

    text = moved(values[0])
    if not ranged or len(values) == 1:
        return text
    ends = sorted(values[1:], key=abs)
    if all(_rounded(v, decimals) < 0 for v in ends):
        return f"{text} (range {size(ends[0])} to {size(ends[1])} lower)"
    if all(_rounded(v, decimals) > 0 for v in ends):
        return f"{text} (range {size(ends[0])} to {size(ends[1])} higher)"
    low, high = sorted(values[1:])
    return f"{text} (range {moved(low)} to {moved(high)})"


def one_in(evidence: Evidence) -> str:
    """A share as `1 in 4` (no range)."""
    share = _values(evidence)[0] / (100 if evidence.unit == "percent" else 1)
    return f"1 in {number(1 / share, 0)}" if share > 0 else "none"


def number(value: Decimal | float, decimals: int) -> str:
    """With thousands separators, a true minus sign and this many decimals."""
    rounded = _rounded(value, decimals)
    return ("−" if rounded < 0 else "") + f"{abs(rounded):,.{max(decimals, 0)}f}"


def _rounded(value: Decimal | float, decimals: int) -> Decimal:
    return _exact(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def _exact(value: Decimal | float) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(repr(value))


def _values(evidence: Evidence) -> list[Decimal]:
    """Estimate, then low and high where there is an interval."""
    if evidence.estimate is None:
        return []
    values = [_exact(evidence.estimate)]
    if evidence.interval:
        values += [_exact(evidence.interval.low), _exact(evidence.interval.high)]
    return values


def _ratios(evidence: Evidence) -> list[Decimal]:
    values = _values(evidence)
    if evidence.unit == "log_ratio":
        return [_exact(round(math.exp(v), 2)) for v in values]
    return values


def _decimals(values: list[Decimal], digits: int = 4) -> int:
    """The most decimals that any value needs, and no more than `digits` digits of the first."""
    needed = [-int(v.normalize().as_tuple().exponent) for v in values if v != 0]
    most = digits - 1 - values[0].adjusted() if values[0] else digits
    return max(0, min(6, most, max(needed, default=0)))


def _range(values: list[Decimal], shown: Callable[[Decimal], str]) -> str:
    return f" (range {shown(values[1])} to {shown(values[2])})" if len(values) == 3 else ""


def _scaled(values: list[Decimal]) -> tuple[list[Decimal], int]:
    """Small rates as whole numbers per hundred, thousand, and so on."""
    scale = 1
    while scale < 1_000_000 and max(abs(v) for v in values) * scale < 1 and any(values):
        scale *= 10
    scale = scale if scale in (1, 100, 1000) else {10: 100, 10_000: 100_000}.get(scale, scale)
    return [v * scale for v in values], scale


def _said(evidence: Evidence, *, ranged: bool) -> str:
    values = _values(evidence)
    if not values:
        return ""
    unit = evidence.unit
    before, each, after = "", "", _AFTER.get(unit, "")
    if unit == "share":
        values, each = [v * 100 for v in values], "%"
    elif unit == "percent":
        each = "%"
    elif unit == "log_ratio":
        values = _ratios(evidence)
    elif unit in _MONEY:
        before = _MONEY[unit]
    elif unit in ("per_event", "per_person_year"):
        values, scale = _scaled(values)
        many = f"{scale:,} " if scale > 1 else ""
        after = {
            "per_event": f"per {many}event" + ("s" if many else ""),
            "per_person_year": f"per {many}{'people' if many else 'person'} per year",
        }[unit]
    elif unit in _TIMES or unit in ("points", "percentage_points"):
        words = unit.replace("_", " ")
        after = words[:-1] if values[0] == 1 and unit != "percentage_points" else words
    decimals = _decimals(values)
    if before and decimals == 1:
        decimals = 2

    def shown(value: Decimal) -> str:
        text = number(abs(value), decimals)
        return ("−" if _rounded(value, decimals) < 0 else "") + before + text + each

    text = shown(values[0]) + (_range(values, shown) if ranged else "")
    return f"{text} {after}" if after else text
