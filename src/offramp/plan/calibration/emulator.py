"""A quick stand-in for the model, and points drawn from what it makes of the counts.

The stand-in is the formula times a correction, log-linear in the unknowns, learned from points
that were simulated. It only says where to look: every point is then simulated, and weighs as much
as the model says against the stand-in. So a poor stand-in costs points, not truth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from offramp.plan.calibration.forward import Case, formula
from offramp.plan.calibration.observe import Expected, expected, log_likelihood, logs

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
    """The formula and its corrections. error: of each known cell, on the log scale."""

    case: Case
    layers: tuple[Layer, ...]
    error: Floats
    moves: NDArray[np.int64]  # columns that the points' density depends on

    def expected(self, z: Floats) -> list[Expected]:
        """As the model would give, nearly."""
        found = expected(self.case, z, formula(self.case, z))
        more = sum((layer.at(z) for layer in self.layers), np.zeros((len(z), len(self.error))))
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

    def log_likelihood(self, z: Floats) -> Floats:
        """Of all known counts (float64[points]), with the stand-in's error in the spread."""
        return log_likelihood(self.expected(z), self.error)


def learn(case: Case, z: Floats, quarters: Floats, start: Emulator | None = None) -> Emulator:
    """Fit a correction to simulated points; with start, to what that one still misses."""
    wanted = logs(expected(case, z, quarters))
    had = expected(case, z, formula(case, z)) if start is None else start.expected(z)
    missed = wanted - logs(had)
    columns = _telling(z, missed)
    bent = min(BENT, len(columns), max(int(np.sqrt(len(z) / 4)) - 2, 0))
    x = terms(z[:, columns], bent)
    penalty = np.full(x.shape[1], RIDGE)
    penalty[0] = 1e-6
    slopes = np.asarray(np.linalg.solve(x.T @ x + np.diag(penalty), x.T @ missed), np.float64)
    freedom = max(len(z) - x.shape[1], len(z) // 4)
    error = np.sqrt(((missed - x @ slopes) ** 2).sum(axis=0) / freedom)
    layers = (*(() if start is None else start.layers), Layer(columns, bent, slopes))
    return Emulator(case, layers, error, _moving(case, layers))


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


def _moving(case: Case, layers: tuple[Layer, ...]) -> NDArray[np.int64]:
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
    Adams 2014), which leaves the target unchanged whatever the guess.
    """
    rng = np.random.default_rng([seed, 11])
    names, moves = len(emulator.case.unknowns.names), emulator.moves
    z = rng.standard_normal((count, names))
    middle, root = best_guess(emulator)

    def around(x: Floats, rows: NDArray[np.int64]) -> Floats:
        """Target against the guess, log."""
        y = np.linalg.solve(root, (x - middle).T)
        full = z[rows]
        full[:, moves] = x
        target = emulator.log_likelihood(full) - 0.5 * (x * x).sum(axis=1)
        return np.asarray(target + 0.5 * (y * y).sum(axis=0))

    x = middle + rng.standard_normal((count, len(moves))) @ root.T
    now = around(x, np.arange(count))
    for _ in range(SWEEPS):
        other = rng.standard_normal((count, len(moves))) @ root.T
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
    z[:, moves] = x
    return z


def best_guess(emulator: Emulator, steps: int = 40) -> tuple[Floats, Floats]:
    """Most probable values of the moving unknowns, and a root of their covariance, widened."""
    moves = emulator.moves
    n = len(moves)
    x = np.zeros(n)
    full = np.zeros((n + 1, len(emulator.case.unknowns.names)))

    def log_target(at: Floats) -> Floats:
        z = np.zeros((len(at), full.shape[1]))
        z[:, moves] = at
        return np.asarray(emulator.log_likelihood(z) - 0.5 * (at * at).sum(axis=1))

    information = np.eye(n)
    for _ in range(steps):
        near = np.concatenate([x[None], x + np.eye(n) * 1e-3, x - np.eye(n) * 1e-3])
        z = np.zeros((len(near), full.shape[1]))
        z[:, moves] = near
        found = emulator.expected(z)
        seen = logs(found)
        slope = (seen[1 : n + 1] - seen[n + 1 :]) / 2e-3
        information = np.eye(n) + (slope * _weights(emulator, found)) @ slope.T
        target = emulator.log_likelihood(z) - 0.5 * (near * near).sum(axis=1)
        gradient = (target[1 : n + 1] - target[n + 1 :]) / 2e-3
        step = np.linalg.solve(information, gradient)
        lengths = 0.5 ** np.arange(12)
        values = log_target(x + lengths[:, None] * step)
        best = int(np.argmax(values))
        if values[best] <= target[0] + 1e-6:
            break
        x = x + lengths[best] * step
    covariance = np.linalg.inv(information)
    return x, np.linalg.cholesky(covariance) * WIDER


def _weights(emulator: Emulator, found: list[Expected]) -> Floats:
    """Information of each known cell about the log of its mean, at the first point."""
    weights, cell = [], 0
    for one in found:
        for k in np.flatnonzero(one.target.known):
            spread = float(np.hypot(one.spread[0], emulator.error[cell]))
            mean = float(one.mean[0, k])
            if one.target.trials is None:
                weights.append(1 / (1 / max(mean, 1e-9) + spread**2))
            else:
                trials = max(float(one.target.trials[k]), 1.0)
                weights.append(1 / ((1 - mean) / (trials * mean) + spread**2))
            cell += 1
    return np.array(weights)
