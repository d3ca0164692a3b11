"""Contact: police stop, search or attend a person in a drug matter, and how it ends.

Weekly hazard = contact_rate / 52 x frailty x visibility (daily use, unstable housing) x group
ratio x enforcement of the area x visible use of the area, outside custody. Visible use moves away
from areas with more enforcement than others (process `displacement`). Something is found with
`found_simulated`. How a contact with a find ends is drawn by one uniform over endings in order of
severity: no action, warning, resolution, offer of case work, offer in place of arrest, arrest;
options shift shares between them. Whoever says no to an offer in place of arrest is arrested. A
warrant or a breach of supervision turns a contact into an
arrest. A contact may be felt as unfair and lowers trust; equipment may be taken from a person who
injects.

Sources: the place's own contacts and endings; E26 (groups), judge_contact_*, judge_found_simulated.
"""

from __future__ import annotations

import numpy as np

from offramp.model import luck
from offramp.model import people as ppl
from offramp.model import tallies as t
from offramp.model.kernel import kernel
from offramp.model.parameters import at
from offramp.model.processes import custody, deflection

ZERO, ONE = np.float32(0), np.float32(1)


@kernel
def hazard(people, p, here, out, luck_now, code):  # type: ignore[no-untyped-def]
    """Flag CONTACT; return expected contacts, and those with people who inject (exact integers)."""
    contact_rate = p[at.contact_rate]
    contact_daily = p[at.contact_daily]
    offending_stopped = p[at.offending_stopped]
    contact_unstable = p[at.contact_unstable]
    base = contact_rate * here.enforcement * here.visible * here.group_ratio
    base = base / (np.float32(52) * p[at.steps_a_week])
    total = np.int32(0)
    injecting = np.int32(0)
    for i in range(out.size):
        flags = people.flags[i]
        seen = contact_daily if flags & ppl.DAILY != 0 else ONE
        seen = seen if flags & ppl.USING != 0 else offending_stopped
        seen = seen * contact_unstable if flags & ppl.UNSTABLE != 0 else seen
        h = out[i] * base * people.police_frailty[i] * seen
        h = h if h < ONE else ONE
        exact = np.int32(h * t.EXACT)
        total = np.int32(total + (exact))
        injecting = np.int32(injecting + (exact if flags & ppl.INJECTING != 0 else np.int32(0)))
        code[i] |= np.int32(t.CONTACT) if luck_now[i] < h else np.int32(0)
    return total, injecting


@kernel
def endings(p):  # type: ignore[no-untyped-def]
    """Upper bounds on a uniform for: no action, warning, resolution for people who would otherwise
    have been left alone, resolutions of today, those in place of an arrest, offer of case work to
    people who would otherwise have been left alone, and offer of case work instead of arrest."""
    shifts = p[at.shift_to_no_action] + p[at.shift_to_warning] + p[at.shift_to_resolution]
    shifts = shifts + p[at.shift_to_deflection]
    scale = ONE / shifts if shifts > ONE else ONE
    lenient = ONE - p[at.ends_resolution] - p[at.ends_referral] - p[at.ends_arrest]
    lenient = lenient if lenient > ZERO else ZERO
    drawn_in = p[at.widen_to_resolution] + p[at.widen_to_deflection]
    keep = ONE - drawn_in if drawn_in < ONE else ZERO
    warned = p[at.ends_warning] if p[at.ends_warning] < lenient else lenient
    none = (lenient - warned) * keep + p[at.ends_arrest] * p[at.shift_to_no_action] * scale
    warning = warned * keep + p[at.ends_arrest] * p[at.shift_to_warning] * scale
    instead_of_arrest = p[at.ends_arrest] * p[at.shift_to_resolution] * scale
    widened = (
        lenient * (ONE - keep) * (p[at.widen_to_resolution] / drawn_in if drawn_in > ZERO else ZERO)
    )
    arrest = p[at.ends_arrest] * (ONE - shifts * scale)
    instead = p[at.ends_arrest] * p[at.shift_to_deflection] * scale
    drawn = none + warning + widened
    usual = drawn + p[at.ends_resolution]
    resolved = usual + instead_of_arrest
    return none, none + warning, drawn, usual, resolved, ONE - arrest - instead, ONE - arrest


@kernel
def _arrested(people, i, p, week, keys, person, tally):  # type: ignore[no-untyped-def]
    tally[t.N_POSSESSION_ARRESTS] += 1
    custody.arrested(people, i, p, week, keys, person, custody.POSSESSION, tally)


@kernel
def happens(people, i, p, ends, week, keys, person, tally, offers):  # type: ignore[no-untyped-def]
    """Person i is stopped this week. offers: who wants case work."""
    tally[t.N_CONTACTS] += 1
    if luck.uniform(keys[luck.UNFAIR], person) < p[at.unfair_contact]:
        tally[t.N_UNFAIR] += 1
        lower = people.trust[i] - p[at.trust_unfair]
        people.trust[i] = lower if lower > ZERO else ZERO
    else:
        higher = people.trust[i] + p[at.trust_fair]
        people.trust[i] = higher if higher < ONE else ONE
    if ppl.has(people, i, ppl.INJECTING):
        taken = luck.uniform(keys[luck.EQUIPMENT], person)
        if taken < p[at.equipment_taken]:
            people.equipment[i] = week + 1
            tally[t.N_EQUIPMENT_TAKEN] += 1
    found = luck.uniform(keys[luck.FOUND], person) < p[at.found_simulated] and ppl.has(
        people, i, ppl.USING
    )
    tally[t.N_FOUND] += 1 if found else 0
    breach = luck.uniform(keys[luck.BREACH], person)
    if ppl.has(people, i, ppl.WARRANT) and breach < p[at.warrant_arrest]:
        tally[t.N_WARRANT_ARRESTS] += 1
        ppl.turn_off(people, i, ppl.WARRANT)
        custody.arrested(people, i, p, week, keys, person, custody.OFFENCE, tally)
    elif found and week < people.supervised_until[i] and breach < p[at.breach_recall]:
        tally[t.N_WARRANT_ARRESTS] += 1
        custody.arrested(people, i, p, week, keys, person, custody.OFFENCE, tally)
    elif found:
        end = luck.uniform(keys[luck.HOW_IT_ENDS], person)
        if end < ends[0]:
            tally[t.N_NO_ACTION] += 1
        elif end < ends[1]:
            tally[t.N_WARNING] += 1
        elif end < ends[4]:
            tally[t.N_RESOLUTION] += 1
            spared = end >= ends[3]
            deflection.course(people, i, p, week, spared, keys, person, tally)
        elif end < ends[5]:
            tally[t.N_REFERRAL] += 1
            deflection.offered(people, i, p, deflection.BESIDE, keys, person, tally, offers)
        elif end < ends[6]:
            tally[t.N_REFERRAL] += 1
            tally[t.N_INSTEAD] += 1
            took = deflection.offered(people, i, p, deflection.INSTEAD, keys, person, tally, offers)
            if not took:
                _arrested(people, i, p, week, keys, person, tally)
        else:
            _arrested(people, i, p, week, keys, person, tally)
    elif luck.uniform(keys[luck.HOW_IT_ENDS], person) < p[at.social_referral]:
        tally[t.N_SOCIAL_REFERRALS] += 1
        deflection.offered(people, i, p, deflection.BESIDE, keys, person, tally, offers)
