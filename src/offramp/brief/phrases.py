"""Numbers in words: a change with its range, an amount, a chance, what may be read from it.

No false digits: a value and its range are rounded together, to two digits of the largest of
them, and never finer than a ten-thousandth of what there is today. A change of counts is so many
"fewer" or "more", of shares and levels "lower" or "higher": the sign is never left to be guessed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from offramp.languages import N_, _, n_, number, p_

NOTHING = ("0", "")
LEVEL_UNITS = ("ratio", "share", "point", "percent", "times", "level", "score")
CURRENCY = {
    "GBP": N_("£{amount}"),
    "USD": N_("US${amount}"),
    "EUR": N_("€{amount}"),
    "CAD": N_("C${amount}"),
    "AUD": N_("A${amount}"),
    "BRL": N_("R${amount}"),
}
DIGITS = 2
FINEST = 6  # decimals of a level
TINY = 1e-6
CANNOT_TELL = (0.4, 0.6)

NAMES = {  # as they stand after "in"
    "GBP": N_("pounds sterling"),
    "USD": N_("US dollars"),
    "EUR": N_("euros"),
    "CAD": N_("Canadian dollars"),
    "AUD": N_("Australian dollars"),
    "BRL": N_("Brazilian reais"),
}

Effect = Mapping[str, Any]


def not_known() -> str:
    return _("not known")


def to(low: str, high: str) -> str:
    """A range as `80 to 140`."""
    return _("{low} to {high}", low=low, high=high)


def decimals_for(values: Sequence[float], digits: int = DIGITS) -> int:
    """Decimals (negative: tens, hundreds) that leave `digits` digits of the largest value."""
    largest = max((abs(value) for value in values), default=0.0)
    if largest == 0:
        return 0
    return min(digits - 1 - math.floor(math.log10(largest)), 3)


def change_decimals(effect: Effect, values: Sequence[float]) -> int:
    """Decimals for a change and its range, at most two, no finer than a ten-thousandth of today."""
    decimals = min(decimals_for(values), 2)
    today = abs(effect.get("today") or 0.0)
    return min(decimals, 3 - math.floor(math.log10(today))) if today else decimals


def rounded(value: float, decimals: int) -> float:
    """Rounded to so many decimals; negative decimals round to tens, hundreds. Never -0.0."""
    return round(value, decimals) + 0.0


def plain(value: float, decimals: int) -> str:
    """With thousands separators and a true minus sign."""
    return number(rounded(value, decimals), max(decimals, 0))


def amount(value: float, low: float | None = None, high: float | None = None) -> str:
    """A level with its range: `6,533 (5,936 to 7,894)`: years and counts keep their digits."""
    values = [v for v in (value, low, high) if v is not None]
    decimals = 0 if all(v == int(v) or abs(v) >= 100 for v in values) else decimals_for(values)
    said = plain(value, decimals)
    if low is None or high is None:
        return said
    return f"{said} ({to(plain(low, decimals), plain(high, decimals))})"


def percent(value: float) -> str:
    """A share as percent, without false digits: 12%, 1.4%."""
    whole = abs(value) >= 0.1 or abs(value * 100 - round(value * 100)) < 0.05
    return _("{number}%", number=plain(value * 100, 0 if whole else 1))


def about(value: float, low: float | None, high: float | None) -> str:
    """A modelled level with its range, each to its own two digits: `510,000 (27,000 to 2,800,000)`.

    A low end that is not 0 is never shown as 0.
    """
    if low is None or high is None:
        return _two_digits(value)
    return f"{_two_digits(value)} ({to(_two_digits(low), _two_digits(high))})"


def _two_digits(value: float) -> str:
    if abs(value) < TINY:
        return plain(0, 0)
    decimals = DIGITS - 1 - math.floor(math.log10(abs(value)))
    return plain(value, min(decimals, FINEST))


def known(effect: Effect) -> bool:
    """Whether the effect has a change with both ends of its range."""
    return all(effect.get(key) is not None for key in ("change", "low", "high"))


def is_level(unit: str) -> bool:
    """Whether a change in this unit is lower or higher, and not fewer or more."""
    return any(word in unit.lower() for word in LEVEL_UNITS)


def change(effect: Effect) -> str:
    """`4 fewer (1 to 9 fewer)`, `1 fewer (between 3 fewer and 1 more)`, or `not known`."""
    middle, spread = middle_and_range(effect)
    return f"{middle} ({spread})" if spread else middle


def middle_and_range(effect: Effect) -> tuple[str, str]:
    """`4.0 fewer` and `1.0 to 9.0 fewer`; the range is empty where there is none to tell."""
    if not known(effect):
        return not_known(), ""
    level = is_level(effect.get("unit") or "")
    values = [float(effect["change"]), float(effect["low"]), float(effect["high"])]
    decimals = change_decimals(effect, values)
    middle, low, high = (rounded(value, decimals) for value in values)
    if not any((middle, low, high)):
        return _("no change"), _("in nine of ten runs")

    def moved(value: float) -> str:
        if value == 0:
            return _("no change")
        return _moved(plain(abs(value), decimals), value < 0, level)

    if low < 0 and high < 0:
        spread = _moved(to(plain(-high, decimals), plain(-low, decimals)), True, level)
    elif low > 0 and high > 0:
        spread = _moved(to(plain(low, decimals), plain(high, decimals)), False, level)
    else:
        spread = _("between {low} and {high}", low=moved(low), high=moved(high))
    return moved(middle), spread


def _moved(size: str, down: bool, level: bool) -> str:
    if level:
        return _("{size} lower", size=size) if down else _("{size} higher", size=size)
    return _("{size} fewer", size=size) if down else _("{size} more", size=size)


def signed(effect: Effect, *, plus: bool = True) -> tuple[str, str]:
    """For tables: `−4.0` and `−9.0 to +1.0`; without `plus` what is more has no sign."""
    if not known(effect):
        return not_known(), ""
    values = [float(effect["change"]), float(effect["low"]), float(effect["high"])]
    decimals = change_decimals(effect, values)
    if not any(rounded(value, decimals) for value in values):
        return NOTHING

    def said(value: float) -> str:
        sign = "+" if plus and rounded(value, decimals) > 0 else ""
        return sign + plain(value, decimals)

    low, high = said(values[1]), said(values[2])
    return said(values[0]), p_("range of signed numbers", "{low} to {high}", low=low, high=high)


def chance(value: float) -> str:
    """A chance in percent, never 0% or 100%: a model is not certain."""
    if value > 0.99:
        return _("over {share}", share=percent(0.99))
    if value < 0.01:
        return _("under {share}", share=percent(0.01))
    return percent(round(value * 100) / 100)


def reading(effect: Effect, years: int) -> str:
    """What may be read from an effect, in a few words."""
    if not known(effect):
        return not_known()
    told = effect.get("reading")
    better = effect.get("chance_better")
    if signed(effect) == NOTHING:
        return ""
    if told == "too_small":
        return _("too small to see here in {years}", years=whole_years(years))
    if better is None:
        return ""
    if told == "cannot_tell" or CANNOT_TELL[0] <= better <= CANNOT_TELL[1]:
        return _("cannot tell")
    if better > CANNOT_TELL[1]:
        return _("{chance} chance that it is better", chance=chance(better))
    return _("{chance} chance that it is worse", chance=chance(1 - better))


def short_reading(effect: Effect) -> str:
    """The reading for a table cell: `98%`, `cannot tell`, `70%, too small`."""
    better = effect.get("chance_better")
    if not known(effect) or better is None or signed(effect) == NOTHING:
        return ""
    told = effect.get("reading")
    if told == "cannot_tell" or CANNOT_TELL[0] <= better <= CANNOT_TELL[1]:
        return _("cannot tell")
    if better > 0.99:
        said = f">{percent(0.99)}"
    elif better < 0.01:
        said = f"<{percent(0.01)}"
    else:
        said = chance(better)
    return _("{chance}, too small", chance=said) if told == "too_small" else said


def money(value: float, currency: str, decimals: int | None = None) -> str:
    """`£240,000`, `−£1.2 million`: two digits, thousands written out, millions in words."""
    pattern = _(CURRENCY[currency]) if currency in CURRENCY else currency + " {amount}"
    minus = "−" if value < 0 else ""
    size = abs(value)
    if decimals is None:
        decimals = decimals_for([size])
    if size >= 1_000_000:
        shown = plain(size / 1_000_000, min(max(decimals + 6, 0), 2))
        said = pattern.format(amount=shown)
        if size < 2_000_000:  # "1,5 milhão", but "2 milhões"
            return minus + p_("less than two million", "{money} million", money=said)
        return minus + _("{money} million", money=said)
    return minus + pattern.format(amount=plain(size, min(decimals, 0)))


def thousands_of(currency: str) -> str:
    """`£ thousand`, for the head of a column."""
    sign = _(CURRENCY[currency]) if currency in CURRENCY else currency
    return _("{money} thousand", money=sign.replace("{amount}", "").strip())


def prices_of(cost: Mapping[str, Any]) -> str:
    """`pounds sterling at prices of 2023`, as far as it is known; to stand after "in"."""
    year, currency = cost.get("price_year"), cost["currency"]
    name = _(NAMES[currency]) if currency in NAMES else currency
    if year:
        return _("{currency} at prices of {year}", currency=name, year=year)
    return _("{currency}, prices of no known year", currency=name)


def costs(low: float | None, middle: float, high: float | None, currency: str) -> str:
    """`£240,000 (£110,000 to £520,000)`; less than nothing is money saved."""
    ends = [v for v in (low, high) if v is not None]
    decimals = decimals_for([middle, *ends])
    said = money(middle, currency, decimals)
    if low is None or high is None:
        return said
    return f"{said} ({to(money(low, currency, decimals), money(high, currency, decimals))})"


def net(value: float, low: float, high: float, currency: str) -> str:
    """What is spent or saved, and from what to what:
    `costs £120,000 (between a saving of £30,000 and a cost of £300,000)`."""
    decimals = decimals_for([value, low, high])

    def said(amount: float) -> str:
        if rounded(amount, decimals) == 0:
            return _("nothing")
        shown = money(abs(amount), currency, decimals)
        return _("saves {money}", money=shown) if amount < 0 else _("costs {money}", money=shown)

    def end(amount: float) -> str:
        if rounded(amount, decimals) == 0:
            return p_("an end of a range of money", "nothing")
        shown = money(abs(amount), currency, decimals)
        return (
            _("a saving of {money}", money=shown)
            if amount < 0
            else _("a cost of {money}", money=shown)
        )

    ends = [rounded(low, decimals), rounded(high, decimals)]
    if all(end > 0 for end in ends) or all(end < 0 for end in ends):
        near, far = sorted(abs(end) for end in ends)
        spread = to(money(near, currency, decimals), money(far, currency, decimals))
        return f"{said(value)} ({spread})"
    between = p_("money", "between {low} and {high}", low=end(low), high=end(high))
    return f"{said(value)} ({between})"


def years(count: float) -> str:
    """`5 years`, `1 year`, `less than a year`."""
    if count < 0.5:
        return _("less than a year")
    return whole_years(math.floor(count + 0.5))


def whole_years(count: int) -> str:
    """`1 year`, `5 years`."""
    return n_("{count} year", "{count} years", count)


def listed(items: Sequence[str], most: int | None = None) -> str:
    """`a, b and c`; with `most`, the rest is counted."""
    shown = list(items)
    if most is not None and len(shown) > most:
        left = len(shown) - most
        shown = [*shown[:most], n_("{count} more", "{count} more", left)]
    if len(shown) < 2:
        return "".join(shown)
    return _("{first} and {last}", first=", ".join(shown[:-1]), last=shown[-1])


def shortened(text: str, longest: int) -> str:
    """Cut at a word, with an ellipsis, where a text is longer."""
    if len(text) <= longest:
        return text
    return text[: longest - 1].rsplit(" ", 1)[0].rstrip(",;:") + " …"


def sentence(text: str) -> str:
    """With a capital first letter and a full stop; the rest as it is."""
    text = text.strip().rstrip(".")
    return f"{text[:1].upper()}{text[1:]}." if text else ""
