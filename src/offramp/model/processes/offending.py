"""Offending: recorded acquisitive and violent offences, and arrests for them.

Weekly rate = rate / 52 x lasting frailty x use (daily; less after a stop) x treatment x case work
x course in the last year x record, outside custody. Recorded offences are expected numbers; an
arrest happens to a person with chance arrest_per_offence x rate. Police disruption of the market
changes violent offences by exp(market_violence x log2(disruption rate x enforcement)).

Sources: judge_oat_acquisitive, judge_oat_violent (P20, P21 shrunk by P23), judge_market_violence
(E01), judge_acquisitive_level, judge_record_*, judge_engaged_other; courses come from the options.
Case work in place of an arrest: `engaged_offending` until the next arrest or until it fades (what
is left of the published total once the rest of the model has had its part: plan/engagement.py);
case work for people who would have been left alone: `engaged_offending_other` while engaged.
"""

from __future__ import annotations

import numpy as np

from offramp.model import people as ppl
from offramp.model import tallies as t
from offramp.model.kernel import kernel
from offramp.model.parameters import at

ZERO, ONE, YEAR = np.float32(0), np.float32(1), np.float32(52)


@kernel
def hazard(people, p, here, week, out, luck_now, code):  # type: ignore[no-untyped-def]
    """Flag ARREST; return expected acquisitive and violent offences and arrests (exact)."""
    disruption_rate = p[at.disruption_rate]
    market_violence = p[at.market_violence]
    acquisitive_rate = p[at.acquisitive_rate]
    violent_rate = p[at.violent_rate]
    offending_daily = p[at.offending_daily]
    offending_stopped = p[at.offending_stopped]
    engaged_offending = p[at.engaged_offending]
    engaged_other = p[at.engaged_offending_other]
    course_offending = p[at.course_offending]
    record_offending = p[at.record_offending]
    oat_acquisitive = p[at.oat_acquisitive]
    oat_violent = p[at.oat_violent]
    arrest_per_offence = p[at.arrest_per_offence]
    pressure = disruption_rate * here.enforcement
    pressure = pressure if pressure > np.float32(0.0625) else np.float32(0.0625)
    market = np.float32(np.exp(market_violence * np.log2(pressure)))
    year = YEAR * p[at.steps_a_week]
    year_ago = np.int16(week - np.int32(year))
    thefts = np.int32(0)
    violence = np.int32(0)
    arrests = np.int32(0)
    base = acquisitive_rate / year
    violent_base = violent_rate * market / year
    for i in range(out.size):
        flags = people.flags[i]
        use = offending_daily if flags & ppl.DAILY != 0 else ONE
        use = use if flags & ppl.USING != 0 else offending_stopped
        engaged = engaged_other if flags & ppl.ENGAGED != 0 else ONE
        use = use * (engaged_offending if flags & ppl.INSTEAD != 0 else engaged)
        use = use * course_offending if people.course[i] > year_ago else use
        use = use * record_offending if flags & ppl.RECORD != 0 else use
        use = use * people.police_frailty[i] * out[i]
        on = flags & ppl.OAT != 0
        theft = use * base * (oat_acquisitive if on else ONE)
        violent = use * violent_base * (oat_violent if on else ONE)
        caught = (theft + violent) * arrest_per_offence
        caught = caught if caught < ONE else ONE
        thefts = np.int32(thefts + (np.int32(theft * t.EXACT)))
        violence = np.int32(violence + (np.int32(violent * t.EXACT)))
        arrests = np.int32(arrests + (np.int32(caught * t.EXACT)))
        code[i] |= np.int32(t.ARREST) if luck_now[i] >= ONE - caught else np.int32(0)
    return thefts, violence, arrests
