"""Custody: time held, arrest to release, tolerance lost, treatment kept or broken off.

A stay has a kind (police detention, remand or jail, sentence) drawn by one uniform over kinds in
order of severity, and a length in days, exponential around the place's mean. A week in which
somebody is held for `d` days counts as d / 7 held, so short stays begin and end inside a step.
Tolerance lost = (1 - exp(-days / tolerance_days)) x (1 - used_inside). Treatment that is not
kept is broken off once the stay is longer than `missed_dose_days`; the clock of stopping starts
at release, and one that runs already stands still while held. A night in a cell is not a sentence.

Sources: judge_tolerance_days, judge_missed_dose_days, judge_used_inside; lengths from the place.
"""

from __future__ import annotations

import numpy as np

from offramp.model import luck
from offramp.model import people as ppl
from offramp.model import tallies as t
from offramp.model.kernel import kernel
from offramp.model.parameters import at

ZERO, ONE, SEVEN = np.float32(0), np.float32(1), np.float32(7)
# What an arrest is for: not plain True and False, for each of which `arrested` would be compiled.
POSSESSION, OFFENCE = np.bool_(True), np.bool_(False)


@kernel
def time_held(people, p, week, out, code):  # type: ignore[no-untyped-def]
    """Begin the week: out[i] = share of it outside custody (0 for people not there).

    Moves `days_left` on; code[i] becomes RELEASED, ENTERS or 0. Returns held person-weeks (exact)
    and people there.
    """
    step = SEVEN / p[at.steps_a_week]
    held_sum = np.int32(0)
    there_sum = np.int32(0)
    for i in range(out.size):
        flags = people.flags[i]
        inside = flags & ppl.CUSTODY != 0
        there = flags & ppl.GONE == ppl.ALIVE
        left = people.days_left[i]
        held = (left if left < step else step) / step
        held = held if inside else ZERO
        held = held if there else ZERO
        out[i] = ONE - held if there else ZERO
        held_sum = np.int32(held_sum + np.int32(held * t.EXACT))
        there_sum = np.int32(there_sum + (np.int32(1) if there else np.int32(0)))
        ends = left if inside else np.float32(9999)
        code[i] = np.int32(t.RELEASED) if ends <= step else np.int32(0)
    now = np.int16(week)
    for i in range(out.size):
        rest = people.days_left[i] - step
        people.days_left[i] = rest if rest > ZERO else ZERO
        new = np.int32(t.ENTERS) if people.flags[i] & ppl.GONE == ppl.NOT_YET else np.int32(0)
        code[i] = new if people.entry[i] == now else code[i]
    return held_sum, there_sum


@kernel
def arrested(people, i, p, week, keys, person, possession, tally):  # type: ignore[no-untyped-def]
    """Take person i into custody. possession: POSSESSION (alone) or OFFENCE."""
    weight = p[at.possession_remand] if possession else ONE
    sentenced = p[at.custody_sentenced] * weight
    charged = p[at.custody_charged] * weight
    kind = luck.uniform(keys[luck.CUSTODY_KIND], person)
    length = luck.uniform(keys[luck.CUSTODY_DAYS], person)
    mean = p[at.days_detention]
    where = ppl.DETAINED
    if kind >= ONE - sentenced:
        mean = p[at.days_sentence]
        where = ppl.SENTENCE
        tally[t.N_SENTENCED] += 1
    elif kind >= ONE - sentenced - charged:
        mean = p[at.days_remand]
        where = ppl.REMAND
        tally[t.N_REMANDED] += 1
    else:
        tally[t.N_DETAINED] += 1
    ppl.set_field(people, i, ppl.CUSTODY, where)
    days = np.float32(-mean * np.log(ONE - length))
    days = days if days > np.float32(0.05) else np.float32(0.05)
    people.days_left[i] = days
    lost = ONE - np.float32(np.exp(-days / p[at.tolerance_days]))
    lost = lost * (ONE - p[at.used_inside])
    step = SEVEN / p[at.steps_a_week]
    month = np.int32(4 * p[at.steps_a_week])
    since = week - people.released[i]
    left = people.tolerance_lost[i] if since < month else ZERO
    fallen = since >= month // 2 and p[at.release_peak] > p[at.release_tail]  # to its tail
    left = left * (p[at.release_tail] - ONE) / (p[at.release_peak] - ONE) if fallen else left
    if left > lost:  # the clock of that release stands still
        people.released[i] += np.int32(days / step + np.float32(0.5))
    else:
        people.tolerance_lost[i] = lost
        people.released[i] = ppl.NEVER
    ppl.turn_on(people, i, ppl.RECORD)
    ppl.turn_off(people, i, ppl.INSTEAD)
    missed = luck.uniform(keys[luck.WARRANT], person)
    ppl.turn_off(people, i, ppl.WARRANT)  # whoever is arrested is brought before the court
    if where != ppl.SENTENCE and missed < p[at.warrant_from_charge]:
        ppl.turn_on(people, i, ppl.WARRANT)
    kept = luck.uniform(keys[luck.TREATMENT_KEPT], person)
    ppl.turn_off(people, i, ppl.LEFT_ON_OAT)
    if ppl.has(people, i, ppl.OAT):
        if days > p[at.missed_dose_days] and kept >= p[at.oat_continued_custody]:
            ppl.turn_off(people, i, ppl.OAT)
            people.stopped[i] = week + np.int32(days / step) + 2  # the week after release
            tally[t.N_OAT_CUSTODY_EXITS] += 1
    else:
        if people.stopped[i] > week - month:  # the clock of stopping stands still while held
            people.stopped[i] += np.int32(days / step + np.float32(0.5))
        uses = ppl.has(people, i, ppl.OPIOIDS) and ppl.has(people, i, ppl.USING)
        if uses and days > SEVEN and where != ppl.DETAINED and kept < p[at.oat_started_custody]:
            ppl.turn_on(people, i, ppl.OAT)
            ppl.turn_off(people, i, ppl.WAITING)
            people.oat_since[i] = week
            tally[t.N_OAT_CUSTODY_STARTS] += 1


@kernel
def released(people, i, p, week, keys, person, tally):  # type: ignore[no-untyped-def]
    """Let person i go: the release clock starts, treatment is carried on or lost."""
    where = people.flags[i] & ppl.CUSTODY
    if where == ppl.SENTENCE:
        people.supervised_until[i] = week + np.int32(p[at.supervision_weeks] * p[at.steps_a_week])
    ppl.turn_off(people, i, ppl.CUSTODY)
    if people.released[i] == ppl.NEVER:
        people.released[i] = week + 1
    tally[t.N_RELEASED] += 1
    if ppl.has(people, i, ppl.OAT):
        ppl.turn_on(people, i, ppl.LEFT_ON_OAT)
        stays = luck.uniform(keys[luck.STAYS], person)
        if where != ppl.DETAINED and stays >= p[at.oat_at_release_linked]:
            ppl.turn_off(people, i, ppl.OAT)
            people.stopped[i] = week + 1
            tally[t.N_OAT_CUSTODY_EXITS] += 1
    gets = luck.uniform(keys[luck.RELEASE_KIT], person)
    if gets < p[at.kit_at_release] and ppl.has(people, i, ppl.OPIOIDS):
        ppl.turn_on(people, i, ppl.KIT)
        tally[t.N_RELEASE_KITS] += 1
