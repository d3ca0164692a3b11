"""Small counts, and what would give them away, are withheld."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from offramp.learn.disclosure.attack import recovered
from offramp.learn.disclosure.table import with_totals
from offramp.learn.indicators.protect import breakdown, pooled_groups
from tests.indicators_sample import cell, report, result, usual
from tests.stops_sample import Stop, months, take


def test_small_counts_and_their_guards_are_withheld_everywhere(here: Path):
    stops = [Stop(m, 40) for m in months(2021)] + [Stop(m, 10, "Arrest", True)
                                                  for m in months(2021)]  # fmt: skip
    stops += [Stop("2021-03", 30, group="black"), Stop("2021-03", 4, "Arrest", True, group="black")]
    stops += [
        Stop("2021-04", 60, group="asian"),
        Stop("2021-04", 15, "Arrest", True, group="asian"),
    ]
    take(here, "testham", stops)
    found = report(here)
    for one in found.results:
        for read in one.readings:
            for c in (*read.cells, *read.peers):
                assert not (c.numerator and 0 < c.numerator < 10), (one.id, c)
    arrests = result(found, "iP1").readings[0]
    black = cell(arrests, "black", "ethnicity")
    assert black.withheld == "small" and black.span is None
    hidden = [c for c in arrests.cells if c.group_kind == "ethnicity" and c.withheld]
    assert len(hidden) >= 2, "one withheld group alone is the total less the others"


def test_withheld_cells_cannot_be_worked_out_by_linear_programming():
    random = np.random.default_rng(7)
    for _ in range(60):
        n = random.integers(0, 60, size=random.integers(2, 6))
        k = random.binomial(n, 0.25)
        groups = [f"g{i}" for i in range(len(n))]
        why = breakdown(dict(zip(groups, k, strict=True)), dict(zip(groups, n, strict=True)), 10)
        if why is None or not any(why.values()):
            continue
        cells = with_totals(np.stack([k, n - k], axis=1).astype(np.int64))
        mask = np.zeros(cells.shape, dtype=bool)
        for i, group in enumerate(groups):
            if why[group]:
                mask[i, :] = cells[i, 2] > 0
                mask[i, 2] = bool(why[group])
        assert not [at for at in recovered(cells, mask) if 0 < cells.ravel()[at] < 10]


def test_small_groups_are_put_together_before_others_are_withheld():
    k = {"white": 300.0, "black": 30.0, "other": 6.0, "unknown": 8.0}
    n = {"white": 900.0, "black": 90.0, "other": 20.0, "unknown": 25.0}
    out, of = pooled_groups(k, n, 10, ("unknown", "not_stated"))
    assert out == {"white": 300.0, "black": 30.0, "others together": 14.0}
    assert of == {"white": 900.0, "black": 90.0, "others together": 45.0}


def test_the_threshold_can_be_raised(here: Path):
    take(here, "testham", usual())
    assert cell(result(report(here), "iP1").readings[0], "black", "ethnicity").numerator == 36
    raised = result(report(here, threshold=50), "iP1").readings[0]
    assert all(c.numerator is None for c in raised.cells if c.group == "black")
