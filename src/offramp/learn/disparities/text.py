"""Disparities as plain lines for a terminal of 80 columns, and the phrases that pages share."""

from __future__ import annotations

import textwrap

from offramp.learn.disparities.figures import Compared, Test
from offramp.learn.disparities.make import Disparities
from offramp.learn.disparities.words import LEAD
from offramp.learn.indicators import phrases
from offramp.learn.indicators.intervals import Span

WIDTH = 80


def form(test: Test) -> str:
    """How the values of a test are written."""
    return "rate" if test.id == "search_rates" else "share"


def value(test: Test, one: Compared) -> str:
    """The value with its range; for darkness, the odds ratio stands alone."""
    if one.withheld:
        return f"withheld ({one.withheld})"
    if test.id == "veil_of_darkness" or one.value is None:
        return ""
    return f"{phrases.value(one.value.mid, form(test))} ({phrases.ranged(one.value, form(test))})"


def ratio(span: Span | None) -> str:
    if span is None:
        return ""
    return f"{phrases.amount(span.mid)} ({phrases.amount(span.low)} to {phrases.amount(span.high)})"


def points(span: Span | None) -> str:
    """A difference of shares in points of a hundred."""
    if span is None:
        return ""
    return f"{100 * span.mid:+.1f} ({100 * span.low:+.1f} to {100 * span.high:+.1f}) points"


def compared(test: Test, one: Compared) -> str:
    """Against the group of reference, within strata where there are any."""
    if test.id == "threshold":
        return points(one.difference)
    return ratio(one.within or one.ratio)


def q(one: Compared) -> str:
    if one.q is None:
        return ""
    return "q < 0.001" if one.q < 0.001 else f"q = {one.q:.3f}"


READS = {
    "search_rates": ("searched more often", "searched less often"),
    "finds": ("something found more often", "something found less often"),
    "threshold": ("searched on more suspicion", "searched on less suspicion"),
    "same_find": ("arrest or charge more often", "arrest or charge less often"),
    "veil_of_darkness": ("a larger part in the dark", "a smaller part in the dark"),
}


def reads(test: Test, one: Compared) -> str:
    """What a comparison says, in words."""
    if one.q is None:
        return ""
    more, less = READS[test.id]
    return {"more": more, "less": less}.get(one.direction, "cannot be told from chance")


def sentence(test: Test) -> str:
    """The groups that differ, and those that do not."""
    name = phrases.group(test.reference)
    apart = [
        f"{phrases.group(one.group)}: {reads(test, one)}{_than(test, name)}, {_by(test, one)}"
        for one in test.compared
        if one.clear
    ]
    alike = [
        phrases.group(one.group) for one in test.compared if one.q is not None and not one.clear
    ]
    parts = ["; ".join(apart)] if apart else []
    if alike:
        parts.append(f"not told from {name} by more than chance: {', '.join(alike)}")
    return ". ".join(part[:1].upper() + part[1:] for part in parts) + "." if parts else ""


def _than(test: Test, name: str) -> str:
    return "" if test.id == "veil_of_darkness" else f" than {name}"


def _by(test: Test, one: Compared) -> str:
    if test.id == "threshold":
        return compared(test, one)
    return f"{'odds ' if test.id == 'veil_of_darkness' else ''}{compared(test, one)} times"


def report_text(found: Disparities) -> str:
    """The whole report."""
    name = found.place.place.name
    lines = [f"Disparities: {name}", "=" * min(WIDTH, len(name) + 13)]
    if found.place.place.example_notice:
        lines += _wrap(found.place.place.example_notice, "")
    lines += _wrap(about(found), "")
    lines += ["", *_wrap(LEAD, "")]
    for test in found.tests:
        lines += ["", test.name, "-" * len(test.name), *_wrap(test.asks, "")]
        lines += _one(test)
    return "\n".join(lines)


def about(found: Disparities) -> str:
    """What was looked at."""
    whose = {"self": "as people said", "officer": "as officers saw"}
    word = whose[found.question.window.ethnicity] if found.question.by == "ethnicity" else ""
    kind = phrases.KINDS[found.question.by] + (f" {word}" if word else "")
    text = (
        f"{found.contacts:,} contacts about drugs of {phrases.agency(found.agency)}, "
        f"{found.months[0]} to {found.months[-1]} ({len(found.months)} months), by {kind}, against "
        f"{phrases.group(found.reference)}. Not recorded: {found.missing:.0%}."
    )
    if found.pool:
        text += f" Put together as small: {', '.join(found.pool)}."
    return text


def _one(test: Test) -> list[str]:
    if test.refused:
        return _wrap(f"Refused: {test.refused}.", "  ")
    lines = []
    for one in test.compared:
        label = phrases.group(one.group)[:15]
        if one.group == test.reference:
            lines.append(f"  {label:<16}{value(test, one)}, reference"[:WIDTH])
            continue
        if one.withheld:
            lines.append(f"  {label:<16}{value(test, one)}")
            continue
        against = compared(test, one)
        x = "" if test.id == "threshold" else "odds x " if test.id == "veil_of_darkness" else "x "
        lines.append(f"  {label:<16}{value(test, one):<24}{x}{against}  {q(one)}".rstrip()[:WIDTH])
        if one.clear:
            lines.append(f"  {'':<16}{reads(test, one)}")
    lines += _wrap(f"Values: {test.value_is}." if test.id != "veil_of_darkness" else "", "  ")
    for note in test.notes:
        lines += _wrap(f"Note: {note}.", "  ")
    return [*lines, *_wrap(f"Limits: {test.limits}", "  ")]


def _wrap(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
