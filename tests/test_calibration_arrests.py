"""Arrests are learned from how contacts end, not from the few arrests that luck brought."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from offramp.model import tallies as t
from offramp.model.parameters import INDEX, NAMES
from offramp.plan.calibration import forward
from offramp.plan.calibration.forward import CHANNELS, Case, simulated
from offramp.plan.calibration.sampling import sobol
from offramp.plan.ensemble import draw_of
from offramp.plan.world import World
from tests.calibration_place import case_of, usual

CONTACTS, ARRESTS = CHANNELS.index("contacts"), CHANNELS.index("possession_arrests")


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return case_of(usual(tmp_path_factory.mktemp("places") / "testtown"))


def share(case: Case, z: np.ndarray) -> np.ndarray:
    """Of contacts, at every point."""
    total = np.stack([quarters.sum(axis=0) for _, quarters in simulated(case, z, 1)])
    return np.asarray(total[:, ARRESTS] / total[:, CONTACTS])


def as_happened(case: Case, z: np.ndarray, people: int) -> np.ndarray:
    """Arrests for possession over contacts, counted one by one in worlds of so many people."""
    setup, weeks = replace(case, people=people).setup(z), case.quarters * forward.WEEKS
    found = []
    for k in range(len(z)):
        world = World(replace(draw_of(setup, k), number=0), people, weeks, case.seed)
        total = world.scenario(np.repeat(world.fitted.row[None, :], weeks, axis=0)).sum(axis=(0, 1))
        found.append(total[t.N_POSSESSION_ARRESTS] / total[t.N_CONTACTS])
    return np.array(found)


def test_as_many_as_happen_where_luck_is_small(case: Case) -> None:
    """Over 24 points from before the counts, against worlds of 8,000 people."""
    z = sobol(case, 24, 3)
    ours, happened = share(replace(case, lucks=4), z), as_happened(case, z, 8000)
    assert ours.mean() == pytest.approx(happened.mean(), rel=0.05)
    assert np.corrcoef(ours, happened)[0, 1] > 0.95


def test_luck_has_less_of_a_say_than_in_arrests_as_they_happen(case: Case) -> None:
    z = np.zeros((1, len(case.unknowns.names)))
    lucks = [replace(case, seed=seed) for seed in range(1, 13)]
    ours = np.array([share(one, z)[0] for one in lucks])
    happened = np.array([as_happened(one, z, case.people)[0] for one in lucks])
    assert ours.std() < 0.7 * happened.std()


def row(**values: float) -> np.ndarray:
    made = np.zeros(len(NAMES))
    for name, value in values.items():
        made[INDEX[name]] = value
    return made


def test_the_share_worked_out_by_hand() -> None:
    """39 of 100 contacts came to an ending, one more counts as 0.4, a quarter end in arrest."""
    total = np.zeros(t.COUNT)
    total[[t.N_CONTACTS, t.N_WARNING, t.N_REFERRAL, t.N_POSSESSION_ARRESTS]] = 100, 20, 9, 10
    total[t.N_WARRANT_ARRESTS] = 7  # these end before
    p = row(found_simulated=0.4, ends_arrest=0.25)
    assert forward._arrested(total, p) == pytest.approx(39.4 / 101 * 0.25)


def test_where_nobody_was_met_it_is_what_the_parameters_say() -> None:
    p = row(found_simulated=0.4, ends_arrest=0.25)
    assert forward._arrested(np.zeros(t.COUNT), p) == pytest.approx(0.1)
