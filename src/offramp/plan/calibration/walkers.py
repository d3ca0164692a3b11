"""Points drawn from what a stand-in makes of the counts.

Fisher scoring finds the most probable place. Points start around it, in coordinates in which they
are nearly normal (see `straight`), and are moved by elliptical slice sampling (Murray, Adams,
MacKay 2010) around a normal guess (Nishihara, Murray, Adams 2014), which leaves what they are drawn
from unchanged whatever the guess and the coordinates; the guess is made again from the points.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from offramp.plan.calibration import probable
from offramp.plan.calibration.emulator import Emulator
from offramp.plan.calibration.straight import Straight, Target, wider

Floats = NDArray[np.float64]
WIDER = 1.1  # width of the guess
FEWEST = 8  # points for each bent unknown, so that a guess can be made from them
ADAPTING, SWEEPS, FINAL = 3, 6, 22  # times the guess is made again, sweeps before each, and after


def points(emulator: Emulator, count: int, seed: int) -> Floats:
    """Points from prior times the stand-in's likelihood (float64[count, unknowns]). How far each
    series is off by chance moves with the unknowns and is then forgotten."""
    rng = np.random.default_rng([seed, 11])
    walkers = Walkers(emulator, count, rng)
    walkers.walk()
    return walkers.target.full(walkers.x, walkers.z)[:count]


class Walkers:
    """Points on their way. y: their coordinates; x: what moves, as in `Target`; z: all unknowns;
    normal: the rest's distribution, given the bent; now: log density of y."""

    def __init__(self, emulator: Emulator, count: int, rng: np.random.Generator) -> None:
        self.target, self.rng = Target(emulator), rng
        self.straight = Straight(self.target, probable.most_probable(self.target))
        bent, covariance = probable.bent(self.straight)
        count = max(count, FEWEST * len(bent))
        self.z = rng.standard_normal((count, len(emulator.case.unknowns.names)))
        self._guess(bent, covariance)
        self.y = self._of_guessed(rng.standard_normal((count, self.target.size)))
        self.normal = self.straight.normal(self.y[:, : len(bent)], self.z)
        self.x = self.straight.place(self.y, self.normal)
        self.now = self.target.at(self.x, self.z) + wider(self.normal)

    def _guess(self, middle: Floats, covariance: Floats) -> None:
        self.middle = middle
        self.root = WIDER * np.linalg.cholesky(covariance + 1e-6 * np.eye(len(covariance)))

    def guess_again(self) -> None:
        """And the coordinates, from the points themselves."""
        self.straight = Straight(self.target, self.x.mean(axis=0))
        bent = self.x[:, self.straight.bent]
        self.normal = self.straight.normal(bent, self.z)
        self.y = self.straight.coordinates(self.x, self.normal)
        self.now = self.target.at(self.x, self.z) + wider(self.normal)
        self._guess(bent.mean(axis=0), np.atleast_2d(np.cov(bent.T)))

    def walk(self) -> None:
        """Until the start is forgotten."""
        for _ in range(ADAPTING):
            self.sweep(SWEEPS)
            self.guess_again()
        self.sweep(FINAL)

    def sweep(self, times: int) -> None:
        """Move every point so many times: the bent ones, then the rest."""
        columns = np.arange(self.target.size)
        for _ in range(times):
            self._slice(columns < len(self.middle))
            self._slice(columns >= len(self.middle))

    def _guessed(self, y: Floats) -> Floats:
        """Coordinates in which the guess is standard normal."""
        bent, place = np.split(y, [len(self.middle)], axis=1)
        bent = np.linalg.solve(self.root, (bent - self.middle).T).T
        return np.concatenate([bent, place / WIDER], axis=1)

    def _of_guessed(self, u: Floats) -> Floats:
        bent, place = np.split(u, [len(self.middle)], axis=1)
        return np.concatenate([self.middle + bent @ self.root.T, place * WIDER], axis=1)

    def _slice(self, moves: NDArray[np.bool_]) -> None:
        rng, count = self.rng, len(self.y)
        here, other = self._guessed(self.y), rng.standard_normal(self.y.shape)
        level = self.now + 0.5 * (here**2).sum(axis=1) + np.log(rng.random(count))
        angle = rng.random(count) * 2 * np.pi
        low, high = angle - 2 * np.pi, angle.copy()
        left = np.arange(count)
        while len(left):
            cos, sin = np.cos(angle[left])[:, None], np.sin(angle[left])[:, None]
            u = np.where(moves, here[left] * cos + other[left] * sin, here[left])
            good = self._try(left, u, level[left], bent=bool(moves[0]))
            left, back = left[~good], angle[left[~good]] < 0
            low[left[back]] = angle[left[back]]
            high[left[~back]] = angle[left[~back]]
            angle[left] = low[left] + rng.random(len(left)) * (high[left] - low[left])
            left = left[high[left] - low[left] > 1e-9]

    def _try(
        self, rows: NDArray[np.int64], u: Floats, level: Floats, bent: bool
    ) -> NDArray[np.bool_]:
        """Move points where they are probable enough, and say which. bent: whether those moved."""
        y, z = self._of_guessed(u), self.z[rows]
        normal = self.normal[0][rows], self.normal[1][rows]
        if bent:
            normal = self.straight.normal(y[:, : len(self.middle)], z)
        x = self.straight.place(y, normal)
        now = self.target.at(x, z) + wider(normal)
        good = np.asarray(now + 0.5 * (u**2).sum(axis=1) >= level)
        taken = rows[good]
        self.y[taken], self.x[taken], self.now[taken] = y[good], x[good], now[good]
        self.normal[0][taken], self.normal[1][taken] = normal[0][good], normal[1][good]
        return good
