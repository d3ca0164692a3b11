"""The plan: every option that the model can simulate, alone, against today, whatever its fit; the
comparison row; and the options that are not simulated, with the reason."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from offramp import __version__
from offramp.catalogue.load import Catalogue
from offramp.catalogue.problems import InputError, Problem
from offramp.catalogue.schema import Option
from offramp.catalogue.validation_words import did_you_mean
from offramp.fit import Fit, fit
from offramp.languages import N_, _
from offramp.place.load import LoadedPlace
from offramp.plan.calibration.posterior import calibrated
from offramp.plan.confidence_by_area import confidence_by_area
from offramp.plan.effects import InputRanks, effects, input_ranks, rounded
from offramp.plan.ensemble import Progress, Setup, results_size, set_up, simulate
from offramp.plan.measures import MEASURES, Measured, compared_group, measured
from offramp.plan.memory import check_memory
from offramp.plan.money import cost
from offramp.plan.observed import against_data, size_warnings
from offramp.plan.order import promising, rankings
from offramp.plan.perspectives import View
from offramp.plan.price_level import price_level
from offramp.plan.strata import by_stratum
from offramp.plan.tipping import not_distinguishable, switching, switching_values, tipping
from offramp.plan.transport import without_transport
from offramp.plan.whose_rating import whose_rating

YEARS, DRAWS, PEOPLE, SEED = 5, 128, 10_000, 1
MODEL_NOTE = N_("Nine in ten runs of this model fell in this range; the model itself may be wrong.")


def chosen(catalogue: Catalogue, ids: Sequence[str] | None) -> list[Option]:
    """Options to simulate, then the comparison row.

    Those that move nothing in the model are left out: see `not_simulated`. Raises InputError for
    unknown ids, and when no option is left.
    """
    candidates = dict(catalogue.candidates)
    comparison = catalogue.comparison
    wanted = wanted_ids(catalogue, ids)
    if not wanted:
        right = "name ids of options with commas between, or leave it out for all of them"
        raise InputError(Problem("--options", 0, "", "names no option", right))
    problems = [
        Problem(
            "--options",
            0,
            "",
            f"{name!r} is no option",
            "it is the comparison row, which is always there"
            if name == comparison.id
            else did_you_mean(name, list(candidates), "options"),
        )
        for name in wanted
        if name not in candidates
    ]
    if problems:
        raise InputError(problems)
    moving = [candidates[name] for name in wanted if candidates[name].levers]
    if not moving:
        raise InputError(
            Problem(
                "--options", 0, name, "is not simulated", candidates[name].no_levers_because or ""
            )
            for name in wanted
        )
    return [*moving, comparison]


def wanted_ids(catalogue: Catalogue, ids: Sequence[str] | None) -> list[str]:
    """The ids that were asked for, each once; all candidates when none were named."""
    return list(catalogue.candidates) if ids is None else list(dict.fromkeys(ids))


def not_simulated(
    catalogue: Catalogue, ids: Sequence[str] | None, fits: Mapping[str, Fit]
) -> list[dict[str, Any]]:
    """Options asked for that move nothing in the model: what they are, their fit, and why."""
    options = [catalogue.candidates[name] for name in wanted_ids(catalogue, ids)]
    return [
        {
            "id": option.id,
            "name": option.name,
            "family": option.family,
            "summary": option.summary,
            "ask": option.ask,
            "fit": _fit(fits.get(option.id)),
            "why": option.no_levers_because or "",
        }
        for option in options
        if not option.levers
    ]


def _fit(held: Fit | None) -> dict[str, Any]:
    return {
        "status": held.status if held else "comparison",
        "reasons": list(held.reasons) if held else [],
        "would_change": list(held.would_change) if held else [],
    }


def plan(
    place: LoadedPlace,
    catalogue: Catalogue,
    *,
    options: Sequence[str] | None = None,
    years: int = YEARS,
    draws: int = DRAWS,
    people: int = PEOPLE,
    seed: int = SEED,
    workers: int = 2,
    progress: Progress | None = None,
    posterior: bool = True,
) -> dict[str, Any]:
    """Compare options with today in a place; returns the results document (JSON-able).

    posterior: use what `offramp calibrate` found, where the place has it.

    years: simulated after a run-in of two; draws: samples of everything uncertain; people: people
    simulated (outputs scale to the place). Same arguments, same answer, whatever `workers` is.
    """
    listed = chosen(catalogue, options)
    fitted = calibrated(place, catalogue) if posterior else None
    given = None if fitted is None else fitted.given(draws)
    setup = set_up(place, catalogue, listed, years, draws, people, seed, given=given)
    check_memory(people, years * 52, workers, results_size(setup))
    runs = simulate(setup, workers, progress)
    found = measured(setup, runs)
    fits = {f.id: f for f in fit(place, catalogue)}
    ranks = input_ranks(setup)
    rows = [
        _option(setup, option, index, found, fits.get(option.id), ranks)
        for index, option in enumerate(setup.options, 1)
    ]
    *candidates, comparison = rows
    order = rankings(candidates)
    every = switching_values(setup, found, order["by_outcome"]["health"])
    resolved = place.resolved
    manifest = _manifest(setup) | ({"posterior": fitted.made} if fitted else {})
    return {
        "version": __version__,
        "run": hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()[:12],
        "place": {
            "name": resolved.name,
            "country": resolved.country,
            "as_of": resolved.as_of.isoformat(),
            "hash": place.hash,
            "example_notice": resolved.example_notice,
            "residents": resolved.people.residents.value if resolved.people.residents else None,
            "currency": resolved.money.currency,
            "price_year": resolved.money.price_year,
        },
        "horizon_years": years,
        "draws": draws,
        "people": people,
        "seed": seed,
        "manifest": manifest,
        "options": candidates,
        "comparison": comparison,
        "not_simulated": not_simulated(catalogue, options, fits),
        "measures": [
            {"measure": m.id, "label": _(m.label), "unit": m.unit, "outcome": m.outcome,
             "better": m.better, "note": _note(setup, m.id, found)}
            for m in MEASURES
        ],
        "money": price_level(setup).told(),
        "rankings": order
        | {
            "without_transport": without_transport(setup, found, candidates),
            "not_distinguishable": not_distinguishable(every),
        },
        "by_stratum": by_stratum(setup, runs),
        "whose_rating": whose_rating(setup, runs),
        "confidence_by_area": confidence_by_area(setup, runs),
        "promising": promising(candidates, place, fits),
        "tipping": tipping(setup, found),
        "switching": switching(setup, found, order["by_outcome"]["health"]),
        "switching_values": every,
        "calibrated": None if fitted is None else fitted.summary,
        "model_against_data": against_data(setup, runs),
        "provenance": [_known(k) for k in place.provenance()],
        "heard": [h.model_dump(mode="json") for h in resolved.heard],
        "practice": [p.model_dump(mode="json") for p in resolved.practice],
        "priorities": resolved.priorities.model_dump(mode="json") if resolved.priorities else None,
        "warnings": [*place.warnings, *size_warnings(setup)],
        "notices": [n for n in (resolved.example_notice, _(MODEL_NOTE)) if n],
    }  # fmt: skip


def _note(setup: Setup, measure: str, found: Measured) -> str | None:
    if measure == "contact_ratio" and measure in found.value:
        return compared_group(setup)
    if measure == "people_engaged" and measure in found.value:
        return _(
            "Only people whom an option newly engages are counted: whoever has a caseworker today "
            "is not simulated."
        )
    return found.missing.get(measure)


def _manifest(setup: Setup) -> dict[str, Any]:
    place = setup.place
    return {
        "offramp": __version__,
        "place": place.hash,
        "presets": place.presets_hash,
        "catalogue": setup.catalogue.hash,
        "seed": setup.seed,
        "draws": setup.draws,
        "people": setup.people,
        "years": setup.years,
        "options": [o.id for o in setup.options],
    }


def _option(
    setup: Setup,
    option: Option,
    index: int,
    found: Measured,
    held: Fit | None,
    ranks: InputRanks,
) -> dict[str, Any]:
    money = cost(setup, option, index, found)
    resolved = setup.place.resolved

    def at(values: Any, share: float) -> float | None:
        return None if values is None else rounded(np.quantile(values, share))

    def seen(view: View) -> dict[str, Any]:
        values = view.values
        middle, low, high = at(values, 0.5), at(values, 0.05), at(values, 0.95)
        return {"middle": middle, "low": low, "high": high, "note": view.note}

    return {
        "id": option.id,
        "name": option.name,
        "family": option.family,
        "summary": option.summary,
        "ask": option.ask,
        "fit": _fit(held),
        "share_in_place": rounded(np.median(setup.shares[option.id])),
        "effects": effects(setup, found, index, ranks),
        "cost": {
            "currency": resolved.money.currency,
            "price_year": resolved.money.price_year,
            "programme": at(money.programme, 0.5),
            "programme_low": at(money.programme, 0.05),
            "programme_high": at(money.programme, 0.95),
            "net": at(money.net, 0.5),
            "low": at(money.net, 0.05),
            "high": at(money.net, 0.95),
            "note": money.note,
            "by_payer": {
                "police_budget": seen(money.police),
                "public_sector": seen(View(money.net, money.note)),
                "society": seen(money.society),
            },
        },
    }


def _known(known: Any) -> dict[str, Any]:
    from dataclasses import asdict

    entry = asdict(known)
    return {k: (v.isoformat() if hasattr(v, "isoformat") else v) for k, v in entry.items()}
