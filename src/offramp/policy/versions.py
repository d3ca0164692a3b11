"""The versions of a place's policy, and which of them is in force on a day.

`PLACE/policy/` holds one version; folders inside it that hold a policy.toml of their own are
others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from offramp.catalogue.problems import InputError, Problem
from offramp.policy.read import POLICY, PolicyFiles, read_policy
from offramp.policy.table import Table

FOLDER = "policy"
ONE_DAY = timedelta(days=1)


def policy_folder(place: Path) -> Path:
    """The policy folder of a PLACE; the folder of a policy itself is taken too."""
    place = place.expanduser()
    if place.is_file():
        place = place.parent
    if not place.exists():
        right = "PLACE is the folder of a place, which holds a folder named policy"
        raise InputError(Problem(str(place), 0, "", "does not exist", right))
    inside = place / FOLDER
    if inside.is_dir() and list(_folders(inside)):
        return inside
    if (place / POLICY).is_file():
        return place
    right = f"'offramp policy new {place} --template NAME' makes a first one"
    raise InputError(Problem(str(place), 0, "", f"holds no {FOLDER}/{POLICY}", right))


def _folders(folder: Path) -> Iterator[Path]:
    if (folder / POLICY).is_file():
        yield folder
    for path in sorted(folder.iterdir()):
        if path.is_dir() and (path / POLICY).is_file():
            yield path


def read_versions(place: Path, *, cases_too: bool = True) -> list[PolicyFiles]:
    """All versions, oldest first. Raises InputError with the problems of all their files."""
    versions: list[PolicyFiles] = []
    problems: list[Problem] = []
    for folder in _folders(policy_folder(place)):
        try:
            versions.append(read_policy(folder, cases_too=cases_too))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return sorted(versions, key=lambda one: (one.policy.effective_from, one.policy.version))


def overlaps(versions: Sequence[PolicyFiles]) -> Iterator[Problem]:
    """Versions that are in force on the same day, and version names given twice."""
    for index, later in enumerate(versions):
        for earlier in versions[:index]:
            ends = earlier.policy.effective_to
            if earlier.policy.version == later.policy.version:
                yield later.files[POLICY].problem(
                    ("version",),
                    f'is "{later.policy.version}", as in {earlier.files[POLICY].shown}',
                    "give each version its own name",
                )
            if ends is None or ends >= later.policy.effective_from:
                starts = later.policy.effective_from
                before = starts - ONE_DAY
                yield later.files[POLICY].problem(
                    ("effective_from",),
                    f"is {starts}, when version {earlier.policy.version} is still in force"
                    f" ({_until(ends)}): two versions at once",
                    f"end version {earlier.policy.version} on {before} or before"
                    f" (effective_to in {earlier.files[POLICY].shown})",
                )


def gaps(versions: Sequence[PolicyFiles]) -> Iterator[tuple[Problem, date]]:
    """Days between two versions on which none is in force, with the first such day."""
    covered: date | None = None
    for version in versions:
        starts, ends = version.policy.effective_from, version.policy.effective_to
        if covered is not None and starts > covered + ONE_DAY:
            first, last = covered + ONE_DAY, starts - ONE_DAY
            days = str(first) if first == last else f"{first} to {last}"
            yield (
                version.files[POLICY].problem(
                    ("effective_from",),
                    f"is {starts}: no version is in force from {days}"
                    if first != last
                    else f"is {starts}: no version is in force on {days}",
                    f"start this version on {first}, or end the one before it later",
                ),
                first,
            )
        if ends is None:
            return
        covered = ends if covered is None else max(covered, ends)


def in_force(versions: Sequence[PolicyFiles], at: date) -> PolicyFiles:
    """The version in force on a day. Raises InputError when there is none, or more than one."""
    doubled = list(overlaps(versions))
    if doubled:
        raise InputError(doubled)
    for version in versions:
        starts, ends = version.policy.effective_from, version.policy.effective_to
        if starts <= at and (ends is None or at <= ends):
            return version
    known = "; ".join(
        f"version {one.policy.version} from {one.policy.effective_from} "
        f"{_until(one.policy.effective_to)}"
        for one in versions
    )
    raise InputError(
        Problem(
            versions[0].files[POLICY].shown,
            versions[0].files[POLICY].line("effective_from"),
            "",
            f"no version is in force on {at}",
            f"there is {known}",
        )
    )


def table_in_force(tables: Sequence[Table], at: date, shown: str) -> Table:
    """The table of a bundle in force on a day. Raises InputError when there is none."""
    for table in tables:
        ends = table.effective_to
        if table.effective_from <= at and (ends is None or at <= ends):
            return table
    known = "; ".join(
        f"version {one.version} from {one.effective_from} {_until(one.effective_to)}"
        for one in tables
    )
    problem = f"no version is in force on {at}"
    raise InputError(Problem(shown, 0, "", problem, f"there is {known}"))


def _until(ends: date | None) -> str:
    return "with no end" if ends is None else f"to {ends}"
