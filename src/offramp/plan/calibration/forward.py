"""From unknowns to what happens in every quarter: by the model, and by a formula close to it.

The model is run from the first quarter on, at the levels of the priors, with several lucks that are
the same for all points, so that a difference between points is not chance. The formula leaves out
everything but levels and drifts; what it misses is learned from points that were simulated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from offramp.catalogue.load import Catalogue
from offramp.model import tallies as t
from offramp.model.parameters import INDEX
from offramp.place.load import LoadedPlace
from offramp.plan.calibration.cells import Window
from offramp.plan.calibration.unknowns import Unknowns
from offramp.plan.ensemble import Given, Setup, draw_of, set_up
from offramp.plan.world import RUN_IN, World

Floats = NDArray[np.float64]
WEEKS = 13  # in a quarter
CHANNELS = (
    "deaths",
    "overdoses",
    "attended",
    "contacts",
    "possession_arrests",
    "acquisitive",
    "violent",
    "in_treatment",
)
ENDINGS = (
    t.N_NO_ACTION,
    t.N_WARNING,
    t.N_RESOLUTION,
    t.N_REFERRAL,
    t.N_POSSESSION_ARRESTS,
)
MOVES = {
    "fatal": "fatal_alone",
    "contact": "contact_rate",
    "acquisitive": "acquisitive_rate",
    "violent": "violent_rate",
}


@dataclass(frozen=True)
class Case:
    """A place to calibrate. people: simulated, for each of the lucks."""

    place: LoadedPlace
    catalogue: Catalogue
    seen: Window
    unknowns: Unknowns
    people: int
    lucks: int
    seed: int

    @property
    def quarters(self) -> int:
        return self.unknowns.quarters

    def setup(self, z: Floats) -> Setup:
        """Everything that `plan` draws, at these points; groups and areas as one."""
        u, n = self.unknowns, len(z)
        given = Given(u.uniforms(z), u.vague)
        years = -(-self.quarters // 4)
        setup = set_up(
            self.place, self.catalogue, [], years, n, self.people, self.seed, given=given
        )
        return replace(setup, weights=np.ones((n, 1)), ratios=np.ones((n, 1)), areas=1)


def simulated(case: Case, z: Floats, workers: int) -> Iterator[tuple[int, Floats]]:
    """(point, what happens in the place: float64[quarters, channels]) in order of points; mean of
    all lucks, expected numbers where the model has them."""
    setup = case.setup(z)
    drift = {p.of: np.exp(case.unknowns.drift(p, z)) for p in case.unknowns.paths}

    def one(k: int) -> Floats:
        return _point(case, setup, {name: m[k] for name, m in drift.items()}, k)

    with ThreadPoolExecutor(max(workers, 1)) as pool:
        try:
            yield from enumerate(pool.map(one, range(len(z))))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _point(case: Case, setup: Setup, drift: dict[str, Floats], k: int) -> Floats:
    weeks = case.quarters * WEEKS
    by_week = {name: np.repeat(values, WEEKS) for name, values in drift.items()}
    strength = np.ones(RUN_IN + weeks, np.float32)
    strength[RUN_IN:] = by_week.get("overdose", 1.0)
    draw = draw_of(setup, k)
    total = np.zeros((case.quarters, t.COUNT))
    for luck in range(case.lucks):
        world = World(replace(draw, number=luck), case.people, weeks, case.seed, strength)
        rows = np.repeat(world.fitted.row[None, :].astype(np.float32), weeks, axis=0)
        for driver, name in MOVES.items():
            if driver in by_week:
                rows[:, INDEX[name]] *= by_week[driver]
        total += world.scenario(rows, period=WEEKS).sum(axis=1)
    total[:, : len(t.EXPECTED)] /= t.UNITS
    arrested = _arrested(total.sum(axis=0), world.fitted.row)
    return _channels(total / case.lucks, arrested, setup.population[k] / case.people)


def _arrested(total: Floats, row: Floats) -> float:
    """Share of contacts that end in an arrest for possession. total: tallies of all quarters and
    lucks; row: parameters.

    Arrests themselves are few, so luck would bend what is learned from them. How often a contact
    comes as far as one of the endings is counted over all contacts (as if one more had been seen,
    so that it is never 0), and how often these end in arrest is a parameter.
    """
    ended = total[list(ENDINGS)].sum() + row[INDEX["found_simulated"]]
    return float(ended / (total[t.N_CONTACTS] + 1) * row[INDEX["ends_arrest"]])


def _channels(total: Floats, share: float, scale: float) -> Floats:
    """share: of contacts that end in arrest, in every quarter alike."""
    contacts = total[:, t.CONTACTS]
    columns = [
        total[:, t.OVERDOSE_DEATHS],
        total[:, t.OVERDOSES],
        total[:, t.ATTENDED],
        contacts,
        contacts * share,
        total[:, t.ACQUISITIVE],
        total[:, t.VIOLENT],
        total[:, t.OAT_WEEKS] / WEEKS,
    ]
    return np.stack(columns, axis=1) * scale


def formula(case: Case, z: Floats) -> Floats:
    """The same by levels and drifts alone (float64[points, quarters, channels])."""
    u = case.unknowns

    def v(name: str) -> Floats:
        return u.value(name, z)

    population = np.maximum(v("place:people.people_who_use"), 1.0)
    level = {
        "overdose": v("evidence:judge_overdose_level") * population / 100,
        "contact": v("place:contacts.searches_drug_year") * v("place:contacts.simulated_share"),
        "acquisitive": v("evidence:judge_acquisitive_level") * population,
        "violent": v("evidence:judge_violent_level") * population,
    }
    flat = np.ones((len(z), case.quarters))
    path = dict.fromkeys((*level, "fatal"), flat)
    path |= {p.of: np.exp(u.drift(p, z)) for p in u.paths}
    risk, contacts, thefts, violence = (level[name][:, None] / 4 * path[name] for name in level)
    found = v("evidence:judge_found_simulated") * v("place:contacts.ends_arrest")
    deaths, overdoses = risk * path["fatal"], risk / v("evidence:judge_fatal_share")[:, None]
    called = _called(v)[:, None]
    treated = np.minimum(v("place:people.in_treatment"), population)[:, None] * flat
    columns = [
        deaths, overdoses, overdoses * called, contacts, contacts * found[:, None],
        thefts, violence, treated,
    ]  # fmt: skip
    return np.stack(columns, axis=2)


def _called(v: Callable[[str], Floats]) -> Floats:
    """Share of overdoses to which help is called: seen at home or in public, by housing."""
    unstable = v("place:people.unstable_housing")
    heavier = unstable * v("evidence:judge_overdose_unstable")
    unstable = heavier / (heavier + 1 - unstable)
    public = unstable * v("evidence:judge_public_unstable")
    public = public + (1 - unstable) * v("evidence:judge_public_stable")
    street = v("evidence:judge_seen_public") * v("evidence:judge_called_street")
    home = v("evidence:judge_seen_home") * v("evidence:judge_called_home")
    return public * street + (1 - public) * (1 - v("evidence:judge_home_alone")) * home
