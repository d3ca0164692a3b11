"""Results as `plan` gives them, made up for the briefing's tests: no model has run for them.

Built from the real place and catalogue, with numbers that follow only from names, so the same
place gives the same results.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from offramp import __version__
from offramp.catalogue.load import Catalogue
from offramp.catalogue.load import load as load_catalogue
from offramp.fit.hold import fit
from offramp.place.load import LoadedPlace
from offramp.place.load import load as load_place

SOUTH_WALES = Path(__file__).parents[1] / "places" / "south-wales"

# ruff: noqa: E501
# measure, label, unit, outcome, better, today, size of a typical change (shares of today)
MEASURES: tuple[tuple[str, str, str, str, str, float, float], ...] = (
    ("acquisitive_offences", "Recorded thefts, burglaries and robberies by people simulated", "offences a year",
     "safety", "lower", 9800, 0.03),
    ("violent_offences", "Recorded violent offences by people simulated", "offences a year",
     "safety", "lower", 2900, 0.02),
    ("crime_harm", "Harm of recorded offences by people simulated", "points a year", "safety",
     "lower", 1_060_000, 0.03),
    ("needlesticks", "Needle injuries of officers", "injuries a year", "safety", "lower", 6, 0.1),
    ("fatal_overdoses", "Overdose deaths", "deaths a year", "health", "lower", 105, 0.04),
    ("nonfatal_overdoses", "Overdoses that people survive", "overdoses a year", "health", "lower", 1900, 0.03),
    ("hiv_infections", "New HIV infections", "infections a year", "health", "lower", 3.1, 0.03),
    ("hcv_infections", "New hepatitis C infections", "infections a year", "health", "lower", 120,
     0.04),
    ("qalys", "Years of life in full health", "years a year", "health", "higher", 7100, 0.01),
    ("resident_confidence", "Residents who rate police good or excellent", "percentage points", "confidence",
     "higher", 58, 0.01),
    ("trust_of_pwud", "Trust in police of people who use drugs (0 to 100)", "points",
     "confidence", "higher", 31, 0.06),
    ("possession_arrests", "Arrests for possession", "arrests a year", "process", "neither",
     1100, 0.2),
    ("searches_nothing_found", "Searches in which nothing was found", "searches a year",
     "process", "neither", 4854, 0.1),
    ("police_hours", "Police hours on drug contacts", "hours a year", "process", "neither",
     21000, 0.12),
    ("custody_days", "Days in custody", "days a year", "process", "neither", 91000, 0.05),
    ("people_on_oat", "People on methadone or buprenorphine", "people", "process", "neither",
     2400, 0.04),
    ("contact_ratio", "Drug searches per resident, against the comparison group", "times",
     "equity", "nearer_one", 4.4, 0.02),
)  # fmt: skip


@cache
def south_wales() -> tuple[dict[str, Any], LoadedPlace, Catalogue]:
    """Made-up results for South Wales, with the place and the catalogue."""
    return built(load_place(SOUTH_WALES))


def built(place: LoadedPlace) -> tuple[dict[str, Any], LoadedPlace, Catalogue]:
    """Made-up results for any place, with it and the catalogue."""
    catalogue = load_catalogue()
    return results_for(place, catalogue), place, catalogue


def _luck(*words: str) -> float:
    """A number from 0 to 1 that follows from the words."""
    digest = hashlib.sha256("/".join(words).encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def _effect(option: str, measure: tuple[str, str, str, str, str, float, float]) -> dict[str, Any]:
    name, label, unit, outcome, better, today, size = measure
    middle = (_luck(option, name) - 0.35) * 2 * size * today
    if better == "lower":
        middle = -middle
    if better == "neither":
        middle = -abs(middle)
    if option == "more-arrests":
        middle = -middle * 0.8
    half = abs(middle) * (0.3 + 1.6 * _luck(option, name, "half")) + 0.002 * today
    low, high = middle - half * 0.9, middle + half * 1.1
    chance = min(max((half - middle) / (2 * half), 0.004), 0.996)
    if better == "higher":
        chance = 1 - chance
    reading: str | None = "cannot_tell" if 0.4 <= chance <= 0.6 else "helps"
    if chance < 0.4:
        reading = "harms"
    if abs(middle) < 0.006 * today:
        reading = "too_small"
    note = None
    if better == "neither":
        reading = None
    shares = {"local": 0.2, "studies": 0.3 + 0.3 * _luck(option, name, "studies")}
    return {
        "outcome": outcome,
        "measure": name,
        "label": label,
        "unit": unit,
        "today": today,
        "today_low": today * 0.8,
        "today_high": today * 1.25,
        "change": middle,
        "low": low,
        "high": high,
        "mean": middle * 1.03,
        "level": 0.9,
        "chance_better": None if better == "neither" else chance,
        "better": better,
        "basis": "modelled",
        "reading": reading,
        "note": note,
        "basis_shares": shares | {"judgement": 1 - sum(shares.values())},
    }


def _by_payer(programme: float, net: float) -> dict[str, Any]:
    """Police pay a third of the programme; less crime saves society a little more."""

    def view(middle: float) -> dict[str, Any]:
        return {
            "middle": middle,
            "low": middle - 300_000,
            "high": middle + 400_000,
            "note": "made up",
        }

    return {
        "police_budget": view(programme / 3),
        "public_sector": view(net),
        "society": view(net - 50_000),
    }


def _row(option: Any, held: dict[str, Any] | None, place: LoadedPlace) -> dict[str, Any]:
    groups = place.resolved.people.groups
    effects = [_effect(option.id, measure) for measure in MEASURES]
    if not groups:
        for effect in effects:
            if effect["measure"] == "contact_ratio":
                for key in ("today", "today_low", "today_high", "change", "low", "high", "mean"):
                    effect[key] = None
                effect |= {"chance_better": None, "reading": None, "basis_shares": None}
                effect["note"] = "no groups of residents are recorded for this place"
    programme = 20_000 + 900_000 * _luck(option.id, "cost") ** 2
    net = programme - 600_000 * _luck(option.id, "net")
    reach = next((p.reach.value for p in place.place.practice if p.option == option.id and p.reach),
                 0.0)  # fmt: skip
    fit_part = {"status": held["status"], "reasons": held["reasons"]} if held else None
    return {
        "id": option.id,
        "name": option.name,
        "family": option.family,
        "summary": option.summary,
        "ask": option.ask,
        "fit": (fit_part | {"would_change": held["would_change"]})
        if fit_part and held
        else {"status": "comparison", "reasons": [], "would_change": []},
        "share_in_place": reach,
        "effects": effects,
        "cost": {
            "currency": place.resolved.money.currency or "USD",
            "price_year": place.resolved.money.price_year or 2023,
            "programme": programme,
            "programme_low": programme * 0.5,
            "programme_high": programme * 2.1,
            "net": net,
            "low": net - 500_000,
            "high": net + 700_000,
            "note": "hours freed seldom turn into cash",
            "by_payer": _by_payer(programme, net),
        },
    }


def results_for(place: LoadedPlace, catalogue: Catalogue) -> dict[str, Any]:
    """The results document for a place."""
    held = {one.id: one.as_dict() for one in fit(place, catalogue)}
    every = [_row(catalogue.options[name], one, place) for name, one in held.items()]
    rows = [row for row in every if catalogue.options[row["id"]].levers]
    others = [
        {k: row[k] for k in ("id", "name", "family", "summary", "ask", "fit")}
        | {"why": catalogue.options[row["id"]].no_levers_because}
        for row in every
        if not catalogue.options[row["id"]].levers
    ]
    ready = [
        row["id"]
        for row in rows
        if row["fit"]["status"] in ("already_here", "ready", "ready_with_agreement")
        and row["share_in_place"] < 0.9
    ]
    order = [*ready, *(row["id"] for row in rows if row["id"] not in ready)]
    wanted = ("agonist-treatment-custody", "officer-led-deflection", "police-naloxone")
    promising = [name for name in wanted if name in ready]
    on, full = place.place.as_of, place.resolved
    return {
        "version": __version__,
        "run": hashlib.sha256(place.hash.encode()).hexdigest()[:12],
        "place": {
            "name": full.name,
            "country": full.country,
            "as_of": on.isoformat(),
            "hash": place.hash,
            "example_notice": full.example_notice,
            "residents": full.people.residents.value if full.people.residents else None,
            "currency": full.money.currency or "USD",
            "price_year": full.money.price_year or 2023,
        },
        "horizon_years": 5,
        "draws": 128,
        "people": 10000,
        "seed": 1,
        "options": rows,
        "comparison": _row(catalogue.comparison, None, place),
        "money": {
            "price_year": full.money.price_year or 2023,
            "indices": [],
            "not_brought": [],
            "of_no_known_year": 0,
            "note": "All prices of this sample are made up.",
        },
        "not_simulated": others,
        "measures": [
            {"measure": m[0], "label": m[1], "unit": m[2], "outcome": m[3], "better": m[4]}
            for m in MEASURES
        ],
        "rankings": {"by_outcome": dict.fromkeys(("safety", "health", "confidence"), order)},
        "promising": [
            {
                "id": name,
                "why": "likely to help and ready with an agreement",
                "measure": "fatal_overdoses" if i != 1 else "acquisitive_offences",
            }
            for i, name in enumerate(promising)
        ],
        "tipping": {
            "says": "More arrests would change fewer deaths than any option here unless each "
            "doubling of enforcement cut starting and going on with use by 38% or more; studies "
            "leave 15% at most.",
            "deterrence_needed": -0.48,
            "unit": "log ratio per doubling",
            "as_percent": -38.0,
            "prior_low": -0.16,
            "prior_high": 0.16,
            "measure": "fatal_overdoses",
        },
        "switching": [
            {
                "parameter": "deflection_accept",
                "meaning": "Share of those offered a caseworker who say yes",
                "value": 0.45,
                "low": 0.2,
                "high": 0.7,
                "switching_value": 0.31,
                "inside": True,
                "options": ["officer-led-deflection", "police-naloxone"],
                "says": "Below 31% saying yes, naloxone comes before the caseworker.",
            },
            {
                "parameter": "oat_at_release_linked",
                "meaning": "Share whose treatment goes on after release",
                "value": 0.5,
                "low": 0.2,
                "high": 0.8,
                "switching_value": None,
                "inside": False,
                "options": ["agonist-treatment-custody", "police-naloxone"],
                "says": "No value in its range changes the order.",
            },
        ],
        "calibrated": None,
        "model_against_data": [
            {
                "series": series.id,
                "label": series.id.replace("_", " ").capitalize() + " a year",
                "observed": 138.0,
                "observed_low": 117.0,
                "observed_high": 160.0,
                "modelled": 141.0,
                "low": 112.0,
                "high": 176.0,
                "unit": "a year",
                "says": "inside the range of the model",
            }
            for series in full.outcomes
        ],
        "provenance": [],
        "heard": [],
        "practice": [],
        "priorities": None,
        "warnings": list(place.warnings),
        "notices": ["Nine in ten runs of this model fell in this range; the model itself may be "
                    "wrong."],
    }  # fmt: skip
