"""The threshold test: how suspicious officers had to be before they searched, by group.

Simoiu, Corbett-Davies and Goel 2017 (Annals of Applied Statistics 11:1193), with the signal of
Pierson, Corbett-Davies and Goel 2018 (fast threshold tests). In area d, of n people of group r, a
share phi_rd carry. What an officer sees is normal: mean 0 for those who do not carry, delta_rd for
those who do, variance 1. The officer searches when the chance of carrying, given what is seen,
lies above a threshold T_rd. With x the same threshold on the scale of the signal,

    x = (logit T - logit phi + delta^2 / 2) / delta
    searched: S = phi * A + (1 - phi) * B,   A = Phi(delta - x),  B = Phi(-x)
    found, of those searched: phi * A / S

    logit phi_rd = a_r + b_d,  log delta_rd = l_r + m_d,  logit T_rd = mu_r + e_rd

b, m and e are normal around 0. Their spreads and a, l and mu maximise the marginal likelihood, in
which b, m and e are integrated out by Laplace's form (weak priors keep few areas from giving a
spread of nought). Ranges come from the curvature of that, and of b, m and e at their mode.

Limits: the normal form and the additive shares are assumptions; thresholds follow from them as
much as from the counts. People who may be searched must be counted: residents are a poor count.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from offramp.learn.indicators.intervals import Z95, Span

Floats = NDArray[np.float64]

WIDE_PHI, WIDE_DELTA, WIDE_T = 3.0, 0.75, 3.0  # spreads of the weak priors of a, l and mu
CENTRE_PHI, CENTRE_DELTA, CENTRE_T = -3.0, 0.5, -2.0
SPREADS = np.log([0.4, 0.15, 0.25])  # centre of the weak priors of the spreads, in logs
WIDE_SPREAD = 0.7
IMPOSSIBLE = 1e12  # in place of a value that no computer can hold


@dataclass(frozen=True)
class Thresholds:
    """threshold: by group, the mean over areas weighted by people; gap: against the first group;
    p: two-sided, of the gap in logits; spreads: of b, m and e; fit: share of searches and of finds
    that the model gives, [group, area]."""

    threshold: tuple[Span, ...]
    gap: tuple[Span, ...]
    p: tuple[float, ...]
    spreads: tuple[float, float, float]
    searched: Floats
    found: Floats
    converged: bool


class _Model:
    """Counts [group, area] and the log posterior of the parameters, with its gradient."""

    def __init__(self, n: Floats, s: Floats, h: Floats) -> None:
        self.n, self.s, self.h = n, s, h
        self.groups, self.areas = n.shape
        r, d = self.groups, self.areas
        sizes = [r, d, r, d, r, r * d]
        ends = np.cumsum(sizes)
        self.parts = [slice(int(e - k), int(e)) for e, k in zip(ends, sizes, strict=True)]
        self.size = int(ends[-1])
        self.spreads: Floats = np.exp(SPREADS)
        self.places = self._places()
        one, other = np.broadcast_arrays(
            self.places[:, :, None, None, :], self.places[None, None, :, :, :]
        )
        self.pairs = (one * self.size + other).ravel()

    def _places(self) -> NDArray[np.int64]:
        """[u v t, group area, cell]: the two parameters that add up to each."""
        r, d = self.groups, self.areas
        cell = np.arange(r * d)
        starts = [part.start for part in self.parts]
        return np.array(
            [
                [starts[0] + cell // d, starts[1] + cell % d],
                [starts[2] + cell // d, starts[3] + cell % d],
                [starts[4] + cell // d, starts[5] + cell],
            ]
        )

    def start(self) -> Floats:
        theta = np.zeros(self.size)
        found = (self.h.sum(1) + 1) / (self.s.sum(1) + 2)
        theta[self.parts[0]] = CENTRE_PHI
        theta[self.parts[2]] = CENTRE_DELTA
        theta[self.parts[4]] = np.log(found / (1 - found)) - 1.0
        return theta

    def cells(self, theta: Floats) -> tuple[Floats, Floats, Floats]:
        """logit phi, log delta and logit T, each [group, area]."""
        u, v, t = theta[self.places].sum(1).reshape(3, self.groups, self.areas)
        return u, v, t

    def value(self, theta: Floats) -> tuple[float, Floats]:
        """Minus the log posterior, and its gradient."""
        total, by = self.likelihood(*self.cells(theta))
        if not np.isfinite(total) or not np.isfinite(by).all():
            return IMPOSSIBLE, np.zeros(self.size)
        centre, spread = self.priors()
        away = (theta - centre) / spread
        each = np.repeat(by.reshape(3, 1, -1), 2, axis=1)
        grad = np.bincount(self.places.ravel(), each.ravel(), self.size)
        return -(total - 0.5 * float(away @ away)), -(grad - away / spread)

    @np.errstate(all="ignore")  # values that no computer can hold are met by `value`
    def likelihood(self, u: Floats, v: Floats, t: Floats) -> tuple[float, Floats]:
        """The log likelihood, and its derivatives by u, v and t: [3, group, area]."""
        from scipy.special import expit, log_expit, log_ndtr

        delta = np.exp(v)
        x = (t - u) / delta + delta / 2
        phi = expit(u)
        log_a, log_b = log_ndtr(delta - x), log_ndtr(-x)
        log_not = np.logaddexp(log_expit(u) + log_ndtr(x - delta), log_expit(-u) + log_ndtr(x))
        rest = self.n - self.s
        misses = self.s - self.h
        total = float(
            (self.h * (log_expit(u) + log_a) + misses * (log_expit(-u) + log_b)).sum()
            + (rest * log_not).sum()
        )
        half = 0.5 * np.log(2 * np.pi)
        pdf_a, pdf_b = -0.5 * (delta - x) ** 2 - half, -0.5 * x * x - half
        in_a, in_b = np.exp(pdf_a - log_a), np.exp(pdf_b - log_b)
        out_a = np.exp(log_expit(u) + pdf_a - log_not)
        out_b = np.exp(log_expit(-u) + pdf_b - log_not)
        by_x = -self.h * in_a - misses * in_b + rest * (out_a + out_b)
        by_delta = self.h * in_a - rest * out_a
        gap = np.exp(log_a - log_not) - np.exp(log_b - log_not)
        by_u = self.h * (1 - phi) - misses * phi - rest * phi * (1 - phi) * gap
        by_v = (by_delta + by_x * (0.5 - (t - u) / delta**2)) * delta
        return total, np.stack([by_u - by_x / delta, by_v, by_x / delta])

    def priors(self) -> tuple[Floats, Floats]:
        centre, spread = np.zeros(self.size), np.ones(self.size)
        for part, at, width in zip(
            self.parts,
            (CENTRE_PHI, 0.0, CENTRE_DELTA, 0.0, CENTRE_T, 0.0),
            (WIDE_PHI, self.spreads[0], WIDE_DELTA, self.spreads[1], WIDE_T, self.spreads[2]),
            strict=True,
        ):
            centre[part], spread[part] = at, width
        return centre, spread

    def curvature(self, theta: Floats) -> Floats:
        """Minus the second derivatives of the log posterior: of each cell by central differences
        of its exact gradient, then added up."""
        now = np.stack(self.cells(theta))
        bend = np.zeros((3, 3, self.groups * self.areas))
        for kind in range(3):
            step = np.zeros((3, 1, 1))
            step[kind] = 1e-5
            gap = self.likelihood(*(now + step))[1] - self.likelihood(*(now - step))[1]
            bend[:, kind] = gap.reshape(3, -1) / 2e-5
        every = np.broadcast_to(bend[:, None, :, None, :], (3, 2, 3, 2, bend.shape[2]))
        held = -np.bincount(self.pairs, every.ravel(), self.size**2).reshape(self.size, self.size)
        out: Floats = (held + held.T) / 2 + np.diag(1 / self.priors()[1] ** 2)
        return out

    @property
    def fixed(self) -> NDArray[np.int64]:
        """Places of a, l and mu in theta."""
        return np.concatenate([np.arange(self.size)[self.parts[i]] for i in (0, 2, 4)])

    @property
    def loose(self) -> NDArray[np.int64]:
        """Places of b, m and e."""
        return np.concatenate([np.arange(self.size)[self.parts[i]] for i in (1, 3, 5)])

    def mode(self, theta: Floats, free: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """Newton to the mode of the free parameters, the others held; and the curvature there."""
        for _ in range(100):
            value, grad = self.value(theta)
            held = self.curvature(theta)[np.ix_(free, free)]
            step = _down(held, grad[free])
            if float(grad[free] @ step) < 1e-8:
                break
            size = 1.0
            while size > 1e-6:
                ahead = theta.copy()
                ahead[free] -= size * step
                if self.value(ahead)[0] <= value:
                    break
                size /= 2
            if size <= 1e-6:
                break
            theta = ahead
        return theta, held

    def marginal(self, psi: Floats, theta: Floats) -> tuple[float, Floats, Floats]:
        """Minus the log marginal likelihood at psi = (log spreads, a, l, mu); theta with the mode
        of b, m and e there, and their curvature."""
        self.spreads = np.exp(psi[:3])
        theta = theta.copy()
        theta[self.fixed] = psi[3:]
        theta, held = self.mode(theta, self.loose)
        sign, size = np.linalg.slogdet(held)
        prior = 0.5 * float((((psi[:3] - SPREADS) / WIDE_SPREAD) ** 2).sum())
        widths = float(np.log(self.priors()[1]).sum())
        value = self.value(theta)[0] + 0.5 * float(size) + widths + prior
        return (value if sign > 0 else IMPOSSIBLE), theta, held


def _down(held: Floats, grad: Floats) -> Floats:
    """The Newton step; where the surface is not a bowl, with as much of its diagonal added."""
    scale = np.diag(np.maximum(np.abs(np.diag(held)), 1e-6))
    for more in (0.0, 1e-6, 1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0):
        try:
            root = np.linalg.cholesky(held + more * scale)
        except np.linalg.LinAlgError:
            continue
        step: Floats = np.linalg.solve(root.T, np.linalg.solve(root, grad))
        return step
    return grad / np.diag(scale)


def thresholds(n: Floats, searches: Floats, finds: Floats) -> Thresholds:
    """Fit the model. n, searches, finds: [group, area]; the first group is the reference.

    ValueError: counts that are not 0 <= finds <= searches <= n, or fewer than two groups."""
    n, searches, finds = (np.asarray(x, dtype=float) for x in (n, searches, finds))
    if (finds < 0).any() or (finds > searches).any() or (searches > n).any() or len(n) < 2:
        raise ValueError("counts must be 0 <= finds <= searches <= n, of two groups or more")
    from scipy.optimize import minimize

    model = _Model(n, searches, finds)
    rough = minimize(
        model.value, model.start(), jac=True, method="L-BFGS-B", options={"maxiter": 3000}
    ).x
    near = model.mode(rough, np.arange(model.size))[0]
    kept = [near]

    def minus(psi: Floats) -> float:
        value, kept[0], _ = model.marginal(psi, kept[0])
        return value

    start = np.concatenate([SPREADS, near[model.fixed]])
    found = minimize(minus, start, method="BFGS", options={"gtol": 0.02, "eps": 1e-3})
    psi = found.x
    value, theta, held = model.marginal(psi, kept[0])
    cover, bowl = _covariance(model, psi, theta, held)
    model.marginal(psi, theta)
    return _told(model, theta, cover, bowl and value < IMPOSSIBLE)


def _covariance(model: _Model, psi: Floats, theta: Floats, held: Floats) -> tuple[Floats, bool]:
    """Of theta: what is left of b, m and e at psi, and how all moves with psi."""
    count = len(psi)
    step = np.full(count, 0.03)
    unit = np.diag(step)
    middle = model.marginal(psi, theta)[0]
    ahead = [model.marginal(psi + unit[i], theta) for i in range(count)]
    behind = [model.marginal(psi - unit[i], theta) for i in range(count)]
    bend = np.zeros((count, count))
    moved = np.zeros((model.size, count))
    for i in range(count):
        moved[:, i] = (ahead[i][1] - behind[i][1]) / (2 * step[i])
        bend[i, i] = (ahead[i][0] - 2 * middle + behind[i][0]) / step[i] ** 2
        for j in range(i):
            up = model.marginal(psi + unit[i] + unit[j], theta)[0]
            down = model.marginal(psi - unit[i] - unit[j], theta)[0]
            cross = up + down - ahead[i][0] - ahead[j][0] - behind[i][0] - behind[j][0] + 2 * middle
            bend[i, j] = bend[j, i] = cross / (2 * step[i] * step[j])
    size, ways = np.linalg.eigh(bend)
    bowl = bool(size.min() > 0)
    spread = (ways / np.maximum(size, 0.5)) @ ways.T
    cover = moved @ spread @ moved.T
    loose = model.loose
    cover[np.ix_(loose, loose)] += np.linalg.inv(held)
    return cover, bowl


def _told(model: _Model, theta: Floats, cover: Floats, ok: bool) -> Thresholds:
    from scipy.special import expit, ndtr

    u, v, t = model.cells(theta)
    delta = np.exp(v)
    x = (t - u) / delta + delta / 2
    weight = model.n.sum(0) / model.n.sum()
    high = expit(t)
    mean = high @ weight
    slope = np.zeros((model.groups, model.size))  # of logit(mean) by parameter
    for r in range(model.groups):
        each = high[r] * (1 - high[r]) * weight / (mean[r] * (1 - mean[r]))
        slope[r, model.parts[4].start + r] = each.sum()
        at = model.parts[5].start + r * model.areas
        slope[r, at : at + model.areas] = each
    held = slope @ cover @ slope.T
    logit = np.log(mean / (1 - mean))
    error = np.sqrt(np.maximum(np.diag(held), 0))
    spans, gaps, ps = [], [], []
    for r in range(model.groups):
        ends = expit(logit[r] + np.array([-1, 1]) * Z95 * error[r])
        spans.append(Span(float(mean[r]), float(ends[0]), float(ends[1])))
        if r == 0:
            gaps.append(Span(0.0, 0.0, 0.0))
            ps.append(1.0)
            continue
        away = slope[r] * mean[r] * (1 - mean[r]) - slope[0] * mean[0] * (1 - mean[0])
        spread = float(np.sqrt(max(0.0, away @ cover @ away)))
        gap = float(mean[r] - mean[0])
        gaps.append(Span(gap, gap - Z95 * spread, gap + Z95 * spread))
        line = float(np.sqrt(max(1e-300, held[r, r] + held[0, 0] - 2 * held[r, 0])))
        ps.append(float(2 * ndtr(-abs(logit[r] - logit[0]) / line)))
    phi = expit(u)
    hit = phi * ndtr(delta - x)
    searched = hit + (1 - phi) * ndtr(-x)
    return Thresholds(
        tuple(spans),
        tuple(gaps),
        tuple(ps),
        (float(model.spreads[0]), float(model.spreads[1]), float(model.spreads[2])),
        searched,
        hit / searched,
        ok,
    )
