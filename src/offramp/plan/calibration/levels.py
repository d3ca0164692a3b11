"""Which of today's levels the series tell, and which series calibration has to leave out."""

from __future__ import annotations

from typing import Any

from offramp.place.load import LoadedPlace
from offramp.place.series_fields import LEVELS
from offramp.plan.calibration.cells import Window

DATA = {
    "deaths": (
        "deaths", "nonfatal_overdoses", "ambulance_overdoses", "hospital_overdoses",
    ),
    "contacts": ("drug_searches", "possession_arrests"),
    "acquisitive_offences": ("acquisitive_offences",),
    "violent_offences": ("violent_offences",),
    "in_treatment": ("people_in_treatment",),
}  # fmt: skip


def from_data(seen: Window, level: str) -> bool:
    """Whether a series that was looked at tells this level."""
    return any(t.measure in DATA[level] and t.trials is None for t in seen.targets)


def left_out(place: LoadedPlace, seen: Window) -> list[dict[str, Any]]:
    """Series without one whole quarter or year that is known. plan_reads: whether `plan` takes
    today's level from the counts that are known in it, as nothing else tells it."""
    first: dict[str, str] = {}
    for series in place.resolved.outcomes:
        if series.of is None and series.measure in LEVELS:
            first.setdefault(series.measure, series.id)
    return [
        {
            "id": series.id,
            "measure": series.measure,
            "plan_reads": first.get(series.measure) == series.id
            and not from_data(seen, series.measure),
        }
        for series in place.resolved.outcomes
        if series.id in seen.left_out
    ]
