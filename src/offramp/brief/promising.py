"""The most promising options for this place: how to start, with whom, and what can go wrong."""

from __future__ import annotations

from offramp.brief import phrases
from offramp.brief.citing import first_sentence, joined
from offramp.brief.facts import Facts, Row, harms, lower_first, status_label
from offramp.catalogue.schema import Example, Option
from offramp.documents.tree import Block, Definitions, Emphasis, Heading, Paragraph, Text
from offramp.languages import _

STEPS = (4, 3, 2)  # by how much detail there is room for
HARMS = (2, 1, 1)
MEASURES = (6, 5, 4, 3)
NEAR = {  # places from which an example speaks most directly come first
    "europe": ("GB", "IE", "FR", "DE", "NL", "ES", "PT", "CH", "DK", "NO", "SE"),
}


def promising(facts: Facts) -> list[Block]:
    """A section with one part for each promising option."""
    chosen = facts.promising()
    if not chosen:
        return [
            Heading(_("Most promising for this place")),
            Paragraph(
                _(
                    "None yet: no option that is lawful and known to fit here could be "
                    "recommended. The next section says what stands in the way of each."
                )
            ),
        ]
    blocks: list[Block] = [
        Heading(
            _("The most promising for this place")
            if len(chosen) > 1
            else _("The most promising option for this place")
        )
    ]
    blocks.append(Paragraph(_weighed(facts), "small"))
    for row, _one in chosen:
        option = facts.option(row)
        blocks.append(Heading(row["name"], 3))
        blocks.append(Definitions(tuple(_parts(facts, row, option))))
    return blocks


def _weighed(facts: Facts) -> str:
    """How these came to be chosen: what counts, its weights, and who set them."""
    given = facts.place.place.priorities
    if given is None or given.health + given.safety == 0:
        weights = _("the two weighed equally, as nobody here has set other weights")
    else:
        health = given.health / (given.health + given.safety)
        weights = _(
            "weighed as {who} set it on {day}: health {health}, safety {safety}",
            who=given.set_by,
            day=given.on,
            health=phrases.percent(health),
            safety=phrases.percent(1 - health),
        )
    return _(
        "Of the options that could start here, those that avert the largest share of today's "
        "overdose deaths and of the harm of recorded crime, {weights}. Modelled confidence, "
        "arrests and hours have no part in it. None of them is more likely than not to raise "
        "overdose deaths.",
        weights=weights,
    )


def _parts(facts: Facts, row: Row, option: Option) -> list[tuple[Text, Text]]:
    level = min(facts.detail.body, 2)
    stands = [phrases.sentence(status_label(row))]
    if facts.detail.body < 3:
        stands.append(phrases.sentence(facts.why(row["id"])))
    parts: list[tuple[Text, Text]] = [
        (_("Where it stands"), " ".join(part for part in stands if part)),
        (_("First steps"), "\n".join(f"{n}.\u00a0{step}" for n, step in _steps(option, level))),
        (_("Who must agree"), _agree(row, option)),
    ]
    if option.examples:
        parts.append((_("An example"), _example(facts, option, level)))
    parts.append((_("What can go wrong"), _risks(facts, row, option, level)))
    parts.append((_("What to measure"), _measure(facts, option)))
    return parts


def _steps(option: Option, level: int) -> list[tuple[int, str]]:
    most = STEPS[level]
    steps = [first_sentence(s.do) if level > 1 else s.do for s in option.first_90_days]
    return list(enumerate(steps[:most], 1))


def _agree(row: Row, option: Option) -> str:
    if not option.needs.agreements and row["fit"]["status"] == "ready_with_agreement":
        return phrases.sentence("; ".join(row["fit"]["reasons"][:1]))
    if not option.needs.agreements:
        return _("Nobody outside the agency; tell partners and residents before it starts.")
    return ". ".join(entry.rstrip(".") for entry in option.needs.agreements) + "."


def _example(facts: Facts, option: Option, level: int) -> Text:
    examples = [facts.catalogue.examples[name] for name in option.examples]
    chosen = _nearest(examples, facts.place.place.country)
    happened = chosen.happened if level < 2 else _cited_sentence(chosen.happened)
    return joined(
        f"{chosen.place}: ",
        first_sentence(" ".join(chosen.did.split())) if level else " ".join(chosen.did.split()),
        facts.cited.marks(chosen.sources[:1]),
        " ",
        facts.cited.filled(happened),
    )


def _nearest(examples: list[Example], country: str) -> Example:
    """An example of the same country, else of the same continent, else the first."""
    same = [e for e in examples if e.country == country]
    around = [e for e in examples if country in NEAR.get(e.continent, ())]
    return (same or around or examples)[0]


def _cited_sentence(text: str) -> str:
    """The first sentence of a text with placeholders."""
    return first_sentence(" ".join(text.split()))


def _risks(facts: Facts, row: Row, option: Option, level: int) -> Text:
    parts: list[Text] = []
    for harm in option.harms[: HARMS[level]]:
        parts += [facts.cited.filled(harm.harm), " ", (Emphasis(_("Against it:") + " "),)]
        parts += [facts.cited.filled(harm.guard), " "]
    worse = [
        _("{what} {change} a year", what=lower_first(one["label"]), change=phrases.change(one))
        for one in harms(row)
    ]
    if worse:
        told = _("In the model, more likely worse than today: {what}.", what="; ".join(worse))
        parts.append(told)
    return joined(*parts)


def _measure(facts: Facts, option: Option) -> str:
    shown = option.indicators[: MEASURES[min(facts.detail.body, len(MEASURES) - 1)]]
    names = [lower_first(facts.catalogue.indicators[name].name) for name in shown]
    return phrases.sentence(phrases.listed(names))
