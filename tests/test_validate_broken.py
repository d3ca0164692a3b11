"""A study as people get it wrong: nothing runs, and what would be right is said."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from offramp.catalogue.problems import InputError
from offramp.cli.app import main
from offramp.validate.load import STUDIES, find, load_study
from tests.validate_sample import (
    CATALOGUE,
    COHORT,
    LEVER,
    NUMBERS,
    PLACE,
    changed,
    only,
    problems,
)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (NUMBERS, "value = 1e400\n", "published.value is inf; it must be an ordinary number"),
        (NUMBERS, "value = nan\n", "published.value is nan; it must be an ordinary number"),
        (NUMBERS, NUMBERS.replace("1.2", "inf"), "published.high is inf; it must be an ordinary"),
        (NUMBERS, "value = 1e300\ntimes = 1e300\n", "times makes it larger than any number"),
        (NUMBERS, NUMBERS.replace("0.8", "1.2").replace("h = 1.2", "h = 0.8"), "low must be at"),
        (NUMBERS, NUMBERS.replace("1.0", "3.0"), "low must be at most value"),
        (NUMBERS, NUMBERS.replace("high = 1.2\n", ""), "half a range"),
        ("value = 0.8\n", "value = 1e400\n", "levers[1].value is inf; it must be an ordinary"),
        ("weeks = 52", "weeks = -52", "run.weeks is -52; it must be 1 or more"),
        ("weeks = 52", "weeks = 1092", "run.weeks is 1092; it must be 1040 or less"),
        ("weeks = 52", "weeks = 52\nto_week = 104", "to_week 52 or less"),
        ("weeks = 52", "weeks = 52\nfrom_week = 52", "from_week must be before to_week"),
        ("weeks = 52", "weeks = 52\npeople = 1", "run.people is 1; it must be 500 or more"),
        ('"fatal_overdoses"', '"alive"', "a share of a cohort at its end; add [cohort]"),
        ('"fatal_overdoses"', '"contact_ratio"', "the place has no groups of residents"),
        ("fixed = 2026-11-26", 'fixed = "2026-11-26"', "a date without quotes"),
        ("[run]", "[parameters]\nkit_used = 0.5\n[run]", "write it with its source: { value = 0.5"),
    ],
)
def test_one_fault_has_one_message(old: str, new: str, said: str, tmp_path: Path):
    assert said in only(tmp_path, changed(PLACE, (old, new)))


@pytest.mark.parametrize(
    ("form", "value", "refused"),
    [
        ("percent_averted", "140.0", True),
        ("percent_averted", "100.0", False),
        ("percent_change", "-140.0", True),
        ("percent_change", "140.0", False),
    ],
)
def test_no_more_than_all_is_averted(form: str, value: str, refused: bool, tmp_path: Path):
    text = changed(PLACE, ('"ratio"', f'"{form}"'), ('"none"', '"either"'))
    said = problems(tmp_path, changed(text, (NUMBERS, f"value = {value}\n")))
    assert bool(said) is refused and all("no more than all" in told for told in said)


def test_a_number_of_a_cohort_is_a_table(tmp_path: Path):
    text = changed(COHORT, ("[run]", "days_held = 30\n[change.starts]\nrelease = 1.0\n[run]"))
    said = problems(tmp_path, text)
    assert len(said) == 2 and all("write it with its source: { value = " in told for told in said)


def test_what_only_the_comparator_does_is_no_level(tmp_path: Path):
    text = changed(PLACE, ('"ratio"', '"level"'), ('"none"', '"either"'))
    assert problems(tmp_path, text) == []
    said = only(tmp_path, changed(text, (LEVER, LEVER.replace("change", "comparator"))))
    assert "comparator is not used: a level is that of [change]" in said


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_any_line_ends_and_a_byte_order_mark_are_read(ends: str, mark: str, tmp_path: Path):
    (tmp_path / "study.toml").write_bytes((mark + PLACE.replace("\n", ends)).encode())
    assert find(str(tmp_path)) == find(str(tmp_path / "study.toml")) == [tmp_path]
    assert load_study(tmp_path, CATALOGUE).study.id == "mine"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "is empty"),
        (b"# nothing\n", "is empty"),
        (PLACE.encode("utf-16"), "UTF-16"),
        (PLACE.replace("A study", "\u00e9tude").encode("latin-1"), "line 2: is not UTF-8 text"),
        (b"weeks = 1\nweeks = 2\n", "line 2: does not parse"),
    ],
)
def test_a_file_that_cannot_be_read(
    raw: bytes, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "study.toml").write_bytes(raw)
    assert main(["validate", str(tmp_path), "--json"]) == 1
    out, err = capsys.readouterr()
    assert not out and said in err


def test_a_path_without_a_study(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    (tmp_path / "odd" / "study.toml").mkdir(parents=True)
    for given in (tmp_path / "notes.txt", tmp_path / "odd", tmp_path / "none", ""):
        assert main(["validate", str(given), "--json"]) == 1
        out, err = capsys.readouterr()
        assert not out and "give a folder that holds study.toml, or the id of a study" in err


def test_a_folder_named_as_a_study_of_the_package_is_asked_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    shutil.copytree(STUDIES / "release-peak", tmp_path / "release-peak")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"write \./release-peak for the folder"):
        find("release-peak")
    assert find("./release-peak") == [Path("release-peak")]
    assert find("release-new-mexico") == [STUDIES / "release-new-mexico"]
    monkeypatch.chdir(STUDIES)
    assert find("release-peak") == [STUDIES / "release-peak"]


@pytest.mark.parametrize("base", ['"atlantis"', "3", '"../there"', '"../nowhere"'])
def test_a_wrong_base_hides_nothing_else(base: str, tmp_path: Path):
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "place.toml").write_text('name = "There"\n', encoding="utf-8")
    place = f"""[place]
base = {base}
preset = "washington-state"
colour = "blue"
[place.people]
inject = {{ value = 1.5 }}
people_who_use = {{ value = 9000 }}
[[place.practice]]
option = "polise-naloxone"
share = {{ value = 0.5 }}
[[place.outcomes]]
id = "deaths"
[run]"""
    text = changed(PLACE, ("[run]", place), ("value = 0.8\n", "value = 8.0\n"))
    said = problems(tmp_path / "mine", text)
    for field in (
        "place.base is", "place.colour is", "place.people.inject.value is",
        "place.practice[1].option is", "place.outcomes has series", "change.levers[1].value is",
    ):  # fmt: skip
        assert sum(field in told for told in said) == 1, (field, said)
    assert not any("preset" in told.partition(";")[0] or "who_use" in told for told in said), said


@pytest.mark.parametrize("form", ["level", "difference", "percent_change", "percent_averted"])
def test_no_change_without_an_interval_is_refused(form: str, tmp_path: Path):
    text = changed(PLACE, ('"ratio"', f'"{form}"'), (NUMBERS, "value = 0.0\n"))
    said = only(tmp_path, text)
    assert "result.published is 0 without an interval" in said and "margin_is_ours" in said
    ours = changed(text, ("value = 0.0\n", "value = 0.0\nlow = 0.0\nhigh = 2.0\n"))
    assert problems(tmp_path, ours) == []
    assert (
        problems(tmp_path, changed(ours, ("low = 0.0", "margin_is_ours = true\nlow = 0.0"))) == []
    )


def test_a_tolerance_beside_an_interval_is_not_used(tmp_path: Path):
    for form in ("ratio", "level"):
        text = changed(PLACE, ('"ratio"\n', f'"{form}"\ntolerance = 0.1\n'))
        assert "result.tolerance is not used" in only(tmp_path, text)
