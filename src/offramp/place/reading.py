"""Read the five answers of `place new` as they are typed."""

from __future__ import annotations

from offramp.place.answer import AnswerError, choice_from, number_from
from offramp.place.countries import wrong_country
from offramp.place.load import COMPARISON
from offramp.place.new import MAINLY
from offramp.place.possible import MOST_RESIDENTS


def name(typed: str) -> str:
    """The name of the place."""
    if len(typed.strip()) < 2:
        raise AnswerError("a name is needed")
    return typed.strip()


def country(typed: str) -> str:
    """A country code."""
    code = typed.strip().upper()
    if code == "UK":
        return "GB"
    if right := wrong_country(code):
        raise AnswerError(right)
    return code


def regions(country_code: str) -> list[tuple[str, str]]:
    """Id and name of every preset for a part of the country."""
    from offramp.place.preset import regions_of

    return [(preset.id, preset.name) for preset in regions_of(country_code)]


def region(typed: str, known: list[tuple[str, str]]) -> str | None:
    """A preset, from its id, its name or its number in the list."""
    word = typed.strip().lower()
    if not word:
        return None
    if word.isdigit() and 1 <= int(word) <= len(known):
        return known[int(word) - 1][0]
    for preset_id, preset_name in known:
        if word in (preset_id, preset_name.lower()):
            return preset_id
    raise AnswerError(f'"{typed.strip()}" is none of the numbers or ids above')


def residents(typed: str) -> float | None:
    """How many live there."""
    if not typed.strip():
        return None
    value = number_from(typed, share=False)
    if not 1 <= value <= MOST_RESIDENTS:
        raise AnswerError(f"it must be from 1 to {MOST_RESIDENTS:,}")
    return value


def mainly(typed: str) -> str:
    """What is used most."""
    return choice_from(typed, MAINLY) if typed.strip() else "unknown"


def option_names() -> list[tuple[str, str]]:
    """Id and name of every option, in the order of the ids."""
    from offramp.catalogue.load import load

    return [
        (option.id, option.name)
        for option in load().candidates.values()
        if option.id not in COMPARISON
    ]


def options(typed: str, names: list[tuple[str, str]]) -> list[str]:
    """Ids of options, from ids or from numbers of the list."""
    ids = tuple(option_id for option_id, _ in names)
    found = []
    for part in typed.replace(",", " ").split():
        if part.isdigit() and 1 <= int(part) <= len(ids):
            found.append(ids[int(part) - 1])
        elif part in ids:
            found.append(part)
        else:
            raise AnswerError(f'"{part}" is none of the numbers or ids above')
    return list(dict.fromkeys(found))
