"""Fit for the terminal: options grouped by answer, in 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from offramp.fit.hold import Fit, status_words
from offramp.fit.rules import STATUSES
from offramp.languages import _
from offramp.place.schema import Place

WIDTH = 79
MOST_REASONS = 4
MOST_CHANGES = 2


def fit_text(place: Place, held: Sequence[Fit]) -> str:
    """All options by answer, each with what decided and what would change it."""
    return "\n".join(_lines(place, held)).rstrip()


def _lines(place: Place, held: Sequence[Fit]) -> Iterator[str]:
    yield _("{place}: what fits, as of {day}", place=place.name, day=place.as_of)
    cut = False
    for status in STATUSES:
        group = [one for one in held if one.status == status]
        if not group:
            continue
        words = status_words()[status]
        yield ""
        yield f"{words.label.upper()} ({len(group)})"
        yield from _wrapped(words.means, "  ")
        for one in group:
            yield ""
            yield from _wrapped(f"{one.name}  [{one.id}]", "  ")
            for reason in one.reasons[:MOST_REASONS]:
                yield from _wrapped(reason, "    - ")
            for change in one.would_change[:MOST_CHANGES]:
                yield from _wrapped(change, "    > ")
            left = len(one.reasons[MOST_REASONS:]) + len(one.would_change[MOST_CHANGES:])
            if left:
                cut = True
                yield "    " + _("({count} more with --json)", count=left)
    yield ""
    yield "  " + _("- what decided   > what would change it")
    if cut:
        yield from _wrapped(
            _("'offramp place questions PLACE' lists everything to ask a legal adviser."), "  "
        )


def _wrapped(text: str, start: str) -> list[str]:
    return textwrap.wrap(
        text,
        width=WIDTH,
        initial_indent=start,
        subsequent_indent=" " * len(start),
        break_on_hyphens=False,
    )
