"""Would it have foreseen what came? Scores, coverage, and what is known at each origin."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from offramp.plan.calibration import rolling
from offramp.plan.calibration.forward import Case, formula, simulated
from offramp.plan.calibration.observe import AT
from offramp.plan.calibration.rolling import Forecast, Rolling, origins, probabilities, score
from offramp.plan.calibration.sampling import Sample
from tests.calibration_place import case_of, usual


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return usual(tmp_path_factory.mktemp("places") / "testtown")


def test_scores_are_those_worked_out_by_hand() -> None:
    p = probabilities()
    assert len(p) == 23
    assert p[11] == 0.5
    assert (np.diff(p) > 0).all()
    certain = np.full(23, 9.0)
    assert score(certain, 9.0) == 0
    # All quantiles at 9, counted 99: the mean of 2 x p x log(100 / 10).
    assert score(certain, 99.0) == pytest.approx(2 * np.mean(p) * np.log(10))


def test_coverage_and_verdict(folder: Path) -> None:
    spread = np.linspace(0, 22, 23)
    inside = Forecast("a", "2019-Q1", "2019-Q2", 1, 11.0, spread, spread * 3)
    outside = replace(inside, counted=40.0)
    assert Rolling((inside,) * 11, ()).verdict is None
    assert Rolling((inside,) * 12, ()).coverage == 1.0
    assert Rolling((inside,) * 12, ()).verdict is False  # bands that are too wide do not count
    assert Rolling((inside,) * 11 + (outside,), ()).verdict is True
    assert Rolling((inside,) * 8 + (outside,) * 4, ()).verdict is False


def test_the_range_of_the_score_is_that_of_origins_drawn_again_with_their_neighbours() -> None:
    """Naive forecasts two tens away, ours one ten away from the first ten origins and three from
    the last ten. Of 20 origins drawn again as five neighbouring fours, at least 16 are of one kind
    in 8%, at least 17 in 4%: the ends are those of 16 to four."""

    def forecast(number: int, ours: float) -> Forecast:
        model, naive = np.full(23, ours), np.full(23, 9.0)
        return Forecast("a", f"{2010 + number}-Q1", "later", 1, 999.0, model, naive)

    every = tuple(forecast(k, 99.0 if k < 10 else 0.0) for k in range(20))
    assert Rolling(every, ()).score_ratio == pytest.approx(1.0)
    assert Rolling(every, ()).score_range == pytest.approx((0.7, 1.3), abs=0.001)
    assert Rolling(every[:10], ()).score_range == pytest.approx((0.5, 0.5), abs=0.001)
    assert Rolling(every[:7], ()).score_range is None


def test_forecasts_start_where_four_counts_are_known(folder: Path) -> None:
    case = case_of(folder)
    found = origins(case.seen.targets, case.seen.quarters)
    assert found == list(range(4, 12))


def test_what_is_known_at_an_origin_holds_nothing_later(folder: Path) -> None:
    target = case_of(folder).seen.targets[0].until(6)
    assert target.known.tolist() == [True] * 6 + [False] * 6


FAR = 20_000


def of_one_point(case: Case, quarters: np.ndarray) -> Sample:
    z = np.zeros((1, len(case.unknowns.names)))
    moves = np.arange(z.shape[1])
    return Sample(z, quarters, np.zeros((1, 2)), np.ones(1), (), (), moves)


def test_from_one_point_many_futures_and_one_past(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Steps after the origin are as open as a random walk: after k quarters, k times the variance
    of one, the yearly spread squared over 4."""
    monkeypatch.setattr(rolling, "FUTURES", FAR)
    case, origin = case_of(folder), 6
    z = np.zeros((1, len(case.unknowns.names)))
    known = of_one_point(case, formula(case, z))
    new, quarters, shift = rolling.futures(case, origin, known, np.random.default_rng(1))
    assert new.shape == (FAR, z.shape[1])
    assert shift.shape == (FAR, 2)
    contacts = np.log(quarters[:, :, AT["contacts"]])
    assert np.ptp(contacts[:, :origin], axis=0) == pytest.approx(0, abs=1e-12)
    (path,) = [p for p in case.unknowns.paths if p.of == "contact"]
    yearly = case.unknowns.value(path.spread, z)[0]
    steps = np.arange(1, case.quarters - origin + 1)
    assert contacts[:, origin:].std(axis=0) == pytest.approx(yearly / 2 * np.sqrt(steps), rel=0.03)


def test_what_happens_moves_as_the_model_moves_it(folder: Path) -> None:
    """Twice or half as much of a drift, by the formula that futures use and by the model."""
    case = case_of(folder, people=2000)
    z = np.zeros((3, len(case.unknowns.names)))
    for path in case.unknowns.paths:
        size = case.unknowns.value(path.spread, z)[0] / 2
        step = next(s for s, start in zip(path.steps, path.starts, strict=True) if start == 6)
        z[1:, case.unknowns.at[step]] = np.log(2) / size * np.array([1, -1])
    by_model = np.stack([quarters for _, quarters in simulated(case, z, 1)])
    by_formula = formula(case, z)
    for name in ("deaths", "overdoses", "contacts", "possession_arrests"):
        ratio = by_model[1:, 6:10, AT[name]].sum(axis=1) / by_model[0, 6:10, AT[name]].sum()
        wanted = by_formula[1:, 6:10, AT[name]].sum(axis=1) / by_formula[0, 6:10, AT[name]].sum()
        assert wanted == pytest.approx([2, 0.5])
        assert ratio == pytest.approx(wanted, rel=0.08)
