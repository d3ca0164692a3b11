"""What a study names, and the limits of its numbers, held against the model and the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator

from offramp.catalogue.load import Catalogue
from offramp.catalogue.problems import Problem
from offramp.catalogue.toml_file import TomlFile
from offramp.catalogue.toml_lines import Keys
from offramp.model.parameters import declared
from offramp.place.load import LoadedPlace
from offramp.validate.measuring import COHORT, PLACE
from offramp.validate.names import right_name
from offramp.validate.schema import Arm, Study
from offramp.validate.units import (
    DAYS,
    SHARE,
    number_faults,
    of_lever,
    of_parameter,
    record_faults,
    retention_faults,
)

# What acts before the arms part: an arm that moved it would change nothing.
BEFORE = (
    "overdose_level", "fatal_share", "acquisitive_level", "violent_level", "retained_12",
    "retained_36", "oat_headroom", "entry_share", "overdose_spread", "contact_spread",
    "potency_sd",
)  # fmt: skip
WHOLE = ("arrest", "offer")  # what happens to the whole cohort or to nobody


def parameter_faults(file: TomlFile) -> Iterator[Problem]:
    """Names under [parameters] that a study cannot set, whatever stands behind them."""
    given = file.data.get("parameters")
    for name in given if isinstance(given, dict) else ():
        keys: Keys = ("parameters", name)
        known = declared().get(name)
        if known is None:
            right = right_name(name, list(declared()), "parameters")
            yield file.problem(keys, "is no parameter", right)
        elif known.process == "clock":
            right = "leave it out: studies run in weeks"
            yield file.problem(keys, "is the length of a step", right)
        elif known.fitted:
            right = "move it in an arm, or give what it is fitted to: overdose_level, fatal_share, "
            right += "acquisitive_level, violent_level, or a figure of [place]"
            yield file.problem(keys, "is fitted to the place", right)
        elif known.place is not None:
            right = f"give it in [place]: {known.place}"
            yield file.problem(keys, "is a figure of the place", right)


def place_faults(file: TomlFile, study: Study, place: LoadedPlace) -> Iterator[Problem]:
    """A measure that the place has nothing for."""
    groups = place.resolved.people.groups
    for key in ("measure", "over"):
        if getattr(study.result, key) == "contact_ratio" and not groups and study.cohort is None:
            right = "give [[place.people.groups]] with their searches, or choose another"
            problem = "is 'contact_ratio', but the place has no groups of residents"
            yield file.problem(("result", key), problem, right)


def study_faults(file: TomlFile, study: Study, catalogue: Catalogue) -> Iterator[Problem]:
    """Names and limits in the other tables."""
    for name, number in study.parameters.items():
        known = declared().get(name)
        if known is not None:
            yield from number_faults(
                file, ("parameters", name), number, of_parameter(known), catalogue
            )
    yield from retention_faults(file, study.parameters, catalogue)
    if study.cohort is not None and study.cohort.days_held is not None:
        days = study.cohort.days_held
        yield from number_faults(file, ("cohort", "days_held"), days, DAYS, catalogue)
    for side in ("comparator", "change"):
        yield from _arm(file, side, getattr(study, side), study, catalogue)
    yield from _window(file, study)
    yield from _result(file, study, catalogue)


def _arm(
    file: TomlFile, side: str, arm: Arm, study: Study, catalogue: Catalogue
) -> Iterator[Problem]:
    for index, name in enumerate(arm.options):
        option = catalogue.options.get(name)
        if name in arm.options[:index]:
            yield file.problem((side, "options", index), f"is {name!r} again", "keep one of them")
        if option is None:
            right = right_name(name, list(catalogue.options), "options")
            yield file.problem((side, "options", index), f"is {name!r}", right)
        elif not option.levers:
            right = option.no_levers_because or "name one that is simulated"
            yield file.problem((side, "options", index), f"is {name!r}, not simulated", right)
    for index, lever in enumerate(arm.levers):
        keys = (side, "levers", index)
        known = declared().get(lever.parameter)
        if known is None:
            right = right_name(lever.parameter, list(declared()), "parameters")
            yield file.problem((*keys, "parameter"), f"is {lever.parameter!r}", right)
        elif lever.parameter in BEFORE or known.process == "clock":
            problem = f"is {lever.parameter!r}, which acts before the arms part"
            right = "set it for both in [parameters]"
            yield file.problem((*keys, "parameter"), problem, right)
        else:
            yield from number_faults(file, keys, lever, of_lever(lever, known), catalogue)
    if study.cohort is None and (arm.starts or arm.of):
        name = "starts" if arm.starts else "of"
        yield file.problem((side, name), "needs a cohort", "add [cohort] with of")
    for event, number in arm.starts.items():
        where: Keys = (side, "starts", event)
        yield from number_faults(file, where, number, SHARE, catalogue)
        if event in WHOLE and number.value != 1:
            yield file.problem(where, "is not 1", "it happens to the whole cohort: value = 1.0")


def _window(file: TomlFile, study: Study) -> Iterator[Problem]:
    run = study.run
    windows = [(("run",), run.from_week, run.to_week or run.weeks)]
    for side, arm in (("comparator", study.comparator), ("change", study.change)):
        given = arm.from_week is not None or arm.to_week is not None
        if given and study.cohort is None:
            right = "add [cohort], or give the window in [run] for both arms"
            yield file.problem((side,), "has a window of its own", right)
        elif given:
            windows.append(((side,), *study.window(arm)))
    for keys, first, last in windows:
        if not first < last <= run.weeks:
            right = f"from_week must be before to_week, and to_week {run.weeks} or less"
            yield file.problem((*keys, "from_week"), f"and to_week are {first} and {last}", right)
    if study.cohort is None:
        for name in ("weeks", "from_week", "to_week"):
            if (getattr(run, name) or 0) % 52:
                right = "a whole place is counted by years: give a multiple of 52"
                yield file.problem(("run", name), f"is {getattr(run, name)}", right)


def _result(file: TomlFile, study: Study, catalogue: Catalogue) -> Iterator[Problem]:
    result = study.result
    names = COHORT if study.cohort is not None else PLACE
    for key in ("measure", "over"):
        name = getattr(result, key)
        if name in PLACE and name not in names:
            right = f"leave out [cohort], or name what is counted of people, as {COHORT[0]}"
            yield file.problem(("result", key), f"is {name!r}, which a cohort has not", right)
        elif name in COHORT and name not in names:
            right = "add [cohort], or name what is counted of a whole place, as fatal_overdoses"
            problem = f"is {name!r}, a share of a cohort at its end"
            yield file.problem(("result", key), problem, right)
        elif name is not None and name not in names:
            right = right_name(name, list(names), "measures")
            yield file.problem(("result", key), f"is {name!r}", right)
    published = result.published
    if published.evidence is not None:
        keys = ("result", "published", "evidence")
        if published.evidence not in catalogue.evidence or published.value is None:
            yield from record_faults(file, keys, published.evidence, catalogue)
        if study.kind == "empirical":
            used = used_by_the_model(catalogue).get(published.evidence)
            if used:
                right = f"{used} rests on it: a study may not test what went in; choose another"
                yield file.problem(keys, f"is {published.evidence!r}", right)


def used_by_the_model(catalogue: Catalogue) -> dict[str, str]:
    """Records that the model rests on, and what for."""
    found = {p.evidence: p.name for p in declared().values() if p.evidence is not None}
    for option in catalogue.options.values():
        for lever in option.levers:
            for record in (lever.evidence, *lever.shares().values()):
                found.setdefault(record, option.id)
    return found


def weighed_in(catalogue: Catalogue) -> dict[str, list[str]]:
    """Records that a judgement of the model was made in view of, though no number is taken from
    them, and the judgements that name them in their reason."""
    found: dict[str, list[str]] = {}
    for used in used_by_the_model(catalogue):
        record = catalogue.evidence[used]
        for name in re.findall(r"\w+", str(record.why or "")):
            if name in catalogue.evidence:
                found.setdefault(name, []).append(used)
    return found
