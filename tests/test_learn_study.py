"""Studies: verdicts in words, locked plans, and clear messages for what cannot be evaluated."""

import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from offramp.catalogue.problems import InputError
from offramp.cli.app import main
from offramp.learn.evaluate import evaluate
from offramp.learn.fitted import Fitted, in_words_of_the_study, percent_of_log
from offramp.learn.text import p_text
from offramp.learn.verdict import change

TODAY = date(2026, 11, 23)
PLAN = """
name = "Deflection pilot"
question = "Did the pilot lower arrests for possession?"
design = "{design}"
smallest_effect = {{ value = 10, unit = "percent" }}
[data]
file = "panel.csv"
unit = "area"
[outcome]
name = "arrests for possession"
column = "arrests"
better = "lower"
denominator = "residents"
[intervention]
what = "officers may deflect"
date = "2019-01"
units = [{units}]
[comparison]
why = "same county, same crime recording"
[analysis]
permutations = 199
{more}
"""


def write_study(
    folder: Path,
    *,
    design: str = "difference_in_differences",
    treated: int = 3,
    areas: int = 24,
    months: int = 60,
    effect: float = 0.0,
    noise: float = 0.05,
    drift: float = 0.0,
    jump_elsewhere: float = 0.0,
    residents: float = 1e5,
    seed: int = 1,
    more: str = "",
) -> Path:
    """A panel whose truth is known. `effect`, `drift` (a year): changes of the log rate."""
    random = np.random.default_rng(seed)
    rows = ["area,period,arrests,residents,dui"]
    for i in range(areas):
        wander = noise * random.normal(size=months)
        for t in range(months):
            here = (effect if t >= 36 else 0.0) + drift * t / 12 if i < treated else 0.0
            mean = residents * 4e-4 * np.exp(0.1 * np.sin(t / 2) + wander[t] + here)
            dui = residents * 4e-4 * np.exp(jump_elsewhere * (i < treated and t >= 36))
            period = f"{2016 + t // 12}-{t % 12 + 1:02d}"
            cells = f"{random.poisson(mean)},{residents:.0f},{random.poisson(dui)}"
            rows.append(f"A{i},{period},{cells}")
    (folder / "panel.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    units = ", ".join(f'"A{i}"' for i in range(treated))
    study = folder / "study.toml"
    study.write_text(PLAN.format(design=design, units=units, more=more), encoding="utf-8")
    return study


def problems_of(study: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        evaluate(study, TODAY)
    return [str(problem) for problem in caught.value.problems]


PANEL_DESIGNS = ("difference_in_differences", "synthetic_control", "interrupted_time_series")


@pytest.mark.parametrize("design", PANEL_DESIGNS)
def test_a_large_fall_helps(tmp_path: Path, design: str):
    found = evaluate(write_study(tmp_path, design=design, effect=-0.5, seed=2), TODAY)
    assert found.verdict.word == "helps", found.verdict
    assert found.estimate.low is not None
    assert found.estimate.low < 100 * (np.exp(-0.5) - 1) < found.estimate.high


@pytest.mark.parametrize("design", PANEL_DESIGNS)
def test_a_large_rise_harms(tmp_path: Path, design: str):
    found = evaluate(write_study(tmp_path, design=design, effect=0.5), TODAY)
    assert found.verdict.word == "harms", found.verdict


def test_no_change_that_is_measured_well_is_no_difference_that_matters(tmp_path: Path):
    found = evaluate(write_study(tmp_path, residents=5e5, noise=0.02), TODAY)
    assert found.verdict.word == "no difference that matters", found.verdict


def test_a_study_that_is_too_small_cannot_tell_and_says_what_it_could_have_seen(tmp_path: Path):
    study = write_study(tmp_path, residents=3e4, noise=0.2, effect=-0.1, treated=1, areas=21)
    found = evaluate(study, TODAY)
    assert found.verdict.word == "cannot tell"
    assert "too small" in " ".join(found.verdict.reasons)


def test_too_few_units_cannot_tell_however_strong_the_effect(tmp_path: Path):
    found = evaluate(write_study(tmp_path, treated=1, areas=6, effect=-1.5), TODAY)
    assert found.verdict.word == "cannot tell"
    assert "too few units" in found.verdict.reasons[0]
    assert "1 of 6 ways" in found.verdict.reasons[0]


def test_trends_that_were_apart_before_cannot_tell(tmp_path: Path):
    found = evaluate(write_study(tmp_path, drift=-0.15, effect=-0.1), TODAY)
    assert found.verdict.word == "cannot tell"
    failed = {check.name for check in found.checks if check.status == "failed"}
    assert "trends before" in failed


def test_an_outcome_that_should_not_move_but_does_cannot_tell(tmp_path: Path):
    more = '[checks]\nplacebo_outcomes = ["dui"]'
    study = write_study(tmp_path, effect=-0.5, jump_elsewhere=-0.5, more=more)
    found = evaluate(study, TODAY)
    assert found.verdict.word == "cannot tell"
    assert "dui, which it should not touch, moved as well" in found.verdict.reasons[0]


def test_a_change_of_recording_at_the_same_time_cannot_tell(tmp_path: Path):
    more = '[checks]\nrecording = [{ date = "2018-12", what = "new crime system" }]'
    found = evaluate(write_study(tmp_path, effect=-0.5, more=more), TODAY)
    assert found.verdict.word == "cannot tell"
    assert "new crime system" in found.verdict.reasons[0]


def test_something_else_that_came_at_the_same_time_cannot_tell(tmp_path: Path):
    more = '[checks]\nconfounders = [{ name = "fentanyl", column = "dui" }]'
    study = write_study(tmp_path, effect=-0.5, jump_elsewhere=0.7, more=more)
    found = evaluate(study, TODAY)
    assert found.verdict.word == "cannot tell"
    assert "fentanyl changed at the same time" in found.verdict.reasons[0]


def test_false_alarms_stay_rare_where_nothing_happened(tmp_path: Path):
    words = [
        evaluate(write_study(tmp_path, treated=2, areas=20, seed=seed), TODAY).verdict.word
        for seed in range(5)
    ]
    assert sum(word in ("helps", "harms") for word in words) <= 1


def test_a_day_inside_a_month_leaves_that_month_out(tmp_path: Path):
    study = write_study(tmp_path, effect=-0.5)
    text = study.read_text(encoding="utf-8").replace('"2019-01"', "2018-12-15")
    study.write_text(text, encoding="utf-8")
    found = evaluate(study, TODAY)
    assert found.checks[0].numbers == {"before": 35, "after": 24}


def test_a_stepped_wedge_is_judged_by_its_lot(tmp_path: Path):
    study = write_study(tmp_path, design="stepped_wedge", treated=8, areas=8, months=40)
    steps = "\n".join(f'A{i} = "{2017 + i // 4}-{i % 4 * 3 + 1:02d}"' for i in range(8))
    text = study.read_text(encoding="utf-8")
    begin, end = text.index("date = "), text.index("[comparison]")
    study.write_text(
        f"{text[:begin]}[intervention.starts]\n{steps}\n{text[end:]}", encoding="utf-8"
    )
    found = evaluate(study, TODAY)
    assert found.units == {"treated": 8, "comparison": 0}
    assert "stepped wedge" in found.estimate.method
    assert found.verdict.word in ("no difference that matters", "cannot tell")


TRIAL = """
name = "Offer of a caseworker"
question = "Are fewer people arrested again within a year?"
design = "randomised_trial"
smallest_effect = { value = 20 }
[data]
file = "cohort.csv"
[outcome]
name = "arrested again"
column = "again"
better = "lower"
[trial]
treated = "offered"
control = "usual"
event = "again"
"""


def test_a_trial_counts_everybody_in_the_arm_that_was_drawn(tmp_path: Path):
    rows = [f"{i},offered,{'yes' if i < 60 else 'no'}" for i in range(300)]
    rows += [f"{i},usual,{'yes' if i < 120 else 'no'}" for i in range(300)]
    (tmp_path / "cohort.csv").write_text("number,arm,again\n" + "\n".join(rows), encoding="utf-8")
    (tmp_path / "study.toml").write_text(TRIAL, encoding="utf-8")
    found = evaluate(tmp_path, TODAY)
    assert found.verdict.word == "helps"
    assert found.estimate.effect == pytest.approx(-50)
    assert found.units == {"people": 300, "people_usual": 300}


def test_faults_of_a_trial_are_told_all_at_once(tmp_path: Path):
    text = "number,arm,again\n1,offered,maybe\n2,control,no\n"
    (tmp_path / "cohort.csv").write_text(text, encoding="utf-8")
    (tmp_path / "study.toml").write_text(TRIAL, encoding="utf-8")
    told = problems_of(tmp_path)
    assert any("line 2: again is" in line for line in told)
    assert any("line 3: arm is" in line for line in told)


@pytest.mark.parametrize(
    ("change_", "says"),
    [
        (("2019-01", "2031-01"), "leaves nothing before or after it; the table runs from 2016-01"),
        (("2019-01", "2016-01"), "leaves nothing before or after it"),
        (("2019-01", "January"), "months are written as"),
        (('"A0"', '"B0"'), '"B0" is not in the table; known units: A0, A1'),
        (('column = "arrests"', 'column = "arests"'), "is a column that is missing"),
        (("better", "beter"), "outcome.beter is not a known key"),
        (("value = 10", "value = -1"), "smallest_effect.value is -1"),
        (('why = "same county, same crime recording"', ""), "comparison.why is missing"),
        (('file = "panel.csv"', 'file = "other.csv"'), "other.csv: does not exist"),
    ],
)
def test_a_plan_that_is_wrong_gets_a_message(tmp_path: Path, change_: tuple[str, str], says: str):
    study = write_study(tmp_path, areas=5, months=48)
    text = study.read_text(encoding="utf-8")
    assert change_[0] in text
    study.write_text(text.replace(change_[0], change_[1], 1), encoding="utf-8")
    assert any(says in line for line in problems_of(study)), problems_of(study)


def test_dates_of_checks_are_read_before_anything_is_estimated(tmp_path: Path):
    more = '[checks]\nplacebo_dates = ["2017"]\nrecording = [{ date = "May", what = "x" }]'
    told = problems_of(write_study(tmp_path, areas=4, months=40, more=more))
    assert any('checks.placebo_dates[1] is "2017"; months are written as' in t for t in told)
    assert any('checks.recording[1].date is "May"' in t for t in told)


def test_one_treated_unit_and_no_other_is_pointed_to_a_time_series(tmp_path: Path):
    told = problems_of(write_study(tmp_path, treated=1, areas=1))
    assert any("leaves no unit to compare with" in line for line in told)
    assert any("interrupted_time_series" in line for line in told)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda _: "", "is empty"),
        (lambda t: t.replace(",", ";"), "separated by semicolons"),
        (lambda t: t[: t.rindex(",")], "the file may be cut off"),
        (lambda t: t + t.splitlines()[5] + "\n", "already; keep one row"),
        (lambda t: t.replace("2016-02", "2061-02"), "has not happened yet; check the year"),
        (lambda t: t.replace("2016-02", "Feb 16"), "months are written as"),
        (lambda t: t.replace("\nA1,2016-02", "\n\n#A1,2016-02"), "missing of A1"),
        (lambda t: t.replace("arrests", "name"), "could name a person"),
    ],
)
def test_a_table_that_is_wrong_gets_a_message(tmp_path: Path, spoil, says: str):
    study = write_study(tmp_path, areas=4, months=40)
    table = tmp_path / "panel.csv"
    table.write_text(spoil(table.read_text(encoding="utf-8")), encoding="utf-8")
    assert any(says in line for line in problems_of(study)), problems_of(study)


def test_a_mis_encoded_table_gets_a_message_with_its_row(tmp_path: Path):
    study = write_study(tmp_path, areas=4, months=40)
    raw = (tmp_path / "panel.csv").read_bytes().replace(b"\nA1,", b"\nCr\xe9,", 1)
    (tmp_path / "panel.csv").write_bytes(raw)
    assert any("line 42: is not UTF-8" in line for line in problems_of(study))


def spoiled_counts(folder: Path, spoil) -> Path:
    """`spoil`: area, period, count -> count, definition."""
    study = write_study(folder, areas=4, months=48)
    lines = (folder / "panel.csv").read_text(encoding="utf-8").splitlines()
    out = [lines[0] + ",definition"]
    for line in lines[1:]:
        area, period, count, rest = line.split(",", 3)
        count, definition = spoil(area, period, count)
        out.append(f"{area},{period},{count},{rest},{definition}")
    (folder / "panel.csv").write_text("\n".join(out) + "\n", encoding="utf-8")
    return study


def test_a_withheld_count_is_not_guessed(tmp_path: Path):
    study = spoiled_counts(
        tmp_path, lambda a, p, n: ("<6" if (a, p) == ("A0", "2016-04") else n, "x")
    )
    assert any("line 5: arrests is withheld" in line for line in problems_of(study))


def test_two_definitions_of_a_count_are_refused(tmp_path: Path):
    study = spoiled_counts(
        tmp_path, lambda _, p, n: (n, "by date" if p < "2018" else "by registration")
    )
    assert any("two definitions of a count" in line for line in problems_of(study))


def test_a_force_that_records_no_arrests_is_refused(tmp_path: Path):
    study = spoiled_counts(tmp_path, lambda a, _, n: ("0" if a == "A2" else n, "x"))
    assert any("of A2 is 0 in every period" in line for line in problems_of(study))


def test_recording_that_stopped_is_refused(tmp_path: Path):
    study = spoiled_counts(
        tmp_path, lambda a, p, n: ("0" if a == "A3" and p >= "2019-05" else n, "x")
    )
    assert any("of A3 is 0 from 2019-05 to 2019-12" in line for line in problems_of(study))


def test_a_locked_plan_is_used_and_a_changed_one_is_named_field_by_field(tmp_path: Path, capsys):
    study = write_study(tmp_path, areas=21, months=48, treated=1)
    assert main(["learn", "evaluate", str(study), "--lock", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert len(told["hash"]) == 64
    assert told["before_results"] is False, "months after the start were in the table already"
    assert main(["learn", "evaluate", str(study), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["locked"] is True
    assert found["lock"]["hash"] == told["hash"]
    text = study.read_text(encoding="utf-8")
    study.write_text("# a comment changes nothing\n" + text, encoding="utf-8")
    assert main(["learn", "evaluate", str(study), "--json"]) == 0
    capsys.readouterr()
    text = text.replace("value = 10", "value = 2").replace('"lower"', '"higher"')
    study.write_text(text, encoding="utf-8")
    for words in (["--json"], ["--lock"]):
        assert main(["learn", "evaluate", str(study), *words]) == 1
        err = capsys.readouterr().err
        assert "smallest_effect.value is 2.0, but was locked on" in err
        assert 'outcome.better is "higher", but was locked on' in err


def test_a_lock_that_was_edited_is_refused(tmp_path: Path, capsys):
    study = write_study(tmp_path, areas=4, months=40)
    assert main(["learn", "evaluate", str(study), "--lock"]) == 0
    lock = tmp_path / "study.lock.json"
    lock.write_text(lock.read_text(encoding="utf-8").replace("10.0", "2.0"), encoding="utf-8")
    assert main(["learn", "evaluate", str(study)]) == 1
    assert "was changed; put back the file" in capsys.readouterr().err


def test_a_plan_locked_before_there_are_data_is_blind(tmp_path: Path, capsys):
    study = write_study(tmp_path, areas=4, months=40)
    (tmp_path / "panel.csv").unlink()
    assert main(["learn", "evaluate", str(study), "--lock", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["before_results"] is True


def test_results_seen_before_the_lock_are_not_forgotten(tmp_path: Path, capsys):
    study = write_study(tmp_path, areas=21, treated=1, months=48)
    assert main(["learn", "evaluate", str(study)]) == 0
    assert "not locked before its results were seen" in capsys.readouterr().out.replace("\n  ", " ")
    assert main(["learn", "evaluate", str(study), "--lock", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["before_results"] is False
    assert main(["learn", "evaluate", str(study)]) == 0
    assert "looked at once before that" in capsys.readouterr().out.replace("\n  ", " ")


def test_the_same_study_gives_the_same_answer_to_the_last_digit(tmp_path: Path):
    study = write_study(tmp_path, areas=12)
    assert evaluate(study, TODAY).as_dict() == evaluate(study, TODAY).as_dict()


def test_a_study_that_does_not_exist_is_wrong_input(tmp_path: Path, capsys):
    assert main(["learn", "evaluate", str(tmp_path / "nothing.toml")]) == 1
    assert "does not exist" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("value", "words"), [(-12.3, "12% lower"), (4.26, "4.3% higher"), (0.01, "no change")]
)
def test_changes_are_said_in_words(value: float, words: str):
    assert change(value, "percent") == words


def weekly(folder: Path, effect: float, start: str, *, iso: bool = False) -> Path:
    """Five years of weeks with a season, from Monday 7 January 2019; 160 of them before."""
    random = np.random.default_rng(8)
    rows = ["week,overdoses"]
    for t in range(260):
        monday = date(2019, 1, 7) + timedelta(weeks=t)
        season = 0.2 * np.sin(2 * np.pi * t / 52.18)
        mean = 60 * np.exp(season + (effect if t >= 160 else 0.0))
        year, week, _ = monday.isocalendar()
        rows.append(f"{f'{year}-W{week:02d}' if iso else monday},{random.poisson(mean)}")
    (folder / "panel.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder / "study.toml").write_text(
        f"""name = "Outreach after an overdose"
question = "Did outreach lower overdoses?"
design = "interrupted_time_series"
smallest_effect = {{ value = 15 }}
[data]
file = "panel.csv"
period = "week"
kind = "week"
[outcome]
name = "overdoses"
column = "overdoses"
better = "lower"
[intervention]
what = "outreach"
date = {start}
""",
        encoding="utf-8",
    )
    return folder / "study.toml"


@pytest.mark.parametrize(
    ("start", "iso", "after"), [('"2022-01-31"', False, 100), ("2022-02-02", True, 99)]
)
def test_weeks_are_read_as_mondays_or_iso_weeks(tmp_path: Path, start: str, iso: bool, after: int):
    found = evaluate(weekly(tmp_path, -0.5, start, iso=iso), TODAY)
    assert found.verdict.word == "helps", found.verdict
    assert found.estimate.low < 100 * (np.exp(-0.5) - 1) < found.estimate.high
    assert found.checks[0].numbers == {"before": 160, "after": after}


def test_a_week_that_does_not_begin_on_monday_is_refused(tmp_path: Path):
    study = weekly(tmp_path, 0.0, '"2022-01-31"')
    table = tmp_path / "panel.csv"
    table.write_text(table.read_text().replace("2019-01-14", "2019-01-15"))
    assert problems_of(study) == [
        f'{table}, line 3: week is "2019-01-15"; weeks are written as 2019-04-01 (its Monday)'
    ]


def test_what_could_have_been_seen_is_told_on_the_better_side():
    """A standard error of 0.5 on the log scale: 75% lower or 306% higher."""
    fitted = Fitted(0.0, -1.0, 1.0, 0.9, 0.5, 0.95, "")
    for better, size in (("lower", 75.3), ("higher", 305.5)):
        found = in_words_of_the_study(fitted, percent_of_log, "percent", better)
        assert found.detectable == pytest.approx(size, abs=0.1)


def test_the_terminal_gets_at_most_80_columns_and_no_p_value_of_nought(tmp_path: Path, capsys):
    study = write_study(tmp_path, effect=-0.5, treated=10, seed=2)
    text = study.read_text().replace("permutations = 199", 'inference = "wild_bootstrap"')
    study.write_text(
        text.replace('"Did the pilot', '"In all of the areas of the county, did the pilot')
    )
    assert main(["learn", "evaluate", str(study)]) == 0
    out = capsys.readouterr().out
    assert max(len(line) for line in out.splitlines()) <= 80
    assert [p_text(p) for p in (0.0, 0.0009, 0.04)] == ["p < 0.001", "p < 0.001", "p = 0.040"]


def trial_of_groups(folder: Path, risk) -> Path:
    """Ten stations of 20 people; every second one is offered it."""
    rows = [
        f"{'offered' if g % 2 else 'usual'},{int(i < risk(g))},g{g}"
        for g in range(10)
        for i in range(20)
    ]
    (folder / "people.csv").write_text("arm,event,station\n" + "\n".join(rows) + "\n")
    (folder / "study.toml").write_text(
        """name = "Trial"
question = "Does it lower arrests?"
design = "randomised_trial"
smallest_effect = { value = 20 }
[data]
file = "people.csv"
[outcome]
name = "arrests"
column = "event"
better = "lower"
[trial]
treated = "offered"
control = "usual"
cluster = "station"
"""
    )
    return folder / "study.toml"


def test_arms_of_a_trial_are_called_by_their_names(tmp_path: Path, capsys):
    study = trial_of_groups(tmp_path, lambda g: 3 + g if g % 2 else 10)
    assert main(["learn", "evaluate", str(study)]) == 0
    words = " ".join(capsys.readouterr().out.split())
    assert "people in offered: 100, people in usual: 100" in words
    assert "groups in offered: 5, groups in usual: 5" in words


def test_groups_that_do_not_differ_at_all_say_nothing_about_luck(tmp_path: Path):
    found = evaluate(trial_of_groups(tmp_path, lambda g: 5 if g % 2 else 10), TODAY)
    assert found.verdict.word == "cannot tell"
    assert (found.estimate.low, found.estimate.high, found.estimate.p) == (None, None, 1.0)
