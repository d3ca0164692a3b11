"""Options for which the model has no number: a sentence in the body, and why in the annex."""

from __future__ import annotations

from itertools import groupby

from offramp.brief.facts import Facts, status_label
from offramp.documents.tree import Block, Column, Heading, Paragraph, Table


def in_a_sentence(facts: Facts) -> list[Block]:
    """How many there are, by readiness."""
    number = len(facts.not_simulated)
    if not number:
        return []
    grouped = groupby(facts.not_simulated, status_label)
    said = ", ".join(f"{len(list(rows))} {label}" for label, rows in grouped)
    return [
        Paragraph(
            f"The model does not simulate {number} more options ({said}), which says nothing "
            "about their worth: names and reasons are in the annex.",
            style="small",
        )
    ]


def why_not(facts: Facts) -> list[Block]:
    """A table of the reasons, and of what each option waits for here."""
    if not facts.not_simulated:
        return []
    rows = [
        (
            f"{row['name']}\n{status_label(row)}",
            row["why"],
            row["fit"]["reasons"][0] if row["fit"]["reasons"] else "–",
        )
        for row in facts.not_simulated
    ]
    return [
        Heading("Options without a number"),
        Table(
            "Why the model does not simulate them, and how they stand here",
            (
                Column("Option", width=1.6),
                Column("Why no number", width=2.4),
                Column("Here", width=2),
            ),
            rows,
            dense=True,
            cards=True,
        ),
    ]
