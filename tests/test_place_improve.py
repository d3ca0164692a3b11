"""What to find out next, and how answers are saved."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner

import offramp
from offramp.cli.app import main
from offramp.cli.place import app
from offramp.place.answer import AnswerError, number_from
from offramp.place.edit import with_entry, with_item
from offramp.place.improve import numbers_asked
from offramp.place.load import load
from offramp.place.preset import read_preset
from offramp.place.schema import HAZARD_TOPICS, LAW_TOPICS, Place
from offramp.place.template import template

SCHEMAS = Path(offramp.__file__).parent / "schemas"
TEXT = """\
# mine
name = "Smallville" # the town
country = "KE"
as_of = 2026-11-20

[people] # who lives here
residents = { value = 5000, source = "census" } # of 2021

[law]
# under review
police_discretion = { status = "unknown" }
"""


def place(folder: Path, text: str = TEXT) -> Path:
    (folder / "place.toml").write_text(text, encoding="utf-8")
    return folder


def asked(folder: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    capsys.readouterr()
    assert main(["place", "improve", str(folder), "--json"]) == 0
    found: list[dict[str, object]] = json.loads(capsys.readouterr().out)
    return found


def test_at_most_25_questions_the_most_useful_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = asked(place(tmp_path), capsys)
    scores = [question["score"] for question in found]
    assert len(found) == 25
    assert scores == sorted(scores, reverse=True)  # type: ignore[type-var]
    assert all(question["why"] and question["where"] for question in found)


def test_what_is_known_is_not_asked_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {question["field"] for question in asked(place(tmp_path), capsys)}
    assert "people.people_who_use" in before
    known = TEXT.replace("[law]", 'people_who_use = { value = 90, source = "study" }\n\n[law]')
    after = {question["field"] for question in asked(place(tmp_path, known), capsys)}
    assert "people.people_who_use" not in after


def test_a_place_that_does_not_say_how_many_live_there_is_asked_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = "\n".join(line for line in TEXT.splitlines() if not line.startswith("residents"))
    assert "people.residents" in [q["field"] for q in asked(place(tmp_path, bare), capsys)[:2]]


def test_every_question_is_about_a_number_of_the_schema() -> None:
    for field in numbers_asked():
        section, name = field.split(".")
        part = Place.model_fields[section].annotation
        assert part is not None
        kinds = str(part.model_fields[name].annotation)
        assert any(kind in kinds for kind in ("Count", "Share", "Size"))


def test_skipping_every_question_changes_nothing(tmp_path: Path) -> None:
    place(tmp_path)
    first = load(tmp_path)
    typed = "\n" * 200
    result = CliRunner().invoke(app, ["improve", str(tmp_path)], input=typed)
    assert result.exit_code == 0, result.output
    assert "Answers saved: 0" in result.output
    assert load(tmp_path).hash == first.hash


def test_every_comment_stays() -> None:
    text = with_entry(TEXT, "people", "inject", {"value": 0.3, "source": "survey"})
    assert text is not None
    for comment in ("# mine", "# the town", "# who lives here", "# of 2021", "# under review"):
        assert comment in text


def test_answers_before_ctrl_c_are_saved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place(tmp_path)
    fields = [question["field"] for question in asked(tmp_path, capsys)]
    number = fields.index("people.people_who_use")
    typed = "\n" * number + "90\na study of 2025\n2025\n"  # and then the input ends
    result = CliRunner().invoke(app, ["improve", str(tmp_path)], input=typed)
    assert result.exit_code == 1
    figure = load(tmp_path).place.people.people_who_use
    assert figure is not None
    assert (figure.value, figure.source, figure.on) == (90, "a study of 2025", 2025)
    assert [path.name for path in tmp_path.iterdir()] == ["place.toml"]


def test_an_impossible_answer_is_not_saved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place(tmp_path)
    number = [q["field"] for q in asked(tmp_path, capsys)].index("people.people_who_use")
    typed = "\n" * number + "9000\na study\n2025\n" + "\n" * 100
    result = CliRunner().invoke(app, ["improve", str(tmp_path)], input=typed)
    assert "Not saved: people.people_who_use.value is 9,000" in result.output
    assert load(tmp_path).place.people.people_who_use is None


def test_a_law_fact_that_was_unknown_is_replaced_where_it_stands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place(tmp_path)
    number = [q["field"] for q in asked(tmp_path, capsys)].index("law.police_discretion")
    typed = "\n" * number + "allowed\nDrugs Act, section 3\n\n" + "\n" * 100
    result = CliRunner().invoke(app, ["improve", str(tmp_path)], input=typed)
    assert "Answers saved: 1" in result.output
    fact = load(tmp_path).place.law["police_discretion"]
    assert (fact.status, fact.citation) == ("allowed", "Drugs Act, section 3")
    assert "# under review" in (tmp_path / "place.toml").read_text(encoding="utf-8")


def test_windows_line_ends_stay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place(tmp_path)
    path = tmp_path / "place.toml"
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    number = [q["field"] for q in asked(tmp_path, capsys)].index("law.police_discretion")
    typed = "\n" * number + "allowed\nDrugs Act, section 3\n\n" + "\n" * 100
    CliRunner().invoke(app, ["improve", str(tmp_path)], input=typed)
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\n") == raw.count(b"\r\n") > 5
    assert load(tmp_path).place.law["police_discretion"].status == "allowed"


@pytest.mark.parametrize(
    "text",
    [
        "[law]\nequipment = { status = 'unknown' }\n",
        "[law.equipment] # why\nstatus = 'unknown'\n# kept\n[people]\n",
        "[people]\nx = 1\n",
        "law = { equipment = { status = 'unknown' } }\n",
        'x = """\n[law]\n"""\n[law]\na = 1\n',
        "[law]\n# equipment = { status = 'unknown' }\nother = 1\n\n[people]\n",
        "[[people.groups]]\nname = 'a'\n[law.possession]\nstatus = 'unknown'\n",
    ],
)
def test_an_entry_is_put_in_or_nothing_is_changed(text: str) -> None:
    value = {"status": "allowed", "citation": "Act"}
    wanted = tomllib.loads(text)
    wanted.setdefault("law", {})["equipment"] = value
    found = with_entry(text, "law", "equipment", value)
    assert found is None or tomllib.loads(found) == wanted
    if "{ equipment" not in text:
        assert found is not None
        assert all(part in found for part in ("# why", "# kept") if part in text)


def test_an_entry_lands_below_its_example_in_the_template() -> None:
    text = template(date(2026, 11, 20))
    found = with_entry(text, "people", "inject", {"value": 0.3, "source": "survey"})
    assert found is not None
    lines = found.splitlines()
    at = lines.index('inject = { value = 0.3, source = "survey" }')
    assert lines[at - 1].startswith("# inject = ")


def test_an_item_is_added_at_the_end() -> None:
    found = with_item("[people]\n", "heard", {"who": "families", "asked": True})
    assert found is not None
    assert tomllib.loads(found)["heard"] == [{"who": "families", "asked": True}]


@pytest.mark.parametrize(
    ("typed", "share", "value"),
    [
        ("12000", False, 12000),
        ("12,000", False, 12000),
        ("1 200 000", False, 1200000),
        ("0.25", True, 0.25),
        ("0,25", True, 0.25),
        ("25%", True, 0.25),
        ("7.5 %", True, 0.075),
    ],
)
def test_numbers_as_people_write_them(typed: str, share: bool, value: float) -> None:
    assert number_from(typed, share) == pytest.approx(value)


@pytest.mark.parametrize(
    ("typed", "share"), [("25", True), ("-1", False), ("20%", False), ("x", True)]
)
def test_what_is_no_number_is_asked_again(typed: str, share: bool) -> None:
    with pytest.raises(AnswerError):
        number_from(typed, share)


def test_questions_for_the_legal_adviser_keep_to_their_schema_and_to_the_window(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place(tmp_path)
    assert main(["place", "questions", str(tmp_path), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    schema = json.loads((SCHEMAS / "place-questions.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, schema)
    law = read_preset("kenya").law
    known = {topic for topic, fact in law.items() if fact.status != "unknown"}
    asked = {question["topic"] for question in document}
    assert asked == {*LAW_TOPICS, *HAZARD_TOPICS} - known and len(known) < 10
    resting = [len(question["options"]) for question in document]
    assert resting == sorted(resting, reverse=True)
    assert resting[0] > 3
    assert main(["place", "questions", str(tmp_path)]) == 0
    assert max(map(len, capsys.readouterr().out.splitlines())) < 80


def test_show_keeps_to_its_schema_and_to_the_window(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place(tmp_path)
    assert main(["place", "show", str(tmp_path), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    schema = json.loads((SCHEMAS / "place-show.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, schema)
    bases = {item["field"]: item["basis"] for item in document["known"]}
    assert bases["people.residents"] == "local"
    assert bases["people.people_who_use"] == "judged"
    assert "people_who_use_drugs" in document["not_heard"]
    assert main(["place", "show", str(tmp_path)]) == 0
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 80
    assert "Not asked: people who use drugs" in text


def test_check_keeps_to_its_schema(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    schema = json.loads((SCHEMAS / "place-check.schema.json").read_text(encoding="utf-8"))
    for text, code in ((TEXT, 0), (TEXT + "x = 1\n", 1)):
        place(tmp_path, text)
        assert main(["place", "check", str(tmp_path), "--json"]) == code
        jsonschema.validate(json.loads(capsys.readouterr().out), schema)
