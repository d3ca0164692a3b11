"""One calibration run: points from the prior, a stand-in, points where it looks, their weights.

Every stage draws new points from the stand-in of the stage before, and simulates them. A point
weighs as much as its likelihood by the model against that by the stand-in it was drawn from; each
stage counts by its effective size. Stages go on until there is enough.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import qmc

from offramp.plan.calibration.emulator import Emulator, learn, points
from offramp.plan.calibration.forward import Case
from offramp.plan.calibration.observe import expected, log_likelihood
from offramp.plan.calibration.work import Work

Floats = NDArray[np.float64]
STAGES = 4
ENOUGH = 0.5  # effective share of the points of one stage at which no other is tried


@dataclass(frozen=True)
class Sample:
    """Weighted points of all stages. z: float64[points, unknowns]; quarters: what happens there;
    weights add up to 1; stages: effective size of each."""

    z: Floats
    quarters: Floats
    weights: Floats
    stages: tuple[float, ...]
    emulator: Emulator

    @property
    def effective(self) -> float:
        """Effective sample size."""
        return float(1 / (self.weights**2).sum())

    @property
    def largest(self) -> float:
        return float(self.weights.max())


def sobol(case: Case, count: int, seed: int) -> Floats:
    """Points from the prior (float64[count, unknowns])."""
    sampler = qmc.Sobol(len(case.unknowns.names), scramble=True, rng=np.random.default_rng(seed))
    size = 1 << max(count - 1, 0).bit_length()
    return np.asarray(ndtri(np.clip(sampler.random(size)[:count], 1e-6, 1 - 1e-6)))


def sample(
    case: Case, work: Work, emulator: Emulator, count: int, name: str = "stage", most: int = STAGES
) -> Sample:
    """Calibrate once from a first stand-in, with so many points in every stage."""
    z, quarters, weights, sizes = [], [], [], list[float]()
    for stage in range(1, most + 1):
        z.append(points(emulator, count, case.seed * 100 + stage))
        quarters.append(work.quarters(f"{name}-{stage}", z[-1]))
        weights.append(weigh(case, z[-1], quarters[-1], emulator))
        sizes.append(float(1 / (weights[-1] ** 2).sum()))
        if sum(sizes) >= ENOUGH * count:
            break
        emulator = learn(case, z[-1], quarters[-1], emulator)
    share = np.array(sizes) / sum(sizes)
    together = np.concatenate([w * part for w, part in zip(weights, share, strict=True)])
    return Sample(np.concatenate(z), np.concatenate(quarters), together, tuple(sizes), emulator)


def weigh(case: Case, z: Floats, quarters: Floats, emulator: Emulator) -> Floats:
    """Weights of points drawn from a stand-in, by the model (they add up to 1)."""
    by_model = log_likelihood(expected(case, z, quarters))
    log_weight = by_model - emulator.log_likelihood(z)
    weight = np.exp(log_weight - log_weight.max())
    return np.asarray(weight / weight.sum())


def even(weights: Floats, count: int, seed: int) -> NDArray[np.int64]:
    """Indices of points so that each counts the same (systematic resampling)."""
    start = np.random.default_rng([seed, 12]).random()
    edges = np.cumsum(weights) / weights.sum()
    return np.minimum(np.searchsorted(edges, (start + np.arange(count)) / count), len(weights) - 1)
