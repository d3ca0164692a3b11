"""The content tree as PDF: A4, Letter or a pocket card, tagged, PDF/UA-1, made by Typst.

The tree goes to `document.typ` as JSON data, never as Typst source, so no text can be read as
code. Only our typeface is used; no package and no file is loaded; the same tree gives the same
bytes (no date and no clock in the file).
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from offramp.documents.fonts import FOLDER, shown
from offramp.documents.numbering import check_headings, in_order, number_sources
from offramp.documents.tree import (
    Block,
    Bullets,
    Callout,
    Columns,
    Definitions,
    Document,
    Emphasis,
    Figure,
    Heading,
    KeyNumber,
    KeyNumbers,
    Link,
    Mark,
    Numbered,
    PageBreak,
    Paragraph,
    References,
    Strong,
    Table,
    Text,
    Wide,
    leads_somewhere,
    money_together,
    plain_text,
    runs_of,
)

TEMPLATE = Path(__file__).with_name("document.typ")
Data = dict[str, Any]
_LONG = re.compile(r"[^\s\u200b]{22,}")
BLANK = "–"  # where the standard wants words and there are none


def render_pdf(document: Document) -> bytes:
    """The document as the bytes of a PDF.

    ValueError when a mark has no source or a heading skips a level.
    """
    import typst

    made = typst.compile(
        TEMPLATE.read_bytes(),
        font_paths=typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FOLDER)]
        ),
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=["ua-1"],
        sys_inputs={"document": json.dumps(as_data(document), ensure_ascii=False)},
        timestamp=0,
    )
    if not isinstance(made, bytes):
        raise TypeError("Typst gave no PDF")
    return made


def as_data(document: Document) -> Data:
    """The document as the plain data that the template reads."""
    check_headings(document)
    numbers = number_sources(document)
    words = document.words
    return {
        "title": shown(document.title).strip() or BLANK,
        "paper": document.paper,
        "subtitle": _text(document.subtitle, numbers),
        "date_line": _text(document.date_line, numbers),
        "language": document.language.split("-")[0].lower(),
        "region": _region(document.language),
        "running": shown(document.running),
        "notice": _text(document.notice, numbers),
        "words": {"page": words.page, "of": words.of, "table": words.table}
        | {"figure": words.figure, "reference": words.reference},
        "blocks": [_block(block, numbers) for block in document.blocks],
    }


def _region(language: str) -> str | None:
    """The country of a language tag such as pt-BR; None for es-419 and plain tags."""
    part = language.split("-")[-1]
    return part.upper() if "-" in language and len(part) == 2 and part.isalpha() else None


def _cell(text: Text, numbers: dict[str, int]) -> list[Data]:
    """A text for a narrow place: what cannot be broken anywhere may break every few letters."""
    runs = _text(text, numbers)
    for run in runs:
        if run["kind"] != "link" and "text" in run:
            run["text"] = _LONG.sub(_breakable, run["text"])
    return runs


def _breakable(found: re.Match[str]) -> str:
    return re.sub(r"(.{8})(?=.)", "\\1\u200b", found[0])


def _text(text: Text, numbers: dict[str, int]) -> list[Data]:
    """A text as a list of runs, with line breaks as runs of their own."""
    out: list[Data] = []
    for run in runs_of(text):
        if isinstance(run, Mark):
            out.append({"kind": "mark", "number": numbers[run.key]})
            continue
        kind = "plain"
        if isinstance(run, Strong):
            kind = "strong"
        elif isinstance(run, Emphasis):
            kind = "emphasis"
        for position, line in enumerate(run.text.splitlines() or [""]):
            if position:
                out.append({"kind": "break"})
            if isinstance(run, Link) and leads_somewhere(run.url) and shown(line).strip():
                out.append({"kind": "link", "text": shown(line), "url": run.url})
            elif line:
                out.append({"kind": kind, "text": money_together(shown(line))})
    return out


def _block(block: Block, numbers: dict[str, int]) -> Data:
    """One block as data; see `document.typ` for what each kind looks like."""

    def text(value: Text) -> list[Data]:
        return _text(value, numbers)

    def inside(blocks: tuple[Block, ...]) -> list[Data]:
        return [_block(part, numbers) for part in blocks]

    match block:
        case Heading():
            blank = not shown(plain_text(block.text)).strip()
            said = text(BLANK if blank else block.text)
            return {"kind": "heading", "level": block.level, "text": said}
        case Paragraph():
            return {"kind": "paragraph", "style": block.style, "text": text(block.text)}
        case Bullets():
            return {"kind": "bullets", "items": [text(item) for item in block.items]}
        case Numbered():
            return {"kind": "numbered", "items": [text(item) for item in block.items]}
        case Definitions():
            pairs = [[text(term), text(meaning)] for term, meaning in block.items]
            return {"kind": "definitions", "items": pairs}
        case Table():
            return _table(block, numbers)
        case Figure():
            return {
                "kind": "figure",
                "caption": text(block.caption),
                "svg": block.chart.svg,
                "alt": shown(block.chart.alt) or shown(plain_text(block.sentence)) or BLANK,
                "sentence": text(block.sentence),
                "table": _table(block.table, numbers)
                if block.table is not None and block.print_table
                else None,
            }
        case KeyNumbers():
            return {"kind": "key_numbers", "cards": [_card(card, numbers) for card in block.cards]}
        case Callout():
            return {
                "kind": "callout",
                "look": block.kind,
                "title": text(block.title),
                "blocks": inside(block.blocks),
            }
        case Columns():
            return {
                "kind": "columns",
                "left": inside(block.left),
                "right": inside(block.right),
                "ratio": block.ratio,
            }
        case Wide():
            return {"kind": "wide", "blocks": inside(block.blocks)}
        case PageBreak():
            return {"kind": "page_break"}
        case References():
            entries = [
                {"number": number, "text": text(source.text)}
                | {"url": source.url if leads_somewhere(source.url) else ""}
                for number, source in in_order(block.sources, numbers)
            ]
            return {"kind": "references", "entries": entries}


def _card(card: KeyNumber, numbers: dict[str, int]) -> Data:
    return {
        "label": _text(card.label, numbers),
        "value": _text(card.value, numbers),
        "range": _text(card.range, numbers),
        "note": _text(card.note, numbers),
    }


def _table(table: Table, numbers: dict[str, int]) -> Data:
    return {
        "kind": "table",
        "caption": _text(table.caption, numbers),
        "columns": [
            {"head": _cell(column.head, numbers), "align": column.align, "width": column.width}
            for column in table.columns
        ],
        "groups": [{"text": shown(name), "span": span} for name, span in table.groups],
        "rows": [
            {"style": row.style, "cells": [_cell(cell, numbers) for cell in row.cells]}
            for row in table.body
        ],
        "notes": [_text(note, numbers) for note in table.notes],
        "row_header": table.row_header,
        "dense": table.dense,
    }
