"""Numbers of evidence records, as a reader sees them: with unit, range, and no false digits.

The estimate and both ends of its interval are shown with the same number of decimals: the
most that any of the three has in the record, and at most four digits of the estimate.

Each way of saying gives a `Said`: the number and its range apart, because the range stands in
brackets of its own, or after a comma where the prose has opened a bracket already. All words are
those of the language that is spoken now.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from offramp.catalogue.schema import Evidence
from offramp.languages import N_, _, n_, number, p_

__all__ = ["Said", "change", "number", "one_in", "plain", "times", "with_range"]

_MONEY = {
    "GBP": N_("£{amount}"),
    "USD": N_("US${amount}"),
    "EUR": N_("€{amount}"),
    "CAD": N_("C${amount}"),
}
_UNIT = "after a number"


@dataclass(frozen=True)
class Said:
    """A number in words; `range` as "range 7% to 35% lower", "" when the source gives none."""

    text: str
    range: str = ""
    after: str = ""  # the unit, where it stands after number and range

    def __str__(self) -> str:
        return self.ranged(inside=False)

    def ranged(self, *, inside: bool) -> str:
        """inside: the prose has opened a bracket already."""
        whole = self.text
        if self.range:
            pattern = _("{number}, {range}") if inside else _("{number} ({range})")
            whole = pattern.format(number=self.text, range=self.range)
        return _("{number} {unit}", number=whole, unit=self.after) if self.after else whole


def with_range(evidence: Evidence) -> Said:
    """`38% (range 30% to 45%)`, `£939`, `11.3 (range 9.0 to 14.1) per 100 people per year`."""
    return _said(evidence, ranged=True)


def plain(evidence: Evidence) -> Said:
    """The number with its unit, without the range."""
    return _said(evidence, ranged=False)


def times(evidence: Evidence) -> Said:
    """A ratio as `2.4 times (range 1.9 to 3.0)`."""
    values = _ratios(evidence)
    decimals = _decimals(values)
    text = _("{number} times", number=number(values[0], decimals))
    return Said(text, _range(values, lambda v: number(v, decimals)))


def change(evidence: Evidence) -> Said:
    """A ratio or a change in percent as `20% lower (range 7% to 35% lower)`."""
    points = evidence.unit == "percentage_points"
    if evidence.unit in ("ratio", "log_ratio"):
        values = [(v - 1) * 100 for v in _ratios(evidence)]
    else:
        values = _values(evidence)
    decimals = _decimals(values, 3)

    def size(value: Decimal) -> str:
        said = number(abs(value), decimals)
        if points:
            return n_(
                "{count} percentage point", "{count} percentage points", _count(value, decimals),
                count=said,
            )  # fmt: skip
        return _("{number}%", number=said)

    def moved(value: Decimal) -> str:
        rounded = _rounded(value, decimals)
        if rounded == 0:
            return _("no change")
        shown = size(value)
        return _("{size} lower", size=shown) if rounded < 0 else _("{size} higher", size=shown)

    text = moved(values[0])
    if len(values) == 1:
        return Said(text)
    ends = sorted(values[1:], key=abs)
    near, far = size(ends[0]), size(ends[1])
    if all(_rounded(v, decimals) < 0 for v in ends):
        return Said(text, _("range {low} to {high} lower", low=near, high=far))
    if all(_rounded(v, decimals) > 0 for v in ends):
        return Said(text, _("range {low} to {high} higher", low=near, high=far))
    low, high = sorted(values[1:])
    return Said(text, p_("of changes", "range {low} to {high}", low=moved(low), high=moved(high)))


def one_in(evidence: Evidence) -> Said:
    """A share as `1 in 4` (no range)."""
    share = _values(evidence)[0] / (100 if evidence.unit == "percent" else 1)
    return Said(_("1 in {number}", number=number(1 / share, 0)) if share > 0 else _("none"))


def _count(value: Decimal, decimals: int) -> float:
    """What decides the plural: the number as shown."""
    return float(abs(_rounded(value, decimals)))


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
    if len(values) < 3:
        return ""
    return _("range {low} to {high}", low=shown(values[1]), high=shown(values[2]))


def _scaled(values: list[Decimal]) -> tuple[list[Decimal], int]:
    """Small rates as whole numbers per hundred, thousand, and so on."""
    scale = 1
    while scale < 1_000_000 and max(abs(v) for v in values) * scale < 1 and any(values):
        scale *= 10
    scale = scale if scale in (1, 100, 1000) else {10: 100, 10_000: 100_000}.get(scale, scale)
    return [v * scale for v in values], scale


def _said(evidence: Evidence, *, ranged: bool) -> Said:
    values = _values(evidence)
    if not values:
        return Said("")
    unit = evidence.unit
    pattern, scale = "{amount}", 1
    if unit == "share":
        values, pattern = [v * 100 for v in values], _percent()
    elif unit == "percent":
        pattern = _percent()
    elif unit == "log_ratio":
        values = _ratios(evidence)
    elif unit in _MONEY:
        pattern = _(_MONEY[unit])
    elif unit in ("per_event", "per_person_year"):
        values, scale = _scaled(values)
    decimals = _decimals(values)
    if unit in _MONEY and decimals == 1:
        decimals = 2

    def shown(value: Decimal) -> str:
        said = pattern.format(amount=number(abs(value), decimals))
        return ("−" if _rounded(value, decimals) < 0 else "") + said

    said_range = _range(values, shown) if ranged else ""
    return Said(shown(values[0]), said_range, _after(unit, _count(values[0], decimals), scale))


def _percent() -> str:
    return _("{number}%").replace("{number}", "{amount}")


def _after(unit: str, count: float, scale: int) -> str:
    """The words of a unit that stand after the number; "" for units that stand with it."""
    many = number(scale, 0)
    if unit == "per_event":
        return _("per {count} events", count=many) if scale > 1 else _("per event")
    if unit == "per_week":
        return _("per week")
    if unit == "per_person_year":
        if scale > 1:
            return _("per {count} people per year", count=many)
        return _("per person per year")
    if unit == "per_100_person_years":
        return _("per {count} people per year", count=number(100, 0))
    if unit == "per_1000_officer_years":
        return _("per {count} officers per year", count=number(1000, 0))
    if unit == "count_per_year":
        return p_(_UNIT, "a year")
    counted = {
        "minutes": lambda: n_("minute", "minutes", count),
        "hours": lambda: n_("hour", "hours", count),
        "days": lambda: n_("day", "days", count),
        "weeks": lambda: n_("week", "weeks", count),
        "years": lambda: n_("year", "years", count),
        "points": lambda: n_("point", "points", count),
        "percentage_points": lambda: n_("percentage point", "percentage points", count),
    }
    return counted[unit]() if unit in counted else ""
