"""The body: at most four pages that the first two rest on."""

from __future__ import annotations

from offramp.brief.effects import effects_chart, main_table
from offramp.brief.facts import Facts
from offramp.brief.in_numbers import in_numbers
from offramp.brief.page_one import MODEL_NOTE
from offramp.brief.promising import promising
from offramp.brief.unlock import unlock
from offramp.documents.tree import Block, Figure, Heading, PageBreak


def body(facts: Facts) -> tuple[Block, ...]:
    """The place, the table of all options, the chart, the promising ones, what to unlock."""
    return (
        *in_numbers(facts),
        PageBreak(),
        Heading("All options, and more arrests for comparison"),
        main_table(facts),
        PageBreak(),
        Heading("The effects side by side"),
        Figure(
            "Change against today, a year, for each option alone",
            facts.chart("effects", lambda: effects_chart(facts)),
            "Dot: the middle of the runs; bar: nine in ten of them; a hollow dot: the range "
            f"crosses no change. {MODEL_NOTE}",
        ),
        *promising(facts),
        *unlock(facts),
    )
