"""The people at the start: a sample from the place's shares, with spells under way.

Traits are independent given use of opioids, for want of data on how they go together, but for two
lasting frailties (overdose; contacts and offending), log-normal with mean 1 and correlation 0.3.
People in treatment have been in it for a length-biased time (density proportional to the chance
of staying that long, up to 15 years). Custody, warrants, records and recent events build up in
the run-in. Slots for people who come into scope later are laid out with their week.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from offramp.model import people as ppl
from offramp.model import steady
from offramp.model.parameters import INDEX
from offramp.model.people import People
from offramp.model.processes import spells
from offramp.model.state import Strata

LONGEST_STAY = 780  # weeks
CORRELATION = 0.3


@dataclass(frozen=True)
class Shares:
    """What the place says of the people simulated, in one draw (shares 0 to 1, age in years)."""

    inject: float
    use_opioids: float
    use_stimulants: float
    daily: float
    unstable: float
    co_use: float
    women: float
    mean_age: float
    in_treatment: float  # of everybody simulated
    hiv: float  # of people who inject
    hcv: float
    dying: float  # of overdoses, in a year


def sizes(people: int, weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """Split `people` over strata by weight: largest remainders, at least one in each."""
    exact = weights / weights.sum() * people
    whole = np.maximum(np.floor(exact).astype(np.int64), 1)
    while whole.sum() < people:
        whole[int(np.argmax(exact - whole))] += 1
    while whole.sum() > people:
        whole[int(np.argmax(whole))] -= 1
    return np.asarray(whole)


def slots(people: int, weights: NDArray[np.float64], entry: float, weeks: int) -> NDArray[np.int64]:
    """Slots of each stratum: those there at the start and those to come. entry: a year."""
    now = sizes(people, weights)
    return np.asarray(now + np.ceil(now * entry * weeks / 52).astype(np.int64))


def strata_of(
    people: int,
    weights: NDArray[np.float64],
    ratios: NDArray[np.float64],
    entry: float,
    weeks: int,
    areas: int = 1,
) -> tuple[Strata, NDArray[np.int64]]:
    """Strata (all groups of the first area, then of the next), and how many of each are there at
    the start."""
    ends = np.concatenate([[0], np.cumsum(slots(people, weights, entry, weeks))])
    strata = Strata(
        ends.astype(np.int32),
        np.repeat(np.arange(areas, dtype=np.int32), len(weights) // areas),
        ratios.astype(np.float32),
    )
    return strata, sizes(people, weights)


def populate(
    shares: Shares,
    row: NDArray[np.float64],
    strata: Strata,
    there: NDArray[np.int64],
    weeks: int,
    seed: int,
    draw: int,
) -> People:
    """People of one draw. row: parameters today; weeks: run-in and horizon together.

    Newcomers are like those who leave: a share of them as large as that of deaths by overdose among
    all who come is as frail as those who die so (the chance of dying is in proportion to frailty).
    Times in the columns are steps: `steps_a_week` of them make a week.
    """
    steps = max(int(row[INDEX["steps_a_week"]]), 1)
    n = int(strata.start[-1])
    rng = np.random.default_rng((seed, draw, 11))
    people = ppl.empty(n)
    first, second = rng.standard_normal((2, n))
    second = CORRELATION * first + np.sqrt(1 - CORRELATION**2) * second
    a, b = row[INDEX["overdose_spread"]], row[INDEX["contact_spread"]]
    frail, exposed = np.exp(a * first - a * a / 2), np.exp(b * second - b * b / 2)
    people.age[:] = np.clip(rng.normal(shares.mean_age, 9, n), 16, 75)
    u = rng.random((13, n))
    only_opioids, only_stimulants = shares.use_opioids, shares.use_stimulants
    opioids = u[0] >= only_stimulants
    stimulants = (u[0] < only_stimulants) | (u[0] >= only_stimulants + only_opioids)
    using = u[1] < steady.using(row)
    inject = opioids & (u[2] < steady.injecting(shares, row))
    injecting = inject & using
    treated = opioids & (u[3] < min(shares.in_treatment / max(opioids.mean(), 1e-6), 0.98))
    hiv = opioids & (u[4] < shares.hiv * np.where(inject, 1.0, steady.hiv_elsewhere(row)))
    other, stopped = steady.hcv_elsewhere(row)
    kept = np.where(injecting, 1.0, np.where(inject, stopped, other))
    hcv = opioids & (u[5] < shares.hcv * kept)
    unknown, known = steady.hiv_stages(row)
    flags = np.zeros(n, np.int32)
    for bit, yes in (
        (ppl.OPIOIDS, opioids),
        (ppl.STIMULANTS, stimulants),
        (ppl.USING, using),
        (ppl.INJECTING, injecting),
        (ppl.INJECTED, inject & ~using),
        (ppl.OAT, treated),
        (ppl.DAILY, u[6] < shares.daily),
        (ppl.UNSTABLE, u[7] < shares.unstable),
        (ppl.CO_USE, u[8] < shares.co_use),
        (ppl.FEMALE, u[9] < shares.women),
        (ppl.HIV_UNDIAGNOSED, hiv & (u[10] < unknown)),
        (ppl.HIV_DIAGNOSED, hiv & (u[10] >= unknown) & (u[10] < unknown + known)),
        (ppl.HIV_SUPPRESSED, hiv & (u[10] >= unknown + known)),
        (ppl.HCV_CHRONIC, hcv),
    ):
        flags |= np.where(yes, np.int32(bit), np.int32(0))
    lost, rate = row[INDEX["kit_lost"]], row[INDEX["kit_rate"]]
    reached = row[INDEX["nsp_coverage"]] * (1 - row[INDEX["interference"]])
    other = row[INDEX["kit_reach_other"]]
    touch = np.where(treated, 1.0, np.where(injecting, reached, other)) * opioids
    has_kit = u[11] < touch * rate / (rate * touch + lost + 1e-9)
    flags |= np.where(has_kit, np.int32(ppl.KIT), np.int32(0))
    people.trust[:] = (
        row[INDEX["trust_start"]] + row[INDEX["policy_known"]] * row[INDEX["trust_policy"]]
    )
    stay = (1 + np.arange(LONGEST_STAY) / row[INDEX["exit_fall"]]) ** (
        -row[INDEX["exit_start"]] * row[INDEX["exit_fall"]]
    )
    ages = np.searchsorted(np.cumsum(stay) / stay.sum(), rng.random(n))
    people.oat_since[:] = np.where(treated, -(ages + 1) * steps, ppl.NEVER)
    for s in range(len(there)):
        begin, end = int(strata.start[s]) + int(there[s]), int(strata.start[s + 1])
        coming = end - begin
        flags[begin:end] = (flags[begin:end] & ~np.int32(ppl.OAT)) | np.int32(ppl.NOT_YET)
        when = np.floor((np.arange(coming) + 0.5) * weeks * steps / max(coming, 1))
        people.entry[begin:end] = when.astype(np.int16)
        people.age[begin:end] -= when / (52 * steps)  # as old when they come as others were
        # Who dies of overdoses is frail by as much again; as many who are so come.
        instead = u[12, begin:end] < shares.dying / max(row[INDEX["entry_share"]], 1e-9)
        frail[begin:end] *= np.where(instead, np.exp(a * a), 1.0)
        exposed[begin:end] *= np.where(instead, np.exp(CORRELATION * a * b), 1.0)
    people.overdose_frailty[:] = np.minimum(frail, 30)
    people.police_frailty[:] = np.minimum(exposed, 30)
    people.age_risk[:] = np.exp(row[INDEX["death_age"]] * (people.age - 40))
    people.flags[:] = flags
    spells.begin_all(people, seed, draw)
    return people
