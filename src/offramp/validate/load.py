"""Read a study and hold it against what the model knows: every fault at once, with its line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from offramp.catalogue.load import Catalogue
from offramp.catalogue.problems import InputError, Problem
from offramp.catalogue.toml_file import TomlFile, check, read
from offramp.catalogue.toml_lines import Keys
from offramp.place.load import LoadedPlace
from offramp.validate.comparison import comparison_faults
from offramp.validate.faults import parameter_faults, place_faults, study_faults
from offramp.validate.keys import more_help
from offramp.validate.mended import mended
from offramp.validate.names import right_name
from offramp.validate.schema import Study
from offramp.validate.study_place import place_of

FILE = "study.toml"
STUDIES = Path(__file__).parent / "studies"


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
        here = Path(given)
        if (here / FILE).is_file() and not here.samefile(ids[given]):
            right = f"write ./{given} for the folder, or run the other from elsewhere"
            problem = "is a folder here and a study that comes with Offramp"
            raise InputError(Problem(given, 0, "", problem, right))
        return [ids[given]]
    right = f"give a folder that holds {FILE}, or the id of a study"
    right += f"; {right_name(given, list(ids), 'studies')}"
    try:
        path = Path(given).expanduser()
        there, found = path.exists(), _studies_at(path) if given.strip() else []
    except (OSError, RuntimeError, ValueError):  # nobody's home, too long, may not be read
        there, found = False, []
    if not found:
        problem = f"holds no {FILE}" if there and given.strip() else "is no study"
        if not given.strip():
            problem, right = "is empty", right + "; a dot is the current folder"
        raise InputError(Problem(given or "CASE", 0, "", problem, right))
    return found


def _studies_at(path: Path) -> list[Path]:
    if path.is_file():
        return [path.parent] if path.name == FILE else []
    if (path / FILE).is_file():
        return [path]
    return sorted(p.parent for p in path.glob(f"*/{FILE}")) if path.is_dir() else []


def told_apart(studies: Sequence[LoadedStudy]) -> None:
    """Raises InputError where two studies have the same id: their rows could not be told apart."""
    problems = _same_ids([loaded.file for loaded in studies])
    if problems:
        raise InputError(problems)


def _same_ids(files: Sequence[TomlFile]) -> list[Problem]:
    first: dict[str, TomlFile] = {}
    problems = []
    for file in files:
        name = file.data.get("id")
        if not isinstance(name, str):
            continue  # the schema reports it
        other = first.setdefault(name, file)
        if other is not file:
            problem = f"is {name!r}, as in {other.shown}"
            problems.append(file.problem(("id",), problem, "give each study its own id"))
    return problems


def load_studies(folders: Sequence[Path], catalogue: Catalogue) -> list[LoadedStudy]:
    """Studies that are run together. Raises InputError with every fault of all of them, also where
    two have the same id."""
    files: list[TomlFile] = []
    studies: list[LoadedStudy] = []
    problems: list[Problem] = []
    for folder in folders:
        try:
            files.append(_file(folder))
            studies.append(load_study(folder, catalogue))
        except InputError as error:
            problems += error.problems
    problems += _same_ids(files)
    if problems:
        raise InputError(problems)
    return studies


def _file(folder: Path) -> TomlFile:
    inside = folder.parent == STUDIES
    return read(folder / FILE, f"studies/{folder.name}/{FILE}" if inside else None)


def load_study(folder: Path, catalogue: Catalogue) -> LoadedStudy:
    """One study, checked. Raises InputError with every fault of its study.toml."""
    inside = folder.parent == STUDIES
    file = _file(folder)
    problems: list[Problem] = []
    study: Study | None = None
    place: LoadedPlace | None = None
    try:
        study = check(file, Study)
    except InputError as error:
        problems += map(more_help, error.problems)
    given = file.data.get("place", {})
    if isinstance(given, dict):
        title = str(file.data.get("title", "")).strip()
        title = title if len(title) > 1 else "the place of the study"  # a fault told by itself
        try:
            place = place_of(file, given, title, title if len(title) > 2 else "the study")
        except InputError as error:
            problems += error.problems
    if study is not None and place is not None:
        problems += place_faults(file, study, place)
    problems += parameter_faults(file)
    told = {(p.line, p.field) for p in problems}
    rest = _beyond_schema(file, study, catalogue)
    problems += [p for p in rest if (p.line, p.field) not in told]
    if study is not None and study.id != folder.name and inside:
        right = f'it must be "{folder.name}", the name of its folder'
        problems.append(file.problem(("id",), f'is "{study.id}"', right))
    if problems or study is None or place is None:
        raise InputError(problems)
    return LoadedStudy(study, place, file)


def _beyond_schema(file: TomlFile, study: Study | None, catalogue: Catalogue) -> list[Problem]:
    """What its fields cannot know by themselves, told also of a study that has other faults."""
    seen, touched = (study, set[Keys]()) if study is not None else mended(file)
    found = list[Problem]()
    if seen is not None:
        found += study_faults(file, seen, catalogue)
        # The user's own day, not that of the law; ours were fixed, whatever a clock says.
        if seen.fixed > date.today() and STUDIES not in file.path.parents:  # noqa: DTZ011
            right = "give the day on which direction, tolerance and inputs were fixed"
            found.append(file.problem(("fixed",), f"is {seen.fixed}, a day to come", right))
        found += comparison_faults(file, seen, catalogue, touched)
    return found
