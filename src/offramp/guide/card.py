"""A card for one pocket, one page: what to do, never to do, to say. It gives no power."""

from __future__ import annotations

from offramp import __version__
from offramp.catalogue.load import Catalogue
from offramp.catalogue.problems import InputError, Problem
from offramp.catalogue.schema import Option
from offramp.documents.furniture import document_words
from offramp.documents.tree import (
    Block,
    Bullets,
    Callout,
    Document,
    Heading,
    Paper,
    Paragraph,
    Strong,
)
from offramp.fit.hold import Fit, Resolved, hold, status_words
from offramp.fit.rules import Limit, facts_of, limits_of
from offramp.guide.notices import notices
from offramp.guide.option import find
from offramp.languages import _, language
from offramp.place.topics import law_topic, service_topic

NO_CARD_WHILE = ("not_known", "not_here", "needs_law")
TICK, EMPTY = "[✓]", "[   ]"


def card_document(
    catalogue: Catalogue, option_id: str, paper: Paper = "a4", place: Resolved | None = None
) -> Document:
    """The card. With a place the box says what holds there.

    InputError for an unknown option, for one without a card, and where the place does not allow
    it, or what decides is not known there: then with the questions to ask.
    """
    option = find(catalogue, option_id)
    if option.card is None or option.comparison:
        problem = _('"{id}" has no card', id=option_id)
        raise InputError(Problem(_("option"), 0, "", problem, _("choose an option with a card")))
    fitted = None if place is None else _fitted(option, place)
    blocks: list[Block] = [
        Paragraph(option.summary, "lead"),
        Heading(_("Do")),
        Bullets(tuple(option.card.do)),
        Heading(_("Never")),
        Bullets(tuple(option.card.never)),
        Callout("ask", _("Say"), (Paragraph(option.card.say),)),
        Callout("caution", _("This card gives no power"), tuple(_box(fitted))),
    ]
    blocks += [Paragraph(line, "small") for line in notices()]
    return Document(
        title=option.name,
        blocks=tuple(blocks),
        language=language().tag,
        running=f"Offramp {__version__} · {option_id}",
        paper=paper,
        words=document_words(),
    )


def _fitted(option: Option, place: Resolved) -> Fit:
    facts = facts_of(place.resolved)
    fitted = hold(option, facts)
    if fitted.status not in NO_CARD_WHILE:
        return fitted
    label = status_words()[fitted.status].label
    problem = _('no card for "{id}" here: it reads "{status}"', id=option.id, status=label)
    if fitted.status == "not_known":
        open_ = [limit for limit in limits_of(option, facts) if limit.status == "not_known"]
        right = _("ask first: {questions}", questions=" ".join(map(_question, open_)))
    else:
        right = "; ".join(fitted.reasons[:1])
    raise InputError(Problem(place.resolved.name, 0, "", problem, right))


def _question(limit: Limit) -> str:
    topic = service_topic(limit.topic) if limit.kind == "service" else law_topic(limit.topic)
    return topic.ask


def _box(fitted: Fit | None) -> list[Block]:
    answers = [(_("yes"), False), (_("no"), False), (_("not known"), False)]
    more = ""
    if fitted is not None:
        here = fitted.status in ("ready", "already_here")
        answers = [(_("yes"), here), (_("no"), not here), (_("not known"), False)]
        if not here:
            more = _("No, not yet: {reason}", reason=fitted.reasons[0])
    ticks = "   ".join(f"{TICK if ticked else EMPTY} {word}" for word, ticked in answers)
    lines: list[Block] = [
        Paragraph((Strong(_("Allowed here:") + " "), *_plain(ticks))),
    ]
    if more:
        lines.append(Paragraph(more))
    blank = "_" * 14
    lines.append(
        Paragraph(
            _(
                "Order no. {blank}   Signed {blank}   Valid to {blank}",
                blank=blank,
            )
        )
    )
    lines.append(
        Paragraph(_("Without a signed order this card is paper. The law of the place decides."))
    )
    return lines


def _plain(text: str) -> tuple[Strong, ...]:
    return (Strong(text),)
