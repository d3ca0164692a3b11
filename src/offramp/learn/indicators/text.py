"""Indicators as plain lines for a terminal of 80 columns."""

from __future__ import annotations

import textwrap

from offramp.learn.indicators import phrases
from offramp.learn.indicators.figures import Cell, Read, Result
from offramp.learn.indicators.make import Report

WIDTH = 80
MOST_ROWS = 12  # of a breakdown
MOST_PEERS = 6


def report_text(report: Report) -> str:
    """The whole report."""
    name = report.place.place.name
    lines = [f"Indicators: {name}", "=" * min(WIDTH, len(name) + 12)]
    if report.place.place.example_notice:
        lines += _wrap(report.place.place.example_notice, "")
    least = report.asked.threshold
    lines += _wrap(
        f"Counts from 1 to {least - 1}, and those that would give them away, are withheld. "
        + phrases.CHANCE,
        "",
    )
    if report.agency:
        others = ", ".join(report.peers) or "none"
        lines += _wrap(f"Police data of {report.agency}; others in the data: {others}.", "")
    if report.first:
        lines += ["", *_head("The first six")]
        for result in report.first:
            lines += _one(result)
    for outcome, title in phrases.OUTCOMES.items():
        rest = [r for r in report.of_status("measured") if r.outcome == outcome and not r.first]
        if rest:
            note = " (beside the outcomes; never success in itself)"
            lines += ["", *_head(title + (note if outcome in ("process", "equity") else ""))]
            for result in rest:
                lines += _one(result)
    lines += _cannot(report)
    return "\n".join(lines)


def _cannot(report: Report) -> list[str]:
    lines: list[str] = []
    refused = [r for r in report.of_status("refused") if not r.first]
    if refused:
        lines += ["", *_head("Refused: the data cannot bear it")]
        for result in refused:
            lines += _wrap(f"{result.id} {result.name}: {'; '.join(result.why)}.", "")
    if report.left_out:
        lines += ["", *_head("Months left out")]
        for month, why in sorted(report.left_out.items()):
            lines += _wrap(f"{month} {why}.", "")
    empty = [r for r in report.of_status("no data") if not r.first]
    if empty:
        lines += ["", *_head("No data yet")]
        lines += _wrap("; ".join(f"{r.id} {r.name}" for r in empty) + ".", "")
    other = report.of_status("not in tables")
    if other:
        lines += ["", *_head("Not from these tables")]
        for result in other:
            lines += _wrap(f"{result.id} {result.name}: {'; '.join(result.why)}", "")
    lines += ["", *_wrap("For one alone: --only ID. Pages, tables and charts: -o DIR.", "")]
    return lines


def _head(title: str) -> list[str]:
    return [title, "-" * len(title)]


def _one(result: Result) -> list[str]:
    lines = [f"{result.id}  {result.name}"]
    if result.status != "measured":
        word = {"refused": "Refused", "no data": "No data", "not in tables": "Not in the tables"}
        return [*lines, *_wrap(f"{word[result.status]}: {'; '.join(result.why)}.", "     "), ""]
    for read in result.readings:
        lines += _read(read)
    lines += _wrap(f"{phrases.BETTER[result.direction]} {result.caveat}", "     ")
    if result.why:
        lines += _wrap(f"Refused in part: {'; '.join(result.why)}.", "     ")
    return [*lines, ""]


def _read(read: Read) -> list[str]:
    lines = _wrap(read.says, "   - ", "     ")
    if read.definition:
        lines += _wrap(f"Definition: {read.definition}", "     ")
    totals = [c for c in read.cells if c.group_kind == "all"]
    for cell in totals[-5:]:
        mark = ">" if cell.period == read.latest else " "
        lines += _wrap(
            f"{mark} {cell.period}  {phrases.said(cell, read)}", "     ", "              "
        )
    if len(totals) > 5:
        lines += _wrap(f"(and {len(totals) - 5} earlier)", "       ")
    if read.change is not None:
        lines += _wrap(f"{phrases.changed(read.change)}.", "     ")
    for kind in ("ethnicity", "sex", "age", "area", "arm"):
        lines += _groups(read, kind)
    if read.peers:
        shown = [f"{c.unit} {_short(c, read)}" for c in read.peers[:MOST_PEERS]]
        more = len(read.peers) - MOST_PEERS
        tail = f"; and {more} more" if more > 0 else ""
        lines += _wrap(f"Others in {read.latest}: {'; '.join(shown)}{tail}.", "     ")
    if phrases.missing(read):
        lines += _wrap(phrases.missing(read), "     ")
    counted = [note for note in read.notes if "left out" not in note]
    for note in counted:
        lines += _wrap(f"Note: {note}.", "     ")
    return lines


def _groups(read: Read, kind: str) -> list[str]:
    cells = phrases.latest_groups(read, kind)
    if not cells:
        return []
    reference = read.reference.get(kind)
    head = f"by {phrases.KINDS[kind]}, {read.year}"
    if reference:
        head += f"; times against {phrases.group(reference)}"
    lines = [f"     {head}"]
    for cell in sorted(cells, key=lambda c: -(c.denominator or c.numerator or 0))[:MOST_ROWS]:
        label = phrases.group(cell.group)[:15]
        if cell.withheld:
            lines.append(f"       {label:<15} withheld ({cell.withheld})")
            continue
        number = phrases.counts(cell, read)
        if cell.span is not None and read.form != "count":
            middle = phrases.value(cell.span.mid, read.form)
            number = f"{middle:>7} ({phrases.ranged(cell.span, read.form)})"
        against = phrases.times(cell.against)
        tail = f"  x {against}" if against else ""
        lines.append(f"       {label:<15} {number}{tail}"[:WIDTH])
    return lines


def _short(cell: Cell, read: Read) -> str:
    if cell.withheld or cell.span is None:
        return "withheld" if cell.withheld else phrases.counts(cell, read)
    return f"{phrases.value(cell.span.mid, read.form)} ({phrases.ranged(cell.span, read.form)})"


def _wrap(text: str, indent: str, later: str | None = None) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent if later is None else later,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
