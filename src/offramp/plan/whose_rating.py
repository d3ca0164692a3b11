"""Years of full health by whose rating of life counts: the public's, or people's own.

The public rates life while using much below stable treatment (`u_inj`, `u_bup`); people in trials
of treatment rate the two nearer to each other (`u_inj_dec`). The model lies between
(`utility_patient`). Its sum of quality of life is linear in that gap: half of it is added for every
week in treatment or without use, half taken off for every other week, so that neither rating needs
a run of its own.

Source: judge_utility_patient says how the two are weighted elsewhere in the plan.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from offramp.languages import _
from offramp.model import tallies as t
from offramp.model.parameters import INDEX
from offramp.plan.effects import rounded
from offramp.plan.ensemble import Runs, Setup
from offramp.plan.inputs import Floats
from offramp.plan.measures import years_of_life
from offramp.plan.weighing import OWN_RATING

RATINGS = ("both", "public", "own")


def whose_rating(setup: Setup, runs: Runs) -> dict[str, Any]:
    """Change of years of full health a year for every option under each rating (middle and 90%
    range), which option has the largest middle under each, and a sentence on that."""
    rows: list[dict[str, Any]] = [{"option": option.id} for option in setup.options]
    first = {}
    for rating in RATINGS:
        years = years_rated(setup, runs, rating)
        change = years[:, 1 : len(rows) + 1] - years[:, :1]
        low, middle, high = np.quantile(change, [0.05, 0.5, 0.95], axis=0)
        for k, row in enumerate(rows):
            row[rating] = {
                "middle": rounded(middle[k]), "low": rounded(low[k]), "high": rounded(high[k])
            }  # fmt: skip
        alone = [k for k, option in enumerate(setup.options) if not option.comparison]
        gains = [max(float(middle[k]), 0.0) for k in alone]
        best = setup.options[alone[int(np.argmax(gains))]].id if any(gains) else None
        first[rating] = best
    return {"rows": rows, "first": first, "says": _says(setup, first)}


def _says(setup: Setup, first: dict[str, str | None]) -> str:
    named = {option.id: option.name for option in setup.options}
    public, own = (named.get(first[rating] or "") for rating in ("public", "own"))
    if public is None or own is None:
        return ""
    if public == own:
        return _("Whichever rating counts, the same option gains most: {option}.", option=public)
    return _(
        "By the public's rating {public} gains most, by people's own {own}.",
        public=public, own=own,
    )  # fmt: skip


def years_rated(setup: Setup, runs: Runs, rating: str) -> Floats:
    """Years of full health a year (float64[draws, scenarios]), discounted, with one rating."""
    scale = (setup.population / setup.people)[:, None]
    using, treated, weight = (
        setup.rows[:, INDEX[f"utility_{name}"]] for name in ("using", "treated", "patient")
    )
    gap = {
        "both": (treated - using) * weight,
        "public": treated - using,
        "own": np.maximum(-setup.record(OWN_RATING), 0.0),
    }
    wider = ((gap[rating] - gap["both"]) / 2)[:, None]

    def of(name: str) -> Floats:
        return np.asarray(runs.present[:, :, t.AT[name]] * scale)

    def rated(name: str) -> Floats:
        if name != "utility_weeks":
            return of(name)
        return np.asarray(of(name) + wider * (2 * of("well_weeks") - of("person_weeks")))

    return years_of_life(setup, rated, of("overdose_deaths") + of("other_deaths"))
