"""Services: naloxone kits in people's hands; injecting in public, which leaves syringes behind.

A person in touch with services gets a kit at `kit_rate` a year and loses it at `kit_lost`.
Everybody in treatment or on case work is in touch, those who inject as far as needle programmes
reach, and of others who use opioids the share `kit_reach_other`; those who trust police less are
reached less (`trust_services`). The share of people in the area with a kit, times `kit_shared`, is
the chance that a witness has one at hand (the coupling "kits").

Sources: judge_kit_rate, judge_kit_lost, judge_kit_shared, judge_kit_reach_other.
"""

from __future__ import annotations

import numpy as np

from offramp.model import luck
from offramp.model import people as ppl
from offramp.model import tallies as t
from offramp.model.kernel import kernel
from offramp.model.parameters import at
from offramp.model.processes.overdose import by_trust

ZERO, ONE, YEAR = np.float32(0), np.float32(1), np.float32(52)


@kernel
def hazard(people, p, luck_now, code):  # type: ignore[no-untyped-def]
    """Flag KIT; return kits held. Getting and losing one have windows of their own: whoever has a
    kit with few kits about also has it with more."""
    nsp_coverage = p[at.nsp_coverage]
    interference = p[at.interference]
    kit_lost = p[at.kit_lost]
    kit_rate = p[at.kit_rate]
    other = p[at.kit_reach_other]
    reached = nsp_coverage * (ONE - interference)
    year = YEAR * p[at.steps_a_week]
    trust_start, trust_services = p[at.trust_start], p[at.trust_services]
    count = np.int32(0)
    for i in range(luck_now.size):
        flags = people.flags[i]
        touch = reached if flags & ppl.INJECTING != 0 else other
        touch = touch * by_trust(people.trust[i], trust_start, trust_services)
        touch = touch if touch < ONE else ONE
        touch = ONE if flags & (ppl.OAT | ppl.ENGAGED) != 0 else touch
        touch = touch if flags & ppl.OPIOIDS != 0 else ZERO
        has = flags & ppl.KIT != 0
        there = flags & ppl.GONE == ppl.ALIVE
        gain = luck.AT_KIT if has else luck.AT_KIT + touch * kit_rate / year
        lose = luck.AT_KIT_LOST + kit_lost / year if has else luck.AT_KIT_LOST
        held = flags & (ppl.KIT | ppl.GONE) == ppl.KIT
        count = np.int32(count + (np.int32(1) if held else np.int32(0)))
        u = luck_now[i]
        early = np.int32(t.KIT) if u < lose else np.int32(0)
        early = np.int32(0) if u < luck.AT_KIT_LOST else early
        late = np.int32(t.KIT) if u < gain else np.int32(0)
        changes = early if u < luck.AT_KIT else late
        code[i] |= changes if there else np.int32(0)
    return count


@kernel
def injecting_in_public(people, p, here, out):  # type: ignore[no-untyped-def]
    """Expected person-weeks of injecting in public places (exact): what litters the street."""
    public_unstable, public_stable = p[at.public_unstable], p[at.public_stable]
    elsewhere = ONE - p[at.site_share]
    visible = here.visible * elsewhere
    total = np.int32(0)
    for i in range(out.size):
        flags = people.flags[i]
        public = public_unstable if flags & ppl.UNSTABLE != 0 else public_stable
        public = public * visible
        public = public if public < ONE else ONE
        share = out[i] * public if flags & ppl.INJECTING != 0 else ZERO
        total = np.int32(total + np.int32(share * t.EXACT))
    return total
