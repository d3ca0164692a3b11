"""The content tree as one HTML file: no network, no script, readable from 360 pixels, printable.

Typeface, styles and charts are inside the file. Sections and tables are marked for readers that
listen; wide tables and charts scroll in a region of their own. The same tree gives the same bytes.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from functools import cache
from html import escape
from pathlib import Path

from offramp.documents.fonts import FAMILY, FOLDER
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
    KeyNumbers,
    Link,
    Mark,
    Numbered,
    PageBreak,
    Paragraph,
    References,
    Row,
    Strong,
    Table,
    Text,
    Wide,
    Words,
    leads_somewhere,
    money_together,
    plain_text,
    runs_of,
)

STYLE = Path(__file__).with_name("document.css")
FACES = (("Regular", 400, "normal"), ("Italic", 400, "italic"), ("SemiBold", 600, "normal"))
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
CONTENTS_FROM = 4  # sections
BROAD_FROM = 7  # columns
HINT_FROM = 4  # columns that may be too many for a phone


def render_html(document: Document) -> str:
    """The document as the text of one HTML file.

    ValueError when a mark has no source or a heading skips a level.
    """
    check_headings(document)
    return _Page(document).text()


@cache
def style_sheet() -> str:
    """The styles with the typeface inside."""
    faces = "".join(
        f"@font-face{{font-family:'{FAMILY}';font-weight:{weight};font-style:{slope};"
        f"font-display:swap;src:url(data:font/woff2;base64,{_face(name)}) format('woff2')}}\n"
        for name, weight, slope in FACES
    )
    return faces + STYLE.read_text(encoding="utf-8")


def _face(name: str) -> str:
    data = (FOLDER / f"OfframpSans-{name}.woff2").read_bytes()
    return base64.b64encode(data).decode("ascii")


def _safe(text: str) -> str:
    return escape(_CONTROLS.sub("", text), quote=True)


class _Page:
    """One page in the making: what has been numbered and named so far."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.words: Words = document.words
        self.numbers = number_sources(document)
        self.tables = 0
        self.figures = 0
        self.anchors: set[str] = {"text", "contents", "title"}
        self.sections: list[tuple[str, Text]] = []

    def text(self) -> str:
        doc = self.document
        body = self._sections(doc.blocks)
        language = _safe(doc.language)
        subtitle = f'<p class="subtitle">{self._runs(doc.subtitle)}</p>' if doc.subtitle else ""
        dated = f'<p class="dated">{self._runs(doc.date_line)}</p>' if doc.date_line else ""
        notice = f"<p>{self._runs(doc.notice)}</p>" if doc.notice else ""
        running = f'<p class="running">{_safe(doc.running)}</p>' if doc.running else ""
        return (
            f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="color-scheme" content="light dark">\n'
            '<meta name="referrer" content="no-referrer">\n'
            f"<title>{_safe(doc.title)}</title>\n<style>\n{style_sheet()}</style>\n</head>\n"
            f'<body>\n<a class="skip" href="#text">{_safe(self.words.skip)}</a>\n'
            f'<header><h1 id="title">{_safe(doc.title)}</h1>{subtitle}{dated}</header>\n'
            f"{self._contents()}"
            f'<main id="text" tabindex="-1">\n{body}</main>\n'
            f"<footer>{notice}{running}</footer>\n</body>\n</html>\n"
        )

    def _contents(self) -> str:
        if len(self.sections) < CONTENTS_FROM or self.document.paper == "a6":
            return ""
        items = "".join(
            f'<li><a href="#{anchor}">{_safe(plain_text(text))}</a></li>'
            for anchor, text in self.sections
        )
        name = _safe(self.words.contents)
        return f'<nav aria-label="{name}"><p>{name}</p><ol>{items}</ol></nav>\n'

    def _sections(self, blocks: Sequence[Block]) -> str:
        """The blocks, each level 2 heading opening a section of its own."""
        out: list[str] = []
        is_open = False
        for block in _without_wide(blocks):
            if isinstance(block, Heading) and block.level == 2:
                if is_open:
                    out.append("</section>\n")
                anchor = self._anchor(block)
                self.sections.append((anchor, block.text))
                out.append(f'<section aria-labelledby="{anchor}">\n')
                out.append(f'<h2 id="{anchor}">{self._runs(block.text)}</h2>\n')
                is_open = True
            else:
                out.append(self._block(block))
        return "".join(out) + ("</section>\n" if is_open else "")

    def _anchor(self, heading: Heading) -> str:
        words = heading.anchor or plain_text(heading.text)
        slug = re.sub(r"[^\w]+", "-", words.lower()).strip("-") or "section"
        anchor, count = slug, 1
        while anchor in self.anchors or anchor.startswith("source-"):
            count += 1
            anchor = f"s-{slug}-{count}"
        self.anchors.add(anchor)
        return anchor

    def _runs(self, text: Text) -> str:
        out: list[str] = []
        for run in runs_of(text):
            if isinstance(run, Mark):
                number = self.numbers[run.key]
                name = _safe(f"{self.words.reference} {number}")
                out.append(
                    f'<sup><a href="#source-{number}" aria-label="{name}">[{number}]</a></sup>'
                )
                continue
            lines = money_together(run.text).splitlines() or [""]
            words = "<br>".join(_safe(line) for line in lines)
            if isinstance(run, Strong):
                out.append(f"<strong>{words}</strong>")
            elif isinstance(run, Emphasis):
                out.append(f"<em>{words}</em>")
            elif isinstance(run, Link) and leads_somewhere(run.url):
                out.append(f'<a href="{_safe(run.url)}">{words}</a>')
            else:
                out.append(words)
        return "".join(out)

    def _blocks(self, blocks: Sequence[Block]) -> str:
        return "".join(self._block(block) for block in blocks)

    def _items(self, items: Sequence[Text]) -> str:
        return "".join(f"<li>{self._runs(item)}</li>" for item in items)

    def _block(self, block: Block) -> str:
        match block:
            case Heading():
                anchor, level = self._anchor(block), block.level
                return f'<h{level} id="{anchor}">{self._runs(block.text)}</h{level}>\n'
            case Paragraph():
                look = "" if block.style == "body" else f' class="{block.style}"'
                return f"<p{look}>{self._runs(block.text)}</p>\n"
            case Bullets():
                return f"<ul>{self._items(block.items)}</ul>\n"
            case Numbered():
                return f"<ol>{self._items(block.items)}</ol>\n"
            case Definitions():
                pairs = "".join(
                    f"<dt>{self._runs(term)}</dt><dd>{self._runs(meaning)}</dd>"
                    for term, meaning in block.items
                )
                return f"<dl>{pairs}</dl>\n"
            case Table():
                return self._table(block)
            case Figure():
                return self._figure(block)
            case KeyNumbers():
                return self._key_numbers(block)
            case Callout():
                self.anchors.add(name := f"box-{len(self.anchors)}")
                return (
                    f'<aside class="box {block.kind}" aria-labelledby="{name}">'
                    f'<p class="name" id="{name}">{self._runs(block.title)}</p>\n'
                    f"{self._blocks(block.blocks)}</aside>\n"
                )
            case Columns():
                return (
                    f'<div class="columns" style="--ratio:{block.ratio:g}fr">'
                    f"<div>{self._blocks(block.left)}</div>"
                    f"<div>{self._blocks(block.right)}</div></div>\n"
                )
            case Wide():
                return self._blocks(block.blocks)
            case PageBreak():
                return '<div class="break"></div>\n'
            case References():
                return self._references(block)

    def _key_numbers(self, block: KeyNumbers) -> str:
        cards = []
        for card in block.cards:
            ranged = f'<span class="range">{self._runs(card.range)}</span>' if card.range else ""
            note = f'<span class="note">{self._runs(card.note)}</span>' if card.note else ""
            cards.append(
                f'<li><span class="label">{self._runs(card.label)}</span>'
                f'<span class="value">{self._runs(card.value)}</span>{ranged}{note}</li>'
            )
        return f'<ul class="cards">{"".join(cards)}</ul>\n'

    def _references(self, block: References) -> str:
        items = []
        for number, source in in_order(block.sources, self.numbers):
            shown = source.url.removeprefix("https://").removeprefix("http://")
            link = ""
            if leads_somewhere(source.url):
                link = f' <a href="{_safe(source.url)}">{_safe(shown)}</a>'
            items.append(
                f'<li id="source-{number}" value="{number}">{self._runs(source.text)}{link}</li>'
            )
        return f'<ol class="references">{"".join(items)}</ol>\n'

    def _figure(self, figure: Figure) -> str:
        self.figures += 1
        number, chart = self.figures, figure.chart
        label = f"{_safe(self.words.figure)} {number}"
        drawing = chart.svg.replace(
            "<svg ", f'<svg role="img" aria-label="{_safe(chart.alt)}" focusable="false" ', 1
        )
        table = ""
        if figure.table is not None:
            table = (
                f"<details><summary>{_safe(self.words.numbers)}</summary>"
                f"{self._table(figure.table, numbered=figure.print_table)}</details>"
            )
        return (
            f'<figure><figcaption id="figure-{number}"><strong>{label}:</strong> '
            f"{self._runs(figure.caption)}</figcaption>"
            f"{self._hint()}"
            f'<div class="scroll chart" role="region" tabindex="0" aria-label="{label}, '
            f'{_safe(self.words.scroll)}">{drawing}</div>'
            f'<p class="says">{self._runs(figure.sentence)}</p>{table}</figure>\n'
        )

    def _table(self, table: Table, numbered: bool = True) -> str:
        """numbered: not where print leaves it out, so that numbers are the same in both."""
        self.tables += numbered
        label = f"{_safe(self.words.table)} {self.tables}" if numbered else ""
        name = label or _safe(self.words.numbers)
        traits = {"narrow": table.cards, "dense": table.dense}
        traits["broad"] = len(table.columns) >= BROAD_FROM
        look = " ".join(["scroll", *(name for name, has in traits.items() if has)])
        body = "".join(self._row(table, row) for row in table.body)
        notes = "".join(f"<p>{self._runs(note)}</p>" for note in table.notes)
        hint = "" if table.cards or len(table.columns) < HINT_FROM else self._hint()
        return (
            f'{hint}<div class="{look}" role="region" tabindex="0" aria-label="{name}, '
            f'{_safe(self.words.scroll)}"><table role="table"><caption><span>'
            f"{label + ': ' if label else ''}{self._runs(table.caption)}</span></caption>"
            f'<thead role="rowgroup">{self._head(table)}</thead>\n'
            f'<tbody role="rowgroup">{body}</tbody></table></div>\n'
            + (f'<div class="notes">{notes}</div>\n' if notes else "")
        )

    def _hint(self) -> str:
        """For eyes alone, on a phone: the name of the region says it to others."""
        return f'<p class="hint" aria-hidden="true">→ {_safe(self.words.scroll)}</p>\n'

    def _head(self, table: Table) -> str:
        top = "".join(
            f'<th colspan="{span}" scope="colgroup" class="group">{_safe(name)}</th>'
            if name
            else f'<td colspan="{span}"></td>'
            for name, span in table.groups
        )
        heads = "".join(
            f'<th role="columnheader" scope="col" class="{column.align}">'
            f"{self._runs(column.head)}</th>"
            for column in table.columns
        )
        return (f"<tr>{top}</tr>" if top else "") + f'<tr role="row">{heads}</tr>'

    def _row(self, table: Table, row: Row) -> str:
        if row.style == "group":
            return (
                f'<tr role="row" class="group"><th role="rowheader" scope="rowgroup" '
                f'colspan="{len(table.columns)}">{self._runs(row.cells[0])}</th></tr>\n'
            )
        cells = []
        for place, (column, cell) in enumerate(zip(table.columns, row.cells, strict=True)):
            head = ", ".join(part for part in (column.group, plain_text(column.head)) if part)
            said = f'class="{column.align}" data-head="{_safe(head)}"'
            if place == 0 and table.row_header:
                cells.append(f'<th role="rowheader" scope="row" {said}>{self._runs(cell)}</th>')
            else:
                cells.append(f'<td role="cell" {said}>{self._runs(cell)}</td>')
        look = ' class="apart"' if row.style == "apart" else ""
        return f'<tr role="row"{look}>{"".join(cells)}</tr>\n'


def _without_wide(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks with those of landscape pages in line: a screen has no landscape page."""
    for block in blocks:
        if isinstance(block, Wide):
            yield from _without_wide(block.blocks)
        else:
            yield block
