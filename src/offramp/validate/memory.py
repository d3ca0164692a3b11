"""Whether a study fits into memory, before any is run: as `offramp plan` reckons it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from offramp.catalogue.problems import Problem
from offramp.model import tallies as t
from offramp.model.parameters import NAMES
from offramp.plan.memory import shortage
from offramp.plan.of_place import areas_of
from offramp.validate.load import LoadedStudy

SCENARIOS = 3  # today, comparator, change


def memory_faults(studies: Sequence[LoadedStudy], workers: int) -> Iterator[Problem]:
    """Studies that ask for more people and draws than there is memory for."""
    for loaded in studies:
        run = loaded.study.run
        said = shortage(run.people, run.weeks, workers, results_size(loaded))
        if said is not None:
            asked = f"is {run.people:,}; with {run.draws:,} draws and --workers {workers} this "
            right = "ask for fewer people or draws in [run], or fewer --workers"
            yield loaded.file.problem(("run", "people"), asked + said, right)


def results_size(loaded: LoadedStudy) -> int:
    """Bytes of everything that is kept of all draws."""
    run, place = loaded.study.run, loaded.place
    rows = t.COUNT + 2 * len(NAMES)  # the run-in, today's parameters, those fitted
    if loaded.study.cohort is None:
        groups = place.resolved.people.groups
        strata = len(areas_of(place)[0]) * max(len(groups), 1)
        rows += SCENARIOS * (t.COUNT * (2 + strata) + len(NAMES))
    return 8 * run.draws * rows
