"""A calibration that stops says whether its points were really kept."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from offramp.cli import progress
from offramp.cli.app import main
from offramp.plan.calibration import work
from tests.calibrate_command import SMALL, one_line
from tests.calibration_place import usual

pytestmark = pytest.mark.usefixtures("no_other_points")


@pytest.fixture
def town(tmp_path: Path) -> Path:
    return usual(tmp_path / "town")


def stopped_by(stop: Callable[[], object], after: int = 150) -> Any:
    """Progress that is shown until so many points are done, and then this happens."""

    @contextmanager
    def shown(_what: str) -> Iterator[Callable[[int, int], None]]:
        yield lambda points, _of: stop() if points == after else None

    return shown


def interrupt() -> None:
    raise KeyboardInterrupt


def test_points_that_could_not_be_kept_are_not_said_to_be(
    town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = town
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "calibration").write_text("in the way", encoding="utf-8")
    monkeypatch.setattr(progress, "shown", stopped_by(interrupt))
    assert main(["calibrate", str(folder), *SMALL]) == 1
    told = capsys.readouterr().err
    assert "are kept" not in told
    assert f"could NOT be kept in {tmp_path / 'cache' / 'calibration'} (" in told
    assert "begins anew" in told
    (tmp_path / "cache" / "calibration").unlink()
    wrote = [0]

    def fills(path: Path, values: Any) -> None:
        wrote[0] += 1
        if wrote[0] > 1:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(work, "_write", fills)
    assert main(["calibrate", str(folder), *SMALL]) == 1
    assert "Only some finished points could be kept" in capsys.readouterr().err


def test_nothing_is_said_of_points_before_the_first_are_kept(
    town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "shown", stopped_by(interrupt, after=1))
    assert main(["calibrate", str(town), *SMALL, "-o", str(tmp_path / "out")]) == 1
    assert one_line(capsys) == "Stopped; nothing was written."


def test_told_to_stop_by_the_system_it_says_the_same_as_for_control_c(
    town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = signal.getsignal(signal.SIGTERM)
    stop = stopped_by(lambda: os.kill(os.getpid(), signal.SIGTERM))
    monkeypatch.setattr(progress, "shown", stop)
    assert main(["calibrate", str(town), *SMALL, "-o", str(tmp_path / "out")]) == 143
    told = [x for x in capsys.readouterr().err.splitlines() if not x.startswith("Note: ")]
    assert told == [
        "Finished points are kept: the same command goes on from there.",
        "Stopped; nothing was written.",
    ]
    assert not (tmp_path / "out").exists()
    assert signal.getsignal(signal.SIGTERM) is before
