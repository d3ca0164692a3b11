"""Numbers that no study can have found: refused before any run, and never printed as a result."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from offramp.catalogue.problems import InputError
from offramp.model import tallies as t
from offramp.model.parameters import declared
from offramp.validate.cannot_happen import cannot_happen
from offramp.validate.load import load_study
from offramp.validate.run import model_values
from offramp.validate.schema import Number, StudyLever
from offramp.validate.units import number_faults, of_lever, of_parameter
from tests.validate_sample import CATALOGUE, COHORT, PLACE, changed, only, problems


def given(parameters: str) -> str:
    return changed(PLACE, ("[run]", f"[parameters]\n{parameters}\n[run]"))


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("death_age = { value = 1.05 }", "from -0.15 to 0.15; a ratio is entered as its logarithm"),
        ("death_age = { value = -0.5 }", "from -0.15 to 0.15"),
        ("death_rate = { value = 1000.0 }", "from 0 to 5"),
        ("oat_hcv = { value = 1e300 }", "from 0 to 1000"),
        ("overdose_spread = { value = 5.0 }", "from 0 to 3"),
        ("overdose_spread = { value = -1.0 }", "from 0 to 3"),
        ("remission = { value = 400.0 }", "from 0 to 52"),
        ("tolerance_days = { value = 0.0 }", "from 0.01 to 36525"),
        ("engaged_weeks = { value = 1e6 }", "from 0.1 to 5218"),
        ("retained_12 = { value = 0.0 }", "between 0 and 1"),
        ("retained_12 = { value = 1.0 }", "between 0 and 1"),
    ],
)
def test_what_no_record_is_near_is_refused(number: str, said: str, tmp_path: Path):
    assert said in only(tmp_path, given(number))


@pytest.mark.parametrize("number", ["supervision_weeks", "missed_dose_days"])
def test_what_may_not_be_at_all_may_be_0(number: str, tmp_path: Path):
    assert problems(tmp_path, given(f"{number} = {{ value = 0.0 }}")) == []


def test_a_lever_multiplies_by_no_more_than_a_thousand(tmp_path: Path):
    text = changed(PLACE, ('"set"\nvalue = 0.8', '"multiply"\nvalue = 1e300'))
    assert "a factor above 0, up to 1000" in only(tmp_path, text)


def test_nobody_is_held_for_more_than_a_lifetime_or_not_at_all(tmp_path: Path):
    for days in ("1e300", "0.0"):
        held = f"days_held = {{ value = {days} }}\n[change.starts]\nrelease = {{ value = 1.0 }}\n"
        assert "from 0.01 to 36525" in only(tmp_path, changed(COHORT, ("[run]", held + "[run]")))


def test_who_stays_for_36_months_stayed_for_12(tmp_path: Path):
    both = "retained_12 = { value = 0.3 }\nretained_36 = { value = 0.6 }"
    assert "retained_36 is 0.6, more than retained_12 (0.3)" in only(tmp_path, given(both))
    alone = only(tmp_path, given("retained_36 = { value = 0.9 }"))
    assert "the model's own); who stays" in alone and alone.endswith("give that too")
    assert problems(tmp_path, given("retained_12 = { value = 0.3 }")) == []


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("nsp_coverage = { value = 0.9, low = 0.0, high = 0.95 }", "low is 0, where value is 0.9"),
        ("nsp_coverage = { value = 0.9, low = 0.8, high = 1.0 }", "the most that it can be, below"),
        ("oat_hcv = { value = 0.5, low = 0.0, high = 0.6 }", "the least that it can be, above 0"),
    ],
)
def test_a_range_that_ends_where_nothing_or_all_is(number: str, said: str, tmp_path: Path):
    assert said in only(tmp_path, given(number))


def test_a_range_of_what_is_nothing_may_begin_there(tmp_path: Path):
    assert problems(tmp_path, given("nsp_coverage = { value = 0.0, low = 0.0, high = 0.1 }")) == []
    assert problems(tmp_path, given("crime_effect = { value = -0.3, low = -1.0, high = 0 }")) == []


def test_no_record_of_the_model_or_of_an_option_is_beyond(tmp_path: Path):
    assert problems(tmp_path, PLACE) == []
    file = load_study(tmp_path, CATALOGUE).file
    for known in declared().values():
        if known.evidence is not None:
            number = Number(evidence=known.evidence)
            told = number_faults(file, ("parameters",), number, of_parameter(known), CATALOGUE)
            assert not list(told), known.name
    for option in CATALOGUE.options.values():
        for lever in option.levers:
            record, known = CATALOGUE.evidence[lever.evidence], declared()[lever.parameter]
            if record.unit in ("ratio", "share") and lever.moves == "multiply":
                mine = StudyLever(parameter=known.name, moves="multiply", evidence=record.id)
                told = number_faults(file, (), mine, of_lever(mine, known), CATALOGUE)
                assert not list(told), (option.id, record.id)


def test_what_cannot_happen_is_seen_in_the_tallies():
    sums = np.zeros((5, t.COUNT))
    sums[:, t.AT["person_weeks"]] = 1000.0
    sums[0, t.AT["other_deaths"]] = 999.0
    sums[1, t.AT["other_deaths"]] = -1.0
    sums[2, t.AT["hiv"]] = np.nan
    sums[3, t.AT["overdose_deaths"]] = 2000.0
    sums[4, t.AT["contacts"]] = 1e6
    assert cannot_happen(sums).tolist() == [False, True, True, True, True]


def test_a_result_that_cannot_be_names_what_was_set(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    numbers = ("death_rate = 5.0", "death_age = 0.15", "death_unstable = 1e3")
    tables = "\n".join(one.replace("= ", "= { value = ") + " }" for one in numbers)
    run = "weeks = 52\ndraws = 16\npeople = 500"
    text = changed(PLACE, ("[run]", f"[parameters]\n{tables}\n[run]"), ("weeks = 52", run))
    assert problems(tmp_path, text) == []
    with pytest.raises(InputError, match="what cannot be") as refused:
        model_values(load_study(tmp_path, CATALOGUE), CATALOGUE)
    said = str(refused.value)
    assert all(name.split()[0] in said for name in numbers) and "change.nsp_coverage" in said
    assert "Warning" not in capfd.readouterr().err
