"""Points drawn from what a stand-in makes of the counts.

Fisher scoring finds the most probable place and its width. Points start there and are moved by
elliptical slice sampling (Murray, Adams, MacKay 2010) around a normal guess (Nishihara, Murray,
Adams 2014), which leaves what they are drawn from unchanged whatever the guess; the guess is made
again from the points until it fits. After each sweep the spread of every drift moves while the
drift itself stays (the other side of Yu and Meng 2011, doi 10.1198/jcgs.2011.203main), since a
spread can hardly move when all its steps stay.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from offramp.plan.calibration.emulator import Emulator
from offramp.plan.calibration.marginal import given
from offramp.plan.calibration.observe import Expected, logs
from offramp.plan.calibration.unknowns import Path

Floats = NDArray[np.float64]
WIDER = 1.1  # width of the guess
FEWEST = 5  # points for each number that moves, so that a guess can be made from them
ADAPTING, SWEEPS, FINAL = 5, 12, 80  # times the guess is made again, sweeps before each, and after
AWAY = 0.4  # size of a spread's move, standard normal


def points(emulator: Emulator, count: int, seed: int) -> Floats:
    """Points from prior times the stand-in's likelihood (float64[count, unknowns]). How far each
    series is off by chance moves with the unknowns and is then forgotten."""
    rng = np.random.default_rng([seed, 11])
    moving = len(emulator.moves) + len(emulator.error.level)
    walkers = _Walkers(emulator, max(count, FEWEST * moving), rng)
    for _ in range(ADAPTING):
        walkers.sweep(SWEEPS)
        walkers.guess_again()
    walkers.sweep(FINAL)
    z = walkers.z[:count].copy()
    z[:, emulator.moves] = walkers.x[:count, : len(emulator.moves)]
    return z


class _Walkers:
    """Points on their way. x: what moves, as in `_log_target`; z: all unknowns."""

    def __init__(self, emulator: Emulator, count: int, rng: np.random.Generator) -> None:
        self.emulator, self.rng = emulator, rng
        names = emulator.case.unknowns.names
        self.at = {names[column]: i for i, column in enumerate(emulator.moves)}
        self.z = rng.standard_normal((count, len(names)))
        middle, root = best_guess(emulator)
        self.x = middle + rng.standard_normal((count, len(middle))) @ root.T
        self.now = self._target(self.x, np.arange(count))
        self._guess(middle, root @ root.T)

    def _guess(self, middle: Floats, covariance: Floats) -> None:
        self.middle, self.root = middle, np.linalg.cholesky(covariance)
        self.inverse = np.linalg.inv(self.root)

    def guess_again(self) -> None:
        """From the points themselves."""
        covariance = np.asarray(np.cov(self.x.T), np.float64) * WIDER**2
        self._guess(self.x.mean(axis=0), covariance + 1e-4 * np.eye(len(covariance)))

    def _target(self, x: Floats, rows: NDArray[np.int64]) -> Floats:
        return _log_target(self.emulator, x, self.z[rows])

    def sweep(self, times: int) -> None:
        """Move every point so many times."""
        for _ in range(times):
            self._slice()
            for path in self.emulator.case.unknowns.paths:
                self._spread(path)

    def _against_guess(self, x: Floats, target: Floats) -> Floats:
        y = (x - self.middle) @ self.inverse.T
        return np.asarray(target + 0.5 * (y * y).sum(axis=1))

    def _slice(self) -> None:
        x, rng, middle = self.x, self.rng, self.middle
        count = len(x)
        other = rng.standard_normal(x.shape) @ self.root.T
        level = self._against_guess(x, self.now) + np.log(rng.random(count))
        angle = rng.random(count) * 2 * np.pi
        low, high = angle - 2 * np.pi, angle.copy()
        left = np.arange(count)
        while len(left):
            cos, sin = np.cos(angle[left])[:, None], np.sin(angle[left])[:, None]
            trial = middle + (x[left] - middle) * cos + other[left] * sin
            value = self._target(trial, left)
            good = self._against_guess(trial, value) >= level[left]
            x[left[good]], self.now[left[good]] = trial[good], value[good]
            left, back = left[~good], angle[left[~good]] < 0
            low[left[back]] = angle[left[back]]
            high[left[~back]] = angle[left[~back]]
            angle[left] = low[left] + rng.random(len(left)) * (high[left] - low[left])
            left = left[high[left] - low[left] > 1e-9]

    def _spread(self, path: Path) -> None:
        """Another spread with the same drift: steps shrink as it grows."""
        unknowns, at = self.emulator.case.unknowns, self.at
        if path.spread not in at:
            return
        x, spread = self.x.copy(), at[path.spread]
        x[:, spread] += AWAY * self.rng.standard_normal(len(x))
        before = unknowns.value_of(path.spread, self.x[:, spread])
        after = unknowns.value_of(path.spread, x[:, spread])
        steps = [at[name] for name in path.steps if name in at]
        x[:, steps] *= (before / after)[:, None]
        value = self._target(x, np.arange(len(x)))
        ratio = value - self.now + len(steps) * np.log(before / after)
        good = np.log(self.rng.random(len(x))) < ratio
        self.x[good], self.now[good] = x[good], value[good]


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
