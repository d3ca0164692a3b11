"""Page two: the questions that will be asked, answered from studies and from these results."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from offramp.brief import phrases
from offramp.brief.citing import joined, strong
from offramp.brief.facts import Facts, Row, effect, lower_first
from offramp.brief.page_one import programme
from offramp.catalogue.toml_file import check_part, read
from offramp.documents.tree import Block, Bullets, Heading, Paragraph, Text
from offramp.languages import _, language, number
from offramp.languages.toml_texts import in_language
from offramp.place.series import whole_years
from offramp.place.show import heard


class Question(BaseModel):
    """A question with what studies say; `shorter` is for where the page is full."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    asks: str
    says: str
    shorter: str


class _Questions(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    question: list[Question]


def questions() -> list[Question]:
    """The questions of page two, in order, in the language spoken now."""
    return _questions_in(language().code)


@cache
def _questions_in(_language: str) -> list[Question]:
    file = read(Path(__file__).with_name("questions.toml"), "brief/questions.toml")
    data = in_language(file.data, "brief/questions")
    return check_part(file, _Questions, data, ()).question


def page_two(facts: Facts) -> tuple[Block, ...]:
    """Every question with its answer and what holds here."""
    blocks: list[Block] = [Heading(_("The questions you will be asked"))]
    for question in questions():
        said = question.shorter if facts.detail.questions else question.says
        blocks.append(Heading(question.asks, 3))
        text = facts.cited.filled(said)
        here = HERE[question.key](facts) if question.key in _kept(facts) else ()
        blocks.append(Paragraph(joined(text, " ", *here) if here else text))
        if question.key == "fails":
            blocks += _stop_rules(facts)
    return tuple(blocks)


def _kept(facts: Facts) -> tuple[str, ...]:
    """The questions that say what holds here: fewer where the page is full, as the annex holds the
    same numbers."""
    return (tuple(HERE), tuple(HERE), ("soft", "money", "fails"), ())[facts.detail.questions]


def _here(said: str) -> tuple[Text, ...]:
    return strong(_("Here:") + " "), said


def _change_of(row: Row, measure: str, years: int) -> str:
    """`fatal overdoses: 4.0 fewer (1.0 to 9.0 fewer) deaths a year; 98% chance …`."""
    one = effect(row, measure)
    if one is None or not phrases.known(one):
        return ""
    read = phrases.reading(one, years)
    return f"{lower_first(one['label'])}, {phrases.change(one)}" + (f": {read}" if read else "")


def _soft(facts: Facts) -> tuple[Text, ...]:
    said = _change_of(facts.comparison, "fatal_overdoses", facts.years)
    if not said:
        return ()
    return _here(
        _(
            "a crackdown on possession, in the model, a year: {said}. The model lets arrests deter "
            "people from using, and lets them do the opposite; how strong deterrence would have to "
            "be for arrests to come out ahead is in the annex.",
            said=said,
        )
    )


def _dealers(facts: Facts) -> tuple[Text, ...]:
    parts = []
    for row, _one in facts.promising():
        one = effect(row, "police_hours")
        if one is not None and phrases.known(one):
            parts.append(f"{lower_first(row['name'])}: {phrases.change(one)}")
    if not parts:
        return ()
    return _here(
        _(
            "work against dealers is not in the model. Hours of police work a year on the contacts "
            "that these change, modelled (fewer: free for other work): {hours}.",
            hours="; ".join(parts),
        )
    )


def _magnet(_facts: Facts) -> tuple[Text, ...]:
    return _here(
        _("people who come from other areas, or go there, are not in the model: it cannot answer.")
    )


def _victims(facts: Facts) -> tuple[Text, ...]:
    parts = []
    for row, _one in facts.promising():
        one = effect(row, "acquisitive_offences")
        if one is not None and phrases.known(one):
            read = phrases.reading(one, facts.years)
            said = f"{lower_first(row['name'])}: {phrases.change(one)}"
            parts.append(f"{said}, {read}" if read else said)
    _asked, missing = heard(facts.place.place)
    asked = (
        " " + _("Neither victims nor neighbours have been asked here.")
        if {"victims", "neighbours"} <= set(missing)
        else ""
    )
    if not parts:
        return _here(lower_first(asked.strip())) if asked else ()
    said = _("thefts and burglaries a year, modelled: {changes}.", changes="; ".join(parts))
    return _here(said + asked)


def _money(facts: Facts) -> tuple[Text, ...]:
    parts = []
    for row, _one in facts.promising():
        cost = row["cost"]
        said = f"{lower_first(row['name'])}: {programme(row)}"
        if cost.get("net") is not None and cost.get("low") is not None:
            net = phrases.net(cost["net"], cost["low"], cost["high"], cost["currency"])
            said = _("{said}; with all that changes elsewhere counted it {net}", said=said, net=net)
        parts.append(said)
    if not parts:
        return ()
    prices = phrases.prices_of(facts.comparison["cost"])
    told = ". ".join(_capital(part) for part in parts)
    return _here(_("a year, in {prices}: {costs}.", prices=prices, costs=told))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _fails(facts: Facts) -> tuple[Text, ...]:
    swing = yearly_swing(facts)
    if not swing:
        return ()
    return _here(
        _(
            "{swing} A small change will not show in deaths for years, so these rules rest on what "
            "can be counted within months.",
            swing=swing,
        )
    )


def yearly_swing(facts: Facts) -> str:
    """How far yearly deaths have moved by themselves, or nothing where no series is known."""
    for series in facts.place.place.outcomes:
        if series.measure != "deaths":
            continue
        years = whole_years(series, facts.place.series[series.id])
        rows = [row for row in years if row.count is not None][-5:]
        if len(rows) >= 3:
            counts = [row.count for row in rows if row.count is not None]
            return _(
                "recorded deaths of all kinds in this series went from {least} to {most} a year "
                "within {first} to {last}.",
                least=number(min(counts), 0),
                most=number(max(counts), 0),
                first=rows[0].period,
                last=rows[-1].period,
            )
    return ""


def _stop_rules(facts: Facts) -> list[Block]:
    """Whole, however full the page: half a rule may read as its opposite."""
    chosen = facts.promising()
    if not chosen:
        return [Paragraph(_("No option is recommended yet, so there is nothing to stop."))]
    rules = []
    for row, _one in chosen:
        rules.append(joined(strong(f"{row['name']}. "), facts.option(row).stop_rule))
    return [Bullets(tuple(rules))]


HERE: dict[str, Callable[[Facts], tuple[Text, ...]]] = {
    "soft": _soft,
    "dealers": _dealers,
    "magnet": _magnet,
    "victims": _victims,
    "money": _money,
    "fails": _fails,
}
