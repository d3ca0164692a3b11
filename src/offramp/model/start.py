"""The people at the start: a sample from the place's shares, with spells under way.

Traits are independent given use of opioids, for want of data on how they go together, but for two
lasting frailties (overdose; contacts and offending), log-normal with mean 1 and correlation 0.3.
People in treatment have been in it for a length-biased time (density proportional to the chance
of staying that long, up to 15 years). A share has an arrest record, more often those whom police
contact more. As many are held on remand or under sentence as come into it times how long they stay,
more often those whom police contact more; their stays are length-biased too. Warrants, more records
and recent events build up in the run-in. Slots for people who come into scope later are laid out
with their week.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtri

from offramp.model import people as ppl
from offramp.model import steady
from offramp.model.parameters import INDEX
from offramp.model.people import People
from offramp.model.processes import spells
from offramp.model.state import Strata

Floats = NDArray[np.float64]
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
    row: Floats,
    strata: Strata,
    there: NDArray[np.int64],
    weeks: int,
    seed: int,
    draw: int,
) -> People:
    """People of one draw. row: parameters today; weeks: run-in and horizon together.

    Times in the columns are steps: `steps_a_week` of them make a week.
    """
    steps = max(int(row[INDEX["steps_a_week"]]), 1)
    n = int(strata.start[-1])
    rng = np.random.default_rng((seed, draw, 11))
    people = ppl.empty(n)
    first, second = rng.standard_normal((2, n))
    second = CORRELATION * first + np.sqrt(1 - CORRELATION**2) * second
    a, b = row[INDEX["overdose_spread"]], row[INDEX["contact_spread"]]
    people.overdose_frailty[:] = np.exp(a * first - a * a / 2)
    people.police_frailty[:] = np.exp(b * second - b * b / 2)
    people.age[:] = np.clip(rng.normal(shares.mean_age, 9, n), 16, 75)
    u = rng.random((14, n))
    people.flags[:] = _traits(shares, row, u)
    people.flags[u[13] < _chance_of_record(row, people.police_frailty)] |= np.int32(ppl.RECORD)
    people.trust[:] = (
        row[INDEX["trust_start"]] + row[INDEX["policy_known"]] * row[INDEX["trust_policy"]]
    )
    people.oat_since[:] = -_weeks_in_treatment(row, rng.random(n)) * steps
    for s in range(len(there)):
        coming = slice(int(strata.start[s]) + int(there[s]), int(strata.start[s + 1]))
        _come_later(people, coming, shares, row, weeks, u[12, coming])
    people.oat_since[people.flags & ppl.OAT == 0] = ppl.NEVER
    np.minimum(people.overdose_frailty, 30, out=people.overdose_frailty)
    np.minimum(people.police_frailty, 30, out=people.police_frailty)
    people.age_risk[:] = np.exp(row[INDEX["death_age"]] * (people.age - 40))
    spells.begin_all(people, seed, draw)
    return people


def _traits(shares: Shares, row: Floats, u: Floats) -> NDArray[np.int32]:
    """Flags of everybody, were they there on the first day. u: luck, float64[traits, people]."""
    stimulants_alone, opioids_alone = shares.use_stimulants, shares.use_opioids
    opioids = u[0] >= stimulants_alone
    stimulants = (u[0] < stimulants_alone) | (u[0] >= stimulants_alone + opioids_alone)
    using = u[1] < steady.using(row)
    inject = opioids & (u[2] < steady.injecting(shares, row))
    injecting = inject & using
    treated = opioids & (u[3] < min(shares.in_treatment / max(opioids.mean(), 1e-6), 0.98))

    def infected(luck: Floats, share: float, lost: float) -> NDArray[np.bool_]:
        other, stopped = steady.elsewhere(row, lost)
        kept = np.where(injecting, 1.0, np.where(inject, stopped, other))
        return np.asarray(opioids & (luck < share * kept))

    hiv = infected(u[4], shares.hiv, steady.hiv_lost(row))
    hcv = infected(u[5], shares.hcv, steady.hcv_lost(row))
    unknown, known = steady.hiv_stages(row)
    lost, rate = row[INDEX["kit_lost"]], row[INDEX["kit_rate"]]
    needles = row[INDEX["nsp_coverage"]] * (1 - row[INDEX["interference"]])
    touch = np.where(injecting, needles, row[INDEX["kit_reach_other"]])
    touch = np.where(treated, 1.0, touch) * opioids
    flags = np.zeros(u.shape[1], np.int32)
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
        (ppl.KIT, u[11] < touch * rate / (rate * touch + lost + 1e-9)),
    ):
        flags |= np.where(yes, np.int32(bit), np.int32(0))
    return flags


def _chance_of_record(row: Floats, frailty: NDArray[np.float32]) -> Floats:
    """Chance of each person to have an arrest record already: 1 - exp(-k x frailty), with k such
    that `record_start` of everybody has one."""
    share, spread = float(row[INDEX["record_start"]]), float(row[INDEX["contact_spread"]])
    middles = ndtri((np.arange(200) + 0.5) / 200)
    typical = np.exp(spread * middles - spread * spread / 2)

    def too_many(log_k: float) -> float:
        return float(np.mean(-np.expm1(-np.exp(log_k) * typical))) - share

    if not 0 < share < 1:
        return np.full(len(frailty), share)
    k = np.exp(brentq(too_many, -40.0, 40.0))
    return np.asarray(-np.expm1(-k * frailty.astype(float)))


def _weeks_in_treatment(row: Floats, u: Floats) -> NDArray[np.int64]:
    """Of people found in treatment on one day, whole weeks so far: length-biased."""
    stay = (1 + np.arange(LONGEST_STAY) / row[INDEX["exit_fall"]]) ** (
        -row[INDEX["exit_start"]] * row[INDEX["exit_fall"]]
    )
    return np.asarray(np.searchsorted(np.cumsum(stay) / stay.sum(), u) + 1)


def _come_later(
    people: People, who: slice, shares: Shares, row: Floats, weeks: int, u: Floats
) -> None:
    """These come into scope evenly over the weeks: without HIV, not in treatment, as old when they
    come as others were on the first day, and like those who leave. A share of them as large as that
    of deaths by overdose among all who come is as frail as those who die so (the chance of dying is
    in proportion to frailty)."""
    steps = max(int(row[INDEX["steps_a_week"]]), 1)
    coming = who.stop - who.start
    when = np.floor((np.arange(coming) + 0.5) * weeks * steps / max(coming, 1))
    people.entry[who] = when.astype(np.int16)
    people.age[who] -= when / (52 * steps)
    people.flags[who] = people.flags[who] & ~np.int32(ppl.OAT | ppl.HIV) | np.int32(ppl.NOT_YET)
    instead = u < shares.dying / max(row[INDEX["entry_share"]], 1e-9)
    a, b = row[INDEX["overdose_spread"]], row[INDEX["contact_spread"]]
    people.overdose_frailty[who] *= np.where(instead, np.exp(a * a), 1.0)
    people.police_frailty[who] *= np.where(instead, np.exp(CORRELATION * a * b), 1.0)


def hold(people: People, row: Floats, begun: Floats, seed: int, draw: int) -> None:
    """Put people into custody whose stay is under way. begun: stays on remand and under sentence
    that begin in a week (float64[2]). Lengths are exponential: of a stay found on one day as much
    is still to come as of one that begins, and as much again has gone by, on average."""
    steps = max(int(row[INDEX["steps_a_week"]]), 1)
    days = np.array([row[INDEX["days_remand"]], row[INDEX["days_sentence"]]])
    there = people.flags & ppl.GONE == ppl.ALIVE
    counts = np.minimum(np.round(begun * days / 7), np.count_nonzero(there) // 4).astype(np.int64)
    rng = np.random.default_rng((seed, draw, 13))
    luck, gone, left, kept = rng.random((4, len(people.flags)))
    # smallest of exponential times with rates by frailty: a sample without replacement by weight
    order = np.argsort(np.where(there, -np.log1p(-luck) / people.police_frailty, np.inf))
    until = np.cumsum(counts)
    for who, where, mean in (
        (order[: until[0]], ppl.REMAND, days[0]),
        (order[until[0] : until[1]], ppl.SENTENCE, days[1]),
    ):
        to_come, so_far = -mean * np.log1p(-left[who]), -mean * np.log1p(-gone[who])
        people.flags[who] |= np.int32(where | ppl.RECORD)
        people.days_left[who] = np.maximum(to_come, 0.05)
        lost = -np.expm1(-(to_come + so_far) / row[INDEX["tolerance_days"]])
        people.tolerance_lost[who] = lost * (1 - row[INDEX["used_inside"]])
        treated = people.flags[who] & ppl.OAT != 0
        broken = who[treated & (kept[who] >= row[INDEX["oat_continued_custody"]])]
        _in_their_stead(people, broken, rng)
        people.flags[broken] &= ~np.int32(ppl.OAT)
        people.oat_since[broken] = ppl.NEVER
        people.stopped[broken] = (people.days_left[broken] * steps / 7).astype(np.int16) + 1


def _in_their_stead(people: People, broken: NDArray[np.int64], rng: np.random.Generator) -> None:
    """Others are in treatment in place of those whose treatment custody has broken off: the place
    counts as many as before."""
    may = people.flags & (ppl.OPIOIDS | ppl.OAT | ppl.CUSTODY | ppl.GONE) == ppl.OPIOIDS
    others = rng.permutation(np.flatnonzero(may))[: len(broken)]
    people.flags[others] |= np.int32(ppl.OAT)
    people.oat_since[others] = people.oat_since[broken[: len(others)]]
