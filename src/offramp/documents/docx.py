"""The content tree as an editable Word file (DOCX), by python-docx.

For papers that people adapt: ordinary styles (Heading 1, List Bullet, Table Grid), so that a word
processor's own tools work on them. Charts are not drawn. The same tree gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from offramp.documents.numbering import check_headings, in_order, number_sources
from offramp.documents.same_bytes import without_times
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
    Mark,
    Numbered,
    PageBreak,
    Paragraph,
    References,
    Strong,
    Table,
    Text,
    Wide,
    plain_text,
    runs_of,
)

if TYPE_CHECKING:
    from docx.document import Document as Word

FONT = "Arial"  # on nearly every machine, Latin and Cyrillic
PAPER_MM = {"a4": (210, 297), "letter": (216, 279), "a6": (105, 148)}
BOX_FILL = {"note": "F2F3F4", "ask": "EEF4F5", "caution": "FFFFFF"}


def render_docx(document: Document) -> bytes:
    """The document as the bytes of a DOCX file.

    ValueError when a mark has no source or a heading skips a level.
    """
    check_headings(document)
    return _Paper(document).made()


class _Paper:
    def __init__(self, document: Document) -> None:
        import docx

        self.document = document
        self.numbers = number_sources(document)
        self.word: Word = docx.Document()
        self.turned = False

    def made(self) -> bytes:
        self._set_up()
        doc = self.document
        self._runs(self.word.add_heading(level=0), doc.title)
        for text in (doc.subtitle, doc.date_line):
            if text:
                self._runs(self.word.add_paragraph(style="Subtitle"), text)
        self._blocks(doc.blocks, self.word)
        if doc.notice:
            self._runs(self.word.add_paragraph(), doc.notice, small=True)
        out = io.BytesIO()
        self.word.save(out)
        return without_times(out.getvalue())

    def _set_up(self) -> None:
        from docx.shared import Mm, Pt, RGBColor

        doc, core = self.document, self.word.core_properties
        core.title, core.author, core.language = doc.title, "Offramp", doc.language
        core.last_modified_by, core.comments = "Offramp", ""
        section = self.word.sections[0]
        wide, high = PAPER_MM[doc.paper]
        section.page_width, section.page_height = Mm(wide), Mm(high)
        section.left_margin = section.right_margin = Mm(22)
        section.top_margin = section.bottom_margin = Mm(20)
        for style in self.word.styles:
            if hasattr(style, "font") and style.font is not None:
                style.font.name = FONT
                _all_scripts(style)
        normal: Any = self.word.styles["Normal"]
        normal.font.size = Pt(10.5)
        normal.paragraph_format.space_after = Pt(6)
        _language(normal, doc.language)
        sizes = {"Title": 20, "Subtitle": 11, "Heading 1": 15, "Heading 2": 12, "Heading 3": 11}
        for name, size in sizes.items():
            style_of: Any = self.word.styles[name]
            style_of.font.size = Pt(size)
            style_of.font.italic = False
            style_of.font.bold = name != "Subtitle"
            grey = name == "Subtitle"
            style_of.font.color.rgb = RGBColor.from_string("55626C" if grey else "0B3D47")
        if doc.running:
            self._runs(section.footer.paragraphs[0], doc.running, small=True)

    def _blocks(self, blocks: Sequence[Block], into: Any) -> None:
        for block in blocks:
            if self.turned:  # upright again, now that more follows
                self.turned = False
                self._turned(wide=False)
            self._block(block, into)

    def _block(self, block: Block, into: Any) -> None:
        match block:
            case Heading():
                style = f"Heading {block.level - 1}"
                self._runs(into.add_paragraph(style=style), block.text)
            case Paragraph():
                self._runs(into.add_paragraph(), block.text, small=block.style == "small")
            case Bullets():
                for item in block.items:
                    self._runs(into.add_paragraph(style="List Bullet"), item)
            case Numbered():
                for number, item in enumerate(block.items, 1):
                    self._numbered(into.add_paragraph(), number, item)
            case Definitions():
                for term, meaning in block.items:
                    paragraph = into.add_paragraph()
                    self._runs(paragraph, term, bold=True)
                    ended = plain_text(term).rstrip().endswith(("?", ".", ":"))
                    paragraph.add_run(" " if ended else ": ")
                    self._runs(paragraph, meaning)
            case Table():
                self._table(block, into)
            case Figure():
                self._runs(into.add_paragraph(), block.sentence)
                if block.table is not None:
                    self._table(block.table, into)
            case KeyNumbers():
                for card in block.cards:
                    paragraph = into.add_paragraph()
                    self._runs(paragraph, card.label, bold=True)
                    for part in (card.value, card.range, card.note):
                        if part:
                            paragraph.add_run(" ")
                            self._runs(paragraph, part)
            case Callout():
                self._box(block, into)
            case Columns():
                self._blocks(block.left, into)
                self._blocks(block.right, into)
            case Wide():
                self._turned(wide=True)
                self._blocks(block.blocks, into)
                self.turned = True
            case PageBreak():
                into.add_paragraph().add_run().add_break(_page_break())
            case References():
                for number, source in in_order(block.sources, self.numbers):
                    paragraph = into.add_paragraph()
                    paragraph.add_run(f"[{number}] ")
                    self._runs(paragraph, source.text)
                    if source.url:
                        paragraph.add_run(f" {source.url}")

    def _turned(self, *, wide: bool) -> None:
        """A new page, landscape or upright."""
        from docx.enum.section import WD_ORIENT, WD_SECTION

        section = self.word.add_section(WD_SECTION.NEW_PAGE)
        sides = sorted((section.page_width or 0, section.page_height or 0))
        section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = sides[::-1] if wide else sides

    def _numbered(self, paragraph: Any, number: int, item: Text) -> None:
        """A number written out: clauses keep theirs when text is moved to another file."""
        from docx.shared import Mm

        paragraph.paragraph_format.left_indent = Mm(9)
        paragraph.paragraph_format.first_line_indent = Mm(-9)
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(9))
        paragraph.add_run(f"{number}.\t")
        self._runs(paragraph, item)

    def _table(self, table: Table, into: Any) -> None:
        if table.caption:
            self._runs(into.add_paragraph(), table.caption, bold=True)
        made = into.add_table(rows=1, cols=len(table.columns))
        made.style = self.word.styles["Table Grid"]
        made.autofit = False
        for cell, column in zip(made.rows[0].cells, table.columns, strict=True):
            _fill(cell, "EEF4F5")
            self._runs(cell.paragraphs[0], column.head, bold=True)
        _repeat_head(made.rows[0])
        for row in table.body:
            cells = made.add_row().cells
            for place, text in enumerate(row.cells):
                first = place == 0 and table.row_header
                self._runs(cells[place].paragraphs[0], text, bold=first or row.style == "group")
            if row.style == "group":
                cells[0].merge(cells[-1])
        self._widths(made, table)
        for note in table.notes:
            self._runs(into.add_paragraph(), note, small=True)
        into.add_paragraph()

    def _widths(self, made: Any, table: Table) -> None:
        """Columns take their shares of the page; Word wants it said in every cell."""
        section = self.word.sections[-1]
        room = int(section.page_width or 0) - int(section.left_margin or 0)
        room -= int(section.right_margin or 0)
        whole = sum(column.width or 1 for column in table.columns)
        for place, column in enumerate(table.columns):
            width = int(room * (column.width or 1) / whole)
            made.columns[place].width = width
            for row in made.rows:
                row.cells[place].width = width

    def _box(self, box: Callout, into: Any) -> None:
        made = into.add_table(rows=1, cols=1)
        made.style = self.word.styles["Table Grid"]
        cell = made.rows[0].cells[0]
        _fill(cell, BOX_FILL[box.kind])
        self._runs(cell.paragraphs[0], box.title, bold=True)
        self._blocks(box.blocks, cell)
        into.add_paragraph()

    def _runs(self, paragraph: Any, text: Text, *, bold: bool = False, small: bool = False) -> None:
        from docx.shared import Pt

        for run in runs_of(text):
            if isinstance(run, Mark):
                made = paragraph.add_run(f"[{self.numbers[run.key]}]")
                made.font.superscript = True
                continue
            made = paragraph.add_run(run.text)  # a line break in the text is one on the page
            made.bold = True if bold or isinstance(run, Strong) else None
            made.italic = True if isinstance(run, Emphasis) else None
            if small:
                made.font.size = Pt(8.5)


def _all_scripts(style: Any) -> None:
    """The font for Cyrillic and symbols too, not for Latin letters alone."""
    from docx.oxml.ns import qn

    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), FONT)
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
        fonts.attrib.pop(qn(theme), None)


def _language(style: Any, tag: str) -> None:
    """What the spelling checker takes the text for."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = style.element.get_or_add_rPr()
    lang = OxmlElement("w:lang")
    lang.set(qn("w:val"), {"es-419": "es-MX", "ru": "ru-RU"}.get(tag, tag))
    properties.append(lang)


def _fill(cell: Any, colour: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    shade = OxmlElement("w:shd")
    for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", colour)):
        shade.set(qn(name), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _repeat_head(row: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    head = OxmlElement("w:tblHeader")
    head.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(head)


def _page_break() -> Any:
    from docx.enum.text import WD_BREAK

    return WD_BREAK.PAGE
