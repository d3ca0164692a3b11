"""Indicators written into the place file."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from offramp.place.load import load
from tests.indicators_sample import run, usual
from tests.stops_sample import Stop, months, place, take


def test_contacts_and_their_ends_are_written_into_the_place(
    here: Path, capsys: pytest.CaptureFixture[str]
):
    take(here, "testham", usual())
    before = (here / "place.toml").read_text(encoding="utf-8")
    code, out, _ = run(capsys, str(here), "--update-place", "--only", "iP1")
    assert code == 0 and "searches_drug_year = 960" in out
    data = tomllib.loads((here / "place.toml").read_text(encoding="utf-8"))
    contacts = data["contacts"]
    assert contacts["searches_drug_year"]["value"] == 960
    assert contacts["found"]["value"] == pytest.approx(17 / 80, abs=1e-4)
    assert contacts["ends_arrest"]["value"] == pytest.approx(6 / 17, abs=1e-4)
    assert contacts["ends_arrest"]["low"] == pytest.approx(6 / 17, abs=1e-4)
    assert contacts["ends_arrest"]["high"] == pytest.approx(9 / 17, abs=1e-4)
    assert "ends_referral" not in contacts and "ends_referral not written" in out
    assert "2021-01 to 2021-12" in contacts["found"]["source"]
    groups = {g["name"]: g for g in data["people"]["groups"]}
    assert groups["Black"]["searches_drug_year"]["value"] == 240
    old = tomllib.loads(before)
    assert data["people"]["residents"] == old["people"]["residents"]
    load(here)


def test_a_place_that_would_become_wrong_stays_as_it_is(
    here: Path, capsys: pytest.CaptureFixture[str]
):
    extra = '[contacts]\nends_referral = { value = 0.9, source = "made up" }\n'
    place(here, extra)
    take(here, "testham", usual())
    before = (here / "place.toml").read_bytes()
    code, _, err = run(capsys, str(here), "--update-place", "--only", "iP1")
    assert code == 1 and "ends" in err
    assert (here / "place.toml").read_bytes() == before


def test_nothing_is_written_of_what_is_refused(here: Path, capsys: pytest.CaptureFixture[str]):
    stops = [Stop(m, 30, found=None) for m in months(2021)]
    stops += [Stop(m, 10, "", None) for m in months(2021)]
    take(here, "testham", stops)
    code, out, _ = run(capsys, str(here), "--update-place", "--only", "iP1")
    assert code == 0 and "not written" in out
    contacts = tomllib.loads((here / "place.toml").read_text(encoding="utf-8"))["contacts"]
    assert set(contacts) == {"searches_drug_year"}
