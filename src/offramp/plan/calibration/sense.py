"""Before any work: do the counts make sense beside what the priors hold possible?"""

from __future__ import annotations

import numpy as np

from offramp.catalogue.load import Catalogue
from offramp.catalogue.problems import InputError, Problem
from offramp.place.load import LoadedPlace
from offramp.plan.calibration.cells import Target, Window
from offramp.plan.calibration.forward import Case, formula
from offramp.plan.calibration.observe import expected
from offramp.plan.calibration.sampling import sobol
from offramp.plan.calibration.unknowns import unknowns

POINTS = 2048
FAR = 10.0  # times beyond nearly everything that the priors hold possible


def check_sense(place: LoadedPlace, catalogue: Catalogue, seen: Window) -> None:
    """InputError, with every series whose counts cannot be in the unit they are said to be in."""
    case = Case(place, catalogue, seen, unknowns(place, catalogue, seen), 0, 0, 1)
    z = sobol(case, POINTS, 1)
    found = expected(case, z, formula(case, z))
    problems = []
    for one in found:
        target = one.target
        known = np.isfinite(target.counts)
        if target.trials is not None:
            problems += _more_than_all(place, target)
        elif known.any():
            counted = float(np.median(target.counts[known]))
            low, high = np.quantile(one.mean[:, known].mean(axis=1), [0.005, 0.995])
            if counted > FAR * high or counted * FAR < low:
                problems.append(_out_of_all(place, target, counted, low, high))
    if problems:
        raise InputError(problems)


def _out_of_all(
    place: LoadedPlace, target: Target, counted: float, low: float, high: float
) -> Problem:
    period = "year" if target.yearly else "quarter"
    said = (
        f"counts {counted:,.0f} a {period}, where {low:,.0f} to {high:,.0f} would be possible for "
        f"the people of this place"
    )
    right = "is it counted in thousands, by month, or for another area? Check the unit"
    return Problem(_file(place, target), 0, "count", said, right)


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
