"""How often each design is wrong where nothing happened: type-I error and coverage, simulated.

    python benchmarks/validity/evaluation.py [REPETITIONS [CASE ...]]

(400 of all cases: 15 minutes) writes evaluation.json beside this file; with names of cases only
these are simulated anew. Units differ in noise and noise is autocorrelated, as in
counts of police and health. The goal: at most 6% false alarms, at least 93% of intervals with the
truth, also with few units. A test runs a short version.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from offramp.learn.designs import (
    differences,
    interrupted_series,
    randomised_trial,
    stepped_wedge,
    synthetic_control,
)
from offramp.learn.fitted import Fitted
from offramp.learn.panel import NEVER, Panel

FIRST = 24_000  # a month


@dataclass(frozen=True)
class Case:
    """`simulate(random, effect, permutations)` draws data with an effect and fits them."""

    name: str
    simulate: Callable[[np.random.Generator, float, int], Fitted]
    strong: float = 1.5


@dataclass(frozen=True)
class Tally:
    name: str
    rejected: float
    held: float
    repetitions: int


def noise(random: np.random.Generator, units: int, periods: int, rho: float) -> np.ndarray:
    e = np.zeros((units, periods))
    e[:, 0] = random.normal(size=units)
    for t in range(1, periods):
        e[:, t] = rho * e[:, t - 1] + np.sqrt(1 - rho**2) * random.normal(size=units)
    return e


def many_units(
    units: int,
    periods: int,
    starts: list[int],
    *,
    uneven: float = 0.5,
    rho: float = 0.4,
    design: str = "differences",
    **how: Any,
) -> Callable[[np.random.Generator, float, int], Fitted]:
    """A panel; the log of the units' noise varies by `uneven`; starts count from 0."""

    def simulate(random: np.random.Generator, effect: float, permutations: int) -> Fitted:
        size = np.exp(uneven * random.normal(size=(units, 1)))
        level = 2.0 if design != "synthetic" else 0.3
        y = level * random.normal(size=(units, 1)) + random.normal(size=(1, periods))
        y = y + size * noise(random, units, periods, rho)
        begin = [FIRST + s for s in starts] + [NEVER] * (units - len(starts))
        panel = Panel(
            tuple(map(str, range(units))), FIRST + np.arange(periods), "month", {}, np.array(begin)
        )
        y = y + effect * panel.treated
        seed = int(random.integers(2**31))
        if design == "synthetic":
            return synthetic_control.fit(panel, y)
        if design == "wedge":
            return stepped_wedge.fit(panel, y, permutations=permutations, seed=seed)
        return differences.fit(panel, y, permutations=permutations, seed=seed, **how)

    return simulate


def one_series(
    months: int, rho: float, mean: float, spread: float
) -> Callable[[np.random.Generator, float, int], Fitted]:
    """Counts with season and trend; the log of their mean wanders with autocorrelation rho."""

    def simulate(random: np.random.Generator, effect: float, _: int) -> Fitted:
        t = np.arange(months)
        start = int(months * 0.6)
        wander = np.sqrt(spread) * noise(random, 1, months, rho)[0] - spread / 2
        log = 0.2 * np.sin(2 * np.pi * t / 12) + 0.01 * t / 12 + effect * (t >= start) + wander
        y = random.poisson(mean * np.exp(log)).astype(float)
        periods = FIRST + t
        panel = Panel(("all",), periods, "month", {"y": y[None, :]}, np.array([FIRST + start]))
        return interrupted_series.fit(panel, "y", None, FIRST + start)

    return simulate


def two_arms(people: int, risk: float) -> Callable[[np.random.Generator, float, int], Fitted]:
    def simulate(random: np.random.Generator, effect: float, _: int) -> Fitted:
        arm = np.arange(people) % 2 == 0
        event = (random.random(people) < risk * np.exp(effect * arm)).astype(float)
        return randomised_trial.fit(randomised_trial.Cohort(arm, event))

    return simulate


def groups(number: int, size: int) -> Callable[[np.random.Generator, float, int], Fitted]:
    def simulate(random: np.random.Generator, effect: float, _: int) -> Fitted:
        names = [f"g{i}" for i in range(number) for _ in range(size)]
        arm = np.repeat(np.arange(number) % 2 == 0, size)
        base = np.repeat(random.beta(6, 14, size=number), size)
        event = (random.random(number * size) < base + effect * arm).astype(float)
        return randomised_trial.fit(randomised_trial.Cohort(arm, event, None, names), log=False)

    return simulate


LATER = [15, 15, 22, 22, 30]
CASES = (
    Case("48 months, rho 0", one_series(48, 0.0, 50, 0.01)),
    Case("60 months, rho 0.3", one_series(60, 0.3, 200, 0.02), strong=0.4),
    Case("60 months, rho 0.6", one_series(60, 0.6, 200, 0.02)),
    Case("120 months, rho 0.6", one_series(120, 0.6, 200, 0.02)),
    Case("120 months, rare events", one_series(120, 0.3, 3, 0.02)),
    Case("1 treated of 25", many_units(25, 40, [25]), strong=2.0),
    Case("1 treated of 25, very uneven", many_units(25, 40, [25], uneven=0.8)),
    Case("3 treated of 12", many_units(12, 40, [25] * 3)),
    Case("5 start late, of 20", many_units(20, 40, LATER)),
    Case(
        "5 start late, of 20, clean comparisons",
        many_units(20, 40, LATER, estimator="callaway_santanna"),
    ),
    Case("8 of 20, wild bootstrap", many_units(20, 40, [25] * 8, inference="wild_bootstrap")),
    Case("5 of 10, wild bootstrap", many_units(10, 40, [25] * 5, inference="wild_bootstrap")),
    Case(
        "1 of 21, synthetic control",
        many_units(21, 40, [25], uneven=0.0, design="synthetic"),
        strong=2.5,
    ),
    Case("1 of 21, uneven, synthetic control", many_units(21, 40, [25], design="synthetic")),
    Case(
        "8 units, stepped wedge",
        many_units(8, 10, [2, 2, 4, 4, 6, 6, 8, 8], uneven=0.3, rho=0.3, design="wedge"),
    ),
    Case("200 people, two arms", two_arms(200, 0.3)),
    Case("60 people, two arms", two_arms(60, 0.3)),
    Case("8 groups of 40, two arms", groups(8, 40)),
)


def run(case: Case, repetitions: int, permutations: int, seed: int, effect: float = 0.0) -> Tally:
    rejected = held = 0
    for i in range(repetitions):
        found = case.simulate(np.random.default_rng([seed, i]), effect, permutations)
        level = 1 - found.level
        rejected += found.p <= level + 1e-12
        held += found.low <= effect <= found.high
    return Tally(case.name, rejected / repetitions, held / repetitions, repetitions)


def main(repetitions: int, names: list[str]) -> None:
    path = Path(__file__).parent / "evaluation.json"
    kept = json.loads(path.read_text(encoding="utf-8")) if names else []
    found = {one["name"]: one for one in kept}
    for case in CASES:
        if names and case.name not in names:
            continue
        begun = time.perf_counter()
        tally = run(case, repetitions, permutations=199, seed=1)
        found[case.name] = asdict(tally)
        took = time.perf_counter() - begun
        print(f"{tally.name}: {tally.rejected:.3f} {tally.held:.3f} ({took:.0f} s)", flush=True)
        ordered = [found[case.name] for case in CASES if case.name in found]
        path.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400, sys.argv[2:])
