"""Which months of contacts can be used, and what the data cannot bear.

Months at the edge (the hour of summer time that a monthly file has of the month after) and months
that stop early are left out of everything; months whose outcomes are unfinished are left out of
whatever needs outcomes. The rules are those of the data room.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from offramp.data.importing import EDGE
from offramp.data.refuse import MonthOfAgency, Refusal, refusals_of
from offramp.learn.indicators.counted import Window

if TYPE_CHECKING:
    import duckdb

EARLY = 25  # a month whose last contact lies before this day stops early
ENOUGH = 50  # contacts, to say that of a month


@dataclass(frozen=True)
class Coverage:
    """months: by agency, those that can be used for counts; finished: those that can be used for
    outcomes; left_out: (agency, month) -> why; refusals: what cannot be measured, and why."""

    months: dict[str, tuple[str, ...]]
    finished: dict[str, tuple[str, ...]]
    left_out: dict[tuple[str, str], str]
    refusals: tuple[Refusal, ...]

    def usable(self, agency: str, needs: Sequence[str]) -> tuple[str, ...]:
        """Months of an agency for what needs this of the data."""
        return (self.finished if needs else self.months).get(agency, ())

    def refused(self, agency: str, needs: Sequence[str]) -> list[str]:
        """Why an agency's data cannot bear it; empty when they can."""
        return [
            refusal.reason
            for refusal in self.refusals
            if refusal.agency == agency and refusal.measure in needs
        ]


def coverage(link: duckdb.DuckDBPyConnection, window: Window) -> Coverage:
    """Look at every month of contacts inside the window."""
    rows = link.execute(
        "SELECT agency, month, count(*), count(*) FILTER (WHERE drugs), "
        "count(*) FILTER (WHERE ended = 'unknown'), count(*) FILTER (WHERE ended = 'no_action'), "
        "count(*) FILTER (WHERE ended = 'arrest'), count(*) FILTER (WHERE minute = 0), "
        "count(*) FILTER (WHERE found != 'unknown'), day(max(date)), day(min(date)) "
        "FROM contacts GROUP BY agency, month"
    ).fetchall()
    names = ("agency", "month", "rows", "drugs", "no_outcome", "no_action", "arrests", "midnight",
             "found_known", "last_day", "first_day")  # fmt: skip
    all_ = [MonthOfAgency(**dict(zip(names, row, strict=True))) for row in rows]
    held = [one for one in all_ if window.holds(one.month)]
    refusals = tuple(refusals_of(held))
    unfinished = {
        (refusal.agency, period)
        for refusal in refusals
        if refusal.measure == "months"
        for period in refusal.periods
    }
    left: dict[tuple[str, str], str] = {}
    months: dict[str, list[str]] = {}
    finished: dict[str, list[str]] = {}
    for one in sorted(held, key=lambda m: (m.agency, m.month)):
        most = max(m.rows for m in held if m.agency == one.agency)
        key = (one.agency, one.month)
        if one.rows < EDGE * most:
            left[key] = f"has {one.rows} contacts only"
            continue
        if one.last_day < EARLY and one.rows >= ENOUGH:
            left[key] = f"stops on day {one.last_day}"
            continue
        months.setdefault(one.agency, []).append(one.month)
        if key in unfinished:
            left[key] = "has outcomes not yet finished"
        else:
            finished.setdefault(one.agency, []).append(one.month)
    return Coverage(
        {name: tuple(found) for name, found in months.items()},
        {name: tuple(found) for name, found in finished.items()},
        left,
        refusals,
    )
