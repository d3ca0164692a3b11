"""Presets: what is taken for a place that does not say, from its region, country or the world.

A preset is a TOML file in `presets/`, shaped like place.toml, with `id`, `name`, `country`
(left out: the world) and two more tables: `rates` turn into counts once the number of residents
is known, and `mixes` give what people use by the answer to "what is used most".
Every figure is `basis = "preset"` (a published number) or `basis = "judged"` (ours, with a wide
range and the reason in `note`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from offramp.catalogue.problems import InputError, Problem
from offramp.catalogue.toml_file import TomlFile, check_part, read
from offramp.catalogue.validation_words import did_you_mean
from offramp.languages import language
from offramp.languages.toml_texts import in_language
from offramp.place.schema import (
    Agency,
    Contacts,
    Count,
    Custody,
    LawFact,
    Money,
    People,
    Place,
    Section,
    Service,
    Share,
)

FOLDER = Path(__file__).parent / "presets"
WORLD = "world"


class Rates(Section):
    """Numbers that become counts of this place."""

    residents: Count | None = None  # for a place that does not even say how many live there
    adults_share_of_residents: Share | None = None
    people_who_use_share_of_adults: Share | None = None
    in_treatment_share_of_opioid_use: Share | None = None  # of those who use opioids at all
    officers_per_1000_residents: Count | None = None
    searches_drug_per_1000_residents: Count | None = None
    drug_offences_per_1000_residents: Count | None = None
    possession_arrests_per_1000_residents: Count | None = None
    arrests_per_person_who_uses: Count | None = None  # a year, any offence


class Mix(Section):
    """What people use, where one kind of drug is used most."""

    use_opioids: Share | None = None
    use_stimulants: Share | None = None
    inject: Share | None = None


class Preset(Section):
    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    name: Annotated[str, Field(min_length=2)]
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    whole_country: bool = True  # false: a region; used only where place.toml names it
    as_of: date
    says: str = ""
    rates: Rates = Rates()
    mixes: dict[Literal["opioids", "stimulants", "both"], Mix] = Field(default_factory=dict)
    people: People = People()
    law: dict[str, LawFact] = Field(default_factory=dict)
    services: dict[str, Service] = Field(default_factory=dict)
    agency: Agency = Agency()
    contacts: Contacts = Contacts()
    custody: Custody = Custody()
    money: Money = Money()

    @model_validator(mode="after")
    def _linked(self) -> Preset:
        for topic, fact in self.law.items():
            if fact.status != "unknown" and not fact.url:
                raise PydanticCustomError(
                    "unlinked",
                    "has no url",
                    {"right": "give the address of the page that was read", "keys": ["law", topic]},
                )
        return self


def preset_ids() -> list[str]:
    """Ids of the presets that ship with the package."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def read_preset(preset_id: str) -> Preset:
    """One preset, its words in the language spoken now.

    Raises InputError when it does not exist or is wrong.
    """
    return _read_preset(preset_id, language().code)


@cache
def _read_preset(preset_id: str, _language: str) -> Preset:
    file = read(FOLDER / f"{preset_id}.toml", f"presets/{preset_id}.toml")
    return check_part(file, Preset, in_language(file.data, f"presets/{preset_id}"), ())


def chain(place: Place, file: TomlFile | None = None) -> list[Preset]:
    """The presets of a place, nearest first; the last is the world's.

    Raises InputError when the place names a preset that does not exist.
    """
    known = preset_ids()
    found: list[Preset] = []
    if place.preset is not None:
        if place.preset not in known:
            problem = f'is "{place.preset}", which is no preset'
            right = did_you_mean(place.preset, known, "presets")
            if file is None:
                raise InputError(Problem("place.toml", 0, "preset", problem, right))
            raise InputError(file.problem(("preset",), problem, right))
        named = read_preset(place.preset)
        if named.country not in (None, place.country):
            problem = f'is "{place.preset}", which is for {named.country}'
            right = f"it must be a preset of {place.country}, or be left out"
            if file is None:
                raise InputError(Problem("place.toml", 0, "preset", problem, right))
            raise InputError(file.problem(("preset",), problem, right))
        found.append(named)
    for preset_id in known:
        preset = read_preset(preset_id)
        if preset.country == place.country and preset.whole_country and preset not in found:
            found.append(preset)
    world = read_preset(WORLD)
    return found if world in found else [*found, world]


def presets_hash(presets: Sequence[Preset]) -> str:
    """sha256 over the files of these presets, whatever their line ends."""
    digest = hashlib.sha256()
    for preset in presets:
        text = read(FOLDER / f"{preset.id}.toml", f"presets/{preset.id}.toml").text
        digest.update(f"{preset.id}\0{text}\0".encode())
    return digest.hexdigest()


def regions_of(country: str) -> list[Preset]:
    """Presets for a part of the country, which a place there may name."""
    presets = [read_preset(preset_id) for preset_id in preset_ids()]
    return [p for p in presets if p.country == country and not p.whole_country]
