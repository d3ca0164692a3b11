"""A first place.toml from five answers."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, get_args

from offramp.catalogue.problems import InputError, Problem
from offramp.catalogue.toml_file import TomlFile, check
from offramp.catalogue.validation_words import did_you_mean, listed
from offramp.place.consistency import compare_fields
from offramp.place.countries import country_faults, wrong_country
from offramp.place.load import COMPARISON, FILE, option_ids
from offramp.place.possible import MOST_RESIDENTS, beyond_presets
from offramp.place.preset import WORLD, chain, preset_ids, read_preset
from offramp.place.resolve import resolve
from offramp.place.schema import People, Place
from offramp.place.write import toml_value

MAINLY: tuple[str, ...] = get_args(People.model_fields["mainly_used"].annotation)
STATED = "Stated when this file was made; not checked against a publication"


@dataclass(frozen=True)
class Answers:
    """Where; how many residents; what is used most; what is done already; what people ask for.

    preset: whose law to start from. None or empty: not answered.
    """

    name: str
    country: str
    residents: float | None = None
    mainly: str = "unknown"
    already: list[str] = field(default_factory=list)
    asked_residents: str = ""
    asked_people: str = ""
    preset: str | None = None


def folder_name(name: str) -> str:
    """A folder for a place: its name in plain small letters."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or "place"


def presets_known() -> list[str]:
    """Ids of the presets of countries and of their parts."""
    return [preset for preset in preset_ids() if preset != WORLD]


def country_of(preset: str | None) -> str:
    """The country code of a preset, or nothing."""
    return (read_preset(preset).country or "") if preset in presets_known() else ""


def problems_of_answers(answers: Answers) -> list[Problem]:
    """What is wrong with the answers, by question."""
    found: list[Problem] = []

    def add(question: str, problem: str, right: str) -> None:
        found.append(Problem("place new", 0, question, problem, right))

    if len(answers.name.strip()) < 2:
        add("--name", "is empty", "give the name of the city, district or force area")
    if right := wrong_country(answers.country):
        add("--country", f'is "{answers.country}"', right)
    if answers.preset is not None and answers.preset not in presets_known():
        right = did_you_mean(answers.preset, presets_known(), "presets")
        add("--preset", f'is "{answers.preset}", which is no preset', right)
    elif answers.preset is not None and country_of(answers.preset) != answers.country:
        right = f"it must be a preset of {answers.country}, or give the other country"
        add("--preset", f"is for {country_of(answers.preset)}", right)
    if answers.residents is not None and not 1 <= answers.residents <= MOST_RESIDENTS:
        right = f"it must be from 1 to {MOST_RESIDENTS:,}"
        add("--residents", f"is {answers.residents:g}", right)
    if answers.mainly not in MAINLY:
        add("--mainly", f'is "{answers.mainly}"', f"it must be one of {listed(MAINLY)}")
    known = [option for option in option_ids() if option not in COMPARISON]
    for option in answers.already:
        if option not in known:
            right = did_you_mean(option, known, "options")
            add("--already", f'is "{option}", which is no option', right)
    return found


def place_text(answers: Answers, as_of: date) -> str:
    """place.toml for these answers. Raises InputError with everything that is wrong with them."""
    problems = problems_of_answers(answers)
    if problems:
        raise InputError(problems)
    lines = [
        "# A first description of a place, from five answers. What is left out is taken from",
        "# presets with a wide range. 'offramp place improve' asks for what would change most;",
        "# 'offramp place new --template' writes a file with every field explained.",
        "",
        f"name = {toml_value(answers.name.strip())}",
        f"country = {toml_value(answers.country)}",
        *([f"preset = {toml_value(answers.preset)}"] if answers.preset else []),
        f"as_of = {toml_value(as_of)}",
        "",
        "[people]",
        f"mainly_used = {toml_value(answers.mainly)}",
    ]
    if answers.residents is not None:
        figure = {"value": round(answers.residents), "source": STATED, "on": as_of}
        lines.append(f"residents = {toml_value(figure)}")
    lines += ["", "[law]", "", "[services]"]
    for option in dict.fromkeys(answers.already):
        lines += ["", *_item("practice", {"option": option, "source": STATED})]
    for who, said in (
        ("neighbours", answers.asked_residents),
        ("people_who_use_drugs", answers.asked_people),
    ):
        entry: dict[str, Any] = {"who": who, "asked": bool(said.strip())}
        if said.strip():
            entry |= {"how": "as told by who made this file", "on": as_of, "said": said.strip()}
        lines += ["", *_item("heard", entry)]
    text = "\n".join([*lines, ""])
    must_be_right(text)
    return text


def _item(table: str, entry: dict[str, Any]) -> list[str]:
    return [f"[[{table}]]", *(f"{key} = {toml_value(value)}" for key, value in entry.items())]


def must_be_right(text: str) -> None:
    """Raises InputError when the text is not a place that can be read."""
    file = TomlFile(Path(FILE), FILE, tomllib.loads(text), text)
    problems = [*compare_fields(file, option_ids(), COMPARISON), *country_faults(file)]
    if problems:
        raise InputError(problems)
    place = check(file, Place)
    if beyond := beyond_presets(file, place, resolve(place, chain(place, file))):
        raise InputError(beyond)
