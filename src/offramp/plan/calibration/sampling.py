"""One calibration run: points from the prior, a stand-in, points where it looks, their weights.

Every stage draws new points from the stand-in of the stage before, and simulates them. A point
weighs as much as its likelihood by the model against that by the stand-in it was drawn from.
Stages go on until the weights are even enough, and the best stage counts.
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
ENOUGH = 0.6  # effective share of points at which no other stage is tried


@dataclass(frozen=True)
class Sample:
    """Weighted points. z: float64[points, unknowns]; weights add up to 1."""

    z: Floats
    quarters: Floats
    weights: Floats
    emulator: Emulator
    prior_quarters: Floats  # of the points from the prior
    prior_z: Floats
    stages: tuple[float, ...]  # effective sample size of each

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


def sample(case: Case, work: Work, count: int) -> Sample:
    """Calibrate once with so many points in every stage."""
    prior = sobol(case, count, case.seed)
    prior_quarters = work.quarters("prior", prior)
    emulator = learn(case, prior, prior_quarters)
    best: Sample | None = None
    stages: list[float] = []
    for stage in range(1, STAGES + 1):
        z = points(emulator, count, case.seed * 100 + stage)
        quarters = work.quarters(f"stage-{stage}", z)
        weights = weigh(case, z, quarters, emulator)
        found = Sample(z, quarters, weights, emulator, prior_quarters, prior, ())
        stages.append(found.effective)
        if best is None or found.effective > best.effective:
            best = found
        if found.effective >= ENOUGH * count:
            break
        emulator = learn(case, z, quarters, emulator)
    assert best is not None
    return Sample(
        best.z, best.quarters, best.weights, best.emulator, prior_quarters, prior, tuple(stages)
    )


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
