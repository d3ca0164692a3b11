"""An agency's own file: a proposed mapping, coordinates into areas, surveys, cohorts."""

import json
from pathlib import Path

import pandas as pd
import pytest

from offramp.catalogue.problems import InputError
from offramp.cli.app import main
from offramp.data.raw import sources
from offramp.data.reading import FileRead, Options, read_file
from offramp.data.rules import read_rules

STOPS = """when;what for;result;sex;age;race;lat;lon;remarks
03/02/2024 23:10;Drugs;No further action;M;23;White;51.51;-3.20;free text
14/02/2024 01:05;Drugs;Arrest;F;41;Black;51.52;-3.21;more text
15/02/2024 12:00;Weapons;Referred to outreach;M;17;Asian;51.99;-3.90;
"""
MAPPING = """
id = "our-own"
name = "Stops of Testham"
header = ["when", "what for", "result"]
delimiter = ";"

[[read]]
table = "contacts"
map = { latitude = "lat", longitude = "lon", box = [51.0, 52.0, -4.0, -3.0] }
[read.columns]
date = { from = "when", form = "%d/%m/%Y %H:%M" }
object = { from = "what for", values = { "Drugs" = "drugs", "Weapons" = "weapons" } }
sex = { from = "sex", values = { "M" = "male", "F" = "female" } }
age = { from = "age", years = true }
ethnicity_officer = { from = "race" }
[read.columns.ended]
from = "result"
values = { "No further action" = "no_action", "Referred to outreach" = "referral" }
"""
SQUARES = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"name": name},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[x, 51.5], [x + 0.5, 51.5], [x + 0.5, y], [x, y], [x, 51.5]]],
            },
        }
        for name, x, y in (("Harbour", -3.5, 51.6), ("Hills", -4.0, 51.6))
    ],
}


def own(tmp_path: Path, text: str, mapping: str, **more: object) -> tuple[FileRead, pd.DataFrame]:
    path, rules = tmp_path / "own.csv", tmp_path / "mapping.toml"
    path.write_text(text, "utf-8")
    rules.write_text(mapping, "utf-8")
    frames: list[pd.DataFrame] = []
    options = Options(reader=read_rules(rules), mapping=True, agency="testham", **more)  # type: ignore[arg-type]
    done = read_file(sources([path])[0], options, lambda _, frame: frames.append(frame))
    return done, pd.concat(frames, ignore_index=True)


def test_an_own_file_is_read_with_its_mapping(tmp_path: Path):
    done, frame = own(tmp_path, STOPS, MAPPING)
    assert frame["ended"].tolist() == ["no_action", "arrest", "referral"]
    assert frame["drugs"].tolist() == [True, True, False]
    assert frame["age"].tolist() == ["18-24", "35-44", "10-17"]
    assert frame["minute"].tolist() == [23 * 60 + 10, 65, 720]
    assert set(frame["agency"]) == {"testham"}
    assert "remarks" not in frame
    assert done.rows == 3


def test_points_become_the_areas_of_a_map_and_others_are_unknown(tmp_path: Path):
    from offramp.data.areas import read_areas

    areas = tmp_path / "areas.geojson"
    areas.write_text(json.dumps(SQUARES), "utf-8")
    _, frame = own(tmp_path, STOPS, MAPPING, areas=read_areas(areas))
    assert frame["area"].tolist() == ["Harbour", "Harbour", "unknown"]
    assert set(frame["area_kind"]) == {"area"}


def test_a_point_outside_the_map_is_told_and_has_no_area(tmp_path: Path):
    done, frame = own(tmp_path, STOPS.replace("51.99;-3.90", "3.90;51.99"), MAPPING)
    assert done.context.impossible_places == 1
    assert frame["area"].tolist()[2] == "unknown"


def test_a_mapping_with_faults_names_all_of_them_with_their_lines(tmp_path: Path):
    rules = tmp_path / "mapping.toml"
    wrong = MAPPING.replace('"referral"', '"sent away"').replace("sex =", "gender =")
    rules.write_text(wrong, "utf-8")
    with pytest.raises(InputError) as caught:
        read_rules(rules)
    assert all(p.line for p in caught.value.problems)


def test_a_proposed_mapping_reads_the_file_it_was_made_from(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    path, out = tmp_path / "stops.csv", tmp_path / "mapping.toml"
    path.write_text(STOPS, "utf-8")
    assert main(["data", "map", str(path), "-o", str(out)]) == 0
    text = out.read_text("utf-8")
    assert "remarks" in text.split("# Not read, and not kept:")[1]
    assert '"Referred to outreach" = "referral"' in text
    done, frame = own(tmp_path, STOPS, text)
    assert frame["ended"].tolist() == ["no_action", "arrest", "referral"]
    assert not done.context.new_words
    assert main(["data", "map", str(path), "-o", str(out)]) == 1  # it is not overwritten


def test_an_own_file_with_names_is_refused_before_it_is_mapped(tmp_path: Path):
    path = tmp_path / "stops.csv"
    path.write_text(STOPS.replace("remarks", "Surname"), "utf-8")
    assert main(["data", "map", str(path)]) == 1


SURVEY = """asked on,q1,weight,gender
2024-01-10,Good,2.0,F
2024-01-11,Poor,1.0,M
2024-02-01,Excellent,1.0,M
2024-02-02,,5.0,M
"""
SURVEY_MAPPING = """
id = "residents"
name = "Survey of residents"
header = ["asked on", "q1", "weight"]

[[read]]
table = "surveys"
periods = ["year"]
weight = "weight"
[read.columns]
date = { from = "asked on" }
sex = { from = "gender", values = { "M" = "male", "F" = "female" } }
[[read.questions]]
id = "iC1"
from = "q1"
yes = ["Good", "Excellent"]
no = ["Fair", "Poor"]
"""


def test_a_survey_becomes_weighted_totals(tmp_path: Path):
    done, frame = own(tmp_path, SURVEY, SURVEY_MAPPING)
    whole = frame[frame["group_kind"] == "all"].iloc[0]
    assert (whole["asked"], whole["yes"]) == (3, 2)
    assert whole["share"] == pytest.approx(3 / 4)  # (2 + 1) / (2 + 1 + 1)
    assert whole["n_effective"] == pytest.approx(16 / 6)  # (2 + 1 + 1)² / (4 + 1 + 1)
    assert sorted(frame[frame["group_kind"] == "sex"]["asked"]) == [1, 2]
    assert done.rows == 4


COHORT = "study,number,arm,months,event\ndeflect,1,offered,12,yes\ndeflect,2,usual,6.5,no\n"
COHORT_MAPPING = """
id = "cohort"
name = "Cohort"
header = ["study", "number", "arm", "months", "event"]
[[read]]
table = "cohorts"
[read.columns]
study = { from = "study" }
number = { from = "number" }
arm = { from = "arm" }
months = { from = "months" }
event = { from = "event" }
"""


def test_a_cohort_without_names_is_accepted(tmp_path: Path):
    _, frame = own(tmp_path, COHORT, COHORT_MAPPING)
    assert frame["months"].tolist() == [12.0, 6.5]
    assert frame["event"].tolist() == ["yes", "no"]


def test_rows_of_a_service_become_counts(tmp_path: Path):
    text = "given on,item,client\n" + "".join(f"2024-03-0{d},kit,{c}\n" for d, c in
                                             ((1, "a"), (2, "a"), (9, "b")))  # fmt: skip
    mapping = """
id = "kits"
name = "Kits given"
header = ["given on", "item"]
[[read]]
table = "services"
periods = ["month"]
person = "client"
whole = "Testham"
[read.columns]
date = { from = "given on" }
measure = { is = "people_given_kits" }
definition = { is = "people given a kit" }
"""
    _, frame = own(tmp_path, text, mapping)
    whole = frame[frame["area_kind"] == "whole"]
    assert whole["n"].tolist() == [2]
    assert "client" not in frame


TOTALS = """period,area,measure,count
2024-01,North,clients,120
2024-02,North,clients,<5
2024-03,North,clients,130
"""


def test_totals_of_a_service_get_a_mapping_that_reads_them(tmp_path: Path, capsys):
    table, rules = tmp_path / "totals.csv", tmp_path / "mapping.toml"
    table.write_text(TOTALS, "utf-8")
    assert main(["data", "map", str(table), "-o", str(rules)]) == 0
    assert 'definition]\nis = ""  # CHECK' in rules.read_text("utf-8")
    read, frame = own(tmp_path, TOTALS, rules.read_text("utf-8").replace('""', '"people seen"'))
    assert read.reader.read[0].table == "services"
    assert frame["period"].tolist() == ["2024-01", "2024-02", "2024-03"]
    assert frame["n"].fillna(-1).tolist() == [120, -1, 130]
    assert frame["suppressed"].tolist() == [False, True, False]
    assert set(frame["definition"]) == {"people seen"}


@pytest.mark.parametrize(
    ("table", "columns", "says"),
    [
        ("services", 'period = { from = "period" }', "periods is missing"),
        ("deaths", 'date = { from = "period" }', "periods is missing"),
        ("contacts", 'ended = { from = "measure" }', "says nothing of when"),
        ("services", 'n = { from = "count" }', "says nothing of when"),
    ],
)
def test_a_mapping_must_say_when(tmp_path: Path, table: str, columns: str, says: str):
    head = 'id = "own"\nname = "Totals"\nheader = ["period"]\n[[read]]\n'
    with pytest.raises(InputError, match=says):
        own(tmp_path, TOTALS, f'{head}table = "{table}"\n[read.columns]\n{columns}\n')


def test_contacts_of_which_none_is_about_drugs_are_pointed_out(tmp_path: Path, capsys):
    """A power that no rule knows, here by a wrong letter, would read as another power."""
    shipped = Path(__file__).parent / "data_rows" / "2018-01-metropolitan-stop-and-search.csv"
    head, *rows = shipped.read_text("utf-8").replace("of Drugs", "of Drvgs").splitlines()
    path = tmp_path / shipped.name
    path.write_text("\n".join([head, *rows, *rows]) + "\n", "utf-8")
    assert main(["data", "check", str(path)]) == 0
    out = capsys.readouterr().out
    assert "not one is about drugs" in out
    assert max(len(line) for line in out.splitlines() if str(tmp_path) not in line) <= 80
