"""Made-up places whose truth is known: one place file, truths from its prior, counts from truths.

Everything that happens is the model's. A place's simulation has lucks of its own, as a user's has,
and counts are drawn from what happens on average over many others, so that how far the simulation's
luck has each series off is known too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from offramp.catalogue.load import load as load_catalogue
from offramp.place.load import load as load_place
from offramp.plan.calibration.cells import Target, window
from offramp.plan.calibration.forward import Case, formula
from offramp.plan.calibration.observe import drawn, expected
from offramp.plan.calibration.run import LUCKY, OTHER
from offramp.plan.calibration.smoothed import moved_by
from offramp.plan.calibration.unknowns import unknowns
from offramp.plan.calibration.work import Work

Floats = NDArray[np.float64]
PEOPLE, PRIOR, POINTS, STAGES, LUCKS = 2_000, 512, 256, 2, 1
MANY = 64  # lucks of a truth
YEARS = range(2021, 2024)
PLACE = """
name = "Made-up town"
country = "GB"
preset = "england-wales"
as_of = 2024-01-01

[people.residents]
value = 400000
source = "made up"

[people.people_who_use]
value = 2000
low = 1000
high = 4000
source = "made up"

[contacts.searches_drug_year]
value = 2400
low = 1800
high = 3200
source = "made up"
"""
SERIES = {  # by what a place counts: measure, share in scope, whole
    "police": {
        "deaths": ("deaths", (0.9, 0.8, 0.97), ""),
        "searches": ("drug_searches", (0.95, 0.9, 0.98), ""),
        "arrests": ("possession_arrests", (0.95, 0.9, 0.98), "searches"),
        "thefts": ("acquisitive_offences", (0.4, 0.2, 0.6), ""),
    },
    "health": {
        "deaths": ("deaths", (0.9, 0.8, 0.97), ""),
        "crews": ("ambulance_overdoses", (0.85, 0.6, 0.97), ""),
        "stays": ("hospital_overdoses", (0.7, 0.5, 0.85), ""),
    },
}


@dataclass(frozen=True)
class Settings:
    """What the results depend on, besides code and evidence. points: in each stage; counts: which
    series a place has."""

    people: int = PEOPLE
    prior: int = PRIOR
    points: int = POINTS
    stages: int = STAGES
    seed: int = 1
    formula: bool = False
    counts: str = "police"


@dataclass(frozen=True)
class Truth:
    """One point. quarters: what happens there by the place's own simulation; free: on average over
    many other lucks; shift: by how much (log) the simulation has each series off."""

    z: Floats
    quarters: Floats
    free: Floats
    shift: Floats


class ByFormula(Work):
    """The formula in the model's place."""

    def quarters(self, stage: str, z: Floats) -> Floats:  # noqa: ARG002
        return formula(self.case, z)


def kept(case: Case, settings: Settings, folder: Path, workers: int) -> Work:
    """Points that are kept in the folder of this run and not in the user's cache."""
    work = (ByFormula if settings.formula else Work)(case, workers, lambda _: None)
    work.folder = folder
    return work


def write_place(folder: Path, counts: str) -> Path:
    """The place file; its counts stand in for those that are drawn."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = [PLACE]
    for name, (measure, (value, low, high), whole) in SERIES[counts].items():
        more = f'of = "{whole}"' if whole else ""
        tables.append(f"""
[[outcomes]]
id = "{name}"
measure = "{measure}"
file = "{name}.csv"
definition = "made up"
date_basis = "record"
period = "quarter"
source = "made up"
in_scope = {{ value = {value}, low = {low}, high = {high}, source = "made up" }}
{more}
""")
        rows = "".join(f"{year}-Q{q},1\n" for year in YEARS for q in range(1, 5))
        (folder / f"{name}.csv").write_text("period,count\n" + rows, encoding="utf-8")
    (folder / "place.toml").write_text("".join(tables), encoding="utf-8")
    return folder


def place_of(folder: Path, settings: Settings, number: int) -> Case:
    """A place without counts of its own yet."""
    place, catalogue = load_place(folder / "place"), load_catalogue()
    seen = window(place)
    about = unknowns(place, catalogue, seen)
    seed = settings.seed * 100_000 + number + 1
    return Case(place, catalogue, seen, about, settings.people, LUCKS, seed)


def works(case: Case, settings: Settings, folder: Path) -> list[Work]:
    """The place's own simulation, and those with other lucks."""
    return [
        kept(replace(case, seed=case.seed + OTHER * k), settings, folder / f"luck-{k}", 1)
        for k in range(LUCKY)
    ]


def truth_of(case: Case, own: Work, settings: Settings, rng: np.random.Generator) -> Truth:
    """A truth from the prior."""
    z = rng.standard_normal((1, len(case.unknowns.names)))
    others = replace(case, seed=case.seed + OTHER * LUCKY, lucks=MANY)
    quarters = own.quarters("truth", z)
    free = kept(others, settings, own.folder.parent / "free", 1).quarters("truth", z)
    shift = moved_by(expected(case, z, free), expected(case, z, quarters))
    return Truth(z, quarters, free, shift)


def with_counts(case: Case, truth: Truth, rng: np.random.Generator) -> Case:
    """The place with counts drawn from one truth."""
    targets = dict[str, Target]()
    for one in expected(case, truth.z, truth.free):
        target = one.target
        if target.trials is not None:  # a part of counts that were just drawn
            whole = next(s.of for s in case.place.resolved.outcomes if s.id == target.series)
            target = replace(target, trials=targets[str(whole)].counts)
        counts = drawn(replace(one, target=target), rng)[0]
        targets[target.series] = replace(target, counts=counts)
    return replace(case, seen=replace(case.seen, targets=tuple(targets.values())))
