"""A table of counts with all its totals, and the sums that hold in it.

For r categories in a dimension, index r is the total over them; so a table of 3 × 4 is held as
4 × 5 cells. Whoever reads a published table knows these sums.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Counts = NDArray[np.int64]
Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]


def with_totals(counts: Counts) -> Counts:
    """Add the total of every dimension."""
    whole = counts
    for axis in range(counts.ndim):
        whole = np.concatenate([whole, whole.sum(axis=axis, keepdims=True)], axis=axis)
    return whole


def sums(shape: tuple[int, ...]) -> sparse.csr_array:
    """The sums of a table with totals of this shape: sums @ cells.ravel() == 0."""
    index = np.arange(int(np.prod(shape))).reshape(shape)
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    number = 0
    for axis in range(len(shape)):
        lines = np.moveaxis(index, axis, -1).reshape(-1, shape[axis])
        for line in lines:
            rows += [number] * len(line)
            columns += [int(i) for i in line]
            values += [1.0] * (len(line) - 1) + [-1.0]
            number += 1
    return sparse.csr_array((values, (rows, columns)), shape=(number, index.size))
