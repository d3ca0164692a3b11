"""A limit that keeps a budget: so many false alarms a year, over all series together.

Each series is simulated as if nothing were new: counts drawn from the season, trend and spread
that its own past shows (negative binomial). The detector runs over a simulated year of each, and
the limit is set where the alarms of all series together come to the budget. So what the detector
gets wrong by itself (few counts, estimated spread, trends carried on) is in the limit already.

An alarm is one period of one series above its limit. Where cases are so few that the least limit
(one in twenty by chance) uses less than the budget, there are fewer false alarms than allowed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from offramp.learn.alerts import farrington
from offramp.learn.alerts.detectors import LEAST, NEVER, Detector, Scores, alarms, scores
from offramp.learn.alerts.farrington import Settings
from offramp.learn.panel import Floats, Integers

EVENTS = 400  # false alarms that should be seen in simulation: the limit is then good to 5%
FEWEST_YEARS, MOST_YEARS = 200, 2000
LEAST_YEARS_FOR_SEASON = 3
QUIET = 0.05  # a mean below this is taken as this: a series that never had a case


@dataclass(frozen=True)
class Limit:
    """limit: of the score; a_year: false alarms a year that the simulation gave with it;
    years: how many years were simulated, all series together."""

    limit: float
    a_year: float
    years: int


@dataclass(frozen=True)
class Baseline:
    """What a series does when nothing is new: mean[S, per_year] at the level of the first watched
    period, by how many periods later; trend[S], growth of the log in a year; phi[S]."""

    mean: Floats
    trend: Floats
    phi: Floats


def baseline(counts: Floats, at: int, settings: Settings, detector: Detector) -> Baseline:
    """Fitted to what was known before period `at`. counts: float[S, T]."""
    if detector in ("farrington", "cusum"):
        return _with_season(counts, at, settings)
    flat = _flat(counts, at, settings)
    if settings.years < LEAST_YEARS_FOR_SEASON or at < settings.needs:
        return flat
    known = np.isfinite(counts[:, :at]).all(axis=1)
    if known.any():
        # a season and a trend make alarms of a detector that looks at the weeks just before
        found = _with_season(counts[known], at, settings)
        flat.mean[known], flat.trend[known], flat.phi[known] = found.mean, found.trend, found.phi
    return flat


def _with_season(counts: Floats, at: int, settings: Settings) -> Baseline:
    found = farrington.expected(counts, at, settings)
    lowest = np.nanmin(found.levels, axis=1, keepdims=True)
    levels = np.where(np.isfinite(found.levels), found.levels, lowest)
    mean = np.exp(np.clip(levels[:, part_of_year(settings)], math.log(QUIET), 20))
    return Baseline(mean, found.trend, found.phi)


def _flat(counts: Floats, at: int, settings: Settings) -> Baseline:
    past = counts[:, max(at - 2 * settings.per_year, 0) : at]
    level = np.maximum(np.nanmean(past, axis=1), QUIET)
    phi = np.maximum(np.nanvar(past, axis=1, ddof=1) / level, 1.0)
    return Baseline(np.repeat(level[:, None], settings.per_year, 1), np.zeros(len(level)), phi)


def part_of_year(settings: Settings) -> Integers:
    """int[per_year]: the part of the year of a period so many periods after the first."""
    per, w, last = settings.per_year, settings.half_window, settings.blocks - 1
    part = np.full(per, last, dtype=np.int64)
    if last:
        size, rest = divmod(per - 2 * w - 1, last)
        lengths = [size + (1 if number < rest else 0) for number in range(last)]
        part[w + 1 : per - w] = np.repeat(np.arange(last), lengths)
    return part


def draw(
    base: Baseline, first: int, length: int, each: int, settings: Settings, seed: int
) -> Floats:
    """Simulated counts float[S × each, length]; period `first` is the first watched."""
    random = np.random.default_rng(seed)
    offset = np.arange(length) - first
    grown = base.trend[:, None] * offset / settings.per_year
    mean = base.mean[:, offset % settings.per_year] * np.exp(np.clip(grown, -10, 3))
    mean = np.repeat(np.clip(mean, 1e-6, 1e7), each, axis=0)
    over = np.repeat(base.phi[:, None] - 1, each, axis=0)
    rate = np.where(over > 1e-9, random.gamma(mean / np.maximum(over, 1e-9)) * over, mean)
    return random.poisson(np.maximum(rate, 0)).astype(float)


def limit(
    counts: Floats,
    at: int,
    detector: Detector,
    settings: Settings,
    a_year: float,
    seed: int = 1,
) -> Limit:
    """The limit with which the series together give `a_year` false alarms a year. `at`: the
    first watched period."""
    series = len(counts)
    wanted = min(max(EVENTS / a_year, FEWEST_YEARS), MOST_YEARS)
    each = max(math.ceil(wanted / series), 1)
    before = settings.needs if detector in ("farrington", "cusum") else 12
    base = baseline(counts, at, settings, detector)
    length = before + settings.per_year
    drawn = draw(base, before, length, each, settings, seed)
    found = scores(drawn, range(before, length), detector, settings)
    chosen = _limit(found, a_year, each)
    return Limit(chosen, float(alarms(found, chosen).sum() / each), series * each)


def _limit(found: Scores, a_year: float, each: int) -> float:
    """The limit whose alarms come closest to the budget, but never below the least one: a series
    with few cases may not use up its budget."""
    least = LEAST[found.detector]
    if found.detector == "cusum":
        low, high = 0.0, 1.0
        while alarms(found, high).sum() > a_year * each:
            low, high = high, high * 2
        for _ in range(40):
            middle = (low + high) / 2
            if alarms(found, middle).sum() > a_year * each:
                low = middle
            else:
                high = middle
        return max(high, least)
    values = np.sort(found.score[found.score > NEVER])[::-1]
    if not len(values):
        return least
    steps = np.unique(-values)
    upto = np.searchsorted(-values, steps, side="right")  # how many scores are at least -step
    best = int(np.argmin(np.abs(upto - a_year * each)))
    return max(float(-steps[best]), least)
