"""Whether what was asked for fits into memory, before any work."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from offramp.catalogue.problems import InputError, Problem
from offramp.model.people import bytes_per_person

KEPT_TWICE = 3  # people at the end of the run-in, those at work, and those to begin with
ENTRY = 0.2  # of the people, who come into scope in a year: room is laid out beforehand
BASE = 350_000_000  # bytes: the interpreter, the compiled model, the catalogue
USABLE = 0.9  # of what is free
DRAWING = 200_000_000  # bytes: the charts of a report (130 MB measured)
# Addresses that the library of the charts lays claim to, without filling them (68 GB measured);
# where they are limited it does not raise an error, it ends the program.
ADDRESSES = 70_000_000_000


def needed(people: int, weeks: int, workers: int, results: int) -> int:
    """Bytes. people: simulated at once by one worker; results: bytes that are kept for all."""
    laid_out = people * (1 + ENTRY * (weeks + 104) / 52)
    return int(BASE + workers * laid_out * (bytes_per_person() * KEPT_TWICE + 12) + results)


def free() -> int | None:
    """Bytes that a new process may use, or None where this cannot be told."""
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return _limited(int(line.split()[1]) * 1024)
    except (OSError, ValueError):
        pass
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None


def _limited(available: int) -> int:
    """No more than the limits of the process itself and of its container."""
    available = min(available, _of_process())
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii").strip()
        used = Path("/sys/fs/cgroup/memory.current").read_text(encoding="ascii").strip()
        return available if limit == "max" else min(available, int(limit) - int(used))
    except (OSError, ValueError):
        return available


def _of_process() -> int:
    """What is left of the addresses that `ulimit -v` allows."""
    try:
        import resource

        limit = resource.getrlimit(resource.RLIMIT_AS)[0]
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (ImportError, OSError, ValueError):
        return sys.maxsize
    if limit == resource.RLIM_INFINITY:
        return sys.maxsize
    return limit - pages * os.sysconf("SC_PAGE_SIZE")


def shortage(people: int, weeks: int, workers: int, results: int) -> str | None:
    """What is said where it does not fit; None where it does, or nobody can tell."""
    have, want = free(), needed(people, weeks, workers, results)
    if have is None or want <= USABLE * have:
        return None
    return f"would take {want / 1e9:.1f} GB of memory, and {max(have, 0) / 1e9:.1f} GB are free"


def check_memory(
    people: int, weeks: int, workers: int, results: int, runs: str = "--draws"
) -> None:
    """InputError when it does not fit. runs: the options of the command that say how many."""
    said = shortage(people, weeks, workers, results)
    if said is not None:
        right = f"ask for fewer people or runs (--people, {runs}), or fewer --workers"
        raise InputError(Problem("memory", 0, "", said, right))


def check_drawing() -> None:
    """InputError when charts could not be drawn at the end: the addresses of the process are
    limited (`ulimit -v`)."""
    left = _of_process()
    if left < ADDRESSES:
        said = f"lets this process have {max(left, 0) / 1e9:.0f} GB of addresses (ulimit -v)"
        right = f"charts need {ADDRESSES / 1e9:.0f} GB of them, though little memory: "
        right += "try 'ulimit -v unlimited'"
        raise InputError(Problem("memory", 0, "", said, right))
