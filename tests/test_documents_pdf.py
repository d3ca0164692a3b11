"""What holds for every printed document."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject

from offramp.documents.charts import Bar, bar_chart
from offramp.documents.fonts import FOLDER, shown
from offramp.documents.html import render_html
from offramp.documents.pdf import render_pdf
from offramp.documents.tree import (
    Block,
    Bullets,
    Callout,
    Column,
    Columns,
    Definitions,
    Document,
    Figure,
    Heading,
    KeyNumber,
    KeyNumbers,
    Link,
    Numbered,
    Paragraph,
    References,
    Row,
    Source,
    Table,
    Wide,
    rich,
)
from tests.documents_sample import grouped_table, one, sample


def pages_of(document: Document) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(render_pdf(document))).pages]


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def structure_of(reader: PdfReader) -> list[DictionaryObject]:
    """Every element of the structure tree in reading order."""
    found: list[DictionaryObject] = []

    def walk(node: object) -> None:
        if isinstance(node, IndirectObject):
            node = node.get_object()
        if isinstance(node, list):
            for part in node:
                walk(part)
        elif isinstance(node, DictionaryObject):
            if "/S" in node:
                found.append(node)
            walk(node.get("/K"))

    walk(reader.trailer["/Root"]["/StructTreeRoot"].get("/K"))
    return found


def tags_of(reader: PdfReader) -> list[str]:
    return [str(node["/S"]) for node in structure_of(reader)]


def test_the_same_document_gives_the_same_bytes() -> None:
    assert render_pdf(sample()) == render_pdf(sample())


def test_the_file_is_tagged_and_says_its_language_and_title() -> None:
    reader = PdfReader(io.BytesIO(render_pdf(sample())))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is not None
    assert str(root["/Lang"]) == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == "A sample & its <title>"
    assert b"pdfuaid:part" in root["/Metadata"].get_data()


def test_headings_tables_lists_and_figures_carry_their_tags() -> None:
    tags = tags_of(PdfReader(io.BytesIO(render_pdf(sample()))))
    assert {"/H1", "/H2", "/H3", "/Table", "/TH", "/TD", "/L", "/Figure", "/Link"} <= set(tags)
    assert tags.count("/Figure") == 3


def test_every_figure_says_what_it_shows() -> None:
    reader = PdfReader(io.BytesIO(render_pdf(sample())))
    said = [str(node["/Alt"]) for node in structure_of(reader) if node["/S"] == "/Figure"]
    assert len(said) == 3
    assert any("Way out before arrest −3 (−6 to −1)" in text for text in said)


def test_only_our_typeface_is_used() -> None:
    reader = PdfReader(io.BytesIO(render_pdf(sample())))
    names = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"].get("/Font", {}).values()
    }
    assert names
    assert all("+OfframpSans-" in name for name in names)


def test_pages_are_a4_and_wide_blocks_lie_on_their_own_landscape_page() -> None:
    sizes = [
        (round(float(page.mediabox.width)), round(float(page.mediabox.height)))
        for page in PdfReader(io.BytesIO(render_pdf(sample()))).pages
    ]
    assert set(sizes) == {(595, 842), (842, 595)}
    assert sizes.count((842, 595)) == 1


def test_every_page_says_its_number_and_the_run() -> None:
    pages = pages_of(sample())
    for number, text in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in text
        assert "run 3f9a12c0" in text
    assert "A worked example." in pages[0]


def test_bookmarks_lead_to_the_sections() -> None:
    outline = PdfReader(io.BytesIO(render_pdf(sample()))).outline
    titles = [str(entry.title) for entry in outline if not isinstance(entry, list)]
    assert titles == ["Left", "Right", "Numbers", "All", "References"]


def test_tables_lose_no_cell_and_repeat_their_head() -> None:
    rows = tuple((f"Option {n}", f"a{n}", f"b{n}") for n in range(120))
    columns = (Column("Option"), Column("Middle", "right"), Column("Range", "right"))
    pages = pages_of(one(Table("Long", columns, rows)))
    assert len(pages) > 2
    assert all("Middle" in text and "Range" in text for text in pages)
    whole = squeezed("".join(pages))
    assert all(f"Option{n}a{n}b{n}" in whole for n in range(120))


def test_tables_have_the_same_numbers_on_the_page_and_in_print() -> None:
    """A table behind a figure that print leaves out has none."""
    chart = bar_chart([Bar("Arrest", 20, "20")])
    hidden, printed = (
        Figure(name, chart, "It is.", Table(name, (Column("Kind"),), (("Arrest",),)), print_table=p)
        for name, p in (("Behind", False), ("Beside", True))
    )
    last = Table("Last", (Column("Kind"),), (("Arrest",),))
    document = replace(one(last), blocks=(hidden, printed, last))
    words = squeezed("".join(pages_of(document)))
    page = squeezed(re.sub(r"<[^>]+>", "", render_html(document)))
    for found in (words, page):
        assert "Table1:Beside" in found and "Table2:Last" in found
    assert "Behind" in page and ":BehindKind" not in page


def test_group_heads_and_shared_heads_are_printed() -> None:
    text = squeezed("".join(pages_of(one(grouped_table()))))
    wanted = ["Health", "Safety", "Ready", "Needs law", "More arrests", "−6 to −1", "Nine in ten"]
    assert all(squeezed(word) in text for word in wanted)


@pytest.mark.parametrize("lines", range(36, 56))
def test_a_heading_never_stands_alone_at_the_foot_of_a_page(lines: int) -> None:
    filler = tuple(Paragraph(f"Line {n}") for n in range(lines))
    table = Table("Caption", (Column("Head"),), (("Cell one",), ("Cell two",)))
    pages = pages_of(one(*filler, Heading("Stays with"), table))
    together = [text for text in pages if "Stays with" in text]
    assert len(together) == 1
    assert "Caption" in together[0]
    assert "Cell one" in together[0]


def test_a_group_head_never_stands_alone_at_the_foot_of_a_page() -> None:
    for count in range(38, 48):
        rows = [Row((f"Line {n}", "x")) for n in range(count)]
        rows += [Row(("The group",), "group"), Row(("Belongs", "y"))]
        pages = pages_of(one(Table("Long", (Column("A"), Column("B")), tuple(rows))))
        assert all("Belongs" in text for text in pages if "The group" in text)


def test_words_too_long_for_their_column_are_broken_not_cut() -> None:
    long = "abcdefghij" * 9
    table = Table("T", tuple(Column(f"h{n}") for n in range(9)), ((long, *"12345678"),))
    page = PdfReader(io.BytesIO(render_pdf(one(table)))).pages[0]
    whole = page.extract_text()
    assert long in squeezed(whole).replace("\u200b", "").replace("-", "")
    assert max(len(word) for word in re.split(r"[\s\u200b]", whole)) < 20


HOSTILE = [
    '#panic("x")', "$ x $", "@label", "\\", '"', "#", "= Heading", "- item", "<b>", "[a](b", "*a*",
    "_a_", "`a`", "//c", "/* c", "~", "---", "#import", "{", "]", "'", "\x00", "\u202e", "漢字",
    "🙂",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_read_as_code(text: str) -> None:
    whole = squeezed("".join(pages_of(one(Paragraph("A" + text + "Z")))))
    assert squeezed("A" + shown(text) + "Z") in whole


@settings(max_examples=40)
@given(st.text(max_size=60))
def test_any_text_survives_everywhere(text: str) -> None:
    table = Table(text, (Column(text, group=text), Column("b")), ((text, rich(text)),), (text,))
    document = Document(
        title=text,
        subtitle=text,
        running=text,
        notice=text,
        blocks=(Heading(text or "x"), Paragraph(text), table),
    )
    assert render_pdf(document).startswith(b"%PDF")


def test_characters_the_typeface_lacks_become_a_visible_mark() -> None:
    assert shown("Łódź, Ñuñoa, São Paulo, Тверь −3 ≤ 4 → ✓") == (
        "Łódź, Ñuñoa, São Paulo, Тверь −3 ≤ 4 → ✓"
    )
    assert shown("a漢b") == "a?b"
    assert shown("a\tb\u202ec\x07") == "a bc"


def test_the_typeface_comes_with_its_licence() -> None:
    assert "SIL OPEN FONT LICENSE" in (FOLDER / "OFL.txt").read_text(encoding="utf-8")


def test_a_heading_that_skips_a_level_is_refused() -> None:
    with pytest.raises(ValueError, match="'Deep' has level 3 after 1"):
        render_pdf(one(Heading("Deep", 3)))


def test_a_link_that_could_run_code_stays_text() -> None:
    made = render_pdf(
        one(
            Paragraph((Link("press", "javascript:alert(1)"), Link("none", ""))),
            References((Source("a", "A", "javascript:alert(1)"),)),
        )
    )
    assert b"javascript" not in made
    assert not [p for p in PdfReader(io.BytesIO(made)).pages if p.get("/Annots")]


@pytest.mark.parametrize(
    "block",
    [
        Bullets(()),
        Numbered(()),
        Definitions(()),
        Table("No rows", (Column("a"),), ()),
        Table("Only a group", (Column("a"),), (Row(("Group",), "group"),)),
        Columns((), ()),
        Wide(()),
        Callout("note", "", ()),
        References(()),
        KeyNumbers((KeyNumber("", ""),)),
        Paragraph(""),
    ],
)
def test_empty_blocks_do_no_harm(block: Block) -> None:
    assert render_pdf(one(block)).startswith(b"%PDF")
    assert render_html(one(block)).endswith("</html>\n")
