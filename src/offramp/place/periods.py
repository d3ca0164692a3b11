"""The periods of a series that are used: in the series, with a number among them, and over.

A period that ends after `as_of`, the day of the file, was not over when the file was written: its
count is a part of what it will be and would read as a fall. The clock of the machine is not asked:
a place must read the same on any day. `not_over` says what it shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from offramp.catalogue.problems import Problem
from offramp.catalogue.toml_file import TomlFile
from offramp.place.schema import Series
from offramp.place.series import (
    SeriesFile,
    SeriesRow,
    begins_after,
    last_day,
    ordinal,
    rows_used,
    written_as,
)


def period_faults(file: TomlFile, index: int, series: Series, data: SeriesFile) -> list[Problem]:
    """First and last periods that are not in the series, hold nothing, or are not over."""
    problems: list[Problem] = []
    numbers: dict[str, int] = {}
    first, last = data.rows[0].period, data.rows[-1].period
    as_of = file.data.get("as_of")
    if isinstance(as_of, date) and begins_after(last, series.period, as_of):
        right = f"it must not begin after as_of ({as_of}); bring as_of up to date if it is right"
        problems.append(file.problem(("outcomes", index, "file"), f"runs to {last}", right))
    elif isinstance(as_of, date):
        problems += _unfinished(file, index, series, data, as_of)
    for name in ("use_from", "use_to", "calibrate_from", "calibrate_to"):
        given = getattr(series, name)
        if given is None:
            continue
        keys = ("outcomes", index, name)
        number = ordinal(given, series.period)
        if number is None:
            problems.append(file.problem(keys, f'is "{given}"', written_as(series.period)))
            continue
        low, high = ordinal(first, series.period), ordinal(last, series.period)
        if low is not None and high is not None and not low <= number <= high:
            right = f"{series.file} runs from {first} to {last}"
            problems.append(file.problem(keys, f'is "{given}", outside the series', right))
        numbers[name] = number
    for start, end in (("use_from", "use_to"), ("calibrate_from", "calibrate_to")):
        if start in numbers and end in numbers and numbers[start] > numbers[end]:
            keys = ("outcomes", index, end)
            problems.append(file.problem(keys, f"lies before {start}", "exchange the two"))
    if not problems and all(row.count is None for row in rows_used(series, data.rows)):
        right = f"choose use_from and use_to so that {series.file} has a number between them"
        problems.append(file.problem(("outcomes", index), "uses withheld counts only", right))
    return problems


def _unfinished(
    file: TomlFile, index: int, series: Series, data: SeriesFile, as_of: date
) -> Iterator[Problem]:
    for row in _ending_after(series, data.rows, as_of):
        problem = f"runs to {row.period}, which ends after as_of ({as_of})"
        right = "a count that goes on reads as a fall: leave the row out, or give use_to and "
        right += "calibrate_to before it; bring as_of up to date if it was counted to the end"
        if series.period == "year":
            right += "; name a year that is no calendar year by that of its first half"
        yield file.problem(("outcomes", index, "file"), problem, right)


def _ending_after(series: Series, rows: Sequence[SeriesRow], day: date) -> list[SeriesRow]:
    """The rows that something is read from, today or in calibration, and that end after a day."""
    known = [row for row in rows if row.count is not None or row.below is not None]
    late = [row for row in known if (last := last_day(row.period, series.period)) and last > day]
    if not late:
        return []
    spans = [(series.use_from, series.use_to)]
    if series.calibrate_from or series.calibrate_to:
        spans.append((series.calibrate_from, series.calibrate_to))
    used = set()
    for start, end in spans:
        if any(one and ordinal(one, series.period) is None for one in (start, end)):
            continue  # told by itself
        asked = series.model_copy(update={"use_from": start, "use_to": end})
        used |= {row.period for row in rows_used(asked, rows)}
    return [row for row in late if row.period in used]


def not_over(
    outcomes: Sequence[Series], rows: Mapping[str, Sequence[SeriesRow]], today: date
) -> Iterator[str]:
    """A note for each series that is read to a period which is not over by the clock."""
    for series in outcomes:
        for row in _ending_after(series, rows.get(series.id, ()), today):
            yield (
                f"{series.file}: {row.period} is not over yet by the clock of this machine "
                f"({today}); a count that goes on reads as a fall"
            )
