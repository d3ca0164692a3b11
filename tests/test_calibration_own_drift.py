"""Where several series count the same, each may drift beside what they share."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from offramp.plan.calibration import rolling
from offramp.plan.calibration.emulator import learn
from offramp.plan.calibration.forward import Case, formula
from offramp.plan.calibration.observe import expected
from offramp.plan.calibration.sampling import sobol
from offramp.plan.calibration.walkers import points
from tests.calibration_place import case_of, place_with, quarters, series
from tests.test_calibration_forecasts import of_one_point

QUARTERS = 16
CALLS = [200, 210, 195, 205] * 4
STAYS = [round(100 * 0.5 ** (k / 15)) for k in range(QUARTERS)]  # half as many at the end


def survived(folder: Path, **counts: list[int]) -> Case:
    """Quarterly deaths, and overdoses that were survived as crews, stays or reports count them."""
    measures = {"deaths": "deaths", "crews": "ambulance_overdoses", "stays": "hospital_overdoses"}
    tables = [series(name, measures[name]) for name in counts]
    rows = {name: quarters(values) for name, values in counts.items()}
    return case_of(place_with(folder, *tables, **rows))


def test_only_series_that_count_the_same_drift_beside_each_other(tmp_path: Path) -> None:
    deaths = [20] * QUARTERS
    three = survived(tmp_path / "a", deaths=deaths, crews=CALLS, stays=STAYS)
    assert set(three.unknowns.own) == {"crews", "stays"}
    assert not survived(tmp_path / "b", deaths=deaths, stays=STAYS).unknowns.own
    few = survived(tmp_path / "c", deaths=deaths, crews=CALLS, stays=STAYS[:3])
    assert not few.unknowns.own


def test_a_part_of_another_series_has_no_drift_of_its_own(tmp_path: Path) -> None:
    part = series("arrests", "possession_arrests", more='of = "searches"')
    rows = {"searches": quarters([400] * 8), "arrests": quarters([40] * 8)}
    searches = series("searches", "drug_searches")
    assert not case_of(place_with(tmp_path / "a", searches, part, **rows)).unknowns.own
    alone = series("arrests", "possession_arrests")
    own = case_of(place_with(tmp_path / "b", searches, alone, **rows)).unknowns.own
    assert set(own) == {"searches", "arrests"}


def test_it_steps_as_often_as_its_series_from_its_first_count(tmp_path: Path) -> None:
    folder = place_with(
        tmp_path,
        series("crews", "ambulance_overdoses"),
        series("stays", "hospital_overdoses", "year"),
        crews=quarters(CALLS[2:], 2016),
        stays="".join(f"{year},400\n" for year in (2017, 2018, 2019, 2020)),
    )
    own = case_of(folder).unknowns.own
    assert own["crews"].starts.tolist() == list(range(1, 20))
    assert own["stays"].starts.tolist() == [8, 12, 16]
    assert own["stays"].steps == ("own:stays:1", "own:stays:2", "own:stays:3")


def test_it_moves_its_series_and_nothing_that_happens(tmp_path: Path) -> None:
    case = survived(tmp_path, crews=CALLS, stays=STAYS)
    z = np.zeros((2, len(case.unknowns.names)))
    z[1, case.unknowns.at["own:stays:8"]] = 1.5
    happens = formula(case, z)
    assert np.array_equal(happens[0], happens[1])
    crews, stays = expected(case, z, happens)
    assert np.array_equal(crews.mean[0], crews.mean[1])
    size = case.unknowns.value("own:stays", z)[0]
    assert size == pytest.approx(0.14, rel=0.02)  # in a year
    ratio = stays.mean[1] / stays.mean[0]
    assert ratio[:8] == pytest.approx(1)
    assert ratio[8:] == pytest.approx(np.exp(1.5 * size / 2))


def test_a_forecast_leaves_its_later_steps_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rolling, "FUTURES", 4000)
    case, origin = survived(tmp_path, crews=CALLS, stays=STAYS), 8
    z = np.zeros((1, len(case.unknowns.names)))
    known = of_one_point(case, formula(case, z))
    new, _, _ = rolling.futures(case, origin, known, np.random.default_rng(1))
    own = case.unknowns.drift(case.unknowns.own["stays"], new)
    size = case.unknowns.value("own:stays", z)[0]
    assert np.ptp(own[:, :8]) == 0
    assert own[:, 8:].std(axis=0) == pytest.approx(size / 2 * np.sqrt(np.arange(1, 9)), rel=0.04)


def test_stays_that_halve_are_not_read_as_overdoses_that_halve(tmp_path: Path) -> None:
    """Crews count as many as before, and deaths too: the stand-in of the formula alone."""
    case = survived(tmp_path, deaths=[20] * QUARTERS, crews=CALLS, stays=STAYS)
    z = sobol(case, 256, 1)
    found = points(learn(case, [(z, formula(case, z))]), 400, 1)
    (path,) = (p for p in case.unknowns.paths if p.of == "overdose")
    overdoses = case.unknowns.drift(path, found)[:, -1]
    stays, crews = (
        case.unknowns.drift(case.unknowns.own[name], found)[:, -1] for name in ("stays", "crews")
    )
    assert np.median(stays - crews) < np.log(0.65)
    assert np.median(overdoses) > np.log(0.7)
    assert np.median(overdoses + crews) == pytest.approx(0, abs=0.1)
