"""Horizontal bars with their values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from offramp.documents.charts.alt_text import bars_in_words
from offramp.documents.charts.drawing import (
    ACCENT,
    INK,
    LETTER,
    PAGE_WIDTH,
    TEXT_SIZE,
    beside,
    finish,
    label_panel,
    label_room,
    line_height,
    marks,
    row_y,
)
from offramp.documents.charts.records import Bar, Chart
from offramp.documents.fonts import shown


def bar_chart(bars: Sequence[Bar], title_x: str = "", alt: str = "", language: str = "en") -> Chart:
    """Horizontal bars from zero in the order given, each with its value written at the end."""
    import altair as alt_

    if not bars:
        raise ValueError("a bar chart needs at least one bar")
    label_width, wrapped = label_room([bar.label for bar in bars])
    tail = round(max(len(f"{bar.shown} {bar.note}") for bar in bars) * LETTER) + 16
    width = max(120, PAGE_WIDTH - label_width - tail)
    frame: dict[str, Any] = {
        "height": len(bars) * line_height(wrapped, 24),
        "domain": [-0.5, len(bars) - 0.5],
    }
    labels = [{"y": i, "text": label, "weight": 400} for i, label in enumerate(wrapped)]
    rows = [
        {"y": i, "top": i - 0.34, "foot": i + 0.34, "value": bar.value, "zero": 0.0}
        | {"shown": shown(f"{bar.shown}  {bar.note}".rstrip())}
        for i, bar in enumerate(bars)
    ]
    most = max([bar.value for bar in bars] + [0.0]) or 1.0
    base = marks(rows)
    x_scale = alt_.Scale(domain=[0, most], nice=False)
    x = alt_.X("value:Q", axis=None, scale=x_scale)
    drawn = base.mark_rect(color=ACCENT, opacity=1).encode(
        x=alt_.X("zero:Q", axis=None, scale=x_scale),
        x2="value:Q",
        y=row_y("top", frame),
        y2="foot:Q",
    )
    said = base.mark_text(align="left", dx=6, color=INK, fontSize=TEXT_SIZE).encode(
        x=x, y=row_y("y", frame), text="shown:N"
    )
    plot = alt_.layer(drawn, said).properties(width=width, height=frame["height"])
    chart = beside([label_panel(labels, label_width, frame), plot], 8)
    if title_x:
        chart = chart.properties(
            title=alt_.TitleParams(shown(title_x), anchor="start", fontSize=TEXT_SIZE + 1, offset=8)
        )
    sentence = alt or bars_in_words(bars, title_x)
    return finish(chart, sentence, language, least_width=PAGE_WIDTH)
