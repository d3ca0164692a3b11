"""How far overdoses and the share of them that kill drift, in places other than the three examples.

    python benchmarks/validity/drifts.py                       (under a minute)

writes drifts.json beside this file: what the records `judge_drift_overdose` and
`judge_drift_fatality`, and the spread beyond chance of British Columbia's series, rest on. Counts:
drifts.csv, of public data: opioid deaths, ambulance responses and hospital stays of seven provinces
by quarter, 2016 to the third quarter of 2024 (Quebec to 2023, when a definition changed; Public
Health Agency of Canada, Open Government Licence - Canada); accidental drug deaths of Connecticut by
quarter (Office of the Chief Medical Examiner); deaths from drug poisoning in six police areas of
England and Wales by year of registration (Office for National Statistics, Open Government Licence
v3.0). Left out: series of fewer than 16 counts or fewer than 15 on average.

Each series is a random walk on the log scale, seen through Poisson chance and a spread beyond it
(Kalman filter). Yearly sizes of walks and spreads are lognormal between series: drifts of deaths,
of other overdoses and of the ratio of deaths to these have a distribution each, spreads beyond
chance one together; all are fitted by marginal likelihood over a grid.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp

Floats = NDArray[np.float64]
HERE = Path(__file__).parent
DRIFTS = np.log(np.geomspace(0.01, 1.2, 36))  # in a year
SPREADS = np.log(np.geomspace(0.004, 0.5, 30))
KINDS = ("deaths", "other overdoses", "share that kill")
USUAL = (-0.7, 0.5)  # log of how far places differ: without this, a few series might say not at all


def series() -> dict[tuple[str, str, int], Floats]:
    """Counts by area, measure and periods in a year (nan: not known)."""
    found: dict[tuple[str, str, int], list[float]] = defaultdict(list)
    with (HERE / "drifts.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            count = float(row["count"] or "nan")
            a_year = 4 if "Q" in row["period"] else 1
            found[row["area"], row["measure"], a_year].append(count if count >= 1 else np.nan)
    return {key: np.array(counts) for key, counts in found.items()}


def likelihood(logs: Floats, chance: Floats, a_year: int) -> Floats:
    """Log of the chance of a series, on the grid (float64[drifts, spreads]). chance: variance of
    each log by the size of its count; a_year: periods."""
    step = (np.exp(2 * DRIFTS) / a_year)[:, None]
    spread = np.exp(2 * SPREADS)[None, :]
    total = np.zeros((len(DRIFTS), len(SPREADS)))
    level = variance = None
    for seen, known in zip(logs, chance, strict=True):
        if variance is not None:
            variance = variance + step
        if not np.isfinite(seen):
            continue
        if level is None or variance is None:
            level, variance = np.full(total.shape, seen), known + spread + 0 * step
            continue
        wide = variance + known + spread
        off = seen - level
        total -= 0.5 * (np.log(wide) + off**2 / wide)
        level = level + variance / wide * off
        variance = variance * (1 - variance / wide)
    return total


def likelihoods() -> dict[str, list[Floats]]:
    """Of all series, by kind of drift."""
    found: dict[str, list[Floats]] = {kind: [] for kind in KINDS}
    counts = series()
    for (area, measure, a_year), own in counts.items():
        kind = "deaths" if measure == "deaths" else "other overdoses"
        found[kind].append(likelihood(np.log(own), 1 / own, a_year))
        deaths = counts.get((area, "deaths", a_year))
        if measure != "deaths" and deaths is not None:
            ratio = np.log(deaths / own)
            found["share that kill"].append(likelihood(ratio, 1 / deaths + 1 / own, a_year))
    return found


def fitted(found: dict[str, list[Floats]]) -> dict[str, tuple[float, ...]]:
    """Low end, middle and high end of 95% of places, of each kind of drift and of the spread."""

    def weights(grid: Floats, middle: float, width: float) -> Floats:
        logs = -0.5 * ((grid - middle) / np.exp(width)) ** 2
        return np.asarray(logs - logsumexp(logs))

    def loss(x: Floats) -> float:
        middles, widths = x[::2], x[1::2]
        spread = weights(SPREADS, middles[-1], widths[-1])
        total = sum(
            logsumexp(one + weights(DRIFTS, middles[i], widths[i])[:, None] + spread)
            for i, kind in enumerate(KINDS)
            for one in found[kind]
        )
        return float(0.5 * (((widths - USUAL[0]) / USUAL[1]) ** 2).sum() - total)

    start = np.array([*([np.log(0.2), USUAL[0]] * len(KINDS)), np.log(0.05), USUAL[0]])
    options = {"maxiter": 20_000, "maxfev": 20_000, "xatol": 1e-3, "fatol": 1e-3}
    x = minimize(loss, start, method="Nelder-Mead", options=options).x
    names = (*KINDS, "spread beyond chance")
    return {name: _range(*x[2 * i : 2 * i + 2]) for i, name in enumerate(names)}


def _range(middle: float, width: float) -> tuple[float, ...]:
    ends: Iterable[float] = (-1.96, 0.0, 1.96)
    return tuple(round(float(np.exp(middle + end * np.exp(width))), 3) for end in ends)


def main() -> None:
    found = likelihoods()
    lines = {
        name: {"series": len(found.get(name, ())) or None, "low": low, "middle": mid, "high": high}
        for name, (low, mid, high) in fitted(found).items()
    }
    (HERE / "drifts.json").write_text(json.dumps(lines, indent=1) + "\n", encoding="utf-8")
    for name, line in lines.items():
        print(json.dumps({"measure": name, **line}))


if __name__ == "__main__":
    main()
