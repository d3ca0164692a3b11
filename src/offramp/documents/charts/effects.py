"""Effects with ranges: one row per option, one panel per outcome."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from offramp.documents.charts.alt_text import effects_in_words
from offramp.documents.charts.drawing import (
    ACCENT,
    INK,
    MUTED,
    PAGE_WIDTH,
    RULE,
    TEXT_SIZE,
    beside,
    finish,
    fold,
    label_panel,
    label_room,
    line_height,
    marks,
    row_y,
)
from offramp.documents.charts.records import Chart, ChartWords, EffectPanel, EffectRow
from offramp.documents.fonts import shown


def interval_chart(
    panels: Sequence[EffectPanel],
    alt: str = "",
    language: str = "en",
    words: ChartWords | None = None,
) -> Chart:
    """Middle and range of each row, one panel per outcome side by side, all rows aligned.

    A filled dot: the range stays on one side of zero; a hollow dot: it crosses zero.
    ValueError without panels or where panels differ in labels.
    """
    words = words or ChartWords()
    if not panels or not panels[0].rows:
        raise ValueError("an effect chart needs a panel with rows")
    labels = [row.label for row in panels[0].rows]
    if any([row.label for row in panel.rows] != labels for panel in panels):
        raise ValueError("the panels of an effect chart must have the same labels")
    label_width, wrapped = label_room(labels)
    heads = {r.group: fold(r.group, label_width, bold=True) for r in panels[0].rows}
    places, label_rows, rules, slots = _row_places(panels[0].rows, wrapped, heads)
    gap = 22
    width = (PAGE_WIDTH - label_width - gap * len(panels)) // len(panels)
    height = slots * line_height([*wrapped, *heads.values()], 19)
    frame: dict[str, Any] = {"height": height, "domain": [-0.6, slots - 0.4]}
    drawn = [label_panel(label_rows, label_width, frame)]
    for panel in panels:
        drawn.append(_effect_panel(panel, places, rules, width, frame, words))
    return finish(beside(drawn, gap), alt or effects_in_words(panels), language)


def _row_places(
    rows: Sequence[EffectRow], labels_shown: Sequence[str], heads: dict[str, str]
) -> tuple[list[float], list[dict[str, Any]], list[float], float]:
    """Where each row stands, the labels with group heads between, rules, and slots in all."""
    places: list[float] = []
    labels: list[dict[str, Any]] = []
    rules: list[float] = []
    slot = 0.0
    group = ""
    for row, label in zip(rows, labels_shown, strict=True):
        if row.group and row.group != group:
            slot += 0.35 if slot else 0.0
            labels.append({"y": slot, "text": heads[row.group], "weight": 600})
            group = row.group
            slot += 1
        if row.apart and places:
            rules.append(slot - 0.3)
            slot += 0.4
        places.append(slot)
        labels.append({"y": slot, "text": label, "weight": 400})
        slot += 1
    return places, labels, rules, slot


def _effect_panel(
    panel: EffectPanel,
    places: list[float],
    rules: list[float],
    width: int,
    frame: dict[str, Any],
    words: ChartWords,
) -> Any:
    import altair as alt_

    known = [
        {"y": y, "low": row.range.low, "mid": row.range.mid, "high": row.range.high}
        | {"clear": row.range.low > 0 or row.range.high < 0}
        for y, row in zip(places, panel.rows, strict=True)
        if row.range is not None
    ]
    blank = [
        {"y": y, "zero": 0.0, "text": shown(words.not_known)}
        for y, row in zip(places, panel.rows, strict=True)
        if row.range is None
    ]
    ends = [value for row in known for value in (row["low"], row["high"])] + [0.0]
    low, high = min(ends), max(ends)
    room = (high - low or 1.0) * 0.05
    scale = alt_.Scale(domain=[low - room, high + room], nice=False, zero=False)
    ticks = max(3, width // 48)
    shape = "+,.0f" if high - low >= 5 else "+,.1~f" if high - low >= 0.5 else "+,.3~f"
    axis = alt_.Axis(title=None, format=shape, tickCount=ticks, grid=True, labelExpr=_ZERO)

    def x(name: str) -> Any:
        return alt_.X(f"{name}:Q", axis=axis, scale=scale)

    zero = marks([{"zero": 0.0}])
    layers: list[Any] = [zero.mark_rule(color=INK, strokeWidth=1.2).encode(x=x("zero"))]
    if rules:
        lines = marks([{"y": y} for y in rules])
        layers.append(lines.mark_rule(color=RULE, strokeDash=[2, 2]).encode(y=row_y("y", frame)))
    if known:
        base = marks(known)
        bar = base.mark_rule(color=ACCENT, strokeWidth=2.4, strokeCap="round")
        layers.append(bar.encode(x=x("low"), x2="high:Q", y=row_y("y", frame)))
        dot = base.mark_point(filled=True, size=52, stroke=ACCENT, strokeWidth=1.6, opacity=1)
        fill = alt_.condition("datum.clear", alt_.value(ACCENT), alt_.value("white"))
        layers.append(dot.encode(x=x("mid"), y=row_y("y", frame), fill=fill))
    if blank:
        room_right = high > -low
        note = marks(blank).mark_text(
            align="left" if room_right else "right",
            dx=6 if room_right else -6,
            color=MUTED,
            fontSize=TEXT_SIZE,
            fontStyle="italic",
        )
        layers.append(note.encode(x=x("zero"), y=row_y("y", frame), text="text:N"))
    under = [panel.unit, {"lower": words.lower, "higher": words.higher}.get(panel.better, "")]
    title = alt_.TitleParams(
        shown(panel.title),
        subtitle=[shown(line) for line in under if line],
        anchor="start",
        offset=8,
    )
    return alt_.layer(*layers).properties(width=width, height=frame["height"], title=title)


_ZERO = "datum.value === 0 ? '0' : datum.label"
