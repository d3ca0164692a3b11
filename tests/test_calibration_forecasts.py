"""Would it have foreseen what came? Scores, coverage, and what is known at each origin."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from offramp.plan.calibration.rolling import Forecast, Rolling, origins, probabilities, score
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


def test_the_range_of_the_score_is_that_of_origins_drawn_again() -> None:
    """Naive forecasts two tens away, ours one ten away from half of the origins and three from the
    others. Of eight origins drawn again, at least six are of one kind in 14%, at least seven in
    4%: the ends are those of six to two."""

    def forecast(number: int, ours: float) -> Forecast:
        model, naive = np.full(23, ours), np.full(23, 9.0)
        return Forecast("a", f"{2010 + number}-Q1", "later", 1, 999.0, model, naive)

    every = tuple(forecast(k, 99.0 if k % 2 else 0.0) for k in range(8))
    assert Rolling(every, ()).score_ratio == pytest.approx(1.0)
    assert Rolling(every, ()).score_range == pytest.approx((0.75, 1.25), abs=0.001)
    assert Rolling(every[1::2], ()).score_range == pytest.approx((0.5, 0.5), abs=0.001)
    assert Rolling(every[:3], ()).score_range is None


def test_forecasts_start_where_four_counts_are_known(folder: Path) -> None:
    case = case_of(folder)
    found = origins(case.seen.targets, case.seen.quarters)
    assert found == list(range(4, 12))


def test_what_is_known_at_an_origin_holds_nothing_later(folder: Path) -> None:
    target = case_of(folder).seen.targets[0].until(6)
    assert target.known.tolist() == [True] * 6 + [False] * 6
