"""Where each number, law fact and service of a place comes from, and how old it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from offramp.place.schema import Figure, Group, LawFact, Place, Section, Service

Basis = Literal["local", "preset", "judged"]
YEAR_OLD_DAYS = 365.25


@dataclass(frozen=True)
class Known:
    """One thing that is known (or taken) about a place.

    field: dotted, as in place.toml; value: a number, or a word for law and services; age: years
    at the place's `as_of`, None when no date is given.
    """

    field: str
    value: float | str
    low: float | None
    high: float | None
    basis: Basis
    source: str
    on: date | int | None
    age: float | None
    evidence: str | None = None


def known_about(place: Place) -> list[Known]:
    """Every figure, law fact and service of a (resolved) place, in the order of the schema."""
    return list(_walk(place, "", place.as_of))


def age_in_years(on: date | int | None, as_of: date) -> float | None:
    """How old something was at `as_of`; a year counts from its middle."""
    if on is None:
        return None
    day = on if isinstance(on, date) else date(on, 7, 1)
    return max((as_of - day).days / YEAR_OLD_DAYS, 0.0)


def _walk(section: Section, path: str, as_of: date) -> Iterator[Known]:
    for name in type(section).model_fields:
        value = getattr(section, name)
        here = f"{path}.{name}" if path else name
        yield from _one(value, here, as_of)


def _one(value: object, path: str, as_of: date) -> Iterator[Known]:
    if isinstance(value, Figure):
        yield Known(
            path,
            value.value,
            value.low,
            value.high,
            value.basis,
            value.source,
            value.on,
            age_in_years(value.on, as_of),
            value.evidence,
        )
    elif isinstance(value, LawFact):
        source = value.citation or ""
        age = age_in_years(value.on, as_of)
        yield Known(path, value.status, None, None, value.basis, source, value.on, age)
    elif isinstance(value, Service):
        source, age = value.source or "", age_in_years(value.on, as_of)
        yield Known(path, value.exists, None, None, value.basis, source, value.on, age)
        yield from _walk(value, path, as_of)
    elif isinstance(value, Section):
        yield from _walk(value, path, as_of)
    elif isinstance(value, list):
        for index, item in enumerate(value, start=1):
            label = item.name if isinstance(item, Group) else str(index)
            yield from _one(item, f"{path}[{label}]", as_of)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _one(item, f"{path}.{key}", as_of)
