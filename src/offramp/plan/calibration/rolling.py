"""Would the model have foreseen what came? Calibrated up to a quarter, it foretells the next year.

At the end of every quarter (origin) the model is calibrated to what was known by then, and
foretells every count of the four quarters (or two years, for yearly counts) that follow. Two
questions: do its 90% bands hold what was counted, and is the weighted interval score (Bracher and
others 2021, doi 10.1371/journal.pcbi.1008618) on the scale of log(count + 1) (Bosse and others
2023, doi 10.1371/journal.pcbi.1011393) no worse than that of a naive forecast: the last count (of a
part: its share) goes on, with a spread that grows as its past changes did.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from offramp.plan.calibration.cells import Target
from offramp.plan.calibration.forward import Case, formula
from offramp.plan.calibration.luck import Luck
from offramp.plan.calibration.observe import drawn, expected
from offramp.plan.calibration.sampling import Sample, even, sample
from offramp.plan.calibration.work import Work

Floats = NDArray[np.float64]
AHEAD = {True: 8, False: 4}  # quarters, for yearly counts and for others
LEVELS = np.array([0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])
FEWEST = 12  # forecasts for a verdict
LEAST_SPREAD = 0.05  # of a naive forecast, log scale
COVERED = (0.80, 0.97)
AGAIN = 4000  # times that origins are drawn again
TOGETHER = 4  # origins that are drawn again as one: what they foretell overlaps
FUTURES = 4000  # of the drifts, from each origin


@dataclass(frozen=True)
class Forecast:
    """One count foretold. quantiles: at `probabilities()`, of the model and of the naive one."""

    series: str
    origin: str
    period: str
    ahead: int  # periods
    counted: float
    model: Floats
    naive: Floats


@dataclass(frozen=True)
class Rolling:
    """All forecasts; coverage of the 90% band, mean scores, and the ratio of the scores."""

    forecasts: tuple[Forecast, ...]
    effective: tuple[float, ...]  # effective sample size at each origin

    @property
    def coverage(self) -> float:
        return float(np.mean([_inside(f) for f in self.forecasts])) if self.forecasts else np.nan

    @property
    def score_ratio(self) -> float:
        """Model's mean score over the naive one's: below 1 is better."""
        ours, naive = np.sum([_scores(f) for f in self.forecasts], axis=0)
        return float(ours / max(naive, 1e-12))

    @property
    def score_range(self) -> tuple[float, float] | None:
        """90% range of the ratio, had other quarters been the origins: they are drawn again, with
        all that was foretold from each, and with as many neighbours as foretell the same quarters
        (bootstrap of circular blocks). None with fewer than two blocks."""
        names = list(dict.fromkeys(f.origin for f in self.forecasts))
        if len(names) < 2 * TOGETHER:
            return None
        sums = np.zeros((len(names), 2))
        for f in self.forecasts:
            sums[names.index(f.origin)] += _scores(f)
        rng = np.random.default_rng(16)
        first = rng.integers(0, len(names), (AGAIN, -(-len(names) // TOGETHER), 1))
        chosen = (first + np.arange(TOGETHER)).reshape(AGAIN, -1)[:, : len(names)] % len(names)
        again = sums[chosen].sum(axis=1)
        low, high = np.quantile(again[:, 0] / np.maximum(again[:, 1], 1e-12), [0.05, 0.95])
        return float(low), float(high)

    @property
    def verdict(self) -> bool | None:
        """Whether both questions are answered well; None with too few forecasts."""
        if len(self.forecasts) < FEWEST:
            return None
        return COVERED[0] <= self.coverage <= COVERED[1] and self.score_ratio <= 1.0


def probabilities() -> Floats:
    """Of the quantiles: lower ends, the middle, upper ends, in order."""
    return np.concatenate([LEVELS / 2, [0.5], 1 - LEVELS[::-1] / 2])


def score(quantiles: Floats, counted: float) -> float:
    """Weighted interval score on the scale of log(count + 1)."""
    q, y = np.log(np.maximum(quantiles, 0) + 1), np.log(counted + 1)
    p = probabilities()
    loss = np.where(y < q, (1 - p) * (q - y), p * (y - q))
    return float(2 * loss.mean())


def _scores(forecast: Forecast) -> Floats:
    """The model's and the naive one's, as the report has them."""
    both = score(forecast.model, forecast.counted), score(forecast.naive, forecast.counted)
    return np.round(both, 4)


def _inside(forecast: Forecast) -> bool:
    p = probabilities()
    low, high = np.interp([0.05, 0.95], p, forecast.model)
    return bool(low <= forecast.counted <= high)


def origins(targets: tuple[Target, ...], quarters: int) -> list[int]:
    """Quarters at whose end the future is foretold: from where each forecast can learn from at
    least four counts of its series."""
    able: set[int] = set()
    for target in targets:
        ends = np.sort(target.spans[target.known & np.isfinite(target.counts), 1])
        able |= {int(end) for end in ends[3:-1]}
    return sorted(q for q in able if q < quarters)


def roll(case: Case, work: Work, run: Sample, luck: Luck, count: int) -> Rolling:
    """Foretell from every origin, with so many points at each; stand-ins learn from those of the
    origin before, too. run: with all that is known now; luck: how far chance in the simulation has
    the series off."""
    found: list[Forecast] = []
    effective = []
    prior, *run_points = run.simulated
    near: tuple[tuple[Floats, Floats], ...] = ()
    for origin in origins(case.seen.targets, case.seen.quarters):
        known = tuple(target.until(origin) for target in case.seen.targets)
        then = replace(case, seen=replace(case.seen, targets=known), seed=case.seed + origin)
        cells = np.concatenate(
            [now.known[target.known] for now, target in zip(known, case.seen.targets, strict=True)]
        )
        name, more = f"origin-{origin}", (*run_points, *near)
        one = sample(then, work, prior, luck.of_cells(cells), count, name, more=more)
        near = one.simulated[1:]
        effective.append(one.effective)
        found += _foretold(case, origin, one)
    return Rolling(tuple(found), tuple(effective))


def _foretold(case: Case, origin: int, known: Sample) -> list[Forecast]:
    rng = np.random.default_rng([case.seed, origin, 13])
    found = []
    for one in expected(case, *futures(case, origin, known, rng)):
        target = one.target
        past = np.isfinite(target.counts) & (target.spans[:, 1] <= origin)
        if past.sum() < 4:
            continue
        counts = drawn(one, rng)
        last = np.flatnonzero(past)[-1]
        for k in np.flatnonzero(np.isfinite(target.counts)):
            first_unknown = target.spans[k, 0] >= origin
            if not first_unknown or target.spans[k, 1] > origin + AHEAD[target.yearly]:
                continue
            found.append(
                Forecast(
                    target.series,
                    case.seen.name(origin - 1),
                    target.periods[k],
                    int(k - last),
                    float(target.counts[k]),
                    np.quantile(counts[:, k], probabilities()),
                    _naive(target, past, int(k)),
                )
            )
    return found


def futures(
    case: Case, origin: int, known: Sample, rng: np.random.Generator
) -> tuple[Floats, Floats, Floats]:
    """Points, what happens there and how far chance has it off, many times: what was known leaves
    the steps of drifts after the origin as open as they were, so they are drawn anew each time,
    and what happens moves by as much as the formula does."""
    chosen, u = even(known.weights, FUTURES, case.seed), case.unknowns
    z = known.z[chosen]
    new = z.copy()
    for path in u.walks:
        after = [u.at[name] for name in np.array(path.steps)[path.starts >= origin]]
        new[:, after] = rng.standard_normal((FUTURES, len(after)))
    quarters = known.quarters[chosen] * (formula(case, new) / formula(case, z))
    return new, quarters, known.shift[chosen]


def _naive(target: Target, past: NDArray[np.bool_], k: int) -> Floats:
    last = int(np.flatnonzero(past)[-1])
    whole = np.ones(len(past)) if target.trials is None else target.trials
    logs = np.log((target.counts[past] + 1) / whole[past])
    quantiles = np.exp(going_on(logs, k - last)) * whole[k] - 1
    return np.asarray(np.maximum(quantiles, 0.0))


def going_on(logs: Floats, ahead: float) -> Floats:
    """Quantiles of the naive forecast, so many periods after these: the last of them goes on."""
    spread = max(float(np.sqrt(np.mean(np.diff(logs) ** 2))), LEAST_SPREAD) * np.sqrt(ahead)
    return np.asarray(logs[-1] + spread * ndtri(probabilities()))
