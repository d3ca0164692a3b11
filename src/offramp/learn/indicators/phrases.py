"""How numbers of indicators are said, the same in the terminal, on a page and in a workbook."""

from __future__ import annotations

import math
import re

from offramp.learn.indicators.figures import Cell, Change, Read, Result
from offramp.learn.indicators.intervals import Against, Span

OUTCOMES = {
    "safety": "Safety",
    "health": "Health",
    "confidence": "Confidence",
    "equity": "Equity",
    "process": "Process",
    "officers": "Officers",
}
BETTER = {
    "higher": "Higher is better.",
    "lower": "Lower is better.",
    "nearer_one": "Nearer to equal is better.",
    "read_with_another": "Read it with another measure.",
}
KINDS = {"ethnicity": "ethnic group", "sex": "sex", "age": "age", "area": "area", "arm": "arm"}
GROUPS = {
    "all": "all", "unknown": "not recorded", "not_stated": "not stated", "white": "White",
    "black": "Black", "asian": "Asian", "mixed": "Mixed", "hispanic": "Hispanic",
    "indigenous": "Indigenous", "other": "Other", "female": "women", "male": "men",
}  # fmt: skip
SQUARE = re.compile(r"-?\d+\.\d+,-?\d+\.\d+")
CHANCE = (
    "Ranges are 95% ranges for chance in counting alone: seasons, clusters and changes in how "
    "things are written down are not in them."
)


def group(name: str) -> str:
    return GROUPS.get(name, name)


def agency(name: str) -> str:
    """`south-wales` as people write it; names of areas stay as they are."""
    return name.replace("-", " ").title() if name == name.lower() else name


def amount(value: float) -> str:
    """Three digits that matter, never more decimals than two."""
    if math.isinf(value):
        return "no upper end"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}"


def value(number: float, form: str) -> str:
    if form in ("share", "survey"):
        percent = 100 * number
        return f"{percent:.1f}%" if percent >= 1 or percent == 0 else f"{percent:.2f}%"
    return f"{number:,.0f}" if form == "count" else amount(number)


def ranged(span: Span, form: str) -> str:
    return f"{value(span.low, form)} to {value(span.high, form)}"


def unit(read: Read) -> str:
    """What a value is of, after the number."""
    if read.form in ("share", "survey", "count"):
        return ""
    if read.form == "rate":
        each = f"{read.per:,} {read.of}" if read.per > 1 else f"one of the {read.of}"
        return f"for each {each} a year"
    return f"for each {read.per:,}" if read.per > 1 else "for each one"


def counts(cell: Cell, read: Read) -> str:
    """`670 of 7,205`, `670 in 11 months`, or why nothing is shown."""
    if cell.withheld:
        return f"withheld ({cell.withheld})"
    k = f"{cell.numerator:,.0f}"
    if read.form == "rate" or read.form == "count":
        months = f"{cell.months:.3g} month{'' if cell.months == 1 else 's'}"
        return f"{k} in {months}" if cell.months and cell.months != 12 else k
    return f"{k} of {cell.denominator:,.0f}" if cell.denominator is not None else k


def said(cell: Cell, read: Read) -> str:
    """A cell in words: value, range, unit, counts."""
    if cell.withheld:
        return f"withheld ({cell.withheld})"
    if cell.span is None or read.form == "count":
        return counts(cell, read)
    tail = unit(read)
    text = f"{value(cell.span.mid, read.form)} ({ranged(cell.span, read.form)})"
    return f"{text} {tail}".rstrip() + f"; {counts(cell, read)}"


def times(against: Against | None) -> str:
    """`2.1 times (1.8 to 2.4)`."""
    if against is None or against.ratio is None:
        return ""
    ratio = against.ratio
    return f"{amount(ratio.mid)} ({amount(ratio.low)} to {amount(ratio.high)})"


def changed(change: Change) -> str:
    """The change in a sentence."""
    over = ""
    if change.months and len(change.period) == 4:
        first = change.months[0]
        kind, whole = ("quarter", 4) if "Q" in first else ("month", 12)
        if "-" in first:  # days
            kind, whole = "day", 330
        if len(change.months) < whole:
            count = f"{len(change.months)} " if len(change.months) > 1 else ""
            over = f", the same {count}{kind}{'s' if count else ''}"
    ratio = times(change.against)
    tail = f": {ratio} times" if ratio else ""
    return f"{change.period} against {change.earlier}{over}: {change.says}{tail}"


def latest(read: Read) -> Cell | None:
    """The cell to speak of: the total of the latest period."""
    found = [c for c in read.cells if c.group_kind == "all" and c.period == read.latest]
    return found[0] if found else None


def latest_groups(read: Read, kind: str) -> list[Cell]:
    """The groups of a kind in the latest year that has enough months."""
    year = read.year
    found = [c for c in read.cells if c.group_kind == kind and c.period[:4] == year]
    # Squares of a map have no name that says anything here; they are in the workbook.
    return [] if any(SQUARE.fullmatch(c.group) for c in found) else found


def missing(read: Read) -> str:
    """What is not recorded, when it is more than one in a hundred."""
    parts = [f"{KINDS[kind]} {share:.0%}" for kind, share in read.missing.items() if share >= 0.01]
    return f"Not recorded: {', '.join(parts)}." if parts else ""


def best(result: Result) -> Read | None:
    """The reading to show first: the first of the catalogue that has a number."""
    shown = [read for read in result.readings if latest(read) is not None]
    return shown[0] if shown else None


def by_chance(against: Against | None) -> bool:
    """Whether chance in counting could explain the difference."""
    ratio = against.ratio if against is not None else None
    return ratio is None or ratio.low <= 1 <= ratio.high


def between(read: Read) -> str:
    """Groups against the group of reference, the first kind of group that has any: the groups
    that chance in counting does not explain, with their ranges."""
    for kind, reference in read.reference.items():
        cells = [c for c in latest_groups(read, kind) if c.against and c.against.ratio]
        if not cells:
            continue
        apart = [
            f"{group(c.group)} {times(c.against)}"
            for c in cells
            if c.against
            and c.against.ratio
            and not c.against.ratio.low <= 1 <= c.against.ratio.high
        ]
        if not apart:
            return f"No group differs from {group(reference)} by more than chance in counting"
        return f"Times {group(reference)}: {'; '.join(apart)}"
    return "withheld"
