"""The place of a study, whole or changed: what of it is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.small_world import SOUTH_WALES
from tests.validate_sample import PLACE, changed, only, problems


def test_more_people_than_residents_are_refused(tmp_path: Path):
    people = '[place.people]\npeople_who_use = { value = 50_000_000, source = "ours" }\n[run]'
    text = changed(PLACE, ("[run]", people))
    assert "of 100,000 residents" in only(tmp_path, text)
    more = "residents = { value = 90_000_000, source = 'ours' }\n[run]"
    assert problems(tmp_path, changed(text, ("[run]", more))) == []


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ("people]\nin_treatment = { value = 900_000, S }", "of at most"),
        ("custody]\narrests_year = { value = 50_000_000, S }", "more than 10 arrests a year"),
        ("custody]\ncharged = { value = 0.9, S }\nsentenced = { value = 0.8, S }", "all arrests"),
        ("custody]\ncharged = { value = 0.95, S }", "custody.sentenced 0.1: more than all"),
        ("people]\ninject = 0.5", "write it with its source: { value = 0.5"),
    ],
)
def test_figures_that_no_place_may_have_are_refused_here_too(
    figures: str, said: str, tmp_path: Path
):
    table = "[place." + figures.replace("S }", 'source = "ours" }')
    assert said in only(tmp_path, changed(PLACE, ("[run]", table + "\n[run]")))


def test_a_file_that_is_no_place_is_not_read_as_one(tmp_path: Path):
    text = changed(PLACE, ("[run]", '[place]\nbase = "./study.toml"\n[run]'))
    assert "another file; give the folder of a place" in only(tmp_path, text)


def test_series_of_a_study_are_refused_over_a_place_as_over_a_preset(tmp_path: Path):
    series = (
        '[[place.outcomes]]\nid = "deaths"\nmeasure = "deaths"\nfile = "nowhere.csv"\n'
        'definition = "all"\nperiod = "year"\nsource = "ours"\ndate_basis = "registration"\n'
        "in_scope = { value = 0.6 }\n[run]"
    )
    for base in ("world", SOUTH_WALES.as_posix()):
        text = changed(PLACE, ("[run]", f'[place]\nbase = "{base}"\n{series}'))
        assert "has series of its own" in only(tmp_path, text)


def test_every_fault_of_the_base_place_is_passed_on(tmp_path: Path):
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "place.toml").write_text(
        'name = "There"\ncountry = "GB"\nas_of = 2026-11-23\n[people]\n'
        'residents = { value = "x", source = "ours" }\nadults = { value = -4, source = "ours" }\n',
        encoding="utf-8",
    )
    said = problems(
        tmp_path / "mine", changed(PLACE, ("[run]", '[place]\nbase = "../there"\n[run]'))
    )
    assert any("place.base" in told for told in said)
    assert any("place.toml, line 5: people.residents" in told for told in said)
    assert any("place.toml, line 6: people.adults" in told for told in said)


@pytest.mark.parametrize("base", ["a\\u0000/b", "a" * 5000 + "/b", "../nowhere"])
def test_a_base_that_is_no_place(base: str, tmp_path: Path):
    text = changed(PLACE, ("[run]", f'[place]\nbase = "{base}"\n[run]'))
    assert "place.base" in only(tmp_path, text)


def test_a_figure_that_cannot_be_is_told_with_other_faults(tmp_path: Path):
    table = (
        '[place.people]\nin_treatment = { value = 900_000, source = "ours" }\n'
        '[place.agency]\nhours_arrest = { value = 500, source = "ours" }\n[run]'
    )
    said = problems(tmp_path, changed(PLACE, ("[run]", table)))
    assert len(said) == 2
    assert any("of at most" in told for told in said) and any("hours" in told for told in said)
