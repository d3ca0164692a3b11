"""The risk clock: how far treatment, stopping and release move overdose risk, week by week.

One set of multipliers on opioid-overdose hazard against off treatment and tolerant = 1. On
treatment `oat_stable`, in the first two weeks `oat_start`; after stopping `stop_weeks_1_2`, then
`stop_weeks_3_4`; after release `release_peak` in weeks 1-2 and `release_tail` in weeks 3-4, both
reached in proportion to the tolerance lost (from 1, or from the value on treatment where that is
lower), and times `oat_at_release` for people who left custody on treatment. States that share the
mechanism (lost tolerance) take the maximum, never the product. The clock of stopping stands still
in custody (process `custody`).

Sources: derived_oat_stable, derived_oat_start, derived_stop_w12, derived_stop_w34 (Cornish 2010),
derived_release_w12, epi_rel_w34 (Merrall 2010), oat_prison_eng (Marsden 2017).
"""

from __future__ import annotations

import numpy as np

from offramp.model import people as ppl
from offramp.model.kernel import kernel
from offramp.model.parameters import at

ZERO, ONE = np.float32(0), np.float32(1)


@kernel
def level(people, p, week, risk):  # type: ignore[no-untyped-def]
    """Write each person's multiplier into risk (float32; 1 = off treatment, tolerant)."""
    oat_start = p[at.oat_start]
    oat_stable = p[at.oat_stable]
    stop_weeks_3_4 = p[at.stop_weeks_3_4]
    stop_weeks_1_2 = p[at.stop_weeks_1_2]
    release_peak = p[at.release_peak]
    release_tail = p[at.release_tail]
    oat_at_release = p[at.oat_at_release]
    fortnight = np.int32(2 * p[at.steps_a_week])
    two_ago, four_ago = np.int16(week - fortnight), np.int16(week - 2 * fortnight)
    for i in range(risk.size):
        flags = people.flags[i]
        steady = oat_start if people.oat_since[i] > two_ago else oat_stable
        left = people.stopped[i]
        stopped = stop_weeks_3_4 if left > four_ago else ONE
        stopped = stop_weeks_1_2 if left > two_ago else stopped
        value = steady if flags & ppl.OAT != 0 else stopped
        out = people.released[i]
        peak = release_peak if out > two_ago else release_tail
        without = value if value < ONE else ONE
        peak = without + (peak - without) * people.tolerance_lost[i]
        peak = peak * oat_at_release if flags & ppl.LEFT_ON_OAT != 0 else peak
        peak = peak if out > four_ago else ZERO
        risk[i] = peak if peak > value else value
