"""Parts of the space of encounters, as few conditions as possible, for words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from offramp.policy.space import Box, Example, both, is_empty, match_box, smallest_outside
from offramp.policy.vocabulary import vocabulary

When = dict[str, list[str]]


def grow(example: Mapping[str, str], inside: Box, outside: Sequence[Box]) -> When:
    """The example widened, value by value, while it stays inside one box and out of others."""
    known = vocabulary().facts
    when: When = {fact: [value] for fact, value in example.items()}
    for fact in list(when):
        for value in known[fact].values:
            if value in when[fact]:
                continue
            wider = {**when, fact: [*when[fact], value]}
            box = match_box(wider)
            adds = box != match_box(when)  # a value that is impossible here says nothing
            stays = both(box, inside) == box and all(is_empty(both(box, o)) for o in outside)
            if adds and stays:
                when = wider
        when[fact] = [value for value in known[fact].values if value in when[fact]]
    return {
        fact: when[fact]
        for fact in known
        if fact in when and len(when[fact]) < len(known[fact].values)
    }


def regions_outside(
    boxes: Sequence[Box], outside: Sequence[Box], most: int = 12
) -> Iterator[tuple[Example, When]]:
    """(smallest example, its widest conditions) for all that lies in `boxes` and out of
    `outside`, at most `most` of them."""
    told: list[Box] = []
    for box in boxes:
        while len(told) < most:
            example = smallest_outside(box, [*outside, *told])
            if example is None:
                break
            when = grow(example, box, outside)
            told.append(match_box(when))
            yield example, when
