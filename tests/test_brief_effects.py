"""The chart of effects says what the words say."""

from __future__ import annotations

import pytest

from offramp.brief import phrases
from offramp.brief.effects import _mark


@pytest.mark.parametrize(
    ("low", "high", "crosses"), [(-0.5, -0.0126, False), (-54.0, -0.4, True), (-54.0, -2.0, False)]
)
def test_an_end_that_reads_no_change_is_drawn_as_none(
    low: float, high: float, crosses: bool
) -> None:
    one = {
        "measure": "fatal_overdoses", "unit": "deaths a year", "today": 69.0, "change": low / 2,
        "low": low, "high": high,
    }  # fmt: skip
    drawn = _mark({"name": "An option", "effects": [one]}, "fatal_overdoses").range
    assert drawn is not None
    assert (drawn.high == 0) == crosses
    assert ("no change" in phrases.change(one)) == crosses
