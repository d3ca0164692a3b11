"""Folders and files that only their owner can read, and files that appear whole or not at all.

On Windows the user's own data folder is closed to other users by the system.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDER_MODE, FILE_MODE = 0o700, 0o600


def make_folder(path: Path) -> None:
    """Make a folder for its owner alone; one that others could read is closed to them."""
    path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    if os.name == "posix" and path.stat().st_mode & 0o077:
        path.chmod(FOLDER_MODE)


def write_whole(path: Path, text: str) -> None:
    """Write a small text file beside its place, then put it there in one step."""
    beside = path.with_name(path.name + ".part")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def close_to_others(path: Path) -> None:
    """A file that another library wrote becomes its owner's alone."""
    if os.name == "posix":
        path.chmod(FILE_MODE)


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold the lock file `path`: a second import waits. The system lets go if we are killed."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, FILE_MODE)
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
