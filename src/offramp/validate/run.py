"""Run a study: the model's value of the published result in every draw."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from offramp.catalogue.load import Catalogue
from offramp.catalogue.problems import InputError, Problem
from offramp.catalogue.schema import Option
from offramp.model import tallies as t
from offramp.model.levers import Move, path
from offramp.model.parameters import INDEX, declared
from offramp.model.priors import Prior, of_record
from offramp.plan.ensemble import Runs, Setup, direct_effect, draw_of, set_up
from offramp.plan.inputs import Floats
from offramp.plan.measures import IDS, measured
from offramp.plan.world import World, yearly
from offramp.validate import cohort as people_followed
from offramp.validate.cannot_happen import cannot_happen
from offramp.validate.load import LoadedStudy
from offramp.validate.measuring import PERSON_YEARS, tallied
from offramp.validate.schema import Arm, Number, Study
from offramp.validate.units import shape_of
from offramp.validate.unmet import Unmet

LEVELS = {  # a level given in the study stands in place of the base place's own series
    "overdose_level": "deaths",
    "acquisitive_level": "acquisitive_offences",
    "violent_level": "violent_offences",
}
MOST_LEFT_OUT = 0.05  # of runs: no such people in the place, or no ratio
Sabotage = Mapping[str, float]
OfDraw = Callable[[World, int], None]
Tick = Callable[[], None]  # called after every draw


def model_values(
    loaded: LoadedStudy,
    catalogue: Catalogue,
    workers: int = 2,
    sabotage: Sabotage | None = None,
    tick: Tick | None = None,
    unmet: Unmet | None = None,
) -> Floats:
    """The result as the model gives it (float64[draws]). sabotage: parameters set to a value that
    breaks the model on purpose; tick: told after every draw; unmet: gathers what was asked for and
    not given."""
    try:
        # What overflows is found in the results; numbers of a study are no fault of the program.
        with np.errstate(all="ignore"):
            told = unmet or Unmet(loaded)
            return _values(loaded, catalogue, workers, sabotage or {}, tick, told)
    except (ArithmeticError, ValueError) as error:
        raise InputError(cannot_be(loaded, f"the model cannot be run ({error})")) from error


def _values(
    loaded: LoadedStudy,
    catalogue: Catalogue,
    workers: int,
    sabotage: Sabotage,
    tick: Tick | None,
    unmet: Unmet,
) -> Floats:
    study = loaded.study
    names = [*study.comparator.options, *study.change.options]
    options = [catalogue.options[name] for name in dict.fromkeys(names)]
    years = -(-study.run.weeks // 52)
    run = study.run
    setup = set_up(
        loaded.place, catalogue, options, years, run.draws, run.people, run.seed, run.transport
    )
    setup = _with_parameters(setup, study, catalogue, sabotage)
    arms = _Arms(setup, study, catalogue, sabotage, unmet)
    place = study.cohort is None
    each = partial(_each_draw, setup, run.weeks, workers, tick, unmet)
    found = _of_place(loaded, arms, each) if place else _of_cohort(loaded, arms, each)
    nothing = int(np.isnan(found).sum())
    if nothing > MOST_LEFT_OUT * len(found):
        problem = f"is 0 in both arms in {nothing} of {len(found)} runs, so there is no ratio"
        right = 'choose another, form = "difference", or more people in [run]'
        raise InputError(loaded.file.problem(("result", "measure"), problem, right))
    return found[~np.isnan(found)]


def _with_parameters(setup: Setup, study: Study, catalogue: Catalogue, sabotage: Sabotage) -> Setup:
    rows, series, instead = setup.rows.copy(), dict(setup.series), dict(setup.instead)
    for name, number in study.parameters.items():
        rows[:, INDEX[name]] = values(number, name, f"parameters.{name}", study, catalogue)
        series.pop(LEVELS.get(name, ""), None)
        record = declared()[name].evidence
        if record is not None:
            instead[record] = rows[:, INDEX[name]]
    for name, broken in sabotage.items():
        rows[:, INDEX[name]] = broken
    return replace(setup, rows=rows, series=series, instead=instead)


def values(
    number: Number, parameter: str | None, name: str, study: Study, catalogue: Catalogue
) -> Floats:
    """A number of the study in every draw, each with luck of its own by name: one value from every
    part of its range that is as likely (a Latin hypercube).

    parameter: what it is a value of; None: a factor, a count or days, or a share (name "starts").
    """
    share = name.startswith("starts.")
    prior = _prior(number, "share" if share else _unit(parameter), catalogue)
    rng, draws = np.random.default_rng(_seed(study, name)), study.run.draws
    u = np.clip((rng.permutation(draws) + rng.random(draws)) / draws, 1e-6, 1 - 1e-6)
    found = prior.at(u)
    return found if parameter is None else np.clip(found, *declared()[parameter].limits)


def _seed(study: Study, name: str) -> int:
    from hashlib import sha256

    digest = sha256(f"{study.run.seed}:{name}".encode()).digest()
    return int.from_bytes(digest[:4], "big")


def _unit(parameter: str | None) -> str:
    return declared()[parameter].unit if parameter else "ratio"


def _prior(number: Number, unit: str, catalogue: Catalogue) -> Prior:
    if number.evidence is not None:
        return of_record(catalogue.evidence[number.evidence])
    assert number.value is not None
    if number.low is None or number.high is None:
        return Prior("none", number.value)
    return Prior(shape_of(unit, number.low), number.value, number.low, number.high)


class _Arms:
    """Parameters in every week, of both arms of a study."""

    def __init__(
        self,
        setup: Setup,
        study: Study,
        catalogue: Catalogue,
        sabotage: Sabotage,
        unmet: Unmet,
    ) -> None:
        self.setup, self.study, self.sabotage, self.unmet = setup, study, sabotage, unmet
        self.sides = (("comparator", study.comparator), ("change", study.change))
        self._moves = {side: tuple(self._own(arm, catalogue)) for side, arm in self.sides}

    def _own(self, arm: Arm, catalogue: Catalogue) -> list[Move]:
        draws = self.study.run.draws
        every, none = np.ones(draws), np.zeros(draws)
        found = []
        for index, lever in enumerate(arm.levers):
            kind = lever.parameter if lever.moves == "set" else None
            value = values(lever, kind, lever_luck(self.study, arm, index), self.study, catalogue)
            ramp = lever.ramp_weeks
            move = Move(lever.parameter, lever.moves, value, every, True, ramp, None, none)
            found.append(move)
        return found

    def rows(self, world: World, side: str, arm: Arm, k: int) -> NDArray[np.float32]:
        """float32[weeks, parameters] of draw k. What a study sets, it sets: up or down."""
        row, weeks = world.fitted.row, self.study.run.weeks
        moves: list[Move] = []
        for name in arm.options:
            moves += self._of_option(self.setup.catalogue.options[name], world, k)
        rows = path(row, moves, k, 1.0, weeks)
        for index, move in enumerate(self._moves[side]):
            column = INDEX[move.parameter]
            now, value = rows[:, column].astype(float), float(move.value[k])
            by = move.progress(k, weeks)
            if move.moves == "set":
                new = now + by * (value - now)
            elif move.moves == "add":
                new = now + by * value
            else:
                new = now * value**by
            low, high = declared()[move.parameter].limits
            rows[:, column] = np.clip(new, low, high)
            if not np.allclose(rows[:, column], new, rtol=1e-4, atol=1e-9):
                self.unmet.held((side, "levers", index), k)
        for name, broken in self.sabotage.items():
            rows[:, INDEX[name]] = broken
        return rows

    def _of_option(self, option: Option, world: World, k: int) -> list[Move]:
        rest = 1.0 - float(self.setup.shares[option.id][k])
        found = []
        for move in self.setup.moves[option.id]:
            if move.parameter == "engaged_offending":
                solved = direct_effect(self.setup, world, k)
                move = replace(move, value=np.full(self.setup.draws, solved))
            by = 1.0 if declared()[move.parameter].without else rest
            found.append(replace(move, reach=move.reach * by))
        return found


def lever_luck(study: Study, arm: Arm, index: int) -> str:
    """The name by which a lever of an arm has its luck: the same in both arms, wherever it stands.

    Known by its parameter, and by how often the arm moved that before. The number in it is where
    the parameter is first moved in the first arm that moves it.
    """
    name = arm.levers[index].parameter
    places = (
        [lever.parameter for lever in side.levers] for side in (study.comparator, study.change)
    )
    first = next(names.index(name) for names in places if name in names)
    before = sum(lever.parameter == name for lever in arm.levers[:index])
    return f"levers.{first}.{name}" + (f".{before}" if before else "")


def _each_draw(
    setup: Setup, weeks: int, workers: int, tick: Tick | None, unmet: Unmet, one: OfDraw
) -> None:
    def run(k: int) -> None:
        with np.errstate(all="ignore"):  # each thread has its own
            world = World(draw_of(setup, k), setup.people, weeks, setup.seed)
            unmet.fitted(world)
            one(world, k)

    with ThreadPoolExecutor(max(workers, 1)) as pool:
        try:
            for _ in pool.map(run, range(setup.draws)):
                if tick:
                    tick()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _of_cohort(loaded: LoadedStudy, arms: _Arms, each: Callable[[OfDraw], None]) -> Floats:
    study, setup = loaded.study, arms.setup
    cohort, result, run = study.cohort, study.result, study.run
    assert cohort is not None
    catalogue = setup.catalogue
    none = Number(value=0.0)
    days = values(cohort.days_held or none, None, "days_held", study, catalogue)
    shares = {
        (side, event): values(number, None, f"starts.{event}", study, catalogue)
        for side, arm in arms.sides
        for event, number in arm.starts.items()
    }
    found = np.zeros((setup.draws, 2))
    averted = np.zeros((setup.draws, 2))
    impossible = np.zeros(setup.draws, bool)
    nobody: dict[int, str] = {}

    def one(world: World, k: int) -> None:
        try:
            follow(world, k)
        except people_followed.NobodyError as error:
            nobody[k] = str(error)

    def follow(world: World, k: int) -> None:
        for s, (side, arm) in enumerate(arms.sides):
            rows = arms.rows(world, side, arm, k)
            starts: dict[str, float] = {e: float(shares[side, e][k]) for e in arm.starts}
            of, window = arm.of or cohort.of, study.window(arm)
            after = people_followed.followed(
                world, rows, of, starts, float(days[k]), run.people, window
            )
            impossible[k] |= bool(cannot_happen(after.sums))
            found[k, s] = people_followed.value(result.measure, result.per, after)
            if result.over is not None:
                averted[k, s] = people_followed.value(result.over, result.per, after)

    each(one)
    if len(nobody) > MOST_LEFT_OUT * setup.draws:
        of = next(iter(nobody.values()))
        right = "give the place more of them, or more people in [run]"
        problem = f"is {of!r}, of whom the place has none in {len(nobody)} of {setup.draws} runs"
        raise InputError(loaded.file.problem(("cohort", "of"), problem, right))
    kept = [k for k in range(setup.draws) if k not in nobody]
    found, averted = found[kept], averted[kept]
    impossible[kept] |= ~(np.isfinite(found) & np.isfinite(averted)).all(axis=1)
    _check(loaded, impossible)
    return compared(result.form, found[:, 0], found[:, 1], averted)


def _of_place(loaded: LoadedStudy, arms: _Arms, each: Callable[[OfDraw], None]) -> Floats:
    study, setup = arms.study, arms.setup
    run, result = study.run, study.result
    first, last = run.from_week // 52, (run.to_week or run.weeks) // 52
    total = np.zeros((setup.draws, 3, t.COUNT))
    strata = np.zeros((setup.draws, 3, setup.weights.shape[1], t.COUNT))
    rows = np.zeros((setup.draws, 3, setup.rows.shape[1]))
    run_in, fitted = np.zeros((setup.draws, t.COUNT)), np.zeros_like(setup.rows)

    def one(world: World, k: int) -> None:
        run_in[k], fitted[k] = world.fitted.run_in, world.fitted.row
        today = ("comparator", Arm())
        for s, (side, arm) in enumerate((today, *arms.sides)):
            weekly = path(world.fitted.row, (), k, 1.0, run.weeks)
            weekly = arms.rows(world, side, arm, k) if s else weekly
            rows[k, s] = weekly[first * 52 : last * 52].mean(axis=0, dtype=np.float64)
            years = world.scenario(weekly)[first:last]
            total[k, s] = yearly(years, 52 * (last - first))
            for i in range(strata.shape[2]):
                strata[k, s, i] = yearly(years[:, i : i + 1], 52 * (last - first))

    each(one)
    groups = strata[:, :, :, t.CONTACTS].reshape(setup.draws, 3, setup.areas, -1).sum(axis=2)
    runs = Runs(total, groups, run_in, fitted, rows, (), strata, np.ones(setup.draws), total)
    found = _measure(setup, runs, result.measure, result.per)
    averted = np.zeros_like(found)
    if result.over is not None:
        averted = _measure(setup, runs, result.over, result.per)
    finite = np.isfinite(found) & np.isfinite(averted)
    _check(loaded, np.asarray(cannot_happen(total).any(axis=1) | ~finite.all(axis=1)))
    return compared(result.form, found[:, 1], found[:, 2], averted[:, 1:])


def _check(loaded: LoadedStudy, impossible: NDArray[np.bool_]) -> None:
    """Raises InputError where a run came to what cannot be."""
    count = int(impossible.sum())
    if count:
        said = f"{count} of {len(impossible)} runs come to what cannot be: counts below 0, more "
        said += "deaths than people, or no number"
        raise InputError(cannot_be(loaded, said))


def cannot_be(loaded: LoadedStudy, said: str) -> Problem:
    """Numbers with which no result can be given, by name."""
    study = loaded.study
    names = list(study.parameters)
    for side, arm in (("comparator", study.comparator), ("change", study.change)):
        names += [f"{side}.{lever.parameter}" for lever in arm.levers]
    shown = ", ".join(names) or "the figures of [place]"
    right = "check the unit and the size of each, and how extreme they are together"
    keys = ("parameters",) if study.parameters else ("result", "measure")
    return loaded.file.problem(keys, f"cannot give a result: with {shown}, {said}", right)


def _measure(setup: Setup, runs: Runs, name: str, per: str) -> Floats:
    """float64[draws, 3]: today, comparator, change."""
    scale = (setup.population / setup.people)[:, None]
    if name in IDS:
        known = measured(setup, runs)
        if name not in known.value:
            raise InputError(_not_here(setup, name, known.missing.get(name, "")))
        found = known.value[name]
    else:
        columns, factor = tallied(name)
        found = runs.total[:, :, columns].sum(axis=2) * factor * scale
    if per == "100000_residents":
        residents = setup.place.resolved.people.residents
        assert residents is not None
        return np.asarray(found / residents.value * 100_000)
    if per != "year":
        weeks, years = PERSON_YEARS
        person_years = runs.total[:, :, t.AT[weeks]] * scale * years
        by = 100 if per == "100_person_years" else 1
        return np.asarray(found / np.maximum(person_years, 1e-9) * by)
    return np.asarray(found)


def _not_here(setup: Setup, name: str, why: str) -> Problem:
    assert setup.place.file is not None
    return setup.place.file.problem(("people",), f"does not allow {name}: {why}", "add it")


def compared(form: str, before: Floats, after: Floats, averted: Floats) -> Floats:
    """The published form of the comparison; `averted`: float64[draws, 2], for per_averted.

    A ratio to nothing is infinite; nothing to nothing has none (NaN).
    """
    floor = np.where(before == 0, np.nan, np.abs(before))
    if form == "level":
        return after
    if form == "ratio":
        return _ratio(after, before, floor, 1.0)
    if form == "difference":
        return np.asarray(after - before)
    if form == "percent_change":
        return _ratio(after - before, before, floor, 100.0)
    if form == "percent_averted":
        return _ratio(before - after, before, floor, 100.0)
    saved = averted[:, 0] - averted[:, 1]
    each = (after - before) / np.where(saved > 0, saved, 1.0)
    return np.where(saved > 0, each, np.inf)  # nothing averted: no number of them is enough


def _ratio(above: Floats, before: Floats, below: Floats, times: float) -> Floats:
    endless = np.sign(above) * np.where(above == 0, np.nan, np.inf)
    return np.where(before == 0, endless, times * above / below)
