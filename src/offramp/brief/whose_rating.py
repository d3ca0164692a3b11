"""Years of full health by whose rating of life counts, for every option."""

from __future__ import annotations

from offramp.brief import phrases
from offramp.brief.effects import by_readiness
from offramp.brief.facts import Facts, Row
from offramp.brief.page_one import MODEL_NOTE
from offramp.documents.tree import Block, Column, Heading, PageBreak, Table, Text
from offramp.languages import N_, _

RATINGS = {
    "both": N_("Both, as elsewhere here"),
    "public": N_("The public's"),
    "own": N_("People's own"),
}


def whose_rating(facts: Facts) -> list[Block]:
    """A table for all options; nothing where the results have no such part."""
    found = facts.results.get("whose_rating")
    if found is None:
        return []
    years = {row["option"]: row for row in found["rows"]}
    group = _("Years of full health, a year, by whose rating")
    columns = (
        Column(_("Option, by readiness"), width=2.3),
        *(Column(_(head), "right", 1.2, group) for head in RATINGS.values()),
    )

    def cells(row: Row) -> tuple[Text, ...]:
        return (row["name"], *(_said(years[row["id"]][rating]) for rating in RATINGS))

    table = Table(
        _("Years of full health against today, a year, by whose rating of life counts"),
        columns,
        by_readiness(facts, facts.options, cells),
        notes=(" ".join(part for part in (_(MODEL_NOTE), _note(), found["says"]) if part),),
        dense=True,
    )
    return [Heading(_("Whose rating of life")), table, PageBreak()]


def _said(years: dict[str, float]) -> str:
    middle, spread = phrases.signed({"change": years["middle"], **years})
    return "\n".join(part for part in (middle, spread) if part)


def _note() -> str:
    return _(
        "The public rates life while using drugs much below life in treatment; people concerned "
        "rate the two nearer to each other. The other tables lie between. Years lost with a death "
        "are the same in all three."
    )
