"""Points on their way through what a stand-in makes of the counts."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from offramp.plan.calibration import probable
from offramp.plan.calibration.emulator import Emulator, learn
from offramp.plan.calibration.forward import formula
from offramp.plan.calibration.sampling import mixture, sobol
from offramp.plan.calibration.straight import Straight, Target, wider
from offramp.plan.calibration.walkers import Walkers
from tests.calibration_place import case_of, usual


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Emulator:
    case = case_of(usual(tmp_path_factory.mktemp("places") / "testtown"))
    z = sobol(case, 512, 1)
    return learn(case, [(z, formula(case, z))])


@pytest.fixture(scope="module")
def straight(emulator: Emulator) -> Straight:
    target = Target(emulator)
    return Straight(target, probable.most_probable(target))


def test_no_direction_leads_to_a_more_probable_place(straight: Straight) -> None:
    target, n = straight.target, straight.target.size
    near = straight.middle + 0.01 * np.concatenate([np.zeros((1, n)), np.eye(n), -np.eye(n)])
    values = target.at(near, np.zeros((2 * n + 1, len(target.emulator.case.unknowns.names))))
    assert values[0] >= values.max() - 1e-3


def test_shares_and_spreads_are_bent_and_levels_are_not(straight: Straight) -> None:
    unknowns = straight.target.emulator.case.unknowns
    names = [unknowns.names[k] for k in straight.target.emulator.moves]
    bent = {names[k] for k in straight.bent}
    assert {"drift:overdose", "drift:contact", *unknowns.overdispersion.values()} <= bent
    assert not bent & {"evidence:judge_overdose_level", "drift:overdose:3", "drift:contact:1"}


def test_coordinates_lead_back(straight: Straight) -> None:
    rng = np.random.default_rng(2)
    z = rng.standard_normal((20, len(straight.target.emulator.case.unknowns.names)))
    x = straight.middle + 0.5 * rng.standard_normal((20, straight.target.size))
    normal = straight.normal(x[:, straight.bent], z)
    y = straight.coordinates(x, normal)
    assert straight.place(y, normal) == pytest.approx(x, abs=1e-9)


def test_the_rest_is_nearly_normal_at_any_values_of_the_bent(straight: Straight) -> None:
    """Log density against half the squared distance, in the coordinates."""
    rng = np.random.default_rng(3)
    z = rng.standard_normal((200, len(straight.target.emulator.case.unknowns.names)))
    bent = np.repeat(straight.middle[None, straight.bent], 200, axis=0)
    bent[:, :2] += 0.7
    normal = straight.normal(bent, z)
    place = rng.standard_normal((200, len(straight.line)))
    x = straight.place(np.concatenate([bent, place], axis=1), normal)
    by_distance = 0.5 * (place**2).sum(axis=1)
    left = straight.target.at(x, z) + wider(normal) + by_distance
    assert left.std() < 0.6 * by_distance.std()


def test_points_have_forgotten_where_they_started(emulator: Emulator) -> None:
    """What `points` does, and three times as many moves more: the same middle and width."""
    walkers = Walkers(emulator, 400, np.random.default_rng(5))
    walkers.walk()
    before = walkers.x.copy()
    for _ in range(3):
        walkers.sweep(40)
    error = walkers.x.std(axis=0) / np.sqrt(len(before))
    apart = (walkers.x.mean(axis=0) - before.mean(axis=0)) / error
    assert np.abs(apart).max() < 5
    assert (apart**2).mean() < 3  # 2 when all points are independent
    ratio = walkers.x.std(axis=0) / before.std(axis=0)
    assert np.abs(np.log(ratio)).max() < 0.2


def test_a_mixture_of_stages_far_apart_is_found() -> None:
    """Where few points of one lie under the other, constants settle slowly by turns."""
    rng = np.random.default_rng(1)
    x = np.concatenate([rng.normal(0, 1, 4000), rng.normal(3.5, 0.2, 1000)])
    ratio = stats.norm.logpdf(x, 3.5, 0.2) - stats.norm.logpdf(x)
    found = mixture(np.stack([np.zeros(5000), ratio - 30.0]), np.array([4000, 1000]))
    wanted = np.logaddexp(np.log(4000), np.log(1000) + ratio)
    assert (4000 * np.exp(-found)).sum() == pytest.approx(4000, rel=1e-4)
    assert found == pytest.approx(wanted, abs=1.0)
