"""Made-up places whose truth is known: one place file, truths from its prior, counts from truths.

Everything that happens is the model's, with the same people and the same luck in every place; how
far chance in the simulation has a series off is measured once, with other luck, and drawn.
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
from offramp.plan.calibration.marginal import measured
from offramp.plan.calibration.observe import Error, Expected, drawn, expected, logs
from offramp.plan.calibration.run import CHANCES, OTHER
from offramp.plan.calibration.sampling import sobol
from offramp.plan.calibration.unknowns import unknowns
from offramp.plan.calibration.work import Work

Floats = NDArray[np.float64]
PEOPLE, PRIOR, POINTS, STAGES, LUCKS = 2_000, 1_000, 512, 2, 1
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
SERIES = {
    "deaths": ("deaths", (0.9, 0.8, 0.97), ""),
    "searches": ("drug_searches", (0.95, 0.9, 0.98), ""),
    "arrests": ("possession_arrests", (0.95, 0.9, 0.98), 'of = "searches"'),
    "thefts": ("acquisitive_offences", (0.4, 0.2, 0.6), ""),
}


@dataclass(frozen=True)
class Settings:
    """What the results depend on, besides code and evidence. points: in each stage."""

    people: int = PEOPLE
    prior: int = PRIOR
    points: int = POINTS
    stages: int = STAGES
    seed: int = 1
    formula: bool = False


@dataclass(frozen=True)
class Base:
    """What all places share: the place without counts, points from its prior and what happens
    there, and how far chance in the simulation has the series off."""

    case: Case
    settings: Settings
    folder: Path
    prior: tuple[Floats, Floats]
    chance: Error


@dataclass(frozen=True)
class Truth:
    """shift: by how much (log) chance in the simulation has each series off."""

    z: Floats
    quarters: Floats
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


def write_place(folder: Path) -> Path:
    """The place file; its counts stand in for those that are drawn."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = [PLACE]
    for name, (measure, (value, low, high), more) in SERIES.items():
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


def base(folder: Path, settings: Settings, workers: int) -> Base:
    """The shared part, simulated or taken from the folder."""
    place, catalogue = load_place(folder / "place"), load_catalogue()
    seen = window(place)
    about = unknowns(place, catalogue, seen)
    case = Case(place, catalogue, seen, about, settings.people, LUCKS, settings.seed)
    z = sobol(case, settings.prior, settings.seed)
    work = kept(case, settings, folder / "prior", workers)
    quarters = work.quarters("prior", z)
    other = kept(replace(case, seed=case.seed + OTHER), settings, folder / "chance", workers)
    again = other.quarters("chance", z[:CHANCES])
    found = expected(case, z[:CHANCES], quarters[:CHANCES])
    apart = logs(found) - logs(expected(case, z[:CHANCES], again))
    return Base(case, settings, folder, (z, quarters), measured(found, apart / np.sqrt(2)))


def with_counts(shared: Base, truth: Truth, rng: np.random.Generator) -> Case:
    """The place with counts drawn from one truth."""
    case, targets = shared.case, dict[str, Target]()
    cells = np.split(shared.chance.cell, len(case.seen.targets))  # every period of each is known
    for one, cell in zip(expected(case, truth.z, truth.quarters, truth.shift), cells, strict=True):
        target = one.target
        if target.trials is not None:  # a part of counts that were just drawn
            target = replace(target, trials=targets["searches"].counts)
        counts = [
            drawn(Expected(target, one.mean, np.hypot(one.spread, more)), rng)[0, k]
            for k, more in enumerate(cell)
        ]
        targets[target.series] = replace(target, counts=np.array(counts))
    return replace(case, seen=replace(case.seen, targets=tuple(targets.values())))
