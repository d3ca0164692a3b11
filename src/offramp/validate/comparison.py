"""Whether a comparison says anything: its unit, its two sides, and what was published of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from math import isfinite
from typing import Any

from offramp.catalogue.load import Catalogue
from offramp.catalogue.problems import Problem
from offramp.catalogue.toml_file import TomlFile
from offramp.catalogue.toml_lines import Keys
from offramp.validate.judge import NULL, target
from offramp.validate.measuring import AT_THE_END, NOT_COUNTS
from offramp.validate.schema import Arm, Study
from offramp.validate.units import ENDLESS, published_unit_faults

PER: Keys = ("result", "per")
FORM: Keys = ("result", "form")
MEASURE: Keys = ("result", "measure")
OVER: Keys = ("result", "over")
PUBLISHED: Keys = ("result", "published")
SIDES: tuple[Keys, ...] = (("comparator",), ("change",))
WORDS: tuple[Keys, ...] = (("source",), ("because",))  # nothing compared rests on them
NEVER_TREATED = ("off_treatment", "tolerant", "left_treatment")  # on the first day


def comparison_faults(
    file: TomlFile, study: Study, catalogue: Catalogue, faulty: Collection[Keys] = ()
) -> Iterator[Problem]:
    """Faults between the fields of a study, each of which is right by itself. faulty: keys that
    are not; what rests on them is left out."""

    matter = [bad for bad in faulty if bad[-1:] not in WORDS]

    def sound(*keys: Keys) -> bool:
        return not any(bad[: len(key)] == key[: len(bad)] for bad in matter for key in keys)

    if sound(FORM, MEASURE, OVER):
        yield from _over(file, study)
    if sound(FORM, MEASURE, OVER, PER):
        yield from _unit(file, study)
    if study.cohort is not None and sound(("cohort",)):
        if sound(*SIDES):
            yield from _days_held(file, study)
        if sound(FORM, MEASURE, OVER, PER, ("run",), *SIDES):
            yield from _unit_of_cohort(file, study)
        if sound(FORM, MEASURE, ("run",), *SIDES):
            yield from _nobody_treated(file, study)
    if sound(FORM, ("run",), ("cohort",), *SIDES):
        yield from _sides(file, study)
    other_unit = []
    if sound(FORM, MEASURE, PER, PUBLISHED):
        other_unit = list(published_unit_faults(file, study.result, catalogue))
        yield from other_unit
    target_keys = (FORM, MEASURE, PUBLISHED, ("result", "direction"), ("result", "tolerance"))
    if sound(*target_keys) and not other_unit:
        yield from _target(file, study, catalogue)


def _over(file: TomlFile, study: Study) -> Iterator[Problem]:
    result = study.result
    if result.form == "per_averted" and result.over is None:
        yield file.problem(OVER, "is missing", "name the measure that is averted")
    if result.form != "per_averted" and result.over is not None:
        yield file.problem(OVER, "is not used", "leave it out, or form = per_averted")
    if result.form == "per_averted" and result.over == result.measure:
        right = "measure is what it costs, over what is averted: kits for each death"
        yield file.problem(OVER, f"is {result.over!r}, as measure is", right)


def _sides(file: TomlFile, study: Study) -> Iterator[Problem]:
    """Whether both are used, and differ."""
    form = study.result.form
    if form == "level" and _acts(study, study.comparator) != _acts(study, Arm()):
        right = "leave it out, or name it [change]; a form of change holds one against the other"
        yield file.problem(("comparator",), "is not used: a level is that of [change]", right)
    if form != "level" and _acts(study, study.comparator) == _acts(study, study.change):
        right = "give [change] an option, a lever, starts, of or weeks that [comparator] has not"
        problem = f"is {form!r} of two sides in which nothing differs"
        yield file.problem(FORM, problem, right)


def _measures(study: Study) -> list[tuple[str, str]]:
    """Key and name of each measure."""
    found = [("measure", study.result.measure)]
    if study.result.form == "per_averted" and study.result.over is not None:
        found.append(("over", study.result.over))
    return found


def _unit(file: TomlFile, study: Study) -> Iterator[Problem]:
    per = study.result.per
    for _, name in _measures(study):
        if per != "year" and name in NOT_COUNTS:
            yield file.problem(PER, f"is {per!r}, but {name} is no count", "leave it out")


def _unit_of_cohort(file: TomlFile, study: Study) -> Iterator[Problem]:
    """A cohort is as large as [run] people, so its counts say nothing by themselves."""
    result = study.result
    shares = [(key, name) for key, name in _measures(study) if name in AT_THE_END]
    if result.form == "per_averted":
        for key, name in shares:
            right = "name something that is counted: per_averted is so many for each one averted"
            yield file.problem(("result", key), f"is {name!r}, a share at the end", right)
    if result.per == "100000_residents":
        yield file.problem(PER, "is of residents", "a cohort is counted per person_year")
    if result.per != "year" or shares:
        return
    said = "is left out" if "per" not in file.data["result"] else "is 'year'"
    weeks = [last - first for first, last in map(study.window, (study.comparator, study.change))]
    if result.form in ("level", "difference"):
        problem = f"{said}: a count of a cohort grows with people in [run]"
        yield file.problem(PER, problem, 'give per = "person_year" or "100_person_years"')
    elif weeks[0] != weeks[1]:
        problem = (
            f"{said}, but one side is counted over {weeks[0]} weeks, the other over {weeks[1]}"
        )
        yield file.problem(PER, problem, 'give per = "person_year"')


def _nobody_treated(file: TomlFile, study: Study) -> Iterator[Problem]:
    def nobody(arm: Arm) -> bool:
        assert study.cohort is not None
        begins = arm.starts.get("treatment")
        none = begins is None or begins.value == 0
        return none and (arm.of or study.cohort.of) in NEVER_TREATED and study.window(arm)[0] == 0

    sides = [study.change] if study.result.form == "level" else [study.comparator, study.change]
    if study.result.measure == "still_in_treatment" and all(map(nobody, sides)):
        right = "add treatment to starts, or follow people who are in_treatment"
        problem = "is 'still_in_treatment', but nobody is in treatment on the first day"
        yield file.problem(("result", "measure"), problem, right)


def _days_held(file: TomlFile, study: Study) -> Iterator[Problem]:
    """They go with a release, and a release with them."""
    assert study.cohort is not None
    given = study.cohort.days_held is not None
    released = any("release" in arm.starts for arm in (study.comparator, study.change))
    if released and not given:
        right = "say how many days people were held before release, in the mean: value, source"
        yield file.problem(("cohort", "days_held"), "is missing", right)
    if given and not released:
        right = "leave it out, or add release to starts"
        yield file.problem(("cohort", "days_held"), "is not used", right)


def _acts(study: Study, arm: Arm) -> tuple[Any, ...]:
    """What a side does, whatever the order and whoever is cited."""
    levers = [lever.model_dump(exclude={"source"}) for lever in arm.levers]
    starts = {event: share.model_dump(exclude={"source"}) for event, share in arm.starts.items()}
    return (
        sorted(set(arm.options)),
        sorted(levers, key=lambda lever: str(lever["parameter"])),
        starts,
        arm.of or (study.cohort.of if study.cohort is not None else None),
        study.window(arm),
    )


def _target(file: TomlFile, study: Study, catalogue: Catalogue) -> Iterator[Problem]:
    """A published number that its form or the direction rules out."""
    result = study.result
    keys: Keys = ("result", "published")
    given = result.published
    record = catalogue.evidence.get(given.evidence or "")
    if given.value is None and (record is None or record.estimate is None):
        return
    goal = target(result, catalogue)
    if not all(map(isfinite, (goal.value, goal.low, goal.high))):
        yield file.problem((*keys, "times"), "makes it larger than any number", "check the unit")
        return
    interval = goal.given or given.margin_is_ours
    if interval and "tolerance" in file.data["result"]:
        right = "leave it out: the interval is what the middle must lie in"
        yield file.problem(("result", "tolerance"), "is not used", right)
    if not interval and goal.value == 0 and result.form != "ratio":
        right = "give low and high in the unit of value, with margin_is_ours = true where the "
        right += "study gives none: a tolerance is a share of value, and so 0 here"
        problem = "is 0 without an interval, which no result of the model can meet"
        yield file.problem(keys, problem, right)
    if result.form not in NULL:
        yield from _impossible(file, study, goal.value)
        return
    none = NULL[result.form]
    numbers = f"{goal.value:g} ({goal.low:g} to {goal.high:g})"
    yield from _impossible(file, study, goal.value)
    if result.form == "ratio" and (goal.value <= 0 or goal.low < 0):
        right = "a ratio is above 0: give another form, or times"
        yield file.problem(keys, f"is {numbers}, as a ratio", right)
        return
    where: Keys = ("result", "direction")
    said = f"is {result.direction!r}, but published is {numbers}"
    if result.direction == "none" and not goal.low <= none <= goal.high:
        right = (
            f"no change would be {none:g}, within the interval: give the direction that it shows"
        )
        yield file.problem(where, said, right)
    falls, rises = goal.high < none, goal.low > none
    if result.form == "percent_averted":
        falls, rises = rises, falls
    if (result.direction == "lower" and rises) or (result.direction == "higher" and falls):
        if result.form in ("percent_change", "percent_averted") and 0 < goal.low <= goal.high < 1:
            said = f"is {numbers}, less than one percent: it looks like a ratio or a share"
            right = 'give form = "ratio" for a ratio; percent means 100 times (no change is 0)'
            yield file.problem(keys, said, right)
            return
        right = f"give the other direction, or turn the sign with times (no change is {none:g})"
        yield file.problem(where, said, right)
    if given.found is not None and result.direction != "none":
        right = 'leave it out: it stands beside a finding of no change, with direction = "none"'
        yield file.problem((*keys, "found"), "is not used", right)


def _impossible(file: TomlFile, study: Study, value: float) -> Iterator[Problem]:
    """A published number that nothing counted can be."""
    result = study.result
    share, counted = result.measure in AT_THE_END, result.measure not in NOT_COUNTS
    limits = {
        "level": (0.0, 1.0) if share else (0.0, ENDLESS) if counted else (-ENDLESS, ENDLESS),
        "difference": (-1.0, 1.0) if share else (-ENDLESS, ENDLESS),
        "percent_change": (-100.0, ENDLESS),
        "percent_averted": (-ENDLESS, 100.0),
        "per_averted": (-ENDLESS, ENDLESS),
    }
    low, high = limits.get(result.form, (-ENDLESS, ENDLESS))
    if not low <= value <= high:
        what = "a share, from 0 to 1" if share else "a count, and none is below 0"
        if result.form in ("percent_change", "percent_averted"):
            what = "in percent, and no more than all can be averted"
        if share and result.form == "difference":
            what = "a difference of shares, from -1 to 1"
        problem = f"is {value:g}, but {result.measure} is compared as {what}"
        right = "check the unit, or turn it with times"
        yield file.problem(("result", "published"), problem, right)
