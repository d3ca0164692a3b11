"""Calibrate a place: three independent runs, what they agree on, and the posterior from all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from offramp.catalogue.load import Catalogue
from offramp.place.load import LoadedPlace
from offramp.plan.calibration import rolling
from offramp.plan.calibration.cells import STOCKS, Window, window
from offramp.plan.calibration.emulator import learn
from offramp.plan.calibration.forward import CHANNELS, Case
from offramp.plan.calibration.luck import Luck, measured_luck
from offramp.plan.calibration.made_by import program_hash
from offramp.plan.calibration.observe import AT, expected
from offramp.plan.calibration.sampling import LONGEST, STAGES, Sample, even, sample, sobol
from offramp.plan.calibration.sense import check_sense
from offramp.plan.calibration.unknowns import unknowns
from offramp.plan.calibration.walkers import points
from offramp.plan.calibration.work import Kept, Work
from offramp.plan.memory import DRAWING, check_memory

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]
POINTS, PEOPLE, LUCKS, RUNS, KEPT = 1024, 1000, 4, 3, 512
AT_ORIGIN = 256  # points for a forecast, in every stage
LIKELY, LUCKY = 16, 8  # points simulated with other lucks too, and how many times in all
OTHER = 1000  # from one to the next, in seeds
TODAY = {
    "deaths": "deaths",
    "contacts": "contacts",
    "acquisitive_offences": "acquisitive",
    "violent_offences": "violent",
}
STOCK = "in_treatment"  # a level too, where a series counts it: how many there are


def a_year(quarters: Floats) -> dict[str, Floats]:
    """Levels by name, from quarters (float64[points, quarters, channels])."""
    mean = quarters.mean(axis=1)
    found = {name: 4 * mean[:, AT[channel]] for name, channel in TODAY.items()}
    return found | {STOCK: mean[:, AT[STOCK]]}


@dataclass(frozen=True)
class Settings:
    """points: in every stage of a run; people: simulated for each of the lucks; kept: points of
    the posterior that `plan` draws from."""

    points: int = POINTS
    people: int = PEOPLE
    lucks: int = LUCKS
    runs: int = RUNS
    seed: int = 1
    workers: int = 2
    forecasts: bool = True


@dataclass(frozen=True)
class Calibrated:
    """What was found. z: points of all runs that count the same; quarters: what happens there."""

    case: Case
    settings: Settings
    runs: tuple[Sample, ...]
    z: Floats
    quarters: Floats
    shift: Floats  # [points, series] by how much (log) chance in the simulation has a series off
    luck: Luck  # how far that is, over all points
    rolling: rolling.Rolling | None
    works: tuple[Work, ...]
    program: str  # hash of the one that made it, taken before work began

    @property
    def prior(self) -> tuple[Floats, Floats]:
        """Points from the prior, and what happens there."""
        return self.runs[0].simulated[0]

    def forget(self) -> None:
        """Once what was found is written, points need not be kept for another try."""
        for work in self.works:
            work.forget()

    @property
    def today(self) -> dict[str, Floats]:
        """What happens in the last year of the series, by measure, and how many are in treatment
        where a series says so (float64[points])."""
        found = a_year(self.quarters[:, -4:])
        if not any(target.measure in STOCKS for target in self.case.seen.targets):
            del found[STOCK]
        return found

    @property
    def fatal_share(self) -> Floats:
        """Share of overdoses that kill, in that year (float64[points])."""
        year = self.quarters[:, -4:].sum(axis=1)
        return np.asarray(year[:, AT["deaths"]] / np.maximum(year[:, AT["overdoses"]], 1e-9))

    @property
    def disagreement(self) -> tuple[float, str]:
        """Largest distance of a run's mean from that of all, in standard deviations of the
        posterior, and of which unknown (only those that the counts speak to)."""
        moves = self.runs[0].moves
        means = np.array([run.weights @ run.z[:, moves] for run in self.runs])
        spread = np.maximum(self.z[:, moves].std(axis=0), 1e-9)
        apart = np.abs(means - means.mean(axis=0)).max(axis=0) / spread
        worst = int(np.argmax(apart))
        return float(apart[worst]), self.case.unknowns.names[moves[worst]]


def calibrate(
    place: LoadedPlace,
    catalogue: Catalogue,
    settings: Settings,
    progress: Progress | None = None,
    kept: Kept | None = None,
) -> Calibrated:
    """Calibrate a place to its own series. InputError, before any work, when it cannot be.
    kept: told what is on disk for another try."""
    program = program_hash()
    seen = window(place)
    check_sense(place, catalogue, seen)
    case = Case(
        place, catalogue, seen, unknowns(place, catalogue, seen),
        settings.people, settings.lucks, settings.seed,
    )  # fmt: skip
    check_memory(
        people=settings.people,
        weeks=seen.quarters * 13,
        workers=settings.workers,
        results=_results_size(settings, case) + DRAWING,
        runs="--points, --runs",
    )
    counter = _Counter(settings, seen, progress)
    runs: list[Sample] = []
    works: list[Work] = []
    foretold = luck = None
    for number in range(settings.runs):
        one = replace(case, seed=settings.seed + number)
        work = Work(one, settings.workers, counter.add, kept)
        works.append(work)
        z = sobol(one, settings.points, one.seed)
        prior = (z, work.quarters("prior", z))
        if luck is None:
            seeds = [one.seed + OTHER * k for k in range(1, LUCKY)]
            others = [
                Work(replace(one, seed=s), settings.workers, counter.add, kept) for s in seeds
            ]
            works += others
            luck = likely_luck(one, prior, [work, *others])
        runs.append(sample(one, work, prior, luck, settings.points, longest=LONGEST))
        counter.run_ends(runs[-1])
        if number == 0 and settings.forecasts:
            foretold = rolling.roll(one, work, runs[0], luck, AT_ORIGIN)
    assert luck is not None
    found = _together(case, settings, runs, works, luck, foretold, program)
    counter.end()
    return found


def _results_size(settings: Settings, case: Case) -> int:
    """Bytes of everything that the runs keep to the end: points and what happens there, by stage
    and all together."""
    numbers = case.quarters * len(CHANNELS) + len(case.unknowns.names)
    return 2 * settings.runs * settings.points * (LONGEST + 1) * numbers * 8


def likely_luck(case: Case, prior: tuple[Floats, Floats], works: list[Work]) -> Luck:
    """How far chance in the simulation has the series off, where the counts are likely. works: one
    for each luck."""
    z = points(learn(case, [prior]), LIKELY, case.seed * 100)
    return measured_luck([expected(case, z, work.quarters("luck", z)) for work in works])


def _together(
    case: Case,
    settings: Settings,
    runs: list[Sample],
    works: list[Work],
    luck: Luck,
    foretold: rolling.Rolling | None,
    program: str,
) -> Calibrated:
    z, quarters, shift = [], [], []
    for number, run in enumerate(runs):
        share = KEPT // len(runs) + (1 if number < KEPT % len(runs) else 0)
        chosen = even(run.weights, share, case.seed + number)
        z.append(run.z[chosen])
        quarters.append(run.quarters[chosen])
        shift.append(run.shift[chosen])
    mixed = np.random.default_rng([case.seed, 14]).permutation(KEPT)
    return Calibrated(
        case, settings, tuple(runs), np.concatenate(z)[mixed], np.concatenate(quarters)[mixed],
        np.concatenate(shift)[mixed], luck, foretold, tuple(works), program,
    )  # fmt: skip


class _Counter:
    """Points done, of those that are probably needed: progress never goes back."""

    def __init__(self, settings: Settings, seen: Window, progress: Progress | None) -> None:
        self.progress = progress
        self.points = settings.points
        ahead = 0
        if settings.forecasts:
            ahead = STAGES * AT_ORIGIN * len(rolling.origins(seen.targets, seen.quarters))
        self.all = settings.runs * settings.points * (1 + STAGES) + LIKELY * LUCKY + ahead
        self.done = 0

    def add(self, count: int) -> None:
        self.done += count
        self._show(min(self.done, self.all - 1))

    def run_ends(self, run: Sample) -> None:
        """Stages that were not needed count as done."""
        self.done += self.points * max(STAGES - len(run.stages), 0)
        self._show(min(self.done, self.all - 1))

    def end(self) -> None:
        self._show(self.all)

    def _show(self, done: int) -> None:
        if self.progress is not None:
            self.progress(done, self.all)
