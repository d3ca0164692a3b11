"""Years of full health by whose rating of life counts: the public's, or people's own.

The public rates life while using much below stable treatment (`u_inj`, `u_bup`); people in treatment
trials rate the two nearer to each other (`u_inj_dec`). The model lies between (`utility_patient`).
Its sum of quality of life is linear in that gap: half of it is added for every week in treatment or
without use, half taken off for every other week, so either rating needs no run of its own.

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
    range), and whether the order of options by their middle depends on it."""
    years = {rating: years_rated(setup, runs, rating) for rating in RATINGS}
    rows = [
        {"option": option.id}
        | {rating: _range(values[:, index] - values[:, 0]) for rating, values in years.items()}
        for index, option in enumerate(setup.options, 1)
    ]
    orders = {
        rating: sorted((row["option"] for row in rows), key=lambda o, r=rating: -_middle(rows, o, r))
        for rating in RATINGS
    }
    same = orders["public"] == orders["own"]
    says = (
        _("The order of options is the same with either rating.")
        if same
        else _("The order of options depends on whose rating counts.")
    )
    return {"rows": rows, "order_same": same, "says": says}


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


def _range(change: Floats) -> dict[str, float]:
    low, middle, high = np.quantile(change, [0.05, 0.5, 0.95])
    return {"middle": rounded(middle), "low": rounded(low), "high": rounded(high)}


def _middle(rows: list[dict[str, Any]], option: str, rating: str) -> float:
    return float(next(row for row in rows if row["option"] == option)[rating]["middle"])
