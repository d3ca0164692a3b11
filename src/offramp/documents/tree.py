"""The content tree: what a document says, free of how it looks.

A builder makes a `Document` of small frozen blocks; `html` and `pdf` render the same tree. Every
text field takes a plain `str`, shown exactly as it is, or runs made by `rich`, which reads a
little markup. A plain string is never read for markup: text from a place file is safe as it is.
A line break in a text is a line break on the page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from offramp.documents.charts import Chart


@dataclass(frozen=True)
class Plain:
    """A run of ordinary text."""

    text: str


@dataclass(frozen=True)
class Strong:
    """A run that matters more."""

    text: str


@dataclass(frozen=True)
class Emphasis:
    """A run in italics."""

    text: str


@dataclass(frozen=True)
class Link:
    """A run that leads to a web address."""

    text: str
    url: str


@dataclass(frozen=True)
class Mark:
    """A reference mark: the number of the source with this key."""

    key: str


Run = Plain | Strong | Emphasis | Link | Mark
Text = str | tuple[Run, ...]

_SAFE_LINK = re.compile(r"(?:https?://|mailto:)[^\s]+", re.IGNORECASE)
_MARKUP = re.compile(
    r"\\(?P<escaped>[\\*\[\]])"
    r"|\*\*(?P<strong>[^*\n]+)\*\*"
    r"|\*(?P<emphasis>[^*\n]+)\*"
    r"|\[\^(?P<mark>[\w.:-]+)\]"
    r"|\[(?P<label>[^\]\n]+)\]\((?P<url>https?://[^\s()]+|mailto:[^\s()]+)\)"
)


def rich(text: str) -> tuple[Run, ...]:
    r"""Read `**strong**`, `*emphasis*`, `[label](https://…)` and `[^source-key]` into runs.

    A backslash before `*`, `[`, `]` or `\` keeps it as it is. What is not markup stays text. A
    reference mark sticks to the word before it.
    """
    runs: list[Run] = []
    waiting = ""
    end = 0
    for match in _MARKUP.finditer(text):
        waiting += text[end : match.start()]
        end = match.end()
        if match["escaped"]:
            waiting += match["escaped"]
            continue
        if match["mark"]:
            waiting = waiting.rstrip(" ")
        if waiting:
            runs.append(Plain(waiting))
            waiting = ""
        if match["strong"]:
            runs.append(Strong(match["strong"]))
        elif match["emphasis"]:
            runs.append(Emphasis(match["emphasis"]))
        elif match["mark"]:
            runs.append(Mark(match["mark"]))
        else:
            runs.append(Link(match["label"], match["url"]))
    waiting += text[end:]
    if waiting:
        runs.append(Plain(waiting))
    return tuple(runs)


def leads_somewhere(url: str) -> bool:
    """Whether an address may become a link: on the web or mail, and nothing that runs."""
    return _SAFE_LINK.fullmatch(url) is not None


def runs_of(text: Text) -> tuple[Run, ...]:
    """The runs of a text, plain or rich."""
    return (Plain(text),) if isinstance(text, str) else text


def plain_text(text: Text) -> str:
    """The words of a text without its markup and reference marks."""
    return "".join("" if isinstance(run, Mark) else run.text for run in runs_of(text))


_MONEY = re.compile(r"(?<=[£€$]) (?=\d)|(?<=\d) (?=[£€$])")


def money_together(text: str) -> str:
    """The text with the sign of a currency kept on the line of its number."""
    return _MONEY.sub("\u00a0", text)


@dataclass(frozen=True)
class Heading:
    """A heading; level 2 opens a section (level 1 is the document's title)."""

    text: Text
    level: Literal[2, 3, 4] = 2
    anchor: str = ""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph: ordinary, the lead of a page, or small print."""

    text: Text
    style: Literal["body", "lead", "small"] = "body"


@dataclass(frozen=True)
class Bullets:
    """A list in no order."""

    items: tuple[Text, ...]


@dataclass(frozen=True)
class Numbered:
    """A list in order."""

    items: tuple[Text, ...]


@dataclass(frozen=True)
class Definitions:
    """Terms, each with what it means."""

    items: tuple[tuple[Text, Text], ...]


@dataclass(frozen=True)
class Column:
    """A column: its head, alignment, share of the width (0 = as its content) and shared head."""

    head: Text
    align: Literal["left", "right", "center"] = "left"
    width: float = 1.0
    group: str = ""


@dataclass(frozen=True)
class Row:
    """A row; "group" is one text across the table, "apart" is set off by a rule and a tint."""

    cells: tuple[Text, ...]
    style: Literal["body", "group", "apart"] = "body"


@dataclass(frozen=True)
class Table:
    """A table. `dense` is smaller in print; `cards` turns rows into cards on a phone."""

    caption: Text
    columns: tuple[Column, ...]
    rows: Sequence[Row | tuple[Text, ...]]
    notes: tuple[Text, ...] = ()
    row_header: bool = True
    dense: bool = False
    cards: bool = False

    def __post_init__(self) -> None:
        if not self.columns:
            raise ValueError(f"table {plain_text(self.caption)!r} has no columns")
        for number, row in enumerate(self.body, 1):
            wanted = 1 if row.style == "group" else len(self.columns)
            if len(row.cells) != wanted:
                raise ValueError(
                    f"table {plain_text(self.caption)!r}, row {number}: "
                    f"{len(row.cells)} cells, {wanted} wanted"
                )

    @property
    def body(self) -> tuple[Row, ...]:
        """The rows, each as a `Row`."""
        return tuple(row if isinstance(row, Row) else Row(row) for row in self.rows)

    @property
    def groups(self) -> tuple[tuple[str, int], ...]:
        """The shared heads from left to right with how many columns each spans; () if none."""
        spans: list[tuple[str, int]] = []
        for column in self.columns:
            if spans and column.group and spans[-1][0] == column.group:
                spans[-1] = (column.group, spans[-1][1] + 1)
            else:
                spans.append((column.group, 1))
        return tuple(spans) if any(name for name, _ in spans) else ()


@dataclass(frozen=True)
class Figure:
    """A chart with what it shows in a sentence and, if given, the numbers behind it."""

    caption: Text
    chart: Chart
    sentence: Text
    table: Table | None = None
    print_table: bool = False


@dataclass(frozen=True)
class KeyNumber:
    """A number that stands alone on a card."""

    label: Text
    value: Text
    range: Text = ""
    note: Text = ""


@dataclass(frozen=True)
class KeyNumbers:
    """Cards side by side."""

    cards: tuple[KeyNumber, ...]

    def __post_init__(self) -> None:
        if not self.cards:
            raise ValueError("key numbers need at least one card")


@dataclass(frozen=True)
class Callout:
    """A box set off from the text."""

    kind: Literal["note", "ask", "caution"]
    title: Text
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Columns:
    """Two columns; `ratio` is the width of the left against the right."""

    left: tuple[Block, ...]
    right: tuple[Block, ...]
    ratio: float = 1.0


@dataclass(frozen=True)
class Wide:
    """Blocks on a landscape page of their own in print."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class PageBreak:
    """A new page in print."""


@dataclass(frozen=True)
class Source:
    """An entry of the references."""

    key: str
    text: Text
    url: str = ""


@dataclass(frozen=True)
class References:
    """The sources, in the order of their numbers."""

    sources: tuple[Source, ...]


Block = (
    Heading
    | Paragraph
    | Bullets
    | Numbered
    | Definitions
    | Table
    | Figure
    | KeyNumbers
    | Callout
    | Columns
    | Wide
    | PageBreak
    | References
)


@dataclass(frozen=True)
class Words:
    """The fixed words of the renderers, to be translated by the builder."""

    skip: str = "Skip to the text"
    contents: str = "Contents"
    page: str = "Page"
    of: str = "of"
    table: str = "Table"
    figure: str = "Figure"
    numbers: str = "The numbers behind this chart"
    reference: str = "reference"
    scroll: str = "scrolls sideways"


Paper = Literal["a4", "letter", "a6"]  # a6: a card for a pocket


@dataclass(frozen=True)
class Document:
    """A whole document; see `docs/architecture.md` for who builds and who renders it."""

    title: str
    blocks: tuple[Block, ...]
    subtitle: Text = ""
    language: str = "en"
    running: str = ""
    notice: Text = ""
    date_line: Text = ""
    paper: Paper = "a4"
    words: Words = field(default_factory=Words)
