"""Counts of one agency's drug contacts by group and strata, read from the store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from offramp.learn.disparities.veil import Searches
from offramp.learn.indicators.counted import ETHNICITY

if TYPE_CHECKING:
    import duckdb

WAYS = ("warning", "resolution", "citation", "caution", "referral")
HARD = ("arrest", "charge", "summons")
GAP, MOST_MONTHS = 3, 36


@dataclass(frozen=True)
class Row:
    """One stratum of one group. n: drug contacts; known: with a known find; found; ended: with a
    known end; acted: ended in something; find_ended, find_hard: of finds, those with a known end,
    and those that ended in arrest, charge or summons."""

    group: str
    year: str
    area: str
    sex: str
    age: str
    n: int
    known: int
    found: int
    ended: int
    acted: int
    find_ended: int
    find_hard: int
    acted_hard: int


def column(by: str, ethnicity: str) -> str:
    return ETHNICITY[ethnicity] if by == "ethnicity" else by


def rows(
    link: duckdb.DuckDBPyConnection, agency: str, months: Sequence[str], group: str
) -> list[Row]:
    """group: a column of contacts."""
    hard = _listed(HARD)
    ends = _listed((*HARD, *WAYS))
    known_end = f"ended IN ({ends}, 'no_action')"
    found = link.execute(
        f'SELECT "{group}", left(month, 4), area, sex, age, count(*), '
        "count(*) FILTER (WHERE found != 'unknown'), count(*) FILTER (WHERE found = 'yes'), "
        "count(*) FILTER (WHERE ended != 'unknown'), "
        "count(*) FILTER (WHERE ended NOT IN ('unknown', 'no_action')), "
        f"count(*) FILTER (WHERE found = 'yes' AND {known_end}), "
        f"count(*) FILTER (WHERE found = 'yes' AND ended IN ({hard})), "
        f"count(*) FILTER (WHERE ended IN ({hard})) "
        f"FROM contacts WHERE drugs AND agency = ? AND month IN ({_listed(months)}) GROUP BY ALL",
        [agency],
    ).fetchall()
    return [Row(*row) for row in found]


def times(
    link: duckdb.DuckDBPyConnection, agency: str, months: Sequence[str], group: str
) -> Searches:
    """Drug contacts by day, minute and group; those at midnight are taken as without a time."""
    found = link.execute(
        f'SELECT date, minute, "{group}", count(*) FROM contacts WHERE drugs AND agency = ? '
        f"AND minute > 0 AND month IN ({_listed(months)}) GROUP BY ALL ORDER BY ALL",
        [agency],
    ).fetchall()
    days = [row[0] if isinstance(row[0], date) else row[0].date() for row in found]
    return Searches(
        days,
        np.array([row[1] for row in found], dtype=np.int64),
        [row[2] for row in found],
        np.array([row[3] for row in found], dtype=np.int64),
    )


@dataclass(frozen=True)
class Bases:
    """Of one area and group: contacts that are stops or searches, searches and finds among them;
    drug searches and finds among those."""

    contacts: int
    searches: int
    finds: int
    drug_searches: int
    drug_finds: int


def searched(
    link: duckdb.DuckDBPyConnection, agency: str, months: Sequence[str], group: str
) -> dict[str, dict[str, Bases]]:
    """By area and group; for the threshold test."""
    search = "kind IN ('person_search', 'vehicle_search', 'person_and_vehicle_search')"
    rows = link.execute(
        f"SELECT area, \"{group}\", count(*) FILTER (WHERE kind = 'stop' OR {search}), "
        f"count(*) FILTER (WHERE {search}), count(*) FILTER (WHERE {search} AND found = 'yes'), "
        f"count(*) FILTER (WHERE drugs AND {search}), "
        f"count(*) FILTER (WHERE drugs AND {search} AND found = 'yes') "
        f"FROM contacts WHERE agency = ? AND month IN ({_listed(months)}) GROUP BY ALL",
        [agency],
    ).fetchall()
    out: dict[str, dict[str, Bases]] = {}
    for area, name, *counts in rows:
        out.setdefault(area, {})[name] = Bases(*counts)
    return out


def newest_run(months: Sequence[str]) -> tuple[str, ...]:
    """The newest months without a gap of more than three, at most three years."""
    run: list[str] = []
    for month in reversed(months):
        if run and _number(run[-1]) - _number(month) > GAP + 1:
            break
        run.append(month)
    return tuple(reversed(run[:MOST_MONTHS]))


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7])


def _listed(words: Sequence[str]) -> str:
    return ", ".join("'" + word.replace("'", "''") + "'" for word in words) or "''"


def summed(all_: Sequence[Row], key: Callable[[Row], str], value: str) -> dict[str, int]:
    out: dict[str, int] = {}
    for row in all_:
        out[key(row)] = out.get(key(row), 0) + int(getattr(row, value))
    return out
