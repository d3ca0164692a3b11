"""The JSON of data.police.uk's interface, put into the columns of its CSV files.

`stops` (stops-force, stops-street), `street` (crimes-street) and `outcomes` (outcomes-at-location,
outcomes-for-crime). The interface writes categories of crime as `violent-crime`; the files write
`Violence and sexual offences`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from offramp.catalogue.problems import InputError, Problem
from offramp.data.raw import Source, torn_is_told

if TYPE_CHECKING:
    import pandas as pd

CRIMES = {
    "anti-social-behaviour": "Anti-social behaviour",
    "bicycle-theft": "Bicycle theft",
    "burglary": "Burglary",
    "criminal-damage-arson": "Criminal damage and arson",
    "drugs": "Drugs",
    "other-theft": "Other theft",
    "possession-of-weapons": "Possession of weapons",
    "public-order": "Public order",
    "robbery": "Robbery",
    "shoplifting": "Shoplifting",
    "theft-from-the-person": "Theft from the person",
    "vehicle-crime": "Vehicle crime",
    "violent-crime": "Violence and sexual offences",
    "other-crime": "Other crime",
}


def read_api(source: Source) -> tuple[str, pd.DataFrame]:
    """Which document it is, and its rows with the columns of the CSV file.

    Raises InputError: not JSON, not a list, a row of another shape (all rows at fault)."""
    import pandas as pd

    with torn_is_told(source), source.open() as file:
        data = file.read()
    try:
        rows = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 0)
        raise InputError(
            Problem(source.shown, line, "", "is not JSON, or cut short", "fetch it again")
        ) from None
    if isinstance(rows, dict) and isinstance(rows.get("outcomes"), list):
        crime = rows.get("crime")
        rows = [{**row, "crime": crime} for row in rows["outcomes"] if isinstance(row, dict)]
    if not isinstance(rows, list) or not rows:
        raise InputError(
            Problem(source.shown, 0, "", "holds no rows", "a list, as the interface answers")
        )
    first = rows[0] if isinstance(rows[0], dict) else {}
    if "officer_defined_ethnicity" in first:
        kind, turn = "stops", _stop
    elif "crime" in first:
        kind, turn = "outcomes", _outcome
    elif "outcome_status" in first or "persistent_id" in first:
        kind, turn = "street", _crime
    else:
        raise InputError(
            Problem(source.shown, 0, "", "is not a document we know", "stops, crimes or outcomes")
        )
    found: list[dict[str, str]] = []
    problems: list[Problem] = []
    for number, row in enumerate(rows, 1):
        try:
            found.append(turn(row))
        except (KeyError, TypeError, AttributeError):
            problems.append(
                Problem(source.shown, number, "", f"row {number} has another shape", "")
            )
    if problems:
        raise InputError(problems[:50])
    frame = pd.DataFrame(found).astype("category")
    frame.index += 1
    return kind, frame


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _point(row: Mapping[str, Any]) -> dict[str, str]:
    where = row.get("location") or {}
    return {"Latitude": _text(where.get("latitude")), "Longitude": _text(where.get("longitude"))}


def _stop(row: Mapping[str, Any]) -> dict[str, str]:
    outcome = row["outcome"]
    return {
        "Type": _text(row["type"]),
        "Date": _text(row["datetime"]),
        **_point(row),
        "Gender": _text(row["gender"]),
        "Age range": _text(row["age_range"]),
        "Self-defined ethnicity": _text(row["self_defined_ethnicity"]),
        "Officer-defined ethnicity": _text(row["officer_defined_ethnicity"]),
        "Legislation": _text(row["legislation"]),
        "Object of search": _text(row["object_of_search"]),
        # The interface says false where nothing was found.
        "Outcome": "A no further action disposal" if outcome is False else _text(outcome),
        "Outcome linked to object of search": _text(row["outcome_linked_to_object_of_search"]),
        "Removal of more than just outer clothing": _text(
            row["removal_of_more_than_outer_clothing"]
        ),
    }


def _crime(row: Mapping[str, Any]) -> dict[str, str]:
    category = _text(row["category"])
    return {
        "Crime ID": "",
        "Month": _text(row["month"]),
        "Falls within": "",
        "LSOA code": "",
        "Crime type": CRIMES.get(category, category),
        "Last outcome category": _text((row.get("outcome_status") or {}).get("category")),
    }


def _outcome(row: Mapping[str, Any]) -> dict[str, str]:
    category = row["category"]
    return {
        "Crime ID": "",
        "Month": _text(row["date"]),
        "Falls within": "",
        "LSOA code": "",
        "Outcome type": _text(category["name"]),
    }
