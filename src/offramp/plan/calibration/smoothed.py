"""What happens at a point: from its own simulation, and from what its neighbours say.

A simulation of a few thousand people has chance of its own in every cell, other chance at every
point. Where counts are large that chance is wider than what the counts leave open, and a few points
that it favours would carry all the weight. The stand-in averages it over many points, but misses
what it cannot bend to. Both errors are measured, so the best guess is a mean of the two weighted by
them, for the level of a whole series and for each cell beside it (as in stochastic kriging:
Ankenman, Nelson and Staum 2010, doi 10.1287/opre.1090.0754).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from offramp.plan.calibration.emulator import Emulator
from offramp.plan.calibration.observe import Error, Expected, by_series, logs

Floats = NDArray[np.float64]
LEAST = 0.05  # share of what a stand-in misses that is never taken for chance


def smoothed(
    z: Floats, found: list[Expected], emulator: Emulator, chance: Error
) -> tuple[list[Expected], Error]:
    """The best guess at these points, and how far off it is. found: as simulated there; chance: how
    far chance in the simulation has them off. Points should be alike: what the stand-in misses is
    measured at all of them together."""
    near = emulator.expected(z)
    missed = logs(found) - logs(near)
    error = emulator.measured(found, missed)
    of_level = own_share(error.level, chance.level)
    of_cell = own_share(error.cell, chance.cell)
    better = []
    for i, cells in enumerate(by_series(found)):
        known = found[i].target.known
        level = missed[:, cells].mean(axis=1, keepdims=True) if known.any() else 0.0
        moved = of_level[i] * level + of_cell[cells] * (missed[:, cells] - level)
        mean = found[i].mean.copy()
        mean[:, known] = near[i].mean[:, known] * np.exp(moved)
        better.append(Expected(found[i].target, mean, found[i].spread))
    return better, Error(np.sqrt(of_level) * chance.level, np.sqrt(of_cell) * chance.cell)


def own_share(missed: Floats, chance: Floats) -> Floats:
    """How much a point's own simulation counts, the rest being the stand-in. missed: by the
    stand-in, chance in the simulation included; both standard deviations, log scale."""
    bent = np.maximum(missed**2 - chance**2, LEAST * missed**2)
    total = bent + chance**2
    return np.asarray(np.where(total > 0, bent / np.maximum(total, 1e-30), 1.0))


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
