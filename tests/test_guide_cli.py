from __future__ import annotations

import json

import pytest

from offramp.catalogue.load import load
from offramp.catalogue.words import words_of
from offramp.cli.app import main

OPTIONS = sorted(load().options)


def test_list_gives_every_option_by_family_and_no_comparison(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["guide", "list", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {"id", "name", "family", "summary"} <= set(rows[0])
    assert [(r["family"], r["id"]) for r in rows] == sorted((r["family"], r["id"]) for r in rows)
    assert {r["id"] for r in rows} == set(load().candidates)
    assert "more-arrests" not in {r["id"] for r in rows}


def test_list_fits_the_window_and_names_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["guide", "list"]) == 0
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 80
    assert all(f"  {name}\n" in text for name in load().candidates)


@pytest.mark.parametrize("name", OPTIONS)
def test_an_option_shows_harms_beside_benefits_with_every_finding_referenced(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["guide", "show", name]) == 0
    text = capsys.readouterr().out
    for title in ("What is known", "What can go wrong", "Who learns the name", "The first 90 days"):
        assert f"\n{title}\n" in text
    assert "How sure:" in text
    assert not set("{}") & set(text)
    long = [line for line in text.splitlines() if len(line) > 80]
    assert all("://" in line for line in long)  # only addresses are not broken


@pytest.mark.parametrize("name", OPTIONS)
def test_json_of_an_option_numbers_its_references_from_one(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["guide", "show", name, "--json"]) == 0
    option = json.loads(capsys.readouterr().out)
    assert option["id"] == name
    numbers = [r["number"] for r in option["references"]]
    assert numbers == list(range(1, len(numbers) + 1))
    assert option["comparison"] == (name == "more-arrests")
    assert option["harms"]


def test_an_unknown_option_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["guide", "show", "police-naloxon"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert 'did you mean "police-naloxone"?' in said.err
    assert "Traceback" not in said.err


def test_the_packaged_catalogue_is_sound(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["guide", "check", "--json"])
    document = json.loads(capsys.readouterr().out)
    assert document["problems"] == []
    assert (code, document["ok"]) == (0, True)


def test_strict_warns_with_exit_three_only_when_there_are_warnings(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["guide", "check", "--json"])
    warnings = json.loads(capsys.readouterr().out)["warnings"]
    unfinished = any(words_of(code).unfinished for code in ("es", "pt", "ru"))
    assert main(["guide", "check", "--strict"]) == (1 if unfinished else 3 if warnings else 0)
    assert capsys.readouterr().err.count("Warning: ") == len(warnings)
