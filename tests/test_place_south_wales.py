"""The example place: its extracts, its numbers and what it says of itself."""

from __future__ import annotations

import csv
import runpy
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from offramp.place.check import checked
from offramp.place.preset import read_preset
from offramp.place.schema import HAZARD_TOPICS, LAW_TOPICS, SERVICES

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "places" / "south-wales"
UNFINISHED = ["2021-12", "2022-02", "2022-03"]
ENDS = (
    "no_action",
    "cannabis_warning",
    "community_resolution",
    "penalty_notice",
    "caution",
    "summons",
    "arrest",
    "outcome_blank",
)


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def total(table: list[dict[str, str]], column: str = "count") -> int:
    return sum(int(row[column]) for row in table if row[column] != "")


def counted(name: str) -> list[dict[str, str]]:
    """Rows with a count: a month left out between others is there without one."""
    return [row for row in rows(name) if row["count"] != ""]


def today(table: list[dict[str, str]]) -> list[dict[str, str]]:
    return [row for row in table if row["period"] >= "2021-04"]


@pytest.fixture(scope="module")
def place() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "place.toml").read_text(encoding="utf-8"))


def test_the_check_finds_nothing_wrong_with_the_example_place() -> None:
    answer, loaded = checked(FOLDER)
    assert answer == {"ok": True, "problems": []}
    assert loaded is not None


# The extracts against counts made by hand with xzcat and awk


def test_all_drug_searches_of_three_years_are_kept_or_left_out() -> None:
    kept, left = rows("drug_searches.csv"), rows("drug_searches_left_out.csv")
    assert total(kept) + total(left) == 24_556
    assert total(kept, "arrest") + total(left, "arrest") == 2_344


def test_the_months_left_out_are_those_above_ninety_percent_no_further_action() -> None:
    kept, left = counted("drug_searches.csv"), rows("drug_searches_left_out.csv")
    assert [row["period"] for row in left] == UNFINISHED
    assert not {row["period"] for row in kept} & set(UNFINISHED)
    assert [(row["no_action"], row["count"]) for row in left] == [
        ("352", "365"),
        ("305", "312"),
        ("329", "359"),
    ]
    assert all(int(row["no_action"]) > 0.9 * int(row["count"]) for row in left)
    assert all(int(row["no_action"]) <= 0.9 * int(row["count"]) for row in kept)
    assert len(kept) == 33


def test_outcomes_add_up_to_the_searches_of_each_month() -> None:
    for name in ("drug_searches.csv", "drug_searches_left_out.csv", "drug_search_finds.csv"):
        for row in counted(name):
            assert sum(int(row[end]) for end in ENDS) == int(row["count"]), (name, row["period"])


def test_finds_are_the_searches_marked_as_linked() -> None:
    finds, searches = rows("drug_search_finds.csv"), counted("drug_searches.csv")
    for found, searched in zip(finds, searches, strict=True):
        assert found["period"] == searched["period"]
        assert found["searches"] == searched["count"]
        marked = (found["count"], found["searches_marked_no"], found["searches_mark_blank"])
        assert sum(map(int, marked)) == int(found["searches"])
        assert all(int(found[end]) <= int(searched[end]) for end in ENDS)


def test_finds_of_the_months_called_today_end_as_counted_by_hand() -> None:
    finds = today(rows("drug_search_finds.csv"))
    assert (total(finds, "searches"), total(finds)) == (4_900, 1_261)
    assert [total(finds, end) for end in ENDS] == [141, 301, 173, 37, 14, 230, 365, 0]


def test_groups_add_up_to_the_searches_of_the_finished_months() -> None:
    months = rows("drug_searches.csv")
    for name in ("drug_searches_by_group.csv", "drug_searches_by_officer_defined_group.csv"):
        assert total(rows(name)) == total(months), name
    groups = rows("drug_searches_by_group.csv")
    assert total(groups, "found") == total(rows("drug_search_finds.csv"))
    assert total(groups, "no_action") == total(months, "no_action")
    assert {row["months"] for row in groups if row["period"] == "2021-22"} == {"9"}


def test_residents_by_group_add_up_to_the_census() -> None:
    table = {row["group"]: int(row["residents"]) for row in rows("population_by_group.csv")}
    assert table.pop("All") == 1_283_651 == sum(table.values())


def test_street_offences_are_those_counted_by_hand() -> None:
    assert total(rows("drug_offences.csv")) == 1_901
    assert total(rows("drug_offence_outcomes.csv")) == 1_901
    assert total(rows("violent_offences.csv")) == 16_988
    theft = rows("acquisitive_offences.csv")
    kinds = {
        "bicycle_theft": 746,
        "burglary": 2_656,
        "other_theft": 4_184,
        "robbery": 221,
        "shoplifting": 4_285,
        "theft_from_person": 485,
        "vehicle_crime": 3_405,
    }
    assert {kind: total(theft, kind) for kind in kinds} == kinds
    assert total(theft) == sum(kinds.values())


def test_deaths_are_those_registered_in_the_seven_authorities() -> None:
    table = rows("drug_poisoning_deaths.csv")
    by_year = {row["period"]: int(row["count"]) for row in table}
    assert [by_year[year] for year in ("2018", "2019", "2020")] == [171, 100, 103]
    assert (len(table), total(table)) == (28, 2_533)
    authorities = [column for column in table[0] if column not in ("period", "count")]
    assert len(authorities) == 7
    for row in table:
        assert sum(int(row[name]) for name in authorities) == int(row["count"])


def test_deaths_here_are_part_of_those_in_wales() -> None:
    for here, wales in zip(
        rows("drug_poisoning_deaths.csv"), rows("drug_poisoning_deaths_wales.csv"), strict=True
    ):
        assert here["period"] == wales["period"]
        assert int(here["count"]) < int(wales["count"])
        assert int(wales["any_opiate"]) < int(wales["count"])


# The script


def test_the_script_takes_an_unknown_ethnicity_for_an_error_and_chinese_for_other() -> None:
    group_of = runpy.run_path(str(FOLDER / "make_extracts.py"))["group_of"]
    assert group_of("Asian/Asian British - Chinese") == "Other"
    assert group_of("Asian/Asian British - Pakistani") == "Asian"
    assert group_of("Other ethnic group - Arab") == "Other"
    assert group_of("Other ethnic group - Not stated") == group_of("") == "Not stated"
    with pytest.raises(ValueError, match="unknown self-defined ethnicity"):
        group_of("Martian")


def test_the_script_names_the_raw_files_that_it_misses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = runpy.run_path(str(FOLDER / "make_extracts.py"))
    assert script["main"]([str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert all(name in said for name in script["RAW"].values())


# place.toml against the extracts


def test_contacts_in_the_place_are_those_of_the_extracts(place: dict[str, Any]) -> None:
    finds = today(rows("drug_search_finds.csv"))
    found, searched = total(finds), total(finds, "searches")
    contacts = place["contacts"]
    assert contacts["searches_drug_year"]["value"] == pytest.approx(searched * 12 / 9, abs=1)
    everything = total(today(rows("drug_searches.csv"))) + total(rows("drug_searches_left_out.csv"))
    assert contacts["searches_drug_year"]["low"] == everything
    assert contacts["found"]["value"] == pytest.approx(found / searched, abs=0.0005)
    warnings = total(finds, "cannabis_warning")
    resolutions = sum(
        total(finds, end) for end in ("community_resolution", "penalty_notice", "caution")
    )
    arrests = total(finds, "arrest") + total(finds, "summons")
    for field, count in (
        ("ends_no_action", total(finds, "no_action")),
        ("ends_warning", warnings),
        ("ends_resolution", resolutions),
        ("ends_arrest", arrests),
    ):
        assert contacts[field]["value"] == pytest.approx(count / found, abs=0.0006), field
    offences = total(rows("drug_offences.csv"))
    assert contacts["drug_offences_year"]["value"] == pytest.approx(offences * 12 / 5, abs=1)


def test_people_in_the_place_are_those_of_the_extracts(place: dict[str, Any]) -> None:
    newest = [row for row in rows("population.csv") if row["period"] == "2020"]
    assert len(newest) == 7
    assert place["people"]["residents"]["value"] == total(newest, "residents") == 1_345_282
    assert place["people"]["adults"]["value"] == total(newest, "aged_15_64") == 868_444


def test_groups_in_the_place_are_those_of_the_extracts(place: dict[str, Any]) -> None:
    searched = {
        row["group"]: int(row["count"])
        for row in rows("drug_searches_by_group.csv")
        if row["period"] == "2021-22"
    }
    residents = {row["group"]: int(row["residents"]) for row in rows("population_by_group.csv")}
    groups = place["people"]["groups"]
    assert len(groups) == 5
    for group in groups:
        name = group["name"].split(",")[0]
        assert group["residents"]["value"] == residents[name]
        assert group["searches_drug_year"]["value"] == pytest.approx(searched[name] * 12 / 9, abs=1)


def test_no_unfinished_or_pandemic_month_is_used_to_fit_the_model(place: dict[str, Any]) -> None:
    series = next(s for s in place["outcomes"] if s["measure"] == "drug_searches")
    assert (series["use_from"], series["use_to"]) == ("2021-04", "2021-11")
    fitted = [
        row["period"] for row in rows(series["file"]) if "2021-04" <= row["period"] <= "2021-11"
    ]
    assert len(fitted) == 8
    assert not set(fitted) & set(UNFINISHED)


def test_the_place_says_that_it_is_an_example_and_that_nobody_was_asked(
    place: dict[str, Any],
) -> None:
    assert place["example_notice"] == (
        "Worked example from public data; not by, for or endorsed by South Wales Police."
    )
    assert len(place["heard"]) == 6
    assert not any(entry["asked"] for entry in place["heard"])
    assert "priorities" not in place


def test_naloxone_carried_by_officers_is_practice_today_with_a_source(
    place: dict[str, Any],
) -> None:
    practice = {entry["option"]: entry for entry in place["practice"]}
    assert practice["police-naloxone"]["since"] == date(2021, 11, 11)
    assert practice["police-naloxone"]["reach"]["value"] == pytest.approx(
        756 / (3511 + 473 + 113), abs=0.001
    )
    assert set(place["services"]) == set(SERVICES)


def test_every_file_in_the_folder_is_named_in_its_readme() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    names = {path.name for path in FOLDER.iterdir() if path.suffix in (".csv", ".toml", ".py")}
    assert {name for name in names if name not in readme} == set()
    assert "Open Government Licence v3.0" in readme


# The law of England and Wales


def test_the_preset_for_england_and_wales_covers_every_topic_of_law() -> None:
    preset = read_preset("england-wales")
    assert set(preset.law) == {*LAW_TOPICS, *HAZARD_TOPICS}
    assert all(fact.status == "unknown" or fact.url for fact in preset.law.values())


def test_the_preset_calls_a_consumption_site_a_matter_for_a_change_of_law() -> None:
    law = read_preset("england-wales").law
    assert law["consumption_site"].status == "needs_law"
    assert law["naloxone_police"].status == "allowed"
    assert law["compulsory_treatment"].status == law["register"].status == "forbidden"
