"""Stepped wedge: every unit gets it, in an order that was drawn by lot.

Cells under it are held against what unit and period effects of cells not yet under it foretell
(imputation); periods in which everybody has it say nothing and are left out. The lot itself
gives the inference: the order is drawn anew over the units, so no model of the errors is needed.

Sources: Hussey, Hughes 2007, Contemporary Clinical Trials 28:182 (the design); Kennedy-Shaffer,
de Gruttola, Lipsitch 2020, Statistics in Medicine 39:815 (effects within periods, permutation).
"""

from __future__ import annotations

import numpy as np

from offramp.learn.designs import differences
from offramp.learn.fitted import Fitted
from offramp.learn.panel import Bools, Floats, Panel


def informative(panel: Panel) -> Bools:
    """bool[T]: periods in which at least one unit has not started."""
    return np.asarray((~panel.treated).any(axis=0))


def fit(
    panel: Panel, y: Floats, *, permutations: int = 999, seed: int = 1, level: float = 0.95
) -> Fitted:
    """`y`: float[N, T] on the scale of the analysis."""
    useful = informative(panel)
    fitted = differences.fit(
        panel.keep_periods(useful),
        y[:, useful],
        estimator="imputation",
        inference="permutation",
        permutations=permutations,
        seed=seed,
        level=level,
    )
    method = fitted.method.replace("difference in differences", "stepped wedge")
    return Fitted(**{**vars(fitted), "method": method})
