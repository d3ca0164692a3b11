"""Does a rise of overdoses go on? Whether a step of a drift resembles the one before, elsewhere.

    python benchmarks/validity/momentum.py                     (some seconds)

The series of drifts.csv (see drifts.py), each seen as a walk on the log scale whose step is `r`
times the one before and something new, through Poisson chance and a spread beyond it (Kalman
filter, two states). Sizes of walk and spread are averaged over a grid, even on the log scale. One
JSON line for each measure: log likelihoods summed over its series, against a walk without memory.
"""

from __future__ import annotations

import json

import numpy as np
from drifts import series
from numpy.typing import NDArray
from scipy.special import logsumexp

Floats = NDArray[np.float64]
YEARLY, SPREADS = np.meshgrid(np.geomspace(0.02, 0.8, 14), np.geomspace(0.01, 0.3, 10))
MEMORIES = (-0.3, 0.0, 0.2, 0.4, 0.6, 0.8)


def likelihood(counts: Floats, a_year: int, r: float) -> float:
    """Log of the chance of a series (nan: not known), averaged over the grid."""
    usual = YEARLY**2 / a_year  # variance of a step, whatever r is
    total = np.zeros(YEARLY.shape)
    level = step = np.zeros(YEARLY.shape)
    of_level, both, of_step = np.zeros((3, *YEARLY.shape))  # covariance of level and step
    started = False
    for count in counts:
        if started:
            new = usual * (1 - r**2)
            level, step = level + r * step, r * step
            of_level = of_level + 2 * r * both + r**2 * of_step + new
            both, of_step = r * both + r**2 * of_step + new, r**2 * of_step + new
        if not np.isfinite(count):
            continue
        noise = 1 / count + SPREADS**2
        if not started:
            started = True
            level, of_level, of_step = np.full(YEARLY.shape, np.log(count)), noise, usual
            continue
        wide = of_level + noise
        off = np.log(count) - level
        total -= 0.5 * (np.log(wide) + off**2 / wide)
        level, step = level + of_level / wide * off, step + both / wide * off
        of_step, both = of_step - both**2 / wide, both * (1 - of_level / wide)
        of_level = of_level * (1 - of_level / wide)
    return float(logsumexp(total))


def main() -> None:
    found: dict[str, list[Floats]] = {}
    for (_, measure, a_year), counts in series().items():
        by_memory = np.array([likelihood(counts, a_year, r) for r in MEMORIES])
        found.setdefault(measure, []).append(by_memory - by_memory[MEMORIES.index(0.0)])
    for measure, each in found.items():
        gained = {str(r): round(float(x), 1) for r, x in zip(MEMORIES, sum(each), strict=True)}
        print(json.dumps({"measure": measure, "series": len(each), "gained": gained}))


if __name__ == "__main__":
    main()
