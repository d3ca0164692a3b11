"""Codes of countries: one that no country has is a slip of the pen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import tomli

from offramp.catalogue.problems import Problem
from offramp.catalogue.toml_file import TomlFile

CODE = re.compile(r"[A-Z]{2}")


@cache
def _known() -> dict[str, Any]:
    return tomli.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def wrong_country(code: str) -> str:
    """What would be right, or an empty text where a country has this code."""
    if instead := _known()["instead"].get(code):
        return f'the code is "{instead}"'
    if CODE.fullmatch(code) and code in _known()["codes"].split():
        return ""
    return "it must be a country code of two letters (ISO 3166), such as GB"


def country_faults(file: TomlFile) -> Iterator[Problem]:
    """A country that is not one; how a code is written is checked with the other fields."""
    code = file.data.get("country")
    if isinstance(code, str) and CODE.fullmatch(code) and (right := wrong_country(code)):
        yield file.problem(("country",), f'is "{code}"', right)
