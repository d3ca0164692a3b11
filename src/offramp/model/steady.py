"""What must flow for today's shares to go on: nothing changes unless something changes it.

A place says how many of its people inject and how many of those have HIV or hepatitis C. As many
people start to inject as stop, as many are infected with hepatitis C as clear it, and stages of HIV
stand as they do when people have come in and moved on at today's rates for long. Without that
injecting and infections would fall, or rise, in every forecast of "today goes on" for no reason but
how people were laid out on the first day.

All by flows between people who inject, people who use opioids in other ways, and people who have
stopped to use; rates a year, from the parameters of use and infection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from offramp.model.parameters import INDEX

if TYPE_CHECKING:
    from offramp.model.start import Shares

Row = NDArray[np.float64]  # parameters


def using(row: Row) -> float:
    """Share of people in scope who use now: as many return as stop."""
    return _part(row[INDEX["relapse"]], row[INDEX["remission"]])


def injecting(shares: Shares, row: Row) -> float:
    """Share of people who use opioids now that injects."""
    may = (1 - shares.use_stimulants) * using(row)
    return float(min(shares.inject / max(may, 1e-6), 0.98))


def starting(shares: Shares, row: Row) -> float:
    """Rate at which people who use opioids and do not inject start: as many as stop."""
    share = injecting(shares, row)
    return float(row[INDEX["injecting_stop"]] * share / (1 - share))


def hcv_elsewhere(row: Row) -> tuple[float, float]:
    """Hepatitis C among people who use opioids in other ways, and among people who injected until
    they stopped to use, as shares of what it is among people who inject: they bring it along, clear
    it, and do not catch it. Needs injecting_start."""
    cleared = row[INDEX["hcv_cleared"]]
    return _part(row[INDEX["injecting_start"]], cleared), _part(row[INDEX["relapse"]], cleared)


def hiv_elsewhere(row: Row) -> float:
    """HIV among people who use opioids in other ways, in the same way: nobody loses it, and some
    come into scope without it."""
    return _part(row[INDEX["injecting_start"]], row[INDEX["entry_share"]])


def hcv_infections(share: float, row: Row) -> float:
    """Infections a year for each person who injects, so that this share of them keeps hepatitis C:
    those who clear it, and those who come back without it."""
    other, stopped = hcv_elsewhere(row)
    leave = row[INDEX["injecting_stop"]] * (1 - other) + row[INDEX["remission"]] * (1 - stopped)
    return float(share * (row[INDEX["hcv_cleared"]] + leave))


def hiv_stages(row: Row) -> tuple[float, float]:
    """Of people with HIV: shares not diagnosed, and diagnosed but not suppressed. Infections are
    as old as people are long in scope."""
    gone = row[INDEX["entry_share"]]
    unknown = _part(gone, row[INDEX["hiv_diagnosed"]])
    return unknown, (1 - unknown) * _part(gone, row[INDEX["hiv_suppressed"]])


def _part(one: float, other: float) -> float:
    return float(one / max(one + other, 1e-12))
