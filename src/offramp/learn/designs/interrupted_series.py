"""Interrupted time series: one series, before and after.

A count y_t has mean mu_t = residents_t × exp(b0 + b1 t + season_t + step × after_t [+ slope ×
after_t × years since the start]) and variance mu_t + alpha mu_t² (negative binomial, alpha by
moments). Standardised residuals are a first-order autoregression with a share of noise on top, as
counts have: correlation (1 - noise) × rho^distance, gaps in time included. A number that is no
count has the same line with its own level and constant variance.

The effect is the step, or with a slope the mean change over the periods after the start.
Short series say little about rho and the noise, so no single value is believed: interval and p
value come from the mixture of t distributions over a grid of both, each weighted by its
restricted likelihood and by (1 - rho)^-3, as short series hide slow wandering; each t has the
degrees of freedom that a variance has under its autocorrelation r, (n - p)(1 - r^2)/(1 + r^2).
With a single best rho, or without these cautions, intervals were too narrow in simulation.

Sources: Zeger 1988, Biometrika 75:621 (counts with autocorrelation); for the idea of fewer degrees
of freedom Bayley, Hammersley 1946, Supplement to the JRSS 8:184-197, not read by us: that the
formula serves here rests on our simulation (benchmarks/validity/evaluation.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from scipy import optimize, stats

from offramp.learn.fitted import Fitted
from offramp.learn.panel import Floats, Integers, Panel

RHOS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
NOISE = (0.0, 0.25, 0.5, 0.75)
CAUTION = 3
FEWEST_FREE = 3.0  # degrees of freedom, however strong the autocorrelation
ROUNDS = 30
YEARS_FOR_MONTHS = 4  # fewer years: two pairs of waves instead of a level for each month
WEEKS = 52  # always waves, over a year of 365.2425 days


@dataclass(frozen=True)
class Line:
    """The columns of the regression and the combination of them that is the effect."""

    columns: Floats
    names: tuple[str, ...]
    effect: Floats


def line(
    panel: Panel,
    start: int,
    shape: Literal["step", "step_and_slope"] = "step",
    *,
    seasonal: bool = True,
    extra: dict[str, Floats] | None = None,
) -> Line:
    """Level, trend, season, step (and slope) of one series. `extra`: further columns."""
    years = (panel.periods - start) / panel.per_year
    after = (panel.periods >= start).astype(float)
    columns = {"level": np.ones(len(years)), "trend": years}
    if seasonal:
        columns |= season(panel.periods, panel.per_year)
    columns |= extra or {}
    columns["step"] = after
    if shape == "step_and_slope":
        columns["slope"] = after * years
    names = tuple(columns)
    effect = np.zeros(len(names))
    effect[names.index("step")] = 1.0
    if shape == "step_and_slope":
        effect[names.index("slope")] = years[after > 0].mean()
    return Line(np.column_stack(list(columns.values())), names, effect)


def season(periods: Integers, per_year: int) -> dict[str, Floats]:
    """Levels of the parts of a year against the first, or waves when the years are few."""
    if per_year == 1:
        return {}
    part = periods % per_year
    if per_year == WEEKS or (per_year == 12 and len(periods) < YEARS_FOR_MONTHS * 12):
        angle = 2 * np.pi * (periods * 7 / 365.2425 if per_year == WEEKS else part / per_year)
        waves: dict[str, Floats] = {}
        for k in (1, 2):
            waves |= {f"sin {k}": np.sin(k * angle), f"cos {k}": np.cos(k * angle)}
        return waves
    return {f"part {k + 1}": (part == k).astype(float) for k in range(1, per_year)}


def fit(
    panel: Panel,
    outcome: str,
    denominator: str | None,
    start: int,
    *,
    count: bool = True,
    shape: Literal["step", "step_and_slope"] = "step",
    seasonal: bool = True,
    level: float = 0.95,
    extra: dict[str, Floats] | None = None,
    independent: bool = False,
) -> Fitted:
    """Fit one series. `independent`: no autocorrelation."""
    x = line(panel, start, shape, seasonal=seasonal, extra=extra)
    y = panel.values[outcome][0]
    base = panel.values[denominator][0] if denominator else np.ones_like(y)
    structures = _structures(tuple(int(t) for t in panel.periods))
    if independent:
        structures = structures[:1]
    if count:
        alpha, z, weight = _negative_binomial(y, base, x.columns, structures)
    else:
        alpha, z, weight = 0.0, y / base, np.ones_like(y)
    mixture = _mixture(z, x, weight, structures)
    beta = mixture.beta
    half = 0.5 + level / 2
    low, high = mixture.quantile(1 - half), mixture.quantile(half)
    below = mixture.below(0.0)
    p = min(1.0, 2 * min(below, 1 - below))
    spread = mixture.spread
    words = "negative binomial regression" if count else "regression"
    return Fitted(
        mixture.mean,
        low,
        high,
        p,
        spread,
        level,
        f"interrupted time series: {words} with trend and season, autocorrelated errors",
        detail={
            "coefficients": {n: float(b) for n, b in zip(x.names, beta, strict=True)},
            "dispersion": float(alpha),
            "autocorrelation": float(mixture.rho),
        },
    )


@dataclass(frozen=True)
class _Errors:
    """One structure of the errors: V = vectors × diag(values) × vectors'."""

    rho: float
    noise: float
    values: Floats
    vectors: Floats


@lru_cache(maxsize=8)
def _structures(times: tuple[int, ...]) -> tuple[_Errors, ...]:
    """The grid of structures, independent errors first."""
    at = np.array(times, dtype=np.float64)
    distance = np.abs(at[:, None] - at[None, :])
    found = [_Errors(0.0, 0.0, np.ones(len(at)), np.eye(len(at)))]
    for rho in RHOS:
        values, vectors = np.linalg.eigh(rho**distance)
        values = np.maximum(values, 1e-10)
        found += [_Errors(rho, v, (1 - v) * values + v, vectors) for v in NOISE]
    return tuple(found)


@dataclass(frozen=True)
class _Gls:
    beta: Floats
    variance: float
    inverse: Floats  # (X' V^-1 X)^-1 without the variance
    loss: float  # -2 × log restricted likelihood


@dataclass(frozen=True)
class _Mixture:
    """The effect as a mixture of t distributions, one for each structure of the errors."""

    best: int
    beta: Floats  # under the likeliest structure
    rho: float  # the mean of the first autocorrelation
    share: Floats
    centre: Floats
    scale: Floats
    freedom: Floats

    def below(self, value: float) -> float:
        """The share of the mixture below a value."""
        return float(self.share @ stats.t.cdf((value - self.centre) / self.scale, self.freedom))

    def quantile(self, share: float) -> float:
        reach = 60 * float(self.scale.max())
        low, high = float(self.centre.min()) - reach, float(self.centre.max()) + reach
        return float(optimize.brentq(lambda v: self.below(v) - share, low, high, xtol=1e-9))

    @property
    def mean(self) -> float:
        return float(self.share @ self.centre)

    @property
    def spread(self) -> float:
        return float(np.sqrt(self.share @ (self.scale**2 + (self.centre - self.mean) ** 2)))


def _mixture(z: Floats, x: Line, weight: Floats, structures: tuple[_Errors, ...]) -> _Mixture:
    root = np.sqrt(weight)
    zs, xs = z * root, x.columns * root[:, None]
    fits = [_solve(zs, xs, errors) for errors in structures]
    loss = np.array([f.loss for f in fits])
    prior = np.array([(1 - e.rho) ** -CAUTION if e.rho else float(len(NOISE)) for e in structures])
    share = prior * np.exp(-(loss - loss.min()) / 2)
    share /= share.sum()
    best = int(np.argmax(share))
    r = np.array([(1 - e.noise) * e.rho for e in structures])
    freedom = (len(z) - x.columns.shape[1]) * (1 - r**2) / (1 + r**2)
    scale = [np.sqrt(max(f.variance, 1e-12) * (x.effect @ f.inverse @ x.effect)) for f in fits]
    return _Mixture(
        best,
        fits[best].beta,
        float(share @ r),
        share,
        np.array([float(x.effect @ f.beta) for f in fits]),
        np.array(scale, dtype=np.float64),
        np.maximum(freedom, FEWEST_FREE),
    )


def _negative_binomial(
    y: Floats, base: Floats, x: Floats, structures: tuple[_Errors, ...]
) -> tuple[float, Floats, Floats]:
    """Iterated weighted least squares -> alpha, working response, weights."""
    offset = np.log(base)
    mu, alpha = np.maximum(y, 0.5), 0.0
    errors = structures[0]
    z = weight = mu
    for _ in range(1 if len(structures) == 1 else 2):
        beta = np.zeros(x.shape[1])
        for _ in range(ROUNDS):
            z = np.log(mu) - offset + (y - mu) / mu
            weight = mu / (1 + alpha * mu)
            root = np.sqrt(weight)
            new = _solve(z * root, x * root[:, None], errors).beta
            mu = np.exp(np.clip(x @ new + offset, -20, 25))
            alpha = dispersion(y, mu, x.shape[1])
            done = float(np.max(np.abs(new - beta))) < 1e-9
            beta = new
            if done:
                break
        line_ = Line(x, (), np.eye(x.shape[1])[-1])
        errors = structures[_mixture(z, line_, weight, structures).best]
    return alpha, z, weight


def dispersion(y: Floats, mu: Floats, parameters: int) -> float:
    """alpha that brings Pearson's chi-square to its degrees of freedom; 0 if none is needed."""
    freedom = max(len(y) - parameters, 1)

    def excess(alpha: float) -> float:
        return float(np.sum((y - mu) ** 2 / (mu + alpha * mu**2))) - freedom

    if excess(0.0) <= 0:
        return 0.0
    most = 1.0
    while excess(most) > 0 and most < 1e6:
        most *= 4
    return float(optimize.brentq(excess, 0.0, most, xtol=1e-10)) if most < 1e6 else most


def _solve(z: Floats, x: Floats, errors: _Errors) -> _Gls:
    """Generalised least squares under one structure of the errors."""
    root = np.sqrt(errors.values)
    zw = errors.vectors.T @ z / root
    xw = errors.vectors.T @ x / root[:, None]
    gram = xw.T @ xw
    inverse: Floats = np.asarray(np.linalg.pinv(gram), dtype=np.float64)
    beta = inverse @ (xw.T @ zw)
    freedom = len(z) - x.shape[1]
    squares = float(np.sum((zw - xw @ beta) ** 2))
    sign, logdet = np.linalg.slogdet(gram)
    loss = freedom * np.log(max(squares, 1e-300)) + (logdet if sign > 0 else 0)
    return _Gls(beta, squares / freedom, inverse, float(loss + np.log(errors.values).sum()))
