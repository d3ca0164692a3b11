"""What holds for every page."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offramp.documents.html import STYLE, render_html
from offramp.documents.tree import (
    Bullets,
    Column,
    Document,
    Heading,
    Link,
    Paragraph,
    References,
    Source,
    Table,
    rich,
)
from tests.documents_sample import grouped_table, one, sample

VOID = {"meta", "br", "link", "img", "hr", "input"}


class Reader(HTMLParser):
    """Collects elements and words, and checks that every element is closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attrs for name, attrs in self.elements if name == tag]


def test_the_same_document_gives_the_same_page() -> None:
    assert render_html(sample()) == render_html(sample())


def test_the_page_fetches_nothing_and_runs_nothing() -> None:
    page = render_html(sample())
    reader = Reader(page)
    assert not {name for name, _ in reader.elements} & {"script", "link", "iframe", "img", "object"}
    fetched = [attrs[name] for _, attrs in reader.elements for name in ("src",) if name in attrs]
    assert fetched == []
    assert all(url.startswith("data:") for url in re.findall(r"url\(([^)]*)\)", page))
    assert "@import" not in page
    assert not [name for _, attrs in reader.elements for name in attrs if name.startswith("on")]


def test_only_citations_and_written_links_lead_away() -> None:
    links = [attrs["href"] for attrs in Reader(render_html(sample())).all("a")]
    away = [link for link in links if not link.startswith("#")]
    assert away == ["https://example.org/a?b=1&c=2", "https://doi.org/10.1000/1"]


def test_links_inside_the_page_have_a_target() -> None:
    reader = Reader(render_html(sample()))
    names = [attrs["id"] for _, attrs in reader.elements if "id" in attrs]
    assert len(names) == len(set(names))
    inside = [attrs["href"][1:] for attrs in reader.all("a") if attrs["href"].startswith("#")]
    assert set(inside) <= set(names)
    told = [attrs["aria-labelledby"] for _, attrs in reader.elements if "aria-labelledby" in attrs]
    assert set(told) <= set(names)


def test_the_page_has_language_landmarks_and_a_skip_link() -> None:
    reader = Reader(render_html(sample()))
    assert reader.all("html")[0]["lang"] == "en-GB"
    assert all(len(reader.all(tag)) == 1 for tag in ("header", "main", "footer", "h1", "title"))
    first = reader.all("a")[0]
    assert (first["class"], first["href"]) == ("skip", "#text")


def test_tables_have_captions_scopes_and_a_region_that_scrolls() -> None:
    reader = Reader(render_html(one(grouped_table())))
    assert len(reader.all("caption")) == 1
    assert all("scope" in attrs for attrs in reader.all("th"))
    region = next(attrs for attrs in reader.all("div") if attrs.get("role") == "region")
    assert region["tabindex"] == "0"
    assert region["aria-label"]


def test_tables_lose_no_cell() -> None:
    rows = tuple(tuple(f"r{n}c{m}" for m in range(9)) for n in range(40))
    words = Reader(
        render_html(one(Table("T", tuple(Column(f"h{m}") for m in range(9)), rows)))
    ).words
    assert all(cell in words for row in rows for cell in row)


def test_a_table_with_a_missing_cell_is_refused() -> None:
    with pytest.raises(ValueError, match="row 2: 1 cells, 2 wanted"):
        Table("T", (Column("a"), Column("b")), (("1", "2"), ("3",)))


def test_charts_say_in_words_what_they_show() -> None:
    drawings = Reader(render_html(sample())).all("svg")
    assert len(drawings) == 3
    assert all(attrs["role"] == "img" and attrs["aria-label"] for attrs in drawings)


def test_sources_are_numbered_in_the_order_they_are_first_named() -> None:
    words = "".join(Reader(render_html(sample())).words)
    assert "leaning[1]" in words
    assert "See[2]" in words
    assert words.index("Second B.") < words.index("First A.") < words.index("Third C.")


def test_a_mark_without_a_source_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\[\^nowhere\] has no source"):
        render_html(one(Paragraph(rich("A claim [^nowhere]."))))


def test_two_sources_with_one_key_are_refused() -> None:
    with pytest.raises(ValueError, match="two sources have the key 'a'"):
        render_html(one(References((Source("a", "1"), Source("a", "2")))))


def test_plain_text_is_never_read_as_markup() -> None:
    words = "".join(Reader(render_html(one(Paragraph("**a** [b](https://c.org) [^d]")))).words)
    assert "**a** [b](https://c.org) [^d]" in words


def test_a_link_that_could_run_code_stays_text() -> None:
    document = one(
        Paragraph((Link("press", "javascript:alert(1)"),)),
        Paragraph(rich("[press](javascript:alert(1))")),
        References((Source("a", "A", "javascript:alert(1)"),)),
    )
    assert not [a for a in Reader(render_html(document)).all("a") if "javascript" in a["href"]]


def test_markup_is_read_from_rich_text() -> None:
    page = render_html(one(Paragraph(rich(r"a **b** *c* \*d\* [e](https://f.org) g*h"))))
    assert '<p>a <strong>b</strong> <em>c</em> *d* <a href="https://f.org">e</a> g*h</p>' in page


@settings(max_examples=200)
@given(st.text())
def test_any_text_survives_and_opens_no_element(text: str) -> None:
    plain = Document(title="x", blocks=(Heading("x"), Paragraph("x"), Bullets(("x",))))
    expected = [name for name, _ in Reader(render_html(plain)).elements if name != "br"]
    document = Document(title=text, blocks=(Heading(text), Paragraph(text), Bullets((text,))))
    page = Reader(render_html(document))
    assert [name for name, _ in page.elements if name != "br"] == expected
    letters = [char for char in text if char.isalnum()]
    assert "".join(letters) in "".join(c for word in page.words for c in word if c.isalnum())


def contrast(first: str, second: str) -> float:
    """The contrast of two colours as WCAG 2.2 defines it."""

    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(first), light(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("look", ["light", "dark"])
def test_text_stands_out_from_its_ground(look: str) -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    blocks = re.findall(r":root \{([^}]*)\}", STYLE.read_text(encoding="utf-8"))
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", blocks[0 if look == "light" else 1]))
    for text in ("ink", "muted", "accent"):
        for ground in ("paper", "tint", "grey"):
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    assert contrast(colours["ink"], colours["band"]) >= 4.5
    assert contrast(colours["accent"], colours["band"]) >= 3


def test_pages_need_no_library_beyond_the_standard_one() -> None:
    code = (
        "import sys, offramp.documents.html, offramp.documents.write, offramp.documents.charts;"
        "print(sorted({'altair', 'typst', 'vl_convert', 'numpy', 'jinja2'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_broad_tables_and_charts_say_that_they_scroll_and_cards_do_not() -> None:
    def hints(*blocks: Table) -> int:
        return render_html(one(*blocks)).count('<p class="hint"')

    columns = tuple(Column(str(n)) for n in range(4))
    assert hints(Table("Broad", columns, [("a", "b", "c", "d")])) == 1
    assert hints(Table("Narrow", columns[:2], [("a", "b")])) == 0
    assert hints(Table("Cards", columns, [("a", "b", "c", "d")], cards=True)) == 0
    assert render_html(sample()).count('<p class="hint"') >= 3  # its charts


def test_the_sign_of_a_currency_stays_with_its_number() -> None:
    page = render_html(one(Paragraph("Custa £ 370.000 (de US$ 100 a 5 £), e mais.")))
    assert "Custa £\u00a0370.000 (de US$\u00a0100 a 5\u00a0£), e mais." in page
