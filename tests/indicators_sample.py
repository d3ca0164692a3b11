"""Made-up stops of two years, and what the indicators make of a place, for tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from offramp.catalogue.load import load as load_catalogue
from offramp.cli.app import main
from offramp.learn.indicators.figures import Cell, Read, Result
from offramp.learn.indicators.make import Asked, Report, indicators
from offramp.place.load import load
from tests.stops_sample import Stop, months

CATALOGUE = load_catalogue()


def report(folder: Path, **asked: object) -> Report:
    return indicators(load(folder), CATALOGUE, Asked(**asked))  # type: ignore[arg-type]


def result(found: Report, name: str) -> Result:
    return next(one for one in found.results if one.id == name)


def cell(read: Read, group: str = "all", kind: str = "all", period: str = "") -> Cell:
    wanted = period or read.latest
    (one,) = [c for c in read.cells if (c.group_kind, c.group, c.period) == (kind, group, wanted)]
    return one


def usual() -> list[Stop]:
    """Each month of 2020 and 2021: 60 White with 12 finds, 20 Black with 5, and arrests."""
    stops = []
    for year, arrests in ((2020, 6), (2021, 3)):
        for month in months(year):
            stops += [
                Stop(month, 48),
                Stop(month, 12 - arrests, "Community resolution", True),
                Stop(month, arrests, "Arrest", True),
                Stop(month, 15, group="black"),
                Stop(month, 2, "Community resolution", True, group="black"),
                Stop(month, 3, "Arrest", True, group="black"),
            ]
    return stops


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["learn", "indicators", *words])
    out, err = capsys.readouterr()
    return code, out, err
