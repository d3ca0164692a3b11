"""A CSV of counts in, a CSV that may leave the agency out."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from offramp.catalogue.problems import InputError, Problem
from offramp.learn.disclosure.suppress import withheld
from offramp.learn.disclosure.table import Counts, Mask, with_totals
from offramp.learn.panel import need_columns, number_in, read_rows

ALL = "all"
WITHHELD = "withheld"
MOST_CELLS = 20_000


@dataclass(frozen=True)
class SafeTable:
    """columns: the groups; labels: their values, with "all" last; cells and hidden with totals."""

    columns: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    count: str
    cells: Counts
    hidden: Mask
    threshold: int

    @property
    def small(self) -> int:
        """Cells withheld because they are small; the others protect them."""
        return int(((self.cells > 0) & (self.cells < self.threshold)).sum())


def protect(path: Path, by: Sequence[str], count: str, threshold: int) -> SafeTable:
    """Count by the columns `by`, with totals, and say what must be withheld. InputError."""
    labels, counts = read_table(path, by, count)
    cells = with_totals(counts)
    hidden = withheld(cells, threshold)
    whole = tuple((*names, ALL) for names in labels)
    return SafeTable(tuple(by), whole, count, cells, hidden, threshold)


def read_table(path: Path, by: Sequence[str], count: str) -> tuple[list[tuple[str, ...]], Counts]:
    """The values of each column of `by`, and the counts by them, without totals. InputError."""
    shown = str(path)
    header, lines = read_rows(path, shown)
    need_columns(header, [*by, count], shown)
    at = [header.index(name) for name in by]
    problems: list[Problem] = []
    rows: list[tuple[tuple[str, ...], int]] = []
    for line, row in lines:
        value = number_in(row[header.index(count)], line, count, shown, whole=True)
        keys = tuple(row[i] for i in at)
        for name, key in zip(by, keys, strict=True):
            if key.lower() == ALL:
                right = "leave out rows of totals; they are made anew"
                problems.append(Problem(shown, line, name, f'is "{key}"', right))
        if isinstance(value, Problem):
            problems.append(value)
        else:
            rows.append((keys, int(value)))
    if problems:
        raise InputError(problems[:50])
    labels = [tuple(dict.fromkeys(keys[i] for keys, _ in rows)) for i in range(len(by))]
    size = int(np.prod([len(names) + 1 for names in labels]))
    if size > MOST_CELLS:
        problem = f"makes a table of {size} cells; {MOST_CELLS} is the most"
        raise InputError(Problem(shown, 0, "", problem, "use fewer or wider groups"))
    counts = np.zeros([len(names) for names in labels], dtype=np.int64)
    for keys, value in rows:
        place = tuple(names.index(key) for names, key in zip(labels, keys, strict=True))
        counts[place] += value
    return labels, counts


def csv_text(table: SafeTable) -> str:
    """The table as CSV; what is withheld says so."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*table.columns, table.count])
    for place in np.ndindex(*table.cells.shape):
        keys = [names[i] for names, i in zip(table.labels, place, strict=True)]
        writer.writerow([*keys, WITHHELD if table.hidden[place] else int(table.cells[place])])
    return out.getvalue()
