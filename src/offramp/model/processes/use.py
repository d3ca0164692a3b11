"""Use: stopping, returning, starting and stopping to inject.

Weekly hazards: remission / 52 while using, relapse / 52 after a stop, injecting_start / 52 and
injecting_stop / 52. People return to use in the way in which they used before. As many start to
inject as stop, so that today's share goes on: injecting_start = injecting_stop x odds of injecting
among people who use opioids now (`model/steady.py`). Doubling enforcement adds `deterrence` to the
log of starting and relapse and takes it from the log of stopping: below 0 it lowers use, above 0 it
raises it. Its prior is centred on none and has both signs.

Sources: judge_injecting_stop, judge_relapse, judge_remission, judge_deterrence (E11, E12).
"""

from __future__ import annotations

import numpy as np

from offramp.model import luck
from offramp.model import people as ppl
from offramp.model import tallies as t
from offramp.model.kernel import kernel
from offramp.model.parameters import at

ZERO, ONE, YEAR = np.float32(0), np.float32(1), np.float32(52)


@kernel
def hazard(people, p, here, out, luck_now, code):  # type: ignore[no-untyped-def]
    """Flag USE (stop or return) and INJECTING (start or stop); return people using now."""
    enforcement = here.enforcement
    year = YEAR * p[at.steps_a_week]
    deterrence = p[at.deterrence]
    remission = p[at.remission]
    relapse = p[at.relapse]
    injecting_start = p[at.injecting_start]
    injecting_stop = p[at.injecting_stop]
    floor = enforcement if enforcement > np.float32(0.0625) else np.float32(0.0625)
    doubling = np.float32(np.log2(floor))  # none at all counts as four halvings
    push = np.float32(np.exp(deterrence * doubling))
    stop = remission / (year * push)
    again = relapse * push / year
    begin = injecting_start * push / year
    end = injecting_stop / (year * push)
    using_sum = np.int32(0)
    for i in range(out.size):
        flags = people.flags[i]
        using = flags & ppl.USING != 0
        use = stop if using else again
        now = flags & (ppl.USING | ppl.GONE) == ppl.USING
        using_sum = np.int32(using_sum + (np.int32(1) if now else np.int32(0)))
        change = end if flags & ppl.INJECTING != 0 else begin
        may = flags & (ppl.USING | ppl.OPIOIDS) == ppl.USING | ppl.OPIOIDS
        change = change if may else ZERO
        u = luck_now[i]
        flag = np.int32(t.USE) if u < luck.AT_USE + use * out[i] else np.int32(0)
        flag = np.int32(0) if u < luck.AT_USE else flag
        late = np.int32(t.INJECTING) if u < luck.AT_INJECTING + change * out[i] else np.int32(0)
        code[i] |= flag if u < luck.AT_INJECTING else late
    return using_sum


@kernel
def happens(people, i):  # type: ignore[no-untyped-def]
    """Person i stops using or returns to it, the way it was used before."""
    if ppl.has(people, i, ppl.USING):
        before, after = ppl.INJECTING, ppl.INJECTED
        ppl.turn_off(people, i, ppl.WAITING)
    else:
        before, after = ppl.INJECTED, ppl.INJECTING
    people.flags[i] ^= np.int32(ppl.USING)
    if ppl.has(people, i, before):
        people.flags[i] ^= np.int32(before | after)
