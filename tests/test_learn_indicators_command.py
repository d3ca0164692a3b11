"""`offramp learn indicators`: its document, its files, the terminal and wrong wishes."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import offramp
from tests.indicators_sample import report, run, usual
from tests.stops_sample import NOTHING, Stop, months, take

SCHEMAS = Path(offramp.__file__).parent / "schemas"


def test_the_document_keeps_to_its_schema(here: Path, capsys: pytest.CaptureFixture[str]):
    take(here, "testham", usual())
    schema = json.loads((SCHEMAS / "learn-indicators.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    for words in ([], ["--by", "month", "--only", "iE2,ip1"], ["--ethnicity", "officer"]):
        code, out, _ = run(capsys, str(here), "--json", *words)
        assert code == 0
        Draft202012Validator(schema).validate(json.loads(out))


def test_the_terminal_keeps_to_80_columns(here: Path, capsys: pytest.CaptureFixture[str]):
    take(here, "testham", usual())
    code, out, _ = run(capsys, str(here))
    assert code == 0
    assert max(len(line) for line in out.splitlines()) <= 80
    assert "The first six" in out


def test_files_are_whole_alike_twice_and_tagged(
    here: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    from openpyxl import load_workbook
    from pypdf import PdfReader

    take(here, "testham", usual())
    for name in ("one", "two"):
        assert run(capsys, str(here), "-o", str(tmp_path / name))[0] == 0
    names = ["csv", "html", "json", "pdf", "xlsx"]
    for name in names:
        one, two = (tmp_path / d / f"indicators.{name}" for d in ("one", "two"))
        assert one.read_bytes() == two.read_bytes(), name
    rows = list(csv.DictReader(io.StringIO((tmp_path / "one/indicators.csv").read_text("utf-8"))))
    arrests = [
        r for r in rows if (r["indicator"], r["period"], r["group"]) == ("iP1", "2021", "all")
    ]
    assert arrests[0]["numerator"] == "72.0"
    sheet = load_workbook(tmp_path / "one/indicators.xlsx")["numbers"]
    assert sheet.max_row == len(rows) + 1
    reader = PdfReader(tmp_path / "one/indicators.pdf")
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    page = (tmp_path / "one/indicators.html").read_text(encoding="utf-8")
    assert page.count("<svg") >= 2 and "not by, for" not in page


def test_wrong_wishes_are_told_all_at_once(here: Path, capsys: pytest.CaptureFixture[str]):
    code, _, err = run(
        capsys, str(here), "--by", "week", "--only", "iP1,iX9", "--from", "2021-13",
        "--ethnicity", "mine",
    )  # fmt: skip
    assert code == 1
    for part in ("--by", "iX9", "2021-13", "--ethnicity"):
        assert part in err


def test_an_agency_that_is_not_there_is_named_with_the_nearest(
    here: Path, capsys: pytest.CaptureFixture[str]
):
    take(here, "testham", usual())
    code, _, err = run(capsys, str(here), "--agency", "testhem")
    assert code == 1 and 'did you mean "testham"?' in err


def test_no_number_is_infinite_in_the_document(here: Path):
    take(here, "testham", [Stop(m, 40, NOTHING, None) for m in months(2021)])
    assert json.dumps(report(here).as_dict(), allow_nan=False)  # ValueError for nan or infinity
