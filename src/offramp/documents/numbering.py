"""Numbers for what a document refers to: sources in order of first mark, tables and figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from offramp.documents.tree import (
    Block,
    Bullets,
    Callout,
    Columns,
    Definitions,
    Document,
    Figure,
    Heading,
    KeyNumbers,
    Mark,
    Numbered,
    PageBreak,
    Paragraph,
    References,
    Source,
    Table,
    Text,
    Wide,
    plain_text,
    runs_of,
)


def flat(blocks: Sequence[Block]) -> Iterator[Block]:
    """Every block in reading order, those inside others after the one that holds them."""
    for block in blocks:
        yield block
        if isinstance(block, Callout | Wide):
            yield from flat(block.blocks)
        elif isinstance(block, Columns):
            yield from flat(block.left)
            yield from flat(block.right)


def texts(block: Block) -> Iterator[Text]:
    """The texts of a block itself in reading order, without those of blocks inside it."""
    match block:
        case Heading() | Paragraph():
            yield block.text
        case Bullets() | Numbered():
            yield from block.items
        case Definitions():
            for term, meaning in block.items:
                yield term
                yield meaning
        case Table():
            yield block.caption
            yield from (column.head for column in block.columns)
            for row in block.body:
                yield from row.cells
            yield from block.notes
        case Figure():
            yield block.caption
            yield block.sentence
            if block.table is not None:
                yield from texts(block.table)
        case KeyNumbers():
            for card in block.cards:
                yield from (card.label, card.value, card.range, card.note)
        case Callout():
            yield block.title
        case References():
            yield from (source.text for source in block.sources)
        case Columns() | Wide() | PageBreak():
            pass


def sources_of(document: Document) -> dict[str, Source]:
    """Every source by its key; ValueError when a key appears twice."""
    found: dict[str, Source] = {}
    for block in flat(document.blocks):
        if isinstance(block, References):
            for source in block.sources:
                if source.key in found:
                    raise ValueError(f"two sources have the key {source.key!r}")
                found[source.key] = source
    return found


def number_sources(document: Document) -> dict[str, int]:
    """The number of each source by key: in order of first mark, then those without one.

    ValueError when a mark has no source.
    """
    known = sources_of(document)
    numbers: dict[str, int] = {}
    all_texts: list[Text] = [document.subtitle, document.date_line]
    for block in flat(document.blocks):
        all_texts.extend(texts(block))
    all_texts.append(document.notice)
    for text in all_texts:
        for run in runs_of(text):
            if isinstance(run, Mark):
                if run.key not in known:
                    raise ValueError(f"the mark [^{run.key}] has no source")
                numbers.setdefault(run.key, len(numbers) + 1)
    for key in known:
        numbers.setdefault(key, len(numbers) + 1)
    return numbers


def in_order(sources: Sequence[Source], numbers: dict[str, int]) -> list[tuple[int, Source]]:
    """The sources with their numbers, smallest first."""
    return sorted(((numbers[s.key], s) for s in sources), key=lambda pair: pair[0])


def check_headings(document: Document) -> None:
    """ValueError when a heading skips a level: readers that listen lose their way."""
    last = 1
    for block in flat(document.blocks):
        if isinstance(block, Heading):
            if block.level > last + 1:
                raise ValueError(
                    f"heading {plain_text(block.text)!r} has level {block.level} after {last}"
                )
            last = block.level
