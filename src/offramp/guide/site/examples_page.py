"""The page of examples: a map of dots, filters, and every place that did it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import tomli

from offramp.catalogue.load import Catalogue
from offramp.catalogue.prose import References
from offramp.catalogue.schema import Example
from offramp.guide.example import ExampleSeen, example_seen
from offramp.guide.site.frame import Frame
from offramp.guide.site.parts import choice, cited, linked, references, safe, section
from offramp.guide.words import CONTINENTS, DRUGS, KINDS, RUNS, SIZES
from offramp.languages import _

NONE_FOUND = ("", "None found.")
SOUTH, NORTH = -58, 84  # degrees of latitude that the map shows


def examples_page(frame: Frame, catalogue: Catalogue) -> str:
    """The map, then the examples by continent."""
    marks = References()
    shows = {
        name: [one for one in catalogue.candidates.values() if name in one.examples]
        for name in catalogue.examples
    }
    options = {one.id: one.name for one in catalogue.candidates.values() if one.examples}
    form = (
        '<form id="filter" hidden><div class="words">'
        f'<label for="words">{safe(_("Words in the examples"))}</label>'
        '<input id="words" type="search" autocomplete="off"></div>'
        + choice("continent", _("Continent"), _("any"), {k: _(v) for k, v in CONTINENTS.items()})
        + choice("option", _("Shows"), _("any"), options)
        + choice("status", _("Does it still run?"), _("any"), {k: _(v) for k, v in RUNS.items()})
        + choice(
            "drug", _("Which drugs"), _("any"), {k: _(v) for k, v in DRUGS.items() if k != "any"}
        )
        + '</form><p id="count" class="count" role="status" aria-live="polite"></p>'
    )
    parts = []
    for continent, head in CONTINENTS.items():
        found = [
            one
            for one in sorted(catalogue.examples.values(), key=lambda one: (one.place, one.id))
            if one.continent == continent
        ]
        if not found:
            continue
        entries = "".join(
            _entry(example_seen(catalogue, one.id, marks), [(o.id, o.name) for o in shows[one.id]])
            for one in found
        )
        name = f"in-{continent}"
        parts.append(
            f'<section class="family-of" aria-labelledby="{name}"><h2 id="{name}">{safe(_(head))}'
            f'</h2><ul class="examples">{entries}</ul></section>'
        )
    body = (
        f"<p>{safe(_('Places that did it, failures and reversals among them.'))}</p>"
        + _map(list(catalogue.examples.values()))
        + form
        + "".join(parts)
        + section("sources", _("References"), references(marks.listed))
    )
    return frame.page("examples", _("Examples"), body, ("data.js", "search.js", "site.js"))


def _entry(example: ExampleSeen, shows: list[tuple[str, str]]) -> str:
    about = [
        text
        for text in (
            _(KINDS[example.kind]) if example.kind else "",
            _(SIZES[example.size]) if example.size else "",
            ", ".join(_(DRUGS[one]) for one in example.drugs),
        )
        if text
    ]
    rows = [
        (_("What happened"), cited(example.happened)),
        (_("Still running"), safe(example.still_runs)),
        (_("An officer is reported to have said"), _voice(example.officer_said)),
        (_("A person it was done to is reported to have said"), _voice(example.person_said)),
        (_("The order or form"), _order(example.order)),
        (_("Risks of the setting"), safe(example.setting_risks)),
    ]
    listed = "".join(f"<p><strong>{safe(head)}:</strong> {text}</p>" for head, text in rows if text)
    links = ", ".join(f'<a href="{name}.html">{safe(said)}</a>' for name, said in shows)
    shown = f"<p><strong>{safe(_('Shows'))}:</strong> {links}</p>" if links else ""
    return (
        f'<li class="example" id="{example.id}" tabindex="-1" data-continent="{example.continent}" '
        f'data-status="{example.status}" data-drugs="{" ".join(example.drugs)}" '
        f'data-options="{" ".join(name for name, _said in shows)}">'
        f"<h3>{safe(example.place)} ({safe(example.country)}), {safe(example.years)}</h3>"
        f'<p class="small">{safe(example.agency)}. {safe("; ".join(about))}</p>'
        f"<p>{safe(example.did)} {cited(example.marks)}</p>{listed}{shown}</li>"
    )


def _voice(said: str) -> str:
    return safe(_("none found")) if said in NONE_FOUND else cited(said)


def _order(order: str) -> str:
    if order in NONE_FOUND:
        return safe(_("none found"))
    return linked(order)


def _map(examples: list[Example]) -> str:
    """Dots on a plain map: longitude across, latitude up, a line every thirty degrees."""
    placed = [one for one in examples if one.at is not None]
    land = "".join(
        '<polygon points="' + " ".join(f"{lon},{-lat}" for lon, lat in shape) + '"/>'
        for shape in _land()
    )
    lines = "".join(f'<path d="M{lon} {-NORTH}V{-SOUTH}"/>' for lon in range(-180, 181, 30))
    lines += "".join(f'<path d="M-180 {-lat}H180"/>' for lat in range(-30, 61, 30))
    dots = "".join(
        f'<a href="#{one.id}" class="dot {one.status or "not_known"}">'
        f"<title>{safe(one.place)} ({safe(one.country)})</title>"
        f'<circle cx="{one.at.lon:g}" cy="{-one.at.lat:g}" r="1.9"/></a>'
        for one in placed
        if one.at is not None
    )
    caption = _(
        "A rough map of the examples. Each dot leads to its place in the list below; filled: it "
        "runs; hollow: it has ended, changed or is not known."
    )
    return (
        f'<figure class="map"><svg viewBox="-180 {-NORTH} 360 {NORTH - SOUTH}" role="group" '
        f'aria-label="{safe(_("Map of the examples"))}"><g class="land">{land}</g>'
        f'<g class="lines">{lines}</g>{dots}</svg>'
        f"<figcaption>{safe(caption)}</figcaption></figure>"
    )


@cache
def _land() -> list[list[list[int]]]:
    text = Path(__file__).with_name("world.toml").read_text(encoding="utf-8")
    shapes: list[list[list[int]]] = tomli.loads(text)["land"]
    return shapes
