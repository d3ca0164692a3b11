"""Being told to stop by the system (SIGTERM, as by a scheduler or at shutdown): like Ctrl-C."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

TERMINATED = 143  # 128 and the number of the signal, as shells expect


class Terminated(SystemExit):
    """Raised where the work is when the system tells it to stop; ends with 143."""

    def __init__(self) -> None:
        super().__init__(TERMINATED)


@contextmanager
def stops_when_told() -> Iterator[None]:
    """Within: SIGTERM raises `Terminated`, so that what is half done is undone and said."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise Terminated

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before or signal.SIG_DFL)
