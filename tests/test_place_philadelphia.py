"""Philadelphia: the extracts against counts made by hand, and the traps of the raw tables."""

from __future__ import annotations

import csv
import runpy
import tomllib
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[1] / "places" / "philadelphia"


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def of_year(name: str, year: str, column: str = "count") -> int:
    return sum(int(row[column]) for row in rows(name) if row["period"].startswith(year))


@pytest.fixture(scope="module")
def place() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "place.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    return runpy.run_path(str(FOLDER / "make_extracts.py"))


# The extracts


def test_deaths_are_those_that_the_city_gives_for_opioids() -> None:
    years = {year: of_year("overdose_deaths.csv", year) for year in ("2015", "2016", "2017")}
    assert years == {"2015": 561, "2016": 752, "2017": 1_074}
    assert of_year("overdose_deaths.csv", "2018") == 939
    assert of_year("deaths_lived_elsewhere.csv", "2018") == 157


def test_arrests_are_those_counted_by_hand_and_end_with_a_whole_quarter() -> None:
    assert of_year("possession_arrests.csv", "2019") == 4_851
    assert of_year("possession_arrests.csv", "2019", "sales") == 6_322
    periods = [row["period"] for row in rows("possession_arrests.csv")]
    assert (len(periods), periods[0], periods[-1]) == (24, "2014-Q1", "2019-Q4")


def test_ends_of_cases_add_up() -> None:
    table = rows("possession_case_outcomes.csv")
    ends = [column for column in table[0] if column not in ("period", "count")]
    assert len(ends) == 5
    for row in table:
        assert sum(int(row[end]) for end in ends) == int(row["count"])
    assert of_year("possession_case_outcomes.csv", "2019") == 4_102
    assert of_year("possession_case_outcomes.csv", "2019", "diversion") == 1_069


def test_naloxone_is_that_of_the_dashboard() -> None:
    assert of_year("naloxone_by_ambulance.csv", "2017") == 6_069
    assert of_year("naloxone_by_police.csv", "2017") == 544


def test_a_medicine_that_was_not_counted_is_empty_and_not_none() -> None:
    table = {row["period"]: row for row in rows("medicaid_treatment.csv")}
    assert table["2014"] == {
        "period": "2014",
        "count": "",
        "methadone": "5056",
        "buprenorphine": "",
        "naltrexone": "",
    }
    assert table["2018"]["count"] == "10273"


def test_only_totals_of_the_city_by_quarter_or_year_are_shipped() -> None:
    for path in FOLDER.glob("*.csv"):
        if path.name == "posterior.csv":
            continue  # values of the model, nobody's records
        for row in rows(path.name):
            assert len(row["period"]) in (4, 7), path.name
            head = " ".join(row).lower()
            assert "zip" not in head
            assert "district" not in head


# place.toml against the extracts


def test_the_place_holds_the_numbers_of_the_extracts(place: dict[str, Any]) -> None:
    contacts = place["contacts"]
    possession = of_year("possession_arrests.csv", "2019")
    sales = of_year("possession_arrests.csv", "2019", "sales")
    assert contacts["possession_arrests_year"]["value"] == possession
    assert contacts["drug_offences_year"]["value"] == possession + sales
    residents = {row["period"]: int(row["residents"]) for row in rows("population.csv")}
    assert place["people"]["residents"]["value"] == residents["2019"] == 1_584_064


def test_unfinished_cannabis_and_kit_years_are_not_used(place: dict[str, Any]) -> None:
    used = {
        s["id"]: (s.get("calibrate_from"), s.get("calibrate_to"), s["use_to"])
        for s in place["outcomes"]
    }
    assert used["overdose_deaths"][1] == used["overdose_deaths"][2] == "2018-Q4"
    assert used["possession_arrests"][0] == "2015-Q1"
    assert used["naloxone_by_ambulance"][1] == "2017-Q2"
    assert used["hospital_overdoses"] == ("2014", "2018", "2018")


# The script on small samples


def test_a_quarter_that_is_cut_off_is_left_out(script: dict[str, Any]) -> None:
    whole: Callable[[list[date]], list[str]] = script["whole_quarters"]
    days = [date(2019, 10, 1) + timedelta(n) for n in range(138)]  # to 15 February 2020
    assert days[-1] == date(2020, 2, 15)
    assert whole(days) == ["2019-Q4"]
    assert whole([*days, *(date(2020, 2, 16) + timedelta(n) for n in range(45))]) == [
        "2019-Q4",
        "2020-Q1",
    ]
    assert whole(days[1:]) == []


def test_days_missing_or_given_twice_stop_the_script(script: dict[str, Any]) -> None:
    whole = script["whole_quarters"]
    with pytest.raises(ValueError, match="missing: 2019-01-02"):
        whole([date(2019, 1, 1), date(2019, 1, 3)])
    with pytest.raises(ValueError, match="given twice: 2019-01-01"):
        whole([date(2019, 1, 1), date(2019, 1, 1)])


def test_the_total_of_a_day_is_not_counted_as_an_end(script: dict[str, Any]) -> None:
    day = dict.fromkeys(script["ENDS"], 1) | {"Total": 5}
    assert sum(script["ends_of_day"](day).values()) == 5
    with pytest.raises(ValueError, match="add up to 5, not to 6"):
        script["ends_of_day"](day | {"Total": 6})


def test_small_counts_stand_for_one_to_five(script: dict[str, Any]) -> None:
    assert script["bounds"](["<6", "0", "7", "<6"]) == (9, 17)


def test_columns_of_wide_tables_are_quarters_or_nothing(script: dict[str, Any]) -> None:
    of_wide = script["of_wide"]
    assert of_wide("X2014Q1") == "2014-Q1"
    assert of_wide("X") is of_wide("Zip.Code") is None


def test_naloxone_that_was_not_published_is_empty(script: dict[str, Any], tmp_path: Path) -> None:
    raw = tmp_path / "raw" / "philadelphia"
    raw.mkdir(parents=True)
    name = Path(script["RAW"]["naloxone"]).name
    (raw / name).write_text(
        "X,X2016Q3,X2016Q4,X2017Q1\nEMS,9,8,7\nPolice,NA,6,5\nSEPTA,NA,NA,4\n", encoding="utf-8"
    )
    script["naloxone"](tmp_path / "raw", tmp_path)
    police = (tmp_path / "naloxone_by_police.csv").read_text(encoding="utf-8")
    assert police == "period,count,transit_police\n2016-Q4,6,\n2017-Q1,5,4\n"


def test_years_without_a_count_of_buprenorphine_get_no_total(
    script: dict[str, Any], tmp_path: Path
) -> None:
    raw = tmp_path / "raw"
    path = raw / script["RAW"]["treatment"]
    path.parent.mkdir(parents=True)
    lines = ["year\ttreatment\tindividuals"]
    for year, numbers in (("2014", (5, 0, 0)), ("2015", (6, 2, 1))):
        lines += [f"{year}\t{m}\t{n}" for m, n in zip(script["MEDICINES"], numbers, strict=True)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    script["treatment"](raw, tmp_path)
    written = (tmp_path / "medicaid_treatment.csv").read_text(encoding="utf-8").splitlines()
    assert written[1:] == ["2014,,5,,", "2015,8,6,2,1"]
