"""Checks that compare the fields of a place file with each other.

They read the file's data as it stands, so that they report whatever else is wrong with it. What
is not wrong but worth knowing (`unread_series`) is told of a place that was read.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from offramp.catalogue.problems import Problem
from offramp.catalogue.toml_file import TomlFile
from offramp.catalogue.validation_words import did_you_mean
from offramp.place.schema import HAZARD_TOPICS, LAW_TOPICS, SERVICES, Series

Keys = tuple[str | int, ...]

ENDS = ("ends_no_action", "ends_warning", "ends_resolution", "ends_referral", "ends_arrest")
LARGEST = 1e12
MOST_RESIDENTS = 2_000_000_000
# What the plan takes the level of today from: one series of each, the first that is no part.
LEVELS = ("deaths", "acquisitive_offences", "violent_offences")
ROUNDING = 0.02  # published parts rarely add up exactly

# (part, whole, words): the part cannot be larger than the whole.
_AT_MOST: tuple[tuple[Keys, Keys, str], ...] = (
    (("people", "adults"), ("people", "residents"), "residents"),
    (("people", "people_who_use"), ("people", "residents"), "residents"),
    (("people", "people_who_use"), ("people", "adults"), "residents aged 15 to 64"),
    (("people", "in_treatment"), ("people", "people_who_use"), "people who use"),
    (("agency", "officers"), ("people", "residents"), "residents"),
)
_BETWEEN: tuple[tuple[Keys, float, float, str], ...] = (
    (("people", "residents"), 0, MOST_RESIDENTS, "people"),
    (("people", "mean_age"), 12, 90, "years"),
    *(
        (("agency", name), 0, 100, "hours for one contact")
        for name in (
            "hours_search",
            "hours_warning",
            "hours_resolution",
            "hours_referral",
            "hours_arrest",
            "hours_overdose",
        )
    ),
    (("money", "units_per_usd"), 1e-6, 1e7, "for one US dollar"),
    (("custody", "days_detention"), 0, 365, "days"),
    (("custody", "days_remand"), 0, 3650, "days"),
    (("custody", "days_sentence"), 0, 20000, "days"),
)


def compare_fields(
    file: TomlFile, option_ids: list[str], comparison_ids: set[str]
) -> list[Problem]:
    """Every problem that takes more than one field, or a list of known names, to see."""
    return [
        *_known_names(file, option_ids, comparison_ids),
        *_sizes(file),
        *_shares(file),
        *_groups(file),
        *_areas(file),
        *_dates(file),
        *_series(file),
    ]


def _at(data: Any, keys: Keys) -> Any:
    for key in keys:
        if isinstance(data, dict):
            data = data.get(key)
        elif isinstance(data, list) and isinstance(key, int) and key < len(data):
            data = data[key]
        else:
            return None
    return data


def _value(file: TomlFile, *keys: str | int) -> float | None:
    """The value of a figure, when it is a number."""
    value = _at(file.data, (*keys, "value"))
    return float(value) if _is_number(value) and abs(value) <= LARGEST else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _entries(file: TomlFile, name: str) -> list[Any]:
    entries = file.data.get(name)
    return entries if isinstance(entries, list) else []


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
        for index, entry in enumerate(_entries(file, table)):
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


def _sizes(file: TomlFile) -> Iterator[Problem]:
    for part, whole, words in _AT_MOST:
        small, large = _value(file, *part), _value(file, *whole)
        if small is not None and large is not None and small > large:
            problem = f"is {small:,.0f}, more than the {large:,.0f} {words}"
            yield file.problem(
                (*part, "value"), problem, f"it must be at most {'.'.join(map(str, whole))}"
            )
    for keys, low, high, unit in _BETWEEN:
        value = _value(file, *keys)
        if value is not None and (value >= 0 or low > 0) and not low <= value <= high:
            right = f"it must be between {_plain(low)} and {_plain(high)} {unit}"
            yield file.problem((*keys, "value"), f"is {value:g}", right)
    for keys, number in _walk(file.data, ()):
        if keys[-1] in ("value", "low", "high") and _is_number(number) and number > LARGEST:
            yield file.problem(keys, f"is {number:g}", "check it: nothing is that large")
    for name in ("residents", "adults", "people_who_use"):
        if _value(file, "people", name) == 0:
            right = "it must be more than 0; leave it out if unknown"
            yield file.problem(("people", name, "value"), "is 0", right)


def _plain(number: float) -> str:
    return f"{number:,.0f}" if number >= 1000 else f"{number:g}"


def _shares(file: TomlFile) -> Iterator[Problem]:
    given = {name: _value(file, "contacts", name) for name in ENDS}
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
    opioids = _value(file, "people", "use_opioids")
    stimulants = _value(file, "people", "use_stimulants")
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
    groups = _at(file.data, ("people", "groups"))
    if not isinstance(groups, list):
        return
    for field, whole, words in (
        ("residents", ("people", "residents"), "residents"),
        ("searches_drug_year", ("contacts", "searches_drug_year"), "drug searches a year"),
    ):
        values = [_value(file, "people", "groups", i, field) for i in range(len(groups))]
        total, all_of_them = sum(v for v in values if v is not None), _value(file, *whole)
        if all_of_them is not None and total > all_of_them * (1 + ROUNDING):
            yield file.problem(
                ("people", "groups"),
                f"have {total:,.0f} {words} together, more than the {all_of_them:,.0f} of "
                f"{'.'.join(whole)}",
                "groups must not overlap; correct one of the numbers",
            )
    for index in range(len(groups)):
        if _value(file, "people", "groups", index, "residents") == 0:
            at: Keys = ("people", "groups", index, "residents", "value")
            yield file.problem(at, "is 0", "it must be more than 0; leave the group out")
    yield from _named_once(file, "groups", groups, "each group needs its own name")
    reference = [
        i for i, g in enumerate(groups) if isinstance(g, dict) and g.get("reference") is True
    ]
    if len(reference) > 1:
        keys = ("people", "groups", reference[1], "reference")
        yield file.problem(keys, "is true for a second group", "keep one reference group")


def _areas(file: TomlFile) -> Iterator[Problem]:
    areas = _at(file.data, ("people", "areas"))
    if not isinstance(areas, list) or not areas:
        return
    for name, words in (("people", "the people"), ("residents", "the residents")):
        shares = [_value(file, "people", "areas", i, name) for i in range(len(areas))]
        known = [s for s in shares if s is not None]
        if sum(known) > 1.02:
            yield file.problem(
                ("people", "areas"),
                f"hold {sum(known):.3g} of {words} together",
                "the shares must add up to at most 1; what is missing is the rest of the place",
            )
        for index, value in enumerate(shares):
            if value == 0:
                at: Keys = ("people", "areas", index, name, "value")
                right = "it must be more than 0; leave the area out"
                if name == "residents":
                    right = "it must be more than 0; leave it out if nobody lives there"
                yield file.problem(at, "is 0", right)
    yield from _named_once(file, "areas", areas, "each area needs its own name")


def _dates(file: TomlFile) -> Iterator[Problem]:
    as_of = file.data.get("as_of")
    if not isinstance(as_of, date) or isinstance(as_of, datetime):
        return
    if not 2000 <= as_of.year <= 2100:
        right = "it must be a date between 2000 and 2100"
        yield file.problem(("as_of",), f"is {as_of}", right)
        return
    for keys, value in _walk(file.data, ()):
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


def _walk(data: Any, keys: Keys) -> Iterator[tuple[Keys, Any]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _walk(value, (*keys, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _walk(value, (*keys, index))
    elif keys:
        yield keys, data


def _series(file: TomlFile) -> Iterator[Problem]:
    seen: set[str] = set()
    counted: dict[tuple[Any, Any], Any] = {}
    for index, entry in enumerate(_entries(file, "outcomes")):
        name = entry.get("id") if isinstance(entry, dict) else None
        what = (_at(entry, ("measure",)), _at(entry, ("file",)))
        if all(isinstance(part, str) for part in what) and "of" not in entry:
            if what in counted:
                problem = f'counts what "{counted[what]}" counts, from the same file'
                right = "keep one of them: nothing may be used twice"
                yield file.problem(("outcomes", index, "file"), problem, right)
            counted.setdefault(what, name)
        if isinstance(name, str):
            if name in seen:
                keys = ("outcomes", index, "id")
                yield file.problem(keys, f'"{name}" is given twice', "each series needs its own id")
            seen.add(name)
    periods = {
        str(entry["id"]): entry.get("period")
        for entry in _entries(file, "outcomes")
        if isinstance(entry, dict) and isinstance(entry.get("id"), str)
    }
    for index, entry in enumerate(_entries(file, "outcomes")):
        whole = entry.get("of") if isinstance(entry, dict) else None
        if not isinstance(whole, str):
            continue
        keys = ("outcomes", index, "of")
        if whole == entry.get("id") or whole not in periods:
            right = did_you_mean(
                whole, sorted(set(periods) - {str(entry.get("id"))}), "other series"
            )
            yield file.problem(keys, f'is "{whole}"', right)
        elif periods[whole] != entry.get("period"):
            right = f"both must be counted by the same period; {whole} is by {periods[whole]}"
            yield file.problem(keys, f'is "{whole}"', right)


def unread_series(outcomes: Sequence[Series]) -> Iterator[str]:
    """A note for each series that the plan leaves out, because another of its measure is first."""
    first: dict[str, Series] = {}
    for series in outcomes:
        if series.of is not None or series.measure not in LEVELS:
            continue
        read = first.setdefault(series.measure, series)
        if read is series:
            continue
        yield (
            f"{series.id} is another series of {series.measure}, which plan does not read: it "
            f"reads the first, {read.id}; put the one to read first"
        )
