"""One calibration run: points from the prior, a stand-in, points where it looks, their weights.

Every stage draws new points from the stand-in of the stage before, and simulates them. All points,
those from the prior among them, then count as drawn from the mixture of what they were drawn from
(Hesterberg 1995; the constants between stages as in Shirts and Chodera 2008, doi
10.1063/1.2978177), so that none weighs much because one stage missed its place. Stages go on until
there is enough.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp, ndtri
from scipy.stats import qmc

from offramp.plan.calibration.emulator import Emulator, learn, points
from offramp.plan.calibration.forward import Case
from offramp.plan.calibration.marginal import completed, marginal
from offramp.plan.calibration.observe import Error, expected
from offramp.plan.calibration.work import Work

Floats = NDArray[np.float64]
STAGES = 4
ENOUGH = 0.5  # effective size, as a share of the points of one stage, at which no other is tried


@dataclass(frozen=True)
class Sample:
    """Weighted points of all stages. z: float64[points, unknowns]; quarters: what happens there;
    shift: float64[points, series], by how much (log) chance in the simulation has a series off;
    weights add up to 1; stages: effective size of all points after each."""

    z: Floats
    quarters: Floats
    shift: Floats
    weights: Floats
    stages: tuple[float, ...]
    simulated: tuple[tuple[Floats, Floats], ...]  # points and what happens there, by stage
    moves: NDArray[np.int64]  # columns that the counts may speak to

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
    case: Case,
    work: Work,
    prior: tuple[Floats, Floats],
    chance: Error,
    count: int,
    name: str = "stage",
    most: int = STAGES,
    more: tuple[tuple[Floats, Floats], ...] = (),
) -> Sample:
    """Calibrate once, with so many points in every stage. prior: points from the prior and what
    happens there; chance: how far chance in the simulation has the series off; more: other points
    that stand-ins may learn from."""
    simulated = [prior]
    drawn_from: list[Emulator] = []
    sizes: list[float] = []
    for stage in range(1, most + 1):
        drawn_from.append(learn(case, [*more, *simulated] if stage > 1 else [*simulated, *more]))
        z = points(drawn_from[-1], count, case.seed * 100 + stage)
        simulated.append((z, work.quarters(f"{name}-{stage}", z)))
        weights = _weights(case, simulated, drawn_from, chance)
        sizes.append(float(1 / (weights**2).sum()))
        if sizes[-1] >= ENOUGH * count:
            break
    z, quarters = (np.concatenate(parts) for parts in zip(*simulated, strict=True))
    z, shift = completed(case, z, expected(case, z, quarters), chance, case.seed)
    return Sample(z, quarters, shift, weights, tuple(sizes), tuple(simulated), drawn_from[-1].moves)


def _weights(
    case: Case,
    simulated: list[tuple[Floats, Floats]],
    drawn_from: list[Emulator],
    chance: Error,
) -> Floats:
    """Weights of all points by the model (they add up to 1)."""
    z, quarters = (np.concatenate(parts) for parts in zip(*simulated, strict=True))
    by_model = marginal(case, z, expected(case, z, quarters), chance)
    by_stage = [np.zeros(len(z))]  # the prior
    by_stage += [marginal(case, z, one.expected(z), one.error) for one in drawn_from]
    sizes = np.array([len(points) for points, _ in simulated])
    log_weight = by_model - mixture(np.stack(by_stage), sizes)
    weight = np.exp(log_weight - log_weight.max())
    return np.asarray(weight / weight.sum())


def mixture(by_stage: Floats, sizes: NDArray[np.int64]) -> Floats:
    """Log density, up to a constant, of what all points together were drawn from.

    by_stage: log densities of [stage, point], each up to a constant of its own, that of the first
    being 0; sizes: points drawn from each, in the order of the points.
    """
    constants = np.zeros(len(by_stage))
    constants[1:] = logsumexp(by_stage[1:, : sizes[0]], axis=1) - np.log(sizes[0])
    for _ in range(2000):
        terms = by_stage + (np.log(sizes) - constants)[:, None]
        together = np.asarray(logsumexp(terms, axis=0))
        new = logsumexp(by_stage - together, axis=1)
        new -= new[0]
        if np.abs(new - constants).max() < 1e-8:
            break
        constants = new
    return together


def even(weights: Floats, count: int, seed: int) -> NDArray[np.int64]:
    """Indices of points so that each counts the same (systematic resampling)."""
    start = np.random.default_rng([seed, 12]).random()
    edges = np.cumsum(weights) / weights.sum()
    return np.minimum(np.searchsorted(edges, (start + np.arange(count)) / count), len(weights) - 1)
