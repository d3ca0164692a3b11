"""What an indicator says, as plain records; `as_dict` is the JSON."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Literal

from offramp.learn.indicators.intervals import Against, Span

Status = Literal["measured", "refused", "no data", "not in tables"]


@dataclass(frozen=True)
class Cell:
    """One number. unit: the agency or area it is of; months: how much of the period the data
    cover; group_kind: all, area, sex, age or ethnicity; denominator: None where it is not known.

    withheld: "" when shown, else why not: small, protects a small one, by its publisher."""

    unit: str
    period: str
    months: float
    group_kind: str
    group: str
    numerator: float | None
    denominator: float | None
    span: Span | None = None
    withheld: str = ""
    against: Against | None = None  # the group of reference, or the earlier period


@dataclass(frozen=True)
class Change:
    """The latest period against an earlier one, both over the same calendar months."""

    period: str
    earlier: str
    months: tuple[str, ...]
    against: Against
    says: str


@dataclass(frozen=True)
class Read:
    """One reading of an indicator. measure: "share", "rate", "ratio", "count"; per: its unit;
    cells: of the place; peers: of others, the latest period; missing: by kind, what share of the
    rows does not say."""

    says: str
    form: str
    per: int
    of: str  # what the denominator is, in words
    definition: str
    cells: tuple[Cell, ...]
    peers: tuple[Cell, ...] = ()
    change: Change | None = None
    reference: dict[str, str] = field(default_factory=dict)
    missing: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    latest: str = ""
    year: str = ""  # of the groups to speak of


@dataclass(frozen=True)
class Result:
    """An indicator of the catalogue: measured, or why not."""

    id: str
    name: str
    outcome: str
    first: int | None
    definition: str
    numerator: str
    denominator: str
    source: str
    direction: str
    caveat: str
    smallest: int
    status: Status
    readings: tuple[Read, ...] = ()
    why: tuple[str, ...] = ()


def span_dict(span: Span | None) -> dict[str, Any] | None:
    if span is None:
        return None
    high = None if math.isinf(span.high) else span.high
    return {"value": span.mid, "low": span.low, "high": high}


def against_dict(against: Against | None) -> dict[str, Any] | None:
    if against is None:
        return None
    return {
        "ratio": span_dict(against.ratio),
        "difference": span_dict(against.difference),
        "p": against.p,
    }


def cell_dict(cell: Cell) -> dict[str, Any]:
    return {
        "unit": cell.unit,
        "period": cell.period,
        "months": cell.months,
        "group_kind": cell.group_kind,
        "group": cell.group,
        "numerator": cell.numerator,
        "denominator": cell.denominator,
        "result": span_dict(cell.span),
        "withheld": cell.withheld or None,
        "against": against_dict(cell.against),
    }


def read_dict(read: Read) -> dict[str, Any]:
    change = read.change
    return {
        "says": read.says,
        "form": read.form,
        "per": read.per,
        "of": read.of,
        "definition": read.definition,
        "latest": read.latest,
        "latest_year": read.year,
        "cells": [cell_dict(cell) for cell in read.cells],
        "peers": [cell_dict(cell) for cell in read.peers],
        "change": change
        and {
            "period": change.period,
            "earlier": change.earlier,
            "months": list(change.months),
            "against": against_dict(change.against),
            "says": change.says,
        },
        "reference": read.reference,
        "missing": read.missing,
        "notes": list(read.notes),
    }


def result_dict(result: Result) -> dict[str, Any]:
    plain = {
        name: getattr(result, name)
        for name in (
            "id", "name", "outcome", "first", "definition", "numerator", "denominator", "source",
            "direction", "caveat", "smallest", "status",
        )
    }  # fmt: skip
    return {
        **plain,
        "why": list(result.why),
        "readings": [read_dict(read) for read in result.readings],
    }
