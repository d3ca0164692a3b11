"""Trust in police, and quality of life.

Trust returns to its usual level, trust_start + policy_known x trust_policy, at `trust_return` a
year; contacts move it (process contact). Who knows of a protective policy is not told apart:
everybody gets what it adds to those who know, times the share who know, today too. Quality of life:
the public's ratings of using and stable treatment, weighted with patients' own, which differ less,
less losses while held, with HIV, and with chronic hepatitis C; lived weeks only. Weeks in treatment
or not using are counted, so that years of life can be said with either rating alone.

Sources: judge_trust_*, u_inj, u_bup, judge_utility_*.
"""

from __future__ import annotations

import numpy as np

from offramp.model import people as ppl
from offramp.model import tallies as t
from offramp.model.kernel import kernel
from offramp.model.parameters import at

ZERO, ONE = np.float32(0), np.float32(1)


@kernel
def week(people, p, out):  # type: ignore[no-untyped-def]
    """Move trust; return sums of trust and of quality of life over people there (exact), and how
    many of them are in treatment or do not use."""
    trust_start = p[at.trust_start]
    policy_known = p[at.policy_known]
    trust_policy = p[at.trust_policy]
    trust_return = p[at.trust_return]
    utility_treated = p[at.utility_treated]
    utility_using = p[at.utility_using]
    utility_patient = p[at.utility_patient]
    utility_custody = p[at.utility_custody]
    utility_hiv = p[at.utility_hiv]
    utility_hcv = p[at.utility_hcv]
    usual = trust_start + policy_known * trust_policy
    back = trust_return / (np.float32(52) * p[at.steps_a_week])
    gap = (utility_treated - utility_using) * utility_patient
    middle = (utility_treated + utility_using) / np.float32(2)
    better = middle + gap / np.float32(2)
    worse = middle - gap / np.float32(2)
    trust_sum = np.int32(0)
    life_sum = np.int32(0)
    well_sum = np.int32(0)
    for i in range(people.trust.size):
        flags = people.flags[i]
        there = flags & ppl.GONE == ppl.ALIVE
        value = people.trust[i] + (usual - people.trust[i]) * back
        people.trust[i] = value
        trust_sum = np.int32(trust_sum + (np.int32(value * t.EXACT) if there else np.int32(0)))
        # on treatment, or not using
        well = flags & (ppl.OAT | ppl.USING) != ppl.USING
        life = better if well else worse
        life = life - utility_custody * (ONE - out[i])
        life = life - utility_hiv if flags & ppl.HIV != 0 else life
        life = life - utility_hcv if flags & ppl.HCV == ppl.HCV_CHRONIC else life
        life_sum = np.int32(life_sum + (np.int32(life * t.EXACT) if there else np.int32(0)))
        well_sum = np.int32(well_sum + (np.int32(1) if well and there else np.int32(0)))
    return trust_sum, life_sum, well_sum
