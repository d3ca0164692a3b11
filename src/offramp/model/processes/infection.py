"""Sharing and infection: HIV and hepatitis C among people who inject.

Weekly hazard = sharing_week x chance that the other person in the area is infectious x risk per
sharing x multipliers for treatment, needle programmes (for the share reached), unstable housing,
equipment taken by police in the last half year (with `taken_weight` of its log odds ratio), and
release from custody in the last half year (`after_custody_sharing`: what is left of the published
association once treatment, equipment and housing are counted; its range includes none). Nobody
shares in a supervised site (`site_share` of injecting).
As many are infected as lose the infection or come back to injecting without it, so that the place's
shares go on (`model/steady.py`): sharing_week follows from hepatitis C, which is cleared, and
hiv_event from HIV, which nobody loses and nobody brings along who comes into scope. People move
from HIV that is not known to known, suppressed, and back from there; as many lose suppression as
reach it, and nobody with a suppressed virus infects. Mixing is by area; the chance that the other
is infectious is last week's share among people who inject (the coupling "infection").

Sources: judge_hiv_suppressed_share, inf_hcv_event, oat_hiv_rr, oat_hcv_rr, nsp_hiv_rr, nsp_hcv_rr,
house_hiv, house_hcv, derived_taken_sharing.
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
def hazard(people, p, here, week, out, luck_now, code, h):  # type: ignore[no-untyped-def]
    """Flag new infections and the next step of old ones; return expected HIV and HCV (exact).

    h: scratch, as long as out.
    """
    nsp_coverage = p[at.nsp_coverage]
    interference = p[at.interference]
    elsewhere = ONE - p[at.site_share]
    sharing_week = p[at.sharing_week] * elsewhere / p[at.steps_a_week]
    year = np.float32(52) * p[at.steps_a_week]
    after_custody = p[at.after_custody_sharing]
    hiv_event = p[at.hiv_event]
    nsp_hiv = p[at.nsp_hiv]
    hcv_event = p[at.hcv_event]
    nsp_hcv = p[at.nsp_hcv]
    taken_sharing = p[at.taken_sharing]
    taken_weight = p[at.taken_weight]
    oat_hiv = p[at.oat_hiv]
    house_hiv = p[at.house_hiv]
    oat_hcv = p[at.oat_hcv]
    house_hcv = p[at.house_hcv]
    hiv_diagnosed = p[at.hiv_diagnosed]
    hiv_suppressed = p[at.hiv_suppressed]
    suppression_lost = p[at.suppression_lost]
    hcv_cleared = p[at.hcv_cleared]
    reached = nsp_coverage * (ONE - interference)
    base_hiv = sharing_week * here.infectious_hiv * hiv_event
    base_hiv = base_hiv * (ONE + reached * (nsp_hiv - ONE))
    base_hcv = sharing_week * here.infectious_hcv * hcv_event / np.float32(100)
    base_hcv = base_hcv * (ONE + reached * (nsp_hcv - ONE))
    taken = np.float32(np.exp(taken_sharing * taken_weight))
    half_year = np.int16(week - np.int32(26 * p[at.steps_a_week]))
    hiv_sum = np.int32(0)
    hcv_sum = np.int32(0)
    for i in range(out.size):
        share = out[i] if people.flags[i] & ppl.INJECTING != 0 else ZERO
        share = share * taken if people.equipment[i] > half_year else share
        h[i] = share * after_custody if people.released[i] > half_year else share
    for i in range(out.size):
        flags = people.flags[i]
        share = h[i]
        on = flags & ppl.OAT != 0
        loose = flags & ppl.UNSTABLE != 0
        hiv = share * base_hiv * (oat_hiv if on else ONE) * (house_hiv if loose else ONE)
        hcv = share * base_hcv * (oat_hcv if on else ONE) * (house_hcv if loose else ONE)
        hiv = hiv if flags & ppl.HIV == 0 else ZERO
        hcv = hcv if flags & ppl.HCV != ppl.HCV_CHRONIC else ZERO
        hiv_sum = np.int32(hiv_sum + (np.int32(hiv * t.FINE)))
        hcv_sum = np.int32(hcv_sum + (np.int32(hcv * t.FINE)))
        flag = np.int32(t.INFECTED_HIV) if luck_now[i] < hiv else np.int32(0)
        code[i] |= np.int32(t.INFECTED_HCV) if luck_now[i] >= ONE - hcv else flag
    next_hiv_1 = luck.AT_HIV_STEP + hiv_diagnosed / year
    next_hiv_2 = luck.AT_HIV_STEP + hiv_suppressed / year
    back_hiv = luck.AT_HIV_STEP + suppression_lost / year
    clear = luck.AT_HCV_CLEARS + hcv_cleared / year
    for i in range(out.size):
        flags = people.flags[i]
        u = luck_now[i]
        stage = flags & ppl.HIV
        upper = next_hiv_1 if stage == ppl.HIV_UNDIAGNOSED else ZERO
        upper = next_hiv_2 if stage == ppl.HIV_DIAGNOSED else upper
        upper = back_hiv if stage == ppl.HIV_SUPPRESSED else upper
        upper = ZERO if u < luck.AT_HIV_STEP else upper
        flag = np.int32(t.HIV_STEP) if u < upper else np.int32(0)
        until = clear if flags & ppl.HCV == ppl.HCV_CHRONIC else ZERO
        until = ZERO if u < luck.AT_HCV_CLEARS else until
        clears = u < until
        there = flags & ppl.GONE == ppl.ALIVE
        flag = np.int32(t.HCV_CLEARS) if clears else flag
        code[i] |= flag if there else np.int32(0)
    return hiv_sum, hcv_sum


@kernel
def happens(people, i, flags, tally):  # type: ignore[no-untyped-def]
    """Person i is infected, or an infection moves on; flags: the week's bits."""
    if flags & t.INFECTED_HIV:
        ppl.set_field(people, i, ppl.HIV, ppl.HIV_UNDIAGNOSED)
        tally[t.N_HIV] += 1
    elif flags & t.HIV_STEP:
        suppressed = people.flags[i] & ppl.HIV == ppl.HIV_SUPPRESSED
        people.flags[i] += np.int32(-ppl.HIV_UNDIAGNOSED if suppressed else ppl.HIV_UNDIAGNOSED)
    if flags & t.INFECTED_HCV:
        ppl.set_field(people, i, ppl.HCV, ppl.HCV_CHRONIC)
        tally[t.N_HCV] += 1
    elif flags & t.HCV_CLEARS:
        ppl.set_field(people, i, ppl.HCV, ppl.HCV_CLEARED)
