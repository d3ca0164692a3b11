"""One option as a reader sees it: every finding with number, range and reference."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from offramp.catalogue import numbers
from offramp.catalogue.load import Catalogue
from offramp.catalogue.problems import InputError, Problem
from offramp.catalogue.prose import Reference, References, fill
from offramp.catalogue.schema import Option
from offramp.catalogue.validation_words import did_you_mean

FAMILIES = {
    "discretion": "Using discretion",
    "deflection": "Ways out before arrest",
    "overdose": "At an overdose",
    "services": "Making room for services",
    "market": "The drug market",
    "organisation": "How the force works",
    "fairness": "Fairness",
    "others_lead": "Where others lead",
}
CERTAINTY = {
    "high": "sure",
    "moderate": "fairly sure",
    "low": "not very sure",
    "very_low": "very unsure",
    "none": "not known: nobody has measured it",
}
DRUGS = {
    "opioids": "opioids",
    "stimulants": "stimulants",
    "cannabis": "cannabis",
    "benzodiazepines": "benzodiazepines",
    "any": "all drugs",
}
PER = {
    "year": "a year",
    "officer": "for each officer",
    "referral": "for each referral",
    "engaged_year": "for each person a year",
    "course": "for each course",
    "visit": "for each visit",
    "kit": "for each kit",
    "client_year": "for each person a year",
}


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
class ExampleSeen:
    id: str
    place: str
    country: str
    agency: str
    years: str
    did: str
    happened: str
    still_runs: str
    marks: str  # reference marks of its sources


@dataclass(frozen=True)
class Cost:
    item: str
    price: str


@dataclass(frozen=True)
class OptionSeen:
    """An option with its prose filled; `references` are those that the prose cites."""

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
    needs: dict[str, Any]
    hazards: list[str]
    voluntary: dict[str, Any]
    leaves_behind: dict[str, str]
    name_goes: dict[str, Any]
    findings: list[Finding]
    harms: list[Pair]
    objections: list[Pair]
    examples: list[ExampleSeen]
    costs: list[Cost]
    indicators: list[dict[str, str]]
    first_90_days: list[dict[str, Any]]
    stop_rule: str
    reviewed: str
    references: list[Reference]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def listing(catalogue: Catalogue) -> list[dict[str, str]]:
    """id, name, family and summary of each option, by family, then id."""
    rows = [
        {"id": o.id, "name": o.name, "family": o.family, "summary": o.summary}
        for o in catalogue.candidates.values()
    ]
    return sorted(rows, key=lambda row: (row["family"], row["id"]))


def find(catalogue: Catalogue, option_id: str) -> Option:
    """The option, or InputError with the nearest known ids."""
    option = catalogue.options.get(option_id)
    if option is None:
        right = did_you_mean(option_id, catalogue.options, "options")
        raise InputError(Problem("option", 0, "", f'"{option_id}" is not known', right))
    return option


def seen(catalogue: Catalogue, option_id: str, references: References | None = None) -> OptionSeen:
    """One option, filled. `references`: to go on numbering a longer document's references.

    Raises InputError for an unknown id.
    """
    option = find(catalogue, option_id)
    references = references if references is not None else References()

    def filled(text: str) -> str:
        return fill(text, catalogue, references.cite)

    return OptionSeen(
        id=option.id,
        name=option.name,
        family=option.family,
        family_name=FAMILIES[option.family],
        comparison=option.comparison,
        summary=option.summary,
        ask=option.ask,
        police_do=option.police_do,
        drugs=list(option.drugs),
        drugs_note=option.drugs_note,
        needs=option.needs.model_dump(),
        hazards=list(option.hazards),
        voluntary=option.voluntary.model_dump(),
        leaves_behind=option.leaves_behind.model_dump(),
        name_goes=option.name_goes.model_dump(),
        findings=[
            Finding(f.outcome, filled(f.says), f.certainty, CERTAINTY[f.certainty], filled(f.why))
            for f in option.findings
        ],
        harms=[Pair(filled(h.harm), filled(h.guard)) for h in option.harms],
        objections=[Pair(filled(o.objection), filled(o.reply)) for o in option.objections],
        examples=[_example(catalogue, name, references) for name in option.examples],
        costs=[
            Cost(
                cost.item,
                f"{numbers.with_range(catalogue.evidence[cost.evidence])} {PER[cost.per]} "
                + references.cite(catalogue.evidence[cost.evidence]),
            )
            for cost in option.costs
        ],
        indicators=[
            {"id": name, "name": catalogue.indicators[name].name} for name in option.indicators
        ],
        first_90_days=[s.model_dump() for s in option.first_90_days],
        stop_rule=option.stop_rule,
        reviewed=option.reviewed.isoformat(),
        references=references.listed,
    )


def _example(catalogue: Catalogue, name: str, references: References) -> ExampleSeen:
    example = catalogue.examples[name]
    marks = references.cite_all(example.sources)  # first: they are shown before what happened
    return ExampleSeen(
        id=example.id,
        place=example.place,
        country=example.country,
        agency=example.agency,
        years=example.years,
        did=example.did,
        happened=fill(example.happened, catalogue, references.cite),
        still_runs=example.still_runs,
        marks=marks,
    )
