"""Numbers and dates as each language writes them, by Babel."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from offramp.languages.current import language


def number(value: Decimal | float, decimals: int) -> str:
    """With the language's separators, a true minus sign and this many decimals."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):,.{max(decimals, 0)}f}"
    point, comma = separators(language().locale)
    if (point, comma) != (".", ","):
        text = text.translate({ord("."): point, ord(","): comma})
    return ("−" if rounded < 0 else "") + text


@cache
def separators(locale: str) -> tuple[str, str]:
    """The decimal and the thousands separator."""
    if locale.startswith("en"):
        return ".", ","
    from babel import Locale

    symbols = Locale.parse(locale).number_symbols
    symbols = symbols.get("latn", symbols)
    return symbols["decimal"], symbols["group"]


def date_words(on: date) -> str:
    """`23 November 2026`, in the language spoken now."""
    from babel.dates import format_date

    return str(format_date(on, format="long", locale=language().locale))
