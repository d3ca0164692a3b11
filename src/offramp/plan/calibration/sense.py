"""Before any work: do the counts make sense beside what the priors hold possible?"""

from __future__ import annotations

import numpy as np
from scipy.stats import chi2

from offramp.catalogue.load import Catalogue
from offramp.catalogue.problems import InputError, Problem
from offramp.place.load import LoadedPlace
from offramp.plan.calibration.cells import Target, Window
from offramp.plan.calibration.forward import Case, formula
from offramp.plan.calibration.observe import Expected, expected
from offramp.plan.calibration.sampling import sobol
from offramp.plan.calibration.unknowns import unknowns
from offramp.plan.lever_faults import lever_faults

POINTS = 2048
FAR = 10.0  # times beyond nearly everything that the priors hold possible


def check_sense(place: LoadedPlace, catalogue: Catalogue, seen: Window) -> None:
    """InputError, with every series whose counts cannot be in the unit they are said to be in, and
    every lever of a running option behind which nothing stands."""
    case = Case(place, catalogue, seen, unknowns(place, catalogue, seen), 0, 0, 1)
    z = sobol(case, POINTS, 1)
    found = expected(case, z, formula(case, z))
    practised = {practice.option for practice in place.resolved.practice}
    running = [option for option in catalogue.options.values() if option.id in practised]
    problems, wrong = list(lever_faults(catalogue, running)), set[str]()
    of = {series.id: series.of for series in place.resolved.outcomes}
    for one in sorted(found, key=lambda one: one.target.trials is not None):  # wholes first
        name = one.target.series
        if of[name] in wrong:  # what it is a part of is told
            continue
        told = [] if one.target.trials is None else _more_than_all(place, one.target)
        if not told and np.isfinite(one.target.counts).any():
            told = _out_of_all(place, one)
        problems += told
        wrong |= {name} if told else set()
    if problems:
        raise InputError(problems)


def _out_of_all(place: LoadedPlace, one: Expected) -> list[Problem]:
    """Counts that are far beyond what is possible: those of most periods, or single ones. Few are
    far below it only if chance could not make so few of many."""
    target = one.target
    known = np.isfinite(target.counts)
    counts, mean = target.counts[known], one.mean[:, known]
    if target.trials is not None:
        mean = mean * target.trials[known]
    low, high = np.quantile(mean.mean(axis=1), [0.005, 0.995])
    over = counts > FAR * np.quantile(mean, 0.995, axis=0)
    most = chi2.ppf(0.999, 2 * counts.sum() + 2) / 2 / len(counts)  # on average, but for chance
    period = "year" if target.yearly else "quarter"
    of = "the people of this place"
    if target.trials is not None:
        of = f"a part of {np.median(target.trials[known]):,.0f}"
    possible = f"where {low:,.0f} to {high:,.0f} would be possible for {of}"
    right = "is it counted in thousands, by month, or for another area? Check the unit"
    file = _file(place, target)
    if over.mean() > 0.5 or most * FAR < low:
        said = f"is {np.median(counts):,.0f} in a usual {period}, {possible}"
        return [Problem(file, 0, "count", said, right)]
    return [
        Problem(file, 0, target.periods[k], f"counts {target.counts[k]:,.0f}, {possible}", right)
        for k in np.flatnonzero(known)[over]
    ]


def _more_than_all(place: LoadedPlace, target: Target) -> list[Problem]:
    assert target.trials is not None
    known = np.isfinite(target.counts) & np.isfinite(target.trials)
    over = np.flatnonzero(known & (np.nan_to_num(target.counts) > np.nan_to_num(target.trials)))
    return [
        Problem(
            _file(place, target), 0, target.periods[k],
            f"counts {target.counts[k]:,.0f} of {target.trials[k]:,.0f}",
            "a part cannot be more than the whole",
        )
        for k in over
    ]  # fmt: skip


def _file(place: LoadedPlace, target: Target) -> str:
    series = next(s for s in place.resolved.outcomes if s.id == target.series)
    return str(place.path.parent / series.file)
