"""Every known trap of the public files, on real rows of them (tests/data_rows).

Expected counts were worked out from the files by hand: with grep, cut, sort, uniq and wc, the
commands stand beside the numbers, or by reading the few rows.
"""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from offramp.catalogue.problems import InputError
from offramp.data.importing import check_files
from offramp.data.quality import vocabulary_changes
from offramp.data.raw import sources
from offramp.data.reading import FileRead, Options, read_file
from offramp.data.refuse import one_definition, refusals, usable_months
from offramp.data.rules import reader_called

ROWS = Path(__file__).parent / "data_rows"


def read(
    path: Path, kind: str | None = None, agency: str = "here"
) -> tuple[FileRead, dict[str, pd.DataFrame]]:
    frames: dict[str, list[pd.DataFrame]] = {}
    options = Options(reader=reader_called(kind) if kind else None, agency=agency)
    (source,) = sources([path])
    done = read_file(source, options, lambda t, f: frames.setdefault(t, []).append(f))
    return done, {name: pd.concat(parts, ignore_index=True) for name, parts in frames.items()}


def contacts(name: str) -> pd.DataFrame:
    return read(ROWS / name)[1]["contacts"]


def test_both_vocabularies_of_outcomes_are_understood():
    # cut -d, -f13 2017-12-metropolitan*.csv | sort | uniq -c
    old = contacts("2017-12-metropolitan-stop-and-search.csv")["ended"].value_counts()
    new = contacts("2018-01-metropolitan-stop-and-search.csv")["ended"].value_counts()
    assert {k: int(v) for k, v in old.items() if v} == {
        "no_action": 42,
        "arrest": 14,
        "warning": 5,
        "resolution": 1,
        "summons": 1,
    }
    assert {k: int(v) for k, v in new.items() if v} == {
        "no_action": 62,
        "warning": 9,
        "arrest": 8,
        "citation": 1,
        "summons": 1,
    }


def test_the_change_of_vocabulary_is_found_by_itself():
    files = sources(
        [ROWS / f"{m}-metropolitan-stop-and-search.csv" for m in ("2017-12", "2018-01")]
    )
    reports, together = check_files(files, Options())
    assert [r["vocabulary_changes"] for r in reports] == [[], []]
    assert [c["from"] for c in vocabulary_changes(together.words)] == ["2018-01"]


def test_a_drug_search_is_known_by_its_legal_power_where_the_object_is_blank():
    frame = contacts("2015-04-metropolitan-stop-and-search.csv")
    # grep -c 'Misuse of Drugs' 2015-04-metropolitan*.csv ; grep -c 'Controlled drugs'
    assert int(frame["drugs"].sum()) == 28
    assert int((frame["object"] == "drugs").sum()) == 0


def test_the_last_universal_hour_of_march_is_the_first_of_april():
    done, frames = read(ROWS / "2015-04-metropolitan-stop-and-search.csv")
    frame = frames["contacts"]
    # grep -c '2015-03-31T23' 2015-04-metropolitan*.csv : 9, and no other row of March
    assert done.context.moved == 9
    assert set(frame["month"]) == {"2015-04"}
    assert str(frame["date"].min().date()) == "2015-04-01"
    assert int(frame["minute"].iloc[0]) == 0


def test_five_rows_of_a_september_file_are_of_october():
    done, frames = read(ROWS / "2020-09-south-wales-stop-and-search.csv")
    # grep -c '2020-09-30T23' 2020-09-south-wales*.csv : 5 of 22
    counted = frames["contacts"]["month"].astype(str).value_counts().to_dict()
    assert counted == {"2020-09": 17, "2020-10": 5}
    assert done.context.moved == 5
    assert set(frames["contacts"]["agency"]) == {"south-wales"}


def test_a_month_that_stops_early_is_told():
    (report,), _ = check_files(
        sources([ROWS / "2022-12-metropolitan-stop-and-search.csv"]), Options()
    )
    assert report["tables"]["contacts"]["agencies"]["metropolitan"]["ends_early"] == ["2022-12-17"]


def test_gwents_missing_month_and_arrests_are_found_and_evaluation_is_refused():
    (report,), together = check_files(sources([ROWS / "wales-stops.csv"]), Options())
    assert report["tables"]["contacts"]["gaps"] == {"gwent": ["2019-08"]}
    gwent = {r.measure: r.reason for r in together.refusals() if r.agency == "gwent"}
    # grep -c '^gwent' : 317; grep '^gwent' | grep -c ',Arrest,' : 0
    assert "not one arrest among 317 contacts" in gwent["arrests"]
    assert "ended" in gwent


def test_unfinished_months_of_south_wales_are_left_out_and_no_others():
    frame = contacts("wales-stops.csv")
    found = [r for r in refusals(frame) if r.measure == "months"]
    assert [(r.agency, r.periods) for r in found] == [
        ("south-wales", ("2021-12", "2022-02", "2022-03"))
    ]
    left = usable_months(frame)
    assert set(left[left["agency"] == "south-wales"]["month"]) == {
        "2021-09", "2021-10", "2021-11", "2022-01",
    }  # fmt: skip
    assert len(left[left["agency"] == "gwent"]) == 317


def test_days_without_times_are_refused_for_times_of_day():
    assert {r.agency for r in refusals(contacts("wales-stops.csv")) if r.measure == "times"} == {
        "dyfed-powys"
    }


def test_rows_that_look_alike_are_told_and_all_kept(tmp_path: Path):
    lines = (ROWS / "2018-01-metropolitan-stop-and-search.csv").read_text("utf-8").splitlines()
    twice = tmp_path / "2018-01-metropolitan-stop-and-search.csv"
    twice.write_text("\n".join([*lines, lines[3]]) + "\n", encoding="utf-8")
    done, frames = read(twice)
    plain, _ = read(ROWS / "2018-01-metropolitan-stop-and-search.csv")
    assert done.duplicates == plain.duplicates + 1
    assert len(frames["contacts"]) == len(lines)


def test_coordinates_and_free_text_are_not_kept():
    frame = contacts("2018-01-metropolitan-stop-and-search.csv")
    assert not {c for c in frame if "itude" in c.lower() or "operation" in c.lower()}
    # squares of a tenth of a degree: one digit after the point
    known = [a for a in frame["area"].astype(str) if a != "unknown"]
    assert known
    assert all(len(part.split(".")[1]) == 1 for area in known for part in area.split(","))


def test_an_overdose_is_counted_once_for_each_person():
    done, frames = read(ROWS / "pa-oin.csv")
    frame = frames["overdoses"]
    whole = frame[(frame["area_kind"] == "whole") & (frame["period_kind"] == "month")]
    whole = whole[whole["group_kind"] == "all"]
    by = whole[whole["substance"] == "any"].groupby("measure")["n"].sum()
    # Victim ID is column 7: cut -d, -f7 pa-oin.csv | sort -u | wc -l, less the header
    assert done.rows == 68
    assert int(by["overdoses"]) == 25
    # people with any row of the kind
    assert int(by["overdoses_arrest"]) == 4
    assert int(by["overdoses_naloxone"]) == 9
    assert int(by["overdoses_died"]) + int(by["overdoses_survived"]) <= 25
    weeks = frame[(frame["period_kind"] == "week") & (frame["measure"] == "overdoses")]
    assert int(weeks[weeks["area_kind"] == "whole"].query("substance == 'any'")["n"].sum()) == (25)


def test_health_rows_are_never_handed_out():
    for name, table in (("pa-oin.csv", "overdoses"), ("ct-deaths.csv", "deaths")):
        _, frames = read(ROWS / name)
        assert set(frames) == {table}
        assert not {"Victim ID", "person", "sex", "age", "date", "minute"} & set(frames[table])


def test_deaths_of_connecticut_add_up_by_month_week_area_and_group():
    done, frames = read(ROWS / "ct-deaths.csv")
    frame = frames["deaths"].query("substance == 'any'")
    sums = frame.groupby(["period_kind", "area_kind", "group_kind"])["n"].sum()
    assert done.rows == 26
    assert set(sums) == {26}
    fentanyl = frames["deaths"].query("substance == 'fentanyl' and period_kind == 'month'")
    # csv column Fentanyl not blank
    assert int(fentanyl.query("area_kind == 'whole'")["n"].sum()) == 15


def test_withheld_counts_of_canada_stay_missing_and_quebecs_change_is_another_definition():
    _, frames = read(ROWS / "phac-harms.csv")
    deaths = frames["deaths"].query("period_kind == 'quarter' and area == 'Quebec'")
    before, after = deaths[deaths["period"] < "2024-Q1"], deaths[deaths["period"] >= "2024-Q1"]
    assert not set(before["definition"]) & set(after["definition"])
    with pytest.raises(InputError, match="mixes 2 definitions of deaths"):
        one_definition(deaths)
    one_definition(before)
    every = pd.concat(frames.values())
    # grep -c 'Suppr\.' phac-harms.csv, less the rows of 2025 (Jan to Sep)
    assert int(every["suppressed"].sum()) == 28
    assert every.loc[every["suppressed"], "n"].isna().all()
    assert "2025" not in set(every.query("period_kind == 'year'")["period"])
    bc = frames["deaths"].query("period_kind == 'quarter' and area == 'British Columbia'")
    assert set(bc[bc["provisional"]]["period"]) == {"2024-Q4", "2025-Q1", "2025-Q2", "2025-Q3"}


def test_three_counts_of_wonder_are_never_mixed():
    parts = [read(ROWS / f"wonder-{kind}.txt")[1]["deaths"] for kind in ("yearly", "ucd")]
    assert {d for part in parts for d in part["definition"]} == {
        "Multiple Cause of Death, 1999-2019: Number of Drug Overdose Deaths",
        "Underlying Cause of Death, 1999-2020: CDCWonderDrg1920xState",
    }
    with pytest.raises(InputError, match="mixes 2 definitions of deaths"):
        one_definition(pd.concat(parts))
    # Wyoming 2019: 96 by multiple cause; totals of the file are not a state
    wyoming = parts[0].query("area == 'Wyoming' and period == '2019'")
    assert [int(n) for n in wyoming["n"]] == [96]
    assert set(parts[0]["area"]) == {"Wyoming", "Vermont"}


def test_withheld_months_of_wonder_stay_missing():
    _, frames = read(ROWS / "wonder-monthly.txt")
    frame = frames["deaths"]
    # grep -c "	Suppressed" wonder-monthly.txt
    assert int(frame["suppressed"].sum()) == 207
    assert frame.loc[frame["suppressed"], "n"].isna().all()
    assert len(frame) == 252  # 21 years of months


def test_a_wonder_text_without_its_last_lines_is_refused(tmp_path: Path):
    text = (ROWS / "wonder-yearly.txt").read_text("utf-8")
    cut = tmp_path / "yearly.txt"
    cut.write_text(text[: text.index('"---"')], encoding="utf-8")
    with pytest.raises(InputError, match="ends without the lines after"):
        read(cut)


def test_files_of_the_statistics_office_are_read_in_their_own_encoding():
    _, frames = read(ROWS / "ons-authorities.csv")
    frame = frames["deaths"]
    assert {"King’s Lynn and West Norfolk", "Isle of Anglesey / Ynys Môn"} <= set(frame["area"])
    cardiff = frame[frame["area"].str.startswith("Cardiff")].set_index("period")["n"]
    # grep W06000015 ons-authorities.csv: the first number is 2020
    assert int(cardiff["2020"]) == 12
    assert "by year of registration" in frame["definition"].iloc[0]
    assert frame.query("area == 'ENGLAND AND WALES'")["area_kind"].unique().tolist() == ["country"]


def test_borough_files_are_read_whatever_the_case_of_their_categories(tmp_path: Path):
    first = read(ROWS / "mps-first.csv")[1]["offences"]
    loud = tmp_path / "loud.csv"
    loud.write_text((ROWS / "mps-first.csv").read_text("utf-8").replace(
        "Possession of Drugs", "POSSESSION OF DRUGS"), "utf-8")  # fmt: skip
    second = read(loud)[1]["offences"]
    for frame in (first, second):
        own = frame.query("kind == 'drug_possession' and period == '2010-04'")
        assert [int(n) for n in own["n"]] == [136]  # the first number of the line for Camden


def test_street_crimes_become_counts_without_their_numbers():
    done, frames = read(ROWS / "2018-10-gwent-street.csv")
    frame = frames["offences"]
    assert int(frame["n"].sum()) == done.rows == 52
    # grep -c ',Drugs,' 2018-10-gwent-street.csv
    assert int(frame.query("kind == 'drugs'")["n"].sum()) == 27
    assert set(frame["agency"]) == {"gwent"}
    assert not {"Crime ID", "Location"} & set(frame)


def as_the_interface_says(row: dict[str, str]) -> dict[str, object]:
    """A row of the CSV as the interface would answer it."""
    point = {"latitude": row["Latitude"], "longitude": row["Longitude"]}
    return {
        "type": row["Type"],
        "datetime": row["Date"],
        "operation": None,
        "operation_name": None,
        "location": point if row["Latitude"] else None,
        "gender": row["Gender"] or None,
        "age_range": row["Age range"] or None,
        "self_defined_ethnicity": row["Self-defined ethnicity"] or None,
        "officer_defined_ethnicity": row["Officer-defined ethnicity"] or None,
        "legislation": row["Legislation"] or None,
        "object_of_search": row["Object of search"] or None,
        "outcome": row["Outcome"],
        "outcome_linked_to_object_of_search": None,
        "removal_of_more_than_outer_clothing": None,
        "involved_person": True,
    }


def test_csv_json_xz_gzip_and_folder_give_the_same_rows(tmp_path: Path):
    import gzip
    import lzma

    path = ROWS / "2018-01-metropolitan-stop-and-search.csv"
    plain = contacts(path.name)
    rows = pd.read_csv(path, dtype=str, keep_default_na=False).to_dict("records")
    answer = tmp_path / "stops.json"
    answer.write_text(json.dumps([as_the_interface_says(r) for r in rows]), "utf-8")
    packers: list[tuple[str, Callable[[bytes], bytes]]] = [
        (".xz", lzma.compress), (".gz", gzip.compress)
    ]  # fmt: skip
    for ending, pack in packers:
        packed = tmp_path / "2018-01" / (path.name + ending)
        packed.parent.mkdir(exist_ok=True)
        packed.write_bytes(pack(path.read_bytes()))
        (one,) = sources([packed.parent])
        pd.testing.assert_frame_equal(read(one.path)[1]["contacts"], plain)
        packed.unlink()
    by_json = read(answer, agency="metropolitan")[1]["contacts"]
    pd.testing.assert_frame_equal(by_json.astype(str), plain.astype(str))


def test_minus_nine_is_no_count_and_says_so(tmp_path: Path):
    path = tmp_path / "mps.csv"
    path.write_text(
        "MajorText,MinorText,LookUp_BoroughName,202202\nDrug Offences,Possession of Drugs,X,-9\n",
        "utf-8",
    )
    with pytest.raises(InputError, match="'-9' is no count"):
        read(path)


def test_small_cells_and_not_known_of_philadelphia_stay_missing(tmp_path: Path):
    # made up, of the shape of the dashboard's files, which must not be passed on
    cells = tmp_path / "od_incident_counts.csv"
    cells.write_text(
        "ZIPCODE,X2014Q1,X2014Q2,X2014Q3,X2014Q4\n19999,<6,12,0,7\n19998,0,<6,<6,9\n", "utf-8"
    )
    frame = read(cells)[1]["deaths"]
    assert int(frame["suppressed"].sum()) == 3
    assert int(frame["n"].isna().sum()) == 3
    assert int(frame["n"].sum()) == 28
    doses = tmp_path / "naloxone.csv"
    doses.write_text("X,X2014Q1,X2014Q2\nEMS,10,11\nPolice,NA,3\n", "utf-8")
    frame = read(doses)[1]["services"]
    assert int(frame["n"].isna().sum()) == 1
    assert not frame["suppressed"].any()


def test_arrests_of_philadelphia_become_counts_by_day_district_and_offence(tmp_path: Path):
    path = tmp_path / "arrest_by_district.csv"
    path.write_text(
        '"date_value","dc_district","Homicide","Drug Possession","Drug Sales","DUI"\n'
        '2014-10-19,"01",0,3,1,2\n2014-10-20,"01",1,0,4,2\n',
        "utf-8",
    )
    frame = read(path)[1]["offences"]
    possession = frame.query("kind == 'drug_possession'").set_index("period")["n"]
    assert possession.to_dict() == {"2014-10-19": 3, "2014-10-20": 0}
    assert set(frame["area"]) == {"01"}
    assert set(frame["measure"]) == {"arrests"}


def test_arrests_and_charges_of_the_same_shape_are_told_apart_or_asked(tmp_path: Path):
    path = tmp_path / "download.csv"
    path.write_text(
        '"date_value","Homicide","Drug Possession","Drug Sales","DUI"\n2014-10-19,0,3,1,2\n',
        "utf-8",
    )
    with pytest.raises(InputError, match="philadelphia-arrests-city"):
        read(path)
    frame = read(path, kind="philadelphia-charges-city")[1]["offences"]
    assert set(frame["measure"]) == {"charges"}


def test_all_case_outcomes_add_up_without_the_line_of_totals(tmp_path: Path):
    path = tmp_path / "case_outcomes.csv"
    path.write_text(
        '"date_value","dispoType","Homicide","Drug Possession","Drug Sales","DUI"\n'
        '2014-10-19,"Total",0,5,0,0\n2014-10-19,"Diversion",0,2,0,0\n'
        '2014-10-19,"Dismissed/Withdrawn/Etc",0,3,0,0\n',
        "utf-8",
    )
    frame = read(path)[1]["offences"].query("kind == 'drug_possession'")
    assert frame.set_index("ended")["n"].to_dict() == {"diversion": 2, "dismissed": 3}
