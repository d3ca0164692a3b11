"""What was to be expected in a week: the flexible Farrington method.

Counts of earlier years are fitted by a quasi-Poisson regression: log mean = season + trend. The
season is a level for each of `blocks` parts of the year, one of which is the `half_window` weeks
either side of the same week in each year; the last `left_out` weeks are not used, so that an
outbreak does not raise its own limit. Weeks that stood out (scaled Anscombe residual above
`stands_out`) are given little weight and the model is fitted again. The trend is kept if there
are three years or more and it does not foretell more than was ever seen. The count of this week
is held against a negative binomial with that mean and variance phi × mean.

All functions take many series at once (S) with one calendar (T), which is what makes a budget
of false alarms affordable: hundreds of simulated series cost little more than one.

Sources: Farrington et al. 1996, JRSS A 159:547; Noufaily et al. 2013, Statistics in Medicine
32:1206. Agrees with farringtonFlexible of R's surveillance (tests/oracles/alerts.R).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from offramp.learn.panel import Bools, Floats, Integers

ROUNDS = 30
DONE = 1e-8  # relative change of the deviance
FEWEST_YEARS_FOR_TREND = 3


@dataclass(frozen=True)
class Settings:
    """per_year: periods in a year; the other fields are those of the text above, in periods."""

    per_year: int = 52
    years: int = 5
    half_window: int = 3
    blocks: int = 10
    left_out: int = 26
    stands_out: float = 2.58
    trend: bool = True
    recent: int = 4  # no alarm unless so many periods up to now ...
    recent_cases: int = 5  # ... hold so many cases

    @property
    def needs(self) -> int:
        """Periods before the first that can be judged."""
        return self.years * self.per_year + self.half_window


def settings_for(kind: str, periods: int) -> Settings:
    """The usual settings for weeks or months, with as many years as `periods` before the first
    watched one hold, five at most."""
    if kind == "week":
        base = Settings()
    else:
        base = Settings(per_year=12, half_window=1, blocks=4, left_out=6, recent=4)
    years = min(5, (periods - base.half_window) // base.per_year)
    return replace(base, years=years)


@dataclass(frozen=True)
class Expected:
    """mean, phi: float[S]; the variance of the count is phi × mean. trend: float[S], growth of the
    log in a year, 0 where none is kept; levels: float[S, blocks], the log of the mean in each part
    of the year at the level of now, NaN for a part without data."""

    mean: Floats
    phi: Floats
    trend: Floats
    levels: Floats


def parts_of_year(at: int, length: int, settings: Settings) -> tuple[Integers, Integers]:
    """The reference periods for period `at` (0-based) and the part of the year of each.

    Parts run from 0 (just after the same time of year) to blocks - 1 (around the same time)."""
    s = settings
    part = np.full(length, -1, dtype=np.int64)
    w, last = s.half_window, s.blocks - 1
    part[max(at - w, 0) : at + 1] = last
    for year in range(s.years):
        newer, older = at - year * s.per_year, at - (year + 1) * s.per_year
        part[max(older - w, 0) : older + w + 1] = last
        if s.blocks == 1:
            continue
        between = newer - 2 * w - 1 - older
        size, rest = divmod(between, last)
        if size < 1:
            raise ValueError("more parts of the year than periods between the windows")
        begin = older + w + 1
        for number in range(last):
            end = begin + size + (1 if number < rest else 0)
            part[begin:end] = number
            begin = end
    part[max(at - s.left_out, 0) :] = -1
    rows = np.flatnonzero(part >= 0)
    return rows, part[rows]


def expected(counts: Floats, at: int, settings: Settings) -> Expected:
    """What was to be expected at period `at`. counts: float[S, T], NaN where not known."""
    rows, parts = parts_of_year(at, counts.shape[1], settings)
    y = counts[:, rows]
    known = np.isfinite(y)
    y = np.where(known, y, 0.0)
    used = np.unique(parts)
    season = (parts[:, None] == used[None, :]).astype(float)
    time = (rows - at) / settings.per_year
    here = int(np.flatnonzero(used == settings.blocks - 1)[0])
    plain = _Model(season, here, used, settings.blocks)
    if not settings.trend or settings.years < FEWEST_YEARS_FOR_TREND:
        return plain.fit(y, known, settings)
    trended = _Model(np.column_stack([season, time]), here, used, settings.blocks)
    first = trended.fit(y, known, settings)
    keep = first.mean <= np.where(known, y, -np.inf).max(axis=1)
    if keep.all():
        return first
    second = plain.fit(y[~keep], known[~keep], settings)
    whole = {name: np.array(value) for name, value in vars(first).items()}
    for name, value in vars(second).items():
        whole[name][~keep] = value
    return Expected(**whole)


@dataclass(frozen=True)
class _Model:
    """x: float[n, p], parts of the year, then perhaps time; here: the column of this time of
    year; used: the part of each column; blocks: how many parts there are."""

    x: Floats
    here: int
    used: Integers
    blocks: int

    def fit(self, y: Floats, known: Bools, settings: Settings) -> Expected:
        weight = known.astype(float)
        beta, mu, inverse = _regression(y, self.x, weight)
        freedom = known.sum(axis=1) - self.x.shape[1]
        phi = _dispersion(y, mu, weight, freedom)
        residual = 1.5 * (np.cbrt(y) ** 2 * mu ** (-1 / 6) - np.sqrt(mu))
        spread = np.sqrt(phi[:, None] * np.maximum(1 - _leverage(self.x, mu, weight, inverse), 0))
        with np.errstate(divide="ignore", invalid="ignore"):
            residual = np.where(spread > 1e-7, residual / spread, 0.0)
        out = (residual > settings.stands_out) & known
        less = np.where(out, np.where(out, residual, 1.0) ** -2, 1.0) * known
        less *= (known.sum(axis=1) / less.sum(axis=1))[:, None]
        beta, mu, _ = _regression(y, self.x, less)
        phi = _dispersion(y, mu, less, freedom)
        levels = np.full((len(y), self.blocks), np.nan)
        levels[:, self.used] = beta[:, : len(self.used)]
        timed = self.x.shape[1] > len(self.used)
        trend = beta[:, -1] if timed else np.zeros(len(y))
        return Expected(np.exp(np.clip(beta[:, self.here], -30, 30)), phi, trend, levels)


def _regression(y: Floats, x: Floats, weight: Floats) -> tuple[Floats, Floats, Floats]:
    """Poisson regressions of many series on the same columns -> beta[S, p], mu[S, n] and
    (X'WX)^-1[S, p, p]. Iterated weighted least squares."""
    squares = (x[:, :, None] * x[:, None, :]).reshape(len(x), -1)
    columns = x.shape[1]
    every_mu = y + 0.1
    every_beta = np.zeros((len(y), columns))
    every_inverse = np.zeros((len(y), columns, columns))
    open_ = np.arange(len(y))  # series that still move
    mu, before = every_mu, np.full(len(y), np.inf)
    eta = np.log(mu)
    for _ in range(ROUNDS):
        weighted = weight[open_] * mu
        z = eta + (y[open_] - mu) / mu
        gram = (weighted @ squares).reshape(-1, columns, columns)
        gram += 1e-10 * np.eye(columns) * np.trace(gram, axis1=1, axis2=2)[:, None, None]
        inverse = np.linalg.inv(gram)
        beta = np.einsum("spq,sq->sp", inverse, (weighted * z) @ x)
        eta = np.clip(beta @ x.T, -30, 30)
        mu = np.exp(eta)
        every_beta[open_], every_mu[open_], every_inverse[open_] = beta, mu, inverse
        gap = _y_log(y[open_], mu) - (y[open_] - mu)
        deviance = 2 * (weight[open_] * gap).sum(axis=1)
        moves = np.abs(deviance - before) > DONE * (np.abs(deviance) + 0.1)
        if not moves.any():
            break
        open_, mu, eta, before = open_[moves], mu[moves], eta[moves], deviance[moves]
    return every_beta, every_mu, every_inverse


def _y_log(y: Floats, mu: Floats) -> Floats:
    return np.asarray(np.where(y > 0, y * np.log(np.where(y > 0, y, 1.0) / mu), 0.0))


def _dispersion(y: Floats, mu: Floats, weight: Floats, freedom: Integers) -> Floats:
    pearson = (weight * (y - mu) ** 2 / mu).sum(axis=1)
    return np.asarray(np.maximum(pearson / np.maximum(freedom, 1), 1.0))


def _leverage(x: Floats, mu: Floats, weight: Floats, inverse: Floats) -> Floats:
    return np.asarray(np.einsum("np,spq,nq->sn", x, inverse, x, optimize=True) * mu * weight)


def chance_of_more(count: Floats, mean: Floats, phi: Floats) -> Floats:
    """The chance of a count as high or higher, if nothing is new."""
    over = phi > 1 + 1e-9
    safe = np.where(over, phi, 2.0)
    many = stats.nbinom.sf(count - 1, mean / (safe - 1), 1 / safe)
    return np.asarray(np.where(over, many, stats.poisson.sf(count - 1, mean)))


def quantile(share: float, mean: Floats, phi: Floats) -> Floats:
    """The smallest count that is not exceeded with chance `share`."""
    over = phi > 1 + 1e-9
    safe = np.where(over, phi, 2.0)
    many = stats.nbinom.ppf(share, mean / (safe - 1), 1 / safe)
    return np.asarray(np.where(over, many, stats.poisson.ppf(share, mean)))


def enough(counts: Floats, at: int, settings: Settings) -> Bools:
    """bool[S]: whether the last periods hold enough cases for an alarm."""
    part = counts[:, max(at - settings.recent + 1, 0) : at + 1]
    return np.asarray(np.nansum(part, axis=1) >= settings.recent_cases)
