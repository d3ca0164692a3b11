"""The series that a place file names: each once, each a part of one that is there.

What is not wrong but worth knowing (`unread_series`) is told of a place that was read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from offramp.catalogue.problems import Problem
from offramp.catalogue.toml_file import TomlFile
from offramp.catalogue.validation_words import did_you_mean
from offramp.place.raw_fields import Keys, entries, value_of
from offramp.place.schema import Series

# What the plan takes the level of today from: one series of each, the first that is no part.
LEVELS = ("deaths", "acquisitive_offences", "violent_offences")


def series_faults(file: TomlFile) -> Iterator[Problem]:
    """Ids and files that are given twice, parts of what is not there, and numbers that have no
    meaning."""
    every = entries(file, "outcomes")
    yield from _ids(file, every)
    yield from _files(file, every)
    yield from _parts(file, every)
    yield from _meaning(file, every)


def _meaning(file: TomlFile, every: list[Any]) -> Iterator[Problem]:
    """Numbers that say nothing of the series that they stand in."""
    for index, entry in enumerate(every):
        if not isinstance(entry, dict):
            continue
        registered = entry.get("measure") == "deaths" and entry.get("date_basis") == "registration"
        if "registered_later" in entry and not registered:
            keys: Keys = ("outcomes", index, "registered_later")
            right = "leave it out: it is of deaths counted by the day of their registration"
            yield file.problem(keys, "has no meaning here", right)
        if value_of(file, "outcomes", index, "in_scope") == 0:
            keys = ("outcomes", index, "in_scope", "value")
            right = "it must be above 0; leave the series out if nobody in it is of those who use"
            yield file.problem(keys, "is 0: the series would say nothing", right)


def _ids(file: TomlFile, every: list[Any]) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, entry in enumerate(every):
        name = entry.get("id") if isinstance(entry, dict) else None
        if isinstance(name, str):
            if name in seen:
                keys = ("outcomes", index, "id")
                yield file.problem(keys, f'"{name}" is given twice', "each series needs its own id")
            seen.add(name)


def _files(file: TomlFile, every: list[Any]) -> Iterator[Problem]:
    """Files that more than one series reads, however their names are written."""
    read: dict[Path, dict[str, Any]] = {}
    ids = {str(entry.get("id")) for entry in every if isinstance(entry, dict)}
    for index, entry in enumerate(every):
        name = entry.get("file") if isinstance(entry, dict) else None
        whole = entry.get("of") if isinstance(entry, dict) else None
        lost = isinstance(whole, str) and whole not in ids - {str(entry.get("id"))}
        if not isinstance(name, str) or lost:  # a part of nothing is told by itself
            continue
        path = _resolved(file.path.parent / name)
        first = read.setdefault(path, entry)
        if first is entry:
            continue
        told = f'"{first.get("id")}"'
        if first.get("measure") == entry.get("measure"):
            problem = f"counts what {told} counts, from the same file"
        else:
            problem = f"is the file of {told}, which counts {first.get('measure')}"
        right = "keep one of them: nothing may be used twice"
        yield file.problem(("outcomes", index, "file"), problem, right)


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, ValueError, RuntimeError):  # the reader of the file says what is wrong
        return path


def _parts(file: TomlFile, every: list[Any]) -> Iterator[Problem]:
    periods = {
        str(entry["id"]): entry.get("period")
        for entry in every
        if isinstance(entry, dict) and isinstance(entry.get("id"), str)
    }
    for index, entry in enumerate(every):
        whole = entry.get("of") if isinstance(entry, dict) else None
        if not isinstance(whole, str):
            continue
        keys = ("outcomes", index, "of")
        if whole == entry.get("id") or whole not in periods:
            right = did_you_mean(
                whole, sorted(set(periods) - {str(entry.get("id"))}), "other series"
            )
            yield file.problem(keys, f'is "{whole}"', right)
        elif periods[whole] != entry.get("period"):
            right = f"both must be counted by the same period; {whole} is by {periods[whole]}"
            yield file.problem(keys, f'is "{whole}"', right)


def unread_series(outcomes: Sequence[Series]) -> Iterator[str]:
    """A note for each series that the plan leaves out, because another of its measure is first."""
    first: dict[str, Series] = {}
    for series in outcomes:
        if series.of is not None or series.measure not in LEVELS:
            continue
        read = first.setdefault(series.measure, series)
        if read is series:
            continue
        yield (
            f"{series.id} is another series of {series.measure}, which plan does not read: it "
            f"reads the first, {read.id}; put the one to read first"
        )
