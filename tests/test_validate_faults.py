"""What `offramp validate` refuses before it runs: every fault is told, and once."""

from __future__ import annotations

from pathlib import Path

import pytest

from offramp.catalogue.problems import InputError
from offramp.validate.load import find, load_study, told_apart
from tests.validate_sample import CATALOGUE, COHORT, LEVER, NUMBERS, PLACE, changed, only, problems


def test_the_plain_studies_of_these_tests_are_accepted(tmp_path: Path):
    assert problems(tmp_path, PLACE) == problems(tmp_path, COHORT) == []


def test_nobody_stays_in_treatment_who_never_was(tmp_path: Path):
    text = changed(COHORT, ('"fatal_overdoses"', '"still_in_treatment"'), ('"ratio"', '"level"'))
    assert "nobody is in treatment" in only(tmp_path, text)
    assert problems(tmp_path, changed(text, ('"tolerant"', '"in_treatment"'))) == []
    begun = changed(text, ("[[change", "[change.starts]\ntreatment = { value = 0.5 }\n[[change"))
    assert problems(tmp_path, begun) == []


STARTS = "[change.starts]\n{} = {{ value = 1.0 }}\n[[change"


def test_days_held_go_with_a_release(tmp_path: Path):
    release = changed(COHORT, ("[[change", STARTS.format("release")))
    assert "days_held" in only(tmp_path, release)
    days = ('of = "tolerant"\n', 'of = "tolerant"\ndays_held = { value = 30.0 }\n')
    assert problems(tmp_path, changed(release, days)) == []
    assert "is not used" in only(tmp_path, changed(COHORT, days))


def test_what_would_be_left_unread_or_act_twice_is_refused(tmp_path: Path):
    tolerance = ('direction = "none"', 'direction = "none"\ntolerance = 0.1')
    assert "tolerance" in only(tmp_path, changed(PLACE, tolerance))
    assert problems(tmp_path, changed(PLACE, tolerance, (NUMBERS, "value = 1.0\n"))) == []
    ours = (NUMBERS, NUMBERS + "margin_is_ours = true\n")
    assert problems(tmp_path, changed(PLACE, ours)) == []
    assert "tolerance" in only(tmp_path, changed(PLACE, tolerance, ours))
    alone = (NUMBERS, "value = 1.0\nmargin_is_ours = true\n")
    assert "no margin" in only(tmp_path, changed(PLACE, alone))
    found = changed(PLACE, ('"none"', '"lower"'), (NUMBERS, NUMBERS + "found = 0.8\n"))
    assert "found" in only(tmp_path, found)
    twice = '[change]\noptions = ["police-naloxone", "police-naloxone"]\n'
    assert "keep one" in only(tmp_path, changed(PLACE, (LEVER, twice)))
    add = changed(PLACE, ('"set"', '"add"'), ("value = 0.8\n", "value = 3.0\n"))
    assert "from -1 to 1" in only(tmp_path, add)
    kits = changed(
        PLACE, ('"fatal_overdoses"', '"kits"'), ('"ratio"', '"per_averted"\nover = "kits"')
    )
    assert "as measure is" in only(tmp_path, kits)


def test_a_cohort_has_no_residents(tmp_path: Path):
    text = changed(COHORT, ('"fatal_overdoses"', '"resident_confidence"'))
    assert any("which a cohort has not" in said for said in problems(tmp_path, text))


def test_two_sides_in_which_nothing_differs_are_refused(tmp_path: Path):
    assert "nothing differs" in only(tmp_path, changed(PLACE, (LEVER, "")))
    twice = LEVER + LEVER.replace("change", "comparator") + 'source = "somebody else"\n'
    assert "nothing differs" in only(tmp_path, changed(PLACE, (LEVER, twice)))
    level = changed(PLACE, (LEVER, ""), ('"ratio"', '"level"'))
    assert problems(tmp_path, level) == []  # compares nothing
    other = changed(COHORT, (LEVER, '[change]\nof = "survivors"\n'))
    assert problems(tmp_path, other) == []


def test_nothing_was_fixed_on_a_day_to_come(tmp_path: Path):
    said = only(tmp_path, changed(PLACE, ("2026-11-26", "2926-11-26")))
    assert "a day to come" in said


@pytest.mark.parametrize("given", ["~nobody-of-this-name/x", "a" * 5000, "nowhere/at/all"])
def test_a_path_that_cannot_be(given: str):
    with pytest.raises(InputError, match="is no study"):
        find(given)


def test_names_and_limits_are_told_with_faults_of_other_kinds(tmp_path: Path):
    text = changed(
        PLACE,
        ('kind = "replication"', 'kind = "rep"'),
        ("weeks = 52", 'weeks = 53\ndraws = "16"'),
        ('"nsp_coverage"', '"nsp_coverge"'),
        ('"set"', '"sets"'),
        ('"fatal_overdoses"', '"fatal_overdose"'),
        ('"ratio"', '"ratios"'),
        ("[run]", "[parameters]\nfoo = 1\noverdose_rate = { value = 1 }\n"
                  'kit_used = { value = 1.5, source = "ours" }\n[run]'),
    )  # fmt: skip
    said = problems(tmp_path, text)
    for field in (
        "kind is", "run.weeks is 53", "run.draws is", "change.levers[1].parameter is",
        "change.levers[1].moves is", "result.measure is", "result.form is", "parameters.foo is no",
        "parameters.overdose_rate is fitted", "parameters.kit_used.value is 1.5",
    ):  # fmt: skip
        assert sum(field in told for told in said) == 1, (field, said)
    assert len(said) == 11, said  # and that foo is no table


def test_what_is_missing_brings_no_faults_that_are_not_there(tmp_path: Path):
    said = problems(
        tmp_path, 'id = "mine"\n[change]\nto_week = 4\n[change.starts]\nfoo = { value = 1.0 }\n'
    )
    fields = ("title", "kind", "says", "fixed", "run", "result", "change.starts", "change has a")
    assert [f for f in fields if not any(f" {f}" in told for told in said)] == []
    assert len(said) == len(fields), said


def test_two_studies_of_one_id_are_told_apart(tmp_path: Path):
    loaded = []
    for name in ("one", "two"):
        assert problems(tmp_path / name, PLACE) == []
        loaded.append(load_study(tmp_path / name, CATALOGUE))
    told_apart(loaded[:1])
    with pytest.raises(InputError, match="line 1: id is 'mine', as in .*one"):
        told_apart(loaded)


FAULTY_RUN = (
    ("weeks = 52", "weeks = 0"),
    ("[run]", '[cohort]\nof = "opioids"\n[comparator.starts]\nrelease = { value = 1.0 }\n[run]'),
    ('"ratio"', '"percent_change"\ntolerance = 0.2'),
    (NUMBERS, "value = -150\nlow = -200\nhigh = -20\n"),
    ('"none"', '"lower"'),
)


def test_a_fault_of_one_table_hides_none_of_another(tmp_path: Path):
    said = problems(tmp_path, changed(PLACE, *FAULTY_RUN))
    wanted = ("run.weeks is 0", "days_held is missing", "tolerance is not used", "no more than all")
    assert [w for w in wanted if not any(w in told for told in said)] == []
    assert len(said) == len(wanted), said


@pytest.mark.parametrize(
    ("old", "new"),
    [('source = "ours"', 'source = "m"'), ("high = 1.5\n", 'high = 1.5\nnote = "unknown"\n')],
)
def test_what_nothing_rests_on_hides_nothing(old: str, new: str, tmp_path: Path):
    away = ("value = 1.0\nlow = 0.8\nhigh = 1.2\n", "value = 1.4\nlow = 1.3\nhigh = 1.5\n")
    lower = changed(PLACE, ('"none"', '"lower"'), away)
    said = problems(tmp_path, changed(lower, (old, new)))
    assert len(said) == 2 and any("give the other direction" in told for told in said)


def test_levers_in_one_bracket_are_told_how_they_are_written(tmp_path: Path):
    said = only(tmp_path, changed(PLACE, ("[[change.levers]]", "[change.levers]")))
    assert "change.levers is a table; write [[change.levers]]" in said


def test_a_record_in_another_unit_is_told_once(tmp_path: Path):
    percent = (('"ratio"', '"percent_change"'), ('"none"', '"lower"'), (NUMBERS, ""))
    text = changed(PLACE, *percent, ('source = "ours"\n', 'evidence = "nsp_hcv_rr"\n'))
    assert "in ratio, but" in only(tmp_path, text)


def test_what_rests_on_a_fault_is_not_told(tmp_path: Path):
    text = changed(PLACE, ('"ratio"', '"ratoi"'), (LEVER, ""))
    assert "result.form is" in only(tmp_path, text)  # and not that nothing differs


def test_an_empty_title_is_told_once(tmp_path: Path):
    assert "title is empty" in only(tmp_path, changed(PLACE, ('"A study"', '""')))
