"""The papers to adopt an option on Monday, as one editable file: drafts, to be checked locally."""

from __future__ import annotations

from offramp import __version__
from offramp.catalogue.load import Catalogue
from offramp.catalogue.problems import InputError, Problem
from offramp.catalogue.schema_kits import Kit
from offramp.catalogue.validation_words import did_you_mean
from offramp.documents.tree import (
    Block,
    Bullets,
    Callout,
    Column,
    Definitions,
    Document,
    Heading,
    Numbered,
    PageBreak,
    Paper,
    Paragraph,
    Table,
    Wide,
)
from offramp.guide.notices import notices
from offramp.guide.option import find
from offramp.languages import _, language, n_

LINES_IN_LOG = 9


def find_kit(catalogue: Catalogue, option_id: str) -> Kit:
    """The kit of an option. InputError for an unknown option, and for one without a kit."""
    find(catalogue, option_id)
    kit = catalogue.kits.get(option_id)
    if kit is None:
        problem = _('"{id}" has no kit yet', id=option_id)
        right = did_you_mean(option_id, catalogue.kits, _("kits"))
        raise InputError(Problem(_("option"), 0, "", problem, right))
    return kit


def kit_document(catalogue: Catalogue, option_id: str, paper: Paper = "a4") -> Document:
    """All papers of a kit, each on a page of its own. Raises InputError."""
    kit = find_kit(catalogue, option_id)
    option = catalogue.options[option_id]
    parts = (_order, _agreement, _briefing, _to_person, _neighbours, _stop)
    blocks: list[Block] = [
        Callout(
            "caution",
            _("Draft, needs local legal check"),
            (
                Paragraph(
                    _(
                        "This is a draft to start from, not an order. It gives no power to anyone. "
                        "Fill in or strike out what stands in [square brackets], and have a legal "
                        "adviser who knows the law of your place check it before anybody signs."
                    )
                ),
                Bullets(tuple(kit.legal_check)),
            ),
        ),
        Paragraph(option.summary),
    ]
    blocks += [Paragraph(line, "small") for line in notices()]
    for part in parts:
        blocks += [PageBreak(), *part(kit)]
    blocks.append(Wide(tuple(_log(kit))))
    return Document(
        title=_("Kit: {name}", name=option.name),
        subtitle=_("Draft, needs local legal check"),
        blocks=tuple(blocks),
        language=language().tag,
        running=f"Offramp {__version__} · {option_id} · {_('Draft, needs local legal check')}",
        paper=paper,
    )


def _order(kit: Kit) -> list[Block]:
    return [
        Heading(_("Draft order")),
        Paragraph(_("Order no. [number]   Signed [name, rank]   Valid from [date] to [date]")),
        Heading(kit.order.title, 3),
        Paragraph(kit.order.purpose),
        Numbered(tuple(kit.order.clauses)),
        Paragraph(kit.order.review),
    ]


def _agreement(kit: Kit) -> list[Block]:
    return [
        Heading(_("Draft agreement with the service")),
        Paragraph(kit.agreement.parties),
        Numbered(tuple(kit.agreement.clauses)),
        Paragraph(_("Signed for the force [name, date]   Signed for the service [name, date]")),
    ]


def _briefing(kit: Kit) -> list[Block]:
    columns = (Column(_("Minutes"), width=1), Column(_("Say"), width=5))
    rows = [
        (n_("{count} minute", "{count} minutes", part.minutes), part.say) for part in kit.briefing
    ]
    return [
        Heading(_("Shift briefing, 20 minutes")),
        Paragraph(_("For the sergeant to read out or say in their own words.")),
        Table("", columns, rows),
    ]


def _to_person(kit: Kit) -> list[Block]:
    return [
        Heading(_("What to say to the person")),
        Bullets(tuple(kit.say_to_person.say)),
        Callout("note", _("If the person says no"), (Paragraph(kit.say_to_person.if_no),)),
    ]


def _neighbours(kit: Kit) -> list[Block]:
    pairs = tuple((pair.question, pair.answer) for pair in kit.neighbours)
    return [Heading(_("What to tell neighbours and the press")), Definitions(pairs)]


def _log(kit: Kit) -> list[Block]:
    columns = tuple(Column(one.column) for one in kit.log)
    empty = [("",) * len(columns)] * LINES_IN_LOG
    return [
        Heading(_("Log sheet")),
        Paragraph(_("No names and no dates of birth on this sheet.")),
        Table("", columns, empty, row_header=False),
        Definitions(tuple((one.column, one.meaning) for one in kit.log)),
    ]


def _stop(kit: Kit) -> list[Block]:
    return [Heading(_("When to stop")), Paragraph(kit.stop_rule)]
