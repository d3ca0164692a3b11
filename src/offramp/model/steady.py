"""What must flow for today's shares to go on: nothing changes unless something changes it.

A place says how many of its people inject and how many of those have HIV or hepatitis C. As many
people start to inject as stop, as many are infected as lose the infection or come without it, and
as many with HIV have the virus suppressed as lose that again. Without that injecting and infections
would fall, or rise, in every forecast of "today goes on" for no reason but how people were laid out
on the first day.

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


def elsewhere(row: Row, lost: float) -> tuple[float, float]:
    """An infection among people who use opioids in other ways, and among people who injected until
    they stopped to use, as shares of what it is among people who inject: they bring it along, lose
    it at this rate a year, and do not catch it. Needs injecting_start."""
    return _part(row[INDEX["injecting_start"]], lost), _part(row[INDEX["relapse"]], lost)


def infections(share: float, row: Row, lost: float) -> float:
    """Infections a year for each person who injects, so that this share of them keeps it: as many
    as lose it, and come back to injecting without it."""
    other, stopped = elsewhere(row, lost)
    leave = row[INDEX["injecting_stop"]] * (1 - other) + row[INDEX["remission"]] * (1 - stopped)
    return float(share * (lost + leave))


def hcv_lost(row: Row) -> float:
    """Hepatitis C is cleared."""
    return float(row[INDEX["hcv_cleared"]])


def hiv_lost(row: Row) -> float:
    """Nobody loses HIV; people who have it die like others, and those who come do not have it."""
    return float(row[INDEX["entry_share"]])


def suppression_lost(row: Row) -> float:
    """Rate at which a suppressed virus comes back, so that as many have it suppressed as today.
    Never below none: then fewer are suppressed at the start than the place says."""
    gone, reached = hiv_lost(row), row[INDEX["hiv_suppressed"]]
    wanted = max(row[INDEX["hiv_suppressed_share"]], 1e-6)
    known = 1 - _part(gone, row[INDEX["hiv_diagnosed"]])
    return float(max(reached * (known - wanted) / wanted - gone, 0.0))


def hiv_stages(row: Row) -> tuple[float, float]:
    """Of people with HIV: shares not diagnosed, and diagnosed but not suppressed. Infections are
    as old as people are long in scope. Needs suppression_lost."""
    gone = hiv_lost(row)
    unknown = _part(gone, row[INDEX["hiv_diagnosed"]])
    back = gone + row[INDEX["suppression_lost"]]
    return unknown, (1 - unknown) * _part(back, row[INDEX["hiv_suppressed"]])


def hiv_suppressed(row: Row) -> float:
    """Of people with HIV: share with the virus suppressed. Needs suppression_lost."""
    unknown, known = hiv_stages(row)
    return 1 - unknown - known


def _part(one: float, other: float) -> float:
    return float(one / max(one + other, 1e-12))
