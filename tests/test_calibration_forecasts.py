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


def test_forecasts_start_where_four_counts_are_known(folder: Path) -> None:
    case = case_of(folder)
    found = origins(case.seen.targets, case.seen.quarters)
    assert found == list(range(4, 12))


def test_what_is_known_at_an_origin_holds_nothing_later(folder: Path) -> None:
    target = case_of(folder).seen.targets[0].until(6)
    assert target.known.tolist() == [True] * 6 + [False] * 6
