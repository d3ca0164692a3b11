"""Progress of long work, on stderr: a bar on a screen, a few lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def shown(what: str) -> Iterator[Callable[[int, int], None]]:
    """A function to call with (done, of all)."""
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(what, total=None)
            yield lambda done, of: bar.update(task, completed=done, total=of)
        return
    said = [0]

    def line(done: int, of: int) -> None:
        quarter = 4 * done // of
        if quarter > said[0]:
            said[0] = quarter
            print(f"{what}: {25 * quarter}% ({done} of {of})", file=sys.stderr, flush=True)

    print(f"{what} …", file=sys.stderr, flush=True)
    yield line
