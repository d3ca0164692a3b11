"""Spells of treatment: how long until the next change, fixed by person and spell.

A change of treatment (entering the queue, leaving) happens when the hazard added up since the last
change passes a number drawn once for each spell, exponential with mean 1 and a pure function of
(seed, draw, person, spell). So a higher hazard makes the same change come earlier, whatever the
week, and a spell that begins at another time in another scenario lasts as long there: differences
between scenarios carry little chance.
"""

from __future__ import annotations

import numpy as np

from offramp.model import luck
from offramp.model.kernel import door, kernel

ONE = np.float32(1)


@kernel
def begin(people, i, stream, person):  # type: ignore[no-untyped-def]
    """Begin person i's next spell: the hazard it lasts. stream: of luck.SPELL, of no week."""
    people.spell[i] += np.int16(1)
    which = np.uint32(np.uint32(person) + np.uint32(people.spell[i]) * np.uint32(1_000_003))
    people.patience[i] = -np.log(ONE - luck.uniform(stream, which))


@door
def begin_all(people, seed, draw):  # type: ignore[no-untyped-def]
    """Begin everybody's first spell."""
    stream = luck.key(seed, draw, np.int32(0), luck.SPELL)
    for i in range(np.int32(people.flags.size)):
        people.spell[i] = np.int16(-1)
        begin(people, i, stream, np.uint32(i))
