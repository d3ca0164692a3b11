"""Placeholders in prose, filled from evidence records, and the list of references.

`{id}` in the prose of an option or example stands for the finding of the evidence record
`id`: number, unit, range and reference mark. Forms, for a ratio of 0.80 (0.65 to 1.00):

    {id}                 0.80 (range 0.65 to 1.00) [1]
    {id|percent_lower}   20% lower (range 35% lower to no change) [1]; says higher by itself
    {id|percent_higher}  the same
    {id|change}          the same
    {id|times}           0.80 times (range 0.65 to 1.00) [1]
    {id|percent}         a share as percent (`{id}` does this too)
    {id|one_in}          a share of 0.25 as "1 in 4 [1]"
    {id|plain}           0.80 [1]
    {id|number}          0.80: no mark, where the same text cites the record already
    {id|cite}            [1]

Inside brackets of the prose the range follows a comma: (20% lower, range 7% to 35% lower [1]).
A record without an estimate (unit `direction`) gives only its mark.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from offramp.catalogue import numbers
from offramp.catalogue.load import Catalogue
from offramp.catalogue.problems import InputError, Problem
from offramp.catalogue.schema import Evidence, Source
from offramp.catalogue.words import NOT_NAMED, may_be_named
from offramp.languages import _

PLACEHOLDER = re.compile(r"\{([^{}|]*)(?:\|([^{}]*))?\}")

_FORMS: dict[str, Callable[[Evidence], numbers.Said]] = {
    "": numbers.with_range,
    "percent": numbers.with_range,
    "percent_lower": numbers.change,
    "percent_higher": numbers.change,
    "change": numbers.change,
    "times": numbers.times,
    "one_in": numbers.one_in,
    "plain": numbers.plain,
    "number": numbers.plain,
    "cite": lambda _record: numbers.Said(""),
}
FORMS = tuple(form for form in _FORMS if form)

_UNITS_OF: dict[str, tuple[str, ...]] = {  # forms that only make sense for some units
    "percent": ("share", "percent"),
    "percent_lower": ("ratio", "log_ratio", "percent", "percentage_points"),
    "percent_higher": ("ratio", "log_ratio", "percent", "percentage_points"),
    "change": ("ratio", "log_ratio", "percent", "percentage_points"),
    "times": ("ratio", "log_ratio"),
    "one_in": ("share", "percent"),
}


def placeholders(text: str) -> list[tuple[str, str]]:
    """(record id, form) of each placeholder, in order; form "" when none is named."""
    return [(found[1].strip(), (found[2] or "").strip()) for found in PLACEHOLDER.finditer(text)]


def form_fault(evidence: Evidence, form: str) -> tuple[str, str] | None:
    """(problem, what would be right) when `form` does not suit the record."""
    if form not in _FORMS:
        return f'asks for the unknown form "{form}"', f"use one of {', '.join(FORMS)}"
    units = _UNITS_OF.get(form)
    if units and evidence.unit not in units:
        return (
            f'asks for "{form}" of {evidence.id}, whose unit is {evidence.unit}',
            f"that form is for {', '.join(units)}",
        )
    return None


def fill(text: str, catalogue: Catalogue, cite: Callable[[Evidence], str]) -> str:
    """`text` with each placeholder filled. `cite` gives a record's reference mark, or "".

    Raises InputError for an unknown record or a form that does not suit it.
    """

    def one(found: re.Match[str]) -> str:
        name, form = found[1].strip(), (found[2] or "").strip()
        record = catalogue.evidence.get(name)
        if record is None:
            raise InputError(Problem("catalogue", 0, name, "is not an evidence record", ""))
        if fault := form_fault(record, form):
            raise InputError(Problem("catalogue", 0, found[0], *fault))
        before = text[: found.start()]
        inside = before.count("(") > before.count(")")  # in brackets already: no second pair
        number = _FORMS[form](record) if record.estimate is not None else numbers.Said("")
        said = number.ranged(inside=inside)
        mark = "" if form == "number" else cite(record)
        return f"{said} {mark}" if said and mark else said or mark

    return PLACEHOLDER.sub(one, text)


@dataclass(frozen=True)
class Reference:
    """A source as listed: its number in order of first use."""

    number: int
    citation: str
    doi: str | None = None
    url: str | None = None

    @property
    def link(self) -> str | None:
        return f"https://doi.org/{self.doi}" if self.doi else self.url


@dataclass
class References:
    """Numbers sources in order of first use; records from one source share a number."""

    _numbers: dict[Source, int] = field(default_factory=dict)

    def cite(self, evidence: Evidence) -> str:
        """The mark of a record: `[1]`. Usable as the `cite` of `fill`."""
        return f"[{self.number(evidence.source)}]"

    def number(self, source: Source) -> int:
        return self._numbers.setdefault(source, len(self._numbers) + 1)

    def cite_all(self, sources: Iterable[Source]) -> str:
        """The marks of several sources: `[1] [4]`."""
        return " ".join(f"[{self.number(source)}]" for source in sources)

    @property
    def listed(self) -> list[Reference]:
        """All sources; those that endanger readers of the language spoken now are not named."""
        return [
            Reference(n, source.citation, source.doi, source.url)
            if may_be_named(f"{source.citation} {source.doi or ''} {source.url or ''}")
            else Reference(n, _(NOT_NAMED))
            for source, n in self._numbers.items()
        ]
