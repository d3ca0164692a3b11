"""The early warning as a document, one for each reader: alerts-health or alerts-police, HTML and
PDF. The page for police holds no number, area or substance, and no chart."""

from __future__ import annotations

from datetime import date

from offramp.documents.charts import ModelPoint, Observed, Range, time_series
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
    Numbered,
    Paragraph,
    Table,
)
from offramp.learn.alerts import words
from offramp.learn.alerts.audience import SMALL_PRINT, USUAL, police_lines
from offramp.learn.alerts.playbook import Audience, playbook
from offramp.learn.alerts.watch import Alert, Looked, Report

MOST_CHARTS = 6


def files(report: Report, audience: Audience) -> dict[str, bytes]:
    """By name. The same data and settings give the same bytes."""
    pages = document(report, audience)
    return {
        f"alerts-{audience}.html": render_html(pages).encode(),
        f"alerts-{audience}.pdf": render_pdf(pages),
    }


def document(report: Report, audience: Audience) -> Document:
    name = report.place.place.name
    blocks = _police(report) if audience == "police" else _health(report)
    for_whom = "for police" if audience == "police" else "for the health partner"
    return Document(
        title=f"Early warning: {name}",
        subtitle=f"More than usual, in weeks; {for_whom}",
        language="en-GB",
        running=f"Offramp · early warning · {name}",
        notice=report.place.place.example_notice or "",
        blocks=tuple(blocks),
    )


def _steps(audience: Audience) -> list[Block]:
    book = playbook(audience)
    return [Heading(f"{book.title}: what to do"), Numbered(tuple(s.do for s in book.steps))]


def _police(report: Report) -> list[Block]:
    kinds = {a.period: a.kind for a in report.alerts} | {o.last: o.kind for o in report.looked}
    lines = [
        f"{words.when(period, kinds.get(period, 'week'))}: {what} {USUAL}."
        for period, what in police_lines(report)
    ]
    said = [line[:1].upper() + line[1:] for line in lines] or ["Nothing above the usual range."]
    never = Callout("caution", "Not a lead", (Paragraph(playbook("police").never),))
    return [Bullets(tuple(said)), *_steps("police"), never]


def _health(report: Report) -> list[Block]:
    blocks: list[Block] = [Paragraph(_lead(report), "lead")]
    if report.alerts:
        blocks += [Heading("Above the usual range"), _table(report)]
        blocks += [Paragraph(_driven(alert)) for alert in report.alerts if alert.drivers]
    blocks += [Paragraph(words.cluster_says(one, where=False)) for one in report.clusters]
    blocks += _steps("health")
    alerted = {(a.table, a.measure, a.definition, a.area) for a in report.alerts}
    first = [o for o in report.looked if (o.table, o.measure, o.definition, o.area) in alerted]
    for one in (first or list(report.looked))[:MOST_CHARTS]:
        blocks.append(_figure(one))
    small = [words.method_says(report), words.budget_says(report)]
    small += [words.looked_says(one) for one in report.looked]
    blocks += [Heading("How it was looked for"), Bullets((*small, *report.notes))]
    return [*blocks, Callout("note", "Keep it close", (Paragraph(SMALL_PRINT),))]


def _lead(report: Report) -> str:
    many = len(report.looked)
    series = f"{many} series" if many > 1 else "one series"
    if not report.alerts:
        return f"Nothing above the usual range in {series}."
    periods = len({(a.table, a.area, a.period) for a in report.alerts})
    return (
        f"{periods} time{'s' if periods > 1 else ''} above the usual range in {series}. Look first "
        "whether it is real; then act, health first."
    )


def _table(report: Report) -> Table:
    rows = []
    for a in report.alerts:
        name = words.what(a.table, a.measure, a.area)
        count = f"{a.count}, not final" if a.provisional else f"{a.count}"
        when = words.when(a.period, a.kind)
        rows.append((when[:1].upper() + when[1:], name, count, words.usual(a.low, a.high),
                     f"{a.expected:g}"))  # fmt: skip
    return Table(
        caption="What stands above its usual range",
        columns=(
            Column("When", width=1.4),
            Column("What", width=1.4),
            Column("Count", "right", width=0.8),
            Column("Usual", "right", width=0.8),
            Column("Expected", "right", width=0.8),
        ),
        rows=rows,
        cards=True,
    )


def _driven(alert: Alert) -> str:
    when = words.when(alert.period, alert.kind)
    return f"{when[:1].upper()}{when[1:]}: {words.drivers_say(alert)}"


def _figure(one: Looked) -> Figure:
    name = words.what(one.table, one.measure, one.area)
    title = f"{name[:1].upper()}{name[1:]} by {one.kind}"
    seen = [Observed(_year(period, one.kind), count) for period, count, *_ in one.chart]
    band = [
        ModelPoint(_year(period, one.kind), Range(low, max(min(mean, high), low), high))
        for period, _, low, mean, high in one.chart
    ]
    many = len(one.alerted)
    verb = "was" if many == 1 else "were"
    sentence = (
        f"{many} of {len(one.chart)} {one.kind}s {verb} told as above the usual range: "
        f"{', '.join(one.alerted[-12:])}."
        if many
        else f"None of {len(one.chart)} {one.kind}s stands above the usual range."
    )
    rows = [
        (period, "not known" if count is None else f"{count:g}", words.usual(low, high))
        for period, count, low, _, high in one.chart
    ]
    table = Table(
        caption=f"{title}: counts and usual range",
        columns=(Column("From"), Column("Count", "right"), Column("Usual", "right")),
        rows=rows,
        dense=True,
    )
    chart = time_series(seen, band, observed_label="counted", model_label="usual range")
    return Figure(title, chart, sentence, table=table)


def _year(period: str, kind: str) -> float:
    """2013.47: for the axis."""
    if kind == "week":
        day = date.fromisoformat(period)
        return day.year + (day.timetuple().tm_yday - 1) / 365.25
    return int(period[:4]) + (int(period[5:7]) - 1) / 12
