"""A small place with counts, made by hand, for tests of calibration."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from offramp.catalogue.load import Catalogue
from offramp.catalogue.load import load as load_catalogue
from offramp.place.load import load
from offramp.plan.calibration.cells import window
from offramp.plan.calibration.forward import Case
from offramp.plan.calibration.unknowns import unknowns

PLACE = """
name = "Testtown"
country = "GB"
preset = "england-wales"
as_of = 2026-11-26

[people.residents]
value = 400000
source = "made up for a test"

[people.people_who_use]
value = 3000
low = 1500
high = 6000
source = "made up for a test"
"""


def series(name: str, measure: str, period: str = "quarter", more: str = "") -> str:
    return f"""
[[outcomes]]
id = "{name}"
measure = "{measure}"
file = "{name}.csv"
definition = "made up for a test"
date_basis = "record"
period = "{period}"
source = "made up for a test"
in_scope = {{ value = 0.9, low = 0.8, high = 0.97, source = "made up for a test" }}
{more}
"""


def place_with(folder: Path, *tables: str, **counts: str) -> Path:
    """A folder with place.toml and one CSV file for each of counts."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "place.toml").write_text(PLACE + "".join(tables), encoding="utf-8")
    for name, rows in counts.items():
        (folder / f"{name}.csv").write_text("period,count\n" + rows, encoding="utf-8")
    return folder


def quarters(counts: list[int], first: int = 2016) -> str:
    return "".join(f"{first + k // 4}-Q{k % 4 + 1},{n}\n" for k, n in enumerate(counts))


DEATHS = [4, 6, 5, 7, 6, 8, 7, 9, 8, 7, 9, 10]
SEARCHES = [400, 420, 390, 450, 430, 410, 380, 350, 360, 340, 330, 320]


def usual(folder: Path) -> Path:
    """Three years of quarterly deaths and searches."""
    return place_with(
        folder,
        series("deaths", "deaths"),
        series("searches", "drug_searches"),
        deaths=quarters(DEATHS),
        searches=quarters(SEARCHES),
    )


@cache
def catalogue() -> Catalogue:
    return load_catalogue()


def case_of(folder: Path, people: int = 500, lucks: int = 1, seed: int = 1) -> Case:
    """A place made ready to calibrate."""
    place = load(folder)
    seen = window(place)
    return Case(place, catalogue(), seen, unknowns(place, catalogue(), seen), people, lucks, seed)
