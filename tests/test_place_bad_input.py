"""Wrong places: each fault is named with its file, line, field and what would be right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from offramp.catalogue.problems import InputError, Problem
from offramp.cli.app import main
from offramp.place.load import load
from offramp.place.series import rows_used

GOOD = """\
name = "Smallville"
country = "KE"
as_of = 2026-11-01
"""


def place(folder: Path, text: str, **files: str | bytes) -> Path:
    (folder / "place.toml").write_text(GOOD + text, encoding="utf-8")
    for name, content in files.items():
        data = content.encode("utf-8") if isinstance(content, str) else content
        (folder / f"{name}.csv").write_bytes(data)
    return folder


def problems(folder: Path) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        load(folder)
    return list(caught.value.problems)


def only(folder: Path) -> Problem:
    found = problems(folder)
    assert len(found) == 1, [str(p) for p in found]
    return found[0]


def test_a_good_place_loads(tmp_path: Path) -> None:
    assert load(place(tmp_path, "")).place.name == "Smallville"


def test_place_toml_itself_can_be_given(tmp_path: Path) -> None:
    place(tmp_path, "")
    assert load(tmp_path / "place.toml").hash == load(tmp_path).hash


def test_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    found = only(tmp_path / "nowhere")
    assert found.problem == "does not exist"
    assert "place new" in found.right


def test_a_misspelt_folder_gets_the_nearest_place(tmp_path: Path) -> None:
    (tmp_path / "south-wales").mkdir()
    place(tmp_path / "south-wales", "")
    assert "south-wales?" in only(tmp_path / "south-wale").right


def test_a_folder_without_a_place(tmp_path: Path) -> None:
    assert "holds no place.toml" in only(tmp_path).problem


def test_a_file_that_is_no_place(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello", encoding="utf-8")
    assert "is not a place" in only(tmp_path / "notes.txt").problem


def test_toml_that_does_not_parse_says_the_line(tmp_path: Path) -> None:
    found = only(place(tmp_path, "people = {\nadults = ["))
    assert found.line >= 4
    assert "does not parse as TOML" in found.problem


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "place.toml").write_bytes(b"")
    assert only(tmp_path).problem == "is empty"


def test_another_encoding_is_said_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "place.toml").write_bytes(GOOD.encode() + 'x = "Cädiz"'.encode("cp1252"))
    found = only(tmp_path)
    assert found.line == 4
    assert "not UTF-8" in found.problem


def test_windows_line_ends_and_a_byte_order_mark_are_no_fault(tmp_path: Path) -> None:
    place(tmp_path, "")
    plain = load(tmp_path).hash
    (tmp_path / "place.toml").write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load(tmp_path).hash == plain


@pytest.mark.parametrize(
    ("text", "field", "line", "hint"),
    [
        ("peple = {}\n", "peple", 4, "people"),
        ("[people]\nresident = 3\n", "people.resident", 5, "residents"),
        ('[law]\nposession = { status = "unknown" }\n', "law.posession", 5, "possession"),
        ('[services]\ndrug_corse = { exists = "yes" }\n', "services.drug_corse", 5, "drug_course"),
        (
            '[[practice]]\noption = "police-naloxon"\nsource = "press"\n',
            "practice[1].option",
            5,
            "police-naloxone",
        ),
        ('preset = "engand-wales"\n', "preset", 4, "england-wales"),
    ],
)
def test_an_unknown_name_gets_the_nearest_known_one(
    tmp_path: Path, text: str, field: str, line: int, hint: str
) -> None:
    found = only(place(tmp_path, text))
    assert (found.field, found.line) == (field, line)
    assert hint in found.right


def figure(value: float | str, more: str = "") -> str:
    return f'{{ value = {value}, source = "a report"{more} }}'


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (f"[people]\nin_treatment = {figure(-20)}", "people.in_treatment.value"),
        (f"[people]\ndaily = {figure(45)}", "people.daily.value"),
        (f"[people]\nmean_age = {figure(-4)}", "people.mean_age.value"),
        (f"[people]\nresidents = {figure(0)}", "people.residents.value"),
        (f"[people]\nresidents = {figure('nan')}", "people.residents.value"),
        (f"[people]\nresidents = {figure('inf')}", "people.residents.value"),
        (f"[people]\nresidents = {figure(5, ', low = 6, high = 7')}", "people.residents"),
        (f"[people]\nresidents = {figure(5, ', low = 1')}", "people.residents"),
        (f"[agency]\nhours_arrest = {figure(4000)}", "agency.hours_arrest.value"),
        (
            f"[people]\nresidents = {figure(100)}\npeople_who_use = {figure(200)}",
            "people.people_who_use.value",
        ),
        (
            f"[people]\nresidents = {figure(100)}\nadults = {figure(101)}",
            "people.adults.value",
        ),
        (
            f"[people]\nuse_opioids = {figure(0.7)}\nuse_stimulants = {figure(0.6)}",
            "people.use_stimulants.value",
        ),
        (
            f"[contacts]\nends_warning = {figure(0.7)}\nends_arrest = {figure(0.6)}",
            "contacts.ends_arrest",
        ),
        (
            "[contacts]\n"
            + "\n".join(
                f"{name} = {figure(0.1)}"
                for name in (
                    "ends_no_action",
                    "ends_warning",
                    "ends_resolution",
                    "ends_referral",
                    "ends_arrest",
                )
            ),
            "contacts.ends_arrest",
        ),
        (
            f"[people]\nresidents = {figure(100)}\n[[people.groups]]\nname = 'A'\n"
            f"residents = {figure(90)}\n[[people.groups]]\nname = 'B'\nresidents = {figure(20)}",
            "people.groups",
        ),
        ('[law]\npossession = { status = "allowed" }', "law.possession"),
        (
            '[law]\npossession = { status = "allowed", citation = "Act 1", on = 2027-01-01 }',
            "law.possession.on",
        ),
        (f"[people]\nresidents = {figure(100, ', on = 2027')}", "people.residents.on"),
        (
            "[priorities]\nsafety = 50\nhealth = 30\nconfidence = 30\n"
            'set_by = "the board"\non = 2026-01-01',
            "priorities",
        ),
        (f"[money]\nofficer_hour = {figure(30)}", "money.currency"),
        ('[money]\ncurrency = "EUR"', "money.currency"),
        ('[[practice]]\noption = "more-arrests"\nsource = "press"', "practice[1].option"),
        (f"[people]\nresidents = {figure(5e9)}", "people.residents.value"),
        (f"[people]\npeople_who_use = {figure(0)}", "people.people_who_use.value"),
        (
            f"[[people.groups]]\nname = 'A'\nresidents = {figure(0)}",
            "people.groups[1].residents.value",
        ),
        (
            f"[[people.areas]]\nname = 'A'\npeople = {figure(0.4)}\nresidents = {figure(0)}",
            "people.areas[1].residents.value",
        ),
        (
            f"[[people.areas]]\nname = 'A'\npeople = {figure(0.4)}\nresidents = {figure(0.8)}\n"
            f"[[people.areas]]\nname = 'B'\npeople = {figure(0.4)}\nresidents = {figure(0.4)}",
            "people.areas",
        ),
    ],
)
def test_impossible_numbers_and_dates(tmp_path: Path, text: str, field: str) -> None:
    found = only(place(tmp_path, text))
    assert found.field == field
    assert found.line > 3
    assert found.right


def test_a_number_without_a_source_is_refused(tmp_path: Path) -> None:
    found = only(place(tmp_path, "[people]\nresidents = { value = 5 }"))
    assert found.field == "people.residents.source"
    assert found.problem == "is missing"


def test_a_bare_number_is_told_how_to_give_its_source(tmp_path: Path) -> None:
    found = only(place(tmp_path, "[people]\nresidents = 5000"))
    assert found.right == 'write it with its source: { value = 5000, source = "..." }'


@pytest.mark.parametrize("on", ["2021-01-01T10:00:00", '"2021"', "20.5", "true"])
def test_a_wrong_date_of_a_number_is_one_problem(tmp_path: Path, on: str) -> None:
    found = only(place(tmp_path, f"[people]\nresidents = {figure(5, f', on = {on}')}"))
    assert found.field == "people.residents.on"
    assert "a year such as" in found.right


@pytest.mark.parametrize(
    "as_of", ["2026-13-01", '"2026-11-01"', "2026-11-01T00:00:00", "2026", "1850-01-01"]
)
def test_a_wrong_date_of_the_place(tmp_path: Path, as_of: str) -> None:
    text = GOOD.replace("2026-11-01", as_of)
    (tmp_path / "place.toml").write_text(text, encoding="utf-8")
    found = only(tmp_path)
    assert found.line == 3
    assert "2026-11-20" in found.right or "between 2000 and 2100" in found.right


def test_all_faults_of_all_files_come_at_once(tmp_path: Path) -> None:
    text = f"""
[people]
residents = {figure(-5)}
people_who_use = "many"
use_opioids = {figure(0.9)}
use_stimulants = {figure(0.9)}
[law]
posession = {{ status = "unknown" }}
[[outcomes]]
id = "deaths"
measure = "deaths"
file = "deaths.csv"
definition = "all"
date_basis = "registration"
period = "year"
in_scope = {figure(1)}
source = "a register"
"""
    found = problems(place(tmp_path, text, deaths="period,number\n2019,4\n"))
    assert {p.field for p in found} == {
        "people.residents.value",
        "people.people_who_use",
        "people.use_stimulants.value",
        "law.posession",
        "count",
    }
    assert {Path(p.file).name for p in found} == {"place.toml", "deaths.csv"}


@pytest.mark.parametrize("name", ["../secret.csv", "/etc/passwd", "C:\\a.csv", "..\\a.csv", " "])
def test_a_data_file_outside_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    text = f"""
[[outcomes]]
id = "deaths"
measure = "deaths"
file = '{name}'
definition = "all"
date_basis = "registration"
period = "year"
in_scope = {figure(1)}
source = "a register"
"""
    found = only(place(tmp_path, text))
    assert found.field == "outcomes[1].file"
    assert "same folder" in found.right


def deaths(more: str = "") -> str:
    return f"""
[[outcomes]]
id = "deaths"
measure = "deaths"
file = "deaths.csv"
definition = "all"
date_basis = "registration"
period = "quarter"
in_scope = {figure(1)}
source = "a register"
{more}
"""


def test_periods_that_hold_only_withheld_counts_cannot_be_used(tmp_path: Path) -> None:
    rows = "period,count\n2019-Q1,9\n2019-Q2,\n2019-Q3,<5\n2019-Q4,7\n"
    used = 'use_from = "2019-Q2"\nuse_to = "2019-Q3"'
    found = only(place(tmp_path, deaths(used), deaths=rows))
    assert "withheld" in found.problem
    assert "deaths.csv" in found.right


def test_periods_to_use_may_be_written_in_another_way_than_in_the_file(tmp_path: Path) -> None:
    rows = "period,count\n2019-Q1,9\n2019-Q2,3\n2019Q3,5\n2019-Q4,7\n"
    used = 'use_from = "2019 q2"\nuse_to = "2019q3"'
    loaded = load(place(tmp_path, deaths(used), deaths=rows))
    series = loaded.place.outcomes[0]
    assert [row.count for row in rows_used(series, loaded.series["deaths"])] == [3, 5]


def part_of(whole: str, period: str = "year") -> str:
    return deaths() + deaths(f'of = "{whole}"').replace('"deaths"', '"part"', 1).replace(
        'period = "quarter"', f'period = "{period}"'
    )


@pytest.mark.parametrize("whole", ["part", "death"])
def test_a_series_is_part_of_another_one_of_the_place(tmp_path: Path, whole: str) -> None:
    rows = "period,count\n2019-Q1,9\n2019-Q2,3\n"
    found = only(place(tmp_path, part_of(whole, "quarter"), deaths=rows))
    assert found.field == "outcomes[2].of"


def test_a_series_is_given_once(tmp_path: Path) -> None:
    again = deaths().replace('id = "deaths"', 'id = "again"')
    found = only(place(tmp_path, deaths() + again, deaths="period,count\n2019-Q1,9\n"))
    assert found.field == "outcomes[2].file" and "used twice" in found.right


def test_a_part_is_counted_by_the_same_period_as_the_whole(tmp_path: Path) -> None:
    text = part_of("deaths").replace('file = "deaths.csv"', 'file = "years.csv"', 2)
    text = text.replace('file = "years.csv"', 'file = "deaths.csv"', 1)
    rows = {"deaths": "period,count\n2019-Q1,9\n", "years": "period,count\n2019,9\n"}
    found = only(place(tmp_path, text, **rows))
    assert found.field == "outcomes[2].of"
    assert "same period" in found.right


def test_a_count_that_is_only_known_to_be_small_keeps_its_limit(tmp_path: Path) -> None:
    rows = "period,count\n2019-Q1,9\n2019-Q2,<6\n2019-Q3,Suppr.\n"
    read = load(place(tmp_path, deaths(), deaths=rows)).series["deaths"]
    assert [(row.count, row.below) for row in read] == [(9, None), (None, 6), (None, None)]


def test_a_note_on_a_data_file_does_not_tell_where_the_folder_lies(tmp_path: Path) -> None:
    rows = "period,count\n2019-Q1,9\n2019-Q2,\n"
    (note,) = load(place(tmp_path, deaths(), deaths=rows)).warnings
    assert note.startswith("deaths.csv: ")


def test_a_folder_named_place_toml_is_said_to_be_no_file(tmp_path: Path) -> None:
    (tmp_path / "place.toml").mkdir()
    assert only(tmp_path).problem == "is not a file"


def test_check_prints_one_json_document_and_exits_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place(tmp_path, f"[people]\nin_treatment = {figure(-20)}")
    assert main(["place", "check", str(tmp_path), "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["ok"] is False
    assert document["problems"][0]["line"] == 5
    assert set(document["problems"][0]) == {"file", "line", "field", "problem", "right"}


def test_check_in_words_goes_to_stderr(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place(tmp_path, f"[people]\nin_treatment = {figure(-20)}")
    assert main(["place", "check", str(tmp_path)]) == 1
    output = capsys.readouterr()
    assert output.out == ""
    assert "line 5: people.in_treatment.value is -20; it must be 0 or more" in output.err


@pytest.mark.parametrize("verb", [["fit"], ["place", "show"], ["place", "questions"]])
def test_every_reading_command_reports_and_exits_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], verb: list[str]
) -> None:
    place(tmp_path, "peple = {}")
    assert main([*verb, str(tmp_path)]) == 1
    output = capsys.readouterr()
    assert "Traceback" not in output.err
    assert 'did you mean "people"?' in output.err


@pytest.mark.parametrize("words", [["fit"], ["plan"], ["brief"], ["place", "check"]])
def test_a_place_that_may_not_be_read_is_wrong_input_and_no_wrong_usage(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
) -> None:
    monkeypatch.setattr("os.access", lambda *_, **__: False)  # as for a folder of somebody else
    assert main([*words, str(tmp_path)]) == 1
    assert "holds no place.toml" in capsys.readouterr().err
