"""Services: naloxone kits in people's hands.

A person in touch with services (reached by needle programmes, in treatment, or on case work) gets
a kit at `kit_rate` a year and loses it at `kit_lost`. The share of people in the area with a kit,
times `kit_shared`, is the chance that a witness has one at hand (the coupling "kits").

Sources: judge_kit_rate, judge_kit_lost, judge_kit_shared.
"""

from __future__ import annotations

import numpy as np

from offramp.model import people as ppl
from offramp.model import tallies as t
from offramp.model.kernel import kernel
from offramp.model.parameters import at

ZERO, ONE, YEAR = np.float32(0), np.float32(1), np.float32(52)


@kernel
def hazard(people, p, luck_now, code):  # type: ignore[no-untyped-def]
    """Flag KIT (got one or lost it: the high end of the case-work number); return kits held."""
    nsp_coverage = p[at.nsp_coverage]
    interference = p[at.interference]
    kit_lost = p[at.kit_lost]
    kit_rate = p[at.kit_rate]
    reached = nsp_coverage * (ONE - interference)
    count = np.int32(0)
    for i in range(luck_now.size):
        flags = people.flags[i]
        touch = reached if flags & ppl.INJECTING != 0 else ZERO
        touch = ONE if flags & (ppl.OAT | ppl.ENGAGED) != 0 else touch
        touch = touch if flags & ppl.OPIOIDS != 0 else ZERO
        has = flags & ppl.KIT != 0
        there = flags & ppl.GONE == ppl.ALIVE
        h = kit_lost / YEAR if has else touch * kit_rate / YEAR
        h = h if there else ZERO
        held = flags & (ppl.KIT | ppl.GONE) == ppl.KIT
        count = np.int32(count + (np.int32(1) if held else np.int32(0)))
        code[i] |= np.int32(t.KIT) if luck_now[i] >= ONE - h else np.int32(0)
    return count
