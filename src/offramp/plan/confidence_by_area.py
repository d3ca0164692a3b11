"""Residents' ratings of police by area: what each option changes for those who live there.

The equation of the place (plan/confidence.py) with an area's own contacts, residents and recorded
offences by people simulated. Contacts of everybody else are spread over the areas as those of
people simulated are today, as nobody counts them by area, and move with enforcement there. Recorded
crime of an area is taken to be that share of the place's which people simulated there have in
theirs. Residents hear of what happens where they live; people stopped away from home move the
ratings of where it happened. Weighted by residents, changes through contacts and policy add up to
those of the place.

What residents of an area think today is not known by area, so changes alone are given.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from offramp.languages import _
from offramp.model import tallies as t
from offramp.place.load import LoadedPlace
from offramp.plan.confidence import CRIMES, ratings
from offramp.plan.effects import chance_better, reading, rounded
from offramp.plan.ensemble import Runs, Setup
from offramp.plan.inputs import Floats
from offramp.plan.measures import MEASURES
from offramp.plan.of_place import areas_of
from offramp.plan.other_contacts import by_area, contacts_of_others

MEASURE = next(m for m in MEASURES if m.id == "resident_confidence")
TALLY = {"acquisitive_offences": t.ACQUISITIVE, "violent_offences": t.VIOLENT}
LEAST = 0.005  # of the residents: fewer are no area whose ratings mean anything


def confidence_by_area(setup: Setup, runs: Runs) -> dict[str, Any]:
    """Rows for every option and area whose residents are known; a note why there are none."""
    names = areas_of(setup.place)[0]
    living = residents_of(setup.place)
    rows: list[dict[str, Any]] = []
    if len(names) < 2:
        note = _("the place names no areas")
    elif all(share is None for share in living):
        note = _("give 'residents' of each area in place.toml, the share that lives there")
    else:
        note = _(
            "Everybody else whom police stop is spread over the areas as people simulated are; "
            "ratings of today are not known by area."
        )
        found = _tallies(setup, runs)
        for area, (name, share) in enumerate(zip(names, living, strict=True)):
            if share is not None:
                values = area_ratings(setup, runs, found, area, share)
                rows += [_row(setup, name, values, k) for k in range(1, len(setup.options) + 1)]
    return {"unit": MEASURE.unit, "note": note, "rows": rows}


def residents_of(place: LoadedPlace) -> list[float | None]:
    """Share of the residents who live in each area, as `areas_of` names them."""
    areas = place.resolved.people.areas
    known = [a.residents.value if a.residents else None for a in areas]
    told = [share for share in known if share is not None]
    if len(areas_of(place)[0]) > len(areas):
        rest = 1 - sum(told)
        known.append(rest if len(told) == len(areas) and rest >= LEAST else None)
    return [None if share is None or share < LEAST else share for share in known]


def _tallies(setup: Setup, runs: Runs) -> Floats:
    """Of people simulated, in the place's numbers: float64[draws, scenarios, areas, tallies]."""
    draws, scenarios = runs.strata.shape[:2]
    split = runs.strata.reshape(draws, scenarios, setup.areas, -1, t.COUNT).sum(axis=3)
    scale = setup.population / setup.people
    return np.asarray(split * scale[:, None, None, None])


def area_ratings(setup: Setup, runs: Runs, found: Floats, area: int, share: float) -> Floats:
    """Ratings in an area (float64[draws, scenarios]). share: of the residents, who live there."""
    residents = setup.place.resolved.people.residents
    assert residents is not None
    others = contacts_of_others(setup, runs)
    simulated = found[:, :, area, t.CONTACTS]
    contacts = by_area(setup, runs)
    where = contacts[:, :, area] / np.maximum(contacts.sum(axis=2), 1e-9)
    unfair = others["unfair"] * where + found[:, :, area, t.N_UNFAIR]
    fair = np.maximum(others["volume"] * where + simulated - unfair, 0)
    more, recorded = np.zeros_like(unfair), np.zeros_like(unfair)
    for kind in CRIMES:
        series = setup.series.get(kind)
        if series is not None:
            there = found[:, :, area, TALLY[kind]]
            more = more + there - there[:, :1]
            in_scope = np.maximum(setup.figure(f"outcomes.{series.id}"), 1e-3)[:, None]
            recorded = recorded + there[:, :1] / in_scope
    tenths = 10 * more / np.maximum(recorded, 1e-9)
    return ratings(setup, residents.value * share, unfair, fair, tenths, others["policy_known"])


def _row(setup: Setup, name: str, values: Floats, index: int) -> dict[str, Any]:
    today, then = values[:, 0], values[:, index]
    low, middle, high = np.quantile(then - today, [0.05, 0.5, 0.95])
    chance = chance_better(MEASURE, today, then)
    return {
        "option": setup.options[index - 1].id,
        "name": name,
        "change": rounded(middle),
        "low": rounded(low),
        "high": rounded(high),
        "chance_better": chance,
        "reading": reading(setup, MEASURE, chance, float(middle), float(np.median(today))),
    }
