"""Deaths and other overdoses together tell how the share that kills drifted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from offramp.model.parameters import INDEX
from offramp.place.load import load
from offramp.plan.calibration import work as kept
from offramp.plan.calibration.forward import CHANNELS, Case, formula, simulated
from offramp.plan.calibration.posterior import files, read
from offramp.plan.calibration.result import posterior
from offramp.plan.calibration.run import Settings, calibrate
from offramp.plan.ensemble import draw_of, set_up
from offramp.plan.inputs import parameter_inputs, place_inputs
from tests.calibration_place import DEATHS, case_of, catalogue, place_with, quarters, series, usual

CALLS = [20, 24, 22, 30, 28, 33, 30, 38, 36, 31, 40, 44]


def both(folder: Path, calls: list[int]) -> Path:
    """Quarterly deaths and overdoses that an ambulance came to."""
    return place_with(
        folder,
        series("deaths", "deaths"),
        series("calls", "ambulance_overdoses"),
        deaths=quarters(DEATHS),
        calls=quarters(calls),
    )


def drivers(case: Case) -> set[str]:
    return {path.of for path in case.unknowns.paths}


def test_the_share_drifts_only_where_both_are_counted(tmp_path: Path) -> None:
    assert "fatal" in drivers(case_of(both(tmp_path / "both", CALLS)))
    assert "fatal" not in drivers(case_of(both(tmp_path / "few", CALLS[:3])))
    assert "fatal" not in drivers(case_of(usual(tmp_path / "deaths")))


def test_it_drifts_from_where_both_are_known(tmp_path: Path) -> None:
    folder = both(tmp_path, CALLS)
    (folder / "calls.csv").write_text(
        "period,count\n" + quarters(CALLS[4:], 2017), encoding="utf-8"
    )
    (path,) = (p for p in case_of(folder).unknowns.paths if p.of == "fatal")
    assert path.starts.tolist() == [5, 6, 7, 8, 9, 10, 11]


def test_more_overdoses_that_kill_are_more_deaths_and_no_more_overdoses(tmp_path: Path) -> None:
    case = replace(case_of(both(tmp_path, CALLS)), people=2000)
    z = np.zeros((2, len(case.unknowns.names)))
    z[1, case.unknowns.at["drift:fatal:1"]] = 2.0
    ((_, low), (_, high)) = simulated(case, z, 1)
    (path,) = (p for p in case.unknowns.paths if p.of == "fatal")
    wanted = np.exp(case.unknowns.drift(path, z)[1]).mean()
    assert wanted > 1.15
    ratio = high.sum(axis=0) / low.sum(axis=0)
    assert ratio[CHANNELS.index("deaths")] == pytest.approx(wanted, rel=0.03)
    for channel in ("overdoses", "attended", "contacts"):
        assert ratio[CHANNELS.index(channel)] == pytest.approx(1, abs=0.02), channel
    quick = formula(case, z).sum(axis=1)
    assert quick[1, 0] / quick[0, 0] == pytest.approx(wanted)
    assert quick[1, 1:] == pytest.approx(quick[0, 1:])


def test_plan_takes_the_share_of_today(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "cache_folder", lambda: tmp_path / "kernels")
    place = load(both(tmp_path / "place", CALLS))
    settings = Settings(points=64, people=500, lucks=1, runs=1, seed=4, forecasts=False)
    found = calibrate(place, catalogue(), settings)
    for name, content in files(posterior(found)).items():
        (place.path.parent / name).write_bytes(content)
    known = read(place, parameter_inputs(catalogue()) | place_inputs(place.resolved))
    assert known is not None
    share = known.today["fatal_share"]
    assert 0.003 < share.min() < share.max() < 0.5
    setup = set_up(place, catalogue(), [], 1, 4, 500, 1, given=known.given(4))
    taken = [draw_of(setup, k).targets.fatal_share for k in range(4)]
    assert taken == pytest.approx(known.given(4).today["fatal_share"], rel=1e-5)
    assert taken != pytest.approx(setup.rows[:4, INDEX["fatal_share"]], rel=1e-3)
