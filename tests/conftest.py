"""One day for all tests, since law that was checked in 2026 must not read as too old in 2028; no
deadlines; every test begins in English; and the places that several files test with."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from offramp.languages import speaking

os.environ["OFFRAMP_TODAY"] = "2026-11-25"
settings.register_profile("any machine", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("any machine")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Every test starts in English, whatever the one before it spoke."""
    with speaking("en"):
        yield


@pytest.fixture
def no_other_points(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Points that a calibration keeps lie in a folder of the test's own."""
    from offramp.plan.calibration import work

    monkeypatch.setattr(work, "cache_folder", lambda: tmp_path / "cache" / "kernels")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place named Testham, whose data lie in a folder of the test's own."""
    from tests.stops_sample import place

    monkeypatch.setenv("OFFRAMP_DATA", str(tmp_path / "owner"))
    return place(tmp_path / "testham")


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place whose deaths have a zero, withheld counts and one of which a limit is known."""
    from tests.calibrate_command import town_with_gaps

    return town_with_gaps(tmp_path_factory.mktemp("places") / "town")


@pytest.fixture(scope="session")
def done(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same place, calibrated."""
    from tests.calibrate_command import calibrated_copy

    folder = tmp_path_factory.mktemp("done") / "town"
    return calibrated_copy(town, folder, tmp_path_factory.mktemp("cache"))
