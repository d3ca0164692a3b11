"""Displacement: visible use moves between areas, away from enforcement.

Visible use of an area against its usual level = exp(-displaced_visible x log2(enforcement there)),
divided by its mean over areas (weighted by people), so that the place as a whole has as much of it
as before: a crackdown moved people and lowered no use (E10, E10_moved). Use with nobody near grows
by `solitary_shift` beside it (process overdose). With one area nothing can move.

Enforcement of the first area is `enforcement` x `enforcement_focus`, of the others `enforcement`.

Sources: judge_displaced_visible (E10, E10_moved).
"""

from __future__ import annotations

import numpy as np

from offramp.model.kernel import kernel
from offramp.model.parameters import at

LEAST = np.float32(0.0625)  # no enforcement at all counts as four halvings


@kernel
def here_in(p, area):  # type: ignore[no-untyped-def]
    """Enforcement of an area against today."""
    return p[at.enforcement] * (p[at.enforcement_focus] if area == 0 else np.float32(1))


@kernel
def visible(p, areas, people, into):  # type: ignore[no-untyped-def]
    """Write visible use of each area into column `into` of areas; column `people` weighs them."""
    total, weight = np.float32(0), np.float32(0)
    for area in range(areas.shape[0]):
        force = here_in(p, area)
        force = force if force > LEAST else LEAST
        value = np.float32(np.exp(-p[at.displaced_visible] * np.log2(force)))
        areas[area, into] = value
        total += value * areas[area, people]
        weight += areas[area, people]
    mean = total / weight if weight > 0 else np.float32(1)
    for area in range(areas.shape[0]):
        areas[area, into] = areas[area, into] / mean
