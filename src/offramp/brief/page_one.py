"""Page one: it stands alone, for someone who reads nothing else.

Modelled trust and confidence never stand here, and nothing that is unlawful or not known is
recommended.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from statistics import median

from offramp.brief import phrases
from offramp.brief.citing import first_sentence, joined, strong
from offramp.brief.columns import evenly
from offramp.brief.facts import Facts, Row, effect, lower_first, status_label
from offramp.brief.fields import in_words
from offramp.brief.phrases import Effect
from offramp.documents.tree import (
    Block,
    Bullets,
    Callout,
    Heading,
    KeyNumber,
    KeyNumbers,
    Numbered,
    Paragraph,
    Text,
)
from offramp.languages import N_, _, language, n_
from offramp.languages.formats import date_words as date_in_words
from offramp.place.improve import open_questions
from offramp.place.legal import stale_law
from offramp.place.show import heard, unknown_law
from offramp.place.topics import topics

MODEL_NOTE = N_("Nine in ten runs of this model fell in this range; the model itself may be wrong.")
ENFORCED = N_(
    "Supply, violence, theft, exploitation of people and driving under the influence are policed "
    "as before. Whoever says no to an offer of help is handled as before. Nothing here makes drugs "
    "legal."
)
PRACTICES = (8, 5, 4, 3, 1)  # how many are listed, by how much detail there is room for
NOBODY_ASKED = N_("Nobody who uses drugs was asked.")


def page_one(facts: Facts) -> tuple[Block, ...]:
    """Everything that the first page holds."""
    chosen = facts.promising()
    blocks: list[Block] = [_decision(facts, chosen)]
    if chosen:
        blocks.append(KeyNumbers(tuple(_card(facts, row, one) for row, one in chosen)))
        blocks.append(
            Paragraph(
                _(
                    "Change against today, a year, over {years}. {note}",
                    years=facts.horizon,
                    note=_(MODEL_NOTE),
                ),
                "small",
            )
        )
    blocks.append(evenly(_sections(facts, chosen)))
    return tuple(blocks)


def _sections(facts: Facts, chosen: list[tuple[Row, Effect | None]]) -> list[list[Block]]:
    """What stands under the numbers, in the order of reading. What can go wrong and who was heard
    stay however little room there is."""
    return [
        [Heading(_("What you already do")), *_practice(facts)],
        [Heading(_("What it costs")), *_costs(chosen)],
        _may_go_wrong(facts, chosen),
        [Heading(_("What we do not know")), Bullets(tuple(_unknowns(facts)))],
        [Heading(_("What we would still enforce")), Paragraph(_(ENFORCED))],
        [Heading(_("Who was heard")), Paragraph(_heard(facts))],
        [Heading(_("How old the data are")), Paragraph(data_age(facts))],
    ]


def _decision(facts: Facts, chosen: list[tuple[Row, Effect | None]]) -> Block:
    title = _("What we ask you to decide")
    short = facts.detail.page_one > 2
    asks: list[Block] = []
    if chosen:
        asks.append(
            Numbered(
                tuple(
                    strong(row["name"]) if short else facts.option(row).ask for row, _one in chosen
                )
            )
        )
    if len(chosen) < 3:
        asks += _too_few(facts, len(chosen))
    return Callout("ask", title, tuple(asks))


def _too_few(facts: Facts, found: int) -> list[Block]:
    """What is said where fewer than three options may be recommended, and what to ask first."""
    closed = len([r for r in facts.options if r["fit"]["status"] == "not_known"])
    said = {
        0: _("No option can be recommended here now."),
        1: _("Only one option can be recommended here now."),
        2: _("Only two options can be recommended here now."),
    }[found] + " "
    if closed:
        said += _(
            "For {count} of {total} something that decides is not known, and what is not known "
            "counts neither as allowed nor as forbidden.",
            count=closed,
            total=len(facts.options),
        )
        said += " "
    asks = [] if found else [_("Decide who finds out the following, and by when:")]
    full = facts.place.resolved
    stale = stale_law(full)
    questions = open_questions(facts.place.place, full, facts.catalogue.candidates, stale)
    most = 5 if facts.detail.page_one == 0 else 3
    first = [q.question for q in questions if q.kind in ("law", "hazard", "service")][:most]
    blocks: list[Block] = [Paragraph(said + " ".join(asks or [_("Ask first:")] if first else asks))]
    if first:
        blocks.append(Bullets(tuple(first)))
    return blocks


def _card(facts: Facts, row: Row, one: Effect | None) -> KeyNumber:
    if one is None:
        return KeyNumber(row["name"], phrases.not_known(), note=phrases.sentence(status_label(row)))
    middle, spread = phrases.middle_and_range(one)
    if facts.detail.page_one < 2 and one.get("today") is not None:
        today = phrases.about(one["today"], one.get("today_low"), one.get("today_high"))
        spread += "; " + _("today {level}", level=today)
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
    return [_("overdose deaths: {change}", change=phrases.change(deaths))]


def _practice(facts: Facts) -> list[Block]:
    practice = facts.place.place.practice
    if not practice:
        nothing = _("Nothing is recorded. If an option runs already, add it to the place.")
        return [Paragraph(nothing)]
    items = []
    most = PRACTICES[min(facts.detail.page_one, len(PRACTICES) - 1)]
    for entry in practice[:most]:
        name = facts.catalogue.options[entry.option].name
        since = entry.since
        said = name
        if since:
            year = since if isinstance(since, int) else since.year
            said = _("{name} since {year}", name=name, year=year)
        if entry.reach:
            reach = phrases.percent(entry.reach.value)
            if entry.reach.low is not None and entry.reach.high is not None:
                low, high = phrases.percent(entry.reach.low), phrases.percent(entry.reach.high)
                reach = f"{reach} ({phrases.to(low, high)})"
            said = _("{name}, covering about {share} of those it is for", name=said, share=reach)
        items.append(f"{said}.")
    if len(practice) > most:
        left = len(practice) - most
        items.append(_("And {count} more: see the table of all options.", count=left))
    return [Bullets(tuple(items))]


def _costs(chosen: list[tuple[Row, Effect | None]]) -> list[Block]:
    if not chosen:
        return [
            Paragraph(
                _(
                    "Nothing is asked for, so nothing is spent yet. The table of all options shows "
                    "what each would cost, and might change, if it proved lawful and safe here."
                )
            )
        ]
    cost = chosen[0][0]["cost"]
    items = tuple(joined(strong(f"{row['name']}: "), programme(row)) for row, _one in chosen)
    year = _("A year, in {prices}; range: nine in ten runs.", prices=phrases.prices_of(cost))
    return [Bullets(items), Paragraph(year, "small")]


def programme(row: Row) -> str:
    """What running an option costs a year, with range."""
    cost = row["cost"]
    if cost.get("programme") is None:
        return cost.get("note") or phrases.not_known()
    return phrases.costs(
        cost.get("programme_low"), cost["programme"], cost.get("programme_high"), cost["currency"]
    )


def _unknowns(facts: Facts) -> Iterator[Text]:
    figures = [known for known in facts.place.provenance() if not isinstance(known.value, str)]
    judged = sum(known.basis == "judged" for known in figures)
    preset = sum(known.basis == "preset" for known in figures)
    yield _(
        "Of {count} numbers used about this place, {judged} are our judgement with a wide range "
        "and {preset} come from country or world figures.",
        count=len(figures),
        judged=judged,
        preset=preset,
    )
    if facts.detail.page_one < 2:
        yield from facts.warnings()
    chosen = facts.promising()
    judgement = [
        shares["judgement"] for _row, one in chosen if one and (shares := one.get("basis_shares"))
    ]
    if judgement:
        ends = [phrases.percent(round(end, 2)) for end in (min(judgement), max(judgement))]
        told = ends[0] if ends[0] == ends[1] else phrases.to(*ends)
        yield _("Of the spread of the numbers above, {share} rests on our judgement.", share=told)
    names = {row["id"] for row, _one in chosen}
    inside = [
        entry
        for entry in facts.results["switching"]
        if entry.get("inside") and set(entry["options"]) <= names
    ]
    if inside:
        meaning = lower_first(in_words(inside[0]["meaning"]))
        yield _("What would most change the order of these: {meaning}.", meaning=meaning)
    law = unknown_law(facts.place.resolved)
    if law:
        yield n_(
            "The answer to one question about the law ('offramp place questions' lists it).",
            "The answer to {count} questions about the law ('offramp place questions' lists them).",
            len(law),
        )
    groups = facts.place.resolved.people.groups
    if facts.detail.page_one < 2:
        yield (
            _("Who gains and who does not, by group, beyond who is searched.")
            if groups
            else _("Who is searched and who gains, by group: no groups are recorded here.")
        )
    yield _("Whether what worked elsewhere works here: effects are made smaller for that.")


def _may_go_wrong(facts: Facts, chosen: list[tuple[Row, Effect | None]]) -> list[Block]:
    """The first harm of each option that is asked for, in one sentence."""
    first = [(row, facts.option(row).harms[:1]) for row, _one in chosen]
    told = [facts.cited.filled(first_sentence(harm[0].harm)) for _row, harm in first if harm]
    if not told:
        return []
    return [Heading(_("What can go wrong")), Bullets(tuple(told))]


def data_age(facts: Facts) -> str:
    """How old the numbers are, in two sentences."""
    loaded = facts.place
    ages = [
        known.age
        for known in loaded.provenance()
        if not isinstance(known.value, str) and known.basis == "local" and known.age is not None
    ]
    said = [_("The place is described as of {day}.", day=date_words(loaded.place.as_of))]
    if len(ages) == 1:
        age = phrases.years(ages[0])
        said.append(_("It has one number of its own with a date, {age} old.", age=age))
    elif ages:
        said.append(
            _(
                "Its {count} own numbers are from {youngest} to {oldest} old, half of them "
                "{middle} or more.",
                count=len(ages),
                youngest=phrases.years(min(ages)),
                oldest=phrases.years(max(ages)),
                middle=phrases.years(median(ages)),
            )
        )
    else:
        said.append(_("It has no numbers of its own with a date."))
    ends = [
        f"{lower_first(_(MEASURES[series.measure]))} {period_words(rows[-1].period)}"
        for series in loaded.place.outcomes
        if series.of is None and (rows := loaded.series.get(series.id))
    ]
    if ends and facts.detail.page_one < 1:
        said.append(_("Last period in the data: {periods}.", periods=phrases.listed(ends)))
    return " ".join(said)


MEASURES = {
    "deaths": N_("Deaths"),
    "nonfatal_overdoses": N_("Overdoses survived"),
    "ambulance_overdoses": N_("Overdoses seen by ambulances"),
    "hospital_overdoses": N_("Overdoses treated in hospital"),
    "drug_searches": N_("Drug searches"),
    "possession_arrests": N_("Arrests for possession"),
    "acquisitive_offences": N_("Thefts and burglaries"),
    "violent_offences": N_("Violent offences"),
    "people_in_treatment": N_("People in treatment"),
}
MONTHS = "January February March April May June July August September October November December"


def date_words(day: object) -> str:
    """`23 November 2026` for a date, whatever the machine's language."""
    return date_in_words(date.fromisoformat(str(day)))


def period_words(period: str) -> str:
    """`2020`, `January 2022` or `2021-Q3` for a period of a series."""
    year, _dash, rest = period.partition("-")
    if not rest.isdigit():
        return period
    if language().code == "en":
        return f"{MONTHS.split()[int(rest) - 1]} {year}"
    from babel.dates import format_skeleton

    first = date(int(year), int(rest), 1)
    return str(format_skeleton("yMMMM", first, locale=language().locale))


def _heard(facts: Facts) -> Text:
    words = topics().heard
    asked, missing = heard(facts.place.place)
    parts: list[Text] = []
    if "people_who_use_drugs" in missing:
        parts.append(strong(_(NOBODY_ASKED) + " "))
    if asked:
        who = phrases.listed([words[entry.who] for entry in asked])
        parts.append(_("Asked: {who}.", who=who) + " ")
    others = [words[who] for who in missing if who != "people_who_use_drugs"]
    if others:
        who = phrases.listed(others)
        parts.append(_("Not asked: {who}.", who=who) if asked else _("Nor were {who}.", who=who))
    return joined(*parts)
