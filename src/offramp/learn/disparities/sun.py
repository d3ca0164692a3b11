"""Sunset and dusk by the equations of the NOAA solar calculator (Meeus, Astronomical Algorithms).

Sunset is when the sun's centre stands 0.833 degrees below the horizon, dusk (the end of civil
twilight) when it stands 6 degrees below. Times are good to about a minute below 70 degrees of
latitude; hills and buildings are not in them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SUNSET, DUSK = 0.833, 6.0  # degrees below the horizon


@dataclass(frozen=True)
class Where:
    """Degrees north and east, and the time zone of the clock."""

    latitude: float
    longitude: float
    time_zone: str


def known_zone(name: str) -> bool:
    """Whether this machine knows a time zone of that name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def evening(days: list[date], where: Where, below: float) -> Floats:
    """float64[day]: minutes of the local day at which the sun is that far below the horizon in
    the evening; NaN on days on which it never is."""
    julian = np.array([day.toordinal() + 1721424.5 for day in days]) + 0.5
    utc = _evening_utc(julian, where, below)
    for _ in range(2):  # the sun of the hour, not of noon
        utc = _evening_utc(julian - 0.5 + np.nan_to_num(utc, nan=720.0) / 1440, where, below)
    zone = ZoneInfo(where.time_zone)
    offset = np.array([_offset(day, minutes, zone) for day, minutes in zip(days, utc, strict=True)])
    local: Floats = utc + offset
    return local


def _offset(day: date, minutes: float, zone: ZoneInfo) -> float:
    at = datetime.combine(day, time(12), tzinfo=ZoneInfo("UTC"))
    if not np.isnan(minutes):
        at = at + timedelta(minutes=float(minutes) - 720)
    gap = at.astimezone(zone).utcoffset()
    return gap.total_seconds() / 60 if gap is not None else 0.0


def _evening_utc(julian: Floats, where: Where, below: float) -> Floats:
    declination, equation = position(julian)
    latitude = np.radians(where.latitude)
    cosine = np.cos(np.radians(90 + below)) / (np.cos(latitude) * np.cos(declination))
    cosine = cosine - np.tan(latitude) * np.tan(declination)
    with np.errstate(invalid="ignore"):
        angle = np.degrees(np.arccos(np.where(np.abs(cosine) <= 1, cosine, np.nan)))
    minutes: Floats = 720 + 4 * (angle - where.longitude) - equation
    return minutes


def position(julian: Floats) -> tuple[Floats, Floats]:
    """Declination in radians, and the equation of time in minutes, at Julian days."""
    century = (julian - 2451545) / 36525
    long = np.radians((280.46646 + century * (36000.76983 + century * 0.0003032)) % 360)
    anomaly = np.radians(357.52911 + century * (35999.05029 - 0.0001537 * century))
    eccentric = 0.016708634 - century * (0.000042037 + 0.0000001267 * century)
    centre = (
        np.sin(anomaly) * (1.914602 - century * (0.004817 + 0.000014 * century))
        + np.sin(2 * anomaly) * (0.019993 - 0.000101 * century)
        + np.sin(3 * anomaly) * 0.000289
    )
    node = np.radians(125.04 - 1934.136 * century)
    apparent = np.radians(np.degrees(long) + centre - 0.00569 - 0.00478 * np.sin(node))
    tilt = 23 + (26 + (21.448 - century * (46.815 + century * 0.00059)) / 60) / 60
    oblique = np.radians(tilt + 0.00256 * np.cos(node))
    declination = np.arcsin(np.sin(oblique) * np.sin(apparent))
    y = np.tan(oblique / 2) ** 2
    equation = 4 * np.degrees(
        y * np.sin(2 * long)
        - 2 * eccentric * np.sin(anomaly)
        + 4 * eccentric * y * np.sin(anomaly) * np.cos(2 * long)
        - 0.5 * y * y * np.sin(4 * long)
        - 1.25 * eccentric * eccentric * np.sin(2 * anomaly)
    )
    return declination, equation
