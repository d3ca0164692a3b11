"""A quick stand-in for the model: the formula times a correction learned from simulated points.

It says where to look, and how far off it is: every point drawn from it is then simulated, and the
worse the stand-in, the more that simulation counts beside it (see `smoothed`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from offramp.plan.calibration.forward import Case, formula
from offramp.plan.calibration.marginal import measured
from offramp.plan.calibration.observe import Error, Expected, expected, logs

Floats = NDArray[np.float64]
TOLD = 3.5  # t value from which a correction depends on an unknown
MOST = 60  # unknowns in a correction
BENT = 10  # of them, those that also act by squares and products
RIDGE = 1.0


@dataclass(frozen=True)
class Layer:
    """A correction on the log scale, quadratic in some unknowns. columns: of the unknowns; bent:
    places among the columns; slopes: float64[1 + terms, cells]."""

    columns: NDArray[np.int64]
    bent: int
    slopes: Floats

    def at(self, z: Floats) -> Floats:
        """Correction of every known cell (float64[points, cells])."""
        return terms(z[:, self.columns], self.bent) @ self.slopes


def terms(x: Floats, bent: int) -> Floats:
    """1, the unknowns, and squares and products of the first `bent` (float64[points, terms])."""
    i, j = np.triu_indices(bent)
    return np.concatenate([np.ones((len(x), 1)), x, x[:, i] * x[:, j]], axis=1)


@dataclass(frozen=True)
class Emulator:
    """The formula and its corrections, and how far off they are."""

    case: Case
    layers: tuple[Layer, ...]
    error: Error
    moves: NDArray[np.int64]  # columns that the points' density depends on
    fitted: float  # by how much misses are too small at points that it learned from
    followed: float  # share of the chance in one point's simulation that is in its value there

    def expected(self, z: Floats) -> list[Expected]:
        """As the model would give, nearly."""
        found = expected(self.case, z, formula(self.case, z))
        more = sum((layer.at(z) for layer in self.layers), np.zeros((len(z), len(self.error.cell))))
        cell, corrected = 0, []
        for one in found:
            known = np.flatnonzero(one.target.known)
            mean = one.mean.copy()
            mean[:, known] *= np.exp(np.clip(more[:, cell : cell + len(known)], -5, 5))
            if one.target.trials is not None:
                mean = np.clip(mean, 1e-9, 1 - 1e-9)
            cell += len(known)
            corrected.append(Expected(one.target, mean, one.spread))
        return corrected

    def measured(self, found: list[Expected], missed: Floats) -> Error:
        """The error that these misses, of points that it learned from, show."""
        return measured(found, missed * self.fitted)


def learn(case: Case, simulated: Sequence[tuple[Floats, Floats]]) -> Emulator:
    """Fit corrections to simulated points, (z, quarters) by stage, those from the prior first: one
    to all of them, and one to what it still misses at all but the first, which are nearer to the
    counts. How far off they are is measured at those of the last stage."""
    z = np.concatenate([z for z, _ in simulated])
    wanted = np.concatenate([logs(expected(case, z, quarters)) for z, quarters in simulated])
    missed = wanted - logs(expected(case, z, formula(case, z)))
    layers = [_layer(z, missed)]
    last = len(simulated[-1][0])
    apart = 1 - _leverage(layers[0], z, z[-last:])
    if len(simulated) > 1:
        near = len(simulated[0][0])
        z, missed = z[near:], missed[near:] - layers[0].at(z[near:])
        layers.append(_layer(z, missed))
        apart *= 1 - _leverage(layers[1], z, z[-last:])
    missed = missed - layers[-1].at(z)
    terms_used = sum(layer.slopes.shape[0] for layer in layers)
    freedom = max(len(z) - terms_used, len(z) // 4)
    fitted = float(np.sqrt(len(z) / freedom))
    z, missed = z[-last:], missed[-last:]
    error = measured(expected(case, z[:1], formula(case, z[:1])), missed * fitted)
    return Emulator(case, tuple(layers), error, _moving(case, layers), fitted, 1 - apart)


def _layer(z: Floats, missed: Floats) -> Layer:
    columns = _telling(z, missed)
    bent = min(BENT, len(columns), max(int(np.sqrt(len(z) / 4)) - 2, 0))
    x = terms(z[:, columns], bent)
    slopes = np.linalg.solve(_gram(x), x.T @ missed)
    return Layer(columns, bent, np.asarray(slopes, np.float64))


def _gram(x: Floats) -> Floats:
    penalty = np.full(x.shape[1], RIDGE)
    penalty[0] = 1e-6
    return np.asarray(x.T @ x + np.diag(penalty))


def _leverage(layer: Layer, z: Floats, at: Floats) -> float:
    """How much a fitted value has of what is seen at its own point, mean of some points. z: that
    the layer was fitted to, `at` among them."""
    x, here = (terms(part[:, layer.columns], layer.bent) for part in (z, at))
    return float((here * np.linalg.solve(_gram(x), here.T).T).sum(axis=1).mean())


def _telling(z: Floats, missed: Floats) -> NDArray[np.int64]:
    """Unknowns that what is missed depends on."""
    n = len(z)
    centred = missed - missed.mean(axis=0)
    scale = centred.std(axis=0)
    around = z - z.mean(axis=0)
    width = np.maximum(around.std(axis=0), 1e-9)
    r = (around / width).T @ (centred / np.maximum(scale, 1e-12)) / n
    r[:, scale < 1e-6] = 0
    told = np.abs(r).max(axis=1) * np.sqrt(n)
    order = np.argsort(-told)[: min(MOST, n // 8)]
    return np.asarray(order[told[order] > TOLD])


def _moving(case: Case, layers: Sequence[Layer]) -> NDArray[np.int64]:
    """Columns that the stand-in depends on at all: of the formula, and of its corrections."""
    names = case.unknowns.names
    point = np.random.default_rng(0).standard_normal((1, len(names)))
    z = np.repeat(point, len(names) + 1, axis=0)
    z[1:] += np.eye(len(names)) * 0.5
    found = expected(case, z, formula(case, z))
    seen = np.concatenate([logs(found), *(one.spread[:, None] for one in found)], axis=1)
    by_formula = np.flatnonzero((np.abs(seen[1:] - seen[0]) > 1e-12).any(axis=1))
    return np.unique(np.concatenate([by_formula, *(layer.columns for layer in layers)]))
