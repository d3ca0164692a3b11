"""Before any work: single counts that lie far from those around them, told but not refused."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from offramp.place.load import LoadedPlace
from offramp.place.schema import Series
from offramp.place.series import SeriesRow, rows_used

FAR = 10.0  # times beyond every count around it
MANY = 30  # counts: of fewer, chance alone makes a tenth or ten times as many
NEVER_0 = 15  # of so many, hardly one period in ten thousand counts none
AROUND = 2  # counts on each side that one is held against


def odd_counts(place: LoadedPlace) -> Iterator[str]:
    """A note for each count, or row of zeros, of which the unit or the place might be wrong."""
    for series in place.resolved.outcomes:
        rows = _calibrated(series, place.series.get(series.id, ()))
        known = [(row.period, row.count) for row in rows if row.count is not None]
        yield from _of_series(series, known)
        yield from _of_limits(series, rows)


def _calibrated(series: Series, rows: tuple[SeriesRow, ...]) -> list[SeriesRow]:
    """The rows in the window of calibration."""
    if series.calibrate_from or series.calibrate_to:
        asked = {"use_from": series.calibrate_from, "use_to": series.calibrate_to}
        series = series.model_copy(update=asked)
    return rows_used(series, rows)


def _of_limits(series: Series, rows: list[SeriesRow]) -> Iterator[str]:
    """Limits ("<6") far below what is counted around them."""
    some = [(k, row.count) for k, row in enumerate(rows) if row.count]
    limits = [k for k, row in enumerate(rows) if row.count is None and row.below is not None]
    for k in limits:
        below, around = rows[k].below, _around(some, k, k)
        assert below is not None
        if len(around) > 1 and min(around) >= max(MANY, FAR * below):
            yield (
                f"{series.file}: {rows[k].period} is given as fewer than {below:,}, where "
                f"{_range(around)} are counted around it: is it withheld for another reason? "
                "Write it as empty"
            )


def _of_series(series: Series, known: list[tuple[str, int]]) -> Iterator[str]:
    some = [(k, count) for k, (_period, count) in enumerate(known) if count > 0]
    for zero, run in groupby(range(len(known)), lambda k: known[k][1] == 0):
        places = list(run)
        if zero:
            around = _around(some, places[0], places[-1])
            if len(around) > 1 and min(around) >= NEVER_0:
                first, last = known[places[0]][0], known[places[-1]][0]
                which = f"{first} is" if first == last else f"{first} to {last} are"
                yield (
                    f"{series.file}: {which} 0, where {_range(around)} are counted around it: "
                    "is it unknown? Write it as empty"
                )
            continue
        for k in places:
            period, count = known[k]
            around = _around(some, k, k)
            if len(around) < 2 or max(count, *around) < MANY:
                continue
            more = count > FAR * max(around)
            if more or (count * FAR < min(around) and min(around) >= MANY):
                yield (
                    f"{series.file}: {period} is {count:,}, where {_range(around)} are counted "
                    "around it: is it in the same unit, and of the same period and area?"
                )


def _around(some: list[tuple[int, int]], first: int, last: int) -> list[int]:
    """Counts above 0 next to the places first to last, from both sides."""
    before = [count for k, count in some if k < first][-AROUND:]
    return before + [count for k, count in some if k > last][:AROUND]


def _range(around: list[int]) -> str:
    low, high = min(around), max(around)
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"
