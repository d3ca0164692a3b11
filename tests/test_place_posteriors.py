"""The posteriors that come with examples are of this model, these places and these numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from offramp.brief.calibration_page import calibration_page
from offramp.brief.calibration_words import Subject, score_text
from offramp.documents.html import render_html
from offramp.place.load import load
from offramp.plan.calibration.posterior import Posterior, calibrated
from tests.calibration_place import catalogue

PLACES = Path(__file__).parents[1] / "places"
DOCS = Path(__file__).parents[1] / "docs" / "calibration.md"
FORETELL = {"south-wales": True, "british-columbia": True, "philadelphia": True}
EXAMPLES = tuple(FORETELL)


def shipped(name: str) -> Posterior:
    """InputError, when it was made for something else: 'offramp calibrate places/NAME'."""
    found = calibrated(load(PLACES / name), catalogue())
    assert found is not None
    return found


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_is_of_now_and_meets_the_aims_that_the_page_says(name: str) -> None:
    about = shipped(name).about
    quality, rolling = about["quality"], about["rolling"]
    assert quality["met"]
    assert min(quality["effective"]) >= 200
    assert max(quality["largest_weight"]) <= 0.05
    assert len(quality["effective"]) == 3
    assert quality["apart"] <= 0.2
    assert rolling["forecasts"] >= 12
    assert 0.80 <= rolling["coverage"] <= 0.97
    assert (rolling["score_ratio"] <= 1) is rolling["verdict"] is FORETELL[name]


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_page_says_what_was_found(name: str) -> None:
    about = shipped(name).about
    quality, rolling = about["quality"], about["rolling"]
    title = load(PLACES / name).place.name.split(" (")[0]
    lines = DOCS.read_text(encoding="utf-8").splitlines()
    (row,) = [line for line in lines if line.startswith(f"| {title} |")]
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[1] == ", ".join(f"{size:,.0f}" for size in quality["effective"])
    assert cells[2] == f"{max(quality['largest_weight']):.1%}"
    assert cells[3] == f"{quality['apart']:.2f}"
    assert cells[4] == str(rolling["forecasts"])
    assert cells[5] == f"{rolling['coverage']:.0%}"
    low, high = map(score_text, rolling["score_range"])
    assert cells[6] == f"{score_text(rolling['score_ratio'])} ({low} to {high})"
    assert cells[7] == ("yes" if rolling["verdict"] else "no")


@pytest.mark.parametrize("name", EXAMPLES)
def test_its_report_stands_beside_it(name: str) -> None:
    """The annex of a briefing sends its readers there."""
    about = Subject(load(PLACES / name), catalogue())
    page = render_html(calibration_page(shipped(name).about, about))
    assert (PLACES / name / "calibration.html").read_text(encoding="utf-8") == page
