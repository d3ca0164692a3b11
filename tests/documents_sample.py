"""A small document with every kind of block, for the tests of the documents room."""

from __future__ import annotations

from functools import cache

from offramp.documents.charts import (
    Bar,
    EffectPanel,
    EffectRow,
    ModelPoint,
    Observed,
    Range,
    bar_chart,
    interval_chart,
    time_series,
)
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
    Numbered,
    PageBreak,
    Paragraph,
    References,
    Row,
    Source,
    Table,
    Wide,
    rich,
)


@cache
def sample() -> Document:
    """Every kind of block once, with charts of every kind."""
    effects = interval_chart(
        [
            EffectPanel(
                "Deaths",
                "a year",
                [
                    EffectRow("Way out before arrest", Range(-6, -3, -1), group="Ready"),
                    EffectRow("Recorded warning", None, group="Needs law"),
                    EffectRow("More arrests", Range(-2, 1, 4), group="Needs law", apart=True),
                ],
                better="lower",
            )
        ]
    )
    series = time_series(
        [Observed(2020, 60), Observed(2021, None), Observed(2022, 80), Observed(2023, 20)],
        [ModelPoint(2022, Range(60, 75, 90)), ModelPoint(2023, Range(60, 77, 95))],
        y_title="Deaths a year",
        partial=[2023],
    )
    bars = bar_chart([Bar("No further action", 30, "30", "(60%)"), Bar("Arrest", 20, "20")])
    return Document(
        title="A sample & its <title>",
        subtitle="What it is",
        date_line="Data up to October 2026",
        language="en-GB",
        running="run 3f9a12c0",
        notice="A worked example.",
        blocks=(
            Paragraph(rich("First **strong** and *leaning*[^second]."), "lead"),
            Callout("ask", "We ask", (Bullets(("One", "Two")),)),
            KeyNumbers((KeyNumber("Deaths", "−3", "−6 to −1", "97%"), KeyNumber("Cost", "£1m"))),
            Columns((Heading("Left"), Paragraph("L")), (Heading("Right"), Paragraph("R"))),
            Callout("caution", "Mind", (Paragraph("Nobody was asked."),)),
            PageBreak(),
            Heading("Numbers"),
            Heading("Below", 3),
            Numbered(("First step", rich("Second [page](https://example.org/a?b=1&c=2)"))),
            Definitions((("Contact", "a stop"), ("Place", "here"))),
            Figure("Effects", effects, "The dots are middles."),
            Figure("Series", series, "It rose.", small_table(), print_table=True),
            Figure("Ends", bars, "Most ended."),
            Wide((Heading("All"), grouped_table())),
            Callout("note", "Note", (Paragraph(rich("See[^first]."), "small"),)),
            Heading("References"),
            References(
                (
                    Source("first", "First A. 2017.", "https://doi.org/10.1000/1"),
                    Source("second", "Second B. 2019."),
                    Source("uncited", "Third C. 2020."),
                )
            ),
        ),
    )


def small_table() -> Table:
    """Two columns, two rows."""
    columns = (Column("Year"), Column("Deaths", "right"))
    return Table("Deaths by year", columns, (("2020", "60"), ("2022", "80")), cards=True)


def grouped_table() -> Table:
    """Shared heads, group rows, a row set apart, notes."""
    return Table(
        "All options",
        (
            Column("Option", width=2),
            Column("Deaths", "right", group="Health"),
            Column("Infections", "right", group="Health"),
            Column("Thefts", "center", width=0, group="Safety"),
        ),
        (
            Row(("Ready",), "group"),
            ("Way out before arrest", "−3\n−6 to −1", "−8", "−40"),
            Row(("Needs law",), "group"),
            ("Recorded warning", "not known", "0", "+2"),
            Row(("More arrests", "+1", "+3", "−9"), "apart"),
        ),
        notes=("Nine in ten runs.",),
        dense=True,
    )


def one(*blocks: Block) -> Document:
    """A document of just these blocks."""
    return Document(title="Title", blocks=blocks)
