"""One day for all tests: law that was checked in 2026 must not read as too old in 2028."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from offramp.languages import speaking

os.environ["OFFRAMP_TODAY"] = "2026-11-25"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Every test starts in English, whatever the one before it spoke."""
    with speaking("en"):
        yield
