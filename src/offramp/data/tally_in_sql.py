"""The tally of contacts, counted by DuckDB: for a file being read and for the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offramp.data.quality import GROUP_COLUMNS, Tally
from offramp.data.refuse import BLANK_COLUMNS, MonthOfAgency
from offramp.data.rules_in_sql import named

if TYPE_CHECKING:
    import duckdb


def tally_of(connection: duckdb.DuckDBPyConnection, view: str) -> Tally:
    """The same counts as `Tally.add` makes of frames."""
    tally = Tally()
    blanks = ", ".join(
        f"count(*) FILTER ({name} = 'unknown') AS {named(name)}" for name in BLANK_COLUMNS
    )
    months = connection.execute(
        f"""SELECT agency, month, count(*) AS rows, count(*) FILTER (drugs) AS drugs,
            count(*) FILTER (ended = 'unknown') AS no_outcome,
            count(*) FILTER (ended = 'no_action') AS no_action,
            count(*) FILTER (ended = 'arrest') AS arrests,
            count(*) FILTER (minute = 0) AS midnight,
            count(*) FILTER (found <> 'unknown') AS found_known,
            count(*) FILTER (day(date) = 1) AS on_first,
            max(day(date)) AS last_day, min(day(date)) AS first_day, {blanks}
            FROM {view} GROUP BY agency, month ORDER BY ALL"""
    )
    names = [column[0] for column in months.description or ()]
    for row in months.fetchall():
        month = MonthOfAgency(**dict(zip(names, row, strict=True)))
        tally.months[(month.agency, month.month)] = month
    listed = ", ".join(GROUP_COLUMNS)
    for *groups, blank, number in connection.execute(
        f"SELECT {listed}, ended = 'unknown', count(*) FROM {view} GROUP BY ALL"
    ).fetchall():
        for name, group in zip(GROUP_COLUMNS, groups, strict=True):
            tally.missing_by_group[(name, group, str(blank))] += number
    return tally
