"""A first place from five answers, and the commented template."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from offramp.cli.app import main
from offramp.cli.place import app
from offramp.place.load import load
from offramp.place.new import Answers, folder_name, place_text
from offramp.place.schema import Series
from offramp.place.template import template
from offramp.place.write import toml_value, write_new

DAY = date(2026, 11, 20)


def inside(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_five_answers_as_flags_make_a_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "a" / "nairobi"
    answers = [
        "--name=Nairobi",
        "--country=ke",
        "--residents=4400000",
        "--mainly=opioids",
        "--already=police-naloxone,recorded-warning",
        "--asked-residents=fewer needles in the park",
        '--asked-people=no arrest when we call an "ambulance"',
    ]
    assert main(["place", "new", str(folder), *answers]) == 0
    place = load(folder).place
    assert (place.name, place.country, place.people.mainly_used) == ("Nairobi", "KE", "opioids")
    assert place.people.residents is not None and place.people.residents.value == 4400000
    assert [entry.option for entry in place.practice] == ["police-naloxone", "recorded-warning"]
    assert {entry.who: entry.said for entry in place.heard} == {
        "neighbours": "fewer needles in the park",
        "people_who_use_drugs": 'no arrest when we call an "ambulance"',
    }
    assert inside(folder) == ["place.toml"]
    assert "offramp fit" in capsys.readouterr().out


def test_two_answers_are_enough(tmp_path: Path) -> None:
    assert main(["place", "new", str(tmp_path / "x"), "--name=Oz", "--country=AU"]) == 0
    place = load(tmp_path / "x").place
    assert place.people.residents is None
    assert [entry.asked for entry in place.heard] == [False, False]


def test_answers_typed_at_the_prompt(tmp_path: Path) -> None:
    typed = "Oz\nAustralia\nau\n\n1,200,000\nstim\n1, 99\n1\nless noise\n\n"
    result = CliRunner().invoke(app, ["new", str(tmp_path / "oz")], input=typed)
    assert result.exit_code == 0, result.output
    assert "two letters" in result.output  # Australia is no code: asked again
    place = load(tmp_path / "oz").place
    assert place.people.residents is not None and place.people.residents.value == 1200000
    assert place.people.mainly_used == "stimulants"
    assert len(place.practice) == 1
    assert [(entry.who, entry.asked) for entry in place.heard] == [
        ("neighbours", True),
        ("people_who_use_drugs", False),
    ]


def test_stopping_half_way_writes_nothing(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["new", str(tmp_path / "oz")], input="Oz\nau\n")
    assert result.exit_code == 1
    assert inside(tmp_path) == []


def test_every_wrong_answer_is_named_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--name=", "--country=UK", "--residents=-4", "--mainly=opiods", "--already=naloxone"]
    assert main(["place", "new", str(tmp_path / "x"), *words]) == 1
    said = capsys.readouterr().err
    for expected in ("--name is empty", '"GB"', "--residents is -4", "opioids", "--already"):
        assert expected in said
    assert inside(tmp_path) == []


def test_an_existing_place_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "place.toml").write_text("mine", encoding="utf-8")
    for words in (["--name=Oz", "--country=AU"], ["--template"]):
        assert main(["place", "new", str(tmp_path), *words]) == 1
    assert (tmp_path / "place.toml").read_text(encoding="utf-8") == "mine"


def test_a_failed_write_leaves_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("offramp.place.write.os.replace", full)
    with pytest.raises(OSError, match="No space"):
        write_new(tmp_path / "a" / "b" / "place.toml", "x = 1")
    assert inside(tmp_path) == []


def test_a_file_where_a_folder_should_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    words = ["place", "new", str(tmp_path / "file" / "x"), "--name=Oz", "--country=AU"]
    assert main(words) == 1
    assert "is a file, not a folder" in capsys.readouterr().err


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_any_text_is_read_back_as_it_was_written(text: str) -> None:
    assert tomllib.loads(f"x = {toml_value(text)}") == {"x": text}


@given(name=st.text(min_size=2).filter(lambda text: len(text.strip()) > 1), said=st.text())
def test_any_answer_gives_a_place_that_can_be_read(name: str, said: str) -> None:
    data = tomllib.loads(place_text(Answers(name, "KE", asked_people=said), DAY))
    assert data["country"] == "KE"
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", folder_name(name))


def test_the_template_is_right_once_name_and_country_are_filled_in(tmp_path: Path) -> None:
    assert main(["place", "new", str(tmp_path / "t"), "--template"]) == 0
    path = tmp_path / "t" / "place.toml"
    assert main(["place", "check", str(tmp_path / "t")]) == 1
    text = path.read_text(encoding="utf-8")
    text = text.replace('name = ""', 'name = "Oz"', 1).replace('country = ""', 'country = "AU"', 1)
    path.write_text(text, encoding="utf-8")
    assert load(tmp_path / "t").place.name == "Oz"


def examples(text: str) -> Iterator[str]:
    """The template with every commented entry made an entry."""
    for line in text.splitlines():
        entry = re.match(r"# (\[\[?[a-z._]+\]\]?|[a-z_]+ = .*)$", line)
        yield entry.group(1) if entry else line


def test_every_example_of_the_template_is_a_field_with_a_value_of_its_kind(tmp_path: Path) -> None:
    text = "\n".join(examples(template(DAY)))
    fill = {
        'name = ""': 'name = "Oz"',
        'country = ""': 'country = "AU"',
        'preset = ""': 'preset = "world"',
        'option = ""': 'option = "police-naloxone"',
        'id = ""': 'id = "deaths"',
        'file = ""': 'file = "deaths.csv"',
        'definition = ""': 'definition = "all deaths"',
        'use_from = ""': 'use_from = "2019"',
        'use_to = ""': 'use_to = "2019"',
        'calibrate_from = ""': 'calibrate_from = "2019"',
        'calibrate_to = ""': 'calibrate_to = "2019"',
        '\nof = ""': "\n",  # of another series
        'source = ""': 'source = "a report"',
        'set_by = ""': 'set_by = "the board"',
        "safety = 0": "safety = 100",
        'citation = ""': 'citation = "Act 1"',
        # the examples of numbers are no place by themselves
        "residents = { value = 0, ": "residents = { value = 1000, ",
        "value = 0, ": "value = 1, ",
        "ends_no_action = { value = 0.25": "ends_no_action = { value = 0",
    }
    for old, new in fill.items():
        assert old in text, old
        text = text.replace(old, new)
    (tmp_path / "place.toml").write_text(text, encoding="utf-8")
    (tmp_path / "deaths.csv").write_text("period,count\n2019,3\n", encoding="utf-8")
    place = load(tmp_path).place
    assert place.contacts.found is not None
    (deaths,) = place.outcomes
    assert (deaths.calibrate_from, deaths.calibrate_to) == ("2019", "2019")
    assert deaths.overdispersion is not None
    assert deaths.registered_later is not None


def test_the_template_offers_every_field_of_a_series() -> None:
    text = template(DAY)
    offered = text[text.index("# [[outcomes]]") : text.index("[money]")]
    assert set(re.findall(r"^# (\w+) = ", offered, re.MULTILINE)) == set(Series.model_fields)
