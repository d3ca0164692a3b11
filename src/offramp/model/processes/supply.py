"""Supply: drug strength, and what police disruptions of the market do to overdose.

Strength follows an AR(1) on the log scale (half-life 26 weeks), one path per draw, the same in
every scenario. Disruptions: within 250 m of an opioid seizure, overdose hazard is multiplied by
`disruption_week_1`, then `disruption_week_2`, then 1. `disruption_exposed` is the share of
overdoses that happen so exposed, in either of the two weeks, at today's rate of seizures. Of them
the share that would not have happened is 1 - 1 / (mean of the two), so today's hazard of the whole
place holds

    excess = exposed x causal x (1 - 2 / (week_1 + week_2))

and is multiplied by 1 - excess + excess x rate x (1 - mitigation). Half of the prior mass is on no
causal effect.

Sources: E04, E05 (Humphrey 2025), judge_disruption_exposed, judge_disruption_causal.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from offramp.model.kernel import kernel
from offramp.model.parameters import at


@kernel
def disruption(p):  # type: ignore[no-untyped-def]
    """Multiplier of overdose hazard in this week against today's practice."""
    two_weeks = p[at.disruption_week_1] + p[at.disruption_week_2]
    two_weeks = two_weeks if two_weeks > np.float32(0.0625) else np.float32(0.0625)
    caused = np.float32(1) - np.float32(2) / two_weeks
    excess = p[at.disruption_exposed] * p[at.disruption_causal] * caused
    now = p[at.disruption_rate] * (np.float32(1) - p[at.disruption_mitigation])
    return np.float32(1) - excess + excess * now


def strength(spread: float, weeks: int, seed: int, draw: int) -> NDArray[np.float32]:
    """Multiplier of overdose hazard in each week (float32[weeks]), median 1, same in all scenarios.

    spread: standard deviation of the path on the log scale.
    """
    keep = 0.5 ** (1 / 26)
    steps = np.random.default_rng((seed, draw, 7)).standard_normal(weeks)
    path = np.empty(weeks)
    now = spread * steps[0]
    for week in range(weeks):
        now = keep * now + spread * np.sqrt(1 - keep * keep) * steps[week]
        path[week] = now
    return np.exp(path).astype(np.float32)
