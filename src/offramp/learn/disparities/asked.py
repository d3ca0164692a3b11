"""What the user asks for, held against what there is: all that is wrong is told at once."""

from __future__ import annotations

from collections.abc import Sequence

from offramp.catalogue.problems import InputError, Problem
from offramp.catalogue.validation_words import listed
from offramp.learn.disparities.make import KINDS, Question
from offramp.learn.disparities.sun import Where, known_zone
from offramp.learn.indicators.asked import window_problems
from offramp.learn.indicators.counted import Window


def question_for(
    *,
    by: str,
    reference: str | None,
    first: str,
    last: str,
    agency: str | None,
    areas: Sequence[str],
    ethnicity: str,
    threshold: int,
    latitude: float | None,
    longitude: float | None,
    time_zone: str | None,
) -> Question:
    """Raises InputError with every problem."""
    problems = window_problems(first, last, ethnicity)
    if by not in KINDS:
        problems.append(Problem("--by", 0, "", f'is "{by}"', f"one of {listed(KINDS)}"))
    given = (latitude is not None, longitude is not None, time_zone is not None)
    if any(given) and not all(given):
        right = "give --latitude, --longitude and --time-zone together"
        problems.append(Problem("--latitude", 0, "", "does not stand alone", right))
    for flag, number, most in (("--latitude", latitude, 66.0), ("--longitude", longitude, 180.0)):
        if number is not None and not -most <= number <= most:
            right = f"degrees from -{most:g} to {most:g}"
            if flag == "--latitude":
                right += "; nearer the poles the sun does not set every day"
            problems.append(Problem(flag, 0, "", f"is {number:g}", right))
    if time_zone is not None and not known_zone(time_zone):
        right = "a name such as Europe/London"
        problems.append(Problem("--time-zone", 0, "", f'"{time_zone}" is not known', right))
    if problems:
        raise InputError(problems)
    where = None
    if latitude is not None and longitude is not None and time_zone is not None:
        where = Where(latitude, longitude, time_zone)
    window = Window(first, last, ethnicity)
    return Question(by, reference, threshold, agency, tuple(areas), window, where)
