"""The chance of the counts, whatever lies between what happens and what is counted.

The share of a series in scope, its spread beyond chance and how far the simulation's own chance has
the whole series off do not change what happens. So no points are spent on them: they are integrated
out on a grid, series by series, and drawn afterwards from what the counts leave of them.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp, ndtr

from offramp.plan.calibration.cells import Target
from offramp.plan.calibration.forward import Case
from offramp.plan.calibration.observe import (
    Error,
    Expected,
    by_series,
    log_likelihood,
    of_cells,
    scope,
)

Floats = NDArray[np.float64]
SPREADS = np.arange(-4.5, 4.51, 0.5)  # standard normal: as far as unknowns are taken
SCOPES = np.arange(-4.7, 4.71, 0.1)
CHANCES = np.arange(-4.5, 4.51, 0.05)
LEVELS = {True: 33, False: 96}  # nodes, for a scope that is certain and for others
AT_ONCE = 64  # points
FINEST = 0.002  # log scale: no finer level is asked for


@dataclass(frozen=True)
class Grid:
    """Nodes of one series. levels: log shift of its mean, scope and chance together; scopes: log
    share in scope; joint: log prior of [level, scope]; spreads: values, with log priors."""

    levels: Floats
    scopes: Floats
    joint: Floats
    spreads: Floats
    of_spread: Floats

    @property
    def of_level(self) -> Floats:
        return np.asarray(logsumexp(self.joint, axis=1))


def grid(case: Case, target: Target, error: float) -> Grid:
    """error: standard deviation of the level by chance, log scale."""
    u = case.unknowns
    spreads = u.priors[u.overdispersion[target.series]].at(ndtr(SPREADS))
    scopes, of_scope = np.zeros(1), np.zeros(1)
    certain = target.trials is not None or u.priors[target.in_scope].certain
    if not certain:
        scopes = np.log(np.clip(u.priors[target.in_scope].at(ndtr(SCOPES)), 1e-3, None))
        of_scope = _normal(SCOPES)
    elif target.trials is None:
        scopes = np.log(np.clip(u.priors[target.in_scope].at(np.array([0.5])), 1e-3, None))
    error = max(error, FINEST)
    low, high = (-scopes).min() - 4 * error, (-scopes).max() + 4 * error
    levels = np.linspace(low, high, LEVELS[certain])
    # No narrower than the grid is fine, or nothing would lie between two nodes.
    width = max(error, 0.7 * (levels[1] - levels[0]))
    joint = -0.5 * ((levels[:, None] + scopes) / width) ** 2
    joint = joint - logsumexp(joint, axis=0) + of_scope
    return Grid(levels, scopes, joint, spreads, _normal(SPREADS))


def _normal(z: Floats) -> Floats:
    return np.asarray(-0.5 * z**2 - logsumexp(-0.5 * z**2))


def marginal(
    case: Case, z: Floats, found: list[Expected], error: Error, workers: int = 1
) -> Floats:
    """Log of the chance of all known counts (float64[points])."""
    total = np.zeros(len(z))
    parts = [slice(k, k + AT_ONCE) for k in range(0, len(z), AT_ONCE)]
    with ThreadPoolExecutor(workers) as pool:
        for i, cells in enumerate(by_series(found)):
            one, cell = found[i], error.cell[cells]
            nodes = grid(case, one.target, float(error.level[i]))

            def chance(rows: slice, one=one, cell=cell, nodes=nodes) -> Floats:  # type: ignore[no-untyped-def]
                part = Expected(one.target, one.mean[rows], one.spread[rows])
                surface = _surface(case, z[rows], part, nodes, cell)
                return np.asarray(logsumexp(surface, axis=(1, 2)))

            total += np.concatenate(list(pool.map(chance, parts)))
    return total


def completed(
    case: Case, z: Floats, found: list[Expected], error: Error, seed: int
) -> tuple[Floats, Floats]:
    """The points with shares in scope and spreads drawn from what the counts leave of them, and
    the shift of every series by chance (float64[points, series], log scale)."""
    rng = np.random.default_rng([seed, 16])
    u, new = case.unknowns, z.copy()
    shift = np.zeros((len(z), len(found)))
    for i, cells in enumerate(by_series(found)):
        target = found[i].target
        nodes = grid(case, target, float(error.level[i]))
        surface = _surface(case, z, found[i], nodes, error.cell[cells])
        chosen = _draw(surface.reshape(len(z), -1), rng)
        spread, level = np.unravel_index(chosen, surface.shape[1:])
        new[:, u.at[u.overdispersion[target.series]]] = _between(SPREADS, spread, rng)
        shift[:, i] = _between(nodes.levels, level, rng)
        if len(nodes.scopes) > 1:
            new[:, u.at[target.in_scope]], shift[:, i] = parted(
                nodes.scopes, max(float(error.level[i]), FINEST), shift[:, i], rng
            )
        elif target.trials is None:
            shift[:, i] += np.log(scope(case, target, new))
    return new, shift


def parted(
    scopes: Floats, error: float, level: Floats, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """A level parted into scope (standard normal) and chance (log scale), which may be far finer
    than the grid. scopes: log share at the nodes."""
    left = error * CHANCES - level[:, None]  # for scope, log scale
    z, slope = np.interp(left, scopes, SCOPES), np.gradient(SCOPES, scopes + 1e-9 * SCOPES)
    density = -0.5 * (z**2 + CHANCES**2) + np.log(np.interp(left, scopes, slope))
    beyond = (left < scopes[0]) | (left > scopes[-1])
    chosen = _draw(np.where(beyond, -np.inf, density), rng)
    scope = np.interp(error * _between(CHANCES, chosen, rng) - level, scopes, SCOPES)
    return scope, level + np.interp(scope, SCOPES, scopes)


def _surface(case: Case, z: Floats, one: Expected, nodes: Grid, cell: Floats) -> Floats:
    """Log of chance times prior (float64[points, spreads, levels])."""
    target = one.target
    mean = one.mean
    if target.trials is None:
        mean = mean * scope(case, target, z)[:, None]
    total = np.zeros((len(nodes.spreads), len(z), len(nodes.levels)))
    by = np.exp(nodes.levels)
    for k, more in zip(np.flatnonzero(target.known), cell, strict=True):
        moved = mean[:, k, None] * by
        if target.trials is not None:
            moved = np.clip(moved, 1e-9, 1 - 1e-9)
        total += of_cells(target, int(k), moved, np.hypot(nodes.spreads, more)[:, None, None])
    total += nodes.of_spread[:, None, None] + nodes.of_level
    return np.moveaxis(total, 0, 1)


def _draw(log_weights: Floats, rng: np.random.Generator) -> NDArray[np.int64]:
    """One column of each row, with these chances."""
    gumbel = rng.gumbel(size=log_weights.shape)
    return np.asarray(np.argmax(log_weights + gumbel, axis=1))


def _between(nodes: Floats, chosen: NDArray[np.int64], rng: np.random.Generator) -> Floats:
    step = nodes[1] - nodes[0]
    return np.asarray(nodes[chosen] + step * (rng.random(len(chosen)) - 0.5))


def given(found: list[Expected], error: Error, chance: Floats) -> Floats:
    """Log of the chance of all known counts at these very points (float64[points]). chance:
    float64[points, series], standard normal: where the level is, by chance."""
    total = np.zeros(len(chance))
    for i, cells in enumerate(by_series(found)):
        mean = found[i].mean * np.exp(error.level[i] * chance[:, i, None])
        if found[i].target.trials is not None:
            mean = np.clip(mean, 1e-9, 1 - 1e-9)
        moved = Expected(found[i].target, mean, found[i].spread)
        total += log_likelihood(moved, error.cell[cells])
    return total


def measured(found: list[Expected], missed: Floats) -> Error:
    """The error that these misses show. missed: float64[points, cells], log scale."""
    level, cell = [], np.zeros(missed.shape[1])
    for cells in by_series(found):
        own = missed[:, cells]
        if own.shape[1] == 0:
            level.append(0.0)
            continue
        middle = own.mean(axis=1, keepdims=True)
        level.append(float(np.sqrt((middle**2).mean())))
        cell[cells] = np.sqrt(((own - middle) ** 2).mean(axis=0))
    return Error(np.array(level), cell)
