"""Death from other causes than overdose.

Weekly hazard = death_rate / 52 x exp(death_age x (age - 40)) x use x housing x treatment. With the
risk clock it gives an all-cause ratio on treatment against off near 0.47 (oat_acm_rr_pooled),
which is checked, not put in.

Sources: judge_death_rate, judge_death_*, judge_oat_other_death.
"""

from __future__ import annotations

import numpy as np

from offramp.model import people as ppl
from offramp.model import tallies as t
from offramp.model.kernel import kernel
from offramp.model.parameters import at

ZERO, ONE = np.float32(0), np.float32(1)


@kernel
def hazard(people, p, week, luck_now, code):  # type: ignore[no-untyped-def]
    """Flag DIED (the high end of the overdose number); return expected deaths (exact)."""
    death_rate = p[at.death_rate]
    death_age = p[at.death_age]
    death_stopped = p[at.death_stopped]
    death_unstable = p[at.death_unstable]
    oat_other_death = p[at.oat_other_death]
    year = np.float32(52) * p[at.steps_a_week]
    base = death_rate * np.float32(np.exp(death_age * week / year)) / year
    total = np.int32(0)
    for i in range(luck_now.size):
        flags = people.flags[i]
        h = base * people.age_risk[i]
        h = h if flags & ppl.USING != 0 else h * death_stopped
        h = h * death_unstable if flags & ppl.UNSTABLE != 0 else h
        h = h * oat_other_death if flags & ppl.OAT != 0 else h
        h = h if flags & ppl.GONE == ppl.ALIVE else ZERO
        total = np.int32(total + (np.int32(h * t.EXACT)))
        code[i] |= np.int32(t.DIED) if luck_now[i] >= ONE - h else np.int32(0)
    return total
