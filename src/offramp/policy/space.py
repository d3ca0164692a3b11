"""The space of all encounters, and which part of it rules leave uncovered.

Rules are boxes: for every fact the values that they accept. Facts whose values exclude each other
(what was found, how much, equipment only) form one dimension of possible combinations, so the
space is an exact product and nothing has to be listed encounter by encounter: a search splits the
space fact by fact, treats values alike that the same rules accept, and stops as soon as one rule
covers all that is left. Sets of rules are whole numbers, one bit a rule.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from offramp.policy.decide import waits_for
from offramp.policy.schema import NOT_KNOWN
from offramp.policy.vocabulary import vocabulary

PATIENCE = 100_000  # steps of the search for the fewest facts: well under a second

Box = tuple[int, ...]  # one mask of values for every dimension
Example = dict[str, str]
When = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Choice:
    """A way to fix some facts of a dimension: mask of the values that agree with it."""

    facts: tuple[tuple[str, str], ...]
    mask: int


@dataclass(frozen=True)
class Dimension:
    """Facts that vary together. values: every possible combination; full: mask of all."""

    facts: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]
    choices: tuple[Choice, ...]  # cheapest first

    @property
    def full(self) -> int:
        return (1 << len(self.values)) - 1


@cache
def dimensions() -> tuple[Dimension, ...]:
    """The dimensions of the space: the linked facts first, then one for every other fact."""
    known = vocabulary()
    groups = [known.linked, *((fact,) for fact in known.facts if fact not in known.linked)]
    return tuple(_dimension(group) for group in groups)


def _dimension(facts: tuple[str, ...]) -> Dimension:
    known = vocabulary()
    values = tuple(
        combination
        for combination in itertools.product(*(known.facts[fact].values for fact in facts))
        if known.clash(dict(zip(facts, combination, strict=True))) is None
    )
    choices: dict[tuple[tuple[str, str], ...], int] = {}
    for size in range(len(facts) + 1):
        for named in itertools.combinations(range(len(facts)), size):
            for index, combination in enumerate(values):
                key = tuple((facts[i], combination[i]) for i in named)
                choices[key] = choices.get(key, 0) | 1 << index
    ordered = sorted(choices, key=lambda key: (len(key), sum(v == NOT_KNOWN for _, v in key)))
    return Dimension(facts, values, tuple(Choice(key, choices[key]) for key in ordered))


def match_box(when: When) -> Box:
    """The encounters in which conditions hold."""
    return tuple(_mask(dimension, when, may=False) for dimension in dimensions())


def may_box(when: When) -> Box:
    """The encounters in which conditions hold, or still could."""
    return tuple(_mask(dimension, when, may=True) for dimension in dimensions())


def _mask(dimension: Dimension, when: When, *, may: bool) -> int:
    here = {fact: when[fact] for fact in dimension.facts if fact in when}
    mask = 0
    for index, combination in enumerate(dimension.values):
        waits = waits_for(here, dict(zip(dimension.facts, combination, strict=True)))
        if waits is not None and (may or not waits):
            mask |= 1 << index
    return mask


def whole() -> Box:
    """Every encounter that is possible."""
    return tuple(dimension.full for dimension in dimensions())


def both(a: Box, b: Box) -> Box:
    return tuple(x & y for x, y in zip(a, b, strict=True))


def is_empty(box: Box) -> bool:
    return not all(box)


def size(box: Box) -> int:
    """How many encounters."""
    product = 1
    for mask in box:
        product *= mask.bit_count()
    return product


def covered(box: Box, covers: Sequence[Box]) -> bool:
    """Whether every encounter of `box` lies in one of `covers`."""
    return not _Search(box, covers).uncovered()


def smallest_outside(box: Box, covers: Sequence[Box]) -> Example | None:
    """The fewest facts that lead into `box` and out of all `covers`, whatever the others are.

    None when every encounter of `box` is covered.
    """
    if is_empty(box):
        return None
    search = _Search(box, covers)
    return search.smallest() if search.uncovered() else None


class _Search:
    """A search through one box, with the covers that reach into it as bits."""

    def __init__(self, box: Box, covers: Sequence[Box]) -> None:
        inside = {both(box, cover) for cover in covers}
        self.box = box
        self.covers = [cover for cover in inside if not is_empty(cover)]
        self.all = (1 << len(self.covers)) - 1
        order = range(len(box))
        # Values that the same covers accept are one class; dimensions with few come first.
        self.classes = [self._classes(d) for d in order]
        self.order = sorted(order, key=lambda d: len(self.classes[d]))
        self.rest_full = self._rest_full()
        self.seen: set[tuple[int, int]] = set()

    def _classes(self, d: int) -> list[int]:
        return sorted({self._accepts(d, 1 << v) for v in _bits(self.box[d])})

    def _accepts(self, d: int, mask: int) -> int:
        """The covers that reach into the values of `mask`."""
        return sum(1 << i for i, cover in enumerate(self.covers) if cover[d] & mask)

    def _rest_full(self) -> list[int]:
        """At each depth: the covers that accept everything from there on."""
        full = [self.all]
        for d in reversed(self.order):
            whole_here = sum(1 << i for i, c in enumerate(self.covers) if c[d] == self.box[d])
            full.append(full[-1] & whole_here)
        return full[::-1]

    def uncovered(self) -> bool:
        """Whether an encounter of the box is in none of the covers."""
        return not is_empty(self.box) and self._outside(0, self.all) is not None

    def _outside(self, depth: int, alive: int) -> list[int] | None:
        """For each dimension from `depth` on, what to choose to be in none of the covers."""
        if not alive:
            return [self.classes[d][0] for d in self.order[depth:]]
        if alive & self.rest_full[depth] or (depth, alive) in self.seen:
            return None
        for accepts in self.classes[self.order[depth]]:
            rest = self._outside(depth + 1, alive & accepts)
            if rest is not None:
                return [accepts, *rest]
        self.seen.add((depth, alive))
        return None

    def smallest(self) -> Example:
        """The facts to fix, as few as possible. Only when something is uncovered.

        The fewest of all are looked for with patience, not for ever: where very many facts are
        needed, an example follows from which no fact can be left out.
        """
        options: list[list[tuple[int, int, Choice]]] = []
        for d, dimension in enumerate(dimensions()):
            here: dict[tuple[int, int], Choice] = {}
            for choice in dimension.choices:
                if choice.mask & ~self.box[d] == 0:
                    here.setdefault((len(choice.facts), self._accepts(d, choice.mask)), choice)
            options.append([(cost, acc, choice) for (cost, acc), choice in here.items()])
        least = [min(cost for cost, _, _ in here) for here in options]
        self.still = [sum(least[d:]) for d in range(len(options) + 1)]
        self.patience = PATIENCE
        failed: set[tuple[int, int, int]] = set()
        found: list[Choice] | None = None
        for budget in range(self.still[0], len(vocabulary().facts) + 1):
            found = self._within(options, 0, self.all, budget, failed)
            if found is not None or self.patience <= 0:
                break
        if found is None:
            found = self._minimal(options)
        return {fact: value for choice in found for fact, value in choice.facts}

    def _within(
        self,
        options: Sequence[Sequence[tuple[int, int, Choice]]],
        d: int,
        alive: int,
        budget: int,
        failed: set[tuple[int, int, int]],
    ) -> list[Choice] | None:
        if budget < self.still[d] or (alive and budget == 0) or self.patience <= 0:
            return None
        if d == len(options):
            return [] if not alive else None
        if (d, alive, budget) in failed:
            return None
        self.patience -= 1
        for cost, accepts, choice in options[d]:
            if cost <= budget:
                rest = self._within(options, d + 1, alive & accepts, budget - cost, failed)
                if rest is not None:
                    return [choice, *rest]
        failed.add((d, alive, budget))
        return None

    def _minimal(self, options: Sequence[Sequence[tuple[int, int, Choice]]]) -> list[Choice]:
        """An example found by fixing everything and letting go of what is not needed."""
        outside = self._outside(0, self.all)
        if outside is None:
            raise ValueError("nothing is uncovered")
        wanted = dict(zip(self.order, outside, strict=True))
        picked = {d: self._exact(options[d], wanted[d]) for d in wanted}
        for d in wanted:
            others = self.all
            for other, (_, accepts, _) in picked.items():
                if other != d:
                    others &= accepts
            fitting = [one for one in options[d] if not others & one[1]]
            picked[d] = min(fitting, key=lambda one: one[0])
        return [picked[d][2] for d in sorted(picked)]

    def _exact(
        self, options: Sequence[tuple[int, int, Choice]], accepts: int
    ) -> tuple[int, int, Choice]:
        """The cheapest choice with which exactly these covers stay alive."""
        return min((one for one in options if one[1] == accepts), key=lambda one: one[0])


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
