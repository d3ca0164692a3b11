"""Simulation-based calibration: is the truth's rank among posterior points uniform?

Talts and others 2018 (arXiv 1804.06788): draw a truth from the prior, counts from the truth, points
from the posterior of the counts. If all is right, the truth is one more point: its rank among 19
points takes each of the values 0 to 19 equally often. The central 50, 80 and 90% bands are then
just the middle 10, 16 and 18 of the 20 ranks.

What is decided was fixed before the first whole run. All is right when

1. **pooled coverage**: for each of the three bands, the share of quantities inside, over all
   places, agrees with what it should be by a binomial test at 1%. Quantities of one place hang
   together, so the test counts not places times quantities but as many trials as would have the
   error that is seen between places;
2. **no quantity stands out**: the smallest p of the ranks' distribution function (two-sided,
   binomial at each rank, the least of all ranks: Säilynoja and others 2021, arXiv 2103.10522) times
   the number of quantities is at least 1%, which holds however quantities hang together;
3. **no more quantities fail at 1% than chance would let**: at most the 99th percentile of the
   number in simulated runs in which all is right and quantities hang together as they do here;
4. at most 5% of the places were dropped because their effective size was too small.

Chance alone fails 1 to 3 in up to about 5% of runs. Chi-square over 20 ranks and the binomial test
of each band of each quantity stand beside and decide nothing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.special import ndtr, ndtri

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
RANKS = 20  # one more than the points ranked among
LEVELS = (50, 80, 90)
ALPHA = 0.01
MOST_DROPPED = 0.05
LUCKS = 100_000  # histograms under chance alone
RUNS = 500  # of which the number of failures is taken


@dataclass(frozen=True)
class Pooled:
    """One band, over all quantities and places. error: of the coverage, from place to place;
    trials: that would have this error if they were independent; p: by the binomial test."""

    level: int
    coverage: float
    error: float
    trials: int
    p: float


@dataclass(frozen=True)
class Quantity:
    """One quantity over all places. coverage: share inside of the 50, 80 and 90% bands, and p of
    each by the binomial test; p_ecdf, p_chi: of the ranks' distribution; counts: of every rank."""

    name: str
    coverage: tuple[float, ...]
    p_coverage: tuple[float, ...]
    p_ecdf: float
    p_chi: float
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Verdict:
    """smallest: p of the quantity that stands out most, times their number; most_failed: what
    chance lets fail; right: None when too many places were dropped to tell."""

    places: int
    dropped: int
    pooled: tuple[Pooled, ...]
    quantities: tuple[Quantity, ...]
    smallest: float
    failed: int
    most_failed: int
    right: bool | None

    @property
    def failures(self) -> dict[str, int]:
        """Tests at 1% that failed beside: of each band, and chi-square."""
        every = self.quantities
        bands = sum(p < ALPHA for one in every for p in one.p_coverage)
        return {"bands": int(bands), "chi_square": sum(one.p_chi < ALPHA for one in every)}

    @property
    def table(self) -> dict[str, object]:
        return asdict(self) | {"failures_beside": self.failures}


def rank(truth: Floats, points: Floats) -> Ints:
    """Points below the truth, of each quantity. points: float64[RANKS - 1, quantities]."""
    if len(points) != RANKS - 1:
        raise ValueError(f"{len(points)} points instead of {RANKS - 1}")
    return np.asarray((points < truth).sum(axis=0), np.int64)


def inside(ranks: Ints, level: int) -> NDArray[np.bool_]:
    """Whether the truth lies in the central band of so many percent."""
    edge = round((100 - level) / 200 * RANKS)
    return np.asarray((ranks >= edge) & (ranks < RANKS - edge))


def histogram(ranks: Ints) -> Ints:
    """How often each rank came (int64[quantities, RANKS]). ranks: int64[places, quantities]."""
    return np.stack([(ranks == k).sum(axis=0) for k in range(RANKS)], axis=1)


def judge(ranks: Ints, names: list[str], dropped: int = 0) -> Verdict:
    """What the ranks say. ranks: int64[places, quantities]; dropped: places not among them."""
    counts = histogram(ranks)
    p_ecdf, p_chi = p_values(counts, "ecdf"), p_values(counts, "chi")
    pooled = tuple(pooled_coverage(ranks, level) for level in LEVELS)
    smallest = min(float(p_ecdf.min()) * len(names), 1.0)
    failed = int((p_ecdf < ALPHA).sum())
    most = most_failures(ranks)
    right = min(one.p for one in pooled) >= ALPHA and smallest >= ALPHA and failed <= most
    too_many = dropped > MOST_DROPPED * (len(ranks) + dropped)
    quantities = tuple(
        _quantity(name, ranks[:, k], counts[k], float(p_ecdf[k]), float(p_chi[k]))
        for k, name in enumerate(names)
    )
    return Verdict(
        len(ranks), dropped, pooled, quantities, smallest, failed, most, None if too_many else right
    )


def _quantity(name: str, ranks: Ints, counts: Ints, p_ecdf: float, p_chi: float) -> Quantity:
    within = [int(inside(ranks, level).sum()) for level in LEVELS]
    p = [
        float(stats.binomtest(k, len(ranks), level / 100).pvalue)
        for k, level in zip(within, LEVELS, strict=True)
    ]
    coverage = tuple(k / len(ranks) for k in within)
    return Quantity(name, coverage, tuple(p), p_ecdf, p_chi, tuple(int(n) for n in counts))


def pooled_coverage(ranks: Ints, level: int) -> Pooled:
    """Share of quantities inside the band, held against the level with the error between places."""
    by_place = inside(ranks, level).mean(axis=1)
    share, wanted = float(by_place.mean()), level / 100
    error = float(by_place.std(ddof=1) / np.sqrt(len(ranks)))
    least = np.sqrt(wanted * (1 - wanted) / ranks.size) / 10  # quantities never tell more than this
    trials = round(wanted * (1 - wanted) / max(error, least) ** 2)
    p = float(stats.binomtest(round(share * trials), trials, wanted).pvalue)
    return Pooled(level, share, error, trials, p)


def p_values(counts: Ints, kind: str) -> Floats:
    """p of each histogram (last axis: ranks) against chance alone, by simulation."""
    places = int(counts.reshape(-1, RANKS)[0].sum())
    by_chance = _by_chance(places)[kind]
    found = _statistics(counts, places)[kind]
    more = np.searchsorted(by_chance, found - 1e-9, side="left")  # equal ones count as more
    return np.asarray((LUCKS - more + 1) / (LUCKS + 1))


@cache
def _by_chance(places: int) -> dict[str, Floats]:
    drawn = np.random.default_rng(places).multinomial(places, np.full(RANKS, 1 / RANKS), LUCKS)
    return {kind: np.sort(values) for kind, values in _statistics(drawn, places).items()}


def _statistics(counts: Ints, places: int) -> dict[str, Floats]:
    """The larger, the less uniform. ecdf: minus log of the least two-sided binomial tail."""
    below = counts.cumsum(axis=-1)[..., :-1]
    table = _tails(places)
    ecdf = table[below, np.arange(RANKS - 1)].max(axis=-1)
    wanted = places / RANKS
    return {"ecdf": ecdf, "chi": ((counts - wanted) ** 2).sum(axis=-1) / wanted}


@cache
def _tails(places: int) -> Floats:
    """Minus log of the two-sided tail of so many below each rank (float64[places + 1, ranks])."""
    k, share = np.arange(places + 1)[:, None], np.arange(1, RANKS) / RANKS
    lower = stats.binom.logcdf(k, places, share)
    upper = stats.binom.logsf(k - 1, places, share)
    return np.asarray(-np.minimum(np.log(2) + np.minimum(lower, upper), 0.0))


def most_failures(ranks: Ints, seed: int = 1) -> int:
    """Quantities that chance lets fail at 1% in 99 of 100 runs where all is right and quantities
    hang together as in these ranks (normal copula)."""
    scores = ndtri((ranks + 0.5) / RANKS)
    scores = scores - scores.mean(axis=0)
    scores /= np.maximum(np.sqrt((scores**2).mean(axis=0)), 1e-9)
    rng = np.random.default_rng(seed)
    n = len(ranks)
    failed = []
    for _ in range(RUNS):
        like = rng.standard_normal((n, n)) @ scores / np.sqrt(n)
        drawn = np.minimum((ndtr(like) * RANKS).astype(np.int64), RANKS - 1)
        failed.append(int((p_values(histogram(drawn), "ecdf") < ALPHA).sum()))
    return int(np.quantile(failed, 1 - ALPHA, method="higher"))
