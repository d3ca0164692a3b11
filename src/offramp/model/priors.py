"""From a record or a figure with its interval to values at given probabilities.

Ratios, rates, counts and prices are log-normal, shares logit-normal, differences normal; the
interval's bounds are those of its level (95% unless the record says otherwise). A number without
an interval is taken as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

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
        return self.at_normal(np.asarray(ndtri(probability)))

    def at_normal(self, z: Floats) -> Floats:
        """The same, at these standard normal numbers."""
        if self.certain:
            return np.full(z.shape, self.estimate)
        centre, below, above = self._scale
        value = np.asarray(centre + np.where(z < 0, z * below, z * above))
        if self.kind == "lognormal":
            return np.asarray(np.exp(value))
        if self.kind == "logitnormal":
            return np.asarray(1 / (1 + np.exp(-value)))
        return value

    @cached_property
    def _scale(self) -> tuple[float, float, float]:
        """Centre, and the width on each side, so that all three published numbers are kept, on the
        scale of the prior."""
        assert self.low is not None
        assert self.high is not None
        numbers = [self.estimate, self.low, self.high]
        if self.kind == "lognormal":
            floor = max(self.high, self.estimate) * 1e-4
            numbers = [float(np.log(max(v, floor))) for v in numbers]
        elif self.kind == "logitnormal":
            numbers = [_logit(v) for v in numbers]
        centre, low, high = numbers
        z = float(ndtri(0.5 + self.level / 2))
        return centre, max(centre - low, 0.0) / z, max(high - centre, 0.0) / z

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
