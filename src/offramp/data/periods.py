"""Dates and periods as files write them.

Times with an offset become local time: 2015-03-31T23:00:00+00:00 is 1 April in London.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

EARLIEST = 1900


@dataclass(frozen=True)
class Dates:
    """Local day and minute of each different text, as arrays. wrong: not a date; minute is -1
    where the text has no time; moved: the month in universal time is another one."""

    day: pd.DatetimeIndex
    minute: np.ndarray
    wrong: np.ndarray
    moved: np.ndarray


def _has_offset(time: str) -> bool:
    """True for ...Z, ...+00:00 and ...+0000; the text is known to hold a time of day."""
    return time.endswith("Z") or time[-6:-5] in ("+", "-") or time[-5:-4] in ("+", "-")


def local_dates(texts: list[str], forms: list[str], time_zone: str | None) -> Dates:
    """Read texts as dates. forms: "iso", or as strptime writes them, tried in turn."""
    import numpy as np
    import pandas as pd

    words = np.array([text.strip() for text in texts], dtype=object)
    found = np.full(len(words), np.datetime64("NaT"), dtype="datetime64[s]")
    moved = np.zeros(len(words), dtype=bool)
    timed = np.array([":" in word for word in words], dtype=bool)
    offset = timed & np.array([_has_offset(word) for word in words], dtype=bool)
    for form in forms:
        open_ = np.isnat(found)
        if form == "iso":
            plain = open_ & ~offset
            read = pd.to_datetime(pd.Index(words[plain]), format="ISO8601", errors="coerce")
            found[plain] = read.to_numpy().astype("datetime64[s]")
            aware = open_ & offset
            world = pd.to_datetime(
                pd.Index(words[aware]), format="ISO8601", errors="coerce", utc=True
            )
            local = world.tz_convert(time_zone) if time_zone is not None else world
            found[aware] = local.tz_localize(None).to_numpy().astype("datetime64[s]")
            moved[aware] = world.month != local.month
        else:
            read = pd.to_datetime(pd.Index(words[open_]), format=form, errors="coerce")
            found[open_] = read.to_numpy().astype("datetime64[s]")
    days = found.astype("datetime64[D]")
    known = ~np.isnat(found)
    minute = np.where(timed & known, (found - days).astype("int64") // 60, -1)
    early = known & (days < np.datetime64(f"{EARLIEST}-01-01"))
    wrong = (~known | early) & (words != "")
    return Dates(pd.DatetimeIndex(days.astype("datetime64[s]")), minute, wrong, moved & known)


MONTH = re.compile(r"(\d{4})[-/]?(\d{2})")
QUARTER = re.compile(r"X?(\d{4})[ -]?Q([1-4])", re.IGNORECASE)
YEAR = re.compile(r"(\d{4})")
PART_OF_A_YEAR = re.compile(r"\d{4} \(.*\)")
PARTIAL = "partial"  # a year that is not over


def period_reader(form: str, kind: str) -> Callable[[str], str | None]:
    """The function that reads one text as a period: None when it is not one."""
    from datetime import datetime

    def year(text: str) -> str | None:
        if PART_OF_A_YEAR.fullmatch(text):
            return PARTIAL
        found = YEAR.fullmatch(text)
        return found.group(1) if found and 1800 <= int(found.group(1)) <= 2200 else None

    def quarter(text: str) -> str | None:
        found = QUARTER.fullmatch(text)
        return f"{found.group(1)}-Q{found.group(2)}" if found else None

    def month(text: str) -> str | None:
        found = MONTH.fullmatch(text)
        good = found is not None and 1 <= int(found.group(2)) <= 12
        return f"{found.group(1)}-{found.group(2)}" if found and good else None

    def other(text: str) -> str | None:
        try:
            day = datetime.strptime(text, form)  # noqa: DTZ007  (a day has no zone)
        except ValueError:
            return None
        return {
            "year": f"{day.year}",
            "quarter": f"{day.year}-Q{(day.month + 2) // 3}",
            "month": f"{day.year}-{day.month:02d}",
        }.get(kind, day.date().isoformat())

    named = {"year": year, "quarter": quarter, "month": month}
    if form == "iso":
        return named.get(kind) or period_reader("%Y-%m-%d", kind)
    return named.get(form, other)


def periods_of(days: pd.Series, kind: str) -> pd.Series:
    """The period of each day, as text. A week is its Monday."""
    import pandas as pd

    if kind == "week":
        return cast(
            "pd.Series",
            (days - pd.to_timedelta(days.dt.day_of_week, unit="D")).dt.strftime("%Y-%m-%d"),
        )
    if kind == "quarter":
        return cast("pd.Series", days.dt.year.astype(str) + "-Q" + days.dt.quarter.astype(str))
    return cast(
        "pd.Series", days.dt.strftime({"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}[kind])
    )


def all_periods(first: str, last: str, kind: str) -> list[str]:
    """Every period from the first to the last."""
    import pandas as pd

    if kind in ("day", "week"):
        step = "D" if kind == "day" else "7D"
        return [d.strftime("%Y-%m-%d") for d in pd.date_range(first, last, freq=step)]
    letter = {"month": "M", "quarter": "Q", "year": "Y"}[kind]
    span = pd.period_range(first.replace("-Q", "Q"), last.replace("-Q", "Q"), freq=letter)
    form = {"month": "%Y-%m", "quarter": "%Y-Q%q", "year": "%Y"}[kind]
    return [p.strftime(form) for p in span]
