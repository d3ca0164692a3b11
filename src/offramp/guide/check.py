"""Check the packaged catalogue against the model's parameters, the presets and the words."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from offramp.catalogue.check import Surroundings, Use
from offramp.catalogue.load import Catalogue
from offramp.catalogue.problems import InputError, Problem
from offramp.catalogue.toml_file import dotted, read
from offramp.catalogue.validation_words import Keys
from offramp.catalogue.words import read_words

PACKAGE = Path(__file__).parent.parent


def surroundings(
    topics: Collection[str] | None = None,
    services: Collection[str] | None = None,
    package: Path = PACKAGE,
) -> Surroundings:
    """What in this package rests on the catalogue. Raises InputError for files that are wrong."""
    used: list[Use] = []
    parameters: dict[str, str] = {}
    problems: list[Problem] = []
    for path in _files(package):
        shown = path.relative_to(package).as_posix()
        try:
            file = read(path, shown)
        except InputError as error:
            problems.extend(error.problems)
            continue
        of_model = path.parent == package / "model" / "parameters"
        used += [
            Use(name, shown, file.line(*keys), dotted(keys), unit if of_model else None)
            for keys, name, unit in _evidence_in(file.data)
        ]
        if of_model:
            parameters.update(_parameters_in(file.data))
    if problems:
        raise InputError(problems)
    return Surroundings(
        used=used,
        parameters=parameters or None,
        topics=topics,
        services=services,
        forbidden=read_words(package / "languages" / "en" / "words.toml").forbidden,
    )


def warnings(catalogue: Catalogue) -> list[Problem]:
    """What is not wrong but should be better: findings whose source cannot be opened."""
    return [
        catalogue.files[f"evidence/{record.id}.toml"].problem(
            ("source",), "has no link", "add doi or url if the source has one"
        )
        for record in catalogue.evidence.values()
        if record.checked.how not in ("judgement", "arithmetic")
        and not (record.source.doi or record.source.url)
    ]


def _files(package: Path) -> list[Path]:
    parameters = (package / "model" / "parameters").glob("*.toml")
    presets = (package / "place" / "presets").rglob("*.toml")
    return sorted([*parameters, *presets])


def _evidence_in(data: Any, keys: Keys = ()) -> Iterator[tuple[Keys, str, str | None]]:
    """Every key `evidence`, however deep: its keys, the records, the unit given beside it."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key == "evidence":
                unit = data.get("unit")
                for name in value if isinstance(value, list) else [value]:
                    yield (*keys, key), str(name), unit if isinstance(unit, str) else None
            else:
                yield from _evidence_in(value, (*keys, key))
    elif isinstance(data, list):
        for index, entry in enumerate(data):
            yield from _evidence_in(entry, (*keys, index))


def _parameters_in(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(name, unit) of the parameters that an option may move."""
    for name, entry in data.items():
        if isinstance(entry, dict) and entry.get("lever") is True:
            yield name, str(entry.get("unit", ""))
