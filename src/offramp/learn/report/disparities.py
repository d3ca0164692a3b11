"""The files of a disparities report: disparities.json, .csv, .xlsx, .html and .pdf."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator

from offramp.documents.charts import EffectPanel, EffectRow, Range, interval_chart
from offramp.documents.html import render_html
from offramp.documents.pdf import render_pdf
from offramp.documents.tree import (
    Block,
    Bullets,
    Callout,
    Column,
    Document,
    Figure,
    Heading,
    Paragraph,
    Row,
    Table,
)
from offramp.learn.disparities import text
from offramp.learn.disparities.figures import Compared, Test
from offramp.learn.disparities.make import Disparities
from offramp.learn.disparities.words import LEAD
from offramp.learn.indicators import phrases
from offramp.learn.indicators.intervals import Span
from offramp.learn.report.workbook import Value, workbook

HEADS = (
    "test", "group", "reference", "numerator", "denominator", "value", "low", "high", "ratio",
    "ratio_low", "ratio_high", "difference", "difference_low", "difference_high",
    "ratio_within_strata", "within_low", "within_high", "strata", "p", "q", "reads", "withheld",
)  # fmt: skip


def files(found: Disparities) -> dict[str, bytes]:
    """By name. The same data give the same bytes."""
    pages = document(found)
    rows = list(_rows(found))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADS)
    writer.writerows(rows)
    data = json.dumps(found.as_dict(), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    about = [(t.id, t.name, t.asks, t.method, t.limits, t.refused, "; ".join(t.notes))
             for t in found.tests]  # fmt: skip
    heads = ("test", "name", "asks", "method", "limits", "refused because", "notes")
    return {
        "disparities.html": render_html(pages).encode(),
        "disparities.pdf": render_pdf(pages),
        "disparities.json": data.encode(),
        "disparities.csv": out.getvalue().encode(),
        "disparities.xlsx": workbook(
            {
                "comparisons": (HEADS, rows),
                "tests": (heads, about),
                "read me": (("what", "meaning"), _read_me(found)),
            }
        ),
    }


def _rows(found: Disparities) -> Iterator[list[Value]]:
    for test in found.tests:
        for one in test.compared:
            spans: list[Value] = []
            for span in (one.value, one.ratio, one.difference, one.within):
                ends = (span.mid, span.low, span.high) if span else (None, None, None)
                spans += [None if v is None or math.isinf(v) else float(f"{v:.6g}") for v in ends]
            yield [
                test.id, one.group, test.reference, one.k, one.n, *spans, one.strata, one.p, one.q,
                "reference" if one.group == test.reference else text.reads(test, one),
                one.withheld,
            ]  # fmt: skip


def _read_me(found: Disparities) -> Iterator[list[Value]]:
    yield ["place", found.place.place.name]
    if found.place.place.example_notice:
        yield ["notice", found.place.place.example_notice]
    yield ["what was looked at", text.about(found)]
    yield ["how to read", LEAD]
    yield ["ratio_within_strata", "the ratio within the strata that the notes of the test name"]
    for line in found.sources:
        yield ["residents", line]


def document(found: Disparities) -> Document:
    """The whole report as a document."""
    described = found.place.place
    blocks: list[Block] = [Paragraph(text.about(found), "lead"), Paragraph(LEAD)]
    blocks += [Heading("At a glance"), _glance(found)]
    for test in found.tests:
        blocks += _test(test)
    if found.sources or found.left_out:
        items = [*found.sources]
        items += [f"{month} {why}: left out" for month, why in found.left_out.items()]
        blocks += [Heading("Sources and months left out"), Bullets(tuple(items))]
    return Document(
        title=f"Disparities: {described.name}",
        subtitle="Are groups treated alike in drug searches, as far as counts can tell?",
        language="en-GB",
        running=f"Offramp · disparities · {described.name}",
        notice=described.example_notice or "",
        blocks=tuple(blocks),
    )


def _glance(found: Disparities) -> Table:
    rows = []
    for test in found.tests:
        said = f"Refused: {test.refused}." if test.refused else text.sentence(test)
        rows.append((test.name, said))
    columns = (Column("Test", width=0.8), Column("What it says", width=2.2))
    return Table("What each test says", columns, rows, cards=True)


def _test(test: Test) -> list[Block]:
    blocks: list[Block] = [Heading(test.name), Paragraph(test.asks)]
    if test.refused:
        blocks.append(
            Callout(
                "caution", "Refused", (Paragraph(f"{test.refused[:1].upper()}{test.refused[1:]}."),)
            )
        )
        return blocks
    shown = [one for one in test.compared if _effect(test, one) is not None]
    table = _table(test)
    if shown:
        name = phrases.group(test.reference)
        unit = "points of a hundred" if test.id == "threshold" else "percent more or less"
        panel = EffectPanel(
            f"Against {name}", unit, [EffectRow(phrases.group(o.group), _effect(test, o))
                                     for o in shown],
        )  # fmt: skip
        figure = Figure(
            caption=f"{test.name}: difference from {name}",
            chart=interval_chart([panel], alt=text.sentence(test)),
            sentence=text.sentence(test),
            table=table,
            print_table=True,
        )
        blocks.append(figure)
    else:
        blocks.append(table)
    blocks.append(Paragraph(f"Method: {test.method}", "small"))
    for note in test.notes:
        blocks.append(Paragraph(f"{note[:1].upper()}{note[1:]}.", "small"))
    blocks.append(Callout("note", "What this test cannot say", (Paragraph(test.limits),)))
    return blocks


def _effect(test: Test, one: Compared) -> Range | None:
    """The comparison as a difference in percent (or points), for the chart."""
    if one.p is None:
        return None
    if test.id == "threshold":
        span: Span | None = one.difference
        return Range(100 * span.low, 100 * span.mid, 100 * span.high) if span else None
    span = one.within or one.ratio
    if span is None or math.isinf(span.high):
        return None
    return Range(100 * (span.low - 1), 100 * (span.mid - 1), 100 * (span.high - 1))


def _table(test: Test) -> Table:
    rows: list[Row] = []
    for one in test.compared:
        label = phrases.group(one.group)
        if one.withheld:
            rows.append(Row((label, f"withheld ({one.withheld})", "–", "–", "–", "–")))
            continue
        counts = "withheld (small)"
        if one.k is not None and one.n is not None:
            of = "" if test.id == "search_rates" else f" of {one.n:,.0f}"
            counts = f"{one.k:,.0f}{of}"
        if one.group == test.reference:
            rows.append(Row((label, counts, text.value(test, one) or "–", "reference", "", "")))
            continue
        rows.append(
            Row(
                (
                    label, counts, text.value(test, one) or "–", text.compared(test, one) or "–",
                    text.q(one) or "–", text.reads(test, one),
                )
            )
        )  # fmt: skip
    name = phrases.group(test.reference)
    against = {"threshold": f"Less {name}", "veil_of_darkness": "Odds in the dark"}.get(
        test.id, f"Times {name}"
    )
    return Table(
        f"{test.name}, by group",
        (
            Column("Group", width=0.8),
            Column("Counts", "right", width=0.9),
            Column(f"Value, {test.value_is}", "right", width=1.3),
            Column(against, "right", width=1.2),
            Column("q", "right", width=0.7),
            Column("Reads", width=1.2),
        ),
        rows,
        dense=True,
    )
