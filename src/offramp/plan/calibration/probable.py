"""The most probable place, for a start."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from offramp.plan.calibration.straight import NEAR, Straight, Target, information, wider

Floats = NDArray[np.float64]
STEP = 0.02  # for slopes and curvatures of what has noise of its own
LEAST = 0.5  # curvature: no start is much wider than the prior


def most_probable(target: Target, steps: int = 40) -> Floats:
    """x by Fisher scoring (float64[size])."""
    n = target.size
    x = np.zeros(n)
    halves = 0.5 ** np.arange(12)
    rows = max(2 * n + 1, len(halves))
    all_rest = np.zeros((rows, len(target.emulator.case.unknowns.names)))
    rest = all_rest[: 2 * n + 1]
    for _ in range(steps):
        near = _around(x, NEAR)
        seen = target.logs(near, rest)
        slope = (seen[1 : n + 1] - seen[n + 1 :]) / (2 * NEAR)
        found = target.expected(near[:1], rest[:1])
        curvature = np.eye(n) + (slope * information(target, found)[0]) @ slope.T
        values = target.at(near, rest)
        gradient = (values[1 : n + 1] - values[n + 1 :]) / (2 * NEAR)
        tried = x + halves[:, None] * np.linalg.solve(curvature, gradient)
        reached = target.at(tried, all_rest[: len(halves)])
        best = int(np.argmax(reached))
        if reached[best] <= values[0] + 1e-6:
            break
        x = tried[best]
    return x


def bent(straight: Straight) -> tuple[Floats, Floats]:
    """The bent unknowns when all values of the rest are taken together: the most probable ones, and
    their covariance by the curvature there. The most probable place of all together is no guide to
    them: it has every step of a drift at its best, and so a spread that few places have."""
    n = len(straight.bent)
    rest = np.zeros((2 * n + 1, len(straight.target.emulator.case.unknowns.names)))

    def density(x: Floats) -> Floats:
        normal = straight.normal(x, rest[: len(x)])
        y = np.concatenate([x, np.zeros_like(normal[0])], axis=1)
        return straight.target.at(straight.place(y, normal), rest[: len(x)]) + wider(normal)

    def slope(x: Floats) -> tuple[float, Floats]:
        values = density(_around(x, STEP))
        return -float(values[0]), (values[n + 1 :] - values[1 : n + 1]) / (2 * STEP)

    found = minimize(slope, straight.middle[straight.bent], jac=True, method="BFGS").x
    ends = [[slope(found + sign * STEP * one)[1] for sign in (1, -1)] for one in np.eye(n)]
    curvature = np.array([(up - down) / (2 * STEP) for up, down in ends])
    size, axes = np.linalg.eigh((curvature + curvature.T) / 2)
    return found, (axes / np.maximum(size, LEAST)) @ axes.T


def _around(x: Floats, step: float) -> Floats:
    """x, and x with each number a step up, and a step down (float64[2 n + 1, n])."""
    steps = np.eye(len(x)) * step
    return np.concatenate([x[None], x + steps, x - steps])
