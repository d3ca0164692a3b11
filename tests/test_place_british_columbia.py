"""British Columbia: the extracts against the file's own years, and the traps of the raw file."""

from __future__ import annotations

import csv
import runpy
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[1] / "places" / "british-columbia"


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def of_year(name: str, year: str) -> int:
    return sum(int(row["count"]) for row in rows(name) if row["period"].startswith(year))


@pytest.fixture(scope="module")
def place() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "place.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def quarters() -> Callable[..., dict[str, str]]:
    found: Callable[..., dict[str, str]] = runpy.run_path(str(FOLDER / "make_extracts.py"))[
        "quarters"
    ]
    return found


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("opioid_deaths.csv", {"2016": 807, "2023": 2_236, "2024": 2_344}),
        ("ambulance_opioid.csv", {"2017": 12_817, "2021": 23_724, "2024": 20_603}),
        ("hospital_opioid.csv", {"2016": 1_148, "2024": 2_015}),
        ("stimulant_deaths.csv", {"2018": 1_106, "2024": 1_788}),
        ("hospital_stimulant.csv", {"2024": 635}),
    ],
)
def test_quarters_add_up_to_the_published_years(name: str, numbers: dict[str, int]) -> None:
    assert {year: of_year(name, year) for year in numbers} == numbers
    assert rows(name)[-1]["period"] == "2025-Q3"


def test_shares_are_those_of_the_file() -> None:
    year = {row["period"]: row for row in rows("shares.csv")}["2024"]
    assert year["percent_opioid_deaths_with_stimulant"] == "80"
    assert year["percent_stimulant_deaths_with_opioid"] == "89"
    assert year["percent_hospital_opioid_accidental"] == "76"


def test_provisional_quarters_are_not_used(place: dict[str, Any]) -> None:
    for series in place["outcomes"]:
        last = [row["period"] for row in rows(series["file"])][-4:]
        assert series["use_to"] == series["calibrate_to"] == "2024-Q3"
        assert "2024-Q3" < last[0] == "2024-Q4"


def test_no_number_about_police_contacts_is_given(place: dict[str, Any]) -> None:
    assert "contacts" not in place
    assert "custody" not in place
    measures = {series["measure"] for series in place["outcomes"]}
    assert measures == {"deaths", "ambulance_overdoses", "hospital_overdoses"}
    assert "There is no police series" in (FOLDER / "README.md").read_text(encoding="utf-8")


def test_deaths_that_are_counted_twice_are_not_a_series(place: dict[str, Any]) -> None:
    assert not any("stimulant" in series["file"] for series in place["outcomes"])


def test_residents_follow_from_the_count_and_its_rate(place: dict[str, Any]) -> None:
    residents = place["people"]["residents"]
    assert residents["value"] == pytest.approx(2_344 / 41.3 * 100_000, abs=1)
    assert residents["low"] == pytest.approx(2_344 / 41.35 * 100_000, abs=1)
    assert residents["high"] == pytest.approx(2_344 / 41.25 * 100_000, abs=1)


# The script on small samples


def row(period: str, value: str, **other: str) -> dict[str, str]:
    kind = "By quarter" if "Q" in period else "By year"
    return {
        "Substance": "Opioids",
        "Source": "Deaths",
        "Specific_Measure": "Overall numbers",
        "Time_Period": kind,
        "Year_Quarter": period,
        "Aggregator": "",
        "Disaggregator": "",
        "Unit": "Number",
        "Value": value,
    } | other


YEAR = [row(f"2020 Q{n}", str(n)) for n in (1, 2, 3, 4)]


def test_rates_parts_and_years_are_not_taken_for_counts(
    quarters: Callable[..., dict[str, str]],
) -> None:
    table = [
        *YEAR,
        row("2020", "10"),
        row("2020", "3.5", Unit="Crude rate"),
        row("2020 Q1", "9", Source="Hospitalizations"),
        row("2020 Q1", "8", Specific_Measure="Sex", Disaggregator="Male"),
    ]
    assert quarters(table, "Opioids", "Deaths") == {
        "2020-Q1": "1",
        "2020-Q2": "2",
        "2020-Q3": "3",
        "2020-Q4": "4",
    }


def test_what_is_withheld_stays_withheld(quarters: Callable[..., dict[str, str]]) -> None:
    table = [row("2020 Q1", "Suppr."), *YEAR[1:], row("2020", "10")]
    assert quarters(table, "Opioids", "Deaths")["2020-Q1"] == "Suppr."


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ([*YEAR, YEAR[0]], "2020-Q1 is given twice"),
        ([YEAR[0], *YEAR[2:]], "2020-Q2 is missing"),
        ([*YEAR, row("2020", "11")], "2020 is not the sum of its quarters"),
    ],
)
def test_a_file_that_does_not_add_up_stops_the_script(
    quarters: Callable[..., dict[str, str]], table: list[dict[str, str]], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        quarters(table, "Opioids", "Deaths")
