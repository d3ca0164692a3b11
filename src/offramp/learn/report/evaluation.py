"""An evaluation as a document: evaluation.html and .pdf. The verdict stands first, then why, then
the estimate, the checks and what the lock of the plan is worth."""

from __future__ import annotations

from datetime import date
from typing import Literal

from offramp.documents.charts import Chart, EffectPanel, EffectRow, Range, interval_chart
from offramp.documents.html import render_html
from offramp.documents.pdf import render_pdf
from offramp.documents.tree import (
    Block,
    Bullets,
    Callout,
    Column,
    Definitions,
    Document,
    Figure,
    Heading,
    KeyNumber,
    KeyNumbers,
    Paragraph,
    Table,
)
from offramp.learn.evaluate import Evaluation
from offramp.learn.text import DESIGNS, how_many, lock_words, p_text
from offramp.learn.verdict import amount, change, range_text

STATUS = {
    "passed": "Passed",
    "failed": "Failed",
    "noted": "To note",
    "not possible": "Not possible",
}
MOST_POINTS = 24


def files(found: Evaluation, today: date) -> dict[str, bytes]:
    """By name. The same study and day give the same bytes."""
    pages = document(found, today)
    return {
        "evaluation.html": render_html(pages).encode(),
        "evaluation.pdf": render_pdf(pages),
    }


def document(found: Evaluation, today: date) -> Document:
    study = found.study
    verdict = found.verdict
    word = f"{verdict.word[:1].upper()}{verdict.word[1:]}"
    blocks: list[Block] = [
        Paragraph(study.question, "lead"),
        _numbers(found),
        Callout(_kind(found), f"Verdict: {word}", (Bullets(verdict.reasons),)),
        Heading("What was compared"),
        Definitions(tuple(_compared(found))),
        Heading("What could make it wrong"),
        _checks(found),
        *_chart(found),
        Heading("Was the plan fixed before?"),
        Paragraph(lock_words(found)),
        Paragraph(
            "One result in one place is one result. It does not say why, nor what would have "
            "happened elsewhere, and it does not replace asking those whom it concerns.",
            "small",
        ),
    ]
    return Document(
        title=study.name,
        subtitle="Did it work? A fair comparison, which may answer that it cannot tell",
        language="en-GB",
        running="Offramp · evaluation",
        date_line=f"{today.day} {today:%B %Y}",
        blocks=tuple(blocks),
    )


def _kind(found: Evaluation) -> Literal["note", "caution"]:
    return "caution" if found.verdict.word in ("harms", "cannot tell") else "note"


def _numbers(found: Evaluation) -> KeyNumbers:
    study, e = found.study, found.estimate
    matters = amount(study.smallest_effect.value, study.smallest_effect.unit)
    seen = "nothing" if e.detectable is None else amount(abs(e.detectable), e.unit)
    return KeyNumbers(
        (
            KeyNumber(
                f"{study.outcome.name[:1].upper()}{study.outcome.name[1:]}",
                change(e.effect, e.unit), f"{e.level:.0%} {range_text(e)}"
            ),
            KeyNumber(
                "Told from luck",
                p_text(e.p),
                note="how often luck alone would give as much",
            ),
            KeyNumber(
                "Smallest change that matters", matters,
                note=f"the study would reliably have seen about {seen}",
            ),
        )
    )  # fmt: skip


def _compared(found: Evaluation) -> list[tuple[str, str]]:
    study = found.study
    rows = [
        ("Outcome", f"{study.outcome.name}; better is {study.outcome.better}"),
        ("Design", DESIGNS[study.design]),
        ("Method", found.estimate.method),
        ("How many", how_many(found)),
    ]
    if study.intervention is not None:
        when = study.intervention.date or f"{len(study.intervention.starts)} different dates"
        rows.insert(1, ("What was done", f"{study.intervention.what} (from {when})"))
    if study.comparison is not None:
        rows.append(("Why these", study.comparison.why))
    return rows


def _chart(found: Evaluation) -> list[Block]:
    """Effects by distance to the start, for designs that have them."""
    points = [p for p in found.event_study if p["low"] is not None and p["high"] is not None]
    if len(points) < 3:
        return []
    near = sorted(points, key=lambda p: abs(p["periods"] or 0))[:MOST_POINTS]
    near.sort(key=lambda p: p["periods"] or 0)
    unit = "percent" if found.estimate.unit == "percent" else "points"
    rows, cells = [], []
    for p in near:
        middle, low, high = (float(p[k] or 0.0) for k in ("effect", "low", "high"))
        label = f"{int(p['periods'] or 0):+d}"
        rows.append(EffectRow(label, Range(low, middle, high)))
        cells.append((label, f"{middle:+.0f}", f"{low:+.0f} to {high:+.0f}"))
    chart: Chart = interval_chart([EffectPanel(found.study.outcome.name, unit, rows)])
    table = Table(
        "Effect by time to the start",
        (Column("Periods"), Column("Effect", "right"), Column("95% range", "right")),
        cells,
        dense=True,
    )
    sentence = (
        "Before the start (negative) the effects should lie around nothing. Ranges here are for "
        "the eye; the verdict rests on the method named above."
    )
    return [Figure("Effect by periods before and after the start", chart, sentence, table=table)]


def _checks(found: Evaluation) -> Table:
    rows = [(STATUS[c.status], c.name[:1].upper() + c.name[1:], c.says) for c in found.checks]
    return Table(
        "Checks",
        (
            Column("Result", width=0.5),
            Column("Check", width=0.8),
            Column("What it found", width=2.6),
        ),
        rows,
        row_header=False,
        cards=True,
    )  # fmt: skip
