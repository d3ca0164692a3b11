"""Whether the counts of a place's series can be, beside its residents and its own figures.

What cannot be is refused; what differs tenfold from a figure of the place file is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from offramp.catalogue.problems import Problem
from offramp.place.possible import MOST_A_YEAR
from offramp.place.schema import Place, Series
from offramp.place.series import A_YEAR, SeriesRow, rows_used

Rows = Mapping[str, Sequence[SeriesRow]]
ONCE = ("deaths", "people_in_treatment")  # no more of them than residents
OWN = {  # the place's own figure of what a series counts
    "drug_searches": ("contacts", "searches_drug_year"),
    "possession_arrests": ("contacts", "possession_arrests_year"),
    "people_in_treatment": ("people", "in_treatment"),
}
FAR = 10.0  # times


def beyond_residents(folder: Path, own: Place, resolved: Place, rows: Rows) -> Iterator[Problem]:
    """The first count of a series that is more than the residents of the place can come to."""
    residents = resolved.people.residents
    if residents is None:
        return
    most = max(residents.value, residents.high or 0)
    for series in resolved.outcomes:
        each = 1 if series.measure in ONCE else MOST_A_YEAR
        times = 1 if series.measure == "people_in_treatment" else A_YEAR[series.period]
        for row in rows.get(series.id, ()):
            if row.count is not None and row.count * times > each * most:
                problem = f"counts {row.count:,}, of {residents.value:,.0f} residents"
                right = "check the unit: that is more than there are people"
                if each > 1:
                    right = f"check the unit: more than {each} a year for each resident"
                if own.people.residents is None:
                    right += "; or give people.residents"
                yield Problem(str(folder / series.file), 0, row.period, problem, right)
                break


def against_own_figures(own: Place, rows: Rows) -> Iterator[str]:
    """A note for each series that counts ten times as much, or a tenth, of what the place file says
    of the same thing."""
    for series in own.outcomes:
        if series.of is not None or series.measure not in OWN:
            continue
        section, field = OWN[series.measure]
        figure = getattr(getattr(own, section), field)
        counted = _a_year(series, rows.get(series.id, ()))
        if figure is None or figure.value <= 0 or counted is None:
            continue
        if max(counted, 1e-9) / figure.value >= FAR or figure.value / max(counted, 1e-9) >= FAR:
            yield (
                f"{series.file} comes to {counted:,.0f} a year, where {section}.{field} is "
                f"{figure.value:,.0f}: are both in the same unit, and of the same thing and area?"
            )


def _a_year(series: Series, rows: Sequence[SeriesRow]) -> float | None:
    """Mean of the known counts that say what today is, as a year; None without any."""
    known = [row.count for row in rows_used(series, rows) if row.count is not None]
    times = 1 if series.measure == "people_in_treatment" else A_YEAR[series.period]
    return sum(known) / len(known) * times if known else None
