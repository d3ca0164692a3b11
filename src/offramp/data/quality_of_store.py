"""What the data of a place can bear, asked of the store: for indicators and evaluations.

`must_bear` is what a caller runs before it counts: it raises InputError with every reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from offramp.catalogue.problems import InputError, Problem
from offramp.data.refuse import MonthOfAgency, Refusal
from offramp.data.tally_in_sql import tally_of

if TYPE_CHECKING:
    from offramp.data.store import Store


def months_of(store: Store) -> list[MonthOfAgency]:
    """Counts of contacts by agency and month, in one pass."""
    if not store.files("contacts"):
        return []
    with store.connect() as connection:
        return list(tally_of(connection, "contacts").months.values())


def refusals_in(store: Store) -> list[Refusal]:
    """What the contacts cannot bear, and measures that stand there in several definitions."""
    if not store.files("contacts"):
        return _mixed(store)
    with store.connect() as connection:
        return [*tally_of(connection, "contacts").refusals(), *_mixed(store)]


def must_bear(store: Store, measure: str, agency: str | None = None) -> None:
    """Raise InputError when `measure` (arrests, ended, found, times; for count tables the name of
    the measure, such as deaths) cannot be told from these data, with every reason.

    Months to be left out are no reason: they are taken from `refusals_in`."""
    found = [
        refusal
        for refusal in refusals_in(store)
        if refusal.measure == measure and agency in (None, refusal.agency)
    ]
    if found:
        raise InputError(
            [
                Problem(
                    f"the data of {store.place}", 0, one.measure, one.reason,
                    "what rests on it is not shown",
                )
                for one in found
            ]
        )  # fmt: skip


def _mixed(store: Store) -> list[Refusal]:
    found: list[Refusal] = []
    tables = [t for t in ("overdoses", "deaths", "services", "populations") if store.files(t)]
    if not tables:
        return []
    with store.connect() as connection:
        for table in tables:
            rows = connection.execute(
                f"SELECT measure, list(DISTINCT definition ORDER BY definition) FROM {table} "
                "GROUP BY measure HAVING count(DISTINCT definition) > 1 ORDER BY measure"
            ).fetchall()
            for measure, definitions in rows:
                reason = (
                    f"{measure} stand in {len(definitions)} definitions: {'; '.join(definitions)}. "
                    "Name one: they count different things"
                )
                found.append(Refusal(table, "", measure, reason))
    return found
