"""One option as a reader sees it: every finding with number, range and reference."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from offramp.catalogue import numbers
from offramp.catalogue.load import Catalogue
from offramp.catalogue.problems import InputError, Problem
from offramp.catalogue.prose import Reference, References, fill
from offramp.catalogue.schema import Option
from offramp.catalogue.validation_words import did_you_mean
from offramp.guide.example import ExampleSeen, example_seen
from offramp.guide.notices import translation_notes
from offramp.guide.words import CERTAINTY, FAMILIES, PER
from offramp.languages import _, language


@dataclass(frozen=True)
class Finding:
    outcome: str
    says: str
    certainty: str
    how_sure: str
    why: str


@dataclass(frozen=True)
class Pair:
    """A harm and what lowers it, or an objection and its reply."""

    says: str
    answer: str


@dataclass(frozen=True)
class Cost:
    item: str
    price: str


@dataclass(frozen=True)
class OptionSeen:
    """An option with its prose filled; `references` are those that the prose cites.

    not_reviewed: the line to show while no native speaker has read this language; "" else.
    """

    id: str
    name: str
    family: str
    family_name: str
    comparison: bool
    summary: str
    ask: str
    police_do: str
    drugs: list[str]
    drugs_note: str
    for_whom: str
    acts: list[str]
    hurdle: str
    cost_level: str
    needs: dict[str, Any]
    hazards: list[str]
    voluntary: dict[str, Any]
    leaves_behind: dict[str, str]
    name_goes: dict[str, Any]
    findings: list[Finding]
    mechanism: str
    moderators: str
    implementation: str
    economics: str
    harms: list[Pair]
    objections: list[Pair]
    examples: list[ExampleSeen]
    costs: list[Cost]
    indicators: list[dict[str, str]]
    first_90_days: list[dict[str, Any]]
    stop_rule: str
    related: list[dict[str, str]]
    simulated: bool
    no_levers_because: str
    reviewed: str
    references: list[Reference]
    language: str
    not_reviewed: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def listing(catalogue: Catalogue) -> list[dict[str, str]]:
    """id, name, family and summary of each option, by family, then id."""
    rows = [
        {"id": one.id, "name": one.name, "family": one.family, "summary": one.summary}
        for one in catalogue.candidates.values()
    ]
    return sorted(rows, key=lambda one: (one["family"], one["id"]))


def find(catalogue: Catalogue, option_id: str) -> Option:
    """The option, or InputError with the nearest known ids."""
    option = catalogue.options.get(option_id)
    if option is None:
        right = did_you_mean(option_id, catalogue.options, _("options"))
        problem = _('"{id}" is not known', id=option_id)
        raise InputError(Problem(_("option"), 0, "", problem, right))
    return option


def seen(catalogue: Catalogue, option_id: str, references: References | None = None) -> OptionSeen:
    """One option, filled. `references`: to go on numbering a longer document's references.

    Raises InputError for an unknown id.
    """
    option = find(catalogue, option_id)
    references = references if references is not None else References()

    def filled(text: str | None) -> str:
        return fill(text, catalogue, references.cite) if text else ""

    return OptionSeen(
        id=option.id,
        name=option.name,
        family=option.family,
        family_name=_(FAMILIES[option.family]),
        comparison=option.comparison,
        summary=option.summary,
        ask=option.ask,
        police_do=option.police_do,
        drugs=list(option.drugs),
        drugs_note=option.drugs_note,
        for_whom=option.for_whom or "",
        acts=list(option.acts),
        hurdle=option.hurdle or "",
        cost_level=option.cost_level or "not_known",
        needs=option.needs.model_dump(),
        hazards=list(option.hazards),
        voluntary=option.voluntary.model_dump(),
        leaves_behind=option.leaves_behind.model_dump(),
        name_goes=option.name_goes.model_dump(),
        findings=_findings(option, filled),
        mechanism=filled(option.mechanism),
        moderators=filled(option.moderators),
        implementation=filled(option.implementation),
        economics=filled(option.economics),
        harms=[Pair(filled(h.harm), filled(h.guard)) for h in option.harms],
        objections=[Pair(filled(o.objection), filled(o.reply)) for o in option.objections],
        examples=[example_seen(catalogue, name, references) for name in option.examples],
        costs=_costs(catalogue, option, references),
        indicators=[
            {"id": name, "name": catalogue.indicators[name].name} for name in option.indicators
        ],
        first_90_days=[s.model_dump() for s in option.first_90_days],
        stop_rule=option.stop_rule,
        related=[
            {"id": name, "name": catalogue.options[name].name}
            for name in option.related
            if name in catalogue.options
        ],
        simulated=bool(option.levers),
        no_levers_because=option.no_levers_because or "",
        reviewed=option.reviewed.isoformat(),
        references=references.listed,
        language=language().code,
        not_reviewed=" ".join(translation_notes()),
    )


def _findings(option: Option, filled: Callable[[str | None], str]) -> list[Finding]:
    return [
        Finding(f.outcome, filled(f.says), f.certainty, _(CERTAINTY[f.certainty]), filled(f.why))
        for f in option.findings
    ]


def _costs(catalogue: Catalogue, option: Option, references: References) -> list[Cost]:
    found = []
    for cost in option.costs:
        record = catalogue.evidence[cost.evidence]
        price = f"{numbers.with_range(record)} {_(PER[cost.per])} {references.cite(record)}"
        found.append(Cost(cost.item, price))
    return found
