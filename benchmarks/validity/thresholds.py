"""How well the threshold test finds thresholds that are known, simulated.

    python benchmarks/validity/thresholds.py [REPETITIONS]     (40 by default: some 10 minutes)

writes thresholds.json beside this file. Officers search above a chance of carrying of 10% in two
groups and of 5% (or 10%: no difference) in the third; areas differ in who carries, in how plain
it is, and officers in their thresholds. Coverage: how often the 95% range holds the truth.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
from scipy.special import expit, ndtr

from offramp.learn.disparities.threshold import Floats, thresholds

CASES = (
    ("8 areas, one group at 5%", 8, (0.10, 0.10, 0.05)),
    ("8 areas, no difference", 8, (0.10, 0.10, 0.10)),
    ("25 areas, one group at 5%", 25, (0.10, 0.10, 0.05)),
    ("25 areas, no difference", 25, (0.10, 0.10, 0.10)),
)


def world(
    random: np.random.Generator, areas: int, levels: tuple[float, ...]
) -> tuple[Floats, Floats, Floats, Floats]:
    """People, searches, finds [group, area], and the thresholds weighted by people."""
    r = len(levels)
    n = random.poisson(4000 * np.exp(random.normal(0, 0.6, (r, areas)))).astype(float)
    u = np.array([-2.5, -2.3, -2.7])[:r, None] + random.normal(0, 0.4, areas)
    delta = np.exp(np.array([0.5, 0.45, 0.55])[:r, None] + random.normal(0, 0.1, areas))
    odds = np.array(levels) / (1 - np.array(levels))
    t = np.log(odds)[:, None] + random.normal(0, 0.2, (r, areas))
    x = (t - u) / delta + delta / 2
    hit = expit(u) * ndtr(delta - x)
    searched = hit + (1 - expit(u)) * ndtr(-x)
    s = random.binomial(n.astype(int), searched).astype(float)
    h = random.binomial(s.astype(int), hit / searched).astype(float)
    return n, s, h, expit(t) @ (n.sum(0) / n.sum())


def main() -> None:
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    lines = []
    for name, areas, levels in CASES:
        started = time.perf_counter()
        held, gaps, called, error = [], [], [], []
        for seed in range(repetitions):
            n, s, h, true = world(np.random.default_rng(seed), areas, levels)
            found = thresholds(n, s, h)
            held += [a.low <= t <= a.high for a, t in zip(found.threshold, true, strict=True)]
            away = true[1:] - true[0]
            gaps += [a.low <= t <= a.high for a, t in zip(found.gap[1:], away, strict=True)]
            called.append(found.p[2] < 0.05)
            error.append(found.threshold[2].mid / true[2] - 1)
        line = {
            "case": name,
            "coverage_of_thresholds": round(float(np.mean(held)), 3),
            "coverage_of_gaps": round(float(np.mean(gaps)), 3),
            "third_group_called_different": round(float(np.mean(called)), 3),
            "middle_error_of_third": round(float(np.median(error)), 3),
            "repetitions": repetitions,
        }
        seconds = round((time.perf_counter() - started) / repetitions, 1)
        print(json.dumps({**line, "seconds_each": seconds}), flush=True)
        lines.append(line)
    path = Path(__file__).with_name("thresholds.json")
    path.write_text(json.dumps(lines, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
