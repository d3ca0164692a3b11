"""The table of every number that the place gives, with its range, kind, age and source."""

from __future__ import annotations

import re

from offramp.brief import phrases
from offramp.brief.facts import Facts, lower_first
from offramp.brief.fields import in_words, is_share
from offramp.brief.page_one import MEASURES
from offramp.documents.tree import Block, Column, Heading, Table
from offramp.languages import N_, _, speaking
from offramp.place.provenance import Known

BASIS = {"local": N_("local"), "preset": N_("preset"), "judged": N_("judged")}
LONGEST_SOURCE = 150
LONGEST_RANGE = 20  # that has room on one line of its column in print
_RANGE = re.compile(r"\([^()]*\)")


def numbers_used(facts: Facts) -> list[Block]:
    """What stands in place.toml, the presets and our judgements, local numbers first."""
    order = {"local": 0, "preset": 1, "judged": 2}
    numbers = [known for known in facts.place.provenance() if not isinstance(known.value, str)]
    rows = [
        (
            _label(facts, known),
            _RANGE.sub(_bound, _number(facts, known)),
            _(BASIS[known.basis]),
            _age(known),
            _source(known.source),
        )
        for known in sorted(numbers, key=lambda known: order[known.basis])
    ]
    return [
        Heading(_("The numbers used")),
        Table(
            _("Local: of this place. Preset: published for the country or the world. Judged: ours"),
            (
                Column(_("What"), width=1.6),
                Column(_("Number and range"), "right", 1.5),
                Column(_("Kind"), width=0.85),
                Column(_("Age"), "right", 0.8),
                Column(_("Source"), width=2.6),
            ),
            rows,
            notes=(_("Full sources: place.toml, and 'offramp place show PLACE --json'."),),
            dense=True,
            cards=True,
        ),
    ]


def _label(facts: Facts, known: Known) -> str:
    for index, series in enumerate(facts.place.place.outcomes, 1):
        what = _(MEASURES[series.measure])
        if known.field == f"outcomes[{index}].in_scope":
            return _("{what}: share that the model is about", what=what)
        if known.field == f"outcomes[{index}].registered_later":
            return _("{what}: share registered in the following year", what=what)
        if known.field == f"outcomes[{index}].overdispersion":
            return _("{what}: spread of the counts beyond chance, as share of the mean", what=what)
    for index, practice in enumerate(facts.place.place.practice, 1):
        if known.field == f"practice[{index}].reach":
            name = facts.catalogue.options[practice.option].name
            return _("{option}: of those it is for, those it covers", option=name)
    return in_words(known.field)


def _number(facts: Facts, known: Known) -> str:
    """A number with its range: shares as percent, costs with their currency."""
    assert not isinstance(known.value, str)
    if is_share(known.field):
        return _percent(known.value, known.low, known.high)
    with speaking("en"):  # what a number is shows in the English words of its field
        label = _label(facts, known)
    if known.field.startswith("money.") and "ost " in label:
        currency = facts.comparison["cost"]["currency"]
        return phrases.costs(known.low, known.value, known.high, currency)
    return phrases.amount(known.value, known.low, known.high)


def _bound(found: re.Match[str]) -> str:
    """A range that stays on one line."""
    return found[0].replace(" ", "\u00a0") if len(found[0]) <= LONGEST_RANGE else found[0]


def _percent(value: float, low: float | None, high: float | None) -> str:
    said = phrases.percent(value)
    if low is None or high is None:
        return said
    return f"{said} ({phrases.to(phrases.percent(low), phrases.percent(high))})"


def _age(known: Known) -> str:
    if known.age is None:
        return _("no date")
    if known.age < 0.5:
        return _("under 1 year")
    return phrases.years(known.age).replace(" ", "\u00a0")


def _source(source: str) -> str:
    text = lower_first(source) if source.startswith("Our ") else source
    if text.strip(" .") == "our judgement":
        text = _("our judgement")
    return phrases.shortened(text, LONGEST_SOURCE)
