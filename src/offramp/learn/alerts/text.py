"""The early warning as plain lines for the terminal."""

from __future__ import annotations

import textwrap

from offramp.learn.alerts import words
from offramp.learn.alerts.audience import SMALL_PRINT, USUAL, police_lines
from offramp.learn.alerts.playbook import Audience, playbook
from offramp.learn.alerts.watch import Report

WIDTH = 79


def alerts_text(report: Report, audience: Audience) -> str:
    lines = [f"Early warning: {report.place.place.name}"]
    notice = report.place.place.example_notice
    if notice:
        lines += _wrapped(notice, "")
    lines.append("")
    lines += _police(report) if audience == "police" else _health(report)
    book = playbook(audience)
    lines += ["", f"{book.title}:"]
    for number, step in enumerate(book.steps, 1):
        of = f" (offramp guide show {step.option})" if step.option else ""
        lines += _wrapped(f"{number}. {step.do}{of}", "  ")
    if book.never:
        lines += ["", *_wrapped(book.never, "")]
    return "\n".join(lines)


def _police(report: Report) -> list[str]:
    kinds = {one.period: one.kind for one in report.alerts} | {
        one.last: one.kind for one in report.looked
    }
    found = [
        f"{words.when(period, kinds.get(period, 'week'))}: {what} {USUAL}"
        for period, what in police_lines(report)
    ]
    return [line[:1].upper() + line[1:] for line in found] or ["Nothing above the usual range."]


def _health(report: Report) -> list[str]:
    lines: list[str] = []
    if not report.alerts:
        lines.append("Nothing above the usual range.")
    for alert in report.alerts:
        lines += _wrapped(
            f"ABOVE THE USUAL RANGE. {words.alert_says(alert, report.asked.detector)}", ""
        )
        lines += _wrapped(words.drivers_say(alert), "  ")
    for one in report.clusters:
        lines += _wrapped(words.cluster_says(one, where=True), "")
    lines += [
        "",
        *_wrapped(words.method_says(report), ""),
        *_wrapped(words.budget_says(report), ""),
    ]
    lines += ["Watched:"]
    for series in report.looked:
        lines += _wrapped(words.looked_says(series), "  ")
    for note in report.notes:
        lines += _wrapped(note, "")
    return [*lines, *_wrapped(SMALL_PRINT, "")]


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ", break_long_words=False
    )
