"""Difference in differences, also when units start at different times.

Two estimators, both of which compare treated cells only with cells that are not yet or never
treated, so that an early starter never serves as a control for a later one:

- imputation: unit and period effects come from untreated cells alone; the effect is the mean,
  over treated cells, of what happened less what they foretell (Borusyak, Jaravel, Spiess 2024,
  Review of Economic Studies 91:3253). With one date it is the change of the treated less the
  change of the others.
- callaway_santanna: for each group that starts at g and period t, the change since g - 1 less
  the same change of units never treated (or, if there are none, not treated by t), averaged
  over treated cells (Callaway, Sant'Anna 2021, Journal of Econometrics 225:200).

Both are weighted sums of the cells: effect = sum(weights × y). Inference is by permutation of
the starts over the units, or by wild bootstrap.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from offramp.learn.designs import permutation, wild_bootstrap
from offramp.learn.fitted import Fitted
from offramp.learn.panel import NEVER, Bools, Floats, Integers, Panel

Estimator = Literal["imputation", "callaway_santanna"]


def fit(
    panel: Panel,
    y: Floats,
    *,
    estimator: Estimator = "imputation",
    inference: Literal["permutation", "wild_bootstrap"] = "permutation",
    permutations: int = 999,
    seed: int = 1,
    level: float = 0.95,
) -> Fitted:
    """The mean effect on the treated. `y`: float[N, T] on the scale of the analysis; the starts
    of the panel say who is treated from when."""
    treated = panel.treated.astype(float)
    words = "imputation from untreated cells" if estimator == "imputation" else "clean comparisons"
    name = f"difference in differences ({words})"

    def weigh(starts: Integers) -> Floats:
        return weights(panel.periods, starts, estimator)

    if inference == "wild_bootstrap":
        return wild_bootstrap.infer(
            y, treated, weigh(panel.starts), name=name, draws=permutations, seed=seed, level=level
        )
    return permutation.infer(
        y,
        treated,
        panel.starts,
        weigh,
        quiet=permutation.noise(y, panel.periods < panel.starts.min()),
        name=name,
        permutations=permutations,
        seed=seed,
        level=level,
    )


def weights(periods: Integers, starts: Integers, estimator: Estimator) -> Floats:
    """float[N, T] such that the effect is sum(weights × y)."""
    if estimator == "callaway_santanna":
        return _callaway_santanna(periods, starts)
    return _imputation(np.asarray(periods[None, :] >= starts[:, None]))


def _imputation(treated: Bools) -> Floats:
    """Weights of the mean over treated cells of y - (unit effect + period effect)."""
    number, length = treated.shape
    free = ~treated
    seen: Bools = np.asarray(free.any(axis=0))
    known: Bools = np.asarray(free.any(axis=1))
    usable = treated & seen[None, :] & known[:, None]
    if not usable.any():
        return np.zeros(treated.shape)
    mean = usable / usable.sum()
    target = np.concatenate([mean.sum(axis=1), mean.sum(axis=0)])
    f = free.astype(float)
    gram = np.zeros((number + length, number + length))
    gram[:number, :number] = np.diag(f.sum(axis=1))
    gram[number:, number:] = np.diag(f.sum(axis=0))
    gram[:number, number:] = f
    gram[number:, :number] = f.T
    keep = np.diag(gram) > 0
    keep[np.flatnonzero(keep)[-1]] = False  # one effect is the level of the others
    solved = np.zeros(number + length)
    try:
        solved[keep] = np.linalg.solve(gram[np.ix_(keep, keep)], target[keep])
    except np.linalg.LinAlgError:
        solved = np.linalg.lstsq(gram, target, rcond=None)[0]
    return np.asarray(mean - f * (solved[:number, None] + solved[None, number:]))


def _callaway_santanna(periods: Integers, starts: Integers) -> Floats:
    result = np.zeros((len(starts), len(periods)))
    never: Bools = np.asarray(starts == NEVER)
    some_never = bool(never.any())
    cells = 0
    for g in np.unique(starts[~never]):
        before = np.flatnonzero(periods < g)
        if not len(before):
            continue
        base = before[-1]
        group: Bools = np.asarray(starts == g)
        size = int(group.sum())
        for t in np.flatnonzero(periods >= g):
            control = never if some_never else np.asarray(starts > periods[t])
            if not control.any():
                continue
            cells += size
            pull = group.astype(float) - control * (size / control.sum())
            result[:, t] += pull
            result[:, base] -= pull
    return result / cells if cells else result
