"""Ranges that are read as something else than they look: told, and how to say otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from offramp.catalogue.problems import InputError
from offramp.place.load import load
from offramp.place.ranges import SIZE_SPREAD, range_notes
from offramp.plan.inputs import place_inputs
from offramp.validate.load import load_study, packaged
from tests.validate_sample import CATALOGUE

NAME = "place:people.people_who_use"
SIZE = (
    '[people]\nresidents = {{ value = 100000, source = "made up" }}\n[people.people_who_use]\n'
    'value = 4200\nlow = 3600\nhigh = 4900\nsource = "made up"\n{}'
)


def place(folder: Path, tables: str) -> Path:
    text = (
        f'name = "Testtown"\ncountry = "GB"\npreset = "england-wales"\nas_of = 2026-11-26\n{tables}'
    )
    (folder / "place.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_narrow_range_of_people_who_use_is_widened_and_it_is_said(tmp_path: Path):
    found = load(place(tmp_path, SIZE.format("")))
    (note,) = found.warnings
    assert "3,600 to 4,900" in note and 'add method = "capture-recapture"' in note
    assert "read as 2,333 to 7,562" in note
    assert place_inputs(found.resolved)[NAME].prior.spread() == pytest.approx(SIZE_SPREAD, abs=1e-3)


def test_counted_by_capture_and_recapture_it_stands_as_given(tmp_path: Path):
    found = load(place(tmp_path, SIZE.format('method = "capture-recapture"\n')))
    prior = place_inputs(found.resolved)[NAME].prior
    assert found.warnings == () and (prior.low, prior.high) == (3600, 4900)


def test_a_method_needs_a_range_and_stands_nowhere_else(tmp_path: Path):
    text = SIZE.format('method = "capture-recapture"\n').replace("low = 3600\nhigh = 4900\n", "")
    with pytest.raises(InputError, match="has a method and no range; give low and high"):
        load(place(tmp_path, text))
    with pytest.raises(InputError, match="method is 'guess'|method is \"guess\""):
        load(place(tmp_path, SIZE.format('method = "guess"\n')))
    text = '[people.in_treatment]\nvalue = 1\nsource = "made up"\nmethod = "capture-recapture"\n'
    with pytest.raises(InputError, match="method is not a known key"):
        load(place(tmp_path, text))


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ("value = 0.5, low = 0.0, high = 1.0", ["much of it lies at 0", "much of it lies at 1"]),
        ("value = 0.9, low = 0.0, high = 0.95", ["people.inject is 0.9, with a range that ends"]),
        ("value = 0.02, low = 0.0, high = 0.1", []),
        ("value = 0.9, low = 0.5, high = 1.0", []),
        ("value = 0.5, low = 0.3, high = 0.7", []),
    ],
)
def test_a_range_of_a_share_that_lies_at_its_ends(numbers: str, said: list[str], tmp_path: Path):
    table = f'[people]\ninject = {{ {numbers}, source = "made up" }}\n'
    notes = list(range_notes(load(place(tmp_path, table)).place))
    assert len(notes) == len(said) and all(a in b for a, b in zip(said, notes, strict=True))


@pytest.mark.parametrize("name", ["south-wales", "philadelphia", "british-columbia"])
def test_the_worked_examples_get_no_such_note(name: str):
    assert not list(range_notes(load(Path(__file__).parents[1] / "places" / name).place))


def test_no_study_of_the_package_gets_one():
    for folder in packaged():
        assert not list(range_notes(load_study(folder, CATALOGUE).place.place)), folder.name
