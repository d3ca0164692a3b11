"""From what happens to what is counted: the observation model of every series, and its chance.

A series counts more than the simulation is about (deaths from other causes, searches of everybody
else): the expected count is what happens divided by the share in scope. Where several series count
the same, each may drift beside the others. Deaths may be registered in the year after. Counts are
negative binomial with variance m + (s m)², s being the series' spread beyond chance; a part of
another series is beta-binomial with the same s for its share.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.special import betaln, gammaln

from offramp.plan.calibration.cells import Target
from offramp.plan.calibration.forward import CHANNELS, Case
from offramp.plan.calibration.unknowns import hospital_share

Floats = NDArray[np.float64]
AT = {name: i for i, name in enumerate(CHANNELS)}
CHANNEL = {
    "deaths": "deaths",
    "ambulance_overdoses": "attended",
    "hospital_overdoses": "attended",
    "drug_searches": "contacts",
    "possession_arrests": "possession_arrests",
    "acquisitive_offences": "acquisitive",
    "violent_offences": "violent",
    "people_in_treatment": "in_treatment",
}
LEAST = 1e-9


@dataclass(frozen=True)
class Expected:
    """Expected counts of one series. mean: float64[points, periods] (shares, for a part of
    another series); spread: float64[points], beyond chance."""

    target: Target
    mean: Floats
    spread: Floats


@dataclass(frozen=True)
class Error:
    """How far means are off, standard deviations on the log scale: of a whole series
    (float64[series]), and of each known cell beside that (float64[cells])."""

    level: Floats
    cell: Floats


def expected(
    case: Case, z: Floats, quarters: Floats, shift: Floats | None = None
) -> list[Expected]:
    """Every series as it would be counted. quarters: float64[points, quarters, channels]; shift:
    float64[points, series], by how much (log) the simulation's own chance had a series off."""
    u = case.unknowns
    found = []
    for i, target in enumerate(case.seen.targets):
        mean = _mean(case, target, z, quarters)
        if shift is not None:
            mean = mean * np.exp(shift[:, i, None])
        if target.trials is not None:
            mean = np.clip(mean, LEAST, 1 - LEAST)
        found.append(Expected(target, mean, u.value(u.overdispersion[target.series], z)))
    return found


def _mean(case: Case, target: Target, z: Floats, quarters: Floats) -> Floats:
    if target.trials is not None:
        return _share(case, target, z, quarters)
    if target.measure == "nonfatal_overdoses":
        happening = quarters[:, :, AT["overdoses"]] - quarters[:, :, AT["deaths"]]
    else:
        happening = quarters[:, :, AT[CHANNEL[target.measure]]]
    if target.measure == "hospital_overdoses":
        share = case.unknowns.value(hospital_share(target.series), z)[:, None]
        happening = happening * share
    if target.measure == "drug_searches":
        share = case.unknowns.value("place:contacts.simulated_share", z)[:, None]
        happening = happening / np.clip(share, 1e-3, None)
    if target.series in case.unknowns.own:
        happening = happening * np.exp(case.unknowns.drift(case.unknowns.own[target.series], z))
    counted = _by_period(happening, target)
    if target.measure == "people_in_treatment":
        counted = counted / (target.spans[:, 1] - target.spans[:, 0])
    return np.maximum(counted / scope(case, target, z)[:, None], LEAST)


def _by_period(happening: Floats, target: Target) -> Floats:
    sums = np.concatenate([np.zeros((len(happening), 1)), happening.cumsum(axis=1)], axis=1)
    first, last = target.spans.T
    now = np.asarray(sums[:, last] - sums[:, first])
    if not target.later:
        return now
    before = sums[:, np.maximum(last - 4, 0)] - sums[:, np.maximum(first - 4, 0)]
    return np.asarray(now * (1 - target.later) + before * target.later)


def _share(case: Case, target: Target, z: Floats, quarters: Floats) -> Floats:
    """Share of searches that end in arrest: of people simulated, and of everybody else."""
    u = case.unknowns
    simulated = u.value("place:contacts.simulated_share", z)
    found = u.value("place:contacts.found", z)
    ours = u.value("evidence:judge_found_simulated", z)
    theirs = np.clip((found - simulated * ours) / (1 - simulated), 0.02, 0.98)
    contacts = np.maximum(quarters[:, :, AT["contacts"]].sum(axis=1), LEAST)
    arrested = quarters[:, :, AT["possession_arrests"]].sum(axis=1) / contacts
    share = simulated * arrested + (1 - simulated) * theirs * u.value(
        "place:contacts.ends_arrest", z
    )
    return np.repeat(share[:, None], len(target.periods), axis=1)


def scope(case: Case, target: Target, z: Floats) -> Floats:
    """Share of a series that the simulation is about (float64[points])."""
    return np.clip(case.unknowns.value(target.in_scope, z), 1e-3, None)


def log_likelihood(one: Expected, cell: Floats | None = None) -> Floats:
    """Log of the chance of all known counts of a series (float64[points]).

    cell: standard deviation on the log scale of each known cell's mean; it adds to the spread.
    """
    known = np.flatnonzero(one.target.known)
    spread = one.spread[:, None]
    if cell is not None:
        spread = np.sqrt(spread**2 + cell**2)
    return np.asarray(of_cells(one.target, known, one.mean[:, known], spread).sum(axis=1))


def of_cells(target: Target, k: int | NDArray[np.int64], mean: Floats, spread: Floats) -> Floats:
    """Log of the chance of one count, or of several along the last axis. mean, spread: of the same
    shape, or one that fits."""
    count = target.counts[k]
    if target.trials is not None:
        return beta_binomial(count, target.trials[k], mean, spread)
    hidden = ~np.isfinite(count)
    if not np.any(hidden):
        return negative_binomial(count, mean, spread)
    size = 1 / np.maximum(spread, 1e-4) ** 2
    below = np.log(
        np.maximum(stats.nbinom.cdf(target.below[k] - 1, size, size / (size + mean)), 1e-300)
    )
    return np.where(hidden, below, negative_binomial(np.where(hidden, 0, count), mean, spread))


def negative_binomial(count: float | Floats, mean: Floats, spread: Floats) -> Floats:
    """Log of the chance of a count with this mean and variance mean + (spread mean)²."""
    size = 1 / np.maximum(spread, 1e-4) ** 2
    return np.asarray(
        gammaln(count + size) - gammaln(size) - gammaln(count + 1)
        - (count + size) * np.log1p(mean / size) + count * (np.log(mean) - np.log(size))
    )  # fmt: skip


def beta_binomial(
    count: float | Floats, trials: float | Floats, share: Floats, spread: Floats
) -> Floats:
    """Log of the chance of a part, where the share itself has standard deviation spread x share."""
    limit = 0.99 * np.sqrt((1 - share) / share)
    sd = np.clip(spread, 1e-4, limit) * share
    total = share * (1 - share) / sd**2 - 1
    a, b = share * total, (1 - share) * total
    ways = gammaln(trials + 1) - gammaln(count + 1) - gammaln(trials - count + 1)
    return np.asarray(ways + betaln(count + a, trials - count + b) - betaln(a, b))


def drawn(one: Expected, rng: np.random.Generator) -> Floats:
    """Counts as they might have been (float64[points, periods])."""
    size = 1 / np.maximum(one.spread, 1e-4)[:, None] ** 2
    if one.target.trials is None:
        mean = one.mean * rng.gamma(size, 1 / size, one.mean.shape)
        return np.asarray(rng.poisson(mean), float)
    share = np.clip(one.mean * rng.gamma(size, 1 / size, one.mean.shape), 0, 1)
    trials = np.nan_to_num(one.target.trials, nan=0.0).astype(np.int64)
    return np.asarray(rng.binomial(np.broadcast_to(trials, share.shape), share), float)


def logs(found: list[Expected]) -> Floats:
    """Logs of expected counts of all known cells (float64[points, cells])."""
    return np.concatenate(
        [np.log(one.mean[:, one.target.known]) for one in found if one.target.known.any()], axis=1
    )


def by_series(found: list[Expected]) -> list[slice]:
    """Where each series' known cells are among all."""
    ends = np.cumsum([int(one.target.known.sum()) for one in found])
    return [slice(a, b) for a, b in zip([0, *ends[:-1]], ends, strict=True)]
