"""Ranges of a place's own numbers that are read otherwise than they look: told, not refused.

The number of people who use is seldom known as well as its sources say: unless it was counted by
capture and recapture, its range is at least `SIZE_SPREAD` wide.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from offramp.place.figures import Figure, Share
from offramp.place.schema import Place, Section

SIZE_SPREAD = 0.3  # least standard deviation of the number of people simulated, log scale
MUCH = 0.8  # of that: narrower ranges are told to be widened
ENDS = 1.96  # standard deviations from the middle to each end of a range
EDGE = 1e-4  # of a share: an end nearer to 0 or 1 is as good as there
FAR = 0.25  # of a share from the end of its range: much of the range lies at that end


def range_notes(place: Place) -> Iterator[str]:
    """A note for each such range."""
    yield from size_note(place)
    for name, share in _shares(place, ""):
        low, high = share.low, share.high
        if low is None or high is None or low == high:
            continue
        ends = [(low, "0")] if low < EDGE and share.value > FAR else []
        ends += [(high, "1")] if high > 1 - EDGE and share.value < 1 - FAR else []
        for end, at in ends:
            yield (
                f"{name} is {share.value:g}, with a range that ends at {end:g}: read as it stands, "
                f"much of it lies at {at}; give the {'least' if at == '0' else 'most'} that it can "
                "be, or leave low and high out"
            )


def size_note(place: Place) -> Iterator[str]:
    """Whether the range of people who use is widened by much."""
    size = place.people.people_who_use
    if size is None or size.method is not None or not size.low or not size.high:
        return
    if math.log(size.high / size.low) / (2 * ENDS) < MUCH * SIZE_SPREAD:
        by = math.exp(ENDS * SIZE_SPREAD)
        yield (
            f"people.people_who_use has the range {size.low:,.0f} to {size.high:,.0f}, narrower "
            f"than such numbers are known; it is read as {size.value / by:,.0f} to "
            f"{size.value * by:,.0f}. If it was counted by capture and recapture, add "
            'method = "capture-recapture"'
        )


def _shares(section: Section, name: str) -> Iterator[tuple[str, Share]]:
    for key in type(section).model_fields:
        value = getattr(section, key)
        where = f"{name}.{key}" if name else key
        if isinstance(value, Share):
            yield where, value
        elif isinstance(value, Section) and not isinstance(value, Figure):
            yield from _shares(value, where)
        elif isinstance(value, list):
            for k, below in enumerate(value, 1):
                yield from _shares(below, f"{where}[{k}]")
        elif isinstance(value, dict):
            for at, below in value.items():
                yield from _shares(below, f"{where}.{at}")
