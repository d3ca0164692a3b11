"""A published number fits the measure, its form and its direction."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.validate_sample import COHORT, NUMBERS, PLACE, changed, only, problems


@pytest.mark.parametrize(
    ("form", "evidence", "right"),
    [
        ("ratio", "nal_scot", False),  # percent
        ("percent_change", "nal_scot", True),
        ("percent_change", "gsl_hamilton_all", False),  # ratio
        ("ratio", "gsl_hamilton_all", True),
        ("difference", "gsl_hamilton_all", False),
        ("level", "epi_cmr_postod", False),  # per 100 person-years, against a year
        ('level"\nper = "100_person_years', "epi_cmr_postod", True),
    ],
)
def test_a_published_record_must_fit_the_form(
    form: str, evidence: str, right: bool, tmp_path: Path
):
    text = changed(
        PLACE, ('"ratio"', f'"{form}"'), (NUMBERS, f'evidence = "{evidence}"\n'),
        ('"none"', '"lower"'),
    )  # fmt: skip
    assert bool(problems(tmp_path, text)) is not right
    turned = changed(text, ("[result.published]\n", "[result.published]\nvalue = 0.9\n"))
    turned = (
        turned.replace("value = 0.9", "value = -0.1")
        if form[:5] not in ("ratio", "level")
        else turned
    )
    assert problems(tmp_path, turned) == []


@pytest.mark.parametrize(
    ("measure", "form", "value", "said"),
    [
        ("still_in_treatment", "level", "60.0", "from 0 to 1"),
        ("still_in_treatment", "level", "-0.6", "from 0 to 1"),
        ("still_in_treatment", "difference", "45.0", "from -1 to 1"),
        ("still_in_treatment", "level", "0.6", ""),
        ("hcv_infections", 'level"\nper = "person_year', "-5.0", "none is below 0"),
        ("hcv_infections", 'level"\nper = "person_year', "0.05", ""),
        ("hcv_infections", "percent_change", "-200.0", "no more than all"),
        ("hcv_infections", "percent_averted", "200.0", "no more than all"),
        ("hcv_infections", "percent_averted", "99.0", ""),
    ],
)
def test_a_published_number_that_cannot_be_is_refused(
    measure: str, form: str, value: str, said: str, tmp_path: Path
):
    text = changed(
        COHORT, ('"tolerant"', '"in_treatment"'), ('"fatal_overdoses"', f'"{measure}"'),
        ('"ratio"', f'"{form}"'), (NUMBERS, f"value = {value}\n"), ('"none"', '"either"'),
    )  # fmt: skip
    if said:
        assert said in only(tmp_path, text)
    else:
        assert problems(tmp_path, text) == []


@pytest.mark.parametrize(
    ("form", "numbers", "direction", "said"),
    [
        ("ratio", "value = -1.0\nlow = -1.2\nhigh = -0.8", "none", "above 0"),
        ("ratio", "value = 0.0", "lower", "above 0"),
        ("ratio", "value = 1.5\nlow = 1.2\nhigh = 1.8", "lower", "other direction"),
        ("ratio", "value = 1.5\nlow = 0.9\nhigh = 1.8", "lower", ""),
        ("ratio", "value = 1.5\nlow = 1.2\nhigh = 1.8", "higher", ""),
        ("ratio", "value = 1.5\nlow = 1.2\nhigh = 1.8", "either", ""),
        ("ratio", "value = 1.5\nlow = 1.2\nhigh = 1.8", "none", "no change would be 1"),
        ("difference", "value = 3.0", "lower", "other direction"),  # 2.25 to 3.75
        ("percent_averted", "value = 20.0", "lower", ""),
        ("percent_averted", "value = -20.0", "lower", "other direction"),
        ("percent_change", "value = -20.0", "lower", ""),
    ],
)
def test_a_published_number_agrees_with_its_form_and_direction(
    form: str, numbers: str, direction: str, said: str, tmp_path: Path
):
    text = changed(
        PLACE, ('"ratio"', f'"{form}"'), (NUMBERS, numbers + "\n"), ('"none"', f'"{direction}"')
    )
    if said:
        assert said in only(tmp_path, text)
    else:
        assert problems(tmp_path, text) == []


def test_a_ratio_said_to_be_in_percent(tmp_path: Path):
    ratio = "value = 0.44\nlow = 0.24\nhigh = 0.80\n"
    text = changed(PLACE, ('"ratio"', '"percent_change"'), (NUMBERS, ratio), ('"none"', '"lower"'))
    said = only(tmp_path, text)
    assert "looks like a ratio or a share" in said and "percent means 100 times" in said
    percent = changed(text, (ratio, "value = 44\nlow = 24\nhigh = 80\n"))
    assert "give the other direction" in only(tmp_path, percent)
