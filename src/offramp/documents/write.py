"""Writing results to a folder: all files appear, or none.

The files are written into a temporary folder inside the target first. Only when all of them are
whole are they put in place, by renaming; what a rename replaces is kept until the last one is done
and put back if one fails.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from offramp.catalogue.problems import InputError, Problem

RIGHT = {
    errno.ENOSPC: "free some space, or choose another folder with -o",
    errno.EDQUOT: "free some space, or choose another folder with -o",
    errno.EROFS: "choose a folder that can be written, with -o",
    errno.EACCES: "choose a folder that you may write to, with -o",
    errno.EPERM: "choose a folder that you may write to, with -o",
}
SAYS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your share of the disk is full",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "no permission to write here",
    errno.EPERM: "no permission to write here",
    errno.ENOTDIR: "a part of this path is a file, not a folder",
    errno.EEXIST: "a part of this path is a file, not a folder",
    errno.ENAMETOOLONG: "the name is too long",
}


def write_all(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write the files (name to content) into the folder and return their paths.

    The folder is made if missing; other files in it stay. InputError with one Problem when
    something cannot be written; then, and on an interruption, everything is as it was before.
    """
    for name in files:
        if Path(name).name != name or name in {"", ".", ".."}:
            raise ValueError(f"{name!r} is not a plain file name")
    made: list[Path] = []
    try:
        if folder.exists() and not folder.is_dir():
            raise InputError(_problem(folder, "is a file, not a folder", "choose a folder with -o"))
        made = _make(folder)
        _write(folder, files)
    except BaseException as fault:
        for path in reversed(made):
            try:
                path.rmdir()
            except OSError:
                break
        if isinstance(fault, OSError):
            raise InputError(_from_system(folder, fault)) from fault
        raise
    return [folder / name for name in files]


def check_folder(folder: Path, names: Iterable[str] = ()) -> None:
    """Raise InputError now if the folder, or one of these files in it, could not be written later,
    before long work starts."""
    at = folder.absolute()
    try:
        while not at.exists() and at != at.parent:
            at = at.parent
    except OSError as fault:
        raise InputError(_from_system(folder, fault)) from fault
    write_all(at, {})
    if found := list(_in_the_way(folder, names)):
        raise InputError(found)


def _in_the_way(folder: Path, names: Iterable[str]) -> Iterator[Problem]:
    """What stands where these files are to be written and cannot be replaced."""
    for name in names:
        path = folder / name
        if path.is_dir() and not path.is_symlink():
            yield _a_folder(path)
        elif path.exists() and not os.access(path, os.R_OK | os.W_OK):
            right = "let it be read and written, or choose another folder with -o"
            yield _problem(path, "may not be written over", right)


def _a_folder(path: Path) -> Problem:
    return _problem(path, "is a folder where a file is to be written", "move it away")


def _make(folder: Path) -> list[Path]:
    """Make the folder and those above it that are missing; return those made, outermost first."""
    missing: list[Path] = []
    at = folder
    while not at.exists():
        missing.append(at)
        at = at.parent
    made: list[Path] = []
    try:
        for path in reversed(missing):
            path.mkdir(exist_ok=True)
            made.append(path)
    except BaseException:
        for path in reversed(made):
            path.rmdir()
        raise
    return made


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write into a temporary folder inside the target, then rename; undo on any failure."""
    waiting = Path(tempfile.mkdtemp(prefix=".offramp-", dir=folder))
    new, old = waiting / "new", waiting / "old"
    moved: list[tuple[Path, Path | None]] = []
    try:
        new.mkdir()
        old.mkdir()
        for name, content in files.items():
            with (new / name).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        for name in files:
            target = folder / name
            kept = None
            if target.is_dir() and not target.is_symlink():
                raise IsADirectoryError(errno.EISDIR, "is a folder", str(target))
            if target.exists():
                kept = old / name
                shutil.copy2(target, kept)
            moved.append((target, kept))
            (new / name).replace(target)
    except BaseException:
        for target, kept in reversed(moved):
            if kept is not None:
                kept.replace(target)
            elif not (new / target.name).exists():
                target.unlink(missing_ok=True)
        raise
    finally:
        shutil.rmtree(waiting, ignore_errors=True)


def _problem(path: Path, problem: str, right: str) -> Problem:
    return Problem(file=str(path), line=0, field="", problem=problem, right=right)


def _from_system(folder: Path, fault: OSError) -> Problem:
    """What the system refused, in plain words."""
    number = fault.errno or 0
    if number == errno.EISDIR or isinstance(fault, IsADirectoryError):
        return _a_folder(Path(str(fault.filename or folder)))
    if isinstance(fault, PermissionError) and number not in SAYS:
        number = errno.EACCES
    says = SAYS.get(number, (fault.strerror or str(fault)).lower())
    right = RIGHT.get(number, "choose another folder with -o")
    return _problem(folder, f"could not be written: {says}", right)
