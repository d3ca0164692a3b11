"""Places that are written from public tables: every one can be checked and fitted, and is true."""

import csv
from datetime import date
from pathlib import Path

import pytest

from offramp.catalogue.problems import InputError
from offramp.cli.app import main
from offramp.place.load import load
from offramp.place.prefilled import FOLDER, prefilled, prefilled_ids
from offramp.place.write import write_all_new

ROOT = Path(__file__).parents[1]
ON = date(2026, 11, 25)


def table(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_police_area_and_ten_provinces_are_there():
    ids = prefilled_ids()
    assert len([one for one in ids if one.startswith("england-wales/")]) == 43
    assert len([one for one in ids if one.startswith("canada/")]) == 10
    # every authority of England and Wales stands in one police area: 309 and 22
    listed = table("england-wales/authorities.csv")
    assert len({row["code"] for row in listed}) == len(listed) == 331
    assert {row["force"] for row in listed} == {
        one.split("/")[1] for one in ids if one.startswith("england")
    }


@pytest.mark.parametrize("which", prefilled_ids())
def test_each_is_a_place_that_can_be_read(which: str, tmp_path: Path):
    made = prefilled(which, ON)
    write_all_new(tmp_path / made.slug, made.files)
    loaded = load(tmp_path / made.slug)
    assert loaded.place.people.residents is not None
    assert "not by, for or endorsed by" in (loaded.place.example_notice or "")
    assert not any(one.asked for one in loaded.place.heard)
    assert "licensed under" in made.files["README.md"]
    assert [series for series in loaded.place.outcomes if series.measure == "deaths"]


def test_south_wales_has_the_deaths_and_residents_that_were_counted_by_hand():
    made = prefilled("england-wales/south-wales", ON)
    own = (ROOT / "places/south-wales/drug_poisoning_deaths.csv").read_text("utf-8")
    wanted = [line.split(",")[:2] for line in own.splitlines()]
    found = [line.split(",") for line in made.files["drug_poisoning_deaths.csv"].splitlines()]
    assert found == wanted
    assert "value = 1345282" in made.files["place.toml"]
    assert "value = 868444" in made.files["place.toml"]


def test_durham_is_the_sum_of_its_two_authorities():
    # xzcat nomis_la_population_estimates.csv.xz | awk -F, '$3==2020 && ($2=="E06000005" ||
    #   $2=="E06000047") {for (i=4;i<=NF;i++) n+=$i} END {print n}' : 640551
    # grep -E '^E060000(05|47)' ons_drug_poisoning_deaths_by_local_authority*.csv : first numbers,
    #   those of 2020
    force = [r["code"] for r in table("england-wales/authorities.csv") if r["force"] == "durham"]
    assert force == ["E06000005", "E06000047"]
    row = next(r for r in table("england-wales/population.csv") if r["force"] == "durham")
    assert row["residents_2020"] == "640551"


def test_deaths_of_all_police_areas_add_up_to_england_and_wales():
    # grep K04000001 ons_drug_poisoning_deaths_by_local_authority*.csv: 4,561 in 2020, of whom 25
    # lived elsewhere (Non-residents, 2020, in ons_drug_poisoning_by_region_substance*.csv)
    total = sum(int(row["2020"]) for row in table("england-wales/deaths.csv"))
    assert total == 4561 - 25


def test_a_name_that_is_not_there_names_near_ones():
    with pytest.raises(InputError, match="did you mean england-wales/durham"):
        prefilled("england-wales/druham", ON)
    with pytest.raises(InputError, match="canada/alberta, canada/british-columbia"):
        prefilled("canada", ON)


def test_the_command_writes_all_files_or_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    folder = tmp_path / "here"
    assert main(["place", "new", str(folder), "--from", "england-wales/gwent"]) == 0
    assert main(["place", "check", str(folder), "--json"]) == 0
    capsys.readouterr()
    assert main(["place", "new", str(folder), "--from", "england-wales/gwent"]) == 1
    assert "exists already" in capsys.readouterr().err
    other = tmp_path / "other"
    other.mkdir()
    (other / "README.md").write_text("mine", "utf-8")
    assert main(["place", "new", str(other), "--from", "england-wales/gwent"]) == 1
    assert sorted(path.name for path in other.iterdir()) == ["README.md"]
    assert main(["place", "new", "--from", "canada/ontario", "--name", "X"]) == 1


@pytest.mark.parametrize("which", ["england-wales/city-of-london", "canada/prince-edward-island"])
def test_the_smallest_can_be_fitted_and_planned(which: str, tmp_path: Path):
    folder = tmp_path / "place"
    assert main(["place", "new", str(folder), "--from", which]) == 0
    assert main(["fit", str(folder)]) == 0
    small = ["--years", "1", "--draws", "8", "--people", "1000", "--json"]
    assert main(["plan", str(folder), *small]) in (0, 3)
