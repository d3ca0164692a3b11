"""The files of a briefing: the same twice, all or none, and true to their schema."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from jsonschema import Draft202012Validator

import offramp.brief.make as make
from offramp.brief.make import files
from offramp.brief.workbook import workbook
from offramp.cli.app import main
from tests.brief_sample import SOUTH_WALES, south_wales

SCHEMAS = SOUTH_WALES.parents[1] / "src" / "offramp" / "schemas"
NAMES = {
    "briefing.html", "briefing.pdf", "results.json", "results.csv", "results.xlsx",
    "manifest.json",
}  # fmt: skip


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return files(*south_wales())


@pytest.fixture
def no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """`offramp brief` with the made-up results in place of the simulation."""
    monkeypatch.setattr(make, "plan", lambda *_, **__: south_wales()[0])


def test_the_six_files_are_made(made: dict[str, bytes]) -> None:
    assert set(made) == NAMES


def test_the_same_results_give_the_same_bytes(made: dict[str, bytes]) -> None:
    assert files(*south_wales()) == made


def test_the_manifest_tells_the_hash_of_every_other_file(made: dict[str, bytes]) -> None:
    told = json.loads(made["manifest.json"])
    assert set(told["files"]) == NAMES - {"manifest.json"}
    for name, digest in told["files"].items():
        assert hashlib.sha256(made[name]).hexdigest() == digest
    assert "made_on" not in told


def test_the_manifest_holds_a_time_only_when_one_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    results, place, catalogue = south_wales()
    told = make.manifest(results, place, catalogue, {})
    assert told["made_on"] == "2023-11-14T22:13:20+00:00"


def test_the_results_keep_to_their_schema(made: dict[str, bytes]) -> None:
    schema = json.loads((SCHEMAS / "results.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    check = Draft202012Validator(schema)
    results = json.loads(made["results.json"])
    assert not list(check.iter_errors(results))
    results["options"][0]["effects"][0]["level"] = 0.95
    assert list(check.iter_errors(results))


def test_what_the_model_itself_gives_keeps_to_the_schema_and_becomes_a_briefing() -> None:
    _, place, catalogue = south_wales()
    results, made = make.brief(place, catalogue, years=1, draws=8, people=500, workers=1)
    schema = json.loads((SCHEMAS / "results.schema.json").read_text(encoding="utf-8"))
    assert not list(Draft202012Validator(schema).iter_errors(results))
    assert set(made) == NAMES
    assert made["briefing.pdf"].startswith(b"%PDF")


def test_the_workbook_has_a_row_for_each_option_and_measure(made: dict[str, bytes]) -> None:
    results = south_wales()[0]
    book = openpyxl.load_workbook(io.BytesIO(made["results.xlsx"]))
    assert book.sheetnames == ["effects", "costs", "readiness", "read me"]
    effects = sum(len(row["effects"]) for row in [*results["options"], results["comparison"]])
    assert book["effects"].max_row == 1 + effects
    assert book["costs"].max_row == 2 + len(results["options"])
    listed = len(results["options"]) + len(results["not_simulated"])
    assert book["readiness"].max_row == 1 + listed
    head = [cell.value for cell in book["effects"][1]]
    first = dict(zip(head, [cell.value for cell in book["effects"][2]], strict=True))
    assert first["change"] == pytest.approx(results["options"][0]["effects"][0]["change"])


def test_no_cell_is_a_formula() -> None:
    results: dict[str, Any] = json.loads(json.dumps(south_wales()[0]))
    results["options"][0]["name"] = '=HYPERLINK("http://x")\x07'
    book = openpyxl.load_workbook(io.BytesIO(workbook(results)))
    kinds = {cell.data_type for sheet in book for line in sheet.iter_rows() for cell in line}
    assert "f" not in kinds


def test_the_command_writes_all_files_and_names_them(
    no_model: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["brief", str(SOUTH_WALES), "-o", str(tmp_path / "new" / "out")]) == 0
    said = capsys.readouterr().out
    assert {path.name for path in (tmp_path / "new" / "out").iterdir()} == NAMES
    assert all(name in said for name in NAMES)
    assert max(len(line) for line in said.splitlines() if not line.startswith("Wrote")) < 80


@pytest.mark.parametrize(
    ("lang", "title"),
    [("es", "detención"), ("pt", "prisão"), ("ru", "задержани")],
)
def test_the_briefing_comes_in_four_languages(
    lang: str, title: str, no_model: None, tmp_path: Path
) -> None:
    assert main(["brief", str(SOUTH_WALES), "-o", str(tmp_path), "--lang", lang]) == 0
    page = (tmp_path / "briefing.html").read_text("utf-8")
    assert f'<html lang="{lang}' in page
    heading = page.split("<h1", 1)[1].split("</h1>", 1)[0].lower()
    assert title in heading


def test_json_is_all_that_stands_on_stdout(
    no_model: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["brief", str(SOUTH_WALES), "-o", str(tmp_path), "--json"]) == 0
    caught = capsys.readouterr()
    assert json.loads(caught.out) == south_wales()[0]
    assert "briefing.pdf" in caught.err


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--audience", "council"], 'audience: "council" is not there yet; there is: chief'),
        (["--lang", "tlh"], 'is "tlh", which is not a language of Offramp'),
    ],
)
def test_what_is_not_there_yet_is_said_in_one_line(
    flags: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["brief", str(SOUTH_WALES), "-o", str(tmp_path / "out"), *flags]) == 1
    caught = capsys.readouterr()
    assert said in caught.err
    assert len(caught.err.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_a_file_is_told_before_the_work_starts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(make, "plan", lambda *_, **__: pytest.fail("the work started"))
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    assert main(["brief", str(SOUTH_WALES), "-o", str(tmp_path / "out")]) == 1
    assert "is a file, not a folder" in capsys.readouterr().err
    assert (tmp_path / "out").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("fault", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_nothing_is_left_when_it_stops_in_the_middle(
    fault: BaseException, monkeypatch: pytest.MonkeyPatch, no_model: None, tmp_path: Path
) -> None:
    def stop(*_: object) -> bytes:
        raise fault

    monkeypatch.setattr(make, "workbook", stop)
    assert main(["brief", str(SOUTH_WALES), "-o", str(tmp_path / "out")]) == 1
    assert list(tmp_path.iterdir()) == []


def test_the_wrong_place_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["brief", str(tmp_path / "nowhere")]) == 1
    caught = capsys.readouterr()
    assert caught.out == ""
    assert len(caught.err.splitlines()) == 1
