"""The veil of darkness: are people of a group a larger part of those searched when it is light?

Grogger and Ridgeway 2006 (Journal of the American Statistical Association 101:878). At the same
clock time some days are light and others dark. If who is searched depends on what can be seen of a
person from afar, the share of a group falls after dark. For each group against the group of
reference, over the clock times that are light on some days and dark on others,

    logit P(group) = dark + spline(clock time) + year + day of the week

with natural cubic splines, fitted by iteratively reweighted least squares; errors are robust and
clustered by day. The odds ratio of `dark` below 1 says that the group is a smaller part in the
dark. Minutes between sunset and dusk are left out.

Limits: street lights, who is out when, and what is known before a search is decided hide or mimic
a difference; no difference is no proof of equal treatment.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from offramp.learn.disparities.sun import DUSK, SUNSET, Where, evening
from offramp.learn.indicators.intervals import Z95, Span

Floats = NDArray[np.float64]
KNOTS = 5  # of the spline, so 4 columns
LEAST_CELL = 10  # searches of each group in the light and in the dark


@dataclass(frozen=True)
class Searches:
    """One entry for each day, minute and group: how many."""

    day: Sequence[date]
    minute: NDArray[np.int64]
    group: Sequence[str]
    n: NDArray[np.int64]


@dataclass(frozen=True)
class Veil:
    """Of one group. odds: the odds ratio of darkness; dark, light: searches of the group, and
    dark0, light0 of the group of reference; None with `why` when it cannot be told."""

    group: str
    odds: Span | None
    p: float
    dark: int
    light: int
    dark0: int
    light0: int
    why: str = ""


def veil(searches: Searches, where: Where, reference: str, groups: Sequence[str]) -> list[Veil]:
    """One test for each group against the reference."""
    if not len(searches.day):
        return [Veil(group, None, 1.0, 0, 0, 0, 0, "no search has a time") for group in groups]
    days = sorted(set(searches.day))
    place = {day: i for i, day in enumerate(days)}
    at = np.array([place[day] for day in searches.day])
    sunset, dusk = evening(days, where, SUNSET), evening(days, where, DUSK)
    first, last = _between(days, where)
    minute = searches.minute.astype(float)
    dark, light = minute >= dusk[at], minute < sunset[at]
    used = (minute >= first) & (minute <= last) & (dark | light) & ~np.isnan(dusk[at])
    names = np.array(list(searches.group))
    return [_one(group, reference, searches, names, used, dark, at, days) for group in groups]


def _between(days: Sequence[date], where: Where) -> tuple[float, float]:
    """The earliest and latest dusk of the days that there are."""
    dusk = evening(list(days), where, DUSK)
    return float(np.nanmin(dusk)), float(np.nanmax(dusk))


def _one(
    group: str,
    reference: str,
    searches: Searches,
    names: NDArray[np.str_],
    used: NDArray[np.bool_],
    dark: NDArray[np.bool_],
    at: NDArray[np.int64],
    days: Sequence[date],
) -> Veil:
    keep = used & ((names == group) | (names == reference))
    n, is_dark, is_group = searches.n[keep], dark[keep], names[keep] == group
    dark_1, light_1, dark_0, light_0 = (
        int(n[(is_dark == d) & (is_group == g)].sum()) for g in (True, False) for d in (True, False)
    )
    empty = Veil(group, None, 1.0, dark_1, light_1, dark_0, light_0)
    if min(dark_1, light_1, dark_0, light_0) < LEAST_CELL:
        why = f"fewer than {LEAST_CELL} searches in the light or in the dark"
        return replace(empty, why=why)
    design = _design(is_dark, searches.minute[keep], at[keep], days)
    found = logit(design, is_group.astype(float), n.astype(float), at[keep])
    if found is None:
        return replace(empty, why="the model could not be fitted")
    beta, cover = found
    error = math.sqrt(max(0.0, float(cover[1, 1])))
    if not error or not math.isfinite(error):
        return replace(empty, why="light and dark hardly ever fall on the same clock time")
    ends = [math.exp(beta[1] + sign * Z95 * error) for sign in (-1, 1)]
    p = math.erfc(abs(beta[1]) / error / math.sqrt(2))
    return replace(empty, odds=Span(math.exp(beta[1]), ends[0], ends[1]), p=p)


def _design(
    dark: NDArray[np.bool_], minute: NDArray[np.int64], at: NDArray[np.int64], days: Sequence[date]
) -> Floats:
    """Columns: one, dark, spline of clock time, years but the first, weekdays but Monday."""
    hours = minute.astype(float) / 60
    knots = np.quantile(hours, np.linspace(0.05, 0.95, KNOTS))
    columns: list[Floats] = [
        np.ones(len(hours)),
        dark.astype(float),
        *natural_spline(hours, knots).T,
    ]
    years = np.array([day.year for day in days])[at]
    weekdays = np.array([day.weekday() for day in days])[at]
    columns += [(years == year).astype(float) for year in sorted(set(years))[1:]]
    columns += [(weekdays == day).astype(float) for day in range(1, 7) if (weekdays == day).any()]
    return np.stack(columns, axis=1)


def natural_spline(x: Floats, knots: Floats) -> Floats:
    """[x, knots - 1]: natural cubic splines, linear beyond the outer knots (Harrell 2001)."""
    if len(set(knots.tolist())) < len(knots):
        line: Floats = (x - x.mean()).reshape(-1, 1)
        return line
    last, before = knots[-1], knots[-2]
    scale = (last - knots[0]) ** 2

    def cube(values: Floats) -> Floats:
        out: Floats = np.maximum(values, 0) ** 3
        return out

    columns = [x]
    for knot in knots[:-2]:
        bend = cube(x - knot) - cube(x - before) * (last - knot) / (last - before)
        columns.append((bend + cube(x - last) * (before - knot) / (last - before)) / scale)
    return np.stack(columns, axis=1)


def logit(
    design: Floats, yes: Floats, weight: Floats, cluster: NDArray[np.int64]
) -> tuple[Floats, Floats] | None:
    """Logistic regression of yes (0 or 1) with frequency weights; coefficients and their
    covariance, robust and clustered, with the small-sample factor G / (G - 1). None if it does
    not converge."""
    beta = np.zeros(design.shape[1])
    for _ in range(60):
        chance = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
        held = (design * (weight * chance * (1 - chance))[:, None]).T @ design
        try:
            step = np.linalg.solve(held, design.T @ (weight * (yes - chance)))
        except np.linalg.LinAlgError:
            return None
        beta = beta + step
        if np.abs(step).max() < 1e-9:
            break
    else:
        return None
    chance = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
    scores = design * (weight * (yes - chance))[:, None]
    groups, index = np.unique(cluster, return_inverse=True)
    sums = np.zeros((len(groups), design.shape[1]))
    np.add.at(sums, index, scores)
    bread = np.linalg.inv(held)
    count = len(groups)
    cover: Floats = bread @ (sums.T @ sums) @ bread * (count / max(1, count - 1))
    return beta, cover
