"""From a place to the files of its briefing."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from offramp.brief.compose import compose
from offramp.brief.manifest import manifest, manifest_bytes
from offramp.brief.workbook import workbook
from offramp.catalogue.load import Catalogue
from offramp.catalogue.problems import InputError, Problem
from offramp.documents.html import render_html
from offramp.documents.pdf import render_pdf
from offramp.documents.write import check_folder
from offramp.languages import LANGUAGES as SPOKEN
from offramp.place.load import LoadedPlace
from offramp.plan.compare import DRAWS, PEOPLE, SEED, YEARS, plan
from offramp.plan.memory import check_drawing
from offramp.plan.written import csv_bytes, json_bytes

LANGUAGES = {code: one.name for code, one in SPOKEN.items()}
AUDIENCES = {"chief": "chiefs and their partners"}
FILES = (
    "briefing.html",
    "briefing.pdf",
    "results.json",
    "results.csv",
    "results.xlsx",
    "manifest.json",
)
NEEDED = ("typst", "altair", "vl_convert", "openpyxl")


def check_request(language: str, audience: str, folder: Path) -> None:
    """Raises what would make the work useless, before it starts: InputError for a language or
    audience that is not there yet or a folder that cannot be written; ModuleNotFoundError."""
    found = []
    if language not in LANGUAGES:
        found.append(_not_yet("--lang", language, LANGUAGES))
    if audience not in AUDIENCES:
        found.append(_not_yet("--audience", audience, AUDIENCES))
    if found:
        raise InputError(found)
    for name in NEEDED:
        importlib.import_module(name)
    check_folder(folder, FILES)
    check_drawing()


def _not_yet(flag: str, given: str, there: Mapping[str, str]) -> Problem:
    names = ", ".join(f"{name} ({words})" for name, words in there.items())
    return Problem(flag, 0, "", f'"{given}" is not there yet', f"there is: {names}")


def brief(
    place: LoadedPlace,
    catalogue: Catalogue,
    *,
    years: int = YEARS,
    draws: int = DRAWS,
    people: int = PEOPLE,
    seed: int = SEED,
    workers: int = 2,
    progress: Callable[[int, int], None] | None = None,
    posterior: bool = True,
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Compare the options in a place; the results and the files made of them, by name."""
    results = plan(
        place,
        catalogue,
        years=years,
        draws=draws,
        people=people,
        seed=seed,
        workers=workers,
        progress=progress,
        posterior=posterior,
    )
    return results, files(results, place, catalogue)


def files(results: dict[str, Any], place: LoadedPlace, catalogue: Catalogue) -> dict[str, bytes]:
    """Every file of a briefing, by name. The same results give the same bytes."""
    document = compose(results, place, catalogue)
    made = {
        "briefing.html": render_html(document).encode(),
        "briefing.pdf": render_pdf(document),
        "results.json": json_bytes(results),
        "results.csv": csv_bytes(results),
        "results.xlsx": workbook(results),
    }
    told = manifest(results, place, catalogue, made)
    return {**made, "manifest.json": manifest_bytes(told)}
