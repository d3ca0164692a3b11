"""What a place says about its services, groups and areas, as parameters and strata."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from offramp.model.parameters import INDEX
from offramp.place.load import LoadedPlace
from offramp.plan.inputs import Floats, Input


def ends_within_one(rows: Floats) -> None:
    """Shares of how contacts end must not add up to more than one."""
    columns = [INDEX[f"ends_{end}"] for end in ("warning", "resolution", "referral", "arrest")]
    total = rows[:, columns].sum(axis=1)
    rows[:, columns] /= np.maximum(total, 1.0)[:, None]


def with_services(
    rows: Floats,
    place: LoadedPlace,
    inputs: Mapping[str, Input],
    numbers: Mapping[str, Floats],
    treated: Floats | None = None,
) -> None:
    """What the place says of its services, in place of priors. treated: people in treatment today,
    where a calibration tells (float64[draws])."""
    services = place.resolved.services
    people = inputs["place:people.people_who_use"].prior.at(numbers["place:people.people_who_use"])
    inject = inputs["place:people.inject"].prior.at(numbers["place:people.inject"])
    if treated is None:
        treated = inputs["place:people.in_treatment"].prior.at(numbers["place:people.in_treatment"])
    needles = services.get("needle_syringe_programme")
    if needles is not None and needles.exists == "no":
        rows[:, INDEX["nsp_coverage"]] = 0.0
    elif needles is not None and needles.people is not None:
        reached = needles.people.value / np.maximum(people * inject, 1.0)
        rows[:, INDEX["nsp_coverage"]] = np.clip(reached, 0, 0.95)
    kits = services.get("naloxone_supply")
    if kits is not None and kits.exists == "no":
        rows[:, INDEX["kit_rate"]] = 0.0
    elif kits is not None and kits.a_year is not None:
        name = "place:people.use_stimulants"
        opioids = 1 - inputs[name].prior.at(numbers[name])
        other = np.maximum(people * (opioids - inject) - treated, 0)
        touch = people * inject * rows[:, INDEX["nsp_coverage"]] + treated
        touch = touch + other * rows[:, INDEX["kit_reach_other"]]
        rows[:, INDEX["kit_rate"]] = np.clip(kits.a_year.value / np.maximum(touch, 1.0), 0, 12)


def people_by_stratum(
    place: LoadedPlace, inputs: Mapping[str, Input], numbers: Mapping[str, Floats], draws: int
) -> tuple[Floats, Floats]:
    """People by stratum, and contacts given use of each stratum against the reference group
    (float64[draws, strata]).

    Searches per resident are people who use per resident (`group_use`) times contacts given use;
    only a part of their ratio (`group_given_use`) is one of people who use, the rest is of others.
    """
    _, people, seen = areas_of(place)
    seen = seen / max(float((seen * people).sum() / people.sum()), 1e-9)
    groups = place.resolved.people.groups
    if not groups:
        return np.repeat(people[None, :], draws, 0), np.repeat(seen[None, :], draws, 0)
    residents = np.array([g.residents.value for g in groups])
    counts = [g.searches_drug_year.value if g.searches_drug_year else np.nan for g in groups]
    rate = np.array(counts) / np.maximum(residents, 1)
    base = rate[reference_group(place)]
    ratio = np.where(np.isfinite(rate) & (base > 0), rate / (base or 1.0), 1.0)
    kept = _judged("judge_group_given_use", inputs, numbers)
    using = np.repeat(_judged("judge_group_use", inputs, numbers)[:, None], len(groups), 1)
    using[:, reference_group(place)] = 1.0
    by_group = np.maximum(ratio, 0.05)[None, :] ** kept[:, None] / using
    weights = people[None, :, None] * (residents * using)[:, None, :]
    ratios = seen[None, :, None] * by_group[:, None, :]
    return weights.reshape(draws, -1), ratios.reshape(draws, -1)


def _judged(evidence: str, inputs: Mapping[str, Input], numbers: Mapping[str, Floats]) -> Floats:
    name = f"evidence:{evidence}"
    return inputs[name].prior.at(numbers[name])


def areas_of(place: LoadedPlace) -> tuple[list[str], Floats, Floats]:
    """Areas by name, shares of the people, and contacts per person; one if the place names none.

    What the named areas leave over is an area of its own.
    """
    areas = place.resolved.people.areas
    names = [a.name for a in areas]
    shares = [a.people.value for a in areas]
    seen = [a.contacts.value if a.contacts else 1.0 for a in areas]
    rest = 1 - sum(shares)
    if rest > 0.02:
        names, shares, seen = [*names, "the rest"], [*shares, rest], [*seen, 1.0]
    return names, np.array(shares), np.array(seen)


def reference_group(place: LoadedPlace) -> int:
    """Index of the group that others are compared with: the one marked, else the largest."""
    groups = place.resolved.people.groups
    marked = [i for i, g in enumerate(groups) if g.reference]
    return marked[0] if marked else int(np.argmax([g.residents.value for g in groups]))
