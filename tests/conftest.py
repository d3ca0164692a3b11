"""One day for all tests, since law that was checked in 2026 must not read as too old in 2028; no
deadlines; and every test begins in English."""

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
