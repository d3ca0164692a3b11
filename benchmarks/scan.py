"""The space-time scan on ten years of weekly counts in 300 areas, 999 permutations.

Beside it: what a user would write in pandas and NumPy for the same question, one circle after the
other, timed over a few permutations and told for all 999.
"""

from __future__ import annotations

import json
import resource
import time

import numpy as np
import pandas as pd

from offramp.learn.alerts import scan

AREAS, WEEKS, PERMUTATIONS, LONGEST = 300, 520, 999, 4
BOUND_SECONDS = 30.0
TRIED = 2  # permutations of the plain way


def made(seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Counts of 0.6 a week and area on average, and distances; nothing new happens."""
    random = np.random.default_rng(seed)
    x, y = random.uniform(0, 100, size=(2, AREAS))
    away = np.hypot(x[:, None] - x[None, :], y[:, None] - y[None, :])
    season = 1 + 0.2 * np.sin(2 * np.pi * np.arange(WEEKS) / 52)
    mean = 0.6 * np.exp(0.5 * random.normal(size=(AREAS, 1))) * season
    return random.poisson(mean), away


def plain(cases: pd.DataFrame, away: np.ndarray) -> float:
    """The largest score: cases has the columns area and week, one row for each."""
    total = len(cases)
    of_area = cases.groupby("area").size().reindex(range(AREAS), fill_value=0)
    best = 0.0
    for length in range(1, LONGEST + 1):
        now = cases[cases["week"] >= WEEKS - length]
        here = now.groupby("area").size().reindex(range(AREAS), fill_value=0)
        for middle in range(AREAS):
            order = np.argsort(away[middle])[: AREAS // 2]
            inside = here.iloc[order].cumsum().to_numpy()
            whole = of_area.iloc[order].cumsum().to_numpy()
            mean = whole * len(now) / total
            with np.errstate(divide="ignore", invalid="ignore"):
                score = inside * np.log(inside / mean)
                score += (total - inside) * np.log((total - inside) / (total - mean))
            score = np.where((inside > mean) & (2 * whole <= total), score, 0.0)
            best = max(best, float(np.nanmax(score)))
    return best


def main() -> None:
    counts, away = made()
    scan.scan(counts[:20, -60:], away[:20, :20], permutations=3)  # compiled once
    begun, worked = time.perf_counter(), time.process_time()
    found = scan.scan(counts, away, longest=LONGEST, permutations=PERMUTATIONS)
    seconds, processor = time.perf_counter() - begun, time.process_time() - worked
    note = {"areas": AREAS, "weeks": WEEKS, "permutations": PERMUTATIONS}
    print(json.dumps({"figure": "space-time scan", "value": round(seconds, 2), "unit": "s",
                      "bound": BOUND_SECONDS, "processor_seconds": round(processor, 2),
                      **note}), flush=True)  # fmt: skip
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"figure": "space-time scan: memory", "value": round(peak), "unit": "MB",
                      **note}), flush=True)  # fmt: skip
    area, week = (np.repeat(index.ravel(), counts.ravel()) for index in np.indices(counts.shape))
    cases = pd.DataFrame({"area": area, "week": week})
    assert found is None or abs(plain(cases, away) - found.score) < 1e-6 * found.score
    random = np.random.default_rng(2)
    begun, worked = time.perf_counter(), time.process_time()
    for _ in range(TRIED):
        plain(cases.assign(week=random.permutation(week)), away)
    seconds, processor = time.perf_counter() - begun, time.process_time() - worked
    print(json.dumps({"figure": "the same in pandas, told from a few permutations",
                      "value": round(seconds / TRIED * PERMUTATIONS), "unit": "s",
                      "processor_seconds": round(processor / TRIED * PERMUTATIONS),
                      **note, "tried": TRIED}), flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
