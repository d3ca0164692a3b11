"""The briefing as a document: page one, page two, the body, the annex, and their lengths."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from offramp.brief.annex import annex
from offramp.brief.body import body
from offramp.brief.citing import Citations
from offramp.brief.facts import Detail, Facts
from offramp.brief.notices import translation_notes
from offramp.brief.page_one import date_words, page_one
from offramp.brief.questions import page_two
from offramp.catalogue.load import Catalogue
from offramp.documents.furniture import document_words
from offramp.documents.pdf import render_pdf
from offramp.documents.tree import Block, Document, PageBreak, References, Source
from offramp.languages import _, language
from offramp.place.load import LoadedPlace

LEAST_PAGE_ONE = 4
LEAST_DETAIL = 3
LEAST_BODY = 5
MOST_BODY_PAGES = 4
_PAGE = re.compile(rb"/Type\s*/Page\b")


def compose(
    results: Mapping[str, Any],
    place: LoadedPlace,
    catalogue: Catalogue,
    detail: Detail | None = None,
) -> Document:
    """The whole briefing. Without `detail`, each part is as long as its pages allow."""
    start = Facts(results, place, catalogue, Citations(catalogue))
    facts = start.again(detail or fitting(start))
    first, second, third = page_one(facts), page_two(facts), body(facts)
    last = annex(facts)  # after all others: it lists what they cite
    return _document(facts, (*first, PageBreak(), *second, PageBreak(), *third, PageBreak(), *last))


def fitting(facts: Facts) -> Detail:
    """The most detail with which page one and two take a page each and the body four.

    Each part is set by itself and its pages counted.
    """
    detail = Detail()
    for level in range(LEAST_PAGE_ONE + 1):
        detail = replace(detail, page_one=level)
        if _pages(facts.again(detail), page_one, titled=True) <= 1:
            break
    for level in range(LEAST_DETAIL + 1):
        detail = replace(detail, questions=level)
        if _pages(facts.again(detail), page_two) <= 1:
            break
    for level in range(LEAST_BODY + 1):
        detail = replace(detail, body=level)
        if _pages(facts.again(detail), body) <= MOST_BODY_PAGES:
            break
    return detail


def _pages(
    facts: Facts, part: Callable[[Facts], tuple[Block, ...]], *, titled: bool = False
) -> int:
    """How many pages a part takes in print, with or without the title above it."""
    blocks = part(facts)
    sources = tuple(Source(one.key, one.key) for one in facts.cited.listed().sources)
    before = () if titled else (PageBreak(),)  # the title on a page of its own
    after = (PageBreak(), References(sources)) if sources else ()  # marks need their sources
    made = render_pdf(_document(facts, (*before, *blocks, *after)))
    return len(_PAGE.findall(made)) - bool(before) - bool(after)


def _document(facts: Facts, blocks: tuple[Block, ...]) -> Document:
    results, described = facts.results, facts.place.place
    said = [described.example_notice or "", *translation_notes()]
    return Document(
        title=_("Alternatives to drug arrest: {place}", place=described.name),
        subtitle=_("A briefing for chiefs and their partners"),
        date_line=_("As of {day}", day=date_words(described.as_of)),
        language=language().tag,
        running=_("Offramp {version} · run {run}", version=results["version"], run=results["run"]),
        notice=" ".join(part for part in said if part),
        blocks=blocks,
        words=document_words(),
    )
