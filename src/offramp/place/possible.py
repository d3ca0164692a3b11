"""Numbers of a place that cannot be: parts larger than the whole, more than anybody could do.

`impossible` reads the file's data as it stands; `beyond_presets` holds the place's own numbers
against those that presets give for what it leaves out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from offramp.catalogue.problems import Problem
from offramp.catalogue.toml_file import TomlFile
from offramp.place.figures import Count, Figure, Share
from offramp.place.raw_fields import LARGEST, Keys, at, is_number, number_at, value_of, walk
from offramp.place.schema import Place

MOST_RESIDENTS = 2_000_000_000
MOST_A_YEAR = 10  # of what police do, for each resident
LEAST_OF_HIGH = 1e-4  # a low end below this share of the high one says nothing

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
_A_YEAR: tuple[tuple[Keys, str], ...] = (
    (("contacts", "searches_drug_year"), "searches"),
    (("contacts", "drug_offences_year"), "offences"),
    (("contacts", "possession_arrests_year"), "arrests"),
    (("custody", "arrests_year"), "arrests"),
)
_ENDS = ("value", "low", "high")
CHARGED, SENTENCED = ("custody", "charged"), ("custody", "sentenced")


def impossible(file: TomlFile) -> Iterator[Problem]:
    """Every number that cannot be, or that contradicts another one of the file."""
    yield from _parts(file)
    yield from _limits(file)
    yield from _a_year(file)
    yield from _a_year_of_groups(file)
    yield from _held(value_of(file, *CHARGED), value_of(file, *SENTENCED), file)
    yield from _lows(file)
    for name in ("residents", "adults", "people_who_use"):
        if value_of(file, "people", name) == 0:
            right = "it must be more than 0; leave it out if unknown"
            yield file.problem(("people", name, "value"), "is 0", right)


def _parts(file: TomlFile) -> Iterator[Problem]:
    """Parts larger than the whole, by the farthest that the whole may be; the high end of a part
    only where the whole has one too (without one the plan does not take it as exact)."""
    told: set[Keys] = set()
    for part, whole, words in _AT_MOST:
        most, name = value_of(file, *whole), ".".join(map(str, whole))
        if most is None:
            continue
        high = number_at(file, *whole, "high")
        limit = max(most, high or 0)
        exact = high is not None or whole != ("people", "people_who_use")
        for end in ("value", "high") if exact else ("value",):
            found = number_at(file, *part, end)
            if found is not None and found > limit and part not in told:
                told.add(part)
                problem = f"is {found:,.0f}, more than the {limit:,.0f} {words}"
                yield file.problem((*part, end), problem, f"it must be at most {name}")


def _limits(file: TomlFile) -> Iterator[Problem]:
    for keys, low, high, unit in _BETWEEN:
        for end in _ENDS:
            value = number_at(file, *keys, end)
            known = value is not None and (value >= 0 or low > 0)
            if value is not None and known and not low <= value <= high:
                right = f"it must be between {_plain(low)} and {_plain(high)} {unit}"
                yield file.problem((*keys, end), f"is {value:g}", right)
                break
    for keys, number in walk(file.data, ()):
        if keys[-1] in _ENDS and is_number(number) and number > LARGEST:
            yield file.problem(keys, f"is {number:g}", "check it: nothing is that large")


def _a_year(file: TomlFile) -> Iterator[Problem]:
    residents = value_of(file, "people", "residents")
    if not residents:
        return
    residents = max(residents, number_at(file, "people", "residents", "high") or 0)
    for keys, words in _A_YEAR:
        for end in _ENDS:
            value = number_at(file, *keys, end)
            if value is not None and value > MOST_A_YEAR * residents:
                problem = f"is {value:,.0f}, of {residents:,.0f} residents"
                right = f"check it: more than {MOST_A_YEAR} {words} a year for each resident"
                yield file.problem((*keys, end), problem, right)
                break


def _a_year_of_groups(file: TomlFile) -> Iterator[Problem]:
    groups = at(file.data, ("people", "groups"))
    for index in range(len(groups) if isinstance(groups, list) else 0):
        group: Keys = ("people", "groups", index)
        residents = value_of(file, *group, "residents")
        searches = value_of(file, *group, "searches_drug_year")
        if residents and searches and searches > MOST_A_YEAR * residents:
            problem = f"is {searches:,.0f}, of {residents:,.0f} residents of the group"
            right = f"check it: more than {MOST_A_YEAR} searches a year for each of them"
            yield file.problem((*group, "searches_drug_year", "value"), problem, right)


def _held(charged: float | None, sentenced: float | None, file: TomlFile) -> Iterator[Problem]:
    """Shares of arrests that lead to remand and to a sentence, which leave each other out."""
    if charged is None or sentenced is None or charged + sentenced <= 1:
        return
    if max(charged, sentenced) <= 1:
        problem = f"is {charged:g}, and custody.sentenced {sentenced:g}: more than all arrests"
        right = "count those held before trial who are not sentenced to prison in the end"
        yield file.problem((*CHARGED, "value"), problem, right)


def _lows(file: TomlFile) -> Iterator[Problem]:
    """Low ends that are nothing where the number itself is something: such numbers are read as
    log-normal, for which no low end is near 0."""
    for section, name in _AMOUNTS:
        value, low, high = (number_at(file, section, name, end) for end in ("value", "low", "high"))
        if value is None or low is None or high is None or not 0 <= low <= value <= high:
            continue
        if value > 0 and low < high * LEAST_OF_HIGH:
            problem = f"is {low:g}, where value is {value:g}"
            if low > 0:
                problem = f"is {low:g}, less than a ten-thousandth of high ({high:g})"
            right = "give the least that it can be, above 0; or leave low and high out"
            yield file.problem((section, name, "low"), problem, right)


def _amounts() -> Iterator[tuple[str, str]]:
    """Figures that are no shares, by section."""
    for section in ("people", "agency", "contacts", "custody", "money"):
        model = type(Place.model_fields[section].default)
        for name, field in model.model_fields.items():
            kinds = [kind for kind in get_args(field.annotation) if isinstance(kind, type)]
            if any(issubclass(kind, Figure) and not issubclass(kind, Share) for kind in kinds):
                yield section, name


_AMOUNTS = tuple(_amounts())


def _plain(number: float) -> str:
    return f"{number:,.0f}" if number >= 1000 else f"{number:g}"


def beyond_presets(file: TomlFile, own: Place, resolved: Place) -> list[Problem]:
    """The place's own numbers that cannot be beside what presets give for those left out."""
    found = []
    treated, using = own.people.in_treatment, resolved.people.people_who_use
    if treated is not None and using is not None and own.people.people_who_use is None:
        most = max(using.value, using.high or 0)
        if treated.value > most:
            problem = f"is {treated.value:,.0f}, of at most {most:,.0f} people who use"
            right = "so many follow from the residents: count those who live here, or give "
            if own.people.residents is None:
                right = "so many follow from residents that nobody gave: give people.residents or "
            right += "people.people_who_use"
            found.append(file.problem(("people", "in_treatment", "value"), problem, right))
    charged, sentenced = resolved.custody.charged, resolved.custody.sentenced
    if charged is not None and sentenced is not None:
        found += _held(charged.value, sentenced.value, file)
    residents = resolved.people.residents
    uses = own.people.people_who_use
    if own.people.residents is not None or residents is None:
        return found
    if uses is not None and uses.value > residents.value:
        problem = f"is {uses.value:,.0f}, of {residents.value:,.0f} residents taken as given"
        where = ("people", "people_who_use", "value")
        found.append(file.problem(where, problem, "give people.residents"))
    for (section, name), words in _A_YEAR:
        given: Count | None = getattr(getattr(own, str(section)), str(name))
        if given is not None and given.value > MOST_A_YEAR * residents.value:
            problem = f"is {given.value:,.0f}, of {residents.value:,.0f} residents"
            right = f"more than {MOST_A_YEAR} {words} a year for each resident: give "
            right += "people.residents"
            found.append(file.problem((section, name, "value"), problem, right))
    return found
