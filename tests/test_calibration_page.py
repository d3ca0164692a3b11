"""The report of a calibration, on the page and in the terminal, in four languages."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import offramp
from offramp.brief.annex import _calibrated
from offramp.brief.calibration_page import calibration_page
from offramp.brief.calibration_text import calibration_text
from offramp.brief.calibration_words import (
    LEARNED,
    LEVELS,
    Subject,
    apart_text,
    quality_rows,
    range_text,
    score_text,
    unknown_lines,
    vague_lines,
)
from offramp.brief.citing import Citations
from offramp.brief.facts import Facts
from offramp.catalogue.load import load as load_catalogue
from offramp.documents.html import render_html
from offramp.documents.tree import Bullets, Paragraph
from offramp.languages import LANGUAGES, extract, speaking
from offramp.place.load import load
from tests.brief_sample import south_wales
from tests.calibration_place import place_with, quarters, series

SCHEMA = Path(offramp.__file__).parent / "schemas" / "posterior.schema.json"
WIDE = {"low": 1.0, "middle": 2.5, "high": 12_345.0}
MADE_FOR = dict.fromkeys(("place", "presets", "priors", "model"), "0")
TEXTS = [m for m in extract.messages() if m.where.startswith("brief/calibration_")]


def found(met: bool = False, verdict: bool | None = False) -> dict[str, Any]:
    """Made up: everything that a calibration may find, once."""
    counted = [(4, None), (None, None), (None, 6), (0, None)]
    periods = [
        {"period": f"2017-Q{k + 1}", "counted": n, "below": below, **WIDE, "before": WIDE}
        for k, (n, below) in enumerate(counted)
    ]
    forecasts = 12 if verdict is not None else 3
    return {
        "version": "0",
        "form": 1,
        "place": "Testtown",
        "example_notice": None,
        "made_for": MADE_FOR,
        "points_file": "0" * 64,
        "content": "0" * 64,
        "window": ["2017-Q1", "2017-Q4"],
        "settings": {"points": 64, "people": 500, "lucks": 1, "runs": 2, "seed": 1},
        "quality": {
            "effective": [1234.5, 150.0], "largest_weight": [0.0123, 0.2], "apart": 0.345,
            "apart_in": "drift:overdose:1", "stages": [[10.0]], "met": met,
        },
        "series": [
            {
                "id": "deaths", "measure": "deaths", "definition": "Todas.", "part_of": None,
                "periods": periods, "known": 2, "inside": 1,
            },
            {
                "id": "calls", "measure": "ambulance_overdoses", "definition": "Todas.",
                "part_of": None, "periods": [periods[0] | {"period": "2017"}], "known": 1,
                "inside": 1,
            },
        ],
        "left_out": [
            {"id": "calls", "measure": "ambulance_overdoses", "plan_reads": reads}
            for reads in (True, False)
        ],
        "today": [
            {"id": name, **WIDE, "before": WIDE, "from_data": name == "deaths"}
            for name in LEVELS
        ],
        "learned": [
            {
                "name": name, "meaning": "x", **WIDE, "before": WIDE, "spread_kept": 0.256,
                "moved": -2.5,
            }
            for name in (
                *(f"evidence:{name}" for name in LEARNED),
                "evidence:judge_called_street", "place:people.inject", "place:outcomes.deaths",
                "place:practice.police-naloxone", "place:covered.police-naloxone",
            )
        ],
        "prior_only": ["evidence:E04"],
        "conflicts": {"series": ["deaths"], "inputs": ["place:people.inject"]},
        "without_data": ["contacts"],
        "rolling": {
            "forecasts": forecasts, "coverage": 0.753, "score_ratio": 1.234, "verdict": verdict,
            "score_range": [1.1, 1.4],
            "effective": [20.0], "rows": [],
            "by_series": [
                {"id": "deaths", "forecasts": forecasts, "coverage": 0.753, "score_ratio": 1.234}
            ],
        },
        "vague_priors": {
            "place:contacts.searches_drug_year": {
                "kind": "lognormal", "estimate": 100.0, "low": 10.0, "high": 1000.0, "level": 0.95,
            }
        },
    }  # fmt: skip


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("places") / "testtown"
    tables = [series("deaths", "deaths"), series("calls", "ambulance_overdoses", "month")]
    months = "".join(f"2017-{k:02},9\n" for k in range(1, 13))
    return place_with(folder, *tables, deaths=quarters([4, 5, 6, 0], 2017), calls=months)


def report(told: dict[str, Any], town: Path) -> tuple[str, str]:
    """Page, as the text that a reader sees or hears, and terminal."""
    about = Subject(load(town), load_catalogue())
    page = render_html(calibration_page(told, about))
    body = re.sub(r"<(style|script)\b.*?</\1>", "", page, flags=re.DOTALL)
    heard = re.findall(r'aria-label="([^"]*)"', body)
    seen = re.sub(r"<[^>]+>", "\n", body)
    return unescape("\n".join([seen, *heard])), calibration_text(told, about)


def test_the_made_up_document_is_what_is_written() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert list(Draft202012Validator(schema).iter_errors(found())) == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_english_is_left_in_another_language(code: str, town: Path) -> None:
    for told in (found(), found(met=True, verdict=True), found(verdict=None)):
        with speaking(code):
            page, terminal = report(told, town)
        assert all(len(line) < 80 for line in terminal.splitlines())
        words = " ".join((page + terminal).split())
        for message in TEXTS:
            for part in re.split(r"\{[^}]*\}", message.text):
                if code != "en" and len(part.split()) > 2:
                    assert part.strip() not in words
        assert ("people who" in words) == (code == "en")  # meanings of inputs too


def test_every_text_is_used(town: Path) -> None:
    """What no report shows need not be translated."""
    told = [found(), found(met=True, verdict=True), found(verdict=None)]
    bare = found() | {"rolling": None, "learned": [], "without_data": []}
    none = found()
    none["rolling"] |= {
        "forecasts": 0,
        "coverage": None,
        "score_ratio": None,
        "score_range": None,
        "by_series": [],
    }
    with speaking("es"):  # which says that nobody has reviewed it
        from offramp.languages import _

        shown = " ".join(" ".join(part for one in [*told, bare, none] for part in
                                  report(one, town)).split())  # fmt: skip
        for message in TEXTS:
            parts = re.split(r"\{[^}]*\}", _(message.text))
            assert all(" ".join(part.split()) in shown for part in parts), message.text


def test_numbers_are_those_of_the_language(town: Path) -> None:
    with speaking("ru"):
        page, terminal = report(found(), town)
    for said in (page, terminal):
        assert "3 (1–12\u00a0345)" in said
        assert "75\u00a0%" in said


def test_values_are_short_and_true() -> None:
    def said(value: float) -> str:
        return range_text({"low": value, "middle": value, "high": value}).split(" ")[0]

    cases = {0: "0", 0.00012345: "0.000123", 0.5: "0.5", 19.96: "20", 20.4: "20", 1234.5: "1,235"}
    assert {value: said(value) for value in cases} == cases


def test_a_range_has_as_many_decimals_everywhere() -> None:
    def said(low: float, middle: float, high: float) -> str:
        return range_text({"low": low, "middle": middle, "high": high})

    assert said(19.1, 99.2, 440.3) == "99 (19 to 440)"
    assert said(0.2035, 1.0, 3.86) == "1.00 (0.20 to 3.86)"
    assert said(0.0134, 0.06, 0.1525) == "0.060 (0.013 to 0.153)"
    assert said(0.0, 0.5, 2.0) == "0.5 (0.0 to 2.0)"


def test_what_no_series_tells_is_as_wide_as_before(town: Path) -> None:
    told = found()
    row = next(row for row in told["today"] if row["id"] == "contacts")
    row["before"] = {"low": 10.0, "middle": 50.0, "high": 400.0}
    assert "have it, 10 to 400: 40 times" in unknown_lines(told)[0]


def test_a_figure_that_is_set_aside_is_named_with_both_ranges(town: Path) -> None:
    about = Subject(load(town), load_catalogue())
    said = vague_lines(found(), about)[0]
    assert "Stops and searches for drugs a year: " in said
    assert "here 14 to 691" in said
    assert vague_lines(found() | {"vague_priors": {}}, about) == []


def test_series_outside_of_the_aim_are_named(town: Path) -> None:
    about = Subject(load(town), load_catalogue())
    rows = [{"id": "deaths", "coverage": share} for share in (0.9, 0.778, 1.0)]
    assert apart_text({"by_series": rows[:1]}, about) == ""
    said = apart_text({"by_series": rows}, about)
    assert "(78%)" in said
    assert "(100%)" in said
    assert "(90%)" not in said


def test_quarters_are_named_as_in_the_table_and_counts_without_ids(town: Path) -> None:
    page = render_html(calibration_page(found(), Subject(load(town), load_catalogue())))
    assert "each point is a quarter" in page
    assert "each point is a year" in page
    assert ">2017-Q4<" in page
    assert "2017-10" not in page
    assert "1 of 1 counts" not in page
    assert "(deaths)" not in re.sub(r"<li>.*?</li>", "", page, flags=re.DOTALL)


def test_one_run_alone_does_not_agree_with_itself() -> None:
    quality = found()["quality"] | {"effective": [500.0], "largest_weight": [0.01], "apart": 0.0}
    rows = quality_rows(quality)
    assert rows[0][1:] == ("3 or more", "1")
    assert rows[-1][2] == "not known"


def test_the_briefing_says_what_it_rests_on(town: Path) -> None:
    results, place, catalogue = south_wales()
    told = found()
    keys = ("window", "quality", "conflicts", "without_data")
    ours = {key: told[key] for key in keys}
    ours["conflicts"] = {"series": [], "inputs": ["place:people.inject"]}
    ours["series"] = [{"id": "deaths", "known": 9, "inside": 8}]
    ours["rolling"] = {
        "forecasts": 57, "coverage": 0.91, "score_ratio": 1.04, "verdict": False,
        "score_range": [0.94, 1.153],
        "effective": [170.0, 180.0],
    }  # fmt: skip

    def blocks(calibrated: object) -> list[Any]:
        changed = {**results, "calibrated": calibrated}
        return _calibrated(Facts(changed, place, catalogue, Citations(catalogue)))

    first, second = blocks(ours)
    assert isinstance(first, Paragraph)
    assert "2017-Q1 to 2017-Q4 (series: 1)" in str(first.text)
    assert "Not all aims of the calibration were met" in str(first.text)
    assert "57 forecasts from 2 earlier quarters: the 90% range held 91%" in str(first.text)
    assert "the interval score is 1.04 times" in str(first.text)
    assert "the score might be 0.94 to 1.15." in str(first.text)
    assert "It does NOT foretell well enough" in str(first.text)
    assert "foretell" not in str(blocks(ours | {"rolling": None})[0])
    assert isinstance(second, Bullets)
    assert "inject" in str(second.items[0])
    assert blocks(None) == []


@pytest.mark.parametrize(
    ("ratio", "wanted"),
    [(0.899, "0.90"), (1.0004, "1.0004"), (0.9996, "0.9996"), (1.004, "1.004"), (1.0, "1.00")],
)
def test_a_score_says_on_which_side_of_the_aim_it_lies(ratio: float, wanted: str) -> None:
    assert score_text(ratio) == wanted
