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
from scipy.optimize import minimize
from scipy.special import logsumexp, ndtri
from scipy.stats import qmc

from offramp.plan.calibration.emulator import Emulator, learn
from offramp.plan.calibration.forward import Case
from offramp.plan.calibration.luck import Luck
from offramp.plan.calibration.marginal import completed, marginal
from offramp.plan.calibration.observe import Error, Expected, expected
from offramp.plan.calibration.smoothed import moved_by, smoothed
from offramp.plan.calibration.walkers import points
from offramp.plan.calibration.work import Work

Floats = NDArray[np.float64]
STAGES, LONGEST = 6, 12  # at most; while the aims are missed
SMALLEST, LARGEST = 200, 0.05  # effective size and largest weight: the aims
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
    luck: Luck,
    count: int,
    name: str = "stage",
    most: int = STAGES,
    longest: int = 0,
    more: tuple[tuple[Floats, Floats], ...] = (),
) -> Sample:
    """Calibrate once, with so many points in every stage. prior: points from the prior and what
    happens there; luck: how far chance in the simulation has the series off; most: stages; longest:
    stages while the aims are missed, if more than most; more: other points that stand-ins may learn
    from."""
    simulated = [prior]
    weighing = _Weighing(case, luck, work.workers)
    weighing.add(*prior)
    sizes: list[float] = []
    emulator = learn(case, [prior, *more])
    for stage in range(1, max(most, longest) + 1):
        z = points(emulator, count, case.seed * 100 + stage)
        simulated.append((z, work.quarters(f"{name}-{stage}", z)))
        weighing.add(*simulated[-1], emulator)
        emulator = learn(case, [prior, *more, *simulated[1:]])
        weights = weighing.weights(emulator)
        sizes.append(float(1 / (weights**2).sum()))
        met = sizes[-1] >= SMALLEST and weights.max() <= LARGEST
        if sizes[-1] >= ENOUGH * count or (stage >= most and met):
            break
    quarters = np.concatenate([quarters for _, quarters in simulated])
    z, shift = weighing.completed(emulator)
    return Sample(z, quarters, shift, weights, tuple(sizes), tuple(simulated), emulator.moves)


class _Weighing:
    """All points, with their log density by every stand-in that some were drawn from, computed
    once."""

    def __init__(self, case: Case, luck: Luck, workers: int) -> None:
        self.case, self.luck, self.workers = case, luck, workers
        self.parts: list[tuple[Floats, list[Expected]]] = []  # points, and what is expected there
        self.drawn_from: list[tuple[Emulator, list[Floats]]] = []

    def add(self, z: Floats, quarters: Floats, drawn_from: Emulator | None = None) -> None:
        """Points, and what happens there. drawn_from: None for the prior."""
        self.parts.append((z, expected(self.case, z, quarters)))
        if drawn_from is not None:
            self.drawn_from.append((drawn_from, []))
        for emulator, known in self.drawn_from:
            for part, _ in self.parts[len(known) :]:
                known.append(self._marginal(part, emulator.expected(part), emulator.error))

    def _marginal(self, z: Floats, found: list[Expected], error: Error) -> Floats:
        return marginal(self.case, z, found, error, self.workers)

    def weights(self, emulator: Emulator) -> Floats:
        """Of all points, by the model (they add up to 1). emulator: what all points together say
        about each."""
        sizes = np.array([len(z) for z, _ in self.parts])
        by_stage = [np.zeros(sizes.sum())]  # the prior
        by_stage += [np.concatenate(known) for _, known in self.drawn_from]
        by_model = [
            self._marginal(z, *smoothed(z, found, emulator, self.luck)) for z, found in self.parts
        ]
        log_weight = np.concatenate(by_model) - mixture(np.stack(by_stage), sizes)
        weight = np.exp(log_weight - log_weight.max())
        return np.asarray(weight / weight.sum())

    def completed(self, emulator: Emulator) -> tuple[Floats, Floats]:
        """All points with what does not change what happens, and how far (log) each series is off
        by chance there (float64[points, series])."""
        new = []
        for number, (z, found) in enumerate(self.parts):
            better, error = smoothed(z, found, emulator, self.luck)
            seed = self.case.seed * 100 + number
            more, shift = completed(self.case, z, better, error, seed)
            new.append((more, shift + moved_by(better, found)))
        z, shift = (np.concatenate(parts) for parts in zip(*new, strict=True))
        return z, shift


def mixture(by_stage: Floats, sizes: NDArray[np.int64]) -> Floats:
    """Log density, up to a constant, of what all points together were drawn from.

    by_stage: log densities of [stage, point], each up to a constant of its own, that of the first
    being 0; sizes: points drawn from each, in the order of the points.
    """
    start = np.array(
        [logsumexp(one[: sizes[0]]) - np.log(sizes[0]) for one in by_stage[1:]], np.float64
    )
    count = sizes.sum()

    def together(constants: Floats) -> tuple[Floats, Floats]:
        terms = by_stage + (np.log(sizes) - np.concatenate([[0.0], constants]))[:, None]
        total = logsumexp(terms, axis=0)
        return np.asarray(total), np.exp(terms[1:] - total)

    # Minus the log likelihood of where the points came from: convex, with its least value where
    # every stage is as likely to have drawn all points as it drew points.
    def loss(constants: Floats) -> float:
        return float((together(constants)[0].sum() + sizes[1:] @ constants) / count)

    def slope(constants: Floats) -> Floats:
        return np.asarray((sizes[1:] - together(constants)[1].sum(axis=1)) / count)

    def curvature(constants: Floats) -> Floats:
        shares = together(constants)[1]
        return np.asarray((np.diag(shares.sum(axis=1)) - shares @ shares.T) / count)

    found = minimize(loss, start, jac=slope, hess=curvature, method="trust-exact", tol=1e-9)
    return together(found.x)[0]


def even(weights: Floats, count: int, seed: int) -> NDArray[np.int64]:
    """Indices of points so that each counts the same (systematic resampling)."""
    start = np.random.default_rng([seed, 12]).random()
    edges = np.cumsum(weights) / weights.sum()
    return np.minimum(np.searchsorted(edges, (start + np.arange(count)) / count), len(weights) - 1)
