"""`offramp learn disparities`: its document, its files, the terminal and wrong wishes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import offramp
from offramp.cli.app import main
from tests.disparities_sample import usual
from tests.stops_sample import Stop, months, take

SCHEMAS = Path(offramp.__file__).parent / "schemas"


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["learn", "disparities", *words])
    out, err = capsys.readouterr()
    return code, out, err


PLACED = ("--latitude", "51.5", "--longitude", "-0.1", "--time-zone", "Europe/London")


def test_the_document_keeps_to_its_schema(here: Path, capsys: pytest.CaptureFixture[str]):
    dark = [Stop(m, 30, clock=c, group=g) for m in months(2021) for c in ("17:30", "19:00")
            for g in ("white", "black")]  # fmt: skip
    take(here, "testham", [*usual(), *dark])
    schema = json.loads((SCHEMAS / "learn-disparities.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    for words in (PLACED, ("--by", "sex"), ("--ethnicity", "officer", "--from", "2021-03")):
        code, out, err = run(capsys, str(here), "--json", *words)
        if words == ("--by", "sex"):
            assert code == 1 and "fewer than two groups" in err
            continue
        assert code == 0, err
        Draft202012Validator(schema).validate(json.loads(out))


def test_the_terminal_keeps_to_80_columns_and_says_the_limits(
    here: Path, capsys: pytest.CaptureFixture[str]
):
    take(here, "testham", usual())
    code, out, _ = run(capsys, str(here), *PLACED)
    assert code == 0
    assert max(len(line) for line in out.splitlines()) <= 80
    assert out.count("Limits:") >= 3 and "None proves or rules out" in out


def test_files_are_whole_and_alike_twice(
    here: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    from pypdf import PdfReader

    take(here, "testham", usual())
    for name in ("one", "two"):
        assert run(capsys, str(here), "-o", str(tmp_path / name))[0] == 0
    for name in ("csv", "html", "json", "pdf", "xlsx"):
        one, two = (tmp_path / d / f"disparities.{name}" for d in ("one", "two"))
        assert one.read_bytes() == two.read_bytes(), name
    reader = PdfReader(tmp_path / "one/disparities.pdf")
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_wrong_wishes_are_told_all_at_once(here: Path, capsys: pytest.CaptureFixture[str]):
    take(here, "testham", usual())
    code, _, err = run(
        capsys, str(here), "--by", "height", "--from", "2022", "--to", "2021", "--latitude", "91",
        "--time-zone", "Mars/Olympus",
    )  # fmt: skip
    assert code == 1
    for part in ("height", "before 2022", "--latitude", "Mars/Olympus"):
        assert part in err
    code, _, err = run(capsys, str(here), "--reference", "blak")
    assert code == 1 and 'did you mean "black"?' in err
