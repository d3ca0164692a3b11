"""What a finished guide must have beyond what a sound one has: `guide check --strict`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from offramp.catalogue.load import Catalogue
from offramp.catalogue.problems import Problem
from offramp.catalogue.schema import Example, Option
from offramp.guide import translations
from offramp.guide.words import CONTINENTS

LEAST_CANDIDATES = 36
LEAST_EXAMPLES = 80
LEAST_COUNTRIES = 35
LEAST_KITS = 5
LEAST_OF = {"harms": 3, "objections": 3, "indicators": 1, "related": 1, "acts": 1}
OF_OPTION = {
    "for_whom": "say for whom, and where it fits or does not",
    "hurdle": 'give "own_order", "agreement" or "new_law"',
    "cost_level": 'give "staff_time", "low", "medium", "high" or "not_known"',
    "mechanism": "say how it is thought to work",
    "moderators": 'say where it works better or worse, or "Not known." and why',
    "implementation": "say what those who ran it learned",
    "economics": 'say what it costs and saves, or "Not known." and why',
    "card": "add do, never and say",
}
OF_EXAMPLE = {
    "size": "give the band of how many people live there",
    "kind": 'give "town", "city", "region", "country" or "many_places"',
    "at": "give lat and lon of about the middle of the place",
    "drugs": "name the drugs it was about",
    "status": 'say whether it still runs; "not_known" is an answer',
    "order": 'name the agency\'s own order or form, or write "None found."',
    "officer_said": 'give says and source, or says = "None found."',
    "person_said": 'give says and source, or says = "None found."',
}


def strict_problems(catalogue: Catalogue) -> list[Problem]:
    """All that is missing, in options, examples, evidence, numbers of records, translations."""
    found: list[Problem] = []
    for option in catalogue.options.values():
        found += _option(catalogue, option)
    for example in catalogue.examples.values():
        file = catalogue.files[f"examples/{example.id}.toml"]
        for name, right in OF_EXAMPLE.items():
            if getattr(example, name) in (None, []):
                found.append(file.problem((name,), "is missing", right))
        found += _voices(catalogue, example)
    for record in catalogue.evidence.values():
        if record.topic is None:
            file = catalogue.files[f"evidence/{record.id}.toml"]
            found.append(file.problem(("topic",), "is missing", "say what it is about"))
    found += _counts(catalogue)
    return sorted({*found, *translations.problems()})


def _option(catalogue: Catalogue, option: Option) -> Iterator[Problem]:
    file = catalogue.files[f"options/{option.id}.toml"]
    for name, right in OF_OPTION.items():
        if option.comparison and name == "card":
            continue
        if getattr(option, name) is None:
            yield file.problem((name,), "is missing", right)
    for name, least in LEAST_OF.items():
        if option.comparison:
            continue
        has = len(getattr(option, name))
        if has < least:
            yield file.problem((name,), f"has {has}", f"give at least {least}")


def _voices(catalogue: Catalogue, example: Example) -> Iterator[Problem]:
    """What somebody is reported to have said needs a source; "None found." needs none."""
    file = catalogue.files[f"examples/{example.id}.toml"]
    raw = file.data
    for name in ("officer_said", "person_said"):
        voice = getattr(example, name)
        if voice is None or voice.source is not None:
            continue
        if str(raw[name].get("says", "")).strip() != "None found.":
            right = 'add its source, or write says = "None found."'
            yield file.problem((name, "source"), "is missing", right)


def _counts(catalogue: Catalogue) -> Iterator[Problem]:
    examples = catalogue.examples.values()
    countries = {one.country for one in examples}
    for what, has, least in (
        ("options", len(catalogue.candidates), LEAST_CANDIDATES),
        ("examples", len(catalogue.examples), LEAST_EXAMPLES),
        ("kits", len(catalogue.kits), LEAST_KITS),
        ("countries of the examples", len(countries), LEAST_COUNTRIES),
    ):
        if has < least:
            folder = what.split()[-1] if " " in what else what
            yield Problem(folder, 0, "", f"{what} are {has}", f"there must be at least {least}")
    absent = set(CONTINENTS) - {one.continent for one in examples}
    if absent:
        named = ", ".join(sorted(absent))
        yield Problem("examples", 0, "continent", f"none is of {named}", "add one from each")
    assert set(CONTINENTS) == set(get_args(Example.model_fields["continent"].annotation))
