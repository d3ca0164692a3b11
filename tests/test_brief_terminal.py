"""The briefing in the terminal: 79 columns, nothing cut off, one language."""

from __future__ import annotations

import json
import re

import pytest

from offramp.brief.citing import Citations
from offramp.brief.facts import Facts
from offramp.brief.terminal import WIDTH, brief_text
from offramp.languages import speaking
from offramp.place.load import load
from tests.brief_sample import SOUTH_WALES, built


@pytest.mark.parametrize(
    ("language", "range_of_deaths", "not_simulated"),
    [
        ("en", r"−\d\.\d+ \(−\d\.\d+ to [−+]\d\.\d+\)", "Not simulated"),
        ("es", r"−\d\.\d+ \(de −\d\.\d+ a [−+]\d\.\d+\)", "Sin simular"),
        ("pt", r"−\d,\d+ \(de −\d,\d+ a [−+]\d,\d+\)", "Não simuladas"),
        ("ru", r"−\d,\d+ \(от −\d,\d+ до [−+]\d,\d+\)", "Не моделировались"),
    ],
)
def test_every_option_stands_in_full_in_79_columns(
    language: str, range_of_deaths: str, not_simulated: str
) -> None:
    with speaking(language):
        results, place, catalogue = built(load(SOUTH_WALES))
        text = brief_text(Facts(results, place, catalogue, Citations(catalogue)), [])
    lines = text.split("\n")
    assert max(len(line) for line in lines) <= WIDTH
    assert re.search(range_of_deaths, text)
    assert not_simulated in text
    names = " ".join(re.sub(r"\s{2,}[−+\d].*", "", line).strip() for line in lines)
    for row in results["options"]:
        assert row["name"] in names
    assert "…" not in text


@pytest.mark.parametrize(("language", "said"), [("en", "was calibrated to"), ("ru", "откалибров")])
def test_it_says_that_it_rests_on_a_calibration(language: str, said: str) -> None:
    place = load(SOUTH_WALES)
    found = json.loads((SOUTH_WALES / "posterior.json").read_text(encoding="utf-8"))
    with speaking(language):
        results, place, catalogue = built(place)
        facts = Facts({**results, "calibrated": found}, place, catalogue, Citations(catalogue))
        text = brief_text(facts, [])
        without = brief_text(Facts(results, place, catalogue, Citations(catalogue)), [])
    assert said in text and said not in without
    assert max(len(line) for line in text.split("\n")) <= WIDTH
