"""What is left of the published effect of an offer, once the model has had its part.

Trials compare people offered case work (or a contract) with people prosecuted, and give the ratio
of offending in two years, all ways together. Part of it runs through custody, treatment, records
and warrants, which the model has. So the trial is run inside the model, with the draw's own
people and values: everybody arrested on one day, or offered case work instead. The ratio of
expected recorded offences is found without and with a direct effect, and the direct effect that
gives the published total is read off the straight line between. It can be above 1: where custody
holds people from offending, or where the draw's total is 1 and the model itself gives less. It is
kept within 0.3 to 1.2, and is 1 where the line does not fall.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from offramp.model import cohort, people, tallies
from offramp.model import week as loop
from offramp.model.parameters import INDEX
from offramp.model.people import People
from offramp.model.start import strata_of
from offramp.model.state import Task
from offramp.plan.inputs import Floats
from offramp.plan.world import RUN_IN, World

PEOPLE, WEEKS, TRIED = 2048, 104, 0.6
LOWEST, HIGHEST = 0.3, 1.2


def residual(world: World, total: float, services: Mapping[str, float]) -> float:
    """The direct effect on offending with which the whole chain gives `total` in this draw.

    services: what case work offers (parameters engaged_treatment_entry, warrant_cleared). The
    answer is kept between 0.3 and 1.2: what no value in that range can give stays unexplained.
    """
    without = total_effect(world, 1.0, services)
    with_it = total_effect(world, TRIED, services)
    slope = (without - with_it) / (1 - TRIED)
    if slope <= 0:
        return 1.0
    return float(np.clip(1 - (without - total) / slope, LOWEST, HIGHEST))


def total_effect(world: World, direct: float, services: Mapping[str, float]) -> float:
    """Ratio of recorded offences in two years, offered against prosecuted."""
    row = world.fitted.row.copy()
    for name, value in services.items():
        row[INDEX[name]] = value
    row[INDEX["engaged_offending"]] = direct
    offered, prosecuted = (_offences(world, row, arm) for arm in (True, False))
    return offered / max(prosecuted, 1e-9)


def _offences(world: World, row: Floats, offered: bool) -> float:
    weeks = WEEKS * world.steps
    rows = np.repeat(row[None, :].astype(np.float32), weeks, axis=0)
    of = _sample(world)
    strata, _ = strata_of(PEOPLE, np.ones(1), np.ones(1), 0.0, WEEKS)
    scratch = loop.room(PEOPLE, 1)
    counted = np.zeros((WEEKS // 52, 1, tallies.COUNT), np.int64)
    start = RUN_IN * world.steps
    cohort.begin(
        of, rows[0], start - 1, world.seed, world.draw.number, scratch.streams, offered,
        counted[0, 0],
    )  # fmt: skip
    counted[:] = 0
    areas = np.zeros((1, loop.AREA_COLUMNS), np.float32)
    loop.shares(of, strata, areas)
    loop.run(
        Task(
            of, strata, rows, np.ones(weeks, np.float32), start, world.seed, world.draw.number,
            0, 0.0, 0.0, areas, np.zeros(loop.PLACE_COLUMNS, np.int64), scratch, counted,
            loop.WEEKS_A_YEAR * world.steps,
        )
    )  # fmt: skip
    return float(counted[:, :, [tallies.ACQUISITIVE, tallies.VIOLENT]].sum())


def _sample(world: World) -> People:
    """People alive and free after the run-in, evenly taken from all groups."""
    everyone = world.fitted.people
    there = np.flatnonzero((everyone.flags & (people.GONE | people.CUSTODY)) == 0)
    chosen = there[np.linspace(0, len(there) - 1, PEOPLE).astype(np.int64)]
    columns: list[Any] = [column[chosen] for column in everyone]
    return People(*columns)
