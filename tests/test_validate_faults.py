"""What `offramp validate` refuses before it runs: what is wrong, on which line, what is right."""

from __future__ import annotations

from pathlib import Path

import pytest

from offramp.catalogue.load import load as load_catalogue
from offramp.catalogue.problems import InputError
from offramp.validate.load import find, load_study, packaged, told_apart
from offramp.validate.run import lever_luck
from tests.small_world import SOUTH_WALES

CATALOGUE = load_catalogue()
LEVER = '[[change.levers]]\nparameter = "nsp_coverage"\nmoves = "set"\nvalue = 0.8\n'
RESULT = """[result]
measure = "fatal_overdoses"
form = "ratio"
denominator = "residents"
direction = "none"
[result.published]
value = 1.0
low = 0.8
high = 1.2
source = "ours"
"""
PLACE = (
    'id = "mine"\ntitle = "A study"\nkind = "replication"\nsays = "What it did"\n'
    "fixed = 2026-11-26\n[run]\nweeks = 52\n" + LEVER + RESULT
)
COHORT = PLACE.replace("[run]", '[cohort]\nof = "tolerant"\n[run]')
NUMBERS = "value = 1.0\nlow = 0.8\nhigh = 1.2\n"


def problems(folder: Path, text: str) -> list[str]:
    """What is said of the study, from its line on; nothing where it is accepted."""
    folder.mkdir(exist_ok=True)
    (folder / "study.toml").write_text(text, encoding="utf-8")
    try:
        load_study(folder, CATALOGUE)
    except InputError as error:
        return [str(p).partition("study.toml, ")[2] or str(p) for p in error.problems]
    return []


def changed(text: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def only(folder: Path, text: str) -> str:
    said = problems(folder, text)
    assert len(said) == 1, said
    assert said[0].startswith("line "), said
    return said[0]


def test_the_plain_studies_of_these_tests_are_accepted(tmp_path: Path):
    assert problems(tmp_path, PLACE) == problems(tmp_path, COHORT) == []


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


def test_nobody_stays_in_treatment_who_never_was(tmp_path: Path):
    text = changed(COHORT, ('"fatal_overdoses"', '"still_in_treatment"'), ('"ratio"', '"level"'))
    assert "nobody is in treatment" in only(tmp_path, text)
    assert problems(tmp_path, changed(text, ('"tolerant"', '"in_treatment"'))) == []
    begun = changed(text, ("[[change", "[change.starts]\ntreatment = { value = 0.5 }\n[[change"))
    assert problems(tmp_path, begun) == []


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


STARTS = "[change.starts]\n{} = {{ value = 1.0 }}\n[[change"


def test_days_held_go_with_a_release(tmp_path: Path):
    release = changed(COHORT, ("[[change", STARTS.format("release")))
    assert "days_held" in only(tmp_path, release)
    days = ('of = "tolerant"\n', 'of = "tolerant"\ndays_held = { value = 30.0 }\n')
    assert problems(tmp_path, changed(release, days)) == []
    assert "is not used" in only(tmp_path, changed(COHORT, days))


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


def test_more_people_than_residents_are_refused(tmp_path: Path):
    people = '[place.people]\npeople_who_use = { value = 50_000_000, source = "ours" }\n[run]'
    text = changed(PLACE, ("[run]", people))
    assert "of 100,000 residents" in only(tmp_path, text)
    more = "residents = { value = 90_000_000, source = 'ours' }\n[run]"
    assert problems(tmp_path, changed(text, ("[run]", more))) == []


def test_two_sides_in_which_nothing_differs_are_refused(tmp_path: Path):
    assert "nothing differs" in only(tmp_path, changed(PLACE, (LEVER, "")))
    twice = LEVER + LEVER.replace("change", "comparator") + 'source = "somebody else"\n'
    assert "nothing differs" in only(tmp_path, changed(PLACE, (LEVER, twice)))
    level = changed(PLACE, (LEVER, ""), ('"ratio"', '"level"'))
    assert problems(tmp_path, level) == []  # compares nothing
    other = changed(COHORT, (LEVER, '[change]\nof = "survivors"\n'))
    assert problems(tmp_path, other) == []


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


def test_nothing_was_fixed_on_a_day_to_come(tmp_path: Path):
    said = only(tmp_path, changed(PLACE, ("2026-11-26", "2926-11-26")))
    assert "a day to come" in said


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


def test_a_lever_has_the_same_luck_in_both_arms_wherever_it_stands(tmp_path: Path):
    def levers(side: str, *names: str) -> str:
        return "".join(LEVER.replace("change", side).replace("nsp_coverage", n) for n in names)

    before = levers("comparator", "kit_rate", "nsp_coverage", "kit_rate")
    after = levers("change", "nsp_coverage", "kit_lost", "kit_rate", "kit_rate", "police_carry")
    assert problems(tmp_path, changed(PLACE, (LEVER, before + after))) == []
    study = load_study(tmp_path, CATALOGUE).study
    one = [lever_luck(study, study.comparator, i) for i in range(3)]
    two = [lever_luck(study, study.change, i) for i in range(5)]
    assert (two[0], two[2], two[3]) == (one[1], one[0], one[2])
    assert len({*one, *two}) == 5  # the lever of one arm alone has luck of its own


def test_every_study_of_the_package_is_accepted():
    told_apart([load_study(folder, CATALOGUE) for folder in packaged()])


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


def test_what_rests_on_a_fault_is_not_told(tmp_path: Path):
    text = changed(PLACE, ('"ratio"', '"ratoi"'), (LEVER, ""))
    assert "result.form is" in only(tmp_path, text)  # and not that nothing differs


def test_a_ratio_said_to_be_in_percent(tmp_path: Path):
    ratio = "value = 0.44\nlow = 0.24\nhigh = 0.80\n"
    text = changed(PLACE, ('"ratio"', '"percent_change"'), (NUMBERS, ratio), ('"none"', '"lower"'))
    said = only(tmp_path, text)
    assert "looks like a ratio or a share" in said and "percent means 100 times" in said
    percent = changed(text, (ratio, "value = 44\nlow = 24\nhigh = 80\n"))
    assert "give the other direction" in only(tmp_path, percent)


def test_an_empty_title_is_told_once(tmp_path: Path):
    assert "title is empty" in only(tmp_path, changed(PLACE, ('"A study"', '""')))
