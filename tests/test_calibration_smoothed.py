"""The best guess of what happens at a point: simulation and stand-in, by their errors."""

from __future__ import annotations

import numpy as np
import pytest

from offramp.plan.calibration.emulator import learn
from offramp.plan.calibration.forward import Case, formula
from offramp.plan.calibration.luck import Luck
from offramp.plan.calibration.observe import Error, by_series, expected, logs
from offramp.plan.calibration.sampling import sobol
from offramp.plan.calibration.smoothed import LEAST, moved_by, own_share, smoothed
from tests.calibration_place import case_of, usual

BENT, CHANCE = 0.05, 0.04  # standard deviations on the log scale
POINTS = 2000


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return case_of(usual(tmp_path_factory.mktemp("places") / "testtown"))


def happening(case: Case, bent: float, chance: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points; what truly happens there, which no stand-in can bend to; and a simulation of it."""
    rng = np.random.default_rng(3)
    z = sobol(case, POINTS, 1)
    flat = formula(case, z)
    truth = flat * np.exp(bent * rng.standard_normal((POINTS, 1, 1)))
    return z, truth, truth * np.exp(chance * rng.standard_normal((POINTS, 1, 1)))


def luck_of(case: Case, own: float, common: float = 0.0) -> Luck:
    cells = np.zeros(sum(int(target.known.sum()) for target in case.seen.targets))
    series = len(case.seen.targets)
    return Luck(Error(np.full(series, common), cells), Error(np.full(series, own), cells))


def test_the_guess_is_better_than_simulation_and_stand_in_and_knows_its_error(case: Case) -> None:
    z, truth, drawn = happening(case, BENT, CHANCE)
    emulator = learn(case, [(z, drawn)])
    found, true = expected(case, z, drawn), logs(expected(case, z, truth))
    better, error = smoothed(z, found, emulator, luck_of(case, CHANCE))
    at = [i for i, t in enumerate(case.seen.targets) if t.trials is None and t.known.any()]
    for i in at:
        cell = by_series(found)[i].start
        off = {
            "guess": logs(better)[:, cell] - true[:, cell],
            "simulation": logs(found)[:, cell] - true[:, cell],
            "stand-in": logs(emulator.expected(z))[:, cell] - true[:, cell],
        }
        size = {name: float(np.sqrt((values**2).mean())) for name, values in off.items()}
        assert size["guess"] < 0.9 * min(size["simulation"], size["stand-in"])
        # Of two independent measurements: the product of the errors over their root sum of squares.
        assert error.level[i] == pytest.approx(BENT * CHANCE / np.hypot(BENT, CHANCE), rel=0.1)
        assert size["guess"] == pytest.approx(error.level[i], rel=0.15)


def test_chance_that_all_points_have_is_not_averaged_away(case: Case) -> None:
    z, _, drawn = happening(case, BENT, CHANCE)
    found, emulator = expected(case, z, drawn), learn(case, [(z, drawn)])
    alone, without = smoothed(z, found, emulator, luck_of(case, CHANCE))
    both, error = smoothed(z, found, emulator, luck_of(case, CHANCE, 0.03))
    assert logs(both) == pytest.approx(logs(alone))
    assert error.level == pytest.approx(np.hypot(without.level, 0.03))


def test_without_chance_a_simulation_is_what_counts(case: Case) -> None:
    z, _, drawn = happening(case, BENT, 0.0)
    found = expected(case, z, drawn)
    better, error = smoothed(z, found, learn(case, [(z, drawn)]), luck_of(case, 0.0))
    assert logs(better) == pytest.approx(logs(found), abs=1e-9)
    assert error.level == pytest.approx(0)
    assert moved_by(better, found) == pytest.approx(0, abs=1e-9)


def test_how_far_a_series_was_moved_is_told(case: Case) -> None:
    """Moved back by it, simulation and guess have the same level."""
    z, _, drawn = happening(case, BENT, CHANCE)
    found = expected(case, z, drawn)
    better, _ = smoothed(z, found, learn(case, [(z, drawn)]), luck_of(case, CHANCE))
    moved = moved_by(better, found)
    assert np.abs(moved).max() > 0.02
    again = logs(expected(case, z, drawn, moved)) - logs(better)
    for i, cells in enumerate(by_series(found)):
        if case.seen.targets[i].trials is None and cells.stop > cells.start:
            assert again[:, cells].mean(axis=1) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("missed", "chance", "wanted"),
    [
        (0.1, 0.0, 1.0),
        (0.0, 0.0, 1.0),
        (np.sqrt(2.0), 1.0, 0.5),  # half of what is missed is chance
        (1.0, 1.0, LEAST / (1 + LEAST)),  # all of it
        (0.5, 1.0, LEAST * 0.25 / (1 + LEAST * 0.25)),  # and it was even measured as smaller
    ],
)
def test_own_share(missed: float, chance: float, wanted: float) -> None:
    share, left = own_share(np.array([missed]), np.array([chance]), 0.0)
    assert share == pytest.approx(wanted)
    assert left == pytest.approx(np.sqrt(wanted) * chance)


@pytest.mark.parametrize("followed", [0.05, 0.3, 0.7])
def test_a_stand_in_that_follows_chance_is_trusted_less(followed: float) -> None:
    """Against many draws of both measurements, and against other shares."""
    rng = np.random.default_rng(4)
    chance = rng.standard_normal(200_000)
    other = np.sqrt(followed * (1 - followed)) * rng.standard_normal(200_000)
    stand_in = 0.5 * rng.standard_normal(200_000) + followed * chance + other
    (share,), (left,) = own_share(np.array([np.hypot(0.5, 1.0)]), np.ones(1), followed)
    off = {x: np.std(x * chance + (1 - x) * stand_in) for x in (share, share - 0.1, share + 0.1)}
    assert off[share] == pytest.approx(left, rel=0.01)
    assert off[share] == min(off.values())


def test_what_a_stand_in_follows_is_what_it_has_terms_for(case: Case) -> None:
    """Of chance alone, a fit with as many points as terms has all, and one with many has little:
    the variance of its values is that share of what it was fitted to."""
    for points in (128, 2000):
        z = sobol(case, points, 1)
        rng = np.random.default_rng(6)
        flat = formula(case, z)
        emulator = learn(case, [(z, flat * np.exp(0.05 * rng.standard_normal(flat.shape)))])
        terms = emulator.layers[0].slopes.shape[0]
        assert emulator.followed == pytest.approx(terms / points, rel=0.1)
