"""Studies that would not fit into memory are refused before any is run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from offramp.cli.app import main
from offramp.plan import memory
from offramp.validate import report
from tests.validate_sample import COHORT, PLACE, changed

LARGE = ("[run]\n", "[run]\ndraws = 16\npeople = 100000\n")


def test_studies_that_do_not_fit_are_told_before_any_is_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    def fails(*_args: object) -> None:
        raise AssertionError("a study was run")

    monkeypatch.setattr(memory, "free", lambda: 500_000_000)
    monkeypatch.setattr(report, "model_values", fails)
    studies = {
        "a-small": changed(COHORT, ('"mine"', '"small"')),
        "b-large": changed(COHORT, LARGE),
        "c-place": changed(PLACE, ('"mine"', '"place"'), ("weeks = 52", "weeks = 520"), LARGE),
    }
    for name, text in studies.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "study.toml").write_text(text, encoding="utf-8")
    assert main(["validate", str(tmp_path), "--json", "--workers", "8"]) == 1
    out, err = capsys.readouterr()
    assert not out and "a-small" not in err.replace("a-small/study.toml: no source", "")
    for name in ("b-large", "c-place"):
        said = (
            r"study\.toml, line \d+: run\.people is 100,000; with 16 draws and --workers 8 this "
            r"would take [\d.]+ GB of memory, and 0\.5 GB are free; ask for fewer people or draws"
        )
        assert re.search(f"{name}.{said}", err), err


def test_a_study_that_fits_is_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(memory, "free", lambda: 500_000_000)
    text = changed(COHORT, ("[run]\n", "[run]\ndraws = 16\npeople = 500\n"))
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    assert main(["validate", str(tmp_path), "--json", "--workers", "1"]) == 0
    assert '"study": "mine"' in capsys.readouterr().out
