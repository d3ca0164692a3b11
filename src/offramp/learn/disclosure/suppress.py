"""Which cells of a table must be withheld.

First those from 1 to threshold - 1, totals included. Then, for each of them, further cells, so
that it could just as well be larger by `threshold`: a second table exists that has the same
published cells and the same sums. The further cells are chosen by a linear program that withholds
as little as it can, counted in events. Withheld cells all look the same; a zero may be among them.

So no reader can work out a withheld cell, nor tell that it is below the threshold, from this table
alone. It does not protect against a second table on the same people with other groups: publish
such tables together as one table, or not at all.

Source: Kelly, Golden, Assad 1992, Networks 22:397 (cell suppression as flows).
"""

from __future__ import annotations

import numpy as np
from scipy import optimize, sparse

from offramp.learn.disclosure.table import Counts, Floats, Mask, sums

EQUAL = 1e-7
CHEAP = 1e-3  # what a cell costs that is withheld anyway


def withheld(cells: Counts, threshold: int = 10) -> Mask:
    """bool, of the shape of `cells` (a table with totals): what must not be shown."""
    if threshold < 2:
        raise ValueError("a threshold below 2 protects nobody")
    if (cells < 0).any():
        raise ValueError("counts are 0 or more")
    values = cells.ravel().astype(float)
    small = np.flatnonzero((values > 0) & (values < threshold))
    hidden = np.zeros(values.size, dtype=bool)
    hidden[small] = True
    held = sums(cells.shape)
    both = sparse.csc_array(sparse.hstack([held, -held]))
    order = small[np.argsort(values[small], kind="stable")]
    safe = np.zeros(values.size, dtype=bool)
    for cell in order:
        if not safe[cell]:
            move = _way_out(int(cell), values, hidden, both, threshold)
            hidden |= np.abs(move) > EQUAL
            safe |= move >= threshold - EQUAL  # the same second table protects these too
    return hidden.reshape(cells.shape)


def _way_out(
    cell: int,
    values: Floats,
    hidden: Mask,
    both: sparse.csc_array,
    threshold: int,
) -> Floats:
    """By how much each cell moves if `cell` is to be larger by the threshold."""
    price = np.where(hidden, CHEAP, values + 1.0)
    size = values.size
    most = np.concatenate([np.full(size, np.inf), values])  # up freely, down to 0
    least = np.zeros(2 * size)
    least[cell] = threshold
    most[size + cell] = 0.0
    solved = optimize.milp(  # without whole numbers; it calls HiGHS with less ado than linprog
        np.concatenate([price, price]),
        constraints=optimize.LinearConstraint(both, 0, 0),
        bounds=optimize.Bounds(least, most),
    )
    if solved.x is None:  # cannot happen: all totals may rise with the cell
        return np.full(size, float(threshold))
    move: Floats = solved.x[:size] - solved.x[size:]
    return move
