"""The fast way to read contacts gives what the row-by-row way gives, or leaves the file to it."""

from dataclasses import asdict
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from offramp.data.in_sql import read_in_sql
from offramp.data.quality import Tally
from offramp.data.raw import sources
from offramp.data.reading import Options, read_file
from offramp.data.rules import read_rules

ROWS = Path(__file__).parent / "data_rows"
STOPS = ROWS / "2018-01-metropolitan-stop-and-search.csv"
HEAD, *LINES = STOPS.read_text(encoding="utf-8").splitlines()
MAPPING = """
id = "our-own"
name = "Stops of Testham"
header = ["when", "what for", "result"]

[[read]]
table = "contacts"
where_not = { state = ["void"] }
map = { latitude = "lat", longitude = "lon", box = [-52.0, 52.0, -4.0, 4.0] }
[read.columns]
date = { from = "when" }
object = { from = ["what for", "what else"], values = { "Drugs" = "drugs" } }
sex = { from = "sex", values = { "M" = "male" } }
age = { from = "age", years = true }
[read.columns.ended]
from = "result"
values = { "No further action" = "no_action" }
"""
OWN = '''when,what for,what else,result,sex,age,lat,lon,state
2024-02-03T23:10:00Z,Drugs,,No further action,M,23,51.51,-3.20,
2024-02-03T23:10:00+01:00,,Drugs,"Sent, home",F,41,-0.04,0.0,
2024-02-04,"a ""knife""",,Arrest,test,17,51.99,-3.90,
2024-02-05 10:00,,,Arrest,,,91,3,
2024-02-06,Drugs,,,M,30,nan,3,void
'''


def both(path: Path, options: Options, tmp_path: Path) -> bool:
    """Hold one way against the other. False when the fast way leaves the file to the other."""
    (source,) = sources([path])
    out = tmp_path / "contacts.parquet"
    fast = read_in_sql(source, options, ("an-import", out))
    if fast is None:
        return False
    frames: list[pd.DataFrame] = []
    tally = Tally()

    def take(_: str, frame: pd.DataFrame) -> None:
        frames.append(frame)
        tally.add(frame)

    slow = read_file(source, options, take)
    wanted = pd.concat(frames, ignore_index=True).astype(object)
    with duckdb.connect() as connection:
        query = "SELECT * EXCLUDE (source) FROM read_parquet(?)"
        found = connection.execute(query, [str(out)]).df()
    found = found.astype({"minute": "Int64"}).astype(object)
    assert list(wanted.columns) == list(found.columns)
    assert _sorted(wanted) == _sorted(found)  # the order of rows says nothing
    read, counted = fast
    assert asdict(read.context) == asdict(slow.context)
    assert (read.rows, read.duplicates, read.words) == (slow.rows, slow.duplicates, slow.words)
    assert counted.months == tally.months
    assert counted.missing_by_group == tally.missing_by_group
    return True


def _sorted(frame: pd.DataFrame) -> list[list[str]]:
    return sorted(["" if pd.isna(v) else str(v) for v in row] for row in frame.to_numpy().tolist())


@pytest.mark.parametrize(
    "name", sorted(path.name for path in ROWS.glob("*stop*.csv")), ids=lambda name: name[:20]
)
def test_real_files_are_read_alike_by_both_ways(name: str, tmp_path: Path):
    assert both(ROWS / name, Options(agency="here"), tmp_path)


def test_a_file_of_ones_own_is_read_alike_by_both_ways(tmp_path: Path):
    path, rules = tmp_path / "own.csv", tmp_path / "mapping.toml"
    path.write_text(OWN, "utf-8")
    rules.write_text(MAPPING, "utf-8")
    assert both(path, Options(read_rules(rules), mapping=True, agency="testham"), tmp_path)


@pytest.mark.parametrize("ending", [".xz", ".gz"])
def test_packed_files_are_read_alike_by_both_ways(ending: str, tmp_path: Path):
    import gzip
    import lzma
    import os

    packed = tmp_path / (STOPS.name + ending)
    packed.write_bytes((lzma.compress if ending == ".xz" else gzip.compress)(STOPS.read_bytes()))
    assert both(packed, Options(), tmp_path) == (os.name == "posix")


@pytest.mark.parametrize(
    ("says", "text"),
    [
        ("a torn row", "\n".join([HEAD, *LINES[:5], LINES[5][:-9].rstrip(",")])),
        ("a row with more", "\n".join([HEAD, LINES[0], LINES[1] + ",more"])),
        ("another encoding", "\n".join([HEAD, *LINES * 60, LINES[0].replace("Male", "M\xe9")])),
        ("a day that is none", "\n".join([HEAD, LINES[0].replace("2018-01", "2018-13")])),
        ("a day to come", "\n".join([HEAD, LINES[0].replace("2018-01", "2999-01")])),
        ("no date", "\n".join([HEAD, ",".join(["Person search", ""] + [""] * 13)])),
        ("another way to write days", "\n".join([HEAD, LINES[0].replace("2018-01-", "1/2/20")])),
        ("no rows", HEAD),
    ],
)
def test_what_is_not_well_formed_is_left_to_the_other_way(says: str, text: str, tmp_path: Path):
    path = tmp_path / "stops.csv"
    path.write_bytes((text + "\n").encode("cp1252"))
    from offramp.data.rules import reader_called

    assert not both(path, Options(reader=reader_called("police-uk-stops")), tmp_path)


CELL = st.sampled_from(
    ["", "Male", " Male", "male ", "nan", "NA", "x,y", 'say "so"', "two\nlines", "Ünï", "0.0"]
)


@settings(
    max_examples=20,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    cells=st.lists(st.lists(CELL, min_size=15, max_size=15), min_size=1, max_size=6),
    days=st.lists(
        st.datetimes(pd.Timestamp("1995-01-01"), pd.Timestamp("2024-12-31")), min_size=6, max_size=6
    ),
    offset=st.sampled_from(["", "Z", "+00:00", "-05:30"]),
)
def test_any_cells_are_read_alike_by_both_ways(
    cells: list[list[str]], days: list[pd.Timestamp], offset: str, tmp_path: Path
):
    import csv

    path = tmp_path / "stops.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEAD.split(","))
        for row, day in zip(cells, days, strict=False):
            row[1] = f"{day:%Y-%m-%dT%H:%M:%S}{offset}"
            writer.writerow(row)
    both(path, Options(), tmp_path)
