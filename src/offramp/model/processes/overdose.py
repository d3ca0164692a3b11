"""Overdose, and the chain of survival.

Weekly hazard = overdose_rate / 52 x lasting frailty x use (daily, injecting, benzodiazepines or
alcohol, unstable housing) x strength x disruption x risk clock (opioids; people who use only
stimulants: `stimulant_share`, no clock), outside custody.

An overdose happens at home with nobody near, at home with others, in public, or (share
`site_share` of injecting) in a supervised site. Unseen, the chance of death is `fatal_alone`. In a
site staff see it (`site_seen`), treat it (`site_help`) and call an ambulance for some
(`site_called`). Elsewhere, if seen, a kit may be at hand and used, and help may be called: at home
or in the street, less when the person is under warrant (that of a witness is not modelled), more
when protection from police is known, and more or less by the person's trust in police
(`trust_call`). Of called ones `police_first` are reached by police before the ambulance,
`police_carry` of them with naloxone. Naloxone acts on overdoses that opioids have part in: all of
people who use opioids, `stimulants_with_opioids` of the others. Each step multiplies the chance of
death by something between 0 and 1, so more naloxone never raises it.

Sources: judge_overdose_*, judge_stimulants_with_opioids, judge_fatal_share, judge_called_*,
judge_kit_used, judge_kit_help, judge_police_help, judge_site_*; each says which studies it starts
from.
"""

from __future__ import annotations

import numpy as np

from offramp.model import luck
from offramp.model import people as ppl
from offramp.model import tallies as t
from offramp.model.kernel import kernel
from offramp.model.parameters import at
from offramp.model.processes import custody

ZERO, ONE = np.float32(0), np.float32(1)


@kernel
def hazard(people, p, here, out, risk, luck_now, code, h):  # type: ignore[no-untyped-def]
    """Write the weekly hazard into h, flag OVERDOSE, return expected overdoses (exact)."""
    overdose_rate = p[at.overdose_rate]
    overdose_daily = p[at.overdose_daily]
    overdose_injecting = p[at.overdose_injecting]
    overdose_co_use = p[at.overdose_co_use]
    overdose_unstable = p[at.overdose_unstable]
    stimulant_share = p[at.stimulant_share]
    base = overdose_rate * here.strength * here.disruption / (np.float32(52) * p[at.steps_a_week])
    total = np.int32(0)
    for i in range(out.size):
        flags = people.flags[i]
        often = overdose_daily if flags & ppl.DAILY != 0 else ONE
        often = often if flags & ppl.USING != 0 else ZERO
        how = overdose_injecting if flags & ppl.INJECTING != 0 else ONE
        how = how * overdose_co_use if flags & ppl.CO_USE != 0 else how
        how = how * overdose_unstable if flags & ppl.UNSTABLE != 0 else how
        kind = risk[i] if flags & ppl.OPIOIDS != 0 else stimulant_share
        value = out[i] * base * people.overdose_frailty[i] * often * how * kind
        value = value if value < ONE else ONE
        h[i] = value
        total = np.int32(total + (np.int32(value * t.EXACT)))
        code[i] |= np.int32(t.OVERDOSE) if luck_now[i] < value else np.int32(0)
    return total


@kernel
def called(p):  # type: ignore[no-untyped-def]
    """Chance that help is called for a seen overdose: (home, public)."""
    eased = p[at.call_fear] * p[at.call_protection] * p[at.policy_known]
    home = p[at.called_home] + (ONE - p[at.called_home]) * eased
    street = p[at.called_street] + (ONE - p[at.called_street]) * eased
    return home, street


@kernel
def by_trust(trust, usual, slope):  # type: ignore[no-untyped-def]
    """What trust does to calling and to use of services: 1 + slope x (trust - usual), not below
    0."""
    value = ONE + slope * (trust - usual)
    return value if value > ZERO else ZERO


@kernel
def nobody_near(p, enforcement):  # type: ignore[no-untyped-def]
    """Share of overdoses at home with nobody near; enforcement may push use out of sight."""
    floor = enforcement if enforcement > np.float32(0.0625) else np.float32(0.0625)
    alone = p[at.home_alone] * np.float32(np.exp(p[at.solitary_shift] * np.log2(floor)))
    return alone if alone < ONE else ONE


@kernel
def fatal(people, p, here, h, death):  # type: ignore[no-untyped-def]
    """Write the chance of death in an overdose into death (float32).

    Returns expected deaths, hazard x relative chance (death / fatal_alone), and overdoses that
    help attends, all exact.
    """
    police_first = p[at.police_first]
    police_carry = p[at.police_carry]
    police_help = p[at.police_help]
    ambulance_help = p[at.ambulance_help]
    co_use_blunts = p[at.co_use_blunts]
    kit_help = p[at.kit_help]
    kit_used = p[at.kit_used]
    warrant_call = p[at.warrant_call]
    public_unstable = p[at.public_unstable]
    public_stable = p[at.public_stable]
    seen_public = p[at.seen_public]
    seen_home = p[at.seen_home]
    site_share = p[at.site_share]
    site_seen = p[at.site_seen]
    site_help = p[at.site_help]
    site_called = p[at.site_called]
    fatal_alone = p[at.fatal_alone]
    home, street = called(p)
    alone = nobody_near(p, here.enforcement)
    trust_call = p[at.trust_call]
    usual = p[at.trust_start]
    visible = here.visible
    first = police_first * police_carry
    unblunted = ONE - co_use_blunts
    mixed = p[at.stimulants_with_opioids]
    kits_near = here.kits_near
    kits_near_own = kits_near + (ONE - kits_near) * p[at.kit_shared]
    deaths = np.int32(0)
    weight = np.int32(0)
    attended = np.int32(0)
    for i in range(h.size):
        flags = people.flags[i]
        works = mixed if flags & ppl.OPIOIDS == 0 else ONE
        works = works * unblunted if flags & ppl.CO_USE != 0 else works
        saved = ambulance_help * (ONE - first * (ONE - police_help) * works)
        near = kits_near if flags & ppl.KIT == 0 else kits_near_own
        kit = ONE - kit_used * near * (ONE - kit_help) * works
        lost = ONE - warrant_call if flags & ppl.WARRANT != 0 else ONE
        lost = lost * by_trust(people.trust[i], usual, trust_call)
        c_home = home * lost
        c_home = c_home if c_home < ONE else ONE
        c_street = street * lost
        c_street = c_street if c_street < ONE else ONE
        at_home = kit * (ONE - c_home * (ONE - saved))
        at_street = kit * (ONE - c_street * (ONE - saved))
        public = public_unstable if flags & ppl.UNSTABLE != 0 else public_stable
        public = public * visible
        public = public if public < ONE else ONE
        company = (ONE - public) * (ONE - alone)
        chance = public * (ONE - seen_public + seen_public * at_street)
        chance = chance + company * (ONE - seen_home + seen_home * at_home)
        chance = chance + (ONE - public) * alone
        site = site_share if flags & ppl.INJECTING != 0 else ZERO
        in_site = site_help * (ONE - site_called * (ONE - saved))
        in_site = ONE - site_seen + site_seen * in_site
        chance = chance * (ONE - site) + site * in_site
        value = chance * fatal_alone
        value = value if value < ONE else ONE
        death[i] = value
        expected = h[i] * value
        deaths = np.int32(deaths + (np.int32(expected * t.FINE)))
        weight = np.int32(weight + (np.int32(h[i] * chance * t.EXACT)))
        helped = public * seen_public * c_street + company * seen_home * c_home
        helped = helped * (ONE - site) + site * site_seen * site_called
        attended = np.int32(attended + (np.int32(h[i] * helped * t.EXACT)))
    return deaths, weight, attended


@kernel
def settings(people, p, here, h):  # type: ignore[no-untyped-def]
    """Expected overdoses with nobody near, in public, and in a supervised site (exact)."""
    alone = nobody_near(p, here.enforcement)
    public_unstable, public_stable = p[at.public_unstable], p[at.public_stable]
    site_share = p[at.site_share]
    visible = here.visible
    by_self = np.int32(0)
    in_public = np.int32(0)
    in_site = np.int32(0)
    for i in range(h.size):
        flags = people.flags[i]
        site = site_share if flags & ppl.INJECTING != 0 else ZERO
        public = public_unstable if flags & ppl.UNSTABLE != 0 else public_stable
        public = public * visible
        public = public if public < ONE else ONE
        elsewhere = h[i] * (ONE - site)
        by_self = np.int32(by_self + np.int32(elsewhere * (ONE - public) * alone * t.EXACT))
        in_public = np.int32(in_public + np.int32(elsewhere * public * t.EXACT))
        in_site = np.int32(in_site + np.int32(h[i] * site * t.EXACT))
    return by_self, in_public, in_site


@kernel
def attended(people, i, p, here, death):  # type: ignore[no-untyped-def]
    """Chance that help attended person i's overdose, of those who live and of those who die."""
    flags = people.flags[i]
    home, street = called(p)
    public = p[at.public_unstable] if flags & ppl.UNSTABLE != 0 else p[at.public_stable]
    public = public * here.visible if public * here.visible < ONE else ONE
    company = (ONE - public) * (ONE - nobody_near(p, here.enforcement))
    lost = ONE - p[at.warrant_call] if flags & ppl.WARRANT != 0 else ONE
    lost = lost * by_trust(people.trust[i], p[at.trust_start], p[at.trust_call])
    street = street * lost if street * lost < ONE else ONE
    home = home * lost if home * lost < ONE else ONE
    site = p[at.site_share] if flags & ppl.INJECTING != 0 else ZERO
    in_site = site * p[at.site_seen] * p[at.site_called]
    chance = public * p[at.seen_public] * street + company * p[at.seen_home] * home
    chance = chance * (ONE - site)
    works = p[at.stimulants_with_opioids] if flags & ppl.OPIOIDS == 0 else ONE
    works = works * (ONE - p[at.co_use_blunts]) if flags & ppl.CO_USE != 0 else works
    officer = p[at.police_first] * p[at.police_carry] * (ONE - p[at.police_help]) * works
    near = here.kits_near + (ONE - here.kits_near) * p[at.kit_shared]
    near = near if flags & ppl.KIT != 0 else here.kits_near
    kit = p[at.kit_used] * near * (ONE - p[at.kit_help]) * works
    fatal_here = p[at.fatal_alone] * p[at.ambulance_help] * (ONE - officer)
    both = (chance * (ONE - kit) + in_site * p[at.site_help]) * fatal_here  # attended, and dies
    both = both if both < death else death
    lives, dies = ONE - death, death
    of_living = (chance + in_site - both) / lives if lives > ZERO else ZERO
    return of_living, both / dies if dies > ZERO else ZERO


@kernel
def happens(people, i, p, here, death, week, keys, person, tally):  # type: ignore[no-untyped-def]
    """Person i overdoses: dies, or lives and may be visited, or arrested at the scene. Help attends
    some of both."""
    tally[t.N_OVERDOSES] += 1
    helped, lost = attended(people, i, p, here, death)
    dies = luck.uniform(keys[luck.FATAL], person) < death
    comes = luck.uniform(keys[luck.CALLED], person) < (lost if dies else helped)
    tally[t.N_ATTENDED] += 1 if comes else 0
    if dies:
        ppl.set_field(people, i, ppl.GONE, ppl.DIED_OVERDOSE)
        tally[t.N_OVERDOSE_DEATHS] += 1
    elif comes:
        people.overdosed[i] = week + 1
        ppl.turn_off(people, i, ppl.FOLLOWED)
        visit = luck.uniform(keys[luck.FOLLOWED_UP], person)
        if visit < p[at.followup_reach]:
            ppl.turn_on(people, i, ppl.FOLLOWED)
            tally[t.N_FOLLOWED] += 1
        scene = luck.uniform(keys[luck.SCENE], person)
        if scene < p[at.attended_police] * p[at.arrest_at_overdose]:
            tally[t.N_SCENE_ARRESTS] += 1
            lower = people.trust[i] - p[at.trust_unfair]
            people.trust[i] = lower if lower > ZERO else ZERO
            if people.flags[i] & ppl.CUSTODY == 0:
                custody.arrested(people, i, p, week, keys, person, custody.POSSESSION, tally)
