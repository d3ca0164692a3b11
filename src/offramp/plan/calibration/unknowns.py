"""Everything that calibration may move: one standard normal number for each unknown.

Unknowns are the model's parameters and the place's figures as `plan` draws them, and besides

- how far the risk of an overdose, the share of overdoses that kill, police contacts and recorded
  offences drifted over the years of the series: a random walk on the log scale with a step at the
  start of every quarter (every year, where counts are yearly), from the first count on, and a
  yearly spread that is unknown itself;
- where several series count the same (overdoses survived, say), how far each drifted beside what
  they share: another walk of the same kind;
- for each series, its spread beyond chance;
- for hospital figures, the share of attended overdoses that they count (visits, or stays only).

A figure of the place that stems from a series which calibration looks at gets a vague prior, so
that nothing is used twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from offramp.catalogue.load import Catalogue
from offramp.model.priors import Prior, of_record
from offramp.place.load import LoadedPlace
from offramp.plan.calibration.cells import ALIKE, SPEAKS, Target, Window
from offramp.plan.inputs import Input, parameter_inputs, place_inputs

Floats = NDArray[np.float64]
FARTHEST = 4.75  # standard normal: no unknown is taken farther out
FEWEST = 4  # periods of a driver from which a drift can be told
DRIFT = {
    "overdose": "judge_drift_overdose",
    "fatal": "judge_drift_fatality",
    "contact": "judge_drift_contact",
    "acquisitive": "judge_drift_offences",
    "violent": "judge_drift_offences",
}
OWN = "judge_drift_counted"
OVERDISPERSION = "judge_overdispersion"
HOSPITAL = "judge_hospital_counted"
VAGUE = {
    ("drug_searches", False): ("place:contacts.searches_drug_year", "lognormal", 10.0),
    ("possession_arrests", True): ("place:contacts.ends_arrest", "logitnormal", 10.0),
    ("people_in_treatment", False): ("place:people.in_treatment", "lognormal", 5.0),
}


@dataclass(frozen=True)
class Path:
    """A drift. of: a driver, or a series; starts: quarter of each step; every: quarters from one to
    the next; steps: names."""

    of: str
    spread: str  # name of the yearly spread
    starts: NDArray[np.int64]
    every: int
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Unknowns:
    """names: one column of a matrix of standard normals each; inputs: those that `plan` draws;
    paths: drifts of what happens; own: of what single series count."""

    names: tuple[str, ...]
    inputs: Mapping[str, Input]
    vague: Mapping[str, Prior]
    paths: tuple[Path, ...]
    own: Mapping[str, Path]  # by series
    overdispersion: Mapping[str, str]  # name by series
    quarters: int
    priors: Mapping[str, Prior]  # of all names

    @property
    def walks(self) -> tuple[Path, ...]:
        """All drifts."""
        return (*self.paths, *self.own.values())

    @cached_property
    def at(self) -> dict[str, int]:
        """Column of each name."""
        return {name: i for i, name in enumerate(self.names)}

    def uniforms(self, z: Floats) -> dict[str, Floats]:
        """Numbers in (0, 1) of the inputs that `plan` draws, by name."""
        at = self.at
        return {name: ndtr(np.clip(z[:, at[name]], -FARTHEST, FARTHEST)) for name in self.inputs}

    def value(self, name: str, z: Floats) -> Floats:
        """Values of one unknown (float64[points])."""
        return self.value_of(name, z[:, self.at[name]])

    def value_of(self, name: str, column: Floats) -> Floats:
        """The same, from its own column alone."""
        return self.priors[name].at_normal(np.clip(column, -FARTHEST, FARTHEST))

    def drift(self, path: Path, z: Floats) -> Floats:
        """Log multiplier in every quarter, against the first (float64[points, quarters])."""
        taken = path.starts[:, None] <= np.arange(self.quarters)
        walk = z[:, [self.at[name] for name in path.steps]] @ taken.astype(float)
        return np.asarray(walk * self.value(path.spread, z)[:, None] * np.sqrt(path.every / 4))


def unknowns(place: LoadedPlace, catalogue: Catalogue, seen: Window, ahead: int = 0) -> Unknowns:
    """All unknowns of a place. ahead: quarters after the window that drifts go on for."""
    inputs = parameter_inputs(catalogue) | place_inputs(place.resolved)
    vague = {}
    for target in seen.targets:
        found = VAGUE.get((target.measure, target.trials is not None))
        if found is not None:
            name, kind, fold = found
            vague[name] = _vague(inputs[name].prior.estimate, kind, fold)
    inputs |= {name: replace(inputs[name], prior=prior) for name, prior in vague.items()}
    quarters = seen.quarters + ahead
    extra: dict[str, Prior] = {}
    paths = tuple(_paths(seen, catalogue, quarters, extra))
    own = {one.of: one for one in _own(seen, catalogue, quarters, extra)}
    default = of_record(catalogue.evidence[OVERDISPERSION])
    overdispersion = {}
    for target in seen.targets:
        overdispersion[target.series] = f"overdispersion:{target.series}"
        extra[f"overdispersion:{target.series}"] = target.overdispersion or default
        if target.measure == "hospital_overdoses":
            counted = of_record(catalogue.evidence[HOSPITAL])
            extra[hospital_share(target.series)] = counted
    return Unknowns(
        (*inputs, *extra), inputs, vague, paths, own, overdispersion, quarters,
        {name: one.prior for name, one in inputs.items()} | extra,
    )  # fmt: skip


def hospital_share(series: str) -> str:
    """Name of the share of attended overdoses that these hospital figures count."""
    return f"hospital:{series}"


def _vague(estimate: float, kind: str, fold: float) -> Prior:
    if kind == "lognormal":
        middle = max(estimate, 1.0)
        return Prior(kind, middle, middle / fold, middle * fold)
    odds = np.clip(estimate, 0.02, 0.98) / (1 - np.clip(estimate, 0.02, 0.98))
    low, high = odds / fold, odds * fold
    return Prior(kind, odds / (1 + odds), low / (1 + low), high / (1 + high))


def _paths(
    seen: Window, catalogue: Catalogue, quarters: int, extra: dict[str, Prior]
) -> list[Path]:
    found = []
    for driver, record in DRIFT.items():
        groups = [
            [x for x in seen.targets if x.measure in group and x.trials is None]
            for group in SPEAKS[driver]
        ]
        if min(sum(map(_tells, group)) for group in groups) < FEWEST:
            continue
        every = 4 if any(all(x.yearly for x in group) for group in groups) else 1
        first = max(
            min(int(x.spans[x.known, 0].min()) for x in group if x.known.any()) for group in groups
        )
        size = of_record(catalogue.evidence[record])
        starts = np.arange(first + every, quarters, every)
        found.append(_path(driver, f"drift:{driver}", size, starts, every, extra))
    return found


def _own(seen: Window, catalogue: Catalogue, quarters: int, extra: dict[str, Prior]) -> list[Path]:
    """Of every series that counts the same as another."""
    size, found = of_record(catalogue.evidence[OWN]), []
    for alike in ALIKE:
        group = [x for x in seen.targets if x.measure in alike and _tells(x) >= FEWEST]
        for target in group if len(group) > 1 else ():
            first = int(target.spans[target.known, 0].min())
            every = 4 if target.yearly else 1
            starts = np.arange(first + every, quarters, every)
            found.append(_path(target.series, f"own:{target.series}", size, starts, every, extra))
    return found


def _tells(target: Target) -> int:
    """Known counts, not of a part."""
    return int(target.known.sum()) if target.trials is None else 0


def _path(
    of: str,
    name: str,
    size: Prior,
    starts: NDArray[np.int64],
    every: int,
    extra: dict[str, Prior],
) -> Path:
    """size: prior of its yearly spread; extra: gets its unknowns."""
    steps = tuple(f"{name}:{k}" for k in range(1, len(starts) + 1))
    extra[name] = size
    extra |= {step: Prior("normal", 0.0, -1.959963984540054, 1.959963984540054) for step in steps}
    return Path(of, name, starts, every, steps)
