"""Everything uncertain, in every draw: parameters, the place's figures, the options' records.

Each uncertain number has a name ("param:…", "place:…", "evidence:…", "shrink:…", "between:…") and
one dimension of a scrambled Sobol sequence, given out in the order of the names' hashes, so that
adding a number leaves the dimensions of the others as good as before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from offramp.catalogue.load import Catalogue
from offramp.catalogue.schema import Option
from offramp.model.levers import keys_of
from offramp.model.parameters import INDEX, NAMES, Parameter, declared
from offramp.model.priors import Prior, of_figure, of_record
from offramp.place.ranges import SIZE_SPREAD
from offramp.place.schema import Figure, Place, Share, Size

Floats = NDArray[np.float64]

FIGURES = (
    "people.people_who_use", "people.inject", "people.use_opioids", "people.use_stimulants",
    "people.daily", "people.unstable_housing", "people.benzodiazepines_or_alcohol",
    "people.women", "people.mean_age", "people.in_treatment", "people.hiv", "people.hcv",
    "agency.officers", "agency.hours_search", "agency.hours_warning", "agency.hours_resolution",
    "agency.hours_referral", "agency.hours_arrest", "agency.hours_overdose",
    "contacts.searches_drug_year", "contacts.found", "contacts.ends_warning",
    "contacts.ends_resolution", "contacts.ends_referral", "contacts.ends_arrest",
    "contacts.simulated_share", "contacts.felt_unfair", "contacts.possession_arrests_year",
    "custody.arrests_year", "custody.charged", "custody.sentenced", "custody.days_detention",
    "custody.days_remand", "custody.days_sentence", "custody.treatment_kept",
    "custody.treatment_started", "custody.released_with_naloxone",
    "money.officer_hour", "money.custody_night", "money.prison_day", "money.treatment_year",
    "money.ambulance_callout", "money.hospital_overdose", "money.hiv_lifetime",
    "money.hcv_lifetime", "money.acquisitive_offence", "money.violent_offence", "money.discount",
)  # fmt: skip


@dataclass(frozen=True)
class Input:
    """One uncertain number. basis: what its spread rests on: local data, studies, judgement."""

    name: str
    meaning: str
    prior: Prior
    basis: str


def figure(place: Place, path: str) -> Figure | None:
    """A figure of the resolved place by dotted path."""
    section, field = path.split(".")
    found = getattr(getattr(place, section), field)
    assert found is None or isinstance(found, Figure)
    return found


def place_inputs(place: Place) -> dict[str, Input]:
    """The place's figures, its series' shares in scope, and how far options run already."""
    found: dict[str, Input] = {}
    for path in FIGURES:
        value = figure(place, path)
        if value is None:
            raise ValueError(f"{path} is neither in the place nor in a preset")
        prior = of_figure(value, isinstance(value, Share))
        counted = isinstance(value, Size) and value.method is not None
        if path == "people.people_who_use" and not counted:
            prior = _at_least(prior, SIZE_SPREAD)
        found[f"place:{path}"] = Input(f"place:{path}", _meaning(place, path), prior, _basis(value))
    for series in place.outcomes:
        name = f"place:outcomes.{series.id}"
        prior = of_figure(series.in_scope, True)
        found[name] = Input(name, f"share of {series.id} in scope", prior, _basis(series.in_scope))
    for practice in place.practice:
        name = f"place:practice.{practice.option}"
        if practice.reach is not None:
            prior, basis = of_figure(practice.reach, True), _basis(practice.reach)
        else:
            prior, basis = Prior("logitnormal", 0.5, 0.15, 0.85), "judgement"
        found[name] = Input(name, f"how far {practice.option} runs already", prior, basis)
    for rule in place.covered:
        name = f"place:covered.{rule.option}"
        means = f"contacts that the written policy covers, {rule.option}"
        found[name] = Input(name, means, of_figure(rule.share, True), _basis(rule.share))
    return found


def _meaning(place: Place, path: str) -> str:
    section, field = path.split(".")
    described = type(getattr(place, section)).model_fields[field].description
    words = described or field.replace("_", " ")
    return words[:1].upper() + words[1:]


def _basis(value: Figure) -> str:
    return {"local": "local", "preset": "studies", "judged": "judgement"}[value.basis]


def _at_least(prior: Prior, spread: float) -> Prior:
    if prior.spread() >= spread:
        return prior
    by = float(np.exp(1.96 * spread))
    return Prior("lognormal", prior.estimate, prior.estimate / by, prior.estimate * by)


def parameter_inputs(catalogue: Catalogue) -> dict[str, Input]:
    """Parameters that rest on a record (others come from the place or hold by definition)."""
    found = {}
    for parameter in declared().values():
        if parameter.evidence is not None:
            record = catalogue.evidence[parameter.evidence]
            basis = "judgement" if record.design == "judgement" else "studies"
            key = f"evidence:{record.id}"
            found[key] = Input(key, parameter.meaning, of_record(record), basis)
    assert found, NAMES
    return found


def option_inputs(catalogue: Catalogue, options: Iterable[Option]) -> dict[str, Input]:
    """Records that options' levers, reaches and costs rest on, and what carries them here."""
    found: dict[str, Input] = {}
    wander = Prior("none", 0.0)
    for option in options:
        for lever in option.levers:
            record = catalogue.evidence[lever.evidence]
            for key in keys_of(lever, record):
                if key.startswith("evidence:"):
                    source = catalogue.evidence[key.removeprefix("evidence:")]
                    basis = "judgement" if source.design == "judgement" else "studies"
                    found[key] = Input(key, source.says, of_record(source), basis)
                else:
                    found[key] = Input(
                        key, f"carrying {record.id} to this place", wander, "judgement"
                    )
        for cost in option.costs:
            record = catalogue.evidence[cost.evidence]
            basis = "judgement" if record.design == "judgement" else "studies"
            key = f"evidence:{record.id}"
            found[key] = Input(key, cost.item, of_record(record), basis)
    return found


def uniforms(names: Iterable[str], draws: int, seed: int) -> dict[str, Floats]:
    """Numbers in (0, 1) for each name: columns of one scrambled Sobol sequence."""
    from hashlib import sha256

    from scipy.stats import qmc

    ordered = sorted(set(names), key=lambda name: sha256(name.encode()).digest())
    points = 1 << max(draws - 1, 0).bit_length()
    sampler = qmc.Sobol(len(ordered), scramble=True, rng=np.random.default_rng(seed))
    sample = np.clip(sampler.random(points)[:draws], 1e-6, 1 - 1e-6)
    return {name: sample[:, k].copy() for k, name in enumerate(ordered)}


def rows_today(inputs: Mapping[str, Input], numbers: Mapping[str, Floats], draws: int) -> Floats:
    """Parameters today in every draw, before fitting (float64[draws, parameters])."""
    rows = np.zeros((draws, len(NAMES)))
    for name, parameter in declared().items():
        rows[:, INDEX[name]] = _today(parameter, inputs, numbers, draws)
    # The excess after a seizure is caused by it in that share of draws, and not in the others.
    causal = "evidence:judge_disruption_causal"
    rows[:, INDEX["disruption_causal"]] = numbers[causal] < inputs[causal].prior.estimate
    return rows


def _today(
    parameter: Parameter,
    inputs: Mapping[str, Input],
    numbers: Mapping[str, Floats],
    draws: int,
) -> Floats:
    key = ""
    if parameter.evidence is not None:
        key = f"evidence:{parameter.evidence}"
    elif parameter.place is not None and f"place:{parameter.place}" in inputs:
        key = f"place:{parameter.place}"
    if key and not parameter.fitted:
        value = inputs[key].prior.at(numbers[key])
    else:
        value = np.full(draws, parameter.value if parameter.value is not None else 0.0)
    return value if parameter.bounds is None else np.clip(value, *parameter.bounds)
