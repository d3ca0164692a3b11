"""What the user asks for, held against what there is: all that is wrong is told at once."""

from __future__ import annotations

import re
from collections.abc import Sequence

from offramp.catalogue.load import Catalogue
from offramp.catalogue.problems import InputError, Problem
from offramp.catalogue.validation_words import did_you_mean, listed
from offramp.learn.indicators.counted import ETHNICITY, Window
from offramp.learn.indicators.make import Asked

GRAINS = ("year", "quarter", "month")
PERIOD = re.compile(r"(19|20)\d\d(-(0[1-9]|1[0-2]))?")


def asked_for(
    catalogue: Catalogue,
    *,
    by: str,
    first: str,
    last: str,
    only: str,
    agency: str | None,
    areas: Sequence[str],
    ethnicity: str,
    threshold: int,
) -> Asked:
    """Raises InputError with every problem."""
    ids = tuple(name.strip() for name in only.split(",") if name.strip())
    known = {name.lower(): name for name in catalogue.indicators}
    problems = window_problems(first, last, ethnicity)
    if by not in GRAINS:
        problems.append(Problem("--by", 0, "", f'is "{by}"', f"one of {listed(GRAINS)}"))
    for name in ids:
        if name.lower() not in known:
            right = did_you_mean(name, catalogue.indicators, "indicators")
            problems.append(Problem("--only", 0, "", f'"{name}" is not an indicator', right))
    if problems:
        raise InputError(problems)
    window = Window(first, last, ethnicity)
    return Asked(
        by, threshold, agency, tuple(areas), window, tuple(known[name.lower()] for name in ids)
    )


def window_problems(first: str, last: str, ethnicity: str) -> list[Problem]:
    """What is wrong with --from, --to and --ethnicity."""
    problems = []
    for flag, period in (("--from", first), ("--to", last)):
        if period and not PERIOD.fullmatch(period):
            problems.append(Problem(flag, 0, "", f'is "{period}"', "a month 2019-04 or a year"))
    if not problems and first and last and first[: len(last)] > last[: len(first)]:
        problems.append(Problem("--to", 0, "", f'"{last}" lies before {first}', "exchange them"))
    if ethnicity not in ETHNICITY:
        right = f"one of {listed(ETHNICITY)}"
        problems.append(Problem("--ethnicity", 0, "", f'is "{ethnicity}"', right))
    return problems
