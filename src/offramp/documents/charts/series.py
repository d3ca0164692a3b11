"""A series over time: what was recorded, and the model beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from offramp.documents.charts.alt_text import series_in_words
from offramp.documents.charts.drawing import (
    ACCENT,
    BAND,
    INK,
    PAGE_WIDTH,
    TEXT_SIZE,
    finish,
    legend,
    marks,
)
from offramp.documents.charts.records import Chart, ChartWords, ModelPoint, Observed
from offramp.documents.fonts import shown

_MONTHS = "['01', '04', '07', '10']"
_QUARTERS = "['Q1', 'Q2', 'Q3', 'Q4']"
_LABEL = "floor(datum.value + 0.125) + '-' + {names}[round((datum.value % 1) * 4) % 4]"


def time_series(
    points: Sequence[Observed],
    model: Sequence[ModelPoint] = (),
    x_title: str = "",
    y_title: str = "",
    observed_label: str = "",
    model_label: str = "",
    partial: Sequence[float] = (),
    alt: str = "",
    language: str = "en",
    words: ChartWords | None = None,
    quarters: bool = False,
) -> Chart:
    """Recorded values as points on a line, the model as a band with its middle as a dashed line.

    The vertical axis starts at zero. Values at an x in `partial` are hollow. With `quarters` the
    axis names quarters as `2024-Q3`, not as the month in which they begin.
    """
    import altair as alt_

    words = words or ChartWords()
    unfinished = set(partial)
    seen = [
        {"x": p.x, "y": p.y, "hollow": p.x in unfinished, "run": run}
        for run, part in enumerate(_unbroken(points, unfinished))
        for p in part
    ]
    band = [{"x": m.x, "low": m.range.low, "mid": m.range.mid, "high": m.range.high} for m in model]
    every_x = sorted({p.x for p in points} | {m.x for m in model})
    if not every_x:
        raise ValueError("a series needs at least one point")
    whole = all(float(x).is_integer() for x in every_x)
    span = max(1, round(every_x[-1] - every_x[0]))
    step = max(1, -(-span // 14))
    ticks: list[float] = list(range(int(every_x[0]), int(every_x[-1]) + 1, step)) if whole else []
    if not whole:  # weeks, months and quarters: a mark at the start of each year
        ticks = list(range(math.ceil(every_x[0]), math.floor(every_x[-1]) + 1, step))
    x_axis = alt_.Axis(title=x_title, format="d" if ticks else "", grid=False)
    if not whole and len(ticks) < 2:  # or of each quarter, as 2024-07 or 2024-Q3
        label = _LABEL.format(names=_QUARTERS if quarters else _MONTHS)
        ticks = [n / 4 for n in range(math.ceil(every_x[0] * 4), math.floor(every_x[-1] * 4) + 1)]
        x_axis = alt_.Axis(title=x_title, labelExpr=label, grid=False)
    if ticks:
        x_axis.values = ticks
    x_scale = alt_.Scale(domain=[every_x[0] - span * 0.02, every_x[-1] + span * 0.02], nice=False)
    x = alt_.X("x:Q", axis=x_axis, scale=x_scale)
    y_axis = alt_.Axis(title=None, tickCount=5, format="~g" if _small(seen, band) else ",.0f")

    def y(name: str) -> Any:
        return alt_.Y(f"{name}:Q", axis=y_axis, scale=alt_.Scale(zero=True))

    layers: list[Any] = []
    if band:
        area = marks(band)
        alone = len(band) == 1  # an area and a line need two
        wide = area.mark_rule(color=BAND, strokeWidth=18) if alone else area.mark_area(color=BAND)
        layers.append(wide.encode(x=x, y=y("low"), y2="high:Q"))
        dashed = area.mark_line(color=ACCENT, strokeWidth=1.8, strokeDash=[5, 3])
        middle = area.mark_tick(orient="horizontal", color=ACCENT, size=18) if alone else dashed
        layers.append(middle.encode(x=x, y=y("mid")))
    base = marks(seen or [{"x": every_x[0], "y": None, "hollow": False}])
    line = base.mark_line(color=INK, strokeWidth=1.2)
    layers.append(line.encode(x=x, y=y("y"), detail="run:N"))
    dots = base.mark_point(filled=True, size=44, stroke=INK, strokeWidth=1.3, opacity=1)
    fill = alt_.condition("datum.hollow", alt_.value("white"), alt_.value(INK))
    layers.append(dots.encode(x=x, y=y("y"), fill=fill))
    plot = alt_.layer(*layers).properties(width=PAGE_WIDTH - 60, height=200)
    observed_label = observed_label or words.observed
    model_label = model_label or words.model
    entries = [("dot", observed_label)] if seen else []
    if any(p["hollow"] for p in seen):
        entries.append(("hollow", words.partial))
    if band:
        entries.append(("band", model_label))
    title = alt_.TitleParams(shown(y_title), anchor="start", fontSize=TEXT_SIZE + 1, offset=8)
    chart = alt_.vconcat(legend(entries), plot, spacing=6, title=title)
    sentence = series_in_words(points, model, y_title, observed_label, model_label)
    return finish(chart, alt or sentence, language)


def _small(seen: list[dict[str, Any]], band: list[dict[str, Any]]) -> bool:
    values = [row["y"] for row in seen if row["y"] is not None] + [row["high"] for row in band]
    return max(values, default=0.0) < 10


def _unbroken(points: Sequence[Observed], unfinished: set[float]) -> list[list[Observed]]:
    """The points cut at gaps and unfinished periods, so that no line is drawn across one."""
    parts: list[list[Observed]] = [[]]
    for point in sorted(points, key=lambda p: p.x):
        if point.y is None:
            parts.append([])
        elif point.x in unfinished:
            parts += [[point], []]
        else:
            parts[-1].append(point)
    return [part for part in parts if part]
