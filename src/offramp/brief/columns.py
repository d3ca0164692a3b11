"""Two columns of about the same height, whatever the language."""

from __future__ import annotations

from math import ceil

from offramp.documents.tree import Block, Bullets, Columns, Heading, Paragraph, Text, plain_text

LETTERS = 46  # in a line of half a page
HEADING, APART = 2.2, 0.5  # heights in lines: a heading; the space after a paragraph or an item


def evenly(sections: list[list[Block]]) -> Columns:
    """The sections in their order, parted where the longer column is shortest."""
    heights = [sum(height(block) for block in section) for section in sections]
    cut = min(range(1, len(sections)), key=lambda k: max(sum(heights[:k]), sum(heights[k:])))
    left, right = sections[:cut], sections[cut:]
    return Columns(tuple(b for one in left for b in one), tuple(b for one in right for b in one))


def height(block: Block) -> float:
    """Of a block in half a page, in lines, by counting letters: enough to part columns by."""
    if isinstance(block, Heading):
        return HEADING
    if isinstance(block, Bullets):
        return sum(_lines(item) for item in block.items)
    if isinstance(block, Paragraph):
        return _lines(block.text)
    raise TypeError(f"{type(block).__name__} is not for narrow columns")


def _lines(text: Text) -> float:
    return ceil(len(plain_text(text)) / LETTERS) + APART
