"""Counts that may be pooled with those of others: noise by differential privacy.

Each cell of the table gets discrete Laplace noise of scale `rows_of_one` / epsilon (OpenDP), so
that whether any one person is in the data changes the chance of every possible table by no more
than a factor exp(epsilon). `rows_of_one` is the most that one person can add to all cells
together. Totals are sums of the noisy cells, so that the table adds up; counts below 0 are given
as 0, which costs no privacy. The groups themselves (areas, years) are taken as public knowledge.

The noise is never seeded and never the same twice. Every further table about the same people adds
its epsilon to what has been given away.

Sources, as the documentation of OpenDP and others name them: Dwork, McSherry, Nissim, Smith 2006,
Theory of Cryptography Conference, 265-284; "Universally Utility-Maximizing Privacy Mechanisms"
(the discrete form).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from offramp.learn.disclosure.table import Counts, with_totals
from offramp.learn.disclosure.table_file import ALL, read_table


@dataclass(frozen=True)
class NoisyTable:
    """columns, labels: the groups, with "all" last; cells: noisy counts with totals; within: 95 of
    100 single cells (not totals) lie this near to their true count, before 0 stands for less."""

    columns: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    count: str
    cells: Counts
    epsilon: float
    rows_of_one: int
    within: int


def share(
    path: Path, by: Sequence[str], count: str, epsilon: float, rows_of_one: int = 1
) -> NoisyTable:
    """Count by the columns `by` and add noise. InputError: as for `protect`."""
    labels, counts = read_table(path, by, count)
    noisy, within = noisy_counts(counts, epsilon, rows_of_one)
    whole = tuple((*names, ALL) for names in labels)
    return NoisyTable(tuple(by), whole, count, with_totals(noisy), epsilon, rows_of_one, within)


def noisy_counts(counts: Counts, epsilon: float, rows_of_one: int) -> tuple[Counts, int]:
    """Counts with noise, none below 0, and how near 95 of 100 lie to the truth."""
    import opendp.prelude as dp

    dp.enable_features("contrib")
    scale = rows_of_one / epsilon
    space = dp.vector_domain(dp.atom_domain(T=int)), dp.l1_distance(T=int)
    measure = space >> dp.m.then_laplace(scale=scale)
    if not measure.map(d_in=rows_of_one) <= epsilon * (1 + 1e-9):
        raise AssertionError("the noise does not give the epsilon that was asked for")
    drawn = measure([int(n) for n in counts.ravel()])
    noisy = np.maximum(np.array(drawn, dtype=np.int64), 0).reshape(counts.shape)
    within = dp.discrete_laplacian_scale_to_accuracy(scale, 0.05)
    return noisy, int(np.ceil(within)) - 1


def csv_text(table: NoisyTable) -> str:
    """The table as CSV. Every row says that it holds noise."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*table.columns, table.count, "noise"])
    for place in np.ndindex(*table.cells.shape):
        keys = [names[i] for names, i in zip(table.labels, place, strict=True)]
        writer.writerow([*keys, int(table.cells[place]), f"epsilon {table.epsilon:g}"])
    return out.getvalue()
