"""Charts in words, in English: for people who do not see them. Builders may pass their own."""

from __future__ import annotations

from collections.abc import Sequence

from offramp.documents.charts.records import Bar, EffectPanel, ModelPoint, Observed


def effects_in_words(panels: Sequence[EffectPanel]) -> str:
    """What an effect chart shows, in English: per outcome the strongest rows and the unclear."""
    said: list[str] = []
    for panel in panels:
        known = [(row.label, row.range) for row in panel.rows if row.range is not None]
        clear = [(label, r) for label, r in known if r.low > 0 or r.high < 0]
        clear.sort(key=lambda pair: -abs(pair[1].mid))
        part = f"{panel.title} ({panel.unit}): {len(known)} rows"
        if clear:
            part += "; furthest from zero " + ", ".join(
                f"{label} {_signed(r.mid)} ({_signed(r.low)} to {_signed(r.high)})"
                for label, r in clear[:3]
            )
        part += f"; {len(known) - len(clear)} have a range that includes zero"
        said.append(part)
    return "Effects with ranges. " + ". ".join(said) + "."


def series_in_words(
    points: Sequence[Observed],
    model: Sequence[ModelPoint],
    what: str,
    observed_label: str,
    model_label: str,
) -> str:
    """What a series shows, in English: first and last value, and how many the band holds."""
    seen = [(p.x, p.y) for p in points if p.y is not None]
    parts = [what or "Series over time"]
    if seen:
        (x0, y0), (x1, y1) = seen[0], seen[-1]
        parts.append(f"{observed_label}: {y0:g} in {x0:g}, {y1:g} in {x1:g}")
    if model:
        bands = {m.x: m.range for m in model}
        both = [(bands[x], y) for x, y in seen if x in bands]
        held = sum(r.low <= y <= r.high for r, y in both)
        text = f"{model_label} from {model[0].x:g} to {model[-1].x:g}"
        parts.append(text + (f", holding {held} of {len(both)} points" if both else ""))
    return "; ".join(parts) + "."


def bars_in_words(bars: Sequence[Bar], what: str) -> str:
    """What a bar chart shows, in English: every bar with its value."""
    said = ", ".join(f"{bar.label} {bar.shown}" for bar in bars)
    return f"{what}: {said}." if what else f"{said}."


def _signed(value: float) -> str:
    return f"{value:+.3g}".replace("-", "−")
