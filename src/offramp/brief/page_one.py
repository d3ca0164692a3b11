"""Page one: it stands alone, for someone who reads nothing else.

Modelled trust and confidence never stand here, and nothing that is unlawful or not known is
recommended.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from offramp.brief import phrases
from offramp.brief.citing import first_sentence, joined, strong
from offramp.brief.facts import Facts, Row, effect, lower_first, status_label
from offramp.brief.fields import in_words
from offramp.brief.phrases import Effect
from offramp.documents.tree import (
    Block,
    Bullets,
    Callout,
    Columns,
    Heading,
    KeyNumber,
    KeyNumbers,
    Numbered,
    Paragraph,
    Text,
)
from offramp.place.improve import open_questions
from offramp.place.legal import stale_law
from offramp.place.show import heard, unknown_law
from offramp.place.topics import topics

MODEL_NOTE = "Nine in ten runs of this model fell in this range; the model itself may be wrong."
ENFORCED = (
    "Supply, violence, theft, exploitation of people and driving under the influence are policed "
    "as before. Whoever says no to an offer of help is handled as before. Nothing here makes drugs "
    "legal."
)
PRACTICES = (8, 5, 4, 3)  # how many are listed, by how much detail there is room for
NOBODY_ASKED = "Nobody who uses drugs was asked."


def page_one(facts: Facts) -> tuple[Block, ...]:
    """Everything that the first page holds."""
    chosen = facts.promising()
    blocks: list[Block] = [_decision(facts, chosen)]
    if chosen:
        blocks.append(KeyNumbers(tuple(_card(facts, row, one) for row, one in chosen)))
        blocks.append(
            Paragraph(f"Change against today, a year, over {facts.horizon}. {MODEL_NOTE}",
                      "small")
        )  # fmt: skip
    blocks.append(
        Columns(
            (
                Heading("What you already do"),
                *_practice(facts),
                Heading("What it costs"),
                *_costs(chosen),
                Heading("What we would still enforce"),
                Paragraph(ENFORCED),
                Heading("Who was heard"),
                Paragraph(_heard(facts)),
            ),
            (
                Heading("What we do not know"),
                Bullets(tuple(_unknowns(facts))),
                *_may_go_wrong(facts, chosen),
                Heading("How old the data are"),
                Paragraph(data_age(facts)),
            ),
        )
    )
    return tuple(blocks)


def _decision(facts: Facts, chosen: list[tuple[Row, Effect | None]]) -> Block:
    title = "What we ask you to decide"
    short = facts.detail.page_one > 1
    asks: list[Block] = []
    if chosen:
        asks.append(
            Numbered(
                tuple(strong(row["name"]) if short else facts.option(row).ask for row, _ in chosen)
            )
        )
    if len(chosen) < 3:
        asks += _too_few(facts, len(chosen))
    return Callout("ask", title, tuple(asks))


def _too_few(facts: Facts, found: int) -> list[Block]:
    """What is said where fewer than three options may be recommended, and what to ask first."""
    closed = len([r for r in facts.options if r["fit"]["status"] == "not_known"])
    only = {0: "No option", 1: "Only one option", 2: "Only two options"}[found]
    said = f"{only} can be recommended here now. "
    if closed:
        said += (
            f"For {closed} of {len(facts.options)} something that decides is not known, and what "
            "is not known counts neither as allowed nor as forbidden. "
        )
    asks = [] if found else ["Decide who finds out the following, and by when:"]
    full = facts.place.resolved
    stale = stale_law(full)
    questions = open_questions(facts.place.place, full, facts.catalogue.candidates, stale)
    most = 5 if facts.detail.page_one == 0 else 3
    first = [q.question for q in questions if q.kind in ("law", "hazard", "service")][:most]
    blocks: list[Block] = [Paragraph(said + " ".join(asks or ["Ask first:"] if first else asks))]
    if first:
        blocks.append(Bullets(tuple(first)))
    return blocks


def _card(facts: Facts, row: Row, one: Effect | None) -> KeyNumber:
    if one is None:
        return KeyNumber(row["name"], phrases.NOT_KNOWN, note=phrases.sentence(status_label(row)))
    middle, spread = phrases.middle_and_range(one)
    if facts.detail.page_one < 2 and one.get("today") is not None:
        today = phrases.about(one["today"], one.get("today_low"), one.get("today_high"))
        spread += f"; today {today}"
    notes = [phrases.reading(one, facts.years), *_deaths_too(row, one), status_label(row)]
    said = "; ".join(note for note in notes if note)
    return KeyNumber(
        row["name"], f"{middle}", f"{lower_first(one['label'])}: {spread}", phrases.sentence(said)
    )


def _deaths_too(row: Row, one: Effect) -> list[str]:
    """What it does to deaths, where the number of the card is another: never left out."""
    deaths = effect(row, "fatal_overdoses")
    if deaths is None or one["measure"] == deaths["measure"] or not phrases.known(deaths):
        return []
    return [f"overdose deaths: {phrases.change(deaths)}"]


def _practice(facts: Facts) -> list[Block]:
    practice = facts.place.place.practice
    if not practice:
        return [Paragraph("Nothing is recorded. If an option runs already, add it to the place.")]
    items = []
    most = PRACTICES[min(facts.detail.page_one, len(PRACTICES) - 1)]
    for entry in practice[:most]:
        name = facts.catalogue.options[entry.option].name
        since = entry.since
        when = f" since {since if isinstance(since, int) else since.year}" if since else ""
        reach = f", covering about {phrases.percent(entry.reach.value)}" if entry.reach else ""
        spread = ""
        if entry.reach and entry.reach.low is not None and entry.reach.high is not None:
            low, high = phrases.percent(entry.reach.low), phrases.percent(entry.reach.high)
            spread = f" ({low} to {high})"
        of = " of those it is for" if entry.reach else ""
        items.append(f"{name}{when}{reach}{spread}{of}.")
    if len(practice) > most:
        items.append(f"And {len(practice) - most} more: see the table of all options.")
    return [Bullets(tuple(items))]


def _costs(chosen: list[tuple[Row, Effect | None]]) -> list[Block]:
    if not chosen:
        return [
            Paragraph(
                "Nothing is asked for, so nothing is spent yet. The table of all options "
                "shows what each would cost, and might change, if it proved lawful and safe here."
            )
        ]
    cost = chosen[0][0]["cost"]
    items = tuple(joined(strong(f"{row['name']}: "), programme(row)) for row, _ in chosen)
    year = f"A year, {phrases.prices_of(cost)}; range: nine in ten runs."
    return [Bullets(items), Paragraph(year, "small")]


def programme(row: Row) -> str:
    """What running an option costs a year, with range."""
    cost = row["cost"]
    if cost.get("programme") is None:
        return cost.get("note") or phrases.NOT_KNOWN
    return phrases.costs(
        cost.get("programme_low"), cost["programme"], cost.get("programme_high"), cost["currency"]
    )


def _unknowns(facts: Facts) -> Iterator[Text]:
    figures = [known for known in facts.place.provenance() if not isinstance(known.value, str)]
    judged = sum(known.basis == "judged" for known in figures)
    preset = sum(known.basis == "preset" for known in figures)
    yield (
        f"Of {len(figures)} numbers used about this place, {judged} are our judgement with a wide "
        f"range and {preset} come from country or world figures."
    )
    if facts.detail.page_one < 2:
        yield from facts.warnings()
    chosen = facts.promising()
    judgement = [
        shares["judgement"] for _, one in chosen if one and (shares := one.get("basis_shares"))
    ]
    if judgement:
        ends = [phrases.percent(round(end, 2)) for end in (min(judgement), max(judgement))]
        told = ends[0] if ends[0] == ends[1] else " to ".join(ends)
        yield f"Of the spread of the numbers above, {told} rests on our judgement."
    names = {row["id"] for row, _ in chosen}
    inside = [
        entry
        for entry in facts.results["switching"]
        if entry.get("inside") and set(entry["options"]) <= names
    ]
    if inside:
        meaning = lower_first(in_words(inside[0]["meaning"]))
        yield f"What would most change the order of these: {meaning}."
    law = unknown_law(facts.place.resolved)
    if law:
        many = "one question" if len(law) == 1 else f"{len(law)} questions"
        yield f"The answer to {many} about the law ('offramp place questions' lists them)."
    groups = facts.place.resolved.people.groups
    if facts.detail.page_one < 2:
        yield (
            "Who gains and who does not, by group, beyond who is searched."
            if groups
            else "Who is searched and who gains, by group: no groups are recorded here."
        )
    yield "Whether what worked elsewhere works here: effects are made smaller for that."


def _may_go_wrong(facts: Facts, chosen: list[tuple[Row, Effect | None]]) -> list[Block]:
    """The first harm of each option that is asked for, in one sentence."""
    first = [(row, facts.option(row).harms[:1]) for row, _ in chosen]
    told = [facts.cited.filled(first_sentence(harm[0].harm)) for _, harm in first if harm]
    if not told or facts.detail.page_one > 1:
        return []
    return [Heading("What can go wrong"), Bullets(tuple(told))]


def data_age(facts: Facts) -> str:
    """How old the numbers are, in two sentences."""
    loaded = facts.place
    ages = [
        known.age
        for known in loaded.provenance()
        if not isinstance(known.value, str) and known.basis == "local" and known.age is not None
    ]
    said = f"The place is described as of {date_words(loaded.place.as_of)}. "
    if len(ages) == 1:
        said += f"It has one number of its own with a date, {phrases.years(ages[0])} old. "
    elif ages:
        said += (
            f"Its {len(ages)} own numbers are from {phrases.years(min(ages))} to "
            f"{phrases.years(max(ages))} old, half of them {phrases.years(median(ages))} or more. "
        )
    else:
        said += "It has no numbers of its own with a date. "
    ends = [
        f"{lower_first(MEASURES[series.measure])} {period_words(rows[-1].period)}"
        for series in loaded.place.outcomes
        if (rows := loaded.series.get(series.id))
    ]
    if ends and facts.detail.page_one < 1:
        said += f"Last period in the data: {phrases.listed(ends)}."
    return said.strip()


MEASURES = {
    "deaths": "Deaths",
    "nonfatal_overdoses": "Overdoses survived",
    "drug_searches": "Drug searches",
    "possession_arrests": "Arrests for possession",
    "acquisitive_offences": "Thefts and burglaries",
    "violent_offences": "Violent offences",
    "people_in_treatment": "People in treatment",
}
MONTHS = "January February March April May June July August September October November December"


def date_words(day: object) -> str:
    """`23 November 2026` for a date, whatever the machine's language."""
    year, month, number = str(day).split("-")
    return f"{int(number)} {MONTHS.split()[int(month) - 1]} {year}"


def period_words(period: str) -> str:
    """`2020`, `January 2022` or `2021-Q3` for a period of a series."""
    year, _, rest = period.partition("-")
    return f"{MONTHS.split()[int(rest) - 1]} {year}" if rest.isdigit() else period


def _heard(facts: Facts) -> Text:
    words = topics().heard
    asked, missing = heard(facts.place.place)
    parts: list[Text] = []
    if "people_who_use_drugs" in missing:
        parts.append(strong(NOBODY_ASKED + " "))
    if asked:
        parts.append(f"Asked: {phrases.listed([words[entry.who] for entry in asked])}. ")
    others = [words[who] for who in missing if who != "people_who_use_drugs"]
    if others:
        parts.append(f"Nor were {phrases.listed(others)}." if not asked
                     else f"Not asked: {phrases.listed(others)}.")  # fmt: skip
    return joined(*parts)
