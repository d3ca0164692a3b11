"""From numbers to cells: periods added up, ranges, what is withheld, the change since earlier.

Totals come in the periods asked for. Breakdowns by group and area come by year, so that enough
people stand in a cell. Everything is protected before it leaves this file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from offramp.catalogue.schema_indicators import Indicator, Reading
from offramp.learn.indicators.counted import UNSAID
from offramp.learn.indicators.figures import Cell, Change
from offramp.learn.indicators.gather import MONTHS, Numbers
from offramp.learn.indicators.intervals import Against, Span, poisson, rates, shares, wilson
from offramp.learn.indicators.protect import (
    OTHER_GROUPS,
    alone,
    breakdown,
    pooled_areas,
    pooled_groups,
)
from offramp.learn.indicators.who import People

BY_PUBLISHER = "by its publisher"
LIKE = 6  # months of a year that make it one to speak of


@dataclass(frozen=True)
class Period:
    """One period to show: its name, the base periods in it, and how many months they are."""

    name: str
    parts: tuple[str, ...]
    months: float


@dataclass
class Made:
    """Cells of one unit. reference: by kind of group, whom the others are held against."""

    cells: list[Cell] = field(default_factory=list)
    change: Change | None = None
    latest: str = ""
    year: str = ""
    reference: dict[str, str] = field(default_factory=dict)
    missing: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Rule:
    """How a reading becomes numbers."""

    indicator: Indicator
    reading: Reading
    people: People
    threshold: int

    @property
    def part(self) -> bool:
        """k is a part of n."""
        return self.reading.form == "share" or (
            self.reading.form == "between_groups" and self.reading.denominator is not None
        )

    @property
    def of_people(self) -> str | None:
        return self.reading.of

    def span(self, k: float, n: float | None, months: float) -> Span | None:
        """The value and its range; None where nothing is known to divide by."""
        if self.reading.form == "count":
            return poisson(round(k), 1.0)
        if not n:
            return None
        if self.part:
            return wilson(k, n)
        years = months / 12 if self.of_people else 1.0
        return poisson(round(k), n * years / self.reading.per)

    def against(self, one: Cell, other: Cell) -> Against | None:
        if None in (one.numerator, other.numerator) or not one.denominator or not other.denominator:
            return None
        k1, k0 = float(one.numerator or 0), float(other.numerator or 0)
        if self.part:
            return shares(k1, one.denominator, k0, other.denominator)
        scale = (one.months, other.months) if self.of_people else (1.0, 1.0)
        return rates(round(k1), one.denominator * scale[0], round(k0), other.denominator * scale[1])


def periods(base: str, covered: Sequence[str], grain: str) -> list[Period]:
    """The periods of a grain that the base periods make up, in order of time."""
    if base == "whole" or MONTHS[base] > MONTHS[grain]:
        grain = base
    groups: dict[str, list[str]] = {}
    for period in sorted(covered):
        groups.setdefault(_name(period, base, grain), []).append(period)
    if base == "day":  # a day without one has no row: whole months are taken as covered
        return [
            Period(name, tuple(parts), float(len({p[:7] for p in parts})))
            for name, parts in groups.items()
        ]
    size = 12.0 if base == "whole" else MONTHS[base]
    return [Period(name, tuple(parts), size * len(parts)) for name, parts in groups.items()]


def _name(period: str, base: str, grain: str) -> str:
    if base == grain or base == "whole":
        return period
    if grain == "year":
        return period[:4]
    if grain == "quarter":
        return f"{period[:4]}-Q{(int(period[5:7]) + 2) // 3}"
    return period[:7]


def of_unit(numbers: Numbers, rule: Rule, grain: str, *, peer: bool) -> Made:
    """All cells of a unit; of a peer only the totals."""
    made = Made()
    shown = periods(numbers.base, numbers.covered, grain)
    totals = [_total(numbers, rule, period) for period in shown]
    if not peer and grain != "year":
        totals = _within_years(totals, numbers, rule)
    made.cells += totals
    made.latest = _latest(shown)
    if peer or not shown:
        return made
    yearly = periods(numbers.base, numbers.covered, "year")
    made.year = _latest(yearly)
    made.reference = _references(numbers, rule, yearly)
    groups: list[Cell] = []
    for period in yearly:
        whole = _total(numbers, rule, period)
        for kind in (*rule.reading.by, "area", "arm"):
            groups += _breakdown(numbers, rule, period, kind, whole, made.reference.get(kind, ""))
    made.cells += groups
    made.change = _change(numbers, rule, shown, made.latest)
    made.missing = _missing(numbers, made, yearly)
    return made


def _sum(
    counts: Mapping[tuple[str, str, str], float | None], parts: Sequence[str], kind: str, group: str
) -> float | None:
    """None when a part is withheld by its publisher."""
    found = [counts.get((part, kind, group), 0.0) for part in parts]
    return None if any(n is None for n in found) else sum(n for n in found if n is not None)


def _below(numbers: Numbers, rule: Rule, period: Period, kind: str, group: str) -> float | None:
    if rule.of_people:
        args = (numbers.unit, numbers.mine, period.name, kind, group)
        return rule.people.count(rule.of_people, *args) or None
    if rule.reading.denominator is None:
        return None
    return _sum(numbers.n, period.parts, kind, group)


def _total(numbers: Numbers, rule: Rule, period: Period) -> Cell:
    k = _sum(numbers.k, period.parts, "all", "all")
    n = _below(numbers, rule, period, "all", "all")
    cell = Cell(numbers.unit, period.name, period.months, "all", "all", k, n)
    return _closed(cell, rule, _why_alone(k, n, rule))


def _why_alone(k: float | None, n: float | None, rule: Rule) -> str:
    if k is None or (n is None and rule.reading.denominator is not None):
        return BY_PUBLISHER
    small = alone(k, n, rule.threshold, part=rule.part)
    if not small and not rule.part and rule.reading.denominator is not None:
        small = alone(n or 0, None, rule.threshold, part=False)
    return small


def _closed(cell: Cell, rule: Rule, why: str) -> Cell:
    """The cell with its range, or emptied. Residents are public: they stay."""
    if why:
        n = cell.denominator if rule.of_people else None
        return replace(cell, numerator=None, denominator=n, span=None, withheld=why)
    assert cell.numerator is not None
    return replace(cell, span=rule.span(cell.numerator, cell.denominator, cell.months))


def _within_years(totals: list[Cell], numbers: Numbers, rule: Rule) -> list[Cell]:
    """Breakdowns give the total of a year away, so its months or quarters are protected by it."""
    out: list[Cell] = []
    for year in sorted({cell.period[:4] for cell in totals}):
        own = [cell for cell in totals if cell.period.startswith(year)]
        if all(not cell.withheld for cell in own) or len(own) == 1:
            out += own
            continue
        raw = {c.period: c for c in own if c.withheld != BY_PUBLISHER}
        inside = {p.name: p for p in periods(numbers.base, numbers.covered, _grain(own[0].period))}
        k = {name: _sum(numbers.k, inside[name].parts, "all", "all") or 0.0 for name in raw}
        n = {name: _below(numbers, rule, inside[name], "all", "all") or 0.0 for name in raw}
        why = breakdown(k, n if rule.part else None, rule.threshold)
        for cell in own:
            reason = cell.withheld or (why or {}).get(cell.period, "small" if why is None else "")
            out.append(_closed(cell, rule, reason) if reason else cell)
    return out


def _grain(period: str) -> str:
    return "year" if len(period) == 4 else "quarter" if "Q" in period else "month"


def _breakdown(
    numbers: Numbers, rule: Rule, period: Period, kind: str, whole: Cell, reference: str
) -> list[Cell]:
    """The groups of one kind in one year; empty when the whole breakdown must be withheld."""
    names = sorted({g for p, k, g in (*numbers.k, *numbers.n) if k == kind and p in period.parts})
    if whole.withheld or all(name in UNSAID for name in names):
        return []
    k = {name: _sum(numbers.k, period.parts, kind, name) for name in names}
    n = {name: _below(numbers, rule, period, kind, name) for name in names}
    known_k = {name: value for name, value in k.items() if value is not None}
    if len(known_k) < len(k):
        return []  # the publisher withholds some: the rest are its to show, not ours
    counted_n = (
        {a: b or 0.0 for a, b in n.items()} if rule.reading.denominator is not None else None
    )
    if kind == "area":
        known_k, counted_n = pooled_areas(known_k, counted_n, rule.threshold)
    else:
        known_k, counted_n = pooled_groups(known_k, counted_n, rule.threshold, UNSAID)
    n = {name: n.get(name) if counted_n is None else counted_n[name] for name in known_k}
    why = breakdown(known_k, counted_n if rule.part else None, rule.threshold)
    if why is not None and counted_n is not None and not rule.part:
        other = breakdown(counted_n, None, rule.threshold)
        why = None if other is None else {g: why[g] or other[g] for g in why}
    if why is None:
        return []
    cells = {
        name: _closed(
            Cell(numbers.unit, period.name, period.months, kind, name, known_k[name], n[name]),
            rule,
            why[name],
        )
        for name in known_k
    }
    base = cells.get(reference)
    if rule.reading.form == "between_groups" and base is not None and not base.withheld:
        cells = {
            name: replace(cell, against=rule.against(cell, base))
            if name not in (reference, OTHER_GROUPS, *UNSAID) and not cell.withheld
            else cell
            for name, cell in cells.items()
        }
    return list(cells.values())


def _references(numbers: Numbers, rule: Rule, yearly: Sequence[Period]) -> dict[str, str]:
    """By kind: the place file's own group of reference, else the largest."""
    found: dict[str, str] = {}
    for kind in rule.reading.by:
        sizes: dict[str, float] = {}
        for (_, k, group), value in (numbers.n or numbers.k).items():
            if k == kind and group not in UNSAID:
                sizes[group] = sizes.get(group, 0.0) + (value or 0.0)
        chosen = rule.people.reference(kind)
        if sizes:
            largest = max(sizes, key=lambda g: (sizes[g], g))
            found[kind] = chosen if chosen is not None and chosen in sizes else largest
    return found if yearly else {}


def _missing(numbers: Numbers, made: Made, yearly: Sequence[Period]) -> dict[str, float]:
    """By kind of group: what share of the latest year's events does not say."""
    found = {}
    last = yearly[-1] if yearly else None
    for period in yearly:
        if period.name == made.year:
            last = period
    for kind in ("ethnicity", "sex", "age"):
        counts = numbers.n or numbers.k
        if last is None:
            continue
        own = [(g, v or 0.0) for (p, k, g), v in counts.items() if k == kind and p in last.parts]
        total = sum(v for _, v in own)
        if total:
            found[kind] = sum(v for g, v in own if g in UNSAID) / total
    return found


def _latest(shown: Sequence[Period]) -> str:
    """The last period with enough months to speak of, else the last."""
    if not shown:
        return ""
    full = [p for p in shown if p.months >= min(LIKE, max(q.months for q in shown))]
    return (full or list(shown))[-1].name


def _change(numbers: Numbers, rule: Rule, shown: Sequence[Period], latest: str) -> Change | None:
    """The latest period against the newest earlier one that shares most of its months."""
    at = next((p for p in shown if p.name == latest), None)
    if at is None or numbers.base == "whole":
        return None
    for earlier in reversed([p for p in shown if p.name < latest]):
        if len(latest) > 4 and earlier.name[4:] != latest[4:]:
            continue  # months and quarters are held against the same ones of earlier years
        both = [(a, b) for a in at.parts for b in earlier.parts if a[4:] == b[4:]]
        if 2 * len(both) < len(at.parts):
            continue
        new = _part(numbers, rule, at, [a for a, _ in both])
        old = _part(numbers, rule, earlier, [b for _, b in both])
        if new.withheld or old.withheld:
            continue
        against = rule.against(new, old)
        if against is None and rule.reading.form == "count":
            against = rates(
                round(new.numerator or 0), new.months, round(old.numerator or 0), old.months
            )
        if against is not None:
            months = tuple(a[5:] for a, _ in both) if numbers.base != "year" else ()
            return Change(latest, earlier.name, months, against, _change_says(against))
    return None


def _part(numbers: Numbers, rule: Rule, period: Period, parts: Sequence[str]) -> Cell:
    months = period.months * len(parts) / len(period.parts)
    return _total(numbers, rule, Period(period.name, tuple(parts), months))


def _change_says(against: Against) -> str:
    """In words, without judging whether it is good."""
    if against.ratio is None:
        return "cannot be compared: there were none before"
    low, high = against.ratio.low, against.ratio.high
    if low <= 1 <= high:
        return "no change that can be told from chance in counting"
    amount = abs(against.ratio.mid - 1)
    if against.ratio.mid >= 2:
        return f"{against.ratio.mid:.1f} times as high"
    return f"{amount:.0%} {'higher' if against.ratio.mid > 1 else 'lower'}"
