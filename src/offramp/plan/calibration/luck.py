"""How far chance in the simulation has counts off, measured by simulating points with other lucks.

All points of a run have the same few lucks. Part of what these do is alike at all points: the
people drawn are those that they are. A stand-in learns that part with everything else, so it
stays, however many points there are. The rest is each point's own, and a stand-in averages it.
Both are variance components of points by lucks (analysis of variance, two ways, one count a cell).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from offramp.plan.calibration.observe import Error, Expected, by_series, logs

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Luck:
    """common: of all points alike; own: of each point besides. Standard deviations, log scale."""

    common: Error
    own: Error

    @property
    def all(self) -> Error:
        """Both together."""
        return Error(
            np.hypot(self.common.level, self.own.level), np.hypot(self.common.cell, self.own.cell)
        )

    def of_cells(self, cells: NDArray[np.bool_]) -> Luck:
        """With some of the cells."""
        common, own = self.common, self.own
        return Luck(Error(common.level, common.cell[cells]), Error(own.level, own.cell[cells]))


def measured_luck(found: list[list[Expected]]) -> Luck:
    """From the same points, once with each of several lucks."""
    every = np.stack([logs(one) for one in found])  # [lucks, points, cells]
    every = every - every.mean(axis=0)
    levels, of_cells = [], np.zeros((2, every.shape[2]))
    for cells in by_series(found[0]):
        part = every[:, :, cells]
        if not part.shape[2]:
            levels.append(np.zeros(2))
            continue
        level = part.mean(axis=2, keepdims=True)
        levels.append(_components(level)[:, 0])
        of_cells[:, cells] = _components(part - level)
    common, own = np.array(levels).T
    return Luck(Error(common, of_cells[0]), Error(own, of_cells[1]))


def _components(x: Floats) -> Floats:
    """Standard deviations, common and own (float64[2, cells]). x: float64[lucks, points, cells],
    with mean 0 over lucks."""
    lucks, points = x.shape[:2]
    common = x.mean(axis=1, keepdims=True)
    own = ((x - common) ** 2).sum(axis=(0, 1)) / ((lucks - 1) * (points - 1))
    between = (common[:, 0] ** 2).sum(axis=0) / (lucks - 1)
    return np.asarray(np.sqrt([np.maximum(between - own / points, 0.0), own]))
