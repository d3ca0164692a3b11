"""Which groups are compared: the group of reference, the others, and the small ones together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from offramp.catalogue.problems import InputError, Problem
from offramp.catalogue.validation_words import listed, nearest
from offramp.learn.disparities.rows import Row, summed
from offramp.learn.indicators.counted import UNSAID
from offramp.learn.indicators.protect import OTHER_GROUPS
from offramp.learn.indicators.who import People

if TYPE_CHECKING:
    from offramp.learn.disparities.make import Question

SMALLEST = 50  # drug contacts; groups below are put together


@dataclass(frozen=True)
class Groups:
    """reference, and names: those compared with it; pool: what stands behind OTHER_GROUPS;
    residents: person-years of each where they are known."""

    reference: str
    names: tuple[str, ...]
    pool: tuple[str, ...]
    residents: dict[str, float]
    caveats: tuple[str, ...] = ()

    def of(self, group: str) -> str:
        """The group under which a row counts."""
        return OTHER_GROUPS if group in self.pool else group


def pooled(
    found: Sequence[Row], lives: People, question: Question, agency: str, months: Sequence[str]
) -> Groups:
    """Raises InputError: nothing to compare, or a group of reference that is not there."""
    sizes = {g: n for g, n in summed(found, lambda r: r.group, "n").items() if g not in UNSAID}
    if len(sizes) < 2:
        problem = f"the contacts of {agency} name fewer than two groups"
        right = "choose another with --by (ethnicity, sex, age) or --ethnicity officer"
        raise InputError(Problem("--by", 0, "", problem, right))
    reference = question.reference or lives.reference(question.by)
    if question.reference and question.reference not in sizes:
        near = nearest(question.reference, list(sizes))
        right = f'did you mean "{near}"?' if near else f"one of {listed(sizes)}"
        problem = f'"{question.reference}" is not a group in the data'
        raise InputError(Problem("--reference", 0, "", problem, right))
    if reference not in sizes:
        reference = max(sizes, key=lambda g: (sizes[g], g))
    assert reference is not None
    small = sorted(g for g, n in sizes.items() if n < SMALLEST and g != reference)
    pool = tuple(small) if len(small) > 1 else ()
    names = tuple(sorted(g for g in sizes if g not in (reference, *pool)))
    years = len(months) / 12
    residents = {}
    for group in sizes:
        count = lives.count("residents", agency, True, months[-1][:4], question.by, group)
        if count:
            residents[group] = count * years
    if pool and all(g in residents for g in pool):
        residents[OTHER_GROUPS] = sum(residents[g] for g in pool)
    if pool:
        names = (*names, OTHER_GROUPS)
    caveats = lives.caveats if question.by == "ethnicity" else ()
    return Groups(reference, names, pool, residents, caveats)
