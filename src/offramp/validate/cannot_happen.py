"""What no run may come to, whatever numbers a study sets: fewer than none, more than all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from offramp.model import tallies as t
from offramp.plan.inputs import Floats

MOST_A_WEEK, SLACK = 100, 1.01  # of what one person does; tallies are rounded
_SCORES = ("utility_weeks", "trust_weeks")  # no counts
_COUNTED = [i for name, i in t.AT.items() if name not in _SCORES]
_ONCE = [t.AT[name] for name in ("other_deaths", "overdose_deaths", "hiv", "hcv")]
_OFTEN = [t.AT[name] for name in ("overdoses", "contacts", "acquisitive", "violent", "attended")]


def cannot_happen(sums: Floats) -> NDArray[np.bool_]:
    """Whether tallies (float64[..., tallies]) hold a number below 0 or none at all, more deaths or
    infections than there are people in all weeks, or more of anything than anybody could do."""
    finite = np.isfinite(sums).all(axis=-1)
    below = (sums[..., _COUNTED] < 0).any(axis=-1)
    weeks = sums[..., [t.AT["person_weeks"]]] * SLACK
    once = (sums[..., _ONCE] > weeks + 1).any(axis=-1)
    often = (sums[..., _OFTEN] > MOST_A_WEEK * weeks + 1).any(axis=-1)
    return np.asarray(~finite | below | once | often)
