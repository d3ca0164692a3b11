from __future__ import annotations

import os
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from offramp.catalogue.problems import InputError, Problem
from offramp.catalogue.toml_file import check, check_part, dotted, read
from offramp.catalogue.toml_lines import lines_of


class Service(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    places: int | None = Field(default=None, ge=0, description="people at once")


class Town(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, Field(min_length=2)]
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    status: Literal["allowed", "forbidden", "unknown"] = "unknown"
    residents: int = Field(gt=0)
    share: float | None = Field(default=None, ge=0, le=1)
    as_of: date | None = None
    open: bool = True
    services: list[Service] = []
    rates: dict[str, Service] = {}

    @model_validator(mode="after")
    def no_empty_town(self) -> Town:
        if self.residents == 13:
            detail = {"keys": ("residents",), "right": "count again"}
            raise PydanticCustomError("thirteen", "is an unlikely number", detail)
        if self.residents == 14:
            raise ValueError("has fourteen residents; count again")
        return self


GOOD = 'name = "Llan"\ncountry = "GB"\nresidents = 900\n'


def problems_of_text(tmp_path: Path, text: str) -> list[Problem]:
    path = tmp_path / "town.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as failed:
        check(read(path, "town.toml"), Town)
    return list(failed.value.problems)


def only(tmp_path: Path, text: str) -> Problem:
    problems = problems_of_text(tmp_path, text)
    assert len(problems) == 1, problems
    return problems[0]


def read_bytes(tmp_path: Path, raw: bytes) -> Any:
    path = tmp_path / "x.toml"
    path.write_bytes(raw)
    return read(path, "x.toml")


def refused(tmp_path: Path, raw: bytes) -> Problem:
    with pytest.raises(InputError) as failed:
        read_bytes(tmp_path, raw)
    assert len(failed.value.problems) == 1
    return failed.value.problems[0]


def test_a_good_file_gives_its_record(tmp_path: Path) -> None:
    file = read_bytes(tmp_path, GOOD.encode())
    assert check(file, Town).residents == 900
    assert file.shown == "x.toml"


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbf" + GOOD.encode(),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace("\n", "\r").encode(),
    ],
)
def test_byte_order_mark_and_windows_line_ends_are_accepted(tmp_path: Path, raw: bytes) -> None:
    file = read_bytes(tmp_path, raw)
    assert file.data == tomllib.loads(GOOD)
    assert file.line("residents") == 3


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.toml: does not exist"):
        read(tmp_path / "nowhere.toml")
    with pytest.raises(InputError, match="does not exist"):
        (tmp_path / "file").write_text("x = 1")
        read(tmp_path / "file" / "inside.toml")


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        read(tmp_path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads anything")
def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    path = tmp_path / "locked.toml"
    path.write_text(GOOD)
    path.chmod(0)
    with pytest.raises(InputError, match="permission denied"):
        read(path)


@pytest.mark.parametrize("raw", [b"", b"\n \r\n", b"\xef\xbb\xbf", b"# only a comment\n"])
def test_an_empty_file_says_so(tmp_path: Path, raw: bytes) -> None:
    assert refused(tmp_path, raw).problem == "is empty"


def test_wrong_encoding_names_line_and_byte(tmp_path: Path) -> None:
    problem = refused(tmp_path, 'a = 1\nname = "Caffè"\n'.encode("latin-1"))
    assert problem.line == 2
    assert "byte 19 of the file is 0xe8" in problem.problem
    assert "UTF-8" in problem.right
    assert "UTF-16" in refused(tmp_path, GOOD.encode("utf-16")).problem


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('a = 1\nname = "Llan\n', 2, "not closed"),
        ("a = 1\na = 2\n", 2, "given twice"),
        ("[t]\nx = 1\n[t]\n", 3, "given twice"),
        ("a = 1\nname Llan\n", 2, "not followed by ="),
        ("a = Llan\n", 1, "cannot be understood"),
        ("a = 2020-13-45\n", 1, "does not exist"),
        ("a = 2026-02-30\n", 1, "does not exist"),
        ("a = [1, 2\n", 1, "not closed"),
    ],
)
def test_toml_that_does_not_parse_is_explained(
    tmp_path: Path, text: str, line: int, says: str
) -> None:
    problem = refused(tmp_path, text.encode())
    assert (problem.line, says in problem.problem) == (line, True), problem
    assert problem.right


@settings(max_examples=150)
@given(st.one_of(st.binary(max_size=80), st.text(alphabet="ab=\"[]{}.,#\n1'\\u -", max_size=60)))
@example(b"a = " + b"9" * 5000)
@example(b"a = " + b"[" * 3000)
@example("a = '\x00'")
def test_any_bytes_either_parse_or_are_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes | str
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    try:
        file = read(path)
    except InputError:
        return
    assert file.line(*list(file.data)[:1]) >= 1


KEYS = st.sampled_from(["a", "b", "long-key", "ключ", 'with "quotes"', "a.b"])
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.integers(0, 9), st.booleans(), st.sampled_from(["x", 'y"z', "a#b", "[1]"])),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=6,
)


def written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + value.replace('"', '\\"') + '"'
    if isinstance(value, list):
        return "[ # a list\n" + "".join(f"  {written(v)},\n" for v in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{written(k)} = {written(v)}" for k, v in value.items()) + " }"
    return str(value)


def every_path(value: Any, keys: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    entries: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        entries = list(value.items())
    elif isinstance(value, list):
        entries = list(enumerate(value))
    return [p for k, v in entries for p in ((*keys, k), *every_path(v, (*keys, k)))]


@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=4))
def test_every_key_that_parses_has_a_line(data: dict[str, Any]) -> None:
    text = "".join(f"{written(k)} = {written(v)}\n" for k, v in data.items())
    assert tomllib.loads(text) == data
    lines = lines_of(text)
    assert set(lines) == set(every_path(data))
    at = 1
    for key, value in data.items():
        assert lines[(key,)] == at
        at += 1 + written(value).count("\n")


def test_lines_of_tables_arrays_and_long_texts(tmp_path: Path) -> None:
    text = '''# comment
title = """
two
lines"""
[law.possession]   # a header
status = "allowed"
"quoted key" = 1
[[services]]
name = "a"
[[services]]
name = "b"
[services.hours]
open = { from = 9, to = 17 }
numbers = [
  1, # one
  2,
]
dotted.key = true
'''
    file = read_bytes(tmp_path, text.encode())
    assert file.line("title") == 2
    assert file.line("law", "possession") == 5
    assert file.line("law", "possession", "status") == 6
    assert file.line("law", "possession", "quoted key") == 7
    assert file.line("services", 0, "name") == 9
    assert file.line("services", 1) == 10
    assert file.line("services", 1, "name") == 11
    assert file.line("services", 1, "hours", "open", "to") == 13
    assert file.line("services", 1, "hours", "numbers", 1) == 16
    assert file.line("services", 1, "hours", "dotted", "key") == 18
    assert file.line("law", "possession", "absent") == 5
    assert file.line("absent") == 0


def test_an_unknown_key_names_the_nearest(tmp_path: Path) -> None:
    problem = only(tmp_path, GOOD + "opne = true\n")
    assert (problem.line, problem.field) == (4, "opne")
    assert problem.right == 'did you mean "open"?'
    inside = only(tmp_path, GOOD + '[[services]]\nname = "a"\nplacse = 3\n')
    assert (inside.line, inside.field) == (6, "services[1].placse")
    assert inside.right == 'did you mean "places"?'


def test_an_unknown_key_like_no_other_lists_the_known(tmp_path: Path) -> None:
    assert "known keys here: name, country" in only(tmp_path, GOOD + "zzzz = 1\n").right


@pytest.mark.parametrize(
    ("line", "field", "says", "right"),
    [
        ("share = 1.5", "share", "is 1.5", "1 or less"),
        ("share = nan", "share", "is nan", "ordinary number"),
        ("share = -inf", "share", "is -inf", "ordinary number"),
        ('share = "0.5"', "share", 'is "0.5"', "a number, without quotes"),
        ("open = 1", "open", "is 1", "true or false"),
        ('as_of = "2026-01-01"', "as_of", 'is "2026-01-01"', "a date without quotes"),
        ("as_of = 2026", "as_of", "is 2026", "a date"),
        ('status = "alowed"', "status", 'is "alowed"', 'did you mean "allowed"?'),
        ("services = 3", "services", "is 3", "a list in square brackets"),
        ("services = [3]", "services[1]", "is 3", "a table"),
        ("rates = {a = {name = 5}}", "rates.a.name", "is 5", "text in double quotes"),
    ],
)
def test_a_wrong_value_says_what_would_be_right(
    tmp_path: Path, line: str, field: str, says: str, right: str
) -> None:
    problem = only(tmp_path, GOOD + line + "\n")
    assert (problem.line, problem.field, problem.problem) == (4, field, says)
    assert right in problem.right


def test_a_negative_number_says_what_it_counts(tmp_path: Path) -> None:
    problem = only(tmp_path, GOOD + '[[services]]\nname = "a"\nplaces = -20\n')
    assert str(problem) == (
        "town.toml, line 6: services[1].places is -20; it must be 0 or more (people at once)"
    )


def test_a_missing_field_stands_at_its_table(tmp_path: Path) -> None:
    problem = only(tmp_path, GOOD + "[[services]]\nplaces = 2\n")
    assert (problem.line, problem.field, problem.problem) == (4, "services[1].name", "is missing")
    assert only(tmp_path, 'name = "Llan"\ncountry = "GB"\n').right == "add it as a whole number"


def test_all_problems_are_reported_at_once(tmp_path: Path) -> None:
    problems = problems_of_text(
        tmp_path, 'name = ""\ncountry = "gb"\nresidents = 0\nshare = nan\nzzz = 1\nopen = "no"\n'
    )
    assert {p.field for p in problems} == {"name", "country", "residents", "share", "zzz", "open"}
    assert [p.line for p in problems] == [1, 2, 3, 4, 5, 6]


def test_a_models_own_rule_names_its_field(tmp_path: Path) -> None:
    thirteen = only(tmp_path, GOOD.replace("900", "13"))
    assert (thirteen.line, thirteen.field) == (3, "residents")
    assert (thirteen.problem, thirteen.right) == ("is an unlikely number", "count again")
    fourteen = only(tmp_path, GOOD.replace("900", "14"))
    assert (fourteen.problem, fourteen.right) == ("has fourteen residents", "count again")


def test_a_part_of_a_file_keeps_its_lines(tmp_path: Path) -> None:
    file = read_bytes(tmp_path, b"x = 1\n[deep.part]\nplaces = -1\n")
    with pytest.raises(InputError) as failed:
        check_part(file, Service, file.data["deep"]["part"], ("deep", "part"))
    assert [(p.line, p.field) for p in failed.value.problems] == [
        (2, "deep.part.name"),
        (3, "deep.part.places"),
    ]


def test_list_entries_are_counted_from_one() -> None:
    assert dotted(("findings", 1, "says")) == "findings[2].says"
