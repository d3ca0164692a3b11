"""One draw: people of the place, fitted to its own figures, then every scenario from there.

The uncertain base rates are scaled until the second year of the run-in gives the place's deaths,
contacts, recorded offences, arrests and people in treatment as they are in this draw
(three passes; what is left over is reported). Every scenario starts from the same people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from offramp.model import people as ppl
from offramp.model import steady
from offramp.model import tallies as t
from offramp.model import week as loop
from offramp.model.parameters import INDEX
from offramp.model.people import People
from offramp.model.processes import supply
from offramp.model.start import Shares, hold, populate, strata_of
from offramp.model.state import ALL, Strata, Task
from offramp.plan.retention import exit_hazard

Floats = NDArray[np.float64]
RUN_IN = 104  # weeks


@dataclass(frozen=True)
class Targets:
    """A year in the place, in one draw, for people in scope; all as people simulated."""

    deaths: float
    contacts: float
    acquisitive: float
    violent: float
    arrests: float
    in_treatment: float
    fatal_share: float
    retained_12: float
    retained_36: float


@dataclass(frozen=True)
class Draw:
    """What is fixed for a draw. weights, ratios: per group; scale: people per person simulated."""

    number: int
    row: Floats
    shares: Shares
    targets: Targets
    weights: Floats
    ratios: Floats
    places: float  # people who can be in treatment at once, simulated
    per_100k: float  # people simulated for each 100,000 residents: scales places of case work
    areas: int = 1  # weights and ratios hold all groups of the first area, then of the next


@dataclass
class Fitted:
    """Today's parameters after fitting, the people at the end of the run-in, and the run-in."""

    row: Floats
    people: People
    areas: NDArray[np.float32]
    place: NDArray[np.int64]
    run_in: Floats  # float64[tallies]: the second year of the run-in


class World:
    """Memory and run-in of one draw; `scenario` runs one set of weekly parameters from there."""

    def __init__(
        self,
        draw: Draw,
        people: int,
        weeks: int,
        seed: int,
        strength: NDArray[np.float32] | None = None,
    ) -> None:
        """strength: of drugs in every week of run-in and horizon; drawn when not given."""
        self.draw = draw
        self.seed = seed
        self.weeks = weeks
        entry = float(draw.row[INDEX["entry_share"]])
        self.strata, there = strata_of(
            people, draw.weights, draw.ratios, entry, RUN_IN + weeks, draw.areas
        )
        self._there = there
        n = int(self.strata.start[-1])
        self._room = loop.room(n, len(self.strata.area), draw.areas)
        self.steps = int(draw.row[INDEX["steps_a_week"]])
        if draw.row[INDEX["steps_a_week"]] not in (1, 2):
            raise ValueError("steps_a_week must be 1 or 2")
        self._work = ppl.empty(n)
        if strength is None:
            spread = float(draw.row[INDEX["potency_sd"]])
            strength = supply.strength(spread, RUN_IN + weeks, seed, draw.number)
        self.strength = strength
        self.fitted = self._fit()

    def _start(self, row: Floats) -> People:
        d = self.draw
        return populate(
            d.shares, row, self.strata, self._there, RUN_IN + self.weeks, self.seed, d.number
        )

    def _run(
        self,
        people: People,
        rows: NDArray[np.float32],
        first: int,
        areas: NDArray[np.float32],
        place: NDArray[np.int64],
        couplings: int = ALL,
        period: int = loop.WEEKS_A_YEAR,
    ) -> NDArray[np.int64]:
        periods = -(-len(rows) // period)
        tallies = np.zeros((periods, len(self.strata.area), t.COUNT), np.int64)
        strength = self.strength[first : first + len(rows)]
        if self.steps > 1:
            rows, strength = np.repeat(rows, self.steps, 0), np.repeat(strength, self.steps)
        loop.run(
            Task(
                people, self.strata, rows, strength, first * self.steps,
                self.seed, self.draw.number, couplings, float(self.draw.per_100k),
                float(self.draw.places), areas, place, self._room, tallies,
                period * self.steps,
            )
        )  # fmt: skip
        if self.steps > 1:
            weeks = np.flatnonzero(t.WEEKS)
            tallies[:, :, weeks] //= self.steps
        return tallies

    def _try(
        self, row: Floats, weeks: int
    ) -> tuple[People, NDArray[np.float32], NDArray[np.int64], Floats]:
        people = self._work
        ppl.copy_into(self._begin, people)
        areas = np.zeros((self.draw.areas, loop.AREA_COLUMNS), np.float32)
        loop.shares(people, self.strata, areas)
        place = np.zeros(loop.PLACE_COLUMNS, np.int64)
        place[loop.OAT_NOW] = np.count_nonzero((people.flags & (ppl.OAT | ppl.GONE)) == ppl.OAT)
        rows = np.repeat(row[None, :].astype(np.float32), weeks, axis=0)
        tallies = self._run(people, rows, 0, areas, place)
        return people, areas, place, yearly(tallies[-1:], weeks - 52 * (len(tallies) - 1))

    def _fit(self) -> Fitted:
        row = self.draw.row.copy()
        goal = self.draw.targets
        exits = exit_hazard(goal.retained_12, goal.retained_36, 0.0)
        row[INDEX["exit_start"]], row[INDEX["exit_fall"]] = exits
        nobody_held = self._start(row)
        self._begin = ppl.empty(len(nobody_held.flags))
        ppl.copy_into(nobody_held, self._begin)
        for n, weeks in enumerate((6, RUN_IN, RUN_IN)):
            _, _, _, year = self._try(row, weeks)
            row = self._scaled(row, year, weeks)
            if n < 2:
                ppl.copy_into(nobody_held, self._begin)
                held = year[[t.N_REMANDED, t.N_SENTENCED]]
                hold(self._begin, row, held / 52, self.seed, self.draw.number)
        people, areas, place, year = self._try(row, RUN_IN)
        ppl.copy_into(people, self._begin)
        return Fitted(row, self._begin, areas, place, year)

    def _scaled(self, row: Floats, year: Floats, weeks: int) -> Floats:
        """Base rates scaled towards the targets after a look at one year (float64[tallies])."""
        goal = self.draw.targets
        new = row.copy()

        def scale(name: str, wanted: float, got: float, low: float, high: float) -> float:
            by = wanted / got if got > 0 else 1.0
            before = new[INDEX[name]]
            new[INDEX[name]] = min(max(before * by, low), high)
            return float(new[INDEX[name]] / before) if before > 0 else 1.0

        overdoses, deaths = year[t.OVERDOSES], year[t.OVERDOSE_DEATHS]
        fatal = scale("fatal_alone", goal.fatal_share, deaths / max(overdoses, 1e-9), 1e-4, 1.0)
        scale("overdose_rate", goal.deaths, deaths * fatal, 1e-5, 50)
        scale("contact_rate", goal.contacts, year[t.CONTACTS], 1e-5, 50)
        thefts = scale("acquisitive_rate", goal.acquisitive, year[t.ACQUISITIVE], 1e-6, 500)
        scale("violent_rate", goal.violent, year[t.VIOLENT], 1e-6, 500)
        injecting, of = year[t.INJECTING_WEEKS] / 52, self.draw.shares
        hcv = injecting * steady.infections(of.hcv, row, steady.hcv_lost(row))
        shared = scale("sharing_week", hcv, year[t.HCV], 1e-4, 50)
        hiv = injecting * steady.infections(of.hiv, row, steady.hiv_lost(row))
        usual = of.hiv * (1 - steady.hiv_suppressed(row))  # who can infect, of those who inject
        chance = year[t.INFECTIOUS_WEEKS] / max(year[t.INJECTING_WEEKS], 1.0) / max(usual, 1e-9)
        scale("hiv_event", hiv * chance, year[t.HIV] * shared, 1e-9, 1)
        others = (t.N_POSSESSION_ARRESTS, t.N_WARRANT_ARRESTS, t.N_SCENE_ARRESTS)
        wanted = max(goal.arrests - sum(year[k] for k in others), goal.arrests * 0.2)
        scale("arrest_per_offence", wanted, year[t.OFFENCE_ARRESTS] * thefts, 1e-6, 1)
        on_weeks, off_weeks = year[t.OAT_WEEKS], year[t.OAT_OFF_WEEKS]
        custody = year[t.N_OAT_CUSTODY_EXITS] / max(on_weeks, 1.0)
        exits = exit_hazard(goal.retained_12, goal.retained_36, min(custody, 0.006))
        new[INDEX["exit_start"]], new[INDEX["exit_fall"]] = exits
        drift = goal.in_treatment * 52 / max(on_weeks, 1.0)
        ends = (t.N_OAT_LEFT, t.N_OAT_CUSTODY_EXITS, t.N_OAT_DIED)
        leaving = sum(year[k] for k in ends) * drift - year[t.N_OAT_CUSTODY_STARTS]
        entering = max(leaving, 0.0) / max(off_weeks, 1.0) * 52
        if weeks < 52:
            entering = max(entering, 1e-4)
        now = year[t.N_OAT_JOINED] / max(off_weeks, 1.0) * 52
        by = entering / now if now > 0 else 1.0
        new[INDEX["oat_entry"]] = float(
            np.clip(new[INDEX["oat_entry"]] * np.clip(by, 0.2, 5), 1e-5, 50)
        )
        return new

    def scenario(
        self,
        rows: NDArray[np.float32],
        couplings: int = ALL,
        period: int = loop.WEEKS_A_YEAR,
    ) -> NDArray[np.int64]:
        """Tallies (int64[periods, strata, t.COUNT]) of the horizon under these weekly parameters,
        in periods of so many weeks."""
        ppl.copy_into(self.fitted.people, self._work)
        areas, place = self.fitted.areas.copy(), self.fitted.place.copy()
        return self._run(self._work, rows, RUN_IN, areas, place, couplings, period)

    @property
    def people_after(self) -> People:
        """The people at the end of the last scenario run."""
        return self._work


def yearly(tallies: NDArray[np.int64], weeks: int, discount: float = 0.0) -> Floats:
    """Sums over strata and years as numbers a year (float64[tallies]). discount: a year; later
    years count less, and all together as much as without (an equivalent annual number)."""
    by_year = tallies.sum(axis=1).astype(float)
    counts = (1 + discount) ** -np.arange(len(by_year), dtype=float)
    sums = (counts / counts.mean()) @ by_year
    sums[: len(t.EXPECTED)] /= t.UNITS
    return np.asarray(sums * (52 / weeks))


__all__: Sequence[str] = ("Draw", "Fitted", "Strata", "Targets", "World", "yearly")
