"""The fixed words of a document in the language that is spoken now."""

from __future__ import annotations

from offramp.documents.tree import Words
from offramp.languages import _, p_


def document_words() -> Words:
    """Words around the text: how to skip to it, page numbers, names of tables and figures."""
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
