"""Bad files: one clear message for each fault, with file, row and column, all at once."""

import json
from pathlib import Path

import pytest

from offramp.catalogue.problems import InputError, Problem
from offramp.cli.app import main
from offramp.data.importing import check_files
from offramp.data.raw import sources
from offramp.data.reading import Options

ROWS = Path(__file__).parent / "data_rows"
STOPS = ROWS / "2018-01-metropolitan-stop-and-search.csv"
TEXT = STOPS.read_text(encoding="utf-8")


def problems(*paths: Path, options: Options | None = None) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        check_files(sources(list(paths)), options or Options())
    return caught.value.problems


def write(folder: Path, text: str | bytes, name: str = "stops.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_file_cut_in_a_row_names_the_row(tmp_path: Path):
    (found,) = problems(write(tmp_path, TEXT[:-60]))
    assert found.line == len(TEXT.splitlines())
    assert "of 15 fields" in found.problem
    assert "cut short" in found.right


@pytest.mark.parametrize("ending", [".xz", ".gz"])
def test_a_pack_that_is_cut_says_so(tmp_path: Path, ending: str):
    import gzip
    import lzma

    packed = (lzma.compress if ending == ".xz" else gzip.compress)(TEXT.encode())
    (found,) = problems(write(tmp_path, packed[:-200], "stops.csv" + ending))
    assert "cut short or damaged" in found.problem


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff"])
def test_an_empty_file_says_so(tmp_path: Path, text: str):
    (found,) = problems(write(tmp_path, text))
    assert "empty" in found.problem


def test_a_header_without_rows_says_so(tmp_path: Path):
    (found,) = problems(write(tmp_path, TEXT.splitlines()[0] + "\n"))
    assert found.problem == "has no rows"


def test_every_torn_row_is_named(tmp_path: Path):
    lines = TEXT.splitlines()
    lines[4] += ",more"
    lines[9] = "short"
    found = problems(write(tmp_path, "\n".join(lines) + "\n"))
    assert [p.line for p in found] == [5, 10]


def test_every_bad_date_is_named_with_its_row(tmp_path: Path):
    lines = TEXT.splitlines()
    lines[3] = lines[3].replace("2018-01", "2018-13")
    lines[7] = lines[7].replace("2018-01", "2999-01")
    found = problems(write(tmp_path, "\n".join(lines) + "\n"))
    assert [(p.line, p.field) for p in found] == [(4, "Date"), (8, "Date")]
    assert "has not happened yet" in found[1].problem


def test_the_wrong_delimiter_and_line_ends_are_read_all_the_same(tmp_path: Path):
    other = TEXT.replace(",", ";").replace("\n", "\r\n")
    (report,), _ = check_files(sources([write(tmp_path, "\ufeff" + other)]), Options())
    assert report["rows"] == 81


def test_another_encoding_than_promised_names_the_row(tmp_path: Path):
    clean = TEXT.encode().splitlines()
    lines = clean.copy()
    lines[5] = lines[5].replace(b"search", b"s\xe9arch")
    lines = [*clean, *(clean[1:] * 60), lines[5]]  # far behind what is looked at first
    found = problems(write(tmp_path, b"\n".join(lines) + b"\n"), options=_as("police-uk-stops"))
    assert [p.line for p in found] == [len(lines)]
    assert "utf-8" in found[0].problem


def test_a_file_named_for_another_month_is_refused(tmp_path: Path):
    name = "2019-05-metropolitan-stop-and-search.csv"
    (found,) = problems(write(tmp_path, TEXT, name))
    assert "is named for 2019-05, but most rows are of 2018-01" in found.problem


def test_faults_of_several_files_come_together(tmp_path: Path):
    found = problems(write(tmp_path, "", "a.csv"), write(tmp_path, "x,y\n1,2\n", "b.csv"))
    assert [Path(p.file).name for p in found] == ["a.csv", "b.csv"]


def test_an_unknown_file_points_to_a_mapping(tmp_path: Path):
    (found,) = problems(write(tmp_path, "when,what\n2020-01-01,x\n"))
    assert "offramp data map" in found.right


def test_a_missing_column_of_a_known_file_is_named(tmp_path: Path):
    text = TEXT.replace("Legislation", "Law", 1)
    (found,) = problems(write(tmp_path, text))
    assert "Legislation" in found.right


def test_a_column_twice_is_named(tmp_path: Path):
    (found,) = problems(write(tmp_path, TEXT.replace("Outcome,", "Gender,", 1)))
    assert "'Gender' twice" in found.problem


def test_words_that_no_rule_knows_are_told_and_not_guessed(tmp_path: Path):
    text = TEXT.replace(",Arrest,", ",Sent to a caseworker,")
    (report,), _ = check_files(sources([write(tmp_path, text)]), Options())
    assert report["new_words"] == [{"column": "Outcome", "word": "Sent to a caseworker", "rows": 8}]


@pytest.mark.parametrize(
    "column",
    [
        "Surname", "first_name", "FullName", "Suspect Name", "DOB", "Date of Birth", "BirthDate",
        "Prior Arrests", "previous convictions", "PNC ID", "Criminal History", "Officer Name",
        "Badge No", "NHS Number", "SSN", "Home address", "e-mail", "Risk score", "gang flag",
    ],
)  # fmt: skip
def test_files_with_names_birth_dates_or_histories_are_refused_whole(tmp_path: Path, column: str):
    head, _, rest = TEXT.partition("\n")
    rows = "\n".join(line + ",x" for line in rest.splitlines())
    (found,) = problems(write(tmp_path, f"{head},{column}\n{rows}\n"))
    assert (found.field, found.line) == (column, 1)
    assert "refused" in found.problem


def test_names_of_areas_are_not_names_of_people():
    for name in ("2018-10-gwent-street.csv", "pa-oin.csv", "ons-authorities.csv"):
        check_files(sources([ROWS / name]), Options())


def test_dates_of_birth_under_another_name_are_refused(tmp_path: Path):
    from offramp.data.mapping import propose

    rows = "\n".join(f"2020-01-{i + 1:02d},{1950 + i}-03-05" for i in range(30))
    path = write(tmp_path, f"when,field7\n{rows}\n")
    with pytest.raises(InputError, match="looks like dates of birth"):
        propose(sources([path])[0])


def _as(kind: str) -> Options:
    from offramp.data.rules import reader_called

    return Options(reader=reader_called(kind))


def test_the_interfaces_answer_cut_short_or_of_another_shape_is_told(tmp_path: Path):
    (found,) = problems(write(tmp_path, '[{"type": "Person', "stops.json"))
    assert "not JSON" in found.problem
    rows = [{"officer_defined_ethnicity": None}, {"officer_defined_ethnicity": "White"}]
    found_ = problems(write(tmp_path, json.dumps(rows), "stops.json"))
    assert [p.line for p in found_] == [1, 2]


@pytest.mark.parametrize(
    "words",
    [
        ["check", "nowhere.csv"],
        ["check", str(STOPS), "--as", "police-uk-stop"],
        ["check", str(STOPS), "--mapping", "nowhere.toml"],
        ["check", str(STOPS), "--areas", "nowhere.geojson"],
        ["map", str(STOPS), "--table", "people"],
        ["import", str(STOPS), "--place", "nowhere"],
        ["list", "--place", "nowhere"],
    ],
)
def test_what_does_not_exist_is_wrong_input(words: list[str], capsys: pytest.CaptureFixture[str]):
    assert main(["data", *words]) == 1
    err = capsys.readouterr().err
    assert err
    assert "Traceback" not in err
