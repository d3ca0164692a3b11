"""The money of every option seen from the police budget, the public sector and society."""

from __future__ import annotations

from offramp.brief import phrases
from offramp.brief.effects import by_readiness, in_thousands
from offramp.brief.facts import Facts, Row
from offramp.brief.page_one import MODEL_NOTE
from offramp.documents.tree import Block, Column, Heading, PageBreak, Table, Text
from offramp.languages import N_, _

PURSES = {
    "police_budget": N_("Police budget, in cash"),
    "public_sector": N_("Public sector"),
    "society": N_("Society"),
}
PARTS = ("middle", "low", "high")
HALF = 500  # less than that, whatever the run, is nothing in a table of thousands


def who_pays(facts: Facts) -> list[Block]:
    """A table for all options; nothing where the results have no such part."""
    cost = facts.comparison["cost"]
    if any("by_payer" not in row["cost"] for row in facts.rows):
        return []
    group = _("Cost a year, {unit}", unit=phrases.thousands_of(cost["currency"]))
    columns = (
        Column(_("Option, by readiness"), width=2.3),
        *(Column(_(head), "right", 1.2, group) for head in PURSES.values()),
    )

    def cells(row: Row) -> tuple[Text, ...]:
        views = [row["cost"]["by_payer"][purse] for purse in PURSES]
        return (row["name"], *(_said([view[k] for k in PARTS]) for view in views))

    table = Table(
        _("Who would pay and who would save, a year, for each option alone"),
        columns,
        by_readiness(facts, facts.options, cells),
        notes=(" ".join([_(MODEL_NOTE), *_notes(facts)]),),
        dense=True,
    )
    return [Heading(_("Money from three sides")), table, PageBreak()]


def _said(values: list[float | None]) -> str:
    known = [value for value in values if value is not None]
    nothing = len(known) == len(values) and all(abs(value) < HALF for value in known)
    return "0" if nothing else in_thousands(values)


def _notes(facts: Facts) -> list[str]:
    cost = facts.comparison["cost"]
    said = [
        _(
            "In {prices}; minus is saved. Police budget: what police pay to run the option, and "
            "that share of hours and cells freed or added which is cash (our judgement). Public "
            "sector: all running costs and what police hours, cells, prisons and health services "
            "rise or fall by, hours at their full price.",
            prices=phrases.prices_of(cost),
        )
    ]
    if cost["by_payer"]["society"]["middle"] is None:
        said.append(_("Society: {why}", why=cost["by_payer"]["society"]["note"]))
    else:
        said.append(
            _(
                "Society: the public sector and the cost of recorded offences, which may hold "
                "some of the distress of victims, as it is judged around published totals. Fines "
                "are in none of the three."
            )
        )
    untold = [row["name"] for row in facts.options if len(_paid_elsewhere(facts, row["id"]))]
    if untold:
        said.append(
            _(
                "Some running costs of these are borne by police in some places and by others "
                "elsewhere, and are not in the police budget here: {options}.",
                options="; ".join(untold),
            )
        )
    if note := facts.results.get("money", {}).get("note"):
        said.append(note)
    return said


def _paid_elsewhere(facts: Facts, option: str) -> list[str]:
    return [c.item for c in facts.catalogue.options[option].costs if c.paid_by is None]
