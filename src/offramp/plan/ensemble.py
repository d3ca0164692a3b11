"""All draws of all scenarios: people fitted to the place once per draw, then every scenario.

A draw is one task for one thread (the compiled loop releases the interpreter); results go to
fixed places of one array, so any number of threads gives the same answer to the last digit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from offramp.catalogue.load import Catalogue
from offramp.catalogue.problems import InputError
from offramp.catalogue.schema import Option
from offramp.model import steady
from offramp.model import tallies as t
from offramp.model.levers import Move, moves_of, path, practised
from offramp.model.parameters import INDEX
from offramp.model.priors import Prior
from offramp.model.start import Shares
from offramp.model.state import ALL
from offramp.place.load import LoadedPlace
from offramp.plan import inputs as uncertain
from offramp.plan.engagement import residual
from offramp.plan.inputs import Floats, Input
from offramp.plan.lever_faults import lever_faults
from offramp.plan.local_effects import with_local_effects
from offramp.plan.of_place import (
    areas_of,
    ends_within_one,
    people_by_stratum,
    with_services,
)
from offramp.plan.targets import Observed, observed, rate_in_scope
from offramp.plan.weighing import beside, weights
from offramp.plan.world import Draw, Targets, World, yearly

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Given:
    """What is known better than by the priors alone. numbers: uniforms of inputs, float64[draws]
    each; priors: those they belong to, where they are not the place's; today: what happens a year
    to people in the simulation, by measure, float64[draws] (empty: the priors' levels);
    own_levels: measures that are taken from the place's own series all the same."""

    numbers: Mapping[str, Floats]
    priors: Mapping[str, Prior] = field(default_factory=dict)
    today: Mapping[str, Floats] = field(default_factory=dict)
    own_levels: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Setup:
    """A place made ready to simulate: every input in every draw, and every option's moves."""

    place: LoadedPlace
    catalogue: Catalogue
    options: tuple[Option, ...]  # candidates, then the comparison
    years: int
    draws: int
    people: int
    seed: int
    inputs: dict[str, Input]
    numbers: dict[str, Floats]
    rows: Floats  # [draws, parameters] today, before fitting
    moves: dict[str, tuple[Move, ...]]
    plain: dict[str, tuple[Move, ...]]  # as published, of options that the transport rule touches
    shares: dict[str, Floats]  # how far each option runs already
    series: dict[str, Observed]
    weights: Floats  # [draws, strata] people: all groups of the first area, then of the next
    ratios: Floats  # [draws, strata] contacts against the reference group, given use
    areas: int
    given: Given | None = None
    instead: Mapping[str, Floats] = field(default_factory=dict)  # of evidence records, in a study

    def figure(self, path_: str) -> Floats:
        """A figure of the place in every draw."""
        name = f"place:{path_}"
        return self.inputs[name].prior.at(self.numbers[name])

    def record(self, evidence: str) -> Floats:
        """An evidence record in every draw."""
        if evidence in self.instead:
            return self.instead[evidence]
        name = f"evidence:{evidence}"
        return self.inputs[name].prior.at(self.numbers[name])

    @property
    def population(self) -> Floats:
        """People that the simulated ones stand for."""
        return np.maximum(self.figure("people.people_who_use"), 1.0)


@dataclass(frozen=True)
class Runs:
    """Numbers a year, over the horizon. total: float64[draws, scenarios, tallies]; scenario 0 is
    today, then the options, then those that the transport rule touches once more, as published;
    strata: the same by stratum, float64[draws, scenarios, strata, tallies]; groups: contacts by
    group, float64[draws, scenarios, groups]; run_in and fitted: the second year of the run-in and
    the fitted parameters, float64[draws, …]; direct: what case work itself does to offending."""

    total: Floats
    groups: Floats
    run_in: Floats
    fitted: Floats
    rows: Floats  # parameters averaged over the horizon, float64[draws, scenarios, parameters]
    targets: tuple[Targets, ...]
    strata: Floats
    direct: Floats  # float64[draws], 1 where no option has case work
    present: Floats  # total with the place's discount: what is worth so much, or costs


def set_up(
    place: LoadedPlace,
    catalogue: Catalogue,
    options: Sequence[Option],
    years: int,
    draws: int,
    people: int,
    seed: int,
    transport: bool = True,
    given: Given | None = None,
) -> Setup:
    """Draw everything uncertain. options: candidates and, last, the comparison; given: what
    calibration found, in place of the place's series. InputError for a lever behind which nothing
    stands, or that no option may move."""
    resolved = place.resolved
    practised_ids = {p.option for p in resolved.practice}
    unlisted = practised_ids - {o.id for o in options}
    others = [o for o in catalogue.options.values() if o.id in unlisted]
    if faults := list(lever_faults(catalogue, [*options, *others])):
        raise InputError(faults)
    catalogue, options = with_local_effects(catalogue, resolved, options)
    others = [catalogue.options[o.id] for o in others]
    known = [*(o for o in options if o.id in practised_ids), *others]
    inputs = {
        **uncertain.parameter_inputs(catalogue),
        **uncertain.place_inputs(resolved),
        **uncertain.option_inputs(catalogue, [*options, *others]),
    }
    series = observed(place)
    names = [*inputs, *(f"series:{s.id}" for s in series.values())]
    numbers = uncertain.uniforms(names, draws, seed)
    weighing = weights(catalogue)
    numbers |= beside(weighing, draws, seed)
    inputs |= weighing
    if given is not None:
        inputs |= {name: replace(inputs[name], prior=p) for name, p in given.priors.items()}
        numbers |= given.numbers
    rows = uncertain.rows_today(inputs, numbers, draws)
    ends_within_one(rows)
    treated = given.today.get("in_treatment") if given is not None else None
    with_services(rows, place, inputs, numbers, treated)
    fidelity = inputs["evidence:judge_value_fidelity"].prior.at(
        numbers["evidence:judge_value_fidelity"]
    )
    covered = {
        rule.option: inputs[name].prior.at(numbers[name])
        for rule in resolved.covered
        for name in [f"place:covered.{rule.option}"]
    }

    def moves_in(option: Option, carried: bool) -> tuple[Move, ...]:
        held = covered.get(option.id)
        return moves_of(option, catalogue.evidence, numbers, fidelity, rows, carried, held)

    moves = {o.id: moves_in(o, transport) for o in (*options, *others)}
    plain = {o.id: moves_in(o, False) for o in options if not o.comparison}
    plain = {name: found for name, found in plain.items() if _differ(found, moves[name])}
    shares = {o.id: np.zeros(draws) for o in options}
    for practice in resolved.practice:
        name = f"place:practice.{practice.option}"
        shares[practice.option] = np.clip(inputs[name].prior.at(numbers[name]), 0, 1)
    running = [(o, moves[o.id], shares[o.id]) for o in known]
    rows = practised(running, rows)
    strata, ratios = people_by_stratum(place, inputs, numbers, draws)
    return Setup(
        place, catalogue, tuple(options), years, draws, people, seed, inputs, numbers, rows,
        moves, plain, shares, series, strata, ratios, len(areas_of(place)[0]), given,
    )  # fmt: skip


def _differ(one: tuple[Move, ...], other: tuple[Move, ...]) -> bool:
    return any(not np.array_equal(a.value, b.value) for a, b in zip(one, other, strict=True))


def results_size(setup: Setup) -> int:
    """Bytes of everything that `simulate` keeps."""
    scenarios = 1 + len(setup.options) + len(setup.plain)
    numbers = scenarios * (t.COUNT * (2 + setup.weights.shape[1]) + setup.rows.shape[1])
    return int(8 * setup.draws * (numbers + t.COUNT + setup.rows.shape[1]))


def draw_of(setup: Setup, k: int) -> Draw:
    """Draw k, in people simulated."""
    row = setup.rows[k].copy()
    population = setup.population[k]
    size = setup.people / population  # people simulated for each person
    residents = setup.place.resolved.people.residents
    assert residents is not None
    f = {name: float(setup.figure(name)[k]) for name in uncertain.FIGURES}
    only = f["people.use_opioids"] + f["people.use_stimulants"]
    over = max(only, 1.0)
    year = _a_year(setup, row, population, k)
    shares = Shares(
        inject=f["people.inject"],
        use_opioids=f["people.use_opioids"] / over,
        use_stimulants=f["people.use_stimulants"] / over,
        daily=f["people.daily"],
        unstable=f["people.unstable_housing"],
        co_use=f["people.benzodiazepines_or_alcohol"],
        women=f["people.women"],
        mean_age=f["people.mean_age"],
        in_treatment=min(
            year["in_treatment"] / population, 0.85 * (1 - f["people.use_stimulants"] / over)
        ),
        hiv=f["people.hiv"],
        hcv=f["people.hcv"],
        dying=year["deaths"] / population,
    )
    targets = Targets(
        deaths=year["deaths"] * size,
        contacts=year["contacts"] * size,
        acquisitive=year["acquisitive_offences"] * size,
        violent=year["violent_offences"] * size,
        arrests=f["custody.arrests_year"] * size,
        in_treatment=shares.in_treatment * setup.people,
        fatal_share=year.get("fatal_share", row[INDEX["fatal_share"]]),
        retained_12=row[INDEX["retained_12"]],
        retained_36=min(row[INDEX["retained_36"]], 0.95 * row[INDEX["retained_12"]]),
    )
    return Draw(
        number=k,
        row=_first_guess(row, targets, shares, setup.people),
        shares=shares,
        targets=targets,
        weights=setup.weights[k],
        ratios=setup.ratios[k],
        places=shares.in_treatment * setup.people * row[INDEX["oat_headroom"]],
        per_100k=residents.value / 100_000 * size,
        areas=setup.areas,
    )


def _a_year(setup: Setup, row: Floats, population: float, k: int) -> dict[str, float]:
    """What happens in a year to the people simulated: from calibration, else from the place's
    series, else at the levels of the priors."""
    searches = setup.figure("contacts.searches_drug_year")[k]
    found = {
        "deaths": row[INDEX["overdose_level"]] * population / 100,
        "acquisitive_offences": row[INDEX["acquisitive_level"]] * population,
        "violent_offences": row[INDEX["violent_level"]] * population,
        "contacts": searches * setup.figure("contacts.simulated_share")[k],
        "in_treatment": setup.figure("people.in_treatment")[k],
    }
    if setup.given is not None:
        found |= {name: float(values[k]) for name, values in setup.given.today.items()}
    for measure, series in setup.series.items():
        if setup.given is not None and measure not in setup.given.own_levels:
            continue
        share = f"outcomes.{series.id}"
        shares = {f"place:{share}": setup.figure(share)}
        rate = rate_in_scope(series, shares, setup.numbers[f"series:{series.id}"])
        found[measure] = float(rate[k])
    return found


def _first_guess(row: Floats, goal: Targets, shares: Shares, people: int) -> Floats:
    """Base rates near enough to the targets for the fit to start from."""
    row[INDEX["injecting_start"]] = steady.starting(shares, row)
    susceptible = max(shares.hcv * (1 - shares.hcv) * row[INDEX["hcv_event"]] / 100, 1e-9)
    sharing = steady.infections(shares.hcv, row, steady.hcv_lost(row)) / susceptible / 52
    row[INDEX["sharing_week"]] = sharing
    row[INDEX["suppression_lost"]] = steady.suppression_lost(row)
    infectious = max(sum(steady.hiv_stages(row)) * shares.hiv * (1 - shares.hiv), 1e-9)
    hiv = steady.infections(shares.hiv, row, steady.hiv_lost(row)) / 52
    row[INDEX["hiv_event"]] = hiv / infectious / max(sharing, 1e-9)
    row[INDEX["overdose_rate"]] = goal.deaths / people / max(goal.fatal_share, 1e-4)
    row[INDEX["contact_rate"]] = goal.contacts / people
    row[INDEX["acquisitive_rate"]] = max(goal.acquisitive / people, 1e-6)
    row[INDEX["violent_rate"]] = max(goal.violent / people, 1e-6)
    row[INDEX["arrest_per_offence"]] = min(
        goal.arrests / max(goal.acquisitive + goal.violent, 1e-6), 0.5
    )
    return row


def simulate(
    setup: Setup,
    workers: int = 2,
    progress: Progress | None = None,
    couplings: int = ALL,
) -> Runs:
    """Run every draw: today, every option of the setup, and those that the transport rule touches
    once more, with the effects as published."""
    weeks = setup.years * 52
    listed: list[tuple[Option | None, bool]] = [(None, False)]
    listed += [(option, False) for option in setup.options]
    listed += [(option, True) for option in setup.options if option.id in setup.plain]
    scenarios, areas = len(listed), setup.areas
    total = np.zeros((setup.draws, scenarios, t.COUNT))
    present = np.zeros_like(total)
    discount = setup.figure("money.discount")
    strata = np.zeros((setup.draws, scenarios, setup.weights.shape[1], t.COUNT))
    direct = np.ones(setup.draws)
    run_in = np.zeros((setup.draws, t.COUNT))
    fitted = np.zeros_like(setup.rows)
    rows = np.zeros((setup.draws, scenarios, setup.rows.shape[1]))
    targets: list[Targets | None] = [None] * setup.draws

    def one(k: int) -> int:
        draw = draw_of(setup, k)
        world = World(draw, setup.people, weeks, setup.seed)
        targets[k] = draw.targets
        run_in[k], fitted[k] = world.fitted.run_in, world.fitted.row
        direct[k] = direct_effect(setup, world, k)
        for s, (option, published) in enumerate(listed):
            path_ = weekly(setup, world.fitted.row, option, k, weeks, float(direct[k]), published)
            rows[k, s] = path_.mean(axis=0, dtype=np.float64)
            tallies = world.scenario(path_, couplings)
            total[k, s] = yearly(tallies, weeks)
            present[k, s] = yearly(tallies, weeks, float(discount[k]))
            for i in range(strata.shape[2]):
                strata[k, s, i] = yearly(tallies[:, i : i + 1], weeks)
        return k

    with ThreadPoolExecutor(max(workers, 1)) as pool:
        try:
            for done, _ in enumerate(pool.map(one, range(setup.draws)), 1):
                if progress:
                    progress(done, setup.draws)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    groups = strata[:, :, :, t.CONTACTS].reshape(setup.draws, scenarios, areas, -1).sum(axis=2)
    goals = tuple(x for x in targets if x is not None)
    return Runs(total, groups, run_in, fitted, rows, goals, strata, direct, present)


def direct_effect(setup: Setup, world: World, k: int) -> float:
    """What case work in place of arrest itself does to offending in draw k, so that the whole chain
    gives the published total (plan/engagement.py); 1 when no option has case work."""
    for option in setup.options:
        value = {move.parameter: float(move.value[k]) for move in setup.moves[option.id]}
        if "engaged_offending" in value:
            offered = ("engaged_treatment_entry", "warrant_cleared")
            services = {name: value[name] for name in offered if name in value}
            return residual(world, value["engaged_offending"], services)
    return 1.0


def weekly(
    setup: Setup,
    row: Floats,
    option: Option | None,
    k: int,
    weeks: int,
    direct: float | None = None,
    published: bool = False,
) -> NDArray[np.float32]:
    """Parameters in every week of draw k under one option (None: today).

    direct: the value of `direct_effect`, in place of the published total; published: effects as
    published, without the rule that carries them to another place.
    """
    if option is None:
        return path(row, (), k, 1.0, weeks)
    rest = 1.0 - float(setup.shares[option.id][k])
    moves = setup.plain.get(option.id) if published else None
    moves = moves or setup.moves[option.id]
    if direct is not None:
        solved = np.full(setup.draws, direct)
        moves = tuple(
            replace(m, value=solved) if m.parameter == "engaged_offending" else m for m in moves
        )
    return path(row, moves, k, rest, weeks)
