"""What a study asks for and the model cannot give is told beside the verdict."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.validate_sample import LEVER, PLACE, SMALL, answer, changed, run, study

QUICK = changed(PLACE, ("weeks = 52\n", "weeks = 52\n" + SMALL))
LEVEL = changed(QUICK, ('"ratio"', '"level"'), ('"none"', '"either"'), (LEVER, ""))


def test_a_lever_that_goes_beyond_its_parameter_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    times = LEVER.replace("set", "multiply").replace("0.8", "50.0")
    code, out, err = run(capsys, study(tmp_path, changed(QUICK, (LEVER, times))), "--json")
    assert code == 0 and out
    told = [line for line in err.splitlines() if "goes beyond" in line]
    assert len(told) == 1 and "change.levers[1] (line 10)" in told[0]
    assert "in 16 of 16 runs" in told[0]


def test_one_that_stays_within_is_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    _code, _out, err = run(capsys, study(tmp_path, QUICK), "--json")
    assert "goes beyond" not in err and "is to have" not in err


def test_arrests_that_the_people_cannot_come_to_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    def said(arrests: int) -> str:
        place = (
            '[place.people]\npeople_who_use = { value = 800, source = "ours" }\n'
            f'[place.custody]\narrests_year = {{ value = {arrests}, source = "ours" }}\n[run]'
        )
        folder = study(tmp_path / str(arrests), changed(LEVEL, ("[run]", place)))
        return run(capsys, folder, "--json")[2]

    assert "arrests a year for its 500 people simulated; the model comes to" in said(2400)
    assert "is to have" not in said(400)


def test_a_share_given_as_percent_is_asked_about(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    averted = changed(
        QUICK, ('"ratio"', '"percent_averted"'), ('"none"', '"lower"'),
        ("value = 1.0\nlow = 0.8\nhigh = 1.2\n", "value = 0.2\nlow = 0.1\nhigh = 0.3\n"),
    )  # fmt: skip
    err = run(capsys, study(tmp_path / "share", averted), "--json")[2]
    assert "less than one percent" in err and "times = 100" in err
    turned = changed(averted, ("high = 0.3\n", "high = 0.3\ntimes = 100\n"))
    assert "less than one" not in run(capsys, study(tmp_path / "percent", turned), "--json")[2]


def test_a_single_number_may_be_off_by_a_thousandth_of_the_published_interval(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    nobody_dies = "".join(
        f'[[change.levers]]\nparameter = "{rate}"\nmoves = "set"\nvalue = 0.0\n'
        for rate in ("overdose_rate", "death_rate")
    )
    text = changed(
        LEVEL, ("[result]", nobody_dies + "[result]"),
        ("[run]", '[cohort]\nof = "everyone"\n[run]'),
        ('"fatal_overdoses"', '"alive"'), ("low = 0.8\nhigh = 1.2\n", ""),
    )  # fmt: skip
    for published, holds in ((1.0, True), (0.9996, True), (0.999, False), (0.7, False)):
        given = changed(text, ("value = 1.0\n", f"value = {published}\n"))
        found = answer(capsys, study(tmp_path / str(published), given))
        assert found["model"] == {"median": 1.0, "low": 1.0, "high": 1.0}
        assert found["holds"] is holds
