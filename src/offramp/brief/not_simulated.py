"""Options for which the model has no number: a sentence in the body, and why in the annex."""

from __future__ import annotations

from itertools import groupby

from offramp.brief.facts import Facts, status_label
from offramp.documents.tree import Block, Column, Heading, Paragraph, Table
from offramp.languages import _, p_


def in_a_sentence(facts: Facts) -> list[Block]:
    """How many there are, by readiness."""
    number = len(facts.not_simulated)
    if not number:
        return []
    grouped = groupby(facts.not_simulated, lambda row: str(row["fit"]["status"]))
    said = "; ".join(f"{_several(status)}: {len(list(rows))}" for status, rows in grouped)
    return [
        Paragraph(
            _(
                "The model does not simulate {count} more options ({readiness}), which says "
                "nothing about their worth: names and reasons are in the annex.",
                count=number,
                readiness=said,
            ),
            style="small",
        )
    ]


def _several(status: str) -> str:
    """A readiness as it is said of several options, to stand before a count."""
    words = {
        "already_here": p_("several options", "already here"),
        "ready": p_("several options", "ready"),
        "ready_with_agreement": p_("several options", "ready with an agreement"),
        "needs_policy": p_("several options", "need a policy"),
        "needs_law": p_("several options", "need law"),
        "not_here": p_("several options", "not here"),
        "not_known": p_("several options", "something that decides is not known"),
    }
    return words.get(status, status)


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
        Heading(_("Options without a number")),
        Table(
            _("Why the model does not simulate them, and how they stand here"),
            (
                Column(_("Option"), width=1.6),
                Column(_("Why no number"), width=2.4),
                Column(_("Here"), width=2),
            ),
            rows,
            dense=True,
            cards=True,
        ),
    ]
