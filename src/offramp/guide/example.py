"""A place that did it, as a reader sees it."""

from __future__ import annotations

from dataclasses import dataclass

from offramp.catalogue.load import Catalogue
from offramp.catalogue.prose import References, fill
from offramp.catalogue.schema import Voice
from offramp.catalogue.words import NOT_NAMED, may_be_named
from offramp.languages import _


@dataclass(frozen=True)
class ExampleSeen:
    """marks: reference marks of its sources. Texts that are not there are ""."""

    id: str
    place: str
    country: str
    continent: str
    agency: str
    years: str
    did: str
    happened: str
    still_runs: str
    status: str
    size: str
    kind: str
    drugs: list[str]
    order: str
    officer_said: str
    person_said: str
    setting_risks: str
    marks: str


def example_seen(catalogue: Catalogue, name: str, references: References) -> ExampleSeen:
    """One example, its findings filled."""
    example = catalogue.examples[name]
    marks = references.cite_all(example.sources)  # first: they are shown before what happened
    happened = fill(example.happened, catalogue, references.cite)
    return ExampleSeen(
        id=example.id,
        place=example.place,
        country=example.country,
        continent=example.continent,
        agency=example.agency,
        years=example.years,
        did=example.did,
        happened=happened,
        still_runs=example.still_runs,
        status=example.status or "not_known",
        size=example.size or "",
        kind=example.kind or "",
        drugs=list(example.drugs),
        order=_order(example.order),
        officer_said=_said(example.officer_said, references),
        person_said=_said(example.person_said, references),
        setting_risks=example.setting_risks or "",
        marks=marks,
    )


def _order(order: str | None) -> str:
    """The order or form; not where naming it endangers readers of this language."""
    if not order:
        return ""
    return order if may_be_named(order) else _(NOT_NAMED)


def _said(voice: Voice | None, references: References) -> str:
    if voice is None:
        return ""
    return f"{voice.says} {references.cite_all([voice.source])}" if voice.source else voice.says
