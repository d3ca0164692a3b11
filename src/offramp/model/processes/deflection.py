"""Deflection: from an offer of case work to entering, staying and leaving; courses.

An offer is accepted with `deflection_accept`, if a caseload place is free; an engaged person
leaves at 1 / engaged_weeks a week. Warrants are settled for a share of those who enter. A
resolution leads to a course that `course_attended` of people attend. What engagement and courses
do to offending and treatment stands in those processes.

Sources: judge_deflection_accept (D29, D35), judge_engaged_weeks, judge_course_attended.
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
def offered(people, i, p, keys, person, tally, caseload):  # type: ignore[no-untyped-def]
    """Person i is offered case work; caseload = [people engaged now, places]."""
    accepts = luck.uniform(keys[luck.ACCEPTS], person)
    enters = accepts < p[at.deflection_accept] and caseload[0] < caseload[1]
    if enters and not ppl.has(people, i, ppl.ENGAGED):
        ppl.turn_on(people, i, ppl.ENGAGED)
        caseload[0] += 1
        tally[t.N_ENGAGED] += 1
        if luck.uniform(keys[luck.ATTENDS], person) < p[at.warrant_cleared]:
            ppl.turn_off(people, i, ppl.WARRANT)


@kernel
def course(people, i, p, week, keys, person, tally):  # type: ignore[no-untyped-def]
    """Person i is given a resolution with a course."""
    if luck.uniform(keys[luck.ATTENDS], person) < p[at.course_attended]:
        people.course[i] = week
        tally[t.N_COURSES] += 1


@kernel
def hazard(people, p, out, luck_now, code):  # type: ignore[no-untyped-def]
    """Flag LEAVES_CASEWORK; return people engaged."""
    engaged_weeks = p[at.engaged_weeks]
    leave = ONE / engaged_weeks
    count = np.int32(0)
    for i in range(out.size):
        flags = people.flags[i]
        on = flags & ppl.ENGAGED != 0
        count = np.int32(count + (np.int32(1) if on else np.int32(0)))
        until = luck.AT_CASEWORK + leave if on else ZERO
        flag = np.int32(t.LEAVES_CASEWORK) if luck_now[i] < until else np.int32(0)
        code[i] |= flag if luck_now[i] >= luck.AT_CASEWORK else np.int32(0)
    return count
