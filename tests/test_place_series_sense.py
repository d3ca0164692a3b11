"""Counts beside the residents of a place and beside its own figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from offramp.catalogue.problems import InputError
from offramp.place.load import load
from tests.calibration_place import place_with, quarters, series
from tests.test_place_bad_input import figure, only


@pytest.mark.parametrize(
    ("measure", "count", "said"),
    [
        ("deaths", 100_001, "more than there are people"),  # four times a year, of 400,000
        ("acquisitive_offences", 1_000_001, "more than 10 a year for each resident"),
        ("people_in_treatment", 400_001, "more than there are people"),
    ],
)
def test_counts_that_the_residents_cannot_come_to_are_refused(
    measure: str, count: int, said: str, tmp_path: Path
) -> None:
    counted = quarters([4, count, 5, 2 * count])
    found = only(place_with(tmp_path, series("mine", measure), mine=counted))
    assert (found.file, found.field) == (str(tmp_path / "mine.csv"), "2016-Q2")
    assert said in found.right
    text = (tmp_path / "place.toml").read_text(encoding="utf-8")
    text = text.replace('[people.residents]\nvalue = 400000\nsource = "made up for a test"', "")
    (tmp_path / "place.toml").write_text(text, encoding="utf-8")
    assert only(tmp_path).right.endswith("or give people.residents")
    place_with(tmp_path, series("mine", measure), mine=quarters([4, count - 1, 5, 6]))
    assert load(tmp_path).series["mine"][1].count == count - 1


@pytest.mark.parametrize(
    ("measure", "own", "counts", "told"),
    [
        ("drug_searches", "[contacts]\nsearches_drug_year = ", [400, 400], None),  # 1,600 a year
        ("drug_searches", "[contacts]\nsearches_drug_year = ", [40, 40], "comes to 160 a year"),
        ("drug_searches", "[contacts]\nsearches_drug_year = ", [4000], "comes to 16,000 a year"),
        ("possession_arrests", "[contacts]\npossession_arrests_year = ", [1, 1], "comes to 4"),
        ("people_in_treatment", "[people.in_treatment]\nvalue = ", [1600, 1500], None),
        ("people_in_treatment", "[people.in_treatment]\nvalue = ", [150, 150], "comes to 150"),
    ],
)
def test_a_tenth_of_the_places_own_figure_is_told(
    measure: str, own: str, counts: list[int], told: str | None, tmp_path: Path
) -> None:
    value = figure(1600) if own.startswith("[contacts]") else '1600\nsource = "a report"'
    place_with(tmp_path, own + value + "\n", series("mine", measure), mine=quarters(counts))
    notes = [note for note in load(tmp_path).warnings if "comes to" in note]
    assert len(notes) == (told is not None)
    assert all(told in note and "is 1,600" in note for note in notes if told)


def test_deaths_registered_later_are_of_deaths_by_registration(tmp_path: Path) -> None:
    later = f"registered_later = {figure(0.5)}"
    for measure, basis in (("drug_searches", "registration"), ("deaths", "occurrence")):
        table = series("mine", measure, more=later).replace('"record"', f'"{basis}"')
        found = only(place_with(tmp_path, table, mine=quarters([4, 5])))
        assert found.field == "outcomes[1].registered_later" and "registration" in found.right
    table = series("mine", "deaths", more=later).replace('"record"', '"registration"')
    assert load(place_with(tmp_path, table, mine=quarters([4, 5]))).place.outcomes


def test_a_series_that_is_about_nobody_is_refused(tmp_path: Path) -> None:
    table = series("mine", "deaths").replace("value = 0.9, low = 0.8, high = 0.97", "value = 0.0")
    with pytest.raises(InputError, match="the series would say nothing"):
        load(place_with(tmp_path, table, mine=quarters([4, 5])))


def test_limits_are_told_apart_from_what_is_not_known(tmp_path: Path) -> None:
    counted = "2016-Q1,9\n2016-Q2,<6\n2016-Q3,Suppr.\n2016-Q4,8\n"
    notes = load(place_with(tmp_path, series("mine", "deaths"), mine=counted)).warnings
    assert "mine.csv: withheld or empty, read as not known: 2016-Q3" in notes
    assert "mine.csv: only a limit is given, and used: 2016-Q2 (fewer than 6)" in notes
