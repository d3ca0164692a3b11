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

POINTS = 2048
FAR = 10.0  # times beyond nearly everything that the priors hold possible
MOVED = 1.5  # times that a share which is held constant may change from the first year to the last


def check_sense(place: LoadedPlace, catalogue: Catalogue, seen: Window) -> None:
    """InputError, with every series whose counts cannot be in the unit they are said to be in."""
    case = Case(place, catalogue, seen, unknowns(place, catalogue, seen), 0, 0, 1)
    z = sobol(case, POINTS, 1)
    found = expected(case, z, formula(case, z))
    problems = []
    for one in found:
        if one.target.trials is not None:
            problems += _more_than_all(place, one.target)
        elif np.isfinite(one.target.counts).any():
            problems += _out_of_all(place, one)
    if problems:
        raise InputError(problems)


def doubts(seen: Window) -> list[str]:
    """What somebody should look at before trusting the answer, in a sentence each.

    The share of attended overdoses that a hospital's figures count is held constant. Where it
    plainly moved, constant it would be read as a change of overdoses.
    """
    found = []
    for hospital in (t for t in seen.targets if t.measure == "hospital_overdoses"):
        for ambulance in (t for t in seen.targets if t.measure == "ambulance_overdoses"):
            shares = _shares(hospital, ambulance, seen.quarters)
            if len(shares) > 1 and not 1 / MOVED < shares[-1] / shares[0] < MOVED:
                found.append(
                    f'"{hospital.series}" counts {shares[0]:.0%} of "{ambulance.series}" in the '
                    f"first year that both know and {shares[-1]:.0%} in the last. The model holds "
                    f"that share constant and would read the change as one of overdoses: look at "
                    f"fewer years of it (calibrate_from)."
                )
    return found


def _shares(one: Target, other: Target, quarters: int) -> list[float]:
    """Counts of the one over those of the other, in every year that both know whole."""
    yearly = next((t for t in (one, other) if t.yearly), None)
    if yearly is not None:
        years = [(int(first), int(last)) for first, last in yearly.spans]
    else:
        start = max(int(t.spans[t.known, 0].min(initial=quarters)) for t in (one, other))
        years = [(first, first + 4) for first in range(start, quarters - 3, 4)]
    shares = [_counted(one, *year) / _counted(other, *year) for year in years]
    return [share for share in shares if np.isfinite(share) and share > 0]


def _counted(target: Target, first: int, last: int) -> float:
    """Of these quarters; nan where not all is known."""
    inside = (target.spans[:, 0] >= first) & (target.spans[:, 1] <= last)
    if (target.spans[inside, 1] - target.spans[inside, 0]).sum() < last - first:
        return float("nan")
    return float(target.counts[inside].sum()) or float("nan")


def _out_of_all(place: LoadedPlace, one: Expected) -> list[Problem]:
    """Counts that are far beyond what is possible: those of most periods, or single ones. Few are
    far below it only if chance could not make so few of many."""
    target = one.target
    known = np.isfinite(target.counts)
    counts, mean = target.counts[known], one.mean[:, known]
    low, high = np.quantile(mean.mean(axis=1), [0.005, 0.995])
    over = counts > FAR * np.quantile(mean, 0.995, axis=0)
    most = chi2.ppf(0.999, 2 * counts.sum() + 2) / 2 / len(counts)  # on average, but for chance
    period = "year" if target.yearly else "quarter"
    possible = f"where {low:,.0f} to {high:,.0f} would be possible for the people of this place"
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
