"""The files of an indicators report: indicators.json, .csv, .xlsx, .html and .pdf."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator

from offramp.documents.html import render_html
from offramp.documents.pdf import render_pdf
from offramp.learn.indicators import phrases
from offramp.learn.indicators.figures import Cell, Read, Result
from offramp.learn.indicators.make import Report
from offramp.learn.report.indicator_pages import document
from offramp.learn.report.workbook import Value, workbook

NUMBERS = (
    "indicator", "name", "outcome", "reading", "definition", "of", "unit", "period", "months",
    "group_kind", "group", "numerator", "denominator", "form", "per", "value", "low", "high",
    "reference", "times", "times_low", "times_high", "withheld",
)  # fmt: skip
CHANGES = (
    "indicator", "name", "reading", "definition", "period", "earlier", "months_compared",
    "times", "low", "high", "p", "says",
)  # fmt: skip
INDICATORS = (
    "indicator", "name", "outcome", "status", "why", "definition", "numerator", "denominator",
    "source", "direction", "caveat", "smallest count shown",
)  # fmt: skip


def files(report: Report) -> dict[str, bytes]:
    """By name. The same data give the same bytes."""
    pages = document(report)
    rows = list(numbers(report))
    return {
        "indicators.html": render_html(pages).encode(),
        "indicators.pdf": render_pdf(pages),
        "indicators.json": (
            json.dumps(report.as_dict(), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
        ).encode(),
        "indicators.csv": _csv(rows),
        "indicators.xlsx": workbook(
            {
                "numbers": (NUMBERS, rows),
                "changes": (CHANGES, _changes(report)),
                "indicators": (INDICATORS, _about(report)),
                "read me": (("what", "meaning"), _read_me(report)),
            }
        ),
    }


def numbers(report: Report) -> Iterator[list[Value]]:
    """One row for each cell, in the order of NUMBERS."""
    for result in report.results:
        for number, read in enumerate(result.readings, 1):
            for cell in (*read.cells, *read.peers):
                yield _row(result, number, read, cell)


def _row(result: Result, number: int, read: Read, cell: Cell) -> list[Value]:
    span = cell.span
    ratio = cell.against.ratio if cell.against is not None else None
    return [
        result.id, result.name, result.outcome, number, read.definition, read.of, cell.unit,
        cell.period, cell.months, cell.group_kind, cell.group, cell.numerator, cell.denominator,
        read.form, read.per,
        *(_plain(v) for v in ((span.mid, span.low, span.high) if span else (None,) * 3)),
        read.reference.get(cell.group_kind, ""),
        *(_plain(v) for v in ((ratio.mid, ratio.low, ratio.high) if ratio else (None,) * 3)),
        cell.withheld,
    ]  # fmt: skip


def _plain(value: float | None) -> float | None:
    return None if value is None or math.isinf(value) else float(f"{value:.6g}")


def _csv(rows: list[list[Value]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(NUMBERS)
    writer.writerows(rows)
    return out.getvalue().encode()


def _changes(report: Report) -> Iterator[list[Value]]:
    for result in report.results:
        for number, read in enumerate(result.readings, 1):
            if read.change is None:
                continue
            change, ratio = read.change, read.change.against.ratio
            ends = (ratio.mid, ratio.low, ratio.high) if ratio else (None,) * 3
            yield [
                result.id, result.name, number, read.definition, change.period, change.earlier,
                " ".join(change.months), *(_plain(v) for v in ends), _plain(change.against.p),
                change.says,
            ]  # fmt: skip


def _about(report: Report) -> Iterator[list[Value]]:
    for r in report.results:
        yield [
            r.id, r.name, r.outcome, r.status, "; ".join(r.why), r.definition, r.numerator,
            r.denominator, r.source, phrases.BETTER[r.direction], r.caveat, r.smallest,
        ]  # fmt: skip


def _read_me(report: Report) -> Iterator[list[Value]]:
    described = report.place.place
    yield ["place", described.name]
    if described.example_notice:
        yield ["notice", described.example_notice]
    yield ["agency", report.agency or "none in the data"]
    yield ["value", "numerator / denominator; a rate is for each `per` of `of`, a year"]
    yield ["low, high", phrases.CHANCE]
    yield ["times", "the value against that of the group of reference"]
    yield ["months", "how many months of the period the data cover; a rate takes account of it"]
    least = report.asked.threshold
    yield ["withheld", f"small: a count from 1 to {least - 1}; others protect a small one"]
    yield ["process and equity", "stand beside the outcomes and are no success in themselves"]
    for month, why in sorted(report.left_out.items()):
        yield [f"left out: {month}", why]
    for source in report.sources:
        yield [f"source: {source['file']}", f"{source['rows']} rows, {source['first']} to "
               f"{source['last']}. {' '.join(source['notes'])}"]  # fmt: skip
    for line in report.people:
        yield ["residents", line]
