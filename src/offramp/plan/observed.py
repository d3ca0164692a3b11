"""The model beside the place's own data, and warnings where they do not go together."""

from __future__ import annotations

from typing import Any

import numpy as np

from offramp.languages import N_, _, number
from offramp.model import tallies as t
from offramp.plan.effects import rounded
from offramp.plan.ensemble import Runs, Setup
from offramp.plan.inputs import Floats

LABELS = {
    "deaths": (N_("Drug-related deaths"), N_("deaths a year")),
    "drug_searches": (N_("Drug searches"), N_("searches a year")),
    "acquisitive_offences": (
        N_("Recorded thefts, burglaries and robberies"),
        N_("offences a year"),
    ),
    "violent_offences": (N_("Recorded violent offences"), N_("offences a year")),
}


def against_data(setup: Setup, runs: Runs) -> list[dict[str, Any]]:
    """Second year of the run-in beside what was observed, in the observed series' own counts."""
    scale = setup.population / setup.people
    simulated = {
        "deaths": runs.run_in[:, t.OVERDOSE_DEATHS],
        "acquisitive_offences": runs.run_in[:, t.ACQUISITIVE],
        "violent_offences": runs.run_in[:, t.VIOLENT],
    }
    rows = []
    for measure, values in simulated.items():
        series = setup.series.get(measure)
        if series is None:
            continue
        in_scope = np.maximum(setup.figure(f"outcomes.{series.id}"), 1e-3)
        says = _("The modelled number is divided by the share that the simulation is about.")
        modelled = values * scale / in_scope
        rows.append(_row(measure, series.rate, series.standard_error, modelled, series.id, says))
    contacts = setup.figure("contacts.searches_drug_year")
    share = setup.figure("contacts.simulated_share")
    modelled = runs.run_in[:, t.CONTACTS] * scale + contacts * (1 - share)
    searches = setup.place.resolved.contacts.searches_drug_year
    if searches is not None and searches.basis == "local":
        rows.append(_row("drug_searches", searches.value, 0.02, modelled, "contacts",
                         _("People simulated and everybody else whom police search.")))  # fmt: skip
    treated = setup.place.resolved.people.in_treatment
    later = setup.given is not None and "in_treatment" in setup.given.today  # of another day
    if treated is not None and treated.basis == "local" and not later:
        on = runs.run_in[:, t.OAT_WEEKS] / 52 * scale
        row = _row("people_in_treatment", treated.value, 0.05, on, "people.in_treatment", "")
        rows.append(row | {"label": _("People in treatment"), "unit": "people"})
    return rows


def _row(
    measure: str, rate: float, error: float, modelled: Floats, series: str, says: str
) -> dict[str, Any]:
    label, unit = LABELS.get(measure, (measure, "a year"))
    low, middle, high = np.quantile(modelled, [0.05, 0.5, 0.95])
    return {
        "series": series,
        "label": _(label),
        "unit": unit,
        "observed": rounded(rate),
        "observed_low": rounded(rate * np.exp(-1.645 * error)),
        "observed_high": rounded(rate * np.exp(1.645 * error)),
        "modelled": rounded(middle),
        "low": rounded(low),
        "high": rounded(high),
        "says": says,
    }


def size_warnings(setup: Setup) -> list[str]:
    """Where the size of the population, deaths and treatment do not go together."""
    found = []
    place = setup.place.resolved
    deaths = setup.series.get("deaths")
    people = place.people.people_who_use
    if deaths is not None and people is not None and people.value > 0:
        scope = next(s.in_scope.value for s in place.outcomes if s.id == deaths.id)
        level = setup.catalogue.evidence["judge_overdose_level"]
        assert level.estimate is not None
        implied = deaths.rate * scope / (level.estimate / 100)
        ratio = implied / people.value
        if ratio > 3 or ratio < 1 / 3:
            stated = setup.place.place.people.people_who_use is not None
            fields = {"implied": number(implied, 0), "stated": number(people.value, 0)}
            if stated:
                said = _(
                    "Deaths would fit {implied} people at international death rates; the place "
                    "says {stated}. They differ more than threefold: read ratios, not counts.",
                    **fields,
                )
            else:
                said = _(
                    "Deaths would fit {implied} people at international death rates; the preset "
                    "used for this place says {stated}. They differ more than threefold: read "
                    "ratios, not counts.",
                    **fields,
                )
            found.append(said)
    if deaths is None:
        found.append(
            _(
                "The place has no series of deaths: levels rest on international rates, and only "
                "the direction and the order of effects mean anything."
            )
        )
    return found
