"""Numbers of a study come in the unit of what they give, and within its limits."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.small_world import SOUTH_WALES
from tests.validate_sample import COHORT, NUMBERS, PLACE, changed, only, problems


@pytest.mark.parametrize("form", ["level", "difference"])
@pytest.mark.parametrize("per", ["", 'per = "year"\n'])
def test_a_count_of_a_cohort_needs_a_unit(form: str, per: str, tmp_path: Path):
    zero = (NUMBERS, "value = 0.0\nlow = -1.0\nhigh = 1.0\n")
    text = changed(COHORT, ('form = "ratio"\n', f'form = "{form}"\n{per}'), zero)
    assert "100_person_years" in only(tmp_path, text)
    per_year = changed(text, (f'form = "{form}"\n{per}', f'form = "{form}"\nper = "person_year"\n'))
    assert problems(tmp_path, per_year) == []
    share = changed(text, ('"fatal_overdoses"', '"alive"'), (per, "") if per else ("", ""))
    assert problems(tmp_path, share) == []  # a share at the end is no count


def test_sides_counted_over_different_weeks_need_person_years(tmp_path: Path):
    text = changed(COHORT, ("[[change", "[change]\nto_week = 4\n[[change"))
    said = only(tmp_path, text)
    assert "52 weeks" in said and "4" in said and 'per = "person_year"' in said
    assert problems(tmp_path, changed(text, ("[result]", '[result]\nper = "person_year"'))) == []
    moved = changed(
        text,
        ("to_week = 4", "from_week = 4\nto_week = 28"),
        ("weeks = 52", "weeks = 52\nto_week = 24"),
    )
    assert problems(tmp_path, moved) == []  # as long, only later


@pytest.mark.parametrize("measure", ["trust_of_pwud", "resident_confidence", "contact_ratio"])
def test_what_is_no_count_has_no_unit(measure: str, tmp_path: Path):
    base = f'[place]\nbase = "{SOUTH_WALES.as_posix()}"\n[run]'
    text = changed(
        PLACE, ("[run]", base), ('"fatal_overdoses"', f'"{measure}"\nper = "person_year"')
    )
    assert measure in only(tmp_path, text)
    assert problems(tmp_path, changed(text, ('per = "person_year"\n', ""))) == []


def test_a_share_at_the_end_is_not_averted_by_the_piece(tmp_path: Path):
    text = changed(
        COHORT, ('measure = "fatal_overdoses"', 'measure = "kits"\nover = "alive"'),
        ('"ratio"', '"per_averted"'),
    )  # fmt: skip
    assert "alive" in only(tmp_path, text)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[run]", '[parameters]\nambulance_help = { evidence = "oat_uk_off_rest" }\n[run]', ""),
        ("[run]", '[parameters]\noverdose_level = { evidence = "v_us_od5" }\n[run]', ""),
        ("value = 0.8\n", 'evidence = "nal_scot"\n', "percent"),
        ('"set"\nvalue = 0.8\n', '"multiply"\nevidence = "nal_scot"\n', "in percent"),
        ('"set"\nvalue = 0.8\n', '"multiply"\nevidence = "oat_ret12"\n', "in percent"),
        ('"set"\nvalue = 0.8\n', '"multiply"\nvalue = 0.0\n', "a factor above 0"),
        ('"set"\nvalue = 0.8\n', '"add"\nevidence = "oat_ret12"\n', "in percent"),
        ("value = 0.8\n", 'evidence = "no_such_record"\n', "no_such_record"),
    ],
)
def test_a_record_must_be_in_the_unit_of_what_it_gives(
    old: str, new: str, said: str, tmp_path: Path
):
    assert said in only(tmp_path, changed(PLACE, (old, new)))


def test_a_record_beyond_the_limits_is_refused_as_the_number_is(tmp_path: Path):
    # release_phila_w12 is a ratio of 36.9; sharing after custody may be 0.2 to 5 times as high
    text = changed(
        PLACE, ("[run]", "[parameters]\nafter_custody_sharing = { value = 36.9 }\n[run]")
    )
    assert "from 0.2 to 5" in only(tmp_path, text)
    text = changed(text, ("value = 36.9", 'evidence = "release_phila_w12"'))
    said = only(tmp_path, text)
    assert "holds 36.91" in said and "from 0.2 to 5" in said
    fits = changed(text, ("release_phila_w12", "hcv_release_scot"))  # 2.3
    assert problems(tmp_path, fits) == []


def test_nobody_dies_more_than_once(tmp_path: Path):
    given = "[parameters]\noverdose_level = { value = 1e6 }\n[run]"
    assert "from 0 to 100" in only(tmp_path, changed(PLACE, ("[run]", given)))


def test_a_share_of_the_cohort_is_a_share(tmp_path: Path):
    text = changed(COHORT, ("[[change", "[change.starts]\nkit = { value = 0.5 }\n[[change"))
    assert problems(tmp_path, text) == []
    assert "from 0 to 1" in only(tmp_path, changed(text, ("0.5", "1.5")))
    ratio = changed(text, ("value = 0.5", 'evidence = "oat_postod_meth"'))
    assert "in ratio" in only(tmp_path, ratio)
    assert (
        problems(tmp_path, changed(text, ("value = 0.5", 'evidence = "scot_release_kits"'))) == []
    )
