"""Made-up stops of three groups, and how tests of disparities are looked up."""

from __future__ import annotations

from offramp.learn.disparities.figures import Test as DisparityTest
from offramp.learn.disparities.make import Disparities
from tests.stops_sample import Stop, months


def of(found: Disparities, name: str) -> DisparityTest:
    return next(test for test in found.tests if test.id == name)


def group(test: DisparityTest, name: str):
    return next(one for one in test.compared if one.group == name)


def usual() -> list[Stop]:
    """Each month: 100 White, 30 finds, 10 arrests; 40 Black, 6 and 4; 10 Asian, 3 and 1."""
    stops = []
    for month in months(2021):
        for name, n, finds, arrests in (
            ("white", 100, 30, 10),
            ("black", 40, 6, 4),
            ("asian", 10, 3, 1),
        ):
            stops += [
                Stop(month, n - finds, group=name),
                Stop(month, finds - arrests, "Community resolution", True, group=name),
                Stop(month, arrests, "Arrest", True, group=name),
            ]
    return stops
