"""Checks that compare the fields of a place file with each other.

They read the file's data as it stands, so that they report whatever else is wrong with it. Numbers
that cannot be stand in `possible.py`, series in `series_fields.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from offramp.catalogue.problems import Problem
from offramp.catalogue.toml_file import TomlFile
from offramp.catalogue.validation_words import did_you_mean
from offramp.place.possible import impossible
from offramp.place.raw_fields import Keys, at, entries, value_of, walk
from offramp.place.schema import HAZARD_TOPICS, LAW_TOPICS, SERVICES
from offramp.place.series_fields import series_faults

ENDS = ("ends_no_action", "ends_warning", "ends_resolution", "ends_referral", "ends_arrest")
ROUNDING = 0.02  # published parts rarely add up exactly


def compare_fields(
    file: TomlFile, option_ids: list[str], comparison_ids: set[str]
) -> list[Problem]:
    """Every problem that takes more than one field, or a list of known names, to see."""
    return [
        *_known_names(file, option_ids, comparison_ids),
        *impossible(file),
        *_shares(file),
        *_groups(file),
        *_areas(file),
        *_dates(file),
        *series_faults(file),
    ]


def _known_names(
    file: TomlFile, option_ids: list[str], comparison_ids: set[str]
) -> Iterator[Problem]:
    for table, known, what in (
        ("law", (*LAW_TOPICS, *HAZARD_TOPICS), "topics of law"),
        ("services", SERVICES, "services"),
    ):
        section = file.data.get(table)
        for key in section if isinstance(section, dict) else ():
            if key not in known:
                right = did_you_mean(str(key), known, what)
                yield file.problem((table, key), "is not a known key", right)
    candidates = [option for option in option_ids if option not in comparison_ids]
    for table in ("practice", "covered"):
        seen: set[str] = set()
        for index, entry in enumerate(entries(file, table)):
            option = entry.get("option") if isinstance(entry, dict) else None
            if not isinstance(option, str):
                continue
            keys = (table, index, "option")
            if option in comparison_ids:
                right = "leave it out: it only stands beside the options for comparison"
                yield file.problem(keys, f'is "{option}", which is not an option', right)
            elif option not in option_ids:
                right = did_you_mean(option, candidates, "options")
                yield file.problem(keys, f'is "{option}", which is no option', right)
            elif option in seen:
                yield file.problem(keys, f'"{option}" is given twice', "keep one of them")
            seen.add(option)


def _shares(file: TomlFile) -> Iterator[Problem]:
    given = {name: value_of(file, "contacts", name) for name in ENDS}
    parts = {name: value for name, value in given.items() if value is not None}
    total = sum(parts.values())
    if len(parts) == len(ENDS) and abs(total - 1) > ROUNDING:
        yield file.problem(
            ("contacts", ENDS[-1]),
            f"and the other shares of how contacts end add up to {total:.3g}",
            "ends_no_action, ends_warning, ends_resolution, ends_referral and ends_arrest "
            "must add up to 1",
        )
    elif total > 1 + ROUNDING:
        yield file.problem(
            ("contacts", list(parts)[-1]),
            f"and the other shares of how contacts end add up to {total:.3g} already",
            "together they must be at most 1",
        )
    opioids = value_of(file, "people", "use_opioids")
    stimulants = value_of(file, "people", "use_stimulants")
    if opioids is not None and stimulants is not None and opioids + stimulants > 1 + 1e-9:
        yield file.problem(
            ("people", "use_stimulants", "value"),
            f"and use_opioids add up to {opioids + stimulants:.3g}",
            "they must add up to at most 1: people who use both are counted in neither",
        )


def _named_once(file: TomlFile, key: str, entries: list[object], right: str) -> Iterator[Problem]:
    names = [entry.get("name") for entry in entries if isinstance(entry, dict)]
    for index, name in enumerate(names):
        if name is not None and name in names[:index]:
            yield file.problem(("people", key, index, "name"), f'"{name}" is given twice', right)


def _groups(file: TomlFile) -> Iterator[Problem]:
    groups = at(file.data, ("people", "groups"))
    if not isinstance(groups, list):
        return
    for field, whole, words in (
        ("residents", ("people", "residents"), "residents"),
        ("searches_drug_year", ("contacts", "searches_drug_year"), "drug searches a year"),
    ):
        values = [value_of(file, "people", "groups", i, field) for i in range(len(groups))]
        total, all_of_them = sum(v for v in values if v is not None), value_of(file, *whole)
        if all_of_them is not None and total > all_of_them * (1 + ROUNDING):
            yield file.problem(
                ("people", "groups"),
                f"have {total:,.0f} {words} together, more than the {all_of_them:,.0f} of "
                f"{'.'.join(whole)}",
                "groups must not overlap; correct one of the numbers",
            )
    for index in range(len(groups)):
        if value_of(file, "people", "groups", index, "residents") == 0:
            where: Keys = ("people", "groups", index, "residents", "value")
            yield file.problem(where, "is 0", "it must be more than 0; leave the group out")
    yield from _named_once(file, "groups", groups, "each group needs its own name")
    reference = [
        i for i, g in enumerate(groups) if isinstance(g, dict) and g.get("reference") is True
    ]
    if len(reference) > 1:
        keys = ("people", "groups", reference[1], "reference")
        yield file.problem(keys, "is true for a second group", "keep one reference group")


def _areas(file: TomlFile) -> Iterator[Problem]:
    areas = at(file.data, ("people", "areas"))
    if not isinstance(areas, list) or not areas:
        return
    for name, words in (("people", "the people"), ("residents", "the residents")):
        shares = [value_of(file, "people", "areas", i, name) for i in range(len(areas))]
        known = [s for s in shares if s is not None]
        if sum(known) > 1.02:
            yield file.problem(
                ("people", "areas"),
                f"hold {sum(known):.3g} of {words} together",
                "the shares must add up to at most 1; what is missing is the rest of the place",
            )
        for index, value in enumerate(shares):
            if value == 0:
                where: Keys = ("people", "areas", index, name, "value")
                right = "it must be more than 0; leave the area out"
                if name == "residents":
                    right = "it must be more than 0; leave it out if nobody lives there"
                yield file.problem(where, "is 0", right)
    yield from _named_once(file, "areas", areas, "each area needs its own name")


def _dates(file: TomlFile) -> Iterator[Problem]:
    as_of = file.data.get("as_of")
    if not isinstance(as_of, date) or isinstance(as_of, datetime):
        return
    if not 2000 <= as_of.year <= 2100:
        right = "it must be a date between 2000 and 2100"
        yield file.problem(("as_of",), f"is {as_of}", right)
        return
    for keys, value in walk(file.data, ()):
        if keys[-1] not in ("on", "since", "price_year"):
            continue
        if isinstance(value, date) and not isinstance(value, datetime):
            if value > as_of:
                yield _late(file, keys, value, as_of)
            elif value.year < 1900:
                yield file.problem(keys, f"is {value}", "check the year")
        elif isinstance(value, int) and not isinstance(value, bool):
            if value > as_of.year:
                yield _late(file, keys, value, as_of)
            elif value < 1900:
                yield file.problem(keys, f"is {value}", "it must be a year such as 2024")


def _late(file: TomlFile, keys: Keys, value: object, as_of: date) -> Problem:
    right = f"it must not lie after as_of ({as_of}); bring as_of up to date if it is right"
    return file.problem(keys, f"is {value}", right)
