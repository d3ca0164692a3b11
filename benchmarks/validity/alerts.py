"""Do the detectors keep their budget of false alarms, and what do they see? Simulated.

    python benchmarks/validity/alerts.py [REPETITIONS]     (20 by default: some 20 minutes)

writes alerts.json beside this file. In each repetition a past is drawn from a known truth, the
limit is set from that past alone, and the detector then runs over fresh years from the same truth.
The goal: false alarms within 20% of the budget, or fewer where counts are rare. Tests run a short
version.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from offramp.learn.alerts import budget, detectors, scan
from offramp.learn.alerts.detectors import Detector
from offramp.learn.alerts.farrington import settings_for

PAST = 5 * 52 + 3
FRESH = 60  # years of fresh data in each repetition


@dataclass(frozen=True)
class Truth:
    """mean a week, variance over mean, growth of the log in a year, size of the season."""

    mean: float
    phi: float
    growth: float
    season: float = 0.3

    def draw(self, random: np.random.Generator, many: int, length: int) -> np.ndarray:
        t = np.arange(length)
        log = self.growth * (t - PAST) / 52 + self.season * np.sin(2 * np.pi * t / 52)
        mean = np.tile(self.mean * np.exp(log), (many, 1))
        if self.phi > 1:
            mean = random.gamma(mean / (self.phi - 1)) * (self.phi - 1)
        return random.poisson(mean).astype(float)


@dataclass(frozen=True)
class Kept:
    """What came about: false alarms a year, and outbreaks seen within four weeks."""

    detector: str
    truth: str
    budget: float
    false_alarms_a_year: float
    error: float
    seen: float
    repetitions: int


TRUTHS = {
    "2 a week": Truth(2, 1.2, 0.1),
    "10 a week": Truth(10, 1.5, 0.1),
    "60 a week, falling": Truth(60, 3, -0.1),
}
DETECTORS: tuple[Detector, ...] = ("farrington", "cusum", "c2")


def false_alarms(
    detector: Detector, truth: Truth, a_year: float, repetitions: int, seed: int, years: int = FRESH
) -> list[float]:
    """False alarms a year, one number for each repetition."""
    settings = settings_for("week", PAST)
    rates = []
    for i in range(repetitions):
        random = np.random.default_rng([seed, i])
        past = truth.draw(random, 1, PAST + 1)
        limit = budget.limit(past, PAST, detector, settings, a_year, seed=i)
        fresh = truth.draw(random, years, PAST + 52)
        found = detectors.scores(fresh, range(PAST, PAST + 52), detector, settings)
        rates.append(float(detectors.alarms(found, limit.limit).sum() / years))
    return rates


def outbreaks_seen(
    detector: Detector, truth: Truth, a_year: float, repetitions: int, seed: int
) -> float:
    """The share of outbreaks (twice the usual for four weeks) with an alarm while they last."""
    settings = settings_for("week", PAST)
    random = np.random.default_rng([seed, 99])
    limit = budget.limit(truth.draw(random, 1, PAST + 1), PAST, detector, settings, a_year)
    counts = truth.draw(random, 40 * repetitions, PAST + 30)
    usual = truth.mean * np.exp(truth.season * np.sin(2 * np.pi * np.arange(PAST + 30) / 52))
    counts[:, -4:] += random.poisson(usual[-4:], size=(len(counts), 4))
    found = detectors.scores(counts, range(PAST, PAST + 30), detector, settings)
    above = detectors.alarms(found, limit.limit)
    return float(above[:, -4:].any(axis=1).mean())


@dataclass(frozen=True)
class Scanned:
    """share: how often p was at most 1/52 (a budget of one a year)."""

    what: str
    share: float
    found_areas: float
    repetitions: int


def scans(what: str, times: float, repetitions: int, seed: int) -> Scanned:
    """100 areas, 0.5 cases a week each on average, two years of weeks; a planted cluster of six
    neighbours over three weeks has `times` the usual."""
    seen, areas = 0, []
    for i in range(repetitions):
        random = np.random.default_rng([seed, i])
        x, y = random.uniform(0, 100, size=(2, 100))
        away = np.hypot(x[:, None] - x[None, :], y[:, None] - y[None, :])
        usual = 0.5 * np.exp(0.5 * random.normal(size=(100, 1))) * np.ones(104)
        inside = np.argsort(away[int(random.integers(100))])[:6]
        usual[inside, -3:] *= times
        found = scan.scan(random.poisson(usual), away, longest=4, permutations=519, seed=i)
        if found is not None and found.p <= 1 / 52:
            seen += 1
            areas.append(len(set(found.areas) & set(inside.tolist())) / 6)
    share = float(np.mean(areas)) if times > 1 and areas else 0.0
    return Scanned(what, seen / repetitions, share, repetitions)


def everything(repetitions: int) -> Iterator[Kept | Scanned]:
    for detector in DETECTORS:
        for name, truth in TRUTHS.items():
            for a_year in (1.0, 3.0):
                rates = false_alarms(detector, truth, a_year, repetitions, seed=1)
                seen = outbreaks_seen(detector, truth, a_year, max(repetitions // 4, 1), seed=2)
                mean, error = float(np.mean(rates)), float(np.std(rates) / np.sqrt(len(rates)))
                yield Kept(detector, name, a_year, mean, error, seen, repetitions)
    many = 25 * repetitions
    yield scans("nothing new", 1.0, many, seed=3)
    yield scans("six areas, three weeks, three times the usual", 3.0, many // 2, seed=4)
    yield scans("six areas, three weeks, four times the usual", 4.0, many // 2, seed=5)


def main(repetitions: int) -> None:
    found = []
    begun = time.perf_counter()
    for one in everything(repetitions):
        found.append(asdict(one))
        print(f"{time.perf_counter() - begun:.0f} s {one}", flush=True)
        text = json.dumps(found, indent=1) + "\n"
        (Path(__file__).parent / "alerts.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
