"""Indicators as a document: the six to start with, then each outcome, then what is not there.

Every chart stands with a sentence and a table of its numbers.
"""

from __future__ import annotations

from offramp.documents.charts import Bar, Chart, ModelPoint, Observed, Range, bar_chart, time_series
from offramp.documents.tree import (
    Block,
    Bullets,
    Callout,
    Column,
    Definitions,
    Document,
    Figure,
    Heading,
    Paragraph,
    Table,
)
from offramp.learn.indicators import phrases
from offramp.learn.indicators.figures import Cell, Read, Result
from offramp.learn.indicators.make import Report

FEWEST_POINTS = 3  # for a line
MOST_POINTS = 60
MOST_BARS = 12
KINDS = ("ethnicity", "sex", "age", "area", "arm")


def document(report: Report) -> Document:
    """The whole document."""
    described = report.place.place
    blocks: list[Block] = [_lead(report), *_first(report)]
    for outcome, title in phrases.OUTCOMES.items():
        blocks += _outcome(report, outcome, title)
    blocks += _not_there(report)
    blocks += _sources(report)
    return Document(
        title=f"Indicators: {described.name}",
        subtitle="What the data show, for whom, and what they cannot show",
        language="en-GB",
        running=f"Offramp · indicators · {described.name}",
        notice=described.example_notice or "",
        blocks=tuple(blocks),
    )


def _lead(report: Report) -> Block:
    least = report.asked.threshold
    whose = f"Police data of {phrases.agency(report.agency)}. " if report.agency else ""
    return Paragraph(
        f"{whose}Counts from 1 to {least - 1} are withheld, and others where they would give "
        f"those away. {phrases.CHANCE} Process and equity stand beside the outcomes: they are no "
        "success in themselves.",
        "lead",
    )


def _first(report: Report) -> list[Block]:
    """One table: the six to start with."""
    if not report.first:
        return []
    rows = []
    for result in report.first:
        read = phrases.best(result)
        cell = phrases.latest(read) if read is not None else None
        if read is None or cell is None:
            why = "; ".join(result.why)
            word = "Refused" if result.status == "refused" else "No data"
            rows.append((result.name, "–", f"{word}: {why}", ""))
            continue
        change = f"{read.change.says}, against {read.change.earlier}" if read.change else "–"
        note = f"{phrases.unit(read)}; {phrases.counts(cell, read)}".strip("; ")
        number = "withheld"
        if read.reference:
            number = phrases.between(read)
        elif cell.span is not None:
            number = phrases.value(cell.span.mid, read.form)
            number += f" ({phrases.ranged(cell.span, read.form)})"
        rows.append((result.name, number, f"{read.latest}: {note}", change))
    table = Table(
        caption="The six to start with",
        columns=(
            Column("Indicator", width=1.3),
            Column("Latest, with 95% range", width=1.1),
            Column("Of what", width=1.8),
            Column("Since earlier", width=1.1),
        ),
        rows=rows,
        cards=True,
    )
    return [Heading("The first six"), table]


def _outcome(report: Report, outcome: str, title: str) -> list[Block]:
    shown = [r for r in report.of_status("measured") if r.outcome == outcome]
    if not shown:
        return []
    blocks: list[Block] = [Heading(title)]
    for result in shown:
        blocks += _result(result)
    return blocks


def _result(result: Result) -> list[Block]:
    blocks: list[Block] = [Heading(result.name, 3), Paragraph(result.definition)]
    for read in result.readings:
        blocks += _reading(result, read)
    parts = f"{phrases.BETTER[result.direction]} {result.caveat}"
    blocks.append(Paragraph(parts, "small"))
    if result.why:
        blocks.append(Paragraph(f"Refused in part: {'; '.join(result.why)}.", "small"))
    return blocks


def _reading(result: Result, read: Read) -> list[Block]:
    blocks: list[Block] = []
    totals = [c for c in read.cells if c.group_kind == "all"]
    sentence = _sentence(read)
    says = read.says + (f" Definition: {read.definition}" if read.definition else "")
    blocks.append(Paragraph(says, "small"))
    table = _series_table(result, read, totals)
    known = [c for c in totals if c.span is not None]
    if len(known) >= FEWEST_POINTS and read.form != "count":
        chart = _series_chart(read, totals[-MOST_POINTS:])
        blocks.append(
            Figure(
                caption=f"{result.name}, {_unit(read)}",
                chart=chart,
                sentence=sentence,
                table=table,
                print_table=len(totals) <= 12,
            )
        )
    else:
        blocks += [Paragraph(sentence), table]
    for kind in KINDS:
        blocks += _groups(result, read, kind)
    if read.peers:
        blocks.append(_peers(result, read))
    notes = [n for n in read.notes if "left out" not in n]
    small = [phrases.missing(read), *(f"{n[:1].upper()}{n[1:]}." for n in notes)]
    said = " ".join(part for part in small if part)
    if said:
        blocks.append(Paragraph(said, "small"))
    return blocks


def _unit(read: Read) -> str:
    if read.form in ("share", "survey"):
        return "in percent"
    return "number" if read.form == "count" else phrases.unit(read)


def _sentence(read: Read) -> str:
    cell = phrases.latest(read)
    if cell is None:
        return "No period can be shown."
    text = f"In {read.latest}: {phrases.said(cell, read)}."
    return text + (f" {phrases.changed(read.change)}." if read.change else "")


def _when(period: str) -> float:
    if len(period) == 4:
        return float(period)
    if "Q" in period:
        return int(period[:4]) + (int(period[-1]) - 1) / 4
    return int(period[:4]) + (int(period[5:7]) - 1) / 12


def _scaled(value: float, read: Read) -> float:
    return 100 * value if read.form in ("share", "survey") else value


def _series_chart(read: Read, totals: list[Cell]) -> Chart:
    seen = [
        Observed(_when(c.period), _scaled(c.span.mid, read) if c.span else None) for c in totals
    ]
    band = []
    for cell in totals:
        if cell.span is not None:
            low, mid, high = (
                _scaled(v, read) for v in (cell.span.low, cell.span.mid, cell.span.high)
            )
            band.append(ModelPoint(_when(cell.period), Range(low, mid, high)))
    seen, gaps = _with_gaps(seen, totals)
    if gaps:
        band = []  # a band is drawn without breaks: across a gap it would say what nobody knows
    full = max(c.months for c in totals)
    partial = [_when(c.period) for c in totals if c.months < full]
    return time_series(
        seen,
        band,
        observed_label="recorded",
        model_label="95% range",
        partial=partial,
    )


def _with_gaps(seen: list[Observed], totals: list[Cell]) -> tuple[list[Observed], bool]:
    """An empty point where periods are missing, so that no line is drawn across."""
    step = {4: 1.0, 7: 1 / 12}.get(len(totals[0].period), 0.25)
    if "Q" in totals[0].period:
        step = 0.25
    out: list[Observed] = []
    for point in seen:
        if out and point.x - out[-1].x > 1.5 * step:
            out.append(Observed(out[-1].x + step, None))
        out.append(point)
    return out, len(out) > len(seen)


def _series_table(result: Result, read: Read, totals: list[Cell]) -> Table:
    rows = []
    for cell in totals:
        if cell.span is None or read.form == "count":
            rows.append((cell.period, phrases.counts(cell, read), "–", "–"))
            continue
        rows.append(
            (
                cell.period,
                phrases.counts(cell, read),
                phrases.value(cell.span.mid, read.form),
                phrases.ranged(cell.span, read.form),
            )
        )
    head = phrases.unit(read) or "share"
    return Table(
        caption=f"{result.name} by period",
        columns=(
            Column("Period", width=0.6),
            Column("Counts", "right"),
            Column(head[:1].upper() + head[1:], "right"),
            Column("95% range", "right"),
        ),
        rows=rows,
        dense=True,
    )


def _groups(result: Result, read: Read, kind: str) -> list[Block]:
    cells = sorted(
        phrases.latest_groups(read, kind), key=lambda c: -(c.denominator or c.numerator or 0)
    )[:MOST_BARS]
    if not cells:
        return []
    year, name = read.year, phrases.KINDS[kind]
    reference = read.reference.get(kind)
    rows = []
    for cell in cells:
        label = phrases.group(cell.group)
        if cell.withheld:
            rows.append((label, f"withheld ({cell.withheld})", "–", "–", "–"))
            continue
        value = phrases.value(cell.span.mid, read.form) if cell.span else "–"
        ends = phrases.ranged(cell.span, read.form) if cell.span else "–"
        against = "reference" if cell.group == reference else phrases.times(cell.against) or "–"
        rows.append((label, phrases.counts(cell, read), value, ends, against))
    against_head = f"Times {phrases.group(reference)}" if reference else "Times"
    columns = [
        Column(name[:1].upper() + name[1:], width=1.0),
        Column("Counts", "right"),
        Column("Value", "right", width=0.7),
        Column("95% range", "right"),
    ]
    if reference:
        columns.append(Column(against_head, "right", width=1.2))
    else:
        rows = [row[:4] for row in rows]  # type: ignore[misc]
    table = Table(f"{result.name} by {name}, {year}", tuple(columns), rows, dense=True)
    shown = [c for c in cells if c.span is not None and not c.withheld]
    if len(shown) < 2 or read.form == "count" or kind == "area":
        return [table]
    bars = [
        Bar(
            phrases.group(c.group),
            c.span.mid if c.span else 0.0,
            phrases.value(c.span.mid, read.form) if c.span else "",
            f"({phrases.ranged(c.span, read.form)})" if c.span else "",
        )
        for c in shown
    ]
    chart = bar_chart(bars)
    caption = f"{result.name} by {name}, {year}, {_unit(read)}"
    sentence = _group_sentence(shown, reference)
    return [Figure(caption, chart, sentence, table=table, print_table=True)]


def _group_sentence(cells: list[Cell], reference: str | None) -> str:
    """Who stands apart from the group of reference by more than chance; nobody is ranked."""
    if reference is None:
        return "Bars are values, 95% ranges in brackets."
    apart: list[str] = []
    alike: list[str] = []
    for cell in cells:
        ratio = cell.against.ratio if cell.against else None
        if ratio is None:
            continue
        text = f"{phrases.group(cell.group)} {phrases.amount(ratio.mid)} times"
        (alike if ratio.low <= 1 <= ratio.high else apart).append(text)
    parts = []
    if apart:
        parts.append(f"Against {phrases.group(reference)}: {', '.join(apart)}")
    if alike:
        parts.append(f"not told from chance: {', '.join(alike)}")
    return "; ".join(parts) + "." if parts else "No group can be compared."


def _peers(result: Result, read: Read) -> Table:
    own = phrases.latest(read)
    rows = []
    for cell in ([own] if own is not None else []) + list(read.peers):
        value = phrases.value(cell.span.mid, read.form) if cell.span else "withheld"
        ends = phrases.ranged(cell.span, read.form) if cell.span else "–"
        rows.append((phrases.agency(cell.unit), phrases.counts(cell, read), value, ends))
    return Table(
        f"{result.name}: others in {read.latest}, in the order of their names",
        (Column("Who"), Column("Counts", "right"), Column("Value", "right", width=0.7),
         Column("95% range", "right")),
        rows,
        dense=True,
        notes=("Others differ in how they write things down; a difference is no judgement.",),
    )  # fmt: skip


def _not_there(report: Report) -> list[Block]:
    blocks: list[Block] = []
    refused = report.of_status("refused")
    partly = [r for r in report.results if r.status == "measured" and r.why]
    if refused or partly or report.left_out:
        inside: list[Block] = []
        items = [f"{r.name}: {'; '.join(r.why)}." for r in (*refused, *partly)]
        items += [f"{month} {why}: left out." for month, why in sorted(report.left_out.items())]
        inside.append(Bullets(tuple(items)))
        title = "What these data cannot bear"
        blocks += [Heading(title), Callout("caution", "Refused, and why", tuple(inside))]
    empty = report.of_status("no data")
    if empty:
        blocks += [
            Heading("Not measured yet"),
            Paragraph("Nothing imported holds these. What each would need:"),
            Definitions(tuple((r.name, r.source + ".") for r in empty)),
        ]
    other = report.of_status("not in tables")
    if other:
        blocks += [
            Heading("Measured in another way"),
            Definitions(tuple((r.name, "; ".join(r.why)) for r in other)),
        ]
    return blocks


def _sources(report: Report) -> list[Block]:
    items = [
        f"{s['file']}: {s['rows']:,} rows, {s['first']} to {s['last']}. {' '.join(s['notes'])}"
        for s in report.sources
    ]
    items += list(report.people)
    if not items:
        return []
    return [Heading("Sources"), Bullets(tuple(items))]
