"""What every output of the guide says of itself: reviewed or not, and the risk of keeping it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offramp.catalogue.words import is_reviewed, is_unfinished
from offramp.guide.words import LOCAL_RISK, NOT_REVIEWED, UNFINISHED
from offramp.languages import _, language, p_

if TYPE_CHECKING:
    from offramp.documents.tree import Words


def translation_notes() -> list[str]:
    """What is said of the translation: not reviewed, not whole; none in English."""
    found = [] if is_reviewed() else [_(NOT_REVIEWED)]
    return [*found, _(UNFINISHED)] if is_unfinished() else found


def notices() -> list[str]:
    """Lines for the language that is spoken now; none in English."""
    found = [*translation_notes()]
    return [*found, _(LOCAL_RISK)] if language().code == "ru" else found


def document_words() -> Words:
    """The fixed words of the renderers."""
    from offramp.documents.tree import Words

    return Words(
        skip=_("Skip to the text"),
        contents=_("Contents"),
        page=_("Page"),
        of=p_("page 1 of 2", "of"),
        table=_("Table"),
        figure=_("Figure"),
        numbers=_("The numbers behind this chart"),
        reference=_("reference"),
        scroll=_("scrolls sideways"),
    )
