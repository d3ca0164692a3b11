"""Does what one series counts drift beside what it shares with others? Asked of other places.

    python benchmarks/validity/counted.py                      (under a minute)

Six provinces of drifts.csv (see drifts.py) count overdoses that were survived, by ambulance
responses, hospital stays, or both, and four of them deaths. The logs of all series share a random
walk, the risk of an overdose; deaths have a second one, the share of overdoses that kill. Every
series of survived overdoses may have one more of its own. All are seen through Poisson chance and a
spread beyond it (Kalman filter). Sizes are drawn from the ranges that calibration has, and weigh as
much as the counts so far are likely by them.

From every second quarter the next four are foretold and scored as calibration scores its forecasts
(`rolling.score`), against the last count going on. One JSON line for each choice of series with
walks of their own; then one for the size of these walks, lognormal between series (maximum
likelihood, with 95% of series), which the record `judge_drift_counted` rests on. All are kept as
counted.json beside this file.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
from drifts import HERE, USUAL, series
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp, ndtri
from scipy.stats import qmc

from offramp.plan.calibration.rolling import going_on, probabilities, score

Floats = NDArray[np.float64]
MEASURES = ("deaths", "ambulance_overdoses", "hospital_overdoses")
# What each measure sees of four walks: the risk, the share that kill, and two of their own.
SEES = np.array([[1, 1, 0, 0], [1, 0, 1, 0], [1, 0, 0, 1]], np.float64)
RISK, KILLS, SPREAD = (0.08, 0.5), (0.13, 0.45), (0.013, 0.135)  # in a year; 95% ranges
OWN, ANY = (0.04, 0.51), (0.015, 0.67)  # as calibration has it; to fit, anything
CHOICES = {"none": (), "hospital": (3,), "all of survived overdoses": (2, 3)}
FUTURES, AHEAD, FEWEST, UNKNOWN = 3000, 4, 4, 25.0


@dataclass
class Filter:
    """What is known of one province by every draw. level: float64[draws, 4]; around: its
    covariance; step: variance of a quarter's step; fit: log of how likely the counts were."""

    step: Floats
    spread: Floats
    level: Floats
    around: Floats
    fit: Floats

    def on(self) -> Filter:
        """The next quarter."""
        around = self.around + np.eye(4) * self.step[:, None, :]
        return Filter(self.step, self.spread, self.level, around, self.fit)

    def see(self, measure: int, count: float) -> None:
        sees = SEES[measure]
        both = self.around @ sees
        wide = both @ sees + 1 / count + self.spread[:, measure] ** 2
        off = np.log(count) - self.level @ sees
        self.fit = self.fit - 0.5 * (np.log(wide) + off**2 / wide)
        gain = both / wide[:, None]
        self.level = self.level + gain * off[:, None]
        self.around = self.around - gain[:, :, None] * both[:, None, :]

    def see_all(self, counts: dict[int, Floats], quarter: int) -> None:
        """What is known of a quarter. counts: by measure."""
        for measure, known in counts.items():
            if quarter < len(known) and np.isfinite(known[quarter]):
                self.see(measure, known[quarter])

    def foretell(self, measure: int, rng: np.random.Generator) -> Floats:
        weights = np.exp(self.fit - logsumexp(self.fit))
        k = rng.choice(len(weights), FUTURES, p=weights)
        sees = SEES[measure]
        wide = self.around[k] @ sees @ sees + self.spread[k, measure] ** 2
        log = self.level[k] @ sees + np.sqrt(wide) * rng.standard_normal(FUTURES)
        return np.asarray(np.quantile(rng.poisson(np.exp(log)), probabilities()))


def fresh(
    counts: dict[int, Floats], own: tuple[int, ...], range_: tuple[float, float], draws: int
) -> Filter:
    """Before anything is seen. own: which of the four walks are own ones that step."""
    z = ndtri(qmc.Sobol(7, seed=1).random(draws) * 0.998 + 0.001)

    def size(k: int, ends: tuple[float, float]) -> Floats:
        low, high = np.log(ends)
        return np.asarray(np.exp((low + high) / 2 + z[:, k] * (high - low) / 3.92))

    yearly = np.stack([size(0, RISK), size(1, KILLS), size(2, range_), size(3, range_)], axis=1)
    yearly[:, [k for k in (2, 3) if k not in own]] = 0
    spread = np.stack([size(4 + k, SPREAD) for k in range(3)], axis=1)
    first = {m: np.log(c[np.isfinite(c)][0]) for m, c in counts.items()}
    level = np.zeros((draws, 4))
    level[:, 0] = np.mean(list(first.values()))
    around = np.tile(np.eye(4) * UNKNOWN, (draws, 1, 1))
    return Filter(yearly**2 / 4, spread, level, around, np.zeros(draws))


def provinces() -> dict[str, dict[int, Floats]]:
    """Counts by province and measure (number in MEASURES); those with two series or more."""
    found: dict[str, dict[int, Floats]] = {}
    for (area, measure, a_year), counts in series().items():
        if a_year == 4:
            found.setdefault(area, {})[MEASURES.index(measure)] = counts
    return {area: counts for area, counts in found.items() if len(counts) > 1}


def scores(
    counts: dict[int, Floats], own: tuple[int, ...], rng: np.random.Generator
) -> list[Floats]:
    """Ours, the naive one's, and whether the 90% band held the count, of every forecast."""
    now, found = fresh(counts, own, OWN, 1024), []
    length = max(map(len, counts.values()))
    for quarter in range(length):
        now = now.on()
        now.see_all(counts, quarter)
        then = now
        for ahead in range(1, AHEAD + 1 if quarter % 2 else 0):
            then = then.on()
            for measure, known in counts.items():
                past = np.flatnonzero(np.isfinite(known[: quarter + 1]))
                k = quarter + ahead
                if k >= len(known) or not np.isfinite(known[k]) or len(past) < FEWEST:
                    continue
                ours = then.foretell(measure, rng)
                naive = np.exp(going_on(np.log(known[past] + 1), k - past[-1])) - 1
                low, high = np.interp([0.05, 0.95], probabilities(), ours)
                held = low <= known[k] <= high
                found.append(np.array([score(ours, known[k]), score(naive, known[k]), held]))
    return found


def sizes() -> tuple[float, ...]:
    """Of walks of their own, in a year: low end, middle and high end of 95% of series."""
    seen = []
    for counts in provinces().values():
        now = fresh(counts, (2, 3), ANY, 4096)
        for quarter in range(max(map(len, counts.values()))):
            now = now.on()
            now.see_all(counts, quarter)
        here = [m + 1 for m in counts if m > 0]
        seen.append((now.fit, np.log(now.step[:, here] * 4) / 2))
    low, high = np.log(ANY)
    wide = (high - low) / 3.92

    def loss(x: Floats) -> float:
        middle, width = x[0], np.exp(x[1])
        total = 0.0
        for fit, logs in seen:
            more = -0.5 * ((logs - middle) / width) ** 2 - x[1]
            more += 0.5 * ((logs - (low + high) / 2) / wide) ** 2 + np.log(wide)
            total += float(logsumexp(fit + more.sum(axis=1)))
        return 0.5 * float((x[1] - USUAL[0]) / USUAL[1]) ** 2 - total

    middle, width = minimize(loss, [np.log(0.1), USUAL[0]], method="Nelder-Mead").x
    return tuple(round(float(np.exp(middle + end * np.exp(width))), 3) for end in (-1.96, 0, 1.96))


def main() -> None:
    places, lines = provinces(), []
    for name, own in CHOICES.items():
        rng = np.random.default_rng(1)
        found = {area: np.array(scores(counts, own, rng)) for area, counts in places.items()}
        every = np.concatenate(list(found.values()))
        line = {"own_walks": name, "forecasts": len(every), **_line(every)}
        by_place = {area: _line(rows)["score_ratio"] for area, rows in found.items()}
        lines.append(line | {"by_place": by_place})
    low, middle, high = sizes()
    lines.append({"size": {"low": low, "middle": middle, "high": high}})
    (HERE / "counted.json").write_text(json.dumps(lines, indent=1) + "\n", encoding="utf-8")
    for line in lines:
        print(json.dumps(line))


def _line(rows: Floats) -> dict[str, float]:
    ours, naive, held = rows.T
    ratio = float(ours.sum() / naive.sum())
    return {"score_ratio": round(ratio, 3), "held": round(float(held.mean()), 3)}


if __name__ == "__main__":
    main()
