"""Read a study and hold it against what the model knows: every fault at once, with its line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from offramp.catalogue.load import Catalogue
from offramp.catalogue.problems import InputError, Problem
from offramp.catalogue.toml_file import TomlFile, check, read
from offramp.catalogue.toml_lines import Keys
from offramp.catalogue.validation_words import did_you_mean
from offramp.model.parameters import Parameter, declared
from offramp.place.load import LoadedPlace
from offramp.validate.measuring import COHORT, PLACE
from offramp.validate.schema import Arm, Number, Study
from offramp.validate.study_place import place_of

FILE = "study.toml"
STUDIES = Path(__file__).parent / "studies"
# What acts before the arms part: an arm that moved it would change nothing.
BEFORE = (
    "overdose_level", "fatal_share", "acquisitive_level", "violent_level", "retained_12",
    "retained_36", "oat_headroom", "entry_share", "overdose_spread", "contact_spread",
    "potency_sd",
)  # fmt: skip
WHOLE = ("arrest", "offer")  # what happens to the whole cohort or to nobody


@dataclass(frozen=True)
class LoadedStudy:
    """A study that can be run."""

    study: Study
    place: LoadedPlace
    file: TomlFile


def packaged() -> list[Path]:
    """Folders of the studies that come with the package, in order."""
    return sorted(path.parent for path in STUDIES.glob(f"*/{FILE}"))


def find(given: str) -> list[Path]:
    """Folders that CASE or PATH names: the id of a study of the package, a folder with study.toml,
    the file itself, or a folder of such folders. Raises InputError."""
    ids = {path.name: path for path in packaged()}
    if given in ids:
        return [ids[given]]
    path = Path(given).expanduser()
    if path.is_file():
        return [path.parent] if path.name == FILE else [_no_study(given, list(ids))]
    if (path / FILE).is_file():
        return [path]
    inside = sorted(p.parent for p in path.glob(f"*/{FILE}")) if path.is_dir() else []
    return inside or [_no_study(given, list(ids))]


def _no_study(given: str, ids: list[str]) -> Path:
    right = f"give a folder that holds {FILE}, or an id: " + did_you_mean(given, ids, "studies")
    problem = f"holds no {FILE}" if Path(given).exists() else "is no study"
    raise InputError(Problem(given, 0, "", problem, right))


def load_study(folder: Path, catalogue: Catalogue) -> LoadedStudy:
    """One study, checked. Raises InputError with every fault of its study.toml."""
    inside = folder.parent == STUDIES
    file = read(folder / FILE, f"studies/{folder.name}/{FILE}" if inside else None)
    problems: list[Problem] = []
    study: Study | None = None
    place: LoadedPlace | None = None
    try:
        study = check(file, Study)
    except InputError as error:
        problems += error.problems
    given = file.data.get("place", {})
    if isinstance(given, dict):
        title = str(file.data.get("title", folder.name))
        try:
            place = place_of(file, given, title, title if len(title) > 2 else "the study")
        except InputError as error:
            problems += error.problems
    problems += _raw_names(file)
    if study is not None:
        problems += list(_faults(file, study, catalogue))
        if study.id != folder.name and inside:
            right = f'it must be "{folder.name}", the name of its folder'
            problems.append(file.problem(("id",), f'is "{study.id}"', right))
    if problems or study is None or place is None:
        raise InputError(problems)
    return LoadedStudy(study, place, file)


def _raw_names(file: TomlFile) -> list[Problem]:
    """Parameters that do not exist, also where the rest of the file is wrong."""
    found = []
    given = file.data.get("parameters")
    for name in given if isinstance(given, dict) else ():
        if name not in declared():
            right = did_you_mean(name, list(declared()), "parameters")
            found.append(file.problem(("parameters", name), "is no parameter", right))
    return found


def _faults(file: TomlFile, study: Study, catalogue: Catalogue) -> Iterator[Problem]:
    for name, number in study.parameters.items():
        known = declared().get(name)
        if known is not None:
            yield from _setting(file, ("parameters", name), known, number, catalogue)
    if study.cohort is not None and study.cohort.days_held is not None:
        yield from _number(file, ("cohort", "days_held"), study.cohort.days_held, catalogue)
    for side in ("comparator", "change"):
        yield from _arm(file, side, getattr(study, side), study, catalogue)
    yield from _window(file, study)
    yield from _result(file, study, catalogue)


def _setting(
    file: TomlFile, keys: Keys, known: Parameter, number: Number, catalogue: Catalogue
) -> Iterator[Problem]:
    if known.process == "clock":
        yield file.problem(keys, "is the length of a step", "leave it out: studies run in weeks")
    elif known.fitted:
        right = "move it in an arm, or give what it is fitted to: overdose_level, fatal_share, "
        right += "acquisitive_level, violent_level, or a figure of [place]"
        yield file.problem(keys, "is fitted to the place", right)
    elif known.place is not None:
        yield file.problem(keys, "is a figure of the place", f"give it in [place]: {known.place}")
    yield from _number(file, keys, number, catalogue, known)


def _number(
    file: TomlFile,
    keys: Keys,
    number: Number,
    catalogue: Catalogue,
    known: Parameter | None = None,
) -> Iterator[Problem]:
    if number.evidence is not None:
        yield from _record(file, (*keys, "evidence"), number.evidence, catalogue)
    low, high = known.limits if known is not None else (0.0, float("inf"))
    for name in ("value", "low", "high"):
        value = getattr(number, name)
        if value is not None and not low <= value <= high:
            words = f"from {low:g} to {high:g}" if high < float("inf") else f"{low:g} or more"
            yield file.problem((*keys, name), f"is {value:g}", f"it must be {words}")


def _record(file: TomlFile, keys: Keys, name: str, catalogue: Catalogue) -> Iterator[Problem]:
    record = catalogue.evidence.get(name)
    if record is None:
        right = did_you_mean(name, list(catalogue.evidence), "records")
        yield file.problem(keys, f"is {name!r}", right)
    elif record.estimate is None:
        yield file.problem(keys, f"is {name!r}, which has no number", "give a record that has one")


def _arm(
    file: TomlFile, side: str, arm: Arm, study: Study, catalogue: Catalogue
) -> Iterator[Problem]:
    for index, name in enumerate(arm.options):
        option = catalogue.options.get(name)
        if option is None:
            right = did_you_mean(name, list(catalogue.options), "options")
            yield file.problem((side, "options", index), f"is {name!r}", right)
        elif not option.levers:
            right = option.no_levers_because or "name one that is simulated"
            yield file.problem((side, "options", index), f"is {name!r}, not simulated", right)
    for index, lever in enumerate(arm.levers):
        keys = (side, "levers", index)
        known = declared().get(lever.parameter)
        if known is None:
            right = did_you_mean(lever.parameter, list(declared()), "parameters")
            yield file.problem((*keys, "parameter"), f"is {lever.parameter!r}", right)
        elif lever.parameter in BEFORE or known.process == "clock":
            problem = f"is {lever.parameter!r}, which acts before the arms part"
            right = "set it for both in [parameters]"
            yield file.problem((*keys, "parameter"), problem, right)
        elif lever.moves == "set":
            yield from _number(file, keys, lever, catalogue, known)
        elif lever.evidence is not None:
            yield from _record(file, (*keys, "evidence"), lever.evidence, catalogue)
        elif lever.moves == "multiply" and min(lever.value or 0, lever.low or 1) <= 0:
            yield file.problem((*keys, "value"), "is 0 or less", "a factor must be above 0")
    if study.cohort is None and (arm.starts or arm.of):
        name = "starts" if arm.starts else "of"
        yield file.problem((side, name), "needs a cohort", "add [cohort] with of")
    for event, number in arm.starts.items():
        where: Keys = (side, "starts", event)
        yield from _number(file, where, number, catalogue)
        if max(number.value or 0, number.high or 0) > 1:
            yield file.problem(where, "is above 1", "it must be a share of the cohort, 0 to 1")
        elif event in WHOLE and number.value != 1:
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
            first = run.from_week if arm.from_week is None else arm.from_week
            windows.append(((side,), first, arm.to_week or run.to_week or run.weeks))
    for keys, first, last in windows:
        if not first < last <= run.weeks:
            right = f"0 or more, and from_week before to_week, and to_week up to {run.weeks}"
            yield file.problem((*keys, "from_week"), f"and to_week are {first} and {last}", right)
    if study.cohort is None:
        for name in ("weeks", "from_week", "to_week"):
            if (getattr(run, name) or 0) % 52:
                right = "a whole place is counted by years: give a multiple of 52"
                yield file.problem(("run", name), f"is {getattr(run, name)}", right)


def _result(file: TomlFile, study: Study, catalogue: Catalogue) -> Iterator[Problem]:
    result = study.result
    names = COHORT if study.cohort is not None else PLACE
    asked: list[tuple[str, Any]] = [("measure", result.measure)]
    if result.form == "per_averted":
        asked.append(("over", result.over))
    elif result.over is not None:
        yield file.problem(("result", "over"), "is not used", "leave it out, or form = per_averted")
    for key, name in asked:
        if name is None:
            yield file.problem(("result", key), "is missing", "name the measure that is averted")
        elif name not in names:
            yield file.problem(
                ("result", key), f"is {name!r}", did_you_mean(name, list(names), "measures")
            )
    if study.cohort is not None and result.per == "100000_residents":
        yield file.problem(
            ("result", "per"), "is of residents", "a cohort is counted per person_year"
        )
    published = result.published
    if published.evidence is not None:
        keys = ("result", "published", "evidence")
        if published.evidence not in catalogue.evidence or published.value is None:
            yield from _record(file, keys, published.evidence, catalogue)
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
            for record in (lever.evidence, lever.reach):
                if record:
                    found.setdefault(record, option.id)
    return found
