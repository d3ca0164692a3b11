"""What would need a policy, law or an answer first, and what that would unlock."""

from __future__ import annotations

from offramp.brief import phrases
from offramp.brief.effects import HEADS
from offramp.brief.facts import Facts, Row, effect, status_label
from offramp.brief.page_one import MODEL_NOTE
from offramp.documents.tree import Block, Column, Heading, Paragraph, Table
from offramp.languages import _

WAITING = ("needs_policy", "needs_law", "not_known", "not_here")
UNLOCKED = ("fatal_overdoses", "acquisitive_offences")
LONGEST = 150  # characters of a cell


def unlock(facts: Facts) -> list[Block]:
    """A table of the options that wait for something, with what they would then change."""
    waiting = [row for row in facts.options if row["fit"]["status"] in WAITING]
    heading = Heading(_("What waits for law, a policy or an answer"))
    if not waiting:
        return [heading, Paragraph(_("No option waits for a law, a policy or an answer."))]
    rows = [
        (
            f"{row['name']}\n{status_label(row)}",
            phrases.shortened(row["fit"]["reasons"][0], LONGEST),
            _first(row["fit"].get("would_change") or []),
            _unlocks(row),
        )
        for row in waiting
    ]
    return [
        heading,
        Table(
            _("What each would unlock: change against today, a year, alone"),
            (
                Column(_("Option"), width=1.6),
                Column(_("What stands in the way"), width=2),
                Column(_("What would change it"), width=2),
                Column(_("Would unlock"), width=1.9),
            ),
            rows,
            notes=(f"{_(MODEL_NOTE)} {_('How sure each is: table of all options.')}",),
            dense=True,
            cards=True,
        ),
    ]


def _first(lines: list[str]) -> str:
    """The lines that decide most, as far as a cell has room."""
    return phrases.shortened("; ".join(lines), LONGEST) if lines else _("nothing that we know of")


def _unlocks(row: Row) -> str:
    said = []
    for name in UNLOCKED:
        one = effect(row, name)
        if one is not None and phrases.known(one):
            label = _(HEADS[name]) if name in HEADS else one["label"]
            said.append(f"{label}: {phrases.change(one)}")
    return "\n".join(said) or phrases.not_known()
