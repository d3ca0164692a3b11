"""Deflection: from an offer of case work to entering, staying and leaving; courses.

An offer is accepted with `deflection_accept`; whoever accepts enters next week if a caseload place
is free (who comes first is a key of person and week), and the offer lapses otherwise. An engaged
person leaves at 1 / engaged_weeks a week. Warrants are settled for a share of those who enter. A
resolution leads to a course that `course_attended` of people attend; missing it leaves a warrant
with `warrant_from_citation`. What engagement and courses do to offending and treatment stands in
those processes. It differs between what is done instead of an arrest and what is done to people who
would have been left alone (net-widening): case work changes their offending by a factor of its own,
a course not at all.

Sources: judge_deflection_accept (D29, D35), judge_engaged_weeks, judge_course_attended,
judge_warrant_from_citation.
"""

from __future__ import annotations

import numpy as np

from offramp.model import luck
from offramp.model import people as ppl
from offramp.model import tallies as t
from offramp.model.kernel import kernel
from offramp.model.parameters import at
from offramp.model.processes.treatment import smallest_first, stratum_of

ZERO, ONE = np.float32(0), np.float32(1)
# Of arrest or of nothing: not plain True and False, for each of which `offered` would be compiled.
INSTEAD, BESIDE = np.bool_(True), np.bool_(False)


@kernel
def offered(people, i, p, instead, keys, person, tally, offers):  # type: ignore[no-untyped-def]
    """Person i is offered case work; says whether it is accepted. offers: int32[people + 1], how
    many accepted, then who.

    instead: INSTEAD (of an arrest) or BESIDE (nothing would have followed).
    """
    accepts = luck.uniform(keys[luck.ACCEPTS], person) < p[at.deflection_accept]
    if accepts and people.flags[i] & (ppl.ENGAGED | ppl.OFFERED) == 0:
        ppl.turn_on(people, i, ppl.OFFERED)
        ppl.turn_off(people, i, ppl.INSTEAD)
        if instead:
            ppl.turn_on(people, i, ppl.INSTEAD)
        offers[0] += 1
        offers[offers[0]] = person
        tally[t.N_ACCEPTED] += 1
    return accepts


@kernel
def admit(people, strata, p, week, seed, draw, room, caseload, tallies):  # type: ignore[no-untyped-def]
    """Let in those who accepted last week, as far as there are places (caseload: now, places)."""
    offers, keys, who = room.offers, room.keys, room.who
    waiting = np.int64(0)
    stream = luck.key(seed, draw, week, luck.CASEWORK_QUEUE)
    for k in range(1, offers[0] + 1):
        i = offers[k]
        if people.flags[i] & ppl.OFFERED != 0:
            keys[waiting] = luck.uniform(stream, np.uint32(i))
            who[waiting] = i
            waiting += 1
    offers[0] = 0
    free = caseload[1] - caseload[0]
    free = free if free > 0 else 0
    taken = free if free < waiting else waiting
    if taken < waiting:
        smallest_first(keys, who, taken, waiting)
    settle = luck.key(seed, draw, week, luck.ATTENDS)
    for k in range(waiting):
        i = who[k]
        tally = tallies[stratum_of(strata, i)]
        ppl.turn_off(people, i, ppl.OFFERED)
        if k < taken:
            ppl.turn_on(people, i, ppl.ENGAGED)
            caseload[0] += 1
            tally[t.N_ENGAGED] += 1
            if luck.uniform(settle, np.uint32(i)) < p[at.warrant_cleared]:
                ppl.turn_off(people, i, ppl.WARRANT)
        else:
            ppl.turn_off(people, i, ppl.INSTEAD)
            tally[t.N_OFFERS_FULL] += 1


@kernel
def course(people, i, p, week, spared, keys, person, tally):  # type: ignore[no-untyped-def]
    """Person i is given a resolution with a course. spared: would have been arrested; only then the
    course changes offending, as its effect is one against arrest or charge."""
    if luck.uniform(keys[luck.ATTENDS], person) < p[at.course_attended]:
        people.course[i] = week + 1 if spared else people.course[i]
        tally[t.N_COURSES] += 1
    elif luck.uniform(keys[luck.WARRANT], person) < p[at.warrant_from_citation]:
        ppl.turn_on(people, i, ppl.WARRANT)


@kernel
def hazard(people, p, out, luck_now, code):  # type: ignore[no-untyped-def]
    """Flag LEAVES_CASEWORK (or, later, the end of what it did); return people engaged."""
    leave = ONE / (p[at.engaged_weeks] * p[at.steps_a_week])
    fades = ONE / (p[at.instead_weeks] * p[at.steps_a_week])
    count = np.int32(0)
    for i in range(out.size):
        flags = people.flags[i]
        on = flags & ppl.ENGAGED != 0
        count = np.int32(count + (np.int32(1) if on else np.int32(0)))
        after = luck.AT_CASEWORK + fades if flags & ppl.INSTEAD != 0 else ZERO
        until = luck.AT_CASEWORK + leave if on else after
        flag = np.int32(t.LEAVES_CASEWORK) if luck_now[i] < until else np.int32(0)
        code[i] |= flag if luck_now[i] >= luck.AT_CASEWORK else np.int32(0)
    return count


@kernel
def leaves(people, i, caseload):  # type: ignore[no-untyped-def]
    """Person i leaves case work; or, some time after it, what it did to offending has faded."""
    if ppl.has(people, i, ppl.ENGAGED):
        ppl.turn_off(people, i, ppl.ENGAGED)
        caseload[0] -= 1
    else:
        ppl.turn_off(people, i, ppl.INSTEAD)
