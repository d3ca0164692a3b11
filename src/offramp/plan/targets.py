"""What the run-in must give: the place's own counts, seen through their observation model.

For every series: counts a year in the periods used; a draw of the underlying mean (log-normal;
variance from chance and from the place's own swing between years); times a draw of the share in
scope. A count of which only a limit is known ("<6") stands for the middle of what it can be, since
a mean of the others alone would be too high. Without a series, a judged rate stands in, and the
report says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from offramp.place.load import LoadedPlace
from offramp.place.schema import Series
from offramp.place.series import A_YEAR, SeriesRow, rows_used

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Observed:
    """A series as used. rate: events a year; swing: standard deviation of years around it."""

    id: str
    measure: str
    label: str
    rate: float
    standard_error: float  # of log rate
    swing: float  # events a year
    years: float  # how many are covered
    periods: tuple[str, ...]
    counts: tuple[float, ...]


def observed(place: LoadedPlace) -> dict[str, Observed]:
    """The first usable series of each measure, by measure."""
    found: dict[str, Observed] = {}
    for series in place.resolved.outcomes:
        rows = _used(series, place.series.get(series.id, ()))
        if rows and series.of is None and series.measure not in found:
            found[series.measure] = _summed(series, rows)
    return found


def _used(series: Series, rows: Sequence[SeriesRow]) -> list[tuple[str, float]]:
    found = []
    for row in rows_used(series, rows):
        if row.count is not None:
            found.append((row.period, float(row.count)))
        elif row.below is not None:
            found.append((row.period, (row.below - 1) / 2))
    return found


def _summed(series: Series, rows: Sequence[tuple[str, float]]) -> Observed:
    counts = np.array([count for _, count in rows])
    per_year = A_YEAR[series.period]
    mean = float(counts.mean())
    variance = float(counts.var(ddof=1)) if len(counts) > 1 else mean
    variance = max(variance, mean, 1e-9)
    error = np.sqrt(variance / len(counts)) / max(mean, 0.5)
    return Observed(
        series.id,
        series.measure,
        series.definition,
        mean * per_year,
        float(max(error, 0.02)),
        float(np.sqrt(variance * per_year)),
        len(counts) / per_year,
        tuple(period for period, _ in rows),
        tuple(float(c) for c in counts),
    )


def rate_in_scope(series: Observed, shares: Mapping[str, Floats], uniform: Floats) -> Floats:
    """Events a year in scope, in every draw."""
    mean = series.rate * np.exp(series.standard_error * ndtri(uniform))
    return np.asarray(mean * shares[f"place:outcomes.{series.id}"])
