"""What an option changes for whom: outcomes by group of residents and by area, and the gaps.

Of the people simulated only (everybody else whom police stop is a count without health). Rates are
a year per 1,000 people of the group or area, so that a ratio or gap between groups says something;
a falling volume at the same ratio is no gain in fairness, and both are shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from offramp.model import tallies as t
from offramp.plan.effects import rounded
from offramp.plan.ensemble import Runs, Setup
from offramp.plan.inputs import Floats
from offramp.plan.of_place import areas_of, reference_group

MEASURES: dict[str, tuple[str, str]] = {
    "contacts": ("contacts", "Police contacts over drugs"),
    "offers": ("n_referral", "Offers of case work"),
    "people_engaged": ("engaged_weeks", "People with a caseworker"),
    "possession_arrests": ("n_possession_arrests", "Arrests for possession"),
    "fatal_overdoses": ("overdose_deaths", "Overdose deaths"),
    "nonfatal_overdoses": ("overdoses", "Overdoses, fatal ones among them"),
    "hcv_infections": ("hcv", "New hepatitis C infections"),
    "acquisitive_offences": ("acquisitive", "Recorded thefts, burglaries and robberies"),
    "violent_offences": ("violent", "Recorded violent offences"),
    "custody_days": ("held_weeks", "Days in custody"),
    "people_on_oat": ("oat_weeks", "People on methadone or buprenorphine"),
}
FACTOR = {"engaged_weeks": 1 / 52, "oat_weeks": 1 / 52, "held_weeks": 7.0}
LEVEL = 0.9


def by_stratum(setup: Setup, runs: Runs) -> dict[str, Any]:
    """Rows for every option, measure and group (or area); empty with one group and one area."""
    people = setup.place.resolved.people
    groups, areas = [g.name for g in people.groups], areas_of(setup.place)[0]
    rows: list[dict[str, Any]] = []
    if len(groups) > 1:
        base = reference_group(setup.place)
        rows += _rows(setup, _summed(setup, runs, areas=False), "group", groups, base)
    if len(areas) > 1:
        rows += _rows(setup, _summed(setup, runs, areas=True), "area", areas, None)
    reference = groups[reference_group(setup.place)] if len(groups) > 1 else None
    return {"per": "1,000 people simulated a year", "reference": reference, "rows": rows}


def _summed(setup: Setup, runs: Runs, areas: bool) -> Floats:
    """Tallies by area or by group (float64[draws, scenarios, areas or groups, tallies])."""
    draws, scenarios = runs.strata.shape[:2]
    split = runs.strata.reshape(draws, scenarios, setup.areas, -1, t.COUNT)
    return np.asarray(split.sum(axis=3 if areas else 2))


def _rows(
    setup: Setup, found: Floats, kind: str, names: list[str], base: int | None
) -> Iterator[dict[str, Any]]:
    weeks = found[:, :, :, t.PERSON_WEEKS]
    for measure, (tally, label) in MEASURES.items():
        counts = found[:, :, :, t.AT[tally]] * FACTOR.get(tally, 1.0)
        rate = counts / np.maximum(weeks, 1e-9) * 52 * 1000
        if not rate.any():
            continue
        for index, option in enumerate(setup.options, 1):
            for k, name in enumerate(names):
                change = rate[:, index, k] - rate[:, 0, k]
                low, middle, high = np.quantile(change, [0.05, 0.5, 0.95])
                row: dict[str, Any] = {
                    "option": option.id, "measure": measure, "label": label, "kind": kind,
                    "name": name, "today": rounded(np.median(rate[:, 0, k])),
                    "change": rounded(middle), "low": rounded(low), "high": rounded(high),
                }  # fmt: skip
                if base is not None and k != base:
                    row |= _against(rate, index, k, base)
                yield row


def _against(rate: Floats, index: int, k: int, base: int) -> dict[str, float | None]:
    """Ratio and gap of a group against the reference group, today and then (medians)."""
    found: dict[str, float | None] = {}
    for when, scenario in (("today", 0), ("then", index)):
        ours, theirs = rate[:, scenario, k], rate[:, scenario, base]
        told = theirs > 0
        found[f"ratio_{when}"] = (
            rounded(np.median(ours[told] / theirs[told])) if told.any() else None
        )
        found[f"gap_{when}"] = rounded(np.median(ours - theirs))
    return found
