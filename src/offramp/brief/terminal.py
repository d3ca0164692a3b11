"""The briefing in the terminal: page one in a few lines of 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

from offramp.brief import phrases
from offramp.brief.effects import HEADS
from offramp.brief.facts import Facts, Row, effect, status_label
from offramp.brief.page_one import MODEL_NOTE, NOBODY_ASKED
from offramp.languages import _
from offramp.place.show import heard
from offramp.plan.table import not_simulated_lines

WIDTH = 79
NAME, COLUMN = 35, 22
SHOWN = ("fatal_overdoses", "acquisitive_offences")


def brief_text(facts: Facts, written: Sequence[Path]) -> str:
    """A short table of all options, what is recommended, and the files."""
    return "\n".join(_lines(facts, written))


def _lines(facts: Facts, written: Sequence[Path]) -> Iterator[str]:
    place = facts.place.place
    yield _(
        "{place}: change a year against today, over {years}", place=place.name, years=facts.horizon
    )
    if place.example_notice:
        yield from textwrap.wrap(place.example_notice, WIDTH)
    yield ""
    yield f"{'':{NAME}}" + "".join(f"{_(HEADS[name]):>{COLUMN}}" for name in SHOWN)
    label = ""
    for row in facts.options:
        if status_label(row) != label:
            label = status_label(row)
            yield label.upper()
        yield from _row(row)
    yield _("COMPARISON")
    yield from _row(facts.comparison)
    yield ""
    yield from textwrap.wrap(_(MODEL_NOTE), WIDTH)
    yield from not_simulated_lines(facts.results, WIDTH)
    yield ""
    chosen = facts.promising()
    names = [row["name"] for row, _one in chosen]
    said = _("Nothing can be recommended.")
    if names:
        said = _("Most promising here: {names}.", names="; ".join(names))
    yield from textwrap.wrap(said, WIDTH)
    _asked, missing = heard(place)
    if "people_who_use_drugs" in missing:
        yield _(NOBODY_ASKED)
    yield ""
    yield from (_("Wrote {file}", file=path) for path in written)


def _row(row: Row) -> Iterator[str]:
    name = phrases.shortened(row["name"].removeprefix("Comparison: "), NAME - 3)
    cells = []
    for measure in SHOWN:
        one = effect(row, measure)
        if one is None or not phrases.known(one):
            cells.append(phrases.not_known())
            continue
        middle, spread = phrases.signed(one)
        cells.append(f"{middle} ({spread})" if spread else middle)
    yield f"  {name:<{NAME - 2}}" + "".join(f"{cell:>{COLUMN}}" for cell in cells)
