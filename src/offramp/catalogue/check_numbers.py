"""Is the number of an evidence record possible, and does its unit suit what uses it?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from offramp.catalogue.load import Catalogue
from offramp.catalogue.problems import Problem
from offramp.catalogue.schema import Evidence
from offramp.catalogue.toml_file import TomlFile

CURRENCIES = ("GBP", "USD", "EUR", "CAD")

_BOUNDS: dict[str, tuple[float, float, str]] = {
    "share": (0, 1, "between 0 and 1"),
    "percent": (-100, 100_000, "-100 or more"),
    "percentage_points": (-100, 100, "between -100 and 100"),
    "utility": (-1, 1, "between -1 and 1"),
}
_MAY_BE_NEGATIVE = (  # differences
    "log_ratio", "points", "count", "minutes", "hours", "days", "weeks", "years", *CURRENCIES,
    "direction",
)  # fmt: skip


def number_problems(catalogue: Catalogue) -> Iterator[Problem]:
    for record in catalogue.evidence.values():
        file = catalogue.files[f"evidence/{record.id}.toml"]
        yield from _interval(record, file)
        yield from _bounds(record, file)
        yield from _prior(record, file)
        yield from _judgement(record, file)
        yield from _price_year(record, file)
        yield from _source(record, file)


def _numbers(record: Evidence) -> list[tuple[tuple[str, ...], float]]:
    found: list[tuple[tuple[str, ...], float]] = []
    if record.estimate is not None:
        found.append((("estimate",), record.estimate))
    if record.interval is not None:
        found.append((("interval", "low"), record.interval.low))
        found.append((("interval", "high"), record.interval.high))
    return found


def _interval(record: Evidence, file: TomlFile) -> Iterator[Problem]:
    estimate, interval = record.estimate, record.interval
    if record.unit == "direction":
        for keys, value in _numbers(record):
            yield file.problem(keys, f"is {value:g}", "a direction has no number; give its unit")
    elif estimate is None:
        right = 'add the number, or make the unit "direction" when none was published'
        yield file.problem(("estimate",), "is missing", right)
    if interval is None:
        return
    if interval.low > interval.high:
        problem = f"runs from {interval.low:g} down to {interval.high:g}"
        yield file.problem(("interval",), problem, "low must not be above high")
    elif estimate is not None and not interval.low <= estimate <= interval.high:
        problem = f"{interval.low:g} to {interval.high:g} does not contain the estimate"
        right = f"look up the source again: the estimate is {estimate:g}"
        yield file.problem(("interval",), problem, right)


def _bounds(record: Evidence, file: TomlFile) -> Iterator[Problem]:
    low, high, words = _BOUNDS.get(record.unit, (0, float("inf"), "0 or more"))
    if record.unit in _MAY_BE_NEGATIVE:
        return
    for keys, value in _numbers(record):
        if not low <= value <= high:
            yield file.problem(
                keys, f"is {value:g}", f"with the unit {record.unit} it must be {words}"
            )


def _prior(record: Evidence, file: TomlFile) -> Iterator[Problem]:
    prior = record.prior
    if prior == "none":
        return
    if record.unit == "direction":
        yield file.problem(("prior",), f'is "{prior}"', 'a direction has no number; use "none"')
        return
    if record.interval is None:
        right = 'add the interval, or use prior = "none"'
        yield file.problem(("interval",), "is missing", right)
    for keys, value in _numbers(record):
        if prior == "lognormal" and value <= 0:
            yield file.problem(keys, f"is {value:g}", "a lognormal prior needs more than 0")
        if prior == "logitnormal" and not 0 < value < 1:
            yield file.problem(keys, f"is {value:g}", "a logitnormal prior needs 0 to 1, ends out")
    if prior == "logitnormal" and record.unit not in ("share", "utility"):
        right = "a logitnormal prior is for a share; use lognormal or normal"
        yield file.problem(("prior",), f"does not fit the unit {record.unit}", right)


def _judgement(record: Evidence, file: TomlFile) -> Iterator[Problem]:
    if record.design == "judgement" and record.checked.how != "judgement":
        problem = f'is "{record.checked.how}" in a judgement'
        yield file.problem(("checked", "how"), problem, 'it must be "judgement"')
    if record.design != "judgement" and record.checked.how == "judgement":
        problem = f'is "{record.design}" though it was checked by judgement'
        yield file.problem(("design",), problem, 'it must be "judgement"')
    if record.design != "judgement":
        return
    if not (record.why or "").strip():
        yield file.problem(("why",), "is missing", "say why you judge this range")
    if record.interval is None and record.unit != "direction":
        yield file.problem(("interval",), "is missing", "a judgement needs a wide range")


def _price_year(record: Evidence, file: TomlFile) -> Iterator[Problem]:
    year = record.price_year
    if year is None:
        return
    if record.unit not in CURRENCIES:
        problem = f"is {year}, and the unit is {record.unit}"
        right = f"only prices have a price year (units {', '.join(CURRENCIES)}); leave it out"
        yield file.problem(("price_year",), problem, right)
    elif year > record.checked.on.year:
        problem = f"is {year}, and the record was checked in {record.checked.on.year}"
        yield file.problem(("price_year",), problem, "it must not lie after checked.on")


def _source(record: Evidence, file: TomlFile) -> Iterator[Problem]:
    doi, url = record.source.doi, record.source.url
    if doi is not None and not re.fullmatch(r"10\.\d{4,9}/\S+", doi):
        yield file.problem(("source", "doi"), f'is "{doi}"', "a DOI looks like 10.1136/bmj.j1550")
    if url is not None and not re.fullmatch(r"https?://\S+", url):
        yield file.problem(("source", "url"), f'is "{url}"', "it must start with https://")


def use_problems(catalogue: Catalogue, parameters: Mapping[str, str]) -> Iterator[Problem]:
    """Units of the records that levers and costs take their numbers from.

    parameters: name -> unit of what a lever may move; empty when not known.
    """
    for option in catalogue.options.values():
        file = catalogue.files[f"options/{option.id}.toml"]
        for index, lever in enumerate(option.levers):
            value = catalogue.evidence.get(lever.evidence)
            if value is not None:
                at = ("levers", index, "evidence")
                if value.estimate is None:
                    right = "name a record with an estimate"
                    yield file.problem(at, f"{value.id} has no number", right)
                elif lever.moves == "multiply" and value.unit != "ratio":
                    right = 'moves = "multiply" needs a record whose unit is ratio'
                    yield file.problem(at, f"{value.id} has the unit {value.unit}", right)
                elif lever.moves != "multiply":
                    unit = parameters.get(lever.parameter, "")
                    if unit in ("share", "ratio") and value.unit != unit:
                        right = f"{lever.parameter} needs a record whose unit is {unit}"
                        yield file.problem(at, f"{value.id} has the unit {value.unit}", right)
            for key, share in lever.shares().items():
                record = catalogue.evidence.get(share)
                if record is not None and (record.unit != "share" or record.estimate is None):
                    problem = f"{record.id} has the unit {record.unit}"
                    right = f"{key} must be a record with a share between 0 and 1"
                    yield file.problem(("levers", index, key), problem, right)
            if lever.refreshed and lever.half_life_weeks is None:
                right = "give half_life_weeks too, or leave refreshed out"
                problem = "stands for what has faded, but nothing fades"
                yield file.problem(("levers", index, "refreshed"), problem, right)
            if lever.refreshed and not {cost.per for cost in option.costs} & {"year", "officer"}:
                right = "add a cost per year or per officer that holds the refreshers"
                problem = "stands for refreshers, but no cost is paid every year"
                yield file.problem(("levers", index, "refreshed"), problem, right)
        for index, cost in enumerate(option.costs):
            price = catalogue.evidence.get(cost.evidence)
            if price is not None and price.unit not in CURRENCIES:
                right = f"a cost must be a record in {', '.join(CURRENCIES)}"
                problem = f"{price.id} has the unit {price.unit}"
                yield file.problem(("costs", index, "evidence"), problem, right)
