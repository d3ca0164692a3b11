"""Memory that is not there is told before any work."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from offramp.cli.app import main
from offramp.plan import compare, memory
from offramp.plan.calibration import work
from tests.calibrate_command import SMALL, fails

pytestmark = pytest.mark.usefixtures("no_other_points")


@pytest.mark.parametrize(
    "words", [["calibrate", "--people", "100000"], ["plan", "--people", "200000"]]
)
def test_memory_that_is_not_there_is_told_before_any_work(
    words: list[str],
    town: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(memory, "free", lambda: 400_000_000)
    monkeypatch.setattr(work, "simulated", fails)
    monkeypatch.setattr(compare, "simulate", fails)
    verb, *flags = words
    assert main([verb, str(town), *flags, "--workers", "1"]) == 1
    said = capsys.readouterr().err
    assert "of memory, and 0.4 GB are free; ask for fewer people" in said


def test_no_more_memory_is_free_than_the_process_may_take(monkeypatch: pytest.MonkeyPatch) -> None:
    """As `ulimit -v` sets it: what is left are addresses not yet taken."""
    resource = pytest.importorskip("resource")
    taken = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
    monkeypatch.setattr(resource, "getrlimit", lambda _kind: (taken + 300_000_000, -1))
    left = memory.free()
    assert left is not None
    assert 200_000_000 < left <= 300_000_000


def test_what_free_memory_is_not_known_is_not_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free", lambda: None)
    memory.check_memory(10**9, 260, 200, 0)


def test_too_little_memory_names_options_that_there_are(
    town: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(memory, "free", lambda: 1_000)
    assert main(["calibrate", str(town), *SMALL]) == 1
    told = capsys.readouterr().err
    assert "(--people, --points, --runs)" in told and "--draws" not in told
