"""Whether a number can be what it is given for: its limits, and the unit of a record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from offramp.catalogue.load import Catalogue
from offramp.catalogue.problems import Problem
from offramp.catalogue.toml_file import TomlFile
from offramp.catalogue.toml_lines import Keys
from offramp.model.parameters import Parameter, declared
from offramp.validate.measuring import AT_THE_END, NOT_COUNTS
from offramp.validate.names import right_name
from offramp.validate.schema import Number, Result, StudyLever

ENDLESS = float("inf")
# Units of a record that a form takes as they are; other forms take what OF_NONE does not hold.
OF_CHANGE = {"ratio": "ratio", "percent_change": "percent", "percent_averted": "percent"}
OF_NONE = ("ratio", "log_ratio", "percent", "percentage_points", "utility")
# What nobody can do more often, or no record is near: everybody dead within a year; once in every
# week; a thousand times as often; for a hundred years.
MOST = {
    "per_100_person_years": 100.0,
    "per_person_year": 52.0,
    "per_week": 100.0,
    "per_event": 1000.0,
    "per_1000_officer_years": 100_000.0,
    "ratio": 1000.0,
    "days": 36_525.0,
    "weeks": 5_218.0,
    "years": 100.0,
    "log_ratio": 3.0,
}
# Of single parameters: what is done up to three times a day; a chance; ratios of each year of age
# or of each doubling; what is there only once.
MOST_OF = {
    "acquisitive_rate": 1000.0,
    "violent_rate": 1000.0,
    "acquisitive_level": 1000.0,
    "violent_level": 1000.0,
    "contact_rate": 1000.0,
    "death_rate": 5.0,
    "hiv_event": 1.0,
    "death_age": 0.15,
    "market_violence": 2.0,
    "solitary_shift": 2.0,
    "potency_sd": 2.0,
}
LEAST = {"days": 0.01, "weeks": 0.1, "years": 0.1}  # that something lasts: less is nothing
MAY_BE_NONE = ("missed_dose_days", "supervision_weeks")
SPREADS = ("contact_spread", "overdose_spread", "potency_sd")  # standard deviations: not below 0
LEAST_OF_HIGH = 1e-4  # a low end below this share of the high one says nothing
INSIDE = (1e-4, 1 - 1e-4)  # a range of a share that ends beyond is one of 0 and 1, with little else
RETAINED = ("retained_12", "retained_36")
RATES = {"per_person_year": "person_year", "per_100_person_years": "100_person_years"}


@dataclass(frozen=True)
class Wanted:
    """What a number must be: low to high (for a factor, above low; inside: between them), and the
    units of a record that may give it. shape: which distribution a range becomes; hint: what may
    have been meant by one beyond."""

    units: tuple[str, ...]
    low: float
    high: float
    factor: bool = False
    inside: bool = False
    shape: str = "normal"
    hint: str = ""

    def holds(self, value: float, end: bool = False) -> bool:
        """Whether this can be; end: it is one end of a range."""
        if self.factor and value == self.low:
            return False
        if self.inside and not end and value in (self.low, self.high):
            return False
        return self.low <= value <= self.high

    @property
    def words(self) -> str:
        """The limits, for a message."""
        if self.factor:
            return f"a factor above 0, up to {self.high:g}"
        if self.inside:
            return f"between {self.low:g} and {self.high:g}"
        said = f"from {self.low:g} to {self.high:g}"
        return said if self.high < ENDLESS else f"{self.low:g} or more"


SHARE = Wanted(("share",), 0.0, 1.0, shape="logitnormal")
DAYS = Wanted(("days",), LEAST["days"], MOST["days"], shape="lognormal")
FACTOR = Wanted(("ratio", "share"), 0.0, MOST["ratio"], factor=True, shape="lognormal")


def shape_of(unit: str, low: float) -> str:
    """Which distribution a range of this unit becomes, whose low end is this."""
    if unit in ("share", "utility"):
        return "logitnormal"
    return "normal" if unit in ("log_ratio", "percentage_points") or low < 0 else "lognormal"


def of_parameter(known: Parameter) -> Wanted:
    """A value of this parameter."""
    low, high = known.limits
    high = min(high, MOST_OF.get(known.name, MOST.get(known.unit, ENDLESS)))
    if known.unit == "log_ratio":
        low = 0.0 if known.name in SPREADS else max(low, -high)
    if known.bounds is None and known.unit in LEAST and known.name not in MAY_BE_NONE:
        low = LEAST[known.unit]
    hint = ""
    if known.unit == "log_ratio" and known.name not in SPREADS:
        hint = "; a ratio is entered as its logarithm: 1.05 as 0.0488"
    inside = known.name in RETAINED
    shape = shape_of(known.unit, low)
    return Wanted((known.unit,), low, high, inside=inside, shape=shape, hint=hint)


def of_lever(lever: StudyLever, known: Parameter) -> Wanted:
    """The value that a lever sets, multiplies by or adds."""
    if lever.moves == "multiply":
        return FACTOR
    wanted = of_parameter(known)
    if lever.moves == "add":
        width = wanted.high - wanted.low
        return replace(wanted, low=-width, high=width, inside=False)
    return wanted


def number_faults(
    file: TomlFile, keys: Keys, number: Number, wanted: Wanted, catalogue: Catalogue
) -> Iterator[Problem]:
    """A number, or the record that gives it, held against what it must be."""
    beyond = False
    for name in ("value", "low", "high"):
        value = getattr(number, name)
        if value is not None and not wanted.holds(value, end=name != "value"):
            beyond = True
            right = f"it must be {wanted.words}{wanted.hint}"
            yield file.problem((*keys, name), f"is {value:g}", right)
    if not beyond:
        yield from _extreme_ends(file, keys, number, wanted)
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
    ends = (False, True, True)
    out = [
        n
        for n, end in zip(numbers, ends, strict=False)
        if n is not None and not wanted.holds(n, end)
    ]
    if out:
        yield file.problem(where, said + f"which holds {out[0]:g}", f"it must be {wanted.words}")


def _extreme_ends(file: TomlFile, keys: Keys, number: Number, wanted: Wanted) -> Iterator[Problem]:
    """A range that its distribution can hold only with nearly everything far from the value."""
    value, low, high = number.value, number.low, number.high
    if value is None or low is None or high is None or low == high:
        return
    right = "give the {} that it can be, {}; or leave low and high out"
    if wanted.shape == "logitnormal":
        if low < INSIDE[0] < value:
            problem = f"is {low:g}, where value is {value:g}"
            yield file.problem((*keys, "low"), problem, right.format("least", "above 0"))
        if high > INSIDE[1] > value:
            problem = f"is {high:g}, where value is {value:g}"
            yield file.problem((*keys, "high"), problem, right.format("most", "below 1"))
    elif wanted.shape == "lognormal" and 0 <= low < LEAST_OF_HIGH * high and value > 0:
        problem = f"is {low:g}, where value is {value:g} and high {high:g}"
        yield file.problem((*keys, "low"), problem, right.format("least", "above 0"))


def retention_faults(
    file: TomlFile, parameters: Mapping[str, Number], catalogue: Catalogue
) -> Iterator[Problem]:
    """More people who stay in treatment for three years than for one."""
    first, last = RETAINED
    if last not in parameters:
        return
    given = {name: _estimate(parameters.get(name), name, catalogue) for name in RETAINED}
    one, three = given[first], given[last]
    if one is not None and three is not None and three > one:
        ours = "" if first in parameters else ", the model's own"
        right = f"who stays for 36 months stayed for 12: it must be at most {first}"
        if ours:
            right += "; give that too"
        problem = f"is {three:g}, more than {first} ({one:g}{ours})"
        yield file.problem(("parameters", last), problem, right)


def _estimate(number: Number | None, name: str, catalogue: Catalogue) -> float | None:
    if number is not None and number.value is not None:
        return number.value
    named = number.evidence if number is not None else declared()[name].evidence
    record = catalogue.evidence.get(named or "")
    return record.estimate if record is not None else None


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
