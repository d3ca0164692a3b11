"""What lies between what happens and what is counted, integrated out and drawn again."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import logsumexp

from offramp.plan.calibration.forward import Case, formula
from offramp.plan.calibration.marginal import (
    SCOPES,
    completed,
    given,
    grid,
    marginal,
    measured,
    parted,
)
from offramp.plan.calibration.observe import Error, expected
from offramp.plan.calibration.sampling import sobol
from tests.calibration_place import case_of, place_with, quarters, series

MANY = 20_000


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Deaths, and searches with the arrests that are a part of them."""
    return case_of(
        place_with(
            tmp_path_factory.mktemp("places") / "town",
            series("deaths", "deaths"),
            series("searches", "drug_searches"),
            series("arrests", "possession_arrests", more='of = "searches"'),
            deaths=quarters([4, 0, 6, 5]) + "2017-Q1,<6\n",
            searches=quarters([400, 420, 390, 450, 410]),
            arrests=quarters([80, 90, 70, 95, 85]),
        )
    )


def error(case: Case, level: float, cell: float) -> Error:
    cells = sum(int(target.known.sum()) for target in case.seen.targets)
    return Error(np.full(len(case.seen.targets), level), np.full(cells, cell))


def between(case: Case) -> list[int]:
    """Columns of shares in scope and of spreads beyond chance."""
    u = case.unknowns
    scopes = [u.at[t.in_scope] for t in case.seen.targets if t.trials is None]
    return scopes + [u.at[name] for name in u.overdispersion.values()]


def likely(case: Case) -> np.ndarray:
    """A point from which the counts are not improbable."""
    z = sobol(case, 128, 3)
    chance = marginal(case, z, expected(case, z, formula(case, z)), error(case, 0.05, 0.02))
    return z[[np.argmax(chance)]]


def spread_out(case: Case, off: Error) -> tuple[np.ndarray, np.ndarray]:
    """The point many times, with other shares, spreads and chances; and how likely each is."""
    rng = np.random.default_rng(5)
    z = np.repeat(likely(case), MANY, axis=0)
    z[:, between(case)] = rng.standard_normal((MANY, len(between(case))))
    chance = rng.standard_normal((MANY, len(case.seen.targets)))
    return z, given(expected(case, z, formula(case, z)), off, chance)


@pytest.mark.parametrize("level", [0.0, 0.1])
def test_the_grid_gives_what_many_draws_give(case: Case, level: float) -> None:
    off = error(case, level, 0.03)
    _, log_chance = spread_out(case, off)
    weights = np.exp(log_chance - log_chance.max())
    wanted = logsumexp(log_chance) - np.log(MANY)
    error_of_wanted = float(np.std(weights) / np.mean(weights) / np.sqrt(MANY))
    point = likely(case)
    (found,) = marginal(case, point, expected(case, point, formula(case, point)), off)
    assert found == pytest.approx(wanted, abs=0.03 + 4 * error_of_wanted)


def test_what_is_drawn_again_is_what_the_counts_leave(case: Case) -> None:
    off = error(case, 0.1, 0.03)
    z, log_chance = spread_out(case, off)
    weights = np.exp(log_chance - log_chance.max())
    weights /= weights.sum()
    independent = 1 / (weights**2).sum()
    assert independent > 200
    point = np.repeat(likely(case), 800, axis=0)
    new, shift = completed(case, point, expected(case, point, formula(case, point)), off, 9)
    assert shift.shape == (800, 3)
    for column in between(case):
        mean = weights @ z[:, column]
        spread = np.sqrt(weights @ (z[:, column] - mean) ** 2)
        allowed = 4 * spread * np.sqrt(1 / independent + 1 / 800) + 0.03
        assert new[:, column].mean() == pytest.approx(mean, abs=allowed)
        assert new[:, column].std() == pytest.approx(spread, rel=0.15)
    others = np.setdiff1d(np.arange(z.shape[1]), between(case))
    assert np.array_equal(new[:, others], point[:, others])


@pytest.mark.parametrize("error", [0.003, 0.03, 0.3])
def test_a_level_is_parted_into_scope_and_chance(case: Case, error: float) -> None:
    """Levels made of both, as they are before any count: parted again, scope and chance are as
    wide as they were, however much finer or wider chance is than the grid."""
    rng = np.random.default_rng(8)
    scopes = grid(case, case.seen.targets[0], error).scopes
    scope, chance = rng.standard_normal((2, MANY))
    level = error * chance - np.interp(scope, SCOPES, scopes)
    found, off = parted(scopes, error, level, rng)
    assert off - np.interp(found, SCOPES, scopes) == pytest.approx(level)
    for values, wanted in ((found, 1.0), (off, error)):
        assert values.mean() == pytest.approx(0, abs=0.04 * wanted)
        assert values.std() == pytest.approx(wanted, rel=0.03)


def test_chance_of_a_whole_series_is_told_from_that_of_each_count(case: Case) -> None:
    rng = np.random.default_rng(2)
    z = sobol(case, 1, 1)
    found = expected(case, z, formula(case, z))
    whole = np.repeat(rng.normal(0, [0.2, 0.05, 0.1], (4000, 3)), 5, axis=1)
    off = measured(found, whole + rng.normal(0, 0.03, (4000, 15)))
    assert off.level == pytest.approx([0.2, 0.05, 0.1], rel=0.1)
    assert off.cell == pytest.approx(0.03 * np.sqrt(0.8), rel=0.1)  # of five, one is their mean
