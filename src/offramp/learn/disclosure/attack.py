"""Try to work out withheld cells from what is published, as a determined reader would.

Known to the reader: every published cell, that totals are sums, that counts are 0 or more. By
linear programming each withheld cell gets its smallest and largest possible value. A cell whose
two values are the same is recovered.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import optimize, sparse

from offramp.learn.disclosure.table import Counts, Floats, Mask, sums


def ranges(tables: Sequence[tuple[Counts, Mask]]) -> list[dict[int, tuple[float, float]]]:
    """For each (table with totals, withheld): flat index -> (least, most) that is possible.

    All questions about all tables are put as one linear program of independent blocks.
    """
    blocks: list[sparse.csr_array] = []
    known: list[Floats] = []
    goals: list[Floats] = []
    asked: list[tuple[int, int, int]] = []  # table, cell, sign
    for number, (cells, withheld) in enumerate(tables):
        hidden = np.flatnonzero(withheld.ravel())
        if not len(hidden):
            continue
        all_sums = sums(cells.shape)
        shown = np.where(withheld.ravel(), 0.0, cells.ravel())
        part = sparse.csr_array(all_sums[:, hidden])
        used = np.diff(part.indptr) > 0
        part, right = sparse.csr_array(part[used]), -(all_sums @ shown)[used]
        for at, cell in enumerate(hidden):
            for sign in (1, -1):
                goal = np.zeros(len(hidden))
                goal[at] = sign
                blocks.append(part)
                known.append(right)
                goals.append(goal)
                asked.append((number, int(cell), sign))
    found: list[dict[int, tuple[float, float]]] = [{} for _ in tables]
    if not blocks:
        return found
    most = float(max(cells.max() for cells, _ in tables)) * 4 + 1
    right_sides = np.concatenate(known)
    held = sparse.csc_array(sparse.block_diag(blocks))
    solved = optimize.milp(  # without whole numbers: a linear program
        np.concatenate(goals),
        constraints=optimize.LinearConstraint(held, right_sides, right_sides),
        bounds=optimize.Bounds(0, most),
    )
    if solved.x is None:
        raise ArithmeticError(f"the attack could not be computed: {solved.message}")
    ends = np.split(solved.x, np.cumsum([len(goal) for goal in goals])[:-1])
    for (table, cell_at, way), aim, x in zip(asked, goals, ends, strict=True):
        value = float(x[np.flatnonzero(aim)[0]])
        low, high = found[table].get(cell_at, (0.0, 0.0))
        found[table][cell_at] = (value, high) if way == 1 else (low, value)
    return found


def recovered(cells: Counts, withheld: Mask) -> list[int]:
    """Flat indices of withheld cells that a reader can work out."""
    (found,) = ranges([(cells, withheld)])
    return [cell for cell, (low, high) in found.items() if high - low < 1 - 1e-6]
