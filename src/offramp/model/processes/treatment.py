"""Treatment with methadone or buprenorphine: waiting, starting, staying, leaving.

Ways in add up. Entry a week of people who use opioids, outside custody = oat_entry / 52 x trust x
(1 + each way beyond the usual one): case work `engaged_treatment_entry` - 1; needle programmes
(`nsp_entry` - 1) x the share reached, and a consumption site (`site_entry` - 1) x `site_share`, for
people who inject; `postod_entry` x `followup_entry` after a visit - 1, for 12 weeks after an
attended overdose; `release_entry` - 1 for four weeks after release; not below 0. People who trust
police less enter less (`trust_services`). Entrants wait for a free place; who comes
next is a key of person and episode, stable while waiting. Leaving has a hazard that falls with
time, exit_start / (1 + weeks / exit_fall), fitted so that retention *including* breaks by custody
is `retained_12` and `retained_36`. When a change comes is fixed by person and spell (`spells`).

Sources: judge_retained_12, judge_retained_36, oat_postod_uptake, judge_nsp_entry,
judge_site_entry, judge_release_entry.
"""

from __future__ import annotations

import numpy as np

from offramp.model import luck
from offramp.model import people as ppl
from offramp.model import tallies as t
from offramp.model.kernel import kernel
from offramp.model.parameters import at
from offramp.model.processes import spells
from offramp.model.processes.overdose import by_trust

ZERO, ONE = np.float32(0), np.float32(1)


@kernel
def hazard(people, p, week, out, code, h):  # type: ignore[no-untyped-def]
    """Flag TREATMENT (enter the queue, or leave); return people on it, and weeks off it (exact).

    h: scratch, as long as out.
    """
    oat_entry = p[at.oat_entry]
    nsp_coverage = p[at.nsp_coverage]
    interference = p[at.interference]
    exit_start = p[at.exit_start]
    exit_fall = p[at.exit_fall]
    engaged = p[at.engaged_treatment_entry] - ONE
    overdosed = p[at.postod_entry] - ONE
    visited = p[at.postod_entry] * p[at.followup_entry] - ONE
    released = p[at.release_entry] - ONE
    steps = p[at.steps_a_week]
    base = oat_entry / (np.float32(52) * steps)
    trust_start, trust_services = p[at.trust_start], p[at.trust_services]
    reached = nsp_coverage * (ONE - interference)
    services = reached * (p[at.nsp_entry] - ONE) + p[at.site_share] * (p[at.site_entry] - ONE)
    now = np.float32(week)
    month = np.int32(4 * steps)
    lately, month_ago = np.int16(week - 3 * month), np.int16(week - month)
    on_sum = np.int32(0)
    off_sum = np.int32(0)
    both = ppl.OPIOIDS | ppl.USING
    for i in range(out.size):
        flags = people.flags[i]
        ways = ONE + (engaged if flags & ppl.ENGAGED != 0 else ZERO)
        ways = ways + (services if flags & ppl.INJECTING != 0 else ZERO)
        survived = visited if flags & ppl.FOLLOWED != 0 else overdosed
        ways = ways + (survived if people.overdosed[i] > lately else ZERO)
        ways = ways + (released if people.released[i] > month_ago else ZERO)
        ways = ways if ways > ZERO else ZERO
        enter = base * ways * by_trust(people.trust[i], trust_start, trust_services)
        h[i] = enter if flags & (both | ppl.WAITING) == both else ZERO
    top = exit_start * exit_fall  # the hazard in the middle of the step
    bottom = exit_fall * steps + now + np.float32(0.5)
    for i in range(out.size):
        flags = people.flags[i]
        leave = top / (bottom - np.float32(people.oat_since[i]))
        enter, outside = h[i], out[i]
        left = people.patience[i] - (leave if flags & ppl.OAT != 0 else enter) * outside
        people.patience[i] = left
        wants = np.int32(outside * t.EXACT) if flags & (both | ppl.OAT) == both else np.int32(0)
        on_sum = np.int32(on_sum + (np.int32(1) if flags & ppl.OAT != 0 else np.int32(0)))
        off_sum = np.int32(off_sum + wants)
        code[i] |= np.int32(t.TREATMENT) if left < ZERO else np.int32(0)
    return on_sum, off_sum


@kernel
def happens(people, i, week, keys, person, tally):  # type: ignore[no-untyped-def]
    """Person i leaves treatment, or joins the queue for it."""
    spells.begin(people, i, keys[luck.SPELL], person)
    if ppl.has(people, i, ppl.OAT):
        ppl.turn_off(people, i, ppl.OAT)
        people.stopped[i] = week + 1
        tally[t.N_OAT_LEFT] += 1
    else:
        ppl.turn_on(people, i, ppl.WAITING)
        tally[t.N_OAT_JOINED] += 1


@kernel
def admit(people, strata, free, week, seed, draw, keys, who, tallies):  # type: ignore[no-untyped-def]
    """Give `free` places to those waiting, in order of a key of person and episode.

    keys, who: scratch arrays (float32, int32) as long as the population; tallies: of the year, by
    stratum.
    """
    waiting = np.int64(0)
    stream = luck.key(seed, draw, np.int32(0), luck.QUEUE)
    for i in range(people.flags.size):
        if people.flags[i] & ppl.WAITING != 0 and people.flags[i] & ppl.SENTENCE < ppl.REMAND:
            episode = people.oat_since[i] - ppl.NEVER  # changes with every spell of treatment
            keys[waiting] = luck.uniform(stream, np.uint32((i << 14) + episode))
            who[waiting] = i
            waiting += 1
    taken = free if free < waiting else waiting
    if taken < waiting:
        smallest_first(keys, who, taken, waiting)
    for k in range(taken):
        i = who[k]
        ppl.turn_off(people, i, ppl.WAITING)
        ppl.turn_on(people, i, ppl.OAT)
        people.oat_since[i] = week
        tallies[stratum_of(strata, i), t.N_OAT_ENTRIES] += 1
    return waiting - taken


@kernel
def stratum_of(strata, i):  # type: ignore[no-untyped-def]
    """The stratum of person i."""
    s = 0
    while strata.start[s + 1] <= i:
        s += 1
    return s


@kernel
def smallest_first(keys, who, count, size):  # type: ignore[no-untyped-def]
    """Bring the `count` smallest of keys[:size] to the front, with their who (quickselect)."""
    low, high = 0, size - 1
    while low < high:
        pivot = keys[(low + high) // 2]
        i, j = low, high
        while i <= j:
            while keys[i] < pivot:
                i += 1
            while keys[j] > pivot:
                j -= 1
            if i <= j:
                keys[i], keys[j] = keys[j], keys[i]
                who[i], who[j] = who[j], who[i]
                i += 1
                j -= 1
        if count <= j:
            high = j
        elif count >= i:
            low = i
        else:
            return
