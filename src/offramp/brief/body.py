"""The body: at most four pages that the first two rest on."""

from __future__ import annotations

from offramp.brief.effects import effects_chart, main_table
from offramp.brief.facts import Facts
from offramp.brief.in_numbers import in_numbers
from offramp.brief.not_simulated import in_a_sentence
from offramp.brief.page_one import MODEL_NOTE
from offramp.brief.promising import promising
from offramp.brief.unlock import unlock
from offramp.documents.tree import Block, Figure, Heading, PageBreak, Paragraph
from offramp.languages import _


def body(facts: Facts) -> tuple[Block, ...]:
    """The place, the table of options, the chart, what to unlock, the promising ones."""
    shown = facts.first_options
    left = len(facts.options) - len(shown)
    return (
        *in_numbers(facts),
        PageBreak(),
        Heading(_("What options would change, and more arrests for comparison")),
        *(
            [
                Paragraph(
                    _(
                        "The {count} that could start here and do most for health in the runs; "
                        "the other {left} are in the annex.",
                        count=len(shown),
                        left=left,
                    ),
                    style="small",
                )
            ]
            if left
            else []
        ),
        main_table(facts, shown),
        *in_a_sentence(facts),
        PageBreak(),
        Heading(_("The effects side by side")),
        Figure(
            _("Change against today, a year, for each option alone"),
            facts.chart(f"effects of {len(shown)}", lambda: effects_chart(facts)),
            _(
                "Dot: the middle of the runs; bar: nine in ten of them; a hollow dot: the range "
                "crosses no change. {note}",
                note=_(MODEL_NOTE),
            ),
        ),
        *promising(facts),
        *unlock(facts),
    )
