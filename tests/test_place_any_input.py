"""Whatever stands in place.toml: a place, or problems that can be understood; never a crash."""

from __future__ import annotations

import copy
import tempfile
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from offramp.catalogue.problems import InputError
from offramp.place.load import load
from offramp.place.write import toml_value

FIGURE = {"value": 0.25, "source": "a report", "on": 2024}
WHOLE: dict[str, Any] = {
    "name": "Oz",
    "country": "AU",
    "as_of": date(2026, 11, 20),
    "people": {
        "residents": {"value": 1000, "source": "census"},
        "use_opioids": FIGURE,
        "groups": [{"name": "A", "residents": {"value": 10, "source": "census"}}],
    },
    "law": {"equipment": {"status": "allowed", "citation": "Act 1", "on": date(2026, 1, 1)}},
    "practice": [{"option": "police-naloxone", "source": "press", "reach": FIGURE}],
    "services": {"drug_course": {"exists": "yes", "coverage": FIGURE}},
    "contacts": {"ends_arrest": FIGURE},
    "money": {"currency": "USD", "price_year": 2024, "officer_hour": {"value": 1, "source": "me!"}},
    "outcomes": [
        {
            "id": "deaths",
            "measure": "deaths",
            "file": "deaths.csv",
            "definition": "all",
            "date_basis": "registration",
            "period": "year",
            "in_scope": FIGURE,
            "use_from": "2019",
            "source": "a register",
        }
    ],
    "priorities": {
        "safety": 40,
        "health": 40,
        "confidence": 20,
        "set_by": "the board",
        "on": date(2026, 1, 1),
    },
    "heard": [{"who": "families", "asked": True}],
}
PATHS: list[tuple[str | int, ...]] = []


def _paths(data: Any, keys: tuple[str | int, ...]) -> None:
    if keys:
        PATHS.append(keys)
    if isinstance(data, dict):
        for key, value in data.items():
            _paths(value, (*keys, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            _paths(value, (*keys, index))


_paths(WHOLE, ())

odd = st.one_of(
    st.sampled_from(
        [
            "",
            "x",
            -1,
            0,
            1,
            2,
            10**30,
            0.5,
            -0.1,
            1e308,
            True,
            [],
            {},
            [1],
            [{}],
            {"value": "x"},
            {"value": 1e308, "source": "abc"},
            date(1800, 1, 1),
            date(9999, 12, 31),
        ]
    ),
    st.text(max_size=4),
    st.floats(allow_nan=False, allow_infinity=False),
)


def text_of(data: dict[str, Any]) -> str:
    return "\n".join(f"{key} = {toml_value(value)}" for key, value in data.items())


def loaded(text: str, counts: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "place.toml").write_text(text, encoding="utf-8")
        (folder / "deaths.csv").write_bytes(counts)
        try:
            load(folder).provenance()
        except InputError as error:
            assert error.problems
            assert all(p.problem and p.file for p in error.problems)


def test_the_whole_example_is_a_place() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "place.toml").write_text(text_of(WHOLE), encoding="utf-8")
        (folder / "deaths.csv").write_text("period,count\n2019,3\n", encoding="utf-8")
        assert tomllib.loads(text_of(WHOLE)) == WHOLE
        assert load(folder).series["deaths"][0].count == 3


@given(st.lists(st.tuples(st.sampled_from(PATHS), odd), min_size=1, max_size=3), st.booleans())
@settings(max_examples=200)
def test_any_odd_value_is_a_problem_or_is_read(
    changes: list[tuple[tuple[str | int, ...], Any]], drop: bool
) -> None:
    data = copy.deepcopy(WHOLE)
    for keys, value in changes:
        here: Any = data
        try:
            for key in keys[:-1]:
                here = here[key]
            if drop:
                del here[keys[-1]]
            else:
                here[keys[-1]] = copy.deepcopy(value)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took it away
    loaded(text_of(data), b"period,count\n2019,3\n")


@given(st.text(max_size=60))
@settings(deadline=None)
def test_any_text_is_a_problem_or_is_read(text: str) -> None:
    loaded(text.encode("utf-8", "replace").decode(), b"")


@given(st.one_of(st.binary(max_size=60), st.text("0123456789-Qqperiodcunt,;\n\"' <.", max_size=60)))
@settings(deadline=None)
def test_any_data_file_is_a_problem_or_is_read(content: bytes | str) -> None:
    raw = content.encode() if isinstance(content, str) else content
    loaded(text_of(WHOLE), raw)
    loaded(text_of(WHOLE), b"period,count\n" + raw)
