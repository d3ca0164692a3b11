"""Whether what was asked for fits into memory, before any work."""

from __future__ import annotations

import os
from pathlib import Path

from offramp.catalogue.problems import InputError, Problem
from offramp.model.people import bytes_per_person

KEPT_TWICE = 3  # people at the end of the run-in, those at work, and those to begin with
ENTRY = 0.2  # of the people, who come into scope in a year: room is laid out beforehand
BASE = 350_000_000  # bytes: the interpreter, the compiled model, the catalogue
USABLE = 0.9  # of what is free


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
    """No more than the limit of the process's own container."""
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii").strip()
        used = Path("/sys/fs/cgroup/memory.current").read_text(encoding="ascii").strip()
        return available if limit == "max" else min(available, int(limit) - int(used))
    except (OSError, ValueError):
        return available


def check_memory(people: int, weeks: int, workers: int, results: int) -> None:
    """InputError when it does not fit."""
    have, want = free(), needed(people, weeks, workers, results)
    if have is not None and want > USABLE * have:
        said = f"would take {want / 1e9:.1f} GB of memory, and {max(have, 0) / 1e9:.1f} GB are free"
        right = "ask for fewer people or runs (--people, --draws, --points), or fewer --workers"
        raise InputError(Problem("memory", 0, "", said, right))
