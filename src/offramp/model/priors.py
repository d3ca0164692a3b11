"""From a record or a figure with its interval to values at given probabilities.

Ratios, rates, counts and prices are log-normal, shares logit-normal, differences normal; the
interval's bounds are those of its level (95% unless the record says otherwise). A number without
an interval is taken as it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from offramp.catalogue.schema import Evidence
from offramp.place.schema import Figure

Floats = NDArray[np.float64]
EDGE = 1e-4  # shares at 0 or 1 are moved inside by this much


@dataclass(frozen=True)
class Prior:
    """kind: "lognormal", "logitnormal", "normal" or "none"; low and high: bounds at `level`."""

    kind: str
    estimate: float
    low: float | None = None
    high: float | None = None
    level: float = 0.95

    @property
    def certain(self) -> bool:
        return self.kind == "none" or self.low is None or self.high is None or self.low == self.high

    def at(self, probability: Floats) -> Floats:
        """Values at these probabilities (float64, same shape)."""
        if self.certain or self.low is None or self.high is None:
            return np.full(probability.shape, self.estimate)
        z = float(ndtri(0.5 + self.level / 2))
        if self.kind == "lognormal":
            floor = max(self.high, self.estimate) * 1e-4
            centre = np.log(max(self.estimate, floor))
            low, high = np.log(max(self.low, floor)), np.log(max(self.high, floor))
            return np.asarray(np.exp(_split_normal(probability, centre, low, high, z)))
        if self.kind == "logitnormal":
            centre, low, high = (float(_logit(v)) for v in (self.estimate, self.low, self.high))
            value = _split_normal(probability, centre, low, high, z)
            return np.asarray(1 / (1 + np.exp(-value)))
        return _split_normal(probability, self.estimate, self.low, self.high, z)

    def spread(self) -> float:
        """Standard error on the scale of the prior (log, logit or plain)."""
        if self.certain or self.low is None or self.high is None:
            return 0.0
        z = float(ndtri(0.5 + self.level / 2))
        if self.kind == "lognormal":
            return float(np.log(self.high / max(self.low, self.high * 1e-4))) / (2 * z)
        if self.kind == "logitnormal":
            return float(_logit(self.high) - _logit(self.low)) / (2 * z)
        return (self.high - self.low) / (2 * z)


def _logit(value: float) -> float:
    inside = min(max(value, EDGE), 1 - EDGE)
    return float(np.log(inside / (1 - inside)))


def _split_normal(probability: Floats, centre: float, low: float, high: float, z: float) -> Floats:
    """Normal with its own width on each side, so that all three published numbers are kept."""
    q = ndtri(probability)
    below = max(centre - low, 0.0) / z
    above = max(high - centre, 0.0) / z
    return np.asarray(centre + np.where(q < 0, q * below, q * above))


def of_record(record: Evidence) -> Prior:
    """Prior of an evidence record. Raises ValueError for a record without a number."""
    if record.estimate is None:
        raise ValueError(f"{record.id} has no number: it gives only a direction")
    if record.interval is None:
        return Prior("none", record.estimate)
    return Prior(
        record.prior,
        record.estimate,
        record.interval.low,
        record.interval.high,
        record.interval.level,
    )


def of_figure(figure: Figure, share: bool) -> Prior:
    """Prior of a place's figure."""
    if figure.low is None or figure.high is None:
        return Prior("none", figure.value)
    kind = "logitnormal" if share else ("lognormal" if figure.value > 0 else "normal")
    return Prior(kind, figure.value, figure.low, figure.high)
