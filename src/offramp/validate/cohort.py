"""People followed from one day: chosen from the place after its run-in, and what befalls them then.

The same people, with the same luck, are in both arms unless an arm names others. Kits handed out
and treatment begun on the first day count with its week; arrests of the first day do not: they
are why somebody is followed, not what becomes of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from offramp.model import cohort as trial
from offramp.model import people as ppl
from offramp.model import tallies as t
from offramp.model import week as loop
from offramp.model.parameters import INDEX
from offramp.model.people import People
from offramp.model.start import strata_of
from offramp.model.state import PEOPLE_HERE, Task
from offramp.plan.inputs import Floats
from offramp.plan.world import RUN_IN, World
from offramp.validate.measuring import AT_THE_END, PERSON_YEARS, tallied

HALF_YEAR, TWO_MONTHS = 26, 8
Bits = NDArray[np.bool_]


class NobodyError(Exception):
    """The place has no such people in this run."""


@dataclass(frozen=True)
class After:
    """A cohort at its end. sums: tallies within the window, float64[tallies]; stayed: who was in
    treatment when the window began and has not left it since, bool[people] (dead ones included)."""

    people: People
    sums: Floats
    stayed: Bits


def followed(
    world: World,
    rows: NDArray[np.float32],
    of: str,
    starts: Mapping[str, float],
    days_held: float,
    people: int,
    window: tuple[int, int],
) -> After:
    """The cohort at the end, and what befell it within the window of weeks.

    rows: parameters in every week; starts: share of the cohort by event. Raises NobodyError
    when the place has no such person.
    """
    cohort = _chosen(world, of, people)
    strata, _ = strata_of(people, np.ones(1), np.ones(1), 0.0, len(rows))
    first_day = _begin(cohort, world, rows[0], starts, days_held)
    areas = np.zeros((1, loop.AREA_COLUMNS), np.float32)
    loop.shares(cohort, strata, areas)
    if "inject" not in of:  # others in the place keep who can infect whom
        here = world.fitted.areas
        areas[0, :2] = np.average(here[:, :2], axis=0, weights=here[:, PEOPLE_HERE])
    place, scratch = np.zeros(loop.PLACE_COLUMNS, np.int64), loop.room(people, 1)
    start = RUN_IN
    for first, last in ((0, window[0]), window):
        treated, since = cohort.flags & ppl.OAT != 0, cohort.oat_since.copy()
        counted = np.zeros((-(-max(last - first, 1) // 52), 1, t.COUNT), np.int64)
        if last > first:
            loop.run(
                Task(
                    cohort, strata, rows[first:last], np.ones(last - first, np.float32),
                    start + first, world.seed, world.draw.number, 0, 0.0, 0.0, areas, place,
                    scratch, counted, loop.WEEKS_A_YEAR,
                )
            )  # fmt: skip
    sums = counted.sum(axis=(0, 1)).astype(float)
    sums[: len(t.EXPECTED)] /= t.UNITS
    if window[0] == 0:
        sums += first_day
    return After(
        cohort, sums, treated & (cohort.flags & ppl.OAT != 0) & (cohort.oat_since == since)
    )


def value(measure: str, per: str, after: After) -> float:
    """The measure of a cohort, in the unit `per`; a share of all of it for AT_THE_END."""
    sums = after.sums
    if measure in AT_THE_END:
        alive = after.people.flags & ppl.GONE == ppl.ALIVE
        return float((alive & after.stayed if measure == "still_in_treatment" else alive).mean())
    columns, factor = tallied(measure)
    count = float(sums[columns].sum() * factor)
    if per == "year":
        return count
    name, years = PERSON_YEARS
    person_years = max(float(sums[t.AT[name]]) * years, 1e-9)
    return count / person_years * (100 if per == "100_person_years" else 1)


def _chosen(world: World, of: str, people: int) -> People:
    everyone = world.fitted.people
    flags = everyone.flags
    now = RUN_IN
    there = (flags & (ppl.GONE | ppl.CUSTODY)) == 0
    uses = (flags & (ppl.OPIOIDS | ppl.USING)) == (ppl.OPIOIDS | ppl.USING)
    opioids = flags & ppl.OPIOIDS != 0
    off = uses & (flags & ppl.OAT == 0)
    settled = (everyone.released < now - TWO_MONTHS) & (everyone.stopped < now - TWO_MONTHS)
    kinds: dict[str, Bits] = {
        "everyone": there,
        "opioids": there & uses,
        "inject": there & (flags & ppl.INJECTING != 0),
        "in_treatment": there & (flags & ppl.OAT != 0),
        "off_treatment": there & off,
        "tolerant": there & off & settled,
        "left_treatment": there & (flags & ppl.OAT == 0) & (everyone.stopped > ppl.NEVER),
        "survivors": there & opioids & (everyone.overdosed > now - HALF_YEAR),
        "lately_held": there & (everyone.released > now - HALF_YEAR),
    }
    found = np.flatnonzero(kinds[of])
    if not len(found):
        raise NobodyError(of)
    chosen = found[np.linspace(0, len(found) - 1, people).round().astype(np.int64)]
    columns: list[Any] = [column[chosen] for column in everyone]
    cohort = People(*columns)
    _turn(cohort, np.ones(people, bool), on=0, off=ppl.WAITING)  # a cohort has places for all
    return cohort


def _begin(
    cohort: People,
    world: World,
    row: NDArray[np.float32],
    starts: Mapping[str, float],
    days_held: float,
) -> NDArray[np.int64]:
    """What happens to whom on the first day. Who they are depends on the draw alone.

    Returns what counts of it, int64[tallies]: kits handed out and treatment begun.
    """
    handed, left_out = np.zeros(t.COUNT, np.int64), np.zeros(t.COUNT, np.int64)
    n, start = cohort.flags.size, RUN_IN
    rng = np.random.default_rng((world.seed, world.draw.number, 23))
    chance = {event: rng.random(n) for event in ("release", "stops_treatment", "treatment", "kit")}
    patience = -np.log(1 - rng.random(n))
    hit = {event: u < starts.get(event, 0.0) for event, u in chance.items()}
    hit["treatment"] &= cohort.flags & ppl.OPIOIDS != 0
    for event in ("arrest", "offer"):
        if event in starts:
            keys = loop.room(1, 1).streams
            trial.begin(
                cohort,
                row,
                start - 1,
                world.seed,
                world.draw.number,
                keys,
                event == "offer",
                left_out,
            )
    if "release" in starts:
        out = hit["release"]
        days = -days_held * np.log(1 - rng.random(n))  # exponential, as in the process `custody`
        lost = (1 - np.exp(-days / row[INDEX["tolerance_days"]])) * (1 - row[INDEX["used_inside"]])
        cohort.released[out] = start
        cohort.tolerance_lost[out] = lost[out]
        broken_off = out & ~hit["treatment"] & (cohort.flags & ppl.OAT != 0)
        cohort.stopped[broken_off] = start
        _turn(cohort, out, on=0, off=ppl.OAT | ppl.WAITING | ppl.LEFT_ON_OAT)
        held_on = out & hit["treatment"]
        _turn(cohort, held_on, on=ppl.OAT | ppl.LEFT_ON_OAT, off=0)
        cohort.oat_since[held_on] = start - HALF_YEAR
        cohort.patience[held_on] = patience[held_on]
    stops = hit["stops_treatment"]
    _turn(cohort, stops, on=0, off=ppl.OAT | ppl.WAITING)
    cohort.stopped[stops] = start
    begins = hit["treatment"] & ~hit["release"]
    handed[t.N_OAT_ENTRIES] = (begins & (cohort.flags & ppl.OAT == 0)).sum()
    _turn(cohort, begins, on=ppl.OAT, off=ppl.WAITING)
    cohort.oat_since[begins] = start
    cohort.patience[begins] = patience[begins]
    if "kit" in starts:
        _turn(cohort, np.ones(n, bool), on=0, off=ppl.KIT)
        _turn(cohort, hit["kit"], on=ppl.KIT, off=0)
        handed[t.N_KITS] = hit["kit"].sum()
    return handed


def _turn(cohort: People, who: Bits, on: int, off: int) -> None:
    flags = cohort.flags[who]
    cohort.flags[who] = (flags & ~np.int32(off)) | np.int32(on)
