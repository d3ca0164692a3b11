"""A trial inside the model: everybody is arrested on the same day, or offered case work instead."""

from __future__ import annotations

import numpy as np

from offramp.model import luck
from offramp.model import people as ppl
from offramp.model.kernel import door
from offramp.model.parameters import at
from offramp.model.processes import custody


@door
def begin(people, p, week, seed, draw, keys, offered, tally):  # type: ignore[no-untyped-def]
    """Arrest everybody alive and free; if `offered`, those who accept enter case work instead.

    Returns how many took part. Luck is that of (seed, draw, week), so the two arms are pairs.
    """
    for event in range(luck.EVENTS):
        keys[event] = luck.key(seed, draw, week, event)
    taken = 0
    for i in range(np.int32(people.flags.size)):
        if people.flags[i] & (ppl.GONE | ppl.CUSTODY) == 0:
            taken += 1
            accepts = luck.uniform(keys[luck.ACCEPTS], np.uint32(i)) < p[at.study_accept]
            if offered and accepts:
                ppl.turn_on(people, i, ppl.ENGAGED | ppl.INSTEAD)
                if luck.uniform(keys[luck.ATTENDS], np.uint32(i)) < p[at.warrant_cleared]:
                    ppl.turn_off(people, i, ppl.WARRANT)
            else:
                custody.arrested(
                    people, i, p, np.int32(week), keys, np.uint32(i), custody.POSSESSION, tally
                )
    return taken
