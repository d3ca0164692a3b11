"""Treatment with methadone or buprenorphine: waiting, starting, staying, leaving.

Entry a week = oat_entry / 52 for people who use opioids, outside custody, times
`engaged_treatment_entry` while on case work, `postod_entry` (and `followup_entry` after a visit)
for 12 weeks after an attended overdose, `release_entry` for four weeks after release, and
`nsp_entry` for the share reached by needle programmes. Entrants wait for a free place; who comes
next is a key of person and episode, stable while waiting. Leaving has a hazard that falls with
time, exit_start / (1 + weeks / exit_fall), fitted so that retention *including* breaks by custody
is `retained_12` and `retained_36`.

Sources: judge_retained_12 and _36 (oat_ret12, oat_ret36), oat_postod_uptake, nsp_tx_entry.
"""

from __future__ import annotations

import numpy as np

from offramp.model import luck
from offramp.model import people as ppl
from offramp.model import tallies as t
from offramp.model.kernel import kernel
from offramp.model.parameters import at

ZERO, ONE = np.float32(0), np.float32(1)


@kernel
def hazard(people, p, week, out, luck_now, code):  # type: ignore[no-untyped-def]
    """Flag TREATMENT (enter the queue, or leave); return people on it, and weeks off it."""
    oat_entry = p[at.oat_entry]
    nsp_coverage = p[at.nsp_coverage]
    interference = p[at.interference]
    nsp_entry = p[at.nsp_entry]
    exit_start = p[at.exit_start]
    exit_fall = p[at.exit_fall]
    engaged_treatment_entry = p[at.engaged_treatment_entry]
    postod_entry = p[at.postod_entry]
    followup_entry = p[at.followup_entry]
    release_entry = p[at.release_entry]
    base = oat_entry / np.float32(52)
    reached = nsp_coverage * (ONE - interference)
    needle = ONE + reached * (nsp_entry - ONE)
    now = np.float32(week)
    lately, month_ago = week - 12, week - 4
    on_sum = np.int32(0)
    off_sum = np.int32(0)
    for i in range(out.size):
        flags = people.flags[i]
        on = flags & ppl.OAT != 0
        since = now - np.float32(people.oat_since[i])
        leave = exit_start / (ONE + since / exit_fall)
        may = flags & (ppl.OPIOIDS | ppl.USING) == ppl.OPIOIDS | ppl.USING
        enter = base if may else ZERO
        enter = enter * engaged_treatment_entry if flags & ppl.ENGAGED != 0 else enter
        enter = enter * needle if flags & ppl.INJECTING != 0 else enter
        h = leave if on else enter
        on_sum = np.int32(on_sum + (np.int32(1) if on else np.int32(0)))
        wants = flags & (ppl.OPIOIDS | ppl.USING | ppl.OAT) == ppl.OPIOIDS | ppl.USING
        off_sum = np.int32(off_sum + (np.int32(out[i] * t.EXACT) if wants else np.int32(0)))
        luck_now[i] = luck_now[i] / h if h > ZERO else np.float32(2)
    for i in range(out.size):
        flags = people.flags[i]
        off = flags & ppl.OAT == 0
        recent = people.overdosed[i] > lately
        boost = postod_entry if recent else ONE
        visited = followup_entry if flags & ppl.FOLLOWED != 0 else ONE
        boost = boost * visited if recent else boost
        boost = boost * release_entry if people.released[i] > month_ago else boost
        boost = boost if off else ONE
        boost = ZERO if flags & (ppl.OAT | ppl.WAITING) == ppl.WAITING else boost
        code[i] |= np.int32(t.TREATMENT) if luck_now[i] < boost * out[i] else np.int32(0)
    return on_sum, off_sum


@kernel
def happens(people, i, week, tally):  # type: ignore[no-untyped-def]
    """Person i leaves treatment, or joins the queue for it."""
    if ppl.has(people, i, ppl.OAT):
        ppl.turn_off(people, i, ppl.OAT)
        people.stopped[i] = week + 1
        tally[t.N_OAT_LEFT] += 1
    else:
        ppl.turn_on(people, i, ppl.WAITING)


@kernel
def admit(people, free, week, seed, draw, keys, who, tally):  # type: ignore[no-untyped-def]
    """Give `free` places to those waiting, in order of a key of person and episode.

    keys, who: scratch arrays (float32, int32) as long as the population.
    """
    waiting = 0
    for i in range(people.flags.size):
        if people.flags[i] & ppl.WAITING != 0 and people.flags[i] & ppl.SENTENCE < ppl.REMAND:
            episode = people.stopped[i] - ppl.NEVER  # changes with every spell of treatment
            keys[waiting] = luck.uniform(luck.key(seed, draw, episode, luck.QUEUE), i)
            who[waiting] = i
            waiting += 1
    order = np.argsort(keys[:waiting]) if free < waiting else np.arange(waiting)
    taken = free if free < waiting else waiting
    for k in range(taken):
        i = who[order[k]]
        ppl.turn_off(people, i, ppl.WAITING)
        ppl.turn_on(people, i, ppl.OAT)
        people.oat_since[i] = week
        tally[t.N_OAT_ENTRIES] += 1
    return waiting - taken
