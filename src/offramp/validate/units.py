"""Whether a number can be what it is given for: its limits, and the unit of a record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from offramp.catalogue.load import Catalogue
from offramp.catalogue.problems import Problem
from offramp.catalogue.toml_file import TomlFile
from offramp.catalogue.toml_lines import Keys
from offramp.model.parameters import Parameter
from offramp.validate.measuring import AT_THE_END, NOT_COUNTS
from offramp.validate.names import right_name
from offramp.validate.schema import Number, Result, StudyLever

ENDLESS = float("inf")
# Units of a record that a form takes as they are; other forms take what OF_NONE does not hold.
OF_CHANGE = {"ratio": "ratio", "percent_change": "percent", "percent_averted": "percent"}
OF_NONE = ("ratio", "log_ratio", "percent", "percentage_points", "utility")
# What nobody can do more often: everybody dead within a year; three times a day, every day.
MOST = {"per_100_person_years": 100.0, "per_person_year": 1000.0}
RATES = {"per_person_year": "person_year", "per_100_person_years": "100_person_years"}


@dataclass(frozen=True)
class Wanted:
    """What a number must be: low to high (above low, for a factor), and the units of a record
    that may give it."""

    units: tuple[str, ...]
    low: float
    high: float
    factor: bool = False

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high and not (self.factor and value == self.low)

    @property
    def words(self) -> str:
        """The limits, for a message."""
        if self.factor:
            return "a factor above 0"
        return (
            f"from {self.low:g} to {self.high:g}"
            if self.high < ENDLESS
            else f"{self.low:g} or more"
        )


SHARE = Wanted(("share",), 0.0, 1.0)
DAYS = Wanted(("days",), 0.0, ENDLESS)
FACTOR = Wanted(("ratio", "share"), 0.0, ENDLESS, factor=True)


def of_parameter(known: Parameter) -> Wanted:
    """A value of this parameter."""
    low, high = known.limits
    return Wanted((known.unit,), low, min(high, MOST.get(known.unit, ENDLESS)))


def of_lever(lever: StudyLever, known: Parameter) -> Wanted:
    """The value that a lever sets, multiplies by or adds."""
    if lever.moves == "multiply":
        return FACTOR
    if lever.moves == "add":
        width = known.limits[1] - known.limits[0]
        return Wanted((known.unit,), -width, width)
    return of_parameter(known)


def number_faults(
    file: TomlFile, keys: Keys, number: Number, wanted: Wanted, catalogue: Catalogue
) -> Iterator[Problem]:
    """A number, or the record that gives it, held against what it must be."""
    for name in ("value", "low", "high"):
        value = getattr(number, name)
        if value is not None and not wanted.holds(value):
            yield file.problem((*keys, name), f"is {value:g}", f"it must be {wanted.words}")
    if number.evidence is None:
        return
    where = (*keys, "evidence")
    unknown = list(record_faults(file, where, number.evidence, catalogue))
    yield from unknown
    if unknown:
        return
    record = catalogue.evidence[number.evidence]
    said = f"is {number.evidence!r}, "
    if record.unit not in wanted.units:
        right = f"give a record in {_listed(wanted.units)}, or a value in that unit with its source"
        yield file.problem(where, said + f"which is in {_plain(record.unit)}", right)
        return
    numbers = [record.estimate]
    if record.interval is not None:
        numbers += [record.interval.low, record.interval.high]
    out = [n for n in numbers if n is not None and not wanted.holds(n)]
    if out:
        yield file.problem(where, said + f"which holds {out[0]:g}", f"it must be {wanted.words}")


def record_faults(file: TomlFile, keys: Keys, name: str, catalogue: Catalogue) -> Iterator[Problem]:
    """A record that is not there, or has no number."""
    record = catalogue.evidence.get(name)
    if record is None:
        right = right_name(name, list(catalogue.evidence), "records")
        yield file.problem(keys, f"is {name!r}", right)
    elif record.estimate is None:
        yield file.problem(keys, f"is {name!r}, which has no number", "give a record that has one")


def published_unit_faults(
    file: TomlFile, result: Result, catalogue: Catalogue
) -> Iterator[Problem]:
    """A record that is taken as published although its unit cannot be that of the comparison.
    Where `times` or `value` turns it into the unit, nothing is said."""
    published = result.published
    record = catalogue.evidence.get(published.evidence or "")
    if record is None or record.estimate is None:
        return
    if published.value is not None or published.times != 1:
        return
    if not _fits(record.unit, result):
        problem = f"is {record.id!r}, in {_plain(record.unit)}, "
        problem += f"but {result.measure} is compared as {_compared_as(result)}"
        right = "choose another form, or give times or value, and say in because how it was turned"
        yield file.problem(("result", "published", "evidence"), problem, right)


def _fits(unit: str, result: Result) -> bool:
    if result.form in OF_CHANGE:
        return unit == OF_CHANGE[result.form]
    if result.measure in AT_THE_END:
        return unit == "share"
    if result.measure in NOT_COUNTS:  # points and ratios of their own
        return True
    if unit in RATES and result.form != "per_averted":
        return result.per == RATES[unit]
    return unit not in OF_NONE


def _compared_as(result: Result) -> str:
    as_form = _plain(result.form)
    return as_form if result.form in OF_CHANGE else f"{as_form} per {_plain(result.per)}"


def _plain(word: str) -> str:
    return word.replace("_", " ")


def _listed(units: tuple[str, ...]) -> str:
    return " or ".join(_plain(unit) for unit in units)
