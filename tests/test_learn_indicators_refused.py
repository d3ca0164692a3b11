"""Indicators that cannot be made say why; unfinished months are left out."""

from __future__ import annotations

from pathlib import Path

from tests.indicators_sample import cell, report, result, usual
from tests.stops_sample import Stop, months, take


def test_arrests_are_refused_where_none_is_ever_written_down(here: Path):
    take(here, "testham", [Stop(m, 40) for m in months(2021)])
    arrests = result(report(here), "iP1")
    assert arrests.status == "refused"
    assert "records not one arrest among 480 contacts" in arrests.why[0]


def test_a_word_that_the_source_does_not_have_is_not_a_nought(here: Path):
    take(here, "testham", usual())
    referral = result(report(here), "iP2")
    assert referral.status == "refused"
    assert "not known is not none" in referral.why[0]


def test_unfinished_months_are_left_out_of_outcomes_only(here: Path):
    stops = [s for s in usual() if s.month != "2021-12"] + [Stop("2021-12", 80)]
    take(here, "testham", stops)
    found = report(here)
    assert found.left_out == {"2021-12": "has outcomes not yet finished"}
    assert cell(result(found, "iE2").readings[0]).months == 11
    assert cell(result(found, "iE1").readings[0]).months == 12


def test_a_month_that_stops_early_is_left_out(here: Path):
    stops = [*usual(), Stop("2022-01", 60, day=9), Stop("2022-01", 20, "Arrest", True, day=9)]
    take(here, "testham", stops)
    found = report(here)
    assert found.left_out == {"2022-01": "stops on day 9"}
    assert result(found, "iE1").readings[0].latest == "2021"


def test_what_nothing_imported_holds_says_what_it_would_need(here: Path):
    found = report(here)
    assert result(found, "iC6").status == "no data"
    assert "survey" in result(found, "iC6").why[0]
    assert result(found, "iS1").status == "not in tables"
    assert len(found.first) == 6


def test_two_agencies_without_a_name_of_the_place_ask_which(here: Path):
    stops = [s for s in usual() if s.month.startswith("2021")]
    take(here, "north", stops)
    take(here, "south", [*stops, Stop("2021-05", 3)])
    why = result(report(here), "iP1").why[0]
    assert "north, south" in why and "--agency" in why
