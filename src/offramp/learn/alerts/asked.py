"""What was asked for on the command line, checked, with every fault at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from offramp.catalogue.problems import InputError, Problem
from offramp.catalogue.validation_words import did_you_mean
from offramp.learn.alerts.detectors import DETECTORS, Detector
from offramp.learn.alerts.playbook import Audience
from offramp.learn.alerts.series import Choice, number_of
from offramp.learn.alerts.watch import Asked

LEAST, MOST = 0.1, 52.0


def asked_for(
    *,
    budget: float,
    detector: str,
    reader: str,
    last: int,
    until: str,
    by: str,
    substance: str,
    areas: Sequence[str],
    scan: Path | None,
    seed: int,
) -> tuple[Asked, Audience]:
    """InputError: with every option that makes no sense."""
    problems = []
    if not (math.isfinite(budget) and LEAST <= budget <= MOST):
        right = f"it must be a number of false alarms a year from {LEAST:g} to {MOST:g}"
        problems.append(Problem("--budget", 0, "", f"is {budget:g}", right))
    if detector not in DETECTORS:
        right = did_you_mean(detector, DETECTORS, "detectors")
        problems.append(Problem("--detector", 0, "", f'is "{detector}"', right))
    if reader not in ("health", "police"):
        problems.append(Problem("--for", 0, "", f'is "{reader}"', "it must be health or police"))
    if by not in ("", "week", "month"):
        problems.append(Problem("--by", 0, "", f'is "{by}"', "it must be week or month"))
    if last > 520:
        problems.append(Problem("--last", 0, "", f"is {last}", "at most 520"))
    kind = by if by in ("week", "month") else ("month" if len(until) == 7 else "week")
    if until:
        try:
            number_of(until, kind)
        except ValueError:
            right = "a week is written as its Monday, 2019-04-01; a month as 2019-04"
            problems.append(Problem("--until", 0, "", f'is "{until}"', right))
        else:
            by = kind
    if scan is not None and not scan.is_file():
        problems.append(Problem(str(scan), 0, "", "is not a file", "check the path of --scan"))
    if problems:
        raise InputError(problems)
    choice = Choice(substance, by, until)
    asked = Asked(cast("Detector", detector), budget, last, seed, choice, tuple(areas), scan)
    return asked, cast("Audience", reader)
