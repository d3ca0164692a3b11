"""Hold the records of the catalogue against each other; all faults are reported at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from offramp.catalogue.check_numbers import number_problems, use_problems
from offramp.catalogue.check_prose import prose_problems
from offramp.catalogue.load import Catalogue, packaged, read_all
from offramp.catalogue.problems import Problem
from offramp.catalogue.schema import Option, Outcome
from offramp.catalogue.toml_file import TomlFile
from offramp.catalogue.validation_words import Keys, did_you_mean
from offramp.catalogue.words import Forbidden

EXAMPLES_PER_OPTION = 3
CONTINENTS = 2
BRIEFING_MINUTES = 20


@dataclass(frozen=True)
class Use:
    """An evidence record that a file outside the catalogue rests on; unit: what it needs."""

    evidence: str
    file: str
    line: int = 0
    field: str = "evidence"
    unit: str | None = None


@dataclass(frozen=True)
class Surroundings:
    """What the catalogue is held against; what is None is not checked.

    used: evidence that the model's parameters and the presets of places rest on; parameters:
    name and unit of what a lever may move; topics: of law; services: of place.services;
    forbidden: words that no reader should meet.
    """

    used: Sequence[Use] | None = None
    parameters: Mapping[str, str] | None = None
    topics: Collection[str] | None = None
    services: Collection[str] | None = None
    forbidden: Sequence[Forbidden] = ()


def problems(folder: Path | None = None, around: Surroundings | None = None) -> list[Problem]:
    """All faults of the catalogue in `folder` (by default the packaged one), sorted.

    Records that cannot be read are reported and then left out of the cross-checks, so some of
    what names them is reported too.
    """
    around = around or Surroundings()
    catalogue, found = read_all(folder or packaged())
    broken = {problem.file for problem in found}
    found += number_problems(catalogue)
    found += use_problems(catalogue, around.parameters or {})
    found += prose_problems(catalogue, around.forbidden)
    found += _ids(catalogue, around)
    if not broken:
        found += _whole(catalogue)
    return sorted(set(found))


def _ids(catalogue: Catalogue, around: Surroundings) -> Iterator[Problem]:
    """Ids that name no record, parameter, topic or service."""
    for option in catalogue.options.values():
        file = catalogue.files[f"options/{option.id}.toml"]
        for keys, name, known, what in _named(option, catalogue, around):
            if known is not None and name not in known:
                yield file.problem(
                    keys, f'is "{name}", which is unknown', _right(name, known, what)
                )
        for index, need in enumerate(option.needs.law):
            yield from _topic(file, ("needs", "law", index, "topic"), need.topic, around)
        for index, hazard in enumerate(option.hazards):
            yield from _topic(file, ("hazards", index), hazard, around)
        if option.id in option.related:
            at = ("related", option.related.index(option.id))
            yield file.problem(at, "is the option itself", "name another option")
        for field in ("examples", "indicators", "related"):
            names = getattr(option, field)
            for index, name in enumerate(names):
                if name in names[:index]:
                    yield file.problem((field, index), f'is "{name}" again', "name it once")
    for kit in catalogue.kits.values():
        file = catalogue.files[f"kits/{kit.id}.toml"]
        if kit.id not in catalogue.candidates:
            right = _right(kit.id, catalogue.candidates, "options")
            yield file.problem(("id",), f'is "{kit.id}", which is no option', right)
        minutes = sum(part.minutes for part in kit.briefing)
        if minutes != BRIEFING_MINUTES:
            right = f"together they must be {BRIEFING_MINUTES}"
            yield file.problem(("briefing",), f"takes {minutes} minutes", right)
    for use in around.used or ():
        record = catalogue.evidence.get(use.evidence)
        if record is None:
            problem = f'is "{use.evidence}", which is unknown'
            right = _right(use.evidence, catalogue.evidence, "evidence records")
            yield Problem(use.file, use.line, use.field, problem, right)
        elif use.unit not in (None, record.unit):
            problem = f"rests on {record.id}, whose unit is {record.unit}"
            yield Problem(use.file, use.line, use.field, problem, f"it needs {use.unit}")


Named = tuple[Keys, str, Collection[str] | None, str]


def _named(option: Option, catalogue: Catalogue, around: Surroundings) -> Iterator[Named]:
    evidence = catalogue.evidence
    for index, example in enumerate(option.examples):
        yield ("examples", index), example, catalogue.examples, "examples"
    for index, indicator in enumerate(option.indicators):
        yield ("indicators", index), indicator, catalogue.indicators, "indicators"
    for index, lever in enumerate(option.levers):
        yield ("levers", index, "evidence"), lever.evidence, evidence, "evidence records"
        for key, share in lever.shares().items():
            yield ("levers", index, key), share, evidence, "evidence records"
        yield ("levers", index, "parameter"), lever.parameter, around.parameters, "parameters"
    for index, cost in enumerate(option.costs):
        yield ("costs", index, "evidence"), cost.evidence, evidence, "evidence records"
    for index, other in enumerate(option.related):
        yield ("related", index), other, catalogue.options, "options"
    for index, need in enumerate(option.needs.services):
        yield ("needs", "services", index, "service"), need.service, around.services, "services"


def _topic(file: TomlFile, keys: Keys, topic: str, around: Surroundings) -> Iterator[Problem]:
    if around.topics is not None and topic not in around.topics:
        right = _right(topic, around.topics, "topics of law")
        yield file.problem(keys, f'is "{topic}", which is unknown', right)


def _right(name: str, known: Iterable[str], what: str) -> str:
    return did_you_mean(name, known, what)


def _whole(catalogue: Catalogue) -> Iterator[Problem]:
    """One comparison row; enough examples, from more than one continent."""
    comparisons = [option for option in catalogue.options.values() if option.comparison]
    if len(comparisons) != 1:
        named = ", ".join(option.id for option in comparisons) or "none"
        right = "exactly one option has comparison = true"
        yield Problem("options", 0, "comparison", f"is true in: {named}", right)
    continents: set[str] = set()
    for option in catalogue.options.values():
        file = catalogue.files[f"options/{option.id}.toml"]
        if option.comparison:
            if option.examples:
                right = "leave them out: the comparison is not something to copy"
                yield file.problem(("examples",), "are given for the comparison", right)
            continue
        for outcome in get_args(Outcome):
            if not any(finding.outcome == outcome for finding in option.findings):
                right = 'add one; certainty = "none" where nobody has measured it'
                yield file.problem(("findings",), f"say nothing about {outcome}", right)
        if len(set(option.examples)) < EXAMPLES_PER_OPTION:
            problem = f"are {len(set(option.examples))} different ones"
            right = f"give at least {EXAMPLES_PER_OPTION}"
            yield file.problem(("examples",), problem, right)
        if not option.levers and not option.no_levers_because:
            right = "add levers, or say in no_levers_because why nothing is simulated"
            yield file.problem(("levers",), "are missing", right)
        continents.update(
            catalogue.examples[name].continent
            for name in option.examples
            if name in catalogue.examples
        )
    if catalogue.candidates and len(continents) < CONTINENTS:
        problem = f"come from one continent only: {', '.join(sorted(continents)) or 'none'}"
        right = "examples over all options must come from at least two continents"
        yield Problem("options", 0, "examples", problem, right)
