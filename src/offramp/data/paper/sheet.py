"""The sheet and the page for the service, as a content tree and as a Word file."""

from __future__ import annotations

import io
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from offramp.catalogue.problems import InputError, Problem
from offramp.documents.tree import (
    Block,
    Bullets,
    Column,
    Document,
    Heading,
    PageBreak,
    Paragraph,
    Table,
    Words,
)

FILE = Path(__file__).with_name("six_questions.toml")
BOX = "[    ]"
LINE = "_" * 28
TOTALS = "period,question,asked,yes\n"


@cache
def _all() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def languages() -> list[str]:
    return list(_all())


def words_in(language: str) -> dict[str, Any]:
    """The words of the sheet. Raises InputError: not a language of the sheet."""
    if language not in _all():
        right = f"one of {', '.join(languages())}"
        raise InputError(Problem("--lang", 0, "", f"'{language}' is not a language here", right))
    words: dict[str, Any] = _all()[language]
    return words


def files(language: str) -> dict[str, bytes]:
    """The sheet as PDF and as a Word file, and an empty table for the totals."""
    from offramp.documents.pdf import render_pdf

    name = f"six-questions-{language}"
    return {
        f"{name}.pdf": render_pdf(document(words_in(language))),
        f"{name}.docx": word_file(words_in(language)),
        "six-questions-totals.csv": TOTALS.encode(),
    }


def document(words: dict[str, Any]) -> Document:
    """The sheet on the first page, the page for the service on the second."""
    questions = [f"{n}. {text}" for n, text in enumerate(words["questions"], 1)]
    sheet: tuple[Block, ...] = (
        Paragraph(words["voluntary"]),
        Paragraph(words["anonymous"]),
        Table(
            words["mark"],
            (
                Column(words["question"], width=5),
                Column(words["yes"], "center", 0.8),
                Column(words["no"], "center", 0.8),
                Column(words["other"], "center", 1.8),
            ),
            [(question, BOX, BOX, BOX) for question in questions],
        ),
        Paragraph(words["thanks"]),
        Paragraph(f"{words['keeper']} {LINE}", "small"),
    )
    service: tuple[Block, ...] = (
        PageBreak(),
        Heading(words["service_title"]),
        Bullets(tuple(words["service"])),
        Table(
            f"{words['totals']}. {words['period']} {LINE}",
            (
                Column(words["question"], width=5),
                Column(words["yes"], "right", 1),
                Column(words["no"], "right", 1),
                Column(words["asked"], "right", 1.5),
            ),
            [(question, "", "", "") for question in questions],
        ),
        Paragraph(words["file"], "small"),
    )
    return Document(
        words["title"],
        (*sheet, *service),
        language=words["language"],
        running=words["title"],
        words=Words(page="", of="/", table=words["part"]),
    )


def word_file(words: dict[str, Any]) -> bytes:
    """The same as a Word file, for a service that wants to change it."""
    import docx
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm

    file = docx.Document()
    file.core_properties.title = words["title"]
    file.core_properties.language = words["language"]
    style = file.styles["Normal"].element.get_or_add_rPr()
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), words["language"])
    style.append(language)

    def table(heads: list[str], mark: str) -> None:
        grid = file.add_table(rows=1, cols=4)
        grid.style = "Table Grid"
        grid.autofit = False
        for cell, head in zip(grid.rows[0].cells, heads, strict=True):
            cell.text = head
        for number, question in enumerate(words["questions"], 1):
            row = [f"{number}. {question}", mark, mark, mark]
            for cell, text in zip(grid.add_row().cells, row, strict=True):
                cell.text = text
        for at, centimetres in enumerate((8.6, 1.8, 1.8, 3.2)):
            grid.columns[at].width = Cm(centimetres)
            for cell in grid.columns[at].cells:
                cell.width = Cm(centimetres)

    file.add_heading(words["title"], 0)
    file.add_paragraph(words["voluntary"])
    file.add_paragraph(words["anonymous"])
    file.add_paragraph(words["mark"])
    table([words[key] for key in ("question", "yes", "no", "other")], BOX)
    file.add_paragraph()
    file.add_paragraph(words["thanks"])
    file.add_paragraph(f"{words['keeper']} {LINE}")
    file.add_page_break()  # type: ignore[no-untyped-call]
    file.add_heading(words["service_title"], 1)
    for text in words["service"]:
        file.add_paragraph(text, style="List Bullet")
    file.add_paragraph(f"{words['totals']}. {words['period']} {LINE}")
    table([words[key] for key in ("question", "yes", "no", "asked")], "")
    file.add_paragraph()
    file.add_paragraph(words["file"])
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()
