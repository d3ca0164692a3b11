"""Charts as static SVG: effects with ranges, series against a model, bars.

Drawn by Altair and vl-convert without a browser, in our typeface only. One accent and greys; what
differs in meaning differs in shape too, so that the charts read in greyscale. Sizes are in units
of which 640 fill the width of a page; the smallest text is 11 units, about 8 points in print.
"""

from offramp.documents.charts.bars import bar_chart
from offramp.documents.charts.effects import interval_chart
from offramp.documents.charts.records import (
    Bar,
    Chart,
    ChartWords,
    EffectPanel,
    EffectRow,
    ModelPoint,
    Observed,
    Range,
)
from offramp.documents.charts.series import time_series

__all__ = [
    "Bar",
    "Chart",
    "ChartWords",
    "EffectPanel",
    "EffectRow",
    "ModelPoint",
    "Observed",
    "Range",
    "bar_chart",
    "interval_chart",
    "time_series",
]
