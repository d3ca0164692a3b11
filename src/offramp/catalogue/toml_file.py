"""Read a TOML file and hold it against a record, with messages that help.

`read` gives the data and, for every key, the line it stands on. `check` gives a record of a
pydantic model. Both raise `InputError` with all problems found, never anything else.

A model's `Field(description=...)` is shown to the reader in brackets: "it must be 0 or more
(people who can be on treatment at once)". A model's own validator may raise
`PydanticCustomError(type, "problem", {"keys": (...), "right": "..."})` to name the field at
fault (keys below the validated table) and what would be right; a plain
`ValueError("problem; what would be right")` works too.

Types are strict: 5 is not "5", and true is not 1. Models use `list`, not `tuple` or `set`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import tomli
from pydantic import BaseModel, ValidationError

from offramp.catalogue.problems import InputError, Problem
from offramp.catalogue.toml_lines import Keys, lines_of
from offramp.catalogue.validation_words import words_of

T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True)
class TomlFile:
    """A TOML file that parsed. `shown` names it in messages."""

    path: Path
    shown: str
    data: dict[str, Any]
    text: str = field(repr=False)

    @cached_property
    def _lines(self) -> dict[Keys, int]:
        try:
            return lines_of(self.text)
        except RecursionError:  # nested deeper than any record: do without lines
            return {}

    def line(self, *keys: str | int) -> int:
        """1-based line of a key (list entries by 0-based index), of its nearest parent, or 0."""
        for length in range(len(keys), 0, -1):
            if keys[:length] in self._lines:
                return self._lines[keys[:length]]
        return 0

    def problem(self, keys: Keys, problem: str, right: str) -> Problem:
        """A problem at `keys` of this file."""
        return Problem(self.shown, self.line(*keys), dotted(keys), problem, right)


def dotted(keys: Keys) -> str:
    """A path as messages show it; list entries are counted from 1: `findings[2].says`."""
    shown = ""
    for key in keys:
        if isinstance(key, int):
            shown += f"[{key + 1}]"
        else:
            shown += f".{key}" if shown else key
    return shown


def read(path: Path, shown: str | None = None) -> TomlFile:
    """Read and parse one file. Raises InputError: missing, a folder, not readable, not UTF-8,
    not TOML, or empty. A byte order mark and any line ends are accepted."""
    name = shown or str(path)
    text = _decode(_bytes(path, name), name)
    try:
        data = tomli.loads(text)
    except RecursionError:
        raise InputError(
            Problem(name, 0, "", "cannot be read: brackets nested too deeply", "flatten it")
        ) from None
    except ValueError as error:  # TOMLDecodeError, or a number too long to be read
        raise InputError(_parse_problem(error, text, name)) from None
    if not data:
        raise InputError(
            Problem(name, 0, "", "is empty", 'it must hold entries such as: name = "..."')
        )
    return TomlFile(path, name, data, text)


def _bytes(path: Path, name: str) -> bytes:
    def fail(problem: str, right: str) -> InputError:
        return InputError(Problem(name, 0, "", problem, right))

    try:
        if not path.is_file():
            if path.is_dir():
                raise fail("is a folder, not a file", "give the path of a TOML file")
            if path.exists():
                raise fail("is not an ordinary file", "give the path of a TOML file")
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise fail("does not exist", "check the spelling of the path") from None
    except PermissionError:
        raise fail("cannot be read: permission denied", "ask for read access to it") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise fail(f"cannot be read: {reason}", "check the path") from None


def _decode(raw: bytes, name: str) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        problem = Problem(name, 1, "", "is saved as UTF-16", "save it again as UTF-8")
        raise InputError(problem)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        bom = len(raw) - len(error.object)  # utf-8-sig reports positions after the mark
        at = error.start + bom
        line = raw.count(b"\n", 0, at) + 1
        problem = Problem(
            name,
            line,
            "",
            f"is not UTF-8 text: byte {at + 1} of the file is 0x{raw[at]:02x}",
            "save the file again with the encoding UTF-8",
        )
        raise InputError(problem) from None
    text = text.replace("\r\n", "\n")
    if "\n" not in text:  # line ends of old Macs
        text = text.replace("\r", "\n")
    if not text.strip():
        raise InputError(
            Problem(name, 0, "", "is empty", 'it must hold entries such as: name = "..."')
        )
    return text


_PLAIN = (  # what tomli says -> what is wrong, what would be right
    ("Expected '=' after a key", "a key is not followed by =", "write: key = value"),
    ("Invalid value", "the value after = cannot be understood", "put text in double quotes"),
    ("Cannot overwrite a value", "a key is given twice", "keep one of them"),
    ("Cannot declare", "a [table] is given twice", "keep one of them, or use [[table]] for lists"),
    ("Unterminated string", "a text is not closed", "end it with a double quote"),
    ("Illegal character '\\n'", "a text is not closed on its line", "end it with a double quote"),
    ("Unclosed array", "a list is not closed, or a comma is missing in it", "close it with ]"),
    ("Unclosed inline table", "a { } table is not closed, or lacks a comma", "close it with }"),
    ("Expected newline or end of document", "there is more after the value", "one entry a line"),
    ("Expected ']'", "a [table] line is not closed", "close it with ]"),
    ("Unescaped '\\'", "a \\ in a text in double quotes", "write \\\\, or use single quotes"),
    ("Invalid date or datetime", "a date that does not exist", "write dates as 2026-11-20"),
    ("Cannot mutate", "a table is extended after it was closed", "write all its keys in one place"),
    ("Duplicate inline table key", "a key is given twice in a { } table", "keep one of them"),
    ("Invalid statement", "this line is not an entry", "write: key = value, or # for a comment"),
    ("Invalid initial character", "a key is missing or starts with a sign", "write: key = value"),
)


def _parse_problem(error: ValueError, text: str, name: str) -> Problem:
    said = str(error)
    place = re.search(r"\(at line (\d+), column (\d+)\)", said)
    line = int(place.group(1)) if place else text.rstrip().count("\n") + 1
    column = f" (column {place.group(2)})" if place else ""
    lines = text.split("\n")
    if place and re.search(r"=\s*\d{4}-\d", lines[line - 1]) and "newline" in said:
        said = "Invalid date or datetime"
    for start, plain, right in _PLAIN:
        if said.startswith(start):
            return Problem(name, line, "", f"does not parse as TOML{column}: {plain}", right)
    what = re.sub(r"\s*\(at .*\)$", "", said)
    right = "see https://toml.io for how to write it"
    return Problem(name, line, "", f"does not parse as TOML{column}: {what[:120]}", right)


_MAY_HOLD_NAN = re.compile(r"[=\[,]\s*[+-]?(?:nan|inf)\b")  # a look that saves a walk


def check(file: TomlFile, model: type[T]) -> T:
    """The file's data as a record of `model`. Raises InputError with all problems."""
    return check_part(file, model, file.data, ())


def check_part(file: TomlFile, model: type[T], data: Any, prefix: Keys) -> T:
    """The same for a part of the file's data that stands under the keys `prefix`."""
    problems = [
        file.problem((*prefix, *keys), f"is {value}", "it must be an ordinary number")
        for keys, value in (_not_numbers(data) if _MAY_HOLD_NAN.search(file.text) else ())
    ]
    record: T | None = None
    try:
        record = model.model_validate(data, strict=True)
    except ValidationError as error:
        known = {(p.line, p.field) for p in problems}
        problems += [
            p
            for p in problems_of(error, file, model, prefix, data)
            if (p.line, p.field) not in known
        ]
    if problems or record is None:
        raise InputError(problems)
    return record


def problems_of(
    error: ValidationError,
    file: TomlFile,
    model: type[BaseModel],
    prefix: Keys = (),
    data: Any = None,
) -> list[Problem]:
    """What pydantic found, in plain words. `data`: what was validated (by default the file's
    data under `prefix`)."""
    if data is None:
        data = file.data
        for key in prefix:
            data = data[key]
    problems = []
    for found in error.errors(include_url=False):
        keys, problem, right = words_of(found, model, data)
        problems.append(file.problem((*prefix, *keys), problem, right))
    return sorted(set(problems))


def _not_numbers(data: Any, keys: Keys = ()) -> Iterator[tuple[Keys, float]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _not_numbers(value, (*keys, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _not_numbers(value, (*keys, index))
    elif isinstance(data, float) and not math.isfinite(data):
        yield keys, data
