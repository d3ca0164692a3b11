"""Read a place: the folder that holds place.toml and its data files.

`load` reports everything that is wrong with all of its files at once, and fills what is left
out from the presets (see `resolve.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path, PurePosixPath, PureWindowsPath

from offramp.catalogue.load import packaged
from offramp.catalogue.problems import InputError, Problem
from offramp.catalogue.toml_file import TomlFile, check, read
from offramp.catalogue.validation_words import nearest
from offramp.place import clock
from offramp.place.consistency import compare_fields
from offramp.place.countries import country_faults
from offramp.place.periods import period_faults
from offramp.place.possible import beyond_presets
from offramp.place.preset import Preset, chain, presets_hash, regions_of
from offramp.place.provenance import Known, known_about
from offramp.place.ranges import range_notes
from offramp.place.resolve import COSTS, resolve
from offramp.place.schema import Place
from offramp.place.series import SeriesFile, SeriesRow, read_series
from offramp.place.series_fields import unread_series
from offramp.place.series_sense import against_own_figures, beyond_residents

FILE = "place.toml"
COMPARISON = {"more-arrests"}


@dataclass(frozen=True)
class LoadedPlace:
    """A place that was read.

    place: as written; resolved: with gaps filled; series: rows by series id, in order of time;
    hash: sha256 over place.toml and its data files, whatever their line ends; presets: ids of
    those that stand behind it, nearest first; presets_hash: the same over their files; warnings:
    what is not wrong but worth knowing.
    """

    folder: Path
    place: Place
    resolved: Place
    series: Mapping[str, tuple[SeriesRow, ...]]
    hash: str
    presets: tuple[str, ...]
    presets_hash: str
    warnings: tuple[str, ...] = ()
    file: TomlFile | None = field(default=None, repr=False, compare=False)

    @property
    def path(self) -> Path:
        """The place.toml that was read."""
        return self.file.path if self.file is not None else self.folder / FILE

    def provenance(self) -> list[Known]:
        """Every number, law fact and service that is used, and where it comes from."""
        return known_about(self.resolved)


def find(given: Path) -> Path:
    """place.toml of a PLACE as given on the command line: the folder, or the file itself."""
    given = given.expanduser()
    try:
        return _found(given)
    except OSError as error:
        problem = f"cannot be read: {error.strerror or error}"
        raise InputError(Problem(str(given), 0, "", problem, "check its permissions")) from None


def _found(given: Path) -> Path:
    if given.is_file():
        if given.suffix.lower() == ".toml":
            return given
        right = f"PLACE is the folder that holds {FILE}"
        raise InputError(Problem(str(given), 0, "", "is not a place", right))
    if not given.exists():
        raise InputError(Problem(str(given), 0, "", "does not exist", _instead_of(given)))
    path = given / FILE
    if path.is_file():
        return path
    if path.exists():
        raise InputError(Problem(str(path), 0, "", "is not a file", "it must be a text file"))
    inside = sorted(p.name for p in given.iterdir() if (p / FILE).is_file())
    upper = [p.name for p in given.iterdir() if p.name.lower() == FILE]
    if upper:
        right = f"rename {upper[0]} to {FILE}"
    elif inside:
        right = f"did you mean {given / inside[0]}?"
    else:
        right = f"'offramp place new {given}' makes a first one"
    raise InputError(Problem(str(given), 0, "", f"holds no {FILE}", right))


def _instead_of(given: Path) -> str:
    for folder in (given.parent, Path("places")):
        try:
            places = sorted(p.name for p in folder.iterdir() if (p / FILE).is_file())
        except OSError:
            continue
        near = nearest(given.name, places)
        if near:
            return f"did you mean {folder / near}?"
    return f"PLACE is a folder that holds {FILE}; 'offramp place new' makes one"


def load(folder: Path, today: date | None = None) -> LoadedPlace:
    """Read a place. Raises InputError with every problem of place.toml and its data files.

    today: the day at which law counts, by default that of the clock.
    """
    path = find(folder)
    file = read(path)
    problems: list[Problem] = compare_fields(file, option_ids(), COMPARISON)
    problems += country_faults(file)
    place: Place | None = None
    presets: list[Preset] = []
    try:
        place = check(file, Place)
        presets = chain(place, file)
    except InputError as error:
        problems += _plainly(_without_repeats(error.problems, problems))
    files, found = _data_files(file, path.parent, place)
    problems += found
    if place is not None and presets:
        problems += _costs(file, place, presets)
    if problems or place is None:
        raise InputError(problems)
    resolved = resolve(place, presets, today or clock.today())
    series = {name: data.rows for name, data in files.items()}
    beyond = beyond_presets(file, place, resolved)
    beyond += beyond_residents(Path(file.shown).parent, place, resolved, series)
    if beyond:
        raise InputError(beyond)
    return LoadedPlace(
        folder=path.parent,
        place=place,
        resolved=resolved,
        series=series,
        hash=_hash(file, place, files),
        presets=tuple(preset.id for preset in presets),
        presets_hash=presets_hash(presets),
        warnings=(
            *(warning for data in files.values() for warning in data.warnings),
            *unread_series(place.outcomes),
            *against_own_figures(place, series),
            *range_notes(place),
            *_region_warning(place),
        ),
        file=file,
    )


def option_ids() -> list[str]:
    """Ids of all options of the catalogue: their files are named after them."""
    return sorted(path.stem for path in (packaged() / "options").glob("*.toml"))


def _without_repeats(found: Sequence[Problem], known: Sequence[Problem]) -> list[Problem]:
    places = {(p.file, p.line, p.field) for p in known}
    return [p for p in found if (p.file, p.line, p.field) not in places]


def _plainly(found: Sequence[Problem]) -> list[Problem]:
    """One problem a field, with what would be right for the kinds of fields that places have."""
    by_field: dict[tuple[int, str], Problem] = {}
    for problem in found:
        by_field.setdefault((problem.line, problem.field), problem)
    return [_plain(problem) for problem in by_field.values()]


def _plain(problem: Problem) -> Problem:
    year_or_date = (
        problem.field.endswith((".on", ".since")) and "(the date or year" in problem.right
    )
    if year_or_date or problem.field.endswith(".since"):
        return replace(
            problem, right="it must be a date such as 2026-11-20, or a year such as 2024"
        )
    return problem


def _data_files(
    file: TomlFile, folder: Path, place: Place | None
) -> tuple[dict[str, SeriesFile], list[Problem]]:
    """The data files that place.toml names, as far as they can be read."""
    problems: list[Problem] = []
    read_files: dict[str, SeriesFile] = {}
    entries = file.data.get("outcomes")
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        name = entry.get("file") if isinstance(entry, dict) else None
        kind = entry.get("period") if isinstance(entry, dict) else None
        if not isinstance(name, str) or kind not in ("year", "quarter", "month"):
            continue  # the schema reports it
        keys = ("outcomes", index, "file")
        if not _beside(name):
            right = "name a CSV file in the same folder as place.toml"
            problems.append(file.problem(keys, f'is "{name}"', right))
            continue
        shown = str(Path(file.shown).parent / name)
        try:
            data = read_series(folder / name, shown, kind)
        except InputError as error:
            problems += error.problems
            continue
        if place is not None:
            series = place.outcomes[index]
            read_files[series.id] = data
            problems += period_faults(file, index, series, data)
    return read_files, problems


def _beside(name: str) -> bool:
    """Whether a file name stays within the folder of the place, on any system."""
    posix, windows = PurePosixPath(name), PureWindowsPath(name)
    if posix.is_absolute() or windows.is_absolute() or windows.drive or not name.strip():
        return False
    return ".." not in windows.parts and "\\" not in name


def _costs(file: TomlFile, place: Place, presets: Sequence[Preset]) -> list[Problem]:
    """A place with a currency of its own must say how to fill the costs that it leaves out."""
    if place.money.currency is None:
        given = [name for name in COSTS if getattr(place.money, name) is not None]
        if not given:
            return []
        right = "add the currency of the costs, such as EUR"
        return [file.problem(("money", "currency"), "is missing", right)]
    filled = resolve(place, presets).money
    missing = [name for name in COSTS if getattr(filled, name) is None]
    if not missing:
        return []
    return [
        file.problem(
            ("money", "currency"),
            f"is {place.money.currency}, and these costs are left out: {', '.join(missing)}",
            "give units_per_usd (how much of the currency one US dollar buys) or these costs",
        )
    ]


def _region_warning(place: Place) -> tuple[str, ...]:
    if place.preset is not None:
        return ()
    regions = regions_of(place.country)
    if not regions:
        return ()
    names = " or ".join(f'preset = "{preset.id}" ({preset.name})' for preset in regions)
    return (f"there is a preset for a part of this country: if the place lies there, add {names}",)


def _hash(file: TomlFile, place: Place, files: Mapping[str, SeriesFile]) -> str:
    digest = hashlib.sha256()
    texts = {FILE: file.text.removeprefix("\ufeff")}
    texts.update({series.file: files[series.id].text for series in place.outcomes})
    for name in sorted(texts):
        content = texts[name].encode("utf-8")
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()
