"""What goes into a chart and what comes out: plain records, no drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Chart:
    """A finished chart; alt says in words what it shows."""

    svg: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True)
class Range:
    """A middle value with the ends of its range."""

    low: float
    mid: float
    high: float


@dataclass(frozen=True)
class EffectRow:
    """One row of an effect chart; `None` is not known; `apart` sets a comparison row off."""

    label: str
    range: Range | None
    group: str = ""
    apart: bool = False


@dataclass(frozen=True)
class EffectPanel:
    """One outcome: its rows in order. Every panel of a chart has the same labels."""

    title: str
    unit: str
    rows: Sequence[EffectRow]
    better: str = ""


@dataclass(frozen=True)
class Observed:
    """A recorded value; `None` leaves a gap."""

    x: float
    y: float | None


@dataclass(frozen=True)
class ModelPoint:
    """What the model says at x."""

    x: float
    range: Range


@dataclass(frozen=True)
class Bar:
    """A bar and what is written at its end."""

    label: str
    value: float
    shown: str
    note: str = ""


@dataclass(frozen=True)
class ChartWords:
    """The fixed words of the charts, to be translated by the builder."""

    lower: str = "fewer is better"
    higher: str = "more is better"
    not_known: str = "not known"
    observed: str = "recorded"
    partial: str = "year not complete"
    model: str = "model, middle and range"
