"""What the check tells of a file and a store, and what is refused because of it."""

import zipfile
from pathlib import Path

import pandas as pd
import pytest

from offramp.catalogue.problems import InputError, Problem
from offramp.cli.app import main
from offramp.data import raw
from offramp.data.importing import check_files, import_files
from offramp.data.quality import Tally
from offramp.data.quality_of_store import months_of, must_bear, refusals_in
from offramp.data.raw import sources
from offramp.data.reading import Options
from offramp.data.refuse import MonthOfAgency
from offramp.data.store import Store, open_store

ROWS = Path(__file__).parent / "data_rows"
PLACES = Path(__file__).parents[1] / "places"
PLACE = 'name = "Testham"\ncountry = "GB"\nas_of = 2024-01-01\n'


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    folder = tmp_path / "testham"
    folder.mkdir()
    (folder / "place.toml").write_text(PLACE, encoding="utf-8")
    monkeypatch.setenv("OFFRAMP_DATA", str(tmp_path / "owner"))
    return open_store(folder)


def take(store: Store, *names: str) -> None:
    import_files(store, sources([ROWS / name for name in names]), Options(agency="here"))


def problems(*paths: Path) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        check_files(sources(list(paths)), Options())
    return caught.value.problems


def tally(rows: list[int]) -> Tally:
    made = Tally()
    for at, number in enumerate(rows, 1):
        made.months["here", f"2023-{at:02d}"] = MonthOfAgency("here", f"2023-{at:02d}", number)
    return made


def test_arrests_after_a_search_are_never_counted_among_recorded_offences(store: Store):
    """Trap 12: two tables, two measures, and the report says that one is part of the other."""
    take(store, "wales-stops.csv", "2018-10-gwent-street.csv")
    assert store.query("SELECT DISTINCT measure FROM offences")["measure"].tolist() == ["recorded"]
    by = store.query(
        "SELECT agency, count(*) FILTER (ended = 'arrest') AS n FROM contacts GROUP BY agency"
    ).set_index("agency")["n"]
    # grep -c '^south-wales.*,Arrest,' wales-stops.csv; the same for dyfed-powys and gwent
    counted = {
        force: sum(
            line.startswith(force) and ",Arrest," in line
            for line in (ROWS / "wales-stops.csv").read_text("utf-8").splitlines()
        )
        for force in ("south-wales", "dyfed-powys", "gwent")
    }
    assert by.to_dict() == counted
    assert counted["gwent"] == 0
    # grep -c ',Drugs,' 2018-10-gwent-street.csv: 27 drug offences where no arrest is recorded
    assert int(store.query("SELECT sum(n) AS n FROM offences WHERE kind = 'drugs'")["n"][0]) == 27
    notes = " ".join(note for one in store.imports() for note in one.notes)
    assert "Arrests after a search are only a part of all arrests about drugs" in notes


def test_arrests_after_drug_searches_of_2021_are_a_part_of_drug_offences_in_south_wales():
    # xzcat wales_4forces*.csv.xz | awk -F, '$1=="south-wales" && $2~/^2021/ && $15=="Arrest" &&
    #   $13~/^Misuse/ {n++} END {print n}' : 673, three of them in the unfinished December
    folder = PLACES / "south-wales"
    done = pd.read_csv(folder / "drug_searches.csv")
    left = pd.read_csv(folder / "drug_searches_left_out.csv")
    arrests = sum(
        int(f.loc[f["period"].str.startswith("2021"), "arrest"].sum()) for f in (done, left)
    )
    offences = int(pd.read_csv(folder / "drug_offences.csv")["count"].sum())  # of five months
    assert (arrests, offences) == (673, 1901)
    assert arrests / 12 < 0.2 * offences / 5


def test_a_lasting_jump_and_a_lasting_fall_of_contacts_are_told():
    up = tally([100, 110, 90, 100, 180, 190, 200, 185])
    assert up.breaks() == [{"agency": "here", "month": "2023-05", "way": "up"}]
    down = tally([200, 190, 210, 200, 90, 80, 95, 100])
    assert down.breaks() == [{"agency": "here", "month": "2023-05", "way": "down"}]
    assert tally([100, 110, 90, 100, 180, 100, 200, 185]).breaks() == []  # it does not last
    assert tally([100, 110, 90, 100, 130, 140, 120, 130]).breaks() == []  # too small


def test_days_put_on_the_first_of_the_month_are_told(tmp_path: Path):
    head, *lines = (
        (ROWS / "2018-01-metropolitan-stop-and-search.csv").read_text("utf-8").split("\n")
    )
    path = tmp_path / "stops.csv"
    on_first = [
        ",".join(["Person search", "2018-01-01T12:00:00+00:00", *line.split(",")[2:]])
        for line in lines
        if line
    ]
    path.write_text("\n".join([head, *on_first]) + "\n", "utf-8")
    (report,), _ = check_files(sources([path]), Options(agency="met"))
    assert report["tables"]["contacts"]["agencies"]["met"]["on_the_first"] == 1.0


def test_what_the_store_cannot_bear_stops_a_caller_with_the_reason(store: Store):
    take(store, "wales-stops.csv")
    with pytest.raises(InputError, match="gwent records not one arrest among 317 contacts"):
        must_bear(store, "arrests")
    with pytest.raises(InputError, match="gives days and no times"):
        must_bear(store, "times", "dyfed-powys")
    must_bear(store, "arrests", "south-wales")
    rows = sum(month.rows for month in months_of(store))
    assert rows == int(store.query("SELECT count(*) AS n FROM contacts")["n"][0])
    left_out = {r.agency: r.periods for r in refusals_in(store) if r.measure == "months"}
    assert left_out == {"south-wales": ("2021-12", "2022-02", "2022-03")}


def test_two_definitions_of_a_count_in_one_store_are_told(store: Store):
    assert refusals_in(store) == []
    take(store, "wonder-yearly.txt")
    must_bear(store, "deaths")
    take(store, "wonder-ucd.txt")
    with pytest.raises(InputError, match="deaths stand in 2 definitions"):
        must_bear(store, "deaths")
    # both files bring residents of the same states and years: they are there once
    twice = store.query(
        "SELECT area, period FROM populations GROUP BY ALL HAVING count(*) > 1 ORDER BY ALL"
    )
    assert twice.empty
    assert len(store.read("populations")) > 0


def test_a_file_with_the_rows_of_another_force_is_refused(tmp_path: Path):
    mixed = tmp_path / "2018-10-south-wales-street.csv"
    mixed.write_bytes((ROWS / "2018-10-gwent-street.csv").read_bytes())
    (found,) = problems(mixed)
    assert "is named for south-wales, but its rows are of gwent" in found.problem


def test_a_pack_with_a_password_says_so(tmp_path: Path):
    path = tmp_path / "stops.zip"
    with zipfile.ZipFile(path, "w") as pack:
        pack.writestr("2018-01-x-stop-and-search.csv", "a,b\n1,2\n")
    raw_bytes = bytearray(path.read_bytes())
    at = raw_bytes.index(b"PK\x01\x02") + 8
    raw_bytes[at] |= 1  # the mark of a closed member
    path.write_bytes(raw_bytes)
    with pytest.raises(InputError, match="closed with a password"):
        sources([path])


def test_files_of_a_folder_packed_or_not_are_all_found(tmp_path: Path):
    import lzma

    text = (ROWS / "2018-01-metropolitan-stop-and-search.csv").read_bytes()
    for month in ("2018-01", "2018-12"):
        (tmp_path / month).mkdir()
    (tmp_path / "2018-01" / "2018-01-metropolitan-stop-and-search.csv").write_bytes(text)
    (tmp_path / "2018-12" / "2018-12-metropolitan-stop-and-search.csv.xz").write_bytes(
        lzma.compress(text.replace(b"2018-01-", b"2018-12-"))
    )
    (tmp_path / "notes.md").write_text("not data", "utf-8")
    reports, together = check_files(sources([tmp_path]), Options())
    assert [r["rows"] for r in reports] == [81, 81]
    assert sorted(month for _, month in together.months) == ["2018-01", "2018-12"]


@pytest.mark.parametrize("command", [["check"], ["import", "--place", "PLACE"], ["map"]])
def test_a_path_that_may_not_be_read_is_wrong_input(
    command: list[str],
    store: Store,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    path = tmp_path / "stops.csv"
    path.write_text("a,b\n1,2\n", "utf-8")
    locked = {path: "Permission denied"}
    monkeypatch.setattr(raw, "_locked", locked.get)
    words = [str(tmp_path / "testham") if word == "PLACE" else word for word in command]
    assert main(["data", words[0], str(path), *words[1:]]) == 1
    assert "cannot be read: Permission denied" in capsys.readouterr().err


def test_the_reason_of_the_system_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "stops.csv"
    path.write_text("a,b\n1,2\n", "utf-8")

    def closed(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", closed)
    assert raw._locked(path) == "Permission denied"
