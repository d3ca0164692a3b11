"""Load the catalogue: every option, evidence record, example, indicator and kit.

A folder holds `options`, `evidence`, `examples`, `indicators` and `kits`, one TOML file per record,
named after its id. `load` raises InputError with the faults of all files.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TypeVar

from offramp.catalogue.problems import InputError, Problem
from offramp.catalogue.schema import Evidence, Example, Option
from offramp.catalogue.schema_indicators import Indicator
from offramp.catalogue.schema_kits import Kit
from offramp.catalogue.toml_file import TomlFile, check, read
from offramp.languages import language
from offramp.languages.toml_texts import record_in_language

R = TypeVar("R", Option, Evidence, Example, Indicator, Kit)


@dataclass(frozen=True)
class Catalogue:
    """Records by id, sorted. `hash`: sha256 over all files, whatever their line ends.

    `files`: the file of each record by its name in the catalogue, `evidence/some_id.toml`.
    """

    options: Mapping[str, Option]
    evidence: Mapping[str, Evidence]
    examples: Mapping[str, Example]
    indicators: Mapping[str, Indicator]
    hash: str
    files: Mapping[str, TomlFile] = field(repr=False, compare=False)
    kits: Mapping[str, Kit] = field(default_factory=dict)

    @property
    def candidates(self) -> dict[str, Option]:
        """The options that a place may choose: all but the comparison."""
        return {name: option for name, option in self.options.items() if not option.comparison}

    @property
    def comparison(self) -> Option:
        """The comparison row, "more arrests". Raises InputError when there is none."""
        for option in self.options.values():
            if option.comparison:
                return option
        right = "exactly one option has comparison = true"
        raise InputError(Problem("options", 0, "comparison", "is true in: none", right))


def load(folder: Path | None = None) -> Catalogue:
    """The catalogue in `folder`, by default the one of this package, in the language spoken now.

    Read once a process and language.
    """
    return _load((folder or packaged()).resolve(), language().code)


def packaged() -> Path:
    """The folder of the catalogue that comes with the package."""
    return Path(__file__).parent


@cache
def _load(folder: Path, _language: str) -> Catalogue:
    collecting = gc.isenabled()
    gc.disable()  # thousands of small records that all stay: looking for rubbish takes a third
    try:
        catalogue, problems = read_all(folder)
    finally:
        if collecting:
            gc.enable()
    if problems:
        raise InputError(problems)
    return catalogue


def read_all(folder: Path) -> tuple[Catalogue, list[Problem]]:
    """All records that can be read, and the problems of those that cannot."""
    problems: list[Problem] = []
    files: dict[str, TomlFile] = {}
    digest = hashlib.sha256()

    def records(kind: str, model: type[R]) -> dict[str, R]:
        found: dict[str, R] = {}
        for path in sorted((folder / kind).glob("*.toml"), key=lambda path: path.name):
            shown = f"{kind}/{path.name}"
            try:
                file = read(path, shown)
                _hash_file(digest, shown, file.text)
                record = record_in_language(check(file, model), f"{kind}/{path.stem}")
            except InputError as error:
                problems.extend(error.problems)
                continue
            if record.id != path.stem:
                right = f'it must be "{path.stem}", or rename the file to {record.id}.toml'
                problems.append(file.problem(("id",), f'is "{record.id}"', right))
                continue
            files[shown] = file
            found[record.id] = record
        return dict(sorted(found.items()))

    found = {
        "options": records("options", Option),
        "evidence": records("evidence", Evidence),
        "examples": records("examples", Example),
        "indicators": records("indicators", Indicator),
        "kits": records("kits", Kit),
    }
    return Catalogue(**found, hash=digest.hexdigest(), files=files), problems  # type: ignore[arg-type]


def _hash_file(digest: hashlib._Hash, name: str, text: str) -> None:
    content = text.encode("utf-8")
    digest.update(f"{name}\0{len(content)}\0".encode())
    digest.update(content)
