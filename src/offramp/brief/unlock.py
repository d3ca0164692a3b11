"""What would need a policy, law or an answer first, and what that would unlock."""

from __future__ import annotations

from offramp.brief import phrases
from offramp.brief.effects import HEADS
from offramp.brief.facts import Facts, Row, effect, status_label
from offramp.brief.page_one import MODEL_NOTE
from offramp.documents.tree import Block, Column, Heading, Paragraph, Table

WAITING = ("needs_policy", "needs_law", "not_known", "not_here")
UNLOCKED = ("fatal_overdoses", "acquisitive_offences")
LONGEST = 230  # characters of a cell


def unlock(facts: Facts) -> list[Block]:
    """A table of the options that wait for something, with what they would then change."""
    waiting = [row for row in facts.options if row["fit"]["status"] in WAITING]
    heading = Heading("What needs law, a policy or an answer, and what that would unlock")
    if not waiting:
        return [heading, Paragraph("No option waits for a law, a policy or an answer.")]
    rows = [
        (
            f"{row['name']}\n{status_label(row)}",
            _first(row["fit"]["reasons"]),
            _first(row["fit"].get("would_change") or []),
            _unlocks(row),
        )
        for row in waiting
    ]
    return [
        heading,
        Table(
            "Options that wait, with the change against today that each would bring alone",
            (
                Column("Option", width=1.6),
                Column("What stands in the way", width=2),
                Column("What would change it", width=2),
                Column("Would unlock, a year", width=1.9),
            ),
            rows,
            notes=(MODEL_NOTE,),
            dense=True,
            cards=True,
        ),
    ]


def _first(lines: list[str]) -> str:
    if not lines:
        return "nothing that we know of"
    line = lines[0]
    return line if len(line) <= LONGEST else line[: LONGEST - 1].rsplit(" ", 1)[0] + " …"


def _unlocks(row: Row) -> str:
    said = []
    for name in UNLOCKED:
        one = effect(row, name)
        if one is not None and phrases.known(one):
            label = HEADS.get(name, one["label"])
            said.append(f"{label}: {phrases.change(one)}, {phrases.short_reading(one)}")
    return "\n".join(said) or phrases.NOT_KNOWN
