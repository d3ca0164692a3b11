"""What is kept, where, who can read it; that nothing is half-written and all can be taken back."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from offramp.catalogue.problems import InputError
from offramp.cli.app import main
from offramp.data import importing
from offramp.data.importing import forget, import_files
from offramp.data.raw import sources
from offramp.data.reading import Options
from offramp.data.store import Store, open_store
from offramp.data.tables import tables

ROWS = Path(__file__).parent / "data_rows"
PLACE = 'name = "Testham"\ncountry = "GB"\nas_of = 2024-01-01\n'
STOPS = "2018-01-metropolitan-stop-and-search.csv"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "testham"
    folder.mkdir()
    (folder / "place.toml").write_text(PLACE, encoding="utf-8")
    monkeypatch.setenv("OFFRAMP_DATA", str(tmp_path / "owner"))
    return folder


@pytest.fixture
def store(place: Path) -> Store:
    return open_store(place)


def take(store: Store, *names: str | Path) -> importing.Imported:
    return import_files(store, sources([ROWS / name for name in names]), Options(agency="here"))


def test_imported_rows_come_back_with_types_and_their_import(store: Store):
    done = take(store, STOPS, "pa-oin.csv")
    frame = store.read("contacts")
    assert len(frame) == 81
    assert set(frame["source"]) == {done.new[0].id}
    assert str(frame["date"].dtype) == "datetime64[s]"
    assert frame["drugs"].dtype == bool
    counted = store.query("SELECT count(*) AS n FROM contacts WHERE drugs")["n"][0]
    assert counted == int(frame["drugs"].sum())
    assert int(store.read("overdoses")["n"].max()) > 0


def test_every_table_is_there_when_nothing_was_imported(store: Store):
    for name, table in tables().items():
        assert list(store.read(name).columns) == [*table.names, "source"]
        assert len(store.query(f"SELECT * FROM {name}")) == 0


def test_the_same_file_is_taken_once_however_it_is_packed(store: Store, tmp_path: Path):
    import lzma

    take(store, STOPS)
    packed = tmp_path / (STOPS + ".xz")
    packed.write_bytes(lzma.compress((ROWS / STOPS).read_bytes()))
    again = take(store, STOPS, packed)
    assert again.new == ()
    assert len(again.known) == 2
    assert len(store.read("contacts")) == 81


def test_a_second_file_for_the_same_months_is_refused_and_named(store: Store, tmp_path: Path):
    take(store, STOPS)
    lines = (ROWS / STOPS).read_text("utf-8").splitlines()
    other = tmp_path / STOPS
    other.write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="covers metropolitan 2018-01, which .* covers already"):
        take(store, other)
    assert len(store.imports()) == 1
    assert len(store.read("contacts")) == 81


def test_one_bad_file_among_good_ones_leaves_the_store_as_it_was(store: Store, tmp_path: Path):
    take(store, "pa-oin.csv")
    before = sorted(p.name for p in store.folder.iterdir())
    bad = tmp_path / "bad.csv"
    bad.write_text((ROWS / STOPS).read_text("utf-8")[:-40], encoding="utf-8")
    with pytest.raises(InputError):
        take(store, "2017-12-metropolitan-stop-and-search.csv", bad)
    assert sorted(p.name for p in store.folder.iterdir()) == before


def test_a_stopped_import_leaves_nothing(store: Store, monkeypatch: pytest.MonkeyPatch):
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Store, "write_imports", stop)
    with pytest.raises(KeyboardInterrupt):
        take(store, STOPS)
    assert [p.name for p in store.folder.iterdir()] == ["lock"]


def test_what_a_killed_import_left_is_not_read_and_is_swept(store: Store):
    done = take(store, STOPS)
    whole = next(store.folder.glob("contacts-*.parquet"))
    left = store.folder / "contacts-aaaaaaaaaaaa-0000.parquet"
    left.write_bytes(whole.read_bytes())
    (store.folder / f"contacts-{done.new[0].id}-0001.parquet.part").write_bytes(b"half")
    assert len(store.read("contacts")) == 81
    take(store, STOPS)
    assert not left.exists()
    assert not list(store.folder.glob("*.part"))


def test_an_import_can_be_taken_back_by_id_or_name_and_all_at_once(store: Store):
    done = take(store, STOPS, "pa-oin.csv", "ct-deaths.csv")
    forget(store, done.new[0].id)
    assert len(store.read("contacts")) == 0
    forget(store, "pa-oin.csv")
    assert [one.reader for one in store.imports()] == ["ct-deaths"]
    forget(store, None)
    assert not store.folder.exists()
    with pytest.raises(InputError, match="was not imported"):
        forget(store, "pa-oin.csv")


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
def test_only_the_owner_can_read(store: Store):
    take(store, STOPS)
    everything = [store.folder.parent, store.folder, *store.folder.iterdir()]
    assert len(everything) >= 5
    for path in everything:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_the_place_and_its_hash_know_nothing_of_the_store(place: Path, store: Store):
    from offramp.place.load import load

    before = load(place).hash
    take(store, STOPS)
    assert load(place).hash == before
    assert sorted(p.name for p in place.iterdir()) == ["place.toml"]


def test_a_store_inside_the_places_folder_is_refused(place: Path):
    with pytest.raises(InputError, match="inside the place's folder"):
        open_store(place, place / "data")


def test_no_health_row_number_or_coordinate_is_anywhere_in_the_store(store: Store):
    take(store, STOPS, "pa-oin.csv", "2018-10-gwent-street.csv")
    columns = {
        column
        for name in tables()
        for column in store.query(f"DESCRIBE {name}")["column_name"].tolist()
    }
    assert columns == {c for table in tables().values() for c in table.names} | {"source"}
    # no whole is told from rows: a person's number stands in no cell
    cells = store.query("SELECT * FROM overdoses").astype(str).to_numpy().ravel().tolist()
    assert not [cell for cell in cells if cell in ("5268", "9734")]
    crime = (ROWS / "2018-10-gwent-street.csv").read_text("utf-8").splitlines()[1].split(",")[0]
    for path in store.folder.iterdir():
        assert crime.encode() not in path.read_bytes()


def test_the_command_line_imports_lists_and_forgets(
    place: Path, capsys: pytest.CaptureFixture[str]
):
    assert main(["data", "import", str(ROWS / STOPS), "--place", str(place), "--json"]) == 0
    first = json.loads(capsys.readouterr().out)
    assert [one["rows"] for one in first["imported"]] == [81]
    assert main(["data", "import", str(place), str(ROWS / STOPS), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["already_there"] == [str(ROWS / STOPS)]
    assert main(["data", "list", "--place", str(place), "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)["imports"]
    assert listed[0]["agencies"] == ["metropolitan"]
    assert main(["data", "forget", listed[0]["id"], "--place", str(place)]) == 0
    assert "Taken back" in capsys.readouterr().out
    assert main(["data", "forget", "--place", str(place)]) == 1


def test_strict_check_ends_with_3_when_something_cannot_be_borne(
    capsys: pytest.CaptureFixture[str],
):
    assert main(["data", "check", str(ROWS / "wales-stops.csv")]) == 0
    assert "not one arrest among 317" in capsys.readouterr().out
    assert main(["data", "check", str(ROWS / "wales-stops.csv"), "--strict"]) == 3


def test_checking_keeps_nothing(place: Path, tmp_path: Path):
    assert main(["data", "check", str(ROWS / STOPS)]) == 0
    assert not (tmp_path / "owner").exists()


def test_the_help_needs_no_heavy_library():
    code = (
        "import sys; from offramp.cli.app import main; main(['data', '--help']); "
        "sys.exit(any(m in sys.modules for m in ('pandas', 'duckdb', 'numpy')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0


def test_the_page_of_tables_is_true():
    page = (Path(__file__).parents[1] / "docs" / "data.md").read_text(encoding="utf-8")
    for name, table in tables().items():
        part = page.split(f"### {name}\n")[1].split("\n### ")[0]
        for column in table.columns:
            assert f"| `{column.name}` |" in part
            assert all(word in part for word in column.words)
    from offramp.data.rules import shipped

    assert all(f"| `{reader.id}` |" in page for reader in shipped())


def test_every_document_is_as_its_schema_says(
    place: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    import jsonschema

    import offramp

    own = tmp_path / "own.csv"
    own.write_text("when,result\n2024-01-02,Arrest\n", encoding="utf-8")
    stops = str(ROWS / "wales-stops.csv")
    at = ["--place", str(place)]
    for words in (
        ["check", stops, str(ROWS / "ct-deaths.csv")],
        ["import", stops, *at],
        ["list", *at],
        ["forget", "--all", *at],
        ["map", str(own)],
    ):
        assert main(["data", *words, "--json"]) == 0
        document = json.loads(capsys.readouterr().out)
        schema = Path(offramp.__file__).parent / "schemas" / f"data-{words[0]}.schema.json"
        jsonschema.validate(document, json.loads(schema.read_text(encoding="utf-8")))
