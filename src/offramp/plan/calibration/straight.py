"""Coordinates in which what a stand-in makes of the counts is nearly a normal distribution.

Spreads, shares and probabilities bend the counts' logs; all else (levels, steps of drifts, chance)
acts on them nearly in a straight line. So at any values of the bent ones the rest is nearly normal,
with a middle and a width that follow from the counts' linear approximation at the most probable
place. A point is the bent ones, and where the rest is in that normal distribution. A chain of steps
and their spread hang together in a funnel, and a level with the share of it that is counted in a
curved ridge; both are gone in these coordinates (Papaspiliopoulos, Roberts and Sköld 2007, doi
10.1214/088342307000000014, on why that matters).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack

from offramp.plan.calibration.emulator import Emulator
from offramp.plan.calibration.marginal import given
from offramp.plan.calibration.observe import Expected, logs, of_cells

Floats = NDArray[np.float64]
Normal = tuple[Floats, Floats]  # middle, root of the information
CURVED = 0.05  # an unknown is bent when its effect has this much of curvature against slope
LITTLE = (
    0.05  # curvature that does not matter whatever the slope: squared, against the counts' width
)
NEAR = 1e-3  # for slopes


class Target:
    """Log of prior times likelihood. x: what moves: the unknowns that the stand-in depends on and,
    after them, where each series is by chance; z: all unknowns, of which the moving ones are
    replaced."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.moving = len(emulator.moves)
        self.size = self.moving + len(emulator.error.level)

    def full(self, x: Floats, z: Floats) -> Floats:
        full = z.copy()
        full[:, self.emulator.moves] = x[:, : self.moving]
        return full

    def expected(self, x: Floats, z: Floats) -> list[Expected]:
        return self.emulator.expected(self.full(x, z))

    def at(self, x: Floats, z: Floats) -> Floats:
        """float64[points]."""
        chance = given(self.expected(x, z), self.emulator.error, x[:, self.moving :])
        return np.asarray(chance - 0.5 * (x * x).sum(axis=1))

    def logs(self, x: Floats, z: Floats) -> Floats:
        """Logs of the means of all known cells, chance among them (float64[points, cells])."""
        found = self.expected(x, z)
        return logs(found) + x[:, self.moving :] @ self.levels(found)

    def levels(self, found: list[Expected]) -> Floats:
        """What one standard deviation of each series' level does to the log of every known cell
        (float64[series, cells])."""
        series = np.repeat(np.arange(len(found)), [int(one.target.known.sum()) for one in found])
        here = series == np.arange(len(found))[:, None]
        return np.asarray(here * self.emulator.error.level[:, None], np.float64)


def information(target: Target, found: list[Expected]) -> Floats:
    """Of each known cell about the log of its mean (float64[points, cells])."""
    weights, cell = [], 0
    for one in found:
        mean = np.maximum(one.mean[:, one.target.known], 1e-9)
        more = target.emulator.error.cell[cell : cell + mean.shape[1]]
        spread = one.spread[:, None] ** 2 + more**2
        by_count = 1 / mean
        if one.target.trials is not None:
            by_count = (1 - mean) / (np.maximum(one.target.trials[one.target.known], 1.0) * mean)
        weights.append(1 / (by_count + spread))
        cell += mean.shape[1]
    return np.concatenate(weights, axis=1)


class Straight:
    """The coordinates. bent, line: columns of x; a point is y = (x of the bent, place of the rest
    in its normal distribution)."""

    def __init__(self, target: Target, middle: Floats) -> None:
        """middle: where the counts' logs are taken as straight lines (float64[size])."""
        self.target = target
        unknowns = target.emulator.case.unknowns
        names = [unknowns.names[k] for k in target.emulator.moves]
        spreads = {*unknowns.overdispersion.values(), *(path.spread for path in unknowns.walks)}
        bent = _curved(target, middle) > CURVED
        bent[: len(names)] |= [name in spreads for name in names]
        self.bent, self.line = np.flatnonzero(bent), np.flatnonzero(~bent)
        self.middle = middle
        self._linear(names)

    def _linear(self, names: list[str]) -> None:
        x, n = self.middle, len(self.line)
        near = np.repeat(x[None], 2 * n + 1, axis=0)
        near[np.arange(1, n + 1), self.line] += NEAR
        near[np.arange(n + 1, 2 * n + 1), self.line] -= NEAR
        rest = np.zeros((len(near), len(self.target.emulator.case.unknowns.names)))
        seen = self.target.logs(near, rest)
        self.slope = (seen[1 : n + 1] - seen[n + 1 :]) / (2 * NEAR)
        found = self.target.expected(x[None], rest[:1])
        self.means = [one.mean for one in found]
        self.wanted = seen[0] + pull(self.target, found, seen[0])
        # Spread of the drift that each line belongs to: its column, and its value in the middle.
        at = {name: i for i, name in enumerate(names)}
        self.spreads = [
            (path.spread, at[path.spread], np.isin(self.line, [at.get(s, -1) for s in path.steps]))
            for path in self.target.emulator.case.unknowns.walks
            if path.spread in at
        ]

    def normal(self, bent: Floats, z: Floats) -> Normal:
        """Middle of the rest (float64[points, line]) and root of its information (lower,
        float64[points, line, line]) at these values of the bent ones."""
        count, n = len(bent), len(self.line)
        x = np.repeat(self.middle[None], count, axis=0)
        x[:, self.bent] = bent
        weight, scale = self._weights(x, z), self._scale(x)
        root = np.empty((count, n, n))
        for i in range(count):
            slope = self.slope * scale[i, :, None]
            root[i] = np.linalg.cholesky(np.eye(n) + (slope * weight[i]) @ slope.T)
        left = (self.wanted - self.target.logs(x, z)) * weight
        gradient = (left @ self.slope.T) * scale - x[:, self.line]
        for i in range(count):
            x[i, self.line] += _back(root[i], _forth(root[i], gradient[i]))
        return x[:, self.line], root

    def _scale(self, x: Floats) -> Floats:
        """Of every line's slope, against that in the middle (float64[points, line])."""
        unknowns = self.target.emulator.case.unknowns
        scale = np.ones((len(x), len(self.line)))
        for name, column, steps in self.spreads:
            now = unknowns.value_of(name, x[:, column])
            scale[:, steps] = (now / unknowns.value_of(name, self.middle[column]))[:, None]
        return scale

    def _weights(self, x: Floats, z: Floats) -> Floats:
        """Information of each known cell, with the means of the middle."""
        unknowns = self.target.emulator.case.unknowns
        full = self.target.full(x, z)
        found = [
            Expected(one, mean, unknowns.value(unknowns.overdispersion[one.series], full))
            for one, mean in zip(self.target.emulator.case.seen.targets, self.means, strict=True)
        ]
        return information(self.target, found)

    def place(self, y: Floats, normal: Normal) -> Floats:
        """x of these coordinates, for the rest's normal distribution there."""
        middle, root = normal
        x = np.empty((len(y), self.target.size))
        x[:, self.bent], place = np.split(y, [len(self.bent)], axis=1)
        for i in range(len(y)):
            x[i, self.line] = middle[i] + _back(root[i], place[i])
        return x

    def coordinates(self, x: Floats, normal: Normal) -> Floats:
        """The other way round."""
        middle, root = normal
        place = np.einsum("pji,pj->pi", root, x[:, self.line] - middle)
        return np.concatenate([x[:, self.bent], place], axis=1)


def _curved(target: Target, middle: Floats) -> Floats:
    """How much the effect of each column of x curves, one standard deviation of the prior to both
    sides, against its slope (float64[size])."""
    n = target.size
    near = np.concatenate([middle[None], middle + np.eye(n), middle - np.eye(n)])
    rest = np.zeros((len(near), len(target.emulator.case.unknowns.names)))
    seen = target.logs(near, rest)
    weight = information(target, target.expected(near[:1], rest[:1]))[0]
    up, down = seen[1 : n + 1] - seen[0], seen[n + 1 :] - seen[0]
    curve, slope = ((up + sign * down) ** 2 @ weight for sign in (1, -1))
    ratio = np.sqrt(curve / np.maximum(slope, 1e-9))
    return np.where(curve < LITTLE, 0.0, ratio)


def wider(normal: Normal) -> Floats:
    """Log of how much wider x is than its coordinates (float64[points])."""
    return np.asarray(-np.log(np.diagonal(normal[1], axis1=1, axis2=2)).sum(axis=1))


def _forth(root: Floats, value: Floats) -> Floats:
    return np.asarray(lapack.dtrtrs(root, value, lower=1)[0])


def _back(root: Floats, value: Floats) -> Floats:
    return np.asarray(lapack.dtrtrs(root, value, lower=1, trans=1)[0])


def pull(target: Target, found: list[Expected], seen: Floats) -> Floats:
    """How far the log of each known cell's mean should go, by one step towards its count
    (float64[cells]). found: at one point; seen: logs of the means there, chance among them."""
    cells, slopes = 0, []
    for one in found:
        known = np.flatnonzero(one.target.known)
        more = target.emulator.error.cell[cells : cells + len(known)]
        spread = np.sqrt(one.spread[:, None] ** 2 + more**2)
        mean = np.exp(seen[cells : cells + len(known)])
        ends = [of_cells(one.target, known, mean * np.exp(d), spread) for d in (NEAR, -NEAR)]
        slopes.append(((ends[0] - ends[1]) / (2 * NEAR))[0])
        cells += len(known)
    return np.asarray(np.concatenate(slopes) / information(target, found)[0])
