"""Indicators count stops as hand does: rates, groups, changes, months and peers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.indicators_sample import cell, report, result, usual
from tests.stops_sample import Stop, months, take


def test_counts_rates_and_groups_are_those_made_by_hand(here: Path):
    take(here, "testham", usual())
    found = report(here)
    (arrests, *_) = result(found, "iP1").readings
    whole = cell(arrests)
    assert (whole.period, whole.numerator) == ("2021", 12 * 6)
    assert whole.span is not None
    assert whole.span.mid == pytest.approx(72 / 120_000 * 10_000)
    black = cell(arrests, "black", "ethnicity")
    assert (black.numerator, black.denominator) == (36, 10_000)

    (searches,) = result(found, "iE1").readings
    black = cell(searches, "black", "ethnicity")
    assert black.numerator == 240
    assert black.against is not None and black.against.ratio is not None
    assert black.against.ratio.mid == pytest.approx((240 / 10_000) / (720 / 100_000))
    assert searches.reference == {"ethnicity": "white"}

    finds = result(found, "iE2").readings[0]
    assert cell(finds).numerator == 12 * (12 + 5)
    assert cell(finds).denominator == 12 * 80
    assert cell(finds, "black", "ethnicity").span.mid == pytest.approx(5 / 20)  # type: ignore[union-attr]


def test_the_change_compares_the_same_months_of_two_years(here: Path):
    stops = [s for s in usual() if s.month <= "2021-08"]
    take(here, "testham", stops)
    change = result(report(here), "iP1").readings[0].change
    assert change is not None
    assert (change.period, change.earlier, len(change.months)) == ("2021", "2020", 8)
    assert change.against.ratio is not None
    assert change.against.ratio.mid == pytest.approx(6 / 9)
    assert change.says == "33% lower"


def test_a_rate_takes_account_of_how_many_months_there_are(here: Path):
    take(here, "testham", [Stop(f"2021-{m:02d}", 60, "Arrest", True) for m in range(1, 7)])
    whole = cell(result(report(here), "iP1").readings[0])
    assert whole.months == 6
    assert whole.span is not None
    assert whole.span.mid == pytest.approx(360 / (120_000 / 2) * 10_000)


def test_months_and_quarters_can_be_asked_for(here: Path):
    take(here, "testham", usual())
    by_month = result(report(here, grain="month"), "iE2").readings[0]
    assert cell(by_month, period="2020-03").denominator == 80
    by_quarter = result(report(here, grain="quarter"), "iE2").readings[0]
    assert cell(by_quarter, period="2020-Q3").denominator == 240
    assert by_quarter.change is not None and by_quarter.change.earlier == "2020-Q4"


def test_peers_are_shown_for_the_same_period_and_never_ranked(here: Path):
    take(here, "testham", usual())
    take(here, "zebra", [Stop(m, 40) for m in months(2021)] + [Stop(m, 20, "Arrest", True)
                                                              for m in months(2021)])  # fmt: skip
    take(here, "alpha", [Stop(m, 30) for m in months(2021)] + [Stop(m, 5, "Arrest", True)
                                                              for m in months(2021)])  # fmt: skip
    finds = result(report(here), "iE2").readings[0]
    assert [(c.unit, c.numerator, c.denominator) for c in finds.peers] == [
        ("alpha", 60, 420), ("zebra", 240, 720),
    ]  # fmt: skip


def test_rates_of_other_forces_rest_on_the_public_tables_that_ship(here: Path):
    take(here, "testham", usual())
    take(here, "gwent", [Stop(m, 40) for m in months(2021)] + [Stop(m, 9, "Arrest", True)
                                                              for m in months(2021)])  # fmt: skip
    found = report(here)
    (gwent,) = result(found, "iE1").readings[0].peers
    assert gwent.denominator == 598_194  # mid-2020 estimates of its authorities, added up
    assert any("of gwent" in line for line in found.people)


def test_a_preset_is_never_taken_for_the_number_of_residents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("OFFRAMP_DATA", str(tmp_path / "owner"))
    folder = tmp_path / "nowhere"
    folder.mkdir()
    text = 'name = "Nowhere"\ncountry = "GB"\nas_of = 2024-01-01\n'
    (folder / "place.toml").write_text(text, encoding="utf-8")
    take(folder, "nowhere", usual())
    (read, *_) = result(report(folder), "iP1").readings
    assert cell(read).denominator is None and cell(read).span is None
    assert "no number of residents is known here: counts only" in read.notes
