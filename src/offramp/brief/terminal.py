"""The briefing in the terminal: page one in a few lines of 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

from offramp.brief import phrases
from offramp.brief.annex import calibrated_said
from offramp.brief.effects import HEADS
from offramp.brief.facts import Facts, Row, effect, status_label
from offramp.brief.notices import local_risk, translation_notes
from offramp.brief.page_one import MODEL_NOTE, NOBODY_ASKED
from offramp.brief.plan_text import not_simulated_lines
from offramp.languages import _
from offramp.place.show import heard

WIDTH = 79
APART = 2  # between columns
SHOWN = ("fatal_overdoses", "acquisitive_offences")


def brief_text(facts: Facts, written: Sequence[Path]) -> str:
    """A short table of all options, what is recommended, and the files."""
    return "\n".join(_lines(facts, written))


def _lines(facts: Facts, written: Sequence[Path]) -> Iterator[str]:
    place = facts.place.place
    title = _(
        "{place}: change a year against today, over {years}", place=place.name, years=facts.horizon
    )
    yield from textwrap.wrap(title, WIDTH)
    if place.example_notice:
        yield from textwrap.wrap(place.example_notice, WIDTH)
    yield ""
    yield from _table(facts)
    yield ""
    yield from textwrap.wrap(_(MODEL_NOTE), WIDTH)
    if calibrated := calibrated_said(facts):
        yield ""
        yield from textwrap.wrap(calibrated, WIDTH)
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
    for said in (*translation_notes(), *local_risk()):
        yield from textwrap.wrap(said, WIDTH)
    yield ""
    yield from (_("Wrote {file}", file=path) for path in written)


def _table(facts: Facts) -> Iterator[str]:
    """All options, by how ready they are; columns as wide as what stands in them."""
    comparison = facts.comparison
    groups: list[tuple[str, list[Row]]] = []
    for row in facts.options:
        if not groups or groups[-1][0] != status_label(row):
            groups.append((status_label(row), []))
        groups[-1][1].append(row)
    last = {**comparison, "name": comparison["name"].rpartition(": ")[2]}
    groups.append((_("COMPARISON"), [last]))
    every = [row for _label, rows in groups for row in rows]
    cells = {row["id"]: [_cell(row, measure) for measure in SHOWN] for row in every}
    words = [word for measure in SHOWN for word in _(HEADS[measure]).split()]
    longest = max(len(said) for said in [*words, *(c for two in cells.values() for c in two)])
    column = longest + APART
    name = WIDTH - column * len(SHOWN)
    heads = [textwrap.wrap(_(HEADS[measure]), longest) for measure in SHOWN]
    deep = max(len(head) for head in heads)
    for lines in zip(*([""] * (deep - len(head)) + head for head in heads), strict=True):
        yield " " * name + "".join(f"{line:>{column}}" for line in lines)
    for label, rows in groups:
        yield label.upper()
        for row in rows:
            said = f"{row['name']} {facts.runs_here(row['id'])}".strip()
            first, *more = textwrap.wrap(said, name - 4)
            yield f"  {first:<{name - 2}}" + "".join(f"{c:>{column}}" for c in cells[row["id"]])
            yield from (f"    {line}" for line in more)


def _cell(row: Row, measure: str) -> str:
    one = effect(row, measure)
    if one is None or not phrases.known(one):
        return phrases.not_known()
    middle, spread = phrases.signed(one)
    return f"{middle} ({spread})" if spread else middle
