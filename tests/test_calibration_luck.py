"""How far lucks have counts off: what all points have alike, and what is each one's own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from offramp.plan.calibration.forward import Case, formula
from offramp.plan.calibration.luck import measured_luck
from offramp.plan.calibration.observe import Expected, expected
from offramp.plan.calibration.sampling import sobol
from tests.calibration_place import case_of, usual

COMMON, OWN = {"level": 0.06, "cell": 0.03}, {"level": 0.04, "cell": 0.08}
PERIODS = 12  # of each series


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return case_of(usual(tmp_path_factory.mktemp("places") / "testtown"))


def simulated(case: Case, lucks: int, points: int, seed: int = 1) -> list[list[Expected]]:
    """The same points with each luck, and each of the four sizes of chance known."""
    z = sobol(case, points, 1)
    rng = np.random.default_rng(seed)
    every = []
    for _ in range(lucks):
        one = []
        for found in expected(case, z, formula(case, z)):
            off = COMMON["level"] * rng.standard_normal()
            off = off + COMMON["cell"] * rng.standard_normal((1, PERIODS))
            off = off + OWN["level"] * rng.standard_normal((points, 1))
            off = off + OWN["cell"] * rng.standard_normal((points, PERIODS))
            one.append(replace(found, mean=found.mean * np.exp(off)))
        every.append(one)
    return every


def test_what_points_have_alike_is_told_from_their_own(case: Case) -> None:
    """The level of a series is the mean of its cells, so it has a twelfth of their variance, and
    they have the rest."""
    luck = measured_luck(simulated(case, 300, 40))
    for part, wanted in ((luck.common, COMMON), (luck.own, OWN)):
        level = np.hypot(wanted["level"], wanted["cell"] / np.sqrt(PERIODS))
        assert part.level == pytest.approx(level, rel=0.15)
        cell = wanted["cell"] * np.sqrt(1 - 1 / PERIODS)
        assert np.sqrt((part.cell**2).mean()) == pytest.approx(cell, rel=0.05)
    assert luck.all.level == pytest.approx(np.hypot(luck.common.level, luck.own.level))


def test_few_lucks_and_points_are_right_on_average(case: Case) -> None:
    """As many as calibration takes: variances are right in the mean of many places."""
    lucks = [measured_luck(simulated(case, 8, 16, seed)) for seed in range(60)]
    for part, wanted in (("common", COMMON), ("own", OWN)):
        level = wanted["level"] ** 2 + wanted["cell"] ** 2 / PERIODS
        found = np.mean([getattr(luck, part).level ** 2 for luck in lucks])
        assert found == pytest.approx(level, rel=0.2)


def test_without_chance_there_is_none(case: Case) -> None:
    z = sobol(case, 5, 1)
    luck = measured_luck([expected(case, z, formula(case, z))] * 3)
    assert luck.all.level == pytest.approx(0, abs=1e-12)
    assert luck.all.cell == pytest.approx(0, abs=1e-12)


def test_what_was_known_has_the_luck_of_its_cells(case: Case) -> None:
    luck = measured_luck(simulated(case, 4, 5))
    cells = np.arange(2 * PERIODS) % PERIODS < 7
    some = luck.of_cells(cells)
    assert np.array_equal(some.own.cell, luck.own.cell[cells])
    assert np.array_equal(some.common.level, luck.common.level)
