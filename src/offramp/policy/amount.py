"""Amounts with a unit, such as "3.5 g", held against a threshold in whole numbers.

Whole numbers (millionths of a unit times the unit's size in nano-parts) compare the same in
Python and in JavaScript; a decimal fraction would not.
"""

from __future__ import annotations

import re
from decimal import Decimal

from offramp.policy.vocabulary import Unit, vocabulary

AMOUNT = re.compile(r"([0-9]{1,7})(?:\.([0-9]{1,6}))?\s?([a-z]+)", re.ASCII)
MILLION = 1_000_000


def is_amount(text: str) -> bool:
    """Whether a text is a number with a known unit."""
    return parse_amount(text) is not None


def parse_amount(text: str) -> tuple[int, Unit] | None:
    """Size (in millionths of nano-parts) and unit of an amount; None if it is not one."""
    found = AMOUNT.fullmatch(text)
    unit = vocabulary().units.get(found[3]) if found else None
    if found is None or unit is None:
        return None
    millionths = int(found[1]) * MILLION + int((found[2] or "").ljust(6, "0"))
    return millionths * unit.nano, unit


def size_of(number: float, unit: Unit) -> int:
    """The same for a threshold, given as a number."""
    return int(Decimal(repr(number)) * MILLION) * unit.nano
