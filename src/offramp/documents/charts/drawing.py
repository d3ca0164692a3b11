"""What every chart shares: colours, label columns, legends, and the way to SVG in our typeface."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from functools import cache
from typing import Any, Literal

from offramp.documents.charts.records import Chart
from offramp.documents.fonts import FAMILY, FOLDER, shown

INK, MUTED, RULE, ACCENT, BAND = "#1b2733", "#55626c", "#c3ccd2", "#0b5c6b", "#c9dde1"
PAGE_WIDTH = 640
TEXT_SIZE = 11
LABEL_MOST = 240
LETTER = 5.9  # mean width of a letter at TEXT_SIZE, for the room that labels need
LOCALES: dict[str, Literal["en-GB", "es-MX", "pt-BR", "ru-RU"]] = {
    "en": "en-GB",
    "es": "es-MX",
    "pt": "pt-BR",
    "ru": "ru-RU",
}


def marks(rows: list[dict[str, Any]]) -> Any:
    """A chart of these rows, still without a mark."""
    import altair as alt_

    return alt_.Chart(alt_.Data(values=rows))


def row_y(name: str, frame: dict[str, Any]) -> Any:
    import altair as alt_

    scale = alt_.Scale(domain=list(reversed(frame["domain"])), nice=False, zero=False)
    return alt_.Y(f"{name}:Q", axis=None, scale=scale)


def label_room(labels: Sequence[str]) -> tuple[int, list[str]]:
    """The width of the label column, and the labels with line breaks where they are too long."""
    longest = max(len(label) for label in labels)
    width = min(LABEL_MOST, max(90, round(longest * LETTER) + 8))
    return width, [fold(text, width) for text in labels]


def fold(text: str, width: int, *, bold: bool = False) -> str:
    """The text with line breaks where it is wider than the label column."""
    letters = int(width / (LETTER * 1.07 if bold else LETTER))
    return "\n".join(textwrap.wrap(shown(text), letters)) or " "


def line_height(labels: Sequence[str], single: float) -> float:
    """The height of a row: `single`, or more where a label has several lines."""
    return single + 12 * max(label.count("\n") for label in labels)


def label_panel(rows: list[dict[str, Any]], width: int, frame: dict[str, Any]) -> Any:
    import altair as alt_

    def part(weight: int) -> Any:
        chosen = [row for row in rows if row["weight"] == weight]
        mark = marks(chosen).mark_text(
            align="left",
            x=0,
            color=INK,
            fontSize=TEXT_SIZE,
            fontWeight=weight,
            lineBreak="\n",
            lineHeight=12,
        )
        return mark.encode(y=row_y("y", frame), text="text:N")

    weights = sorted({row["weight"] for row in rows})
    panel = alt_.layer(*[part(weight) for weight in weights])
    return panel.properties(width=width, height=frame["height"])


def legend(entries: list[tuple[str, str]]) -> Any:
    import altair as alt_

    place = 6.0
    layers: list[Any] = []
    for kind, text in entries:
        layers.append(_legend_mark(kind, place))
        said = marks([{"text": shown(text)}]).mark_text(
            align="left", x=place + 16, y=8, color=INK, fontSize=TEXT_SIZE
        )
        layers.append(said.encode(text="text:N"))
        place += 16 + len(text) * LETTER + 28
    return alt_.layer(*layers).properties(width=PAGE_WIDTH - 60, height=16)


def _legend_mark(kind: str, place: float) -> Any:
    import altair as alt_

    empty = marks([{}])
    drawn: dict[str, Any] = {"opacity": alt_.value(1)}  # a mark without encoding is not drawn
    if kind == "band":
        box = empty.mark_rect(x=place - 8, x2=place + 10, y=3, y2=13, color=BAND)
        dashes = [
            empty.mark_rect(x=left, x2=left + 5, y=7.1, y2=8.9, color=ACCENT).encode(**drawn)
            for left in (place - 7, place + 3)
        ]
        return alt_.layer(box.encode(**drawn), *dashes)
    fill = "white" if kind == "hollow" else INK
    dot = empty.mark_point(
        filled=True, fill=fill, x=place, y=8, size=44, stroke=INK, strokeWidth=1.3
    )
    return dot.encode(**drawn)


def beside(panels: list[Any], gap: int) -> Any:
    import altair as alt_

    return alt_.hconcat(*panels, spacing=gap)


@cache
def _typeface() -> None:
    """Tell vl-convert about our typeface, once."""
    import vl_convert

    vl_convert.register_font_directory(str(FOLDER))


def finish(chart: Any, alt: str, language: str, least_width: int = 0) -> Chart:
    """Draw the chart as SVG in our typeface."""
    import altair as alt_
    import vl_convert

    _typeface()
    axis = {
        "labelColor": INK,
        "labelFontSize": TEXT_SIZE,
        "titleColor": INK,
        "titleFontSize": TEXT_SIZE,
        "titleFontWeight": 400,
        "gridColor": "#e3e8eb",
        "domainColor": MUTED,
        "tickColor": MUTED,
        "tickSize": 4,
    }
    title = {"fontSize": 12, "fontWeight": 600, "color": INK}
    title |= {"subtitleColor": MUTED, "subtitleFontSize": TEXT_SIZE, "subtitlePadding": 3}
    config = {
        "font": FAMILY,
        "background": None,
        "padding": 4,
        "view": {"stroke": None},
        "axis": axis,
        "title": title | {"font": FAMILY, "subtitleFont": FAMILY},
        "text": {"font": FAMILY},
    }
    spec = chart.to_dict()
    spec["config"] = config
    svg = vl_convert.vegalite_to_svg(
        spec,
        vl_version=".".join(alt_.SCHEMA_VERSION.lstrip("v").split(".")[:2]),
        format_locale=LOCALES.get(language[:2], "en-GB"),
        allowed_base_urls=[],
    )
    return _measured(svg, alt, least_width)


def _measured(svg: str, alt: str, least_width: int) -> Chart:
    """The chart with whole width and height, read from the drawing's own view box."""
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    if found is None:
        raise ValueError("the drawing has no view box")
    width = max(float(found[1]), float(least_width))
    size = f'viewBox="0 0 {width:g} {found[2]}" width="{width:g}" height="{found[2]}"'
    body = svg[svg.index(">", svg.index("<svg")) + 1 :]
    body = re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", body)  # said once, by the alt text
    opened = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
    return Chart(opened + body, round(width), round(float(found[2])), alt)
