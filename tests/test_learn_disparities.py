"""Disparities from rows of stops: counts and ratios made by hand, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from statsmodels.stats.multitest import multipletests

from offramp.catalogue.problems import InputError
from offramp.learn.disparities.make import Question, disparities
from offramp.learn.disparities.rows import newest_run
from offramp.place.load import load
from tests.disparities_sample import group, of, usual
from tests.stops_sample import Stop, months, take


def test_counts_and_ratios_are_those_made_by_hand(here: Path):
    take(here, "testham", usual())
    found = disparities(load(here), Question())
    assert found.reference == "white" and len(found.months) == 12
    rates_ = group(of(found, "search_rates"), "black")
    assert (rates_.k, rates_.n) == (480, 10_000)
    assert rates_.ratio.mid == pytest.approx((480 / 10_000) / (1200 / 100_000))
    finds = group(of(found, "finds"), "black")
    assert (finds.k, finds.n) == (72, 480)
    assert finds.ratio.mid == pytest.approx((72 / 480) / (360 / 1200))
    assert finds.direction == "less"
    ends = group(of(found, "same_find"), "black")
    assert (ends.k, ends.n) == (48, 72)
    assert ends.within.mid == pytest.approx((48 / 72) / (120 / 360))


def test_q_takes_account_of_all_comparisons(here: Path):
    take(here, "testham", usual())
    found = disparities(load(here), Question())
    every = [one for test in found.tests for one in test.compared if one.p is not None]
    q = multipletests([one.p for one in every], method="fdr_bh")[1]
    assert [one.q for one in every] == pytest.approx(list(q))


def test_what_cannot_be_tested_is_refused_with_its_reason(here: Path):
    take(here, "testham", usual())
    found = disparities(load(here), Question())
    assert "people who could have been searched" in of(found, "threshold").refused
    assert "--latitude" in of(found, "veil_of_darkness").refused


def test_without_residents_rates_are_refused_and_the_rest_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("OFFRAMP_DATA", str(tmp_path / "owner"))
    folder = tmp_path / "nowhere"
    folder.mkdir()
    text = 'name = "Nowhere"\ncountry = "GB"\nas_of = 2024-01-01\n'
    (folder / "place.toml").write_text(text, encoding="utf-8")
    take(folder, "nowhere", usual())
    found = disparities(load(folder), Question())
    assert "people.groups" in of(found, "search_rates").refused
    assert not of(found, "finds").refused


def test_where_finds_are_not_recorded_another_end_stands_in_and_that_is_said(here: Path):
    stops = [Stop(s.month, s.n, s.outcome, None, s.group) for s in usual()]
    take(here, "testham", stops)
    found = of(disparities(load(here), Question()), "finds")
    assert group(found, "black").k == 72
    assert "stands in" in found.notes[0]


def test_how_finds_end_is_refused_where_no_arrest_is_written_down(here: Path):
    stops = [Stop(s.month, s.n, "Community resolution" if s.outcome == "Arrest" else s.outcome,
                  s.found, s.group) for s in usual()]  # fmt: skip
    take(here, "testham", stops)
    assert "not one arrest" in of(disparities(load(here), Question()), "same_find").refused


def test_small_groups_are_put_together(here: Path):
    small = [Stop("2021-02", 20, age="25-34"), Stop("2021-03", 30, age="over 34")]
    take(here, "testham", [*usual(), *small])
    found = disparities(load(here), Question(by="age"))
    assert (found.reference, found.pool) == ("18-24", ("25-34", "35+"))
    assert [one.group for one in of(found, "finds").compared] == ["18-24", "others together"]


def test_small_counts_are_withheld(here: Path):
    stops = [s for s in usual() if s.group != "asian"]
    stops += [Stop("2021-02", 60, group="asian"), Stop("2021-02", 4, "Arrest", True, group="asian")]
    take(here, "testham", stops)
    finds = of(disparities(load(here), Question()), "finds")
    assert group(finds, "asian").withheld == "small"
    hidden = [one for one in finds.compared if one.withheld]
    assert len(hidden) >= 2 and all(one.k is None and one.value is None for one in hidden)


def test_the_newest_months_without_a_gap_are_looked_at():
    old, new = months(2018), [f"2022-{m:02d}" for m in range(2, 11)]
    assert newest_run([*old, *new]) == tuple(new)
    assert len(newest_run([*months(2017), *months(2018), *months(2019), *months(2020)])) == 36


def test_no_contacts_say_what_to_do(here: Path):
    with pytest.raises(InputError, match="offramp data import"):
        disparities(load(here), Question())
