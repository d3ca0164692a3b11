"""The real cases in docs/evaluation.md read as the page says."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from offramp.learn.evaluate import evaluate
from offramp.learn.verdict import change

DOCS = Path(__file__).parents[1] / "docs"
PAGE = (DOCS / "evaluation.md").read_text(encoding="utf-8")
CASES = sorted(
    path
    for path in (DOCS / "cases").rglob("*.toml")
    if "design" in tomllib.loads(path.read_text(encoding="utf-8"))
)


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_real_case_reads_as_the_page_says(path: Path):
    found = evaluate(path, date(2026, 11, 23))
    (row,) = [line for line in PAGE.splitlines() if path.relative_to(DOCS).as_posix() in line]
    assert f"**{found.verdict.word}**" in row
    assert change(found.estimate.effect, "percent") in row


def test_there_are_real_cases():
    assert len(CASES) >= 5
