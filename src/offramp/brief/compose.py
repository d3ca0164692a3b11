"""The briefing as a document: page one, page two, the body, the annex, and their lengths."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from offramp.brief.annex import annex
from offramp.brief.body import body
from offramp.brief.citing import Citations
from offramp.brief.facts import Detail, Facts
from offramp.brief.page_one import date_words, page_one
from offramp.brief.questions import page_two
from offramp.catalogue.load import Catalogue
from offramp.documents.tree import Block, Document, PageBreak
from offramp.place.load import LoadedPlace

MOST_DETAIL, LEAST_DETAIL = 0, 3
MOST_BODY_PAGES = 4
_PAGE = re.compile(rb"/Type\s*/Page\b")


def compose(
    results: Mapping[str, Any],
    place: LoadedPlace,
    catalogue: Catalogue,
    detail: Detail | None = None,
) -> Document:
    """The whole briefing. Without `detail`, each part is as long as its pages allow."""
    if detail is None:
        detail = fitting(results, place, catalogue)
    facts = Facts(results, place, catalogue, Citations(catalogue), detail)
    first = page_one(facts)
    second = page_two(facts)
    third = body(facts)
    last = annex(facts)  # after all others: it lists what they cite
    blocks = (*first, PageBreak(), *second, PageBreak(), *third, PageBreak(), *last)
    return _document(facts, blocks)


def fitting(results: Mapping[str, Any], place: LoadedPlace, catalogue: Catalogue) -> Detail:
    """The most detail with which page one and two take a page each and the body four.

    Each part is set by itself and its pages counted.
    """
    detail = Detail()

    def facts(level: Detail) -> Facts:
        return Facts(results, place, catalogue, Citations(catalogue), level)

    for level in range(LEAST_DETAIL + 1):
        detail = replace(detail, page_one=level)
        if _pages(facts(detail), page_one(one := facts(detail)), one) <= 1:
            break
    return _rest(detail, facts)


def _rest(detail: Detail, facts: Any) -> Detail:
    for level in range(LEAST_DETAIL + 1):
        detail = replace(detail, questions=level)
        one = facts(detail)
        if _pages(one, page_two(one), one, titled=False) <= 1:
            break
    for level in range(LEAST_DETAIL + 1):
        detail = replace(detail, body=level)
        one = facts(detail)
        if _pages(one, body(one), one, titled=False) <= MOST_BODY_PAGES:
            break
    return detail


def _document(facts: Facts, blocks: tuple[Block, ...]) -> Document:
    results, described = facts.results, facts.place.place
    notices = [described.example_notice or ""]
    return Document(
        title=f"Alternatives to drug arrest: {described.name}",
        subtitle="A briefing for chiefs and their partners",
        date_line=f"As of {date_words(described.as_of)}",
        language="en-GB",
        running=f"Offramp {results['version']} · run {results['run']}",
        notice=" ".join(part for part in notices if part),
        blocks=blocks,
    )
