"""A quick stand-in for the model, and points drawn from what it makes of the counts.

The stand-in is the formula times a correction, log-linear in the unknowns, learned from points
that were simulated. It only says where to look: every point is then simulated, and weighs as much
as the model says against the stand-in. So a poor stand-in costs points, not truth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from offramp.plan.calibration.forward import Case, formula
from offramp.plan.calibration.marginal import given, measured
from offramp.plan.calibration.observe import Error, Expected, expected, logs

Floats = NDArray[np.float64]
TOLD = 3.5  # t value from which a correction depends on an unknown
MOST = 60  # unknowns in a correction
BENT = 10  # of them, those that also act by squares and products
RIDGE = 1.0
WIDER = 1.1  # width of where points start, against the best guess
SWEEPS = 30


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


def learn(case: Case, simulated: Sequence[tuple[Floats, Floats]]) -> Emulator:
    """Fit corrections to simulated points, (z, quarters) by stage: one to all of them, and one to
    what it still misses at those of the last stage, which are nearest to the counts."""
    z = np.concatenate([z for z, _ in simulated])
    wanted = np.concatenate([logs(expected(case, z, quarters)) for z, quarters in simulated])
    missed = wanted - logs(expected(case, z, formula(case, z)))
    layers = [_layer(z, missed)]
    last = len(simulated[-1][0])
    z, missed = z[-last:], missed[-last:] - layers[0].at(z[-last:])
    if len(simulated) > 1:
        layers.append(_layer(z, missed))
        missed = missed - layers[1].at(z)
    terms_used = sum(layer.slopes.shape[0] for layer in layers)
    freedom = max(last - terms_used, last // 4)
    error = measured(expected(case, z[:1], formula(case, z[:1])), missed * np.sqrt(last / freedom))
    return Emulator(case, tuple(layers), error, _moving(case, layers))


def _layer(z: Floats, missed: Floats) -> Layer:
    columns = _telling(z, missed)
    bent = min(BENT, len(columns), max(int(np.sqrt(len(z) / 4)) - 2, 0))
    x = terms(z[:, columns], bent)
    penalty = np.full(x.shape[1], RIDGE)
    penalty[0] = 1e-6
    slopes = np.linalg.solve(x.T @ x + np.diag(penalty), x.T @ missed)
    return Layer(columns, bent, np.asarray(slopes, np.float64))


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


def points(emulator: Emulator, count: int, seed: int) -> Floats:
    """Points from prior times the stand-in's likelihood (float64[count, unknowns]).

    Fisher scoring finds the best guess and its width; every point starts from there and is moved
    by elliptical slice sampling (Murray, Adams, MacKay 2010; around a guess: Nishihara, Murray,
    Adams 2014), which leaves the target unchanged whatever the guess. How far each series is off
    by chance moves with the unknowns and is then forgotten.
    """
    rng = np.random.default_rng([seed, 11])
    names, moves = len(emulator.case.unknowns.names), emulator.moves
    z = rng.standard_normal((count, names))
    middle, root = best_guess(emulator)

    def around(x: Floats, rows: NDArray[np.int64]) -> Floats:
        """Target against the guess, log."""
        y = np.linalg.solve(root, (x - middle).T)
        target = _log_target(emulator, x, z[rows])
        return np.asarray(target + 0.5 * (y * y).sum(axis=0))

    x = middle + rng.standard_normal((count, len(middle))) @ root.T
    now = around(x, np.arange(count))
    for _ in range(SWEEPS):
        other = rng.standard_normal((count, len(middle))) @ root.T
        level = now + np.log(rng.random(count))
        angle = rng.random(count) * 2 * np.pi
        low, high = angle - 2 * np.pi, angle.copy()
        left = np.arange(count)
        while len(left):
            cos, sin = np.cos(angle[left])[:, None], np.sin(angle[left])[:, None]
            trial = middle + (x[left] - middle) * cos + other[left] * sin
            value = around(trial, left)
            good = value >= level[left]
            x[left[good]], now[left[good]] = trial[good], value[good]
            left = left[~good]
            back = angle[left] < 0
            low[left[back]] = angle[left[back]]
            high[left[~back]] = angle[left[~back]]
            angle[left] = low[left] + rng.random(len(left)) * (high[left] - low[left])
            left = left[high[left] - low[left] > 1e-9]
    z[:, moves] = x[:, : len(moves)]
    return z


def _log_target(emulator: Emulator, x: Floats, z: Floats) -> Floats:
    """Log of prior times likelihood. x: the moving unknowns and, after them, where each series is
    by chance; z: all unknowns, of which the moving ones are replaced."""
    full = z.copy()
    moving = len(emulator.moves)
    full[:, emulator.moves] = x[:, :moving]
    chance = given(emulator.expected(full), emulator.error, x[:, moving:])
    return np.asarray(chance - 0.5 * (x * x).sum(axis=1))


def best_guess(emulator: Emulator, steps: int = 40) -> tuple[Floats, Floats]:
    """Most probable place of what moves (as in `_log_target`), and a root of its covariance,
    widened."""
    moving, series = len(emulator.moves), len(emulator.error.level)
    n = moving + series
    x = np.zeros(n)
    by_chance = _levels(emulator)
    rest = np.zeros((2 * n + 1, len(emulator.case.unknowns.names)))
    for _ in range(steps):
        near = np.concatenate([x[None], x + np.eye(n) * 1e-3, x - np.eye(n) * 1e-3])
        z = rest.copy()
        z[:, emulator.moves] = near[:, :moving]
        found = emulator.expected(z)
        seen = logs(found) + near[:, moving:] @ by_chance
        slope = (seen[1 : n + 1] - seen[n + 1 :]) / 2e-3
        information = np.eye(n) + (slope * _weights(emulator, found)) @ slope.T
        target = _log_target(emulator, near, rest)
        gradient = (target[1 : n + 1] - target[n + 1 :]) / 2e-3
        step = np.linalg.solve(information, gradient)
        tried = x + (0.5 ** np.arange(12))[:, None] * step
        values = _log_target(emulator, tried, rest[:12])
        best = int(np.argmax(values))
        if values[best] <= target[0] + 1e-6:
            break
        x = tried[best]
    covariance = np.linalg.inv(information)
    return x, np.linalg.cholesky(covariance) * WIDER


def _levels(emulator: Emulator) -> Floats:
    """What one standard deviation of each series' level does to the log of every known cell
    (float64[series, cells])."""
    z = np.zeros((1, len(emulator.case.unknowns.names)))
    found = emulator.expected(z)
    series = np.repeat(np.arange(len(found)), [int(one.target.known.sum()) for one in found])
    return np.asarray(
        (series == np.arange(len(found))[:, None]) * emulator.error.level[:, None], np.float64
    )


def _weights(emulator: Emulator, found: list[Expected]) -> Floats:
    """Information of each known cell about the log of its mean, at the first point."""
    weights, cell = [], 0
    for one in found:
        for k in np.flatnonzero(one.target.known):
            spread = float(np.hypot(one.spread[0], emulator.error.cell[cell]))
            mean = float(one.mean[0, k])
            if one.target.trials is None:
                weights.append(1 / (1 / max(mean, 1e-9) + spread**2))
            else:
                trials = max(float(one.target.trials[k]), 1.0)
                weights.append(1 / ((1 - mean) / (trials * mean) + spread**2))
            cell += 1
    return np.array(weights)
