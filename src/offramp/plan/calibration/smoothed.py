"""What happens at a point: from its own simulation, and from what its neighbours say.

A simulation of a few thousand people has chance of its own in every cell, other chance at every
point. Where counts are large that chance is wider than what the counts leave open, and a few points
that it favours would carry all the weight. The stand-in averages it over many points, but misses
what it cannot bend to. Both errors are measured, so the best guess is a mean of the two weighted by
them, for the level of a whole series and for each cell beside it (as in stochastic kriging:
Ankenman, Nelson and Staum 2010, doi 10.1287/opre.1090.0754). Chance that is common to all points,
since they have the same lucks, is in the stand-in too: neither takes it away. And what is fitted to
few points follows some of their chance, which is reckoned with.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from offramp.plan.calibration.emulator import Emulator
from offramp.plan.calibration.luck import Luck
from offramp.plan.calibration.observe import Error, Expected, by_series, logs

Floats = NDArray[np.float64]
LEAST = 0.05  # share of what a stand-in misses that is never taken for chance


def smoothed(
    z: Floats, found: list[Expected], emulator: Emulator, luck: Luck
) -> tuple[list[Expected], Error]:
    """The best guess at these points, and how far off it is. found: as simulated there; luck: how
    far chance in the simulation has them off. Points should be alike: what the stand-in misses is
    measured at all of them together."""
    near = emulator.expected(z)
    missed = logs(found) - logs(near)
    error = emulator.measured(found, missed)
    of_level, left_level = own_share(error.level, luck.own.level, emulator.followed)
    of_cell, left_cell = own_share(error.cell, luck.own.cell, emulator.followed)
    better = []
    for i, cells in enumerate(by_series(found)):
        known = found[i].target.known
        level = missed[:, cells].mean(axis=1, keepdims=True) if known.any() else 0.0
        moved = of_level[i] * level + of_cell[cells] * (missed[:, cells] - level)
        mean = found[i].mean.copy()
        mean[:, known] = near[i].mean[:, known] * np.exp(moved)
        better.append(Expected(found[i].target, mean, found[i].spread))
    level = np.hypot(left_level, luck.common.level)
    return better, Error(level, np.hypot(left_cell, luck.common.cell))


def own_share(missed: Floats, chance: Floats, followed: float) -> tuple[Floats, Floats]:
    """How much a point's own simulation counts, the rest being the stand-in, and how far off both
    together are. missed: by the stand-in, chance in the simulation included; all standard
    deviations, log scale. followed: the share of that chance which the stand-in took over.

    The stand-in is off by its bend b and by f·c of the chance c, the simulation by c: of two
    measurements that share f·c², the best mean gives the simulation b² / (b² + (1 - f) c²).
    """
    bent = np.maximum(missed**2 - chance**2, LEAST * missed**2)
    total = np.maximum(bent + (1 - followed) * chance**2, 1e-30)
    share = np.where(bent + chance**2 > 0, bent / total, 1.0)
    left = chance**2 * (bent + followed * (1 - followed) * chance**2) / total
    return np.asarray(share), np.asarray(np.sqrt(left))


def moved_by(better: list[Expected], found: list[Expected]) -> Floats:
    """By how much (log) each whole series was moved (float64[points, series])."""
    moved = logs(better) - logs(found)
    return np.stack(
        [
            moved[:, cells].mean(axis=1) if cells.stop > cells.start else np.zeros(len(moved))
            for cells in by_series(found)
        ],
        axis=1,
    )
