"""The place of a study: a preset or a place folder, with what the study reports instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from offramp.catalogue.problems import InputError, Problem
from offramp.catalogue.toml_file import TomlFile, check_part
from offramp.catalogue.toml_lines import Keys
from offramp.place.consistency import compare_fields
from offramp.place.load import COMPARISON, LoadedPlace, load, option_ids
from offramp.place.load import FILE as PLACE_FILE
from offramp.place.possible import beyond_presets
from offramp.place.preset import chain, preset_ids, read_preset
from offramp.place.resolve import resolve
from offramp.place.schema import Place
from offramp.validate.names import right_name

AS_OF = date(2026, 1, 1)
NO_COUNTRY = "ZZ"  # a code that no country has: the world's preset alone


@dataclass(frozen=True)
class Within(TomlFile):
    """The table `place` of a study, with the lines and names of the whole file."""

    whole: TomlFile | None = None

    def line(self, *keys: str | int) -> int:
        assert self.whole is not None
        return self.whole.line("place", *keys)

    def problem(self, keys: Keys, problem: str, right: str) -> Problem:
        assert self.whole is not None
        return self.whole.problem(("place", *keys), problem, right)


def place_of(file: TomlFile, given: Mapping[str, Any], title: str, source: str) -> LoadedPlace:
    """The place of a study. `base` is the id of a preset or the folder of a place, seen from the
    study's folder; figures without a source get the study's. Raises InputError."""
    own = dict(given)
    problems: list[Problem] = []
    stands_on, behind = dict[str, Any](country=NO_COUNTRY), None
    try:
        stands_on, behind = _base(file, own.pop("base", "world"))
    except InputError as error:  # the rest is still held against the world
        problems += error.problems
        if own.get("preset") in preset_ids():  # may be of the country that the base has
            del own["preset"]
    no_base = bool(problems)
    data = _sourced(_merged(stands_on, own), source)
    data.setdefault("name", title[:80])
    data.setdefault("as_of", AS_OF)
    part = Within(file.path, file.shown, data, file.text, whole=file)
    problems += compare_fields(part, option_ids(), COMPARISON)
    if own.get("outcomes"):
        right = "leave it out; give rates in [parameters], or base on a place that has the series"
        problems.append(file.problem(("place", "outcomes"), "has series of its own", right))
    try:
        place = check_part(part, Place, data, ())
        presets = chain(place, part)
    except InputError as error:
        raise InputError({*problems, *error.problems}) from None
    resolved = resolve(place, presets)
    if not no_base:
        told = {p.field for p in problems}
        problems += [p for p in beyond_presets(part, place, resolved) if p.field not in told]
    if problems:
        raise InputError(problems)
    series = behind.series if behind is not None else {}
    return LoadedPlace(
        folder=file.path.parent,
        place=place,
        resolved=resolved,
        series={s.id: series[s.id] for s in place.outcomes if s.id in series},
        hash="",
        presets=tuple(p.id for p in presets),
        presets_hash="",
        file=part,
    )


def _base(file: TomlFile, base: object) -> tuple[dict[str, Any], LoadedPlace | None]:
    """What stands below the study's own figures, and the place that it comes from."""
    if not isinstance(base, str):
        right = "it must be the id of a preset, or the folder of a place"
        raise InputError(file.problem(("place", "base"), f"is {base!r}", right))
    if base in preset_ids():
        preset = read_preset(base)
        data: dict[str, Any] = {"country": preset.country or NO_COUNTRY}
        if preset.country is not None and not preset.whole_country:
            data["preset"] = base
        return data, None
    right = right_name(base, preset_ids(), "presets") + "; or give the folder of a place"
    try:
        folder = (file.path.parent / base).resolve()
        a_place = "/" in base or "\\" in base or folder.is_dir()
        other_file = folder.is_file() and folder.name != PLACE_FILE
    except (OSError, RuntimeError, ValueError):  # too long, a circle of links, an odd character
        a_place = other_file = False
    if not a_place:
        raise InputError(file.problem(("place", "base"), f"is {base[:80]!r}", right))
    if other_file:
        right = f"give the folder of a place, which holds {PLACE_FILE}, or the id of a preset"
        raise InputError(file.problem(("place", "base"), f"is {base!r}, another file", right))
    try:
        behind = load(folder)
    except InputError as error:
        raise InputError(_of_base(file, base, error)) from None
    assert behind.file is not None
    return dict(behind.file.data), behind


def _of_base(file: TomlFile, base: str, error: InputError) -> list[Problem]:
    """Why a place cannot be the base: what is wrong in its own files, or that there is none."""
    if any(p.line for p in error.problems):
        right = "mend what is said of its files"
        said = file.problem(("place", "base"), f"is {base!r}, a place that has faults", right)
        return [said, *error.problems]
    first = error.problems[0]
    return [file.problem(("place", "base"), f"is {base!r}: {first.problem}", first.right)]


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """`above` laid over `below`; a table with a `value` replaces the one below as a whole."""
    found = dict(below)
    for key, value in above.items():
        old = found.get(key)
        both = isinstance(value, dict) and isinstance(old, dict) and "value" not in value
        found[key] = _merged(old, value) if both and isinstance(old, dict) else value
    return found


def _sourced(data: Any, source: str) -> Any:
    if isinstance(data, dict):
        found = {key: _sourced(value, source) for key, value in data.items()}
        if "value" in found and "source" not in found:
            found["source"] = source
        return found
    if isinstance(data, list):
        return [_sourced(value, source) for value in data]
    return data
