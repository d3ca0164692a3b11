"""Series of counts: what is accepted, what is withheld, and how faults are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from offramp.catalogue.problems import InputError
from offramp.place.load import load
from offramp.place.series import (
    Period,
    SeriesFile,
    ordinal,
    period_name,
    read_series,
    whole_years,
)

SOUTH_WALES = Path(__file__).parents[1] / "places" / "south-wales"


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "counts.csv"
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


def read(folder: Path, content: str | bytes, kind: Period = "year") -> SeriesFile:
    return read_series(write(folder, content), "counts.csv", kind)


def faults(folder: Path, content: str | bytes, kind: Period = "year") -> list[tuple[int, str, str]]:
    with pytest.raises(InputError) as caught:
        read(folder, content, kind)
    return [(p.line, p.field, f"{p.problem}; {p.right}") for p in caught.value.problems]


def test_columns_in_any_order_among_others_and_rows_in_any_order(tmp_path: Path) -> None:
    found = read(tmp_path, "area, Count ,Period\nA,12,2020\nA,9,2019\n")
    assert [(row.period, row.count) for row in found.rows] == [("2019", 9), ("2020", 12)]


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault(tmp_path: Path) -> None:
    plain = read(tmp_path, "period,count\n2019,9\n")
    found = read(tmp_path, b"\xef\xbb\xbfperiod,count\r\n2019,9\r\n")
    assert found == plain


def test_a_row_with_more_or_fewer_cells_than_the_header_is_refused(tmp_path: Path) -> None:
    """A count with a separator that is not in quotes falls into two cells."""
    found = faults(tmp_path, "period,count\n2018,3,484\n2019,9\n2020\n")
    assert [line for line, _, _ in found] == [2, 4]
    assert "more cells than the header" in found[0][2] and "1234" in found[0][2]
    assert "fewer cells than the header" in found[1][2]
    trailing = read(tmp_path, "period,count\n2019,9,\n2020,4,,\n")
    assert [row.count for row in trailing.rows] == [9, 4]


@pytest.mark.parametrize("header", ["month,number", "Date,Total", "Year,N"])
def test_columns_under_another_name_are_told_apart(tmp_path: Path, header: str) -> None:
    period, count = header.lower().split(",")
    assert sorted(faults(tmp_path, f"{header}\n2019,9\n")) == [
        (1, "count", f'is a column that is missing; rename the column "{count}"'),
        (1, "period", f'is a column that is missing; rename the column "{period}"'),
    ]


@pytest.mark.parametrize("cell", ["", "Suppr.", "suppressed", "<6", "..", "*", "n/a"])
def test_a_withheld_count_is_not_known_and_said(tmp_path: Path, cell: str) -> None:
    found = read(tmp_path, f"period,count\n2019,{cell}\n2020,4\n")
    assert [row.count for row in found.rows] == [None, 4]
    assert "2019" in found.warnings[0]


@pytest.mark.parametrize(
    ("kind", "text"), [("year", "2019"), ("quarter", "2019-Q3"), ("month", "2019-11")]
)
def test_a_period_and_its_number_are_the_same_thing(kind: Period, text: str) -> None:
    number = ordinal(text, kind)
    assert number is not None
    assert period_name(number, kind) == text
    assert ordinal(period_name(number + 1, kind), kind) == number + 1


def test_a_week_is_its_monday_and_iso_weeks_mean_the_same() -> None:
    assert ordinal("2021-01-04", "week") == ordinal("2021-W01", "week")
    assert ordinal("2020-W53", "week") == ordinal("2020-12-28", "week")
    assert ordinal("2021-01-04", "week") - ordinal("2020-12-28", "week") == 1
    for none in ("2021-01-05", "2021-W53", "2021-02-30", "2021-01"):
        assert ordinal(none, "week") is None


def test_every_fault_of_every_row_comes_at_once(tmp_path: Path) -> None:
    content = 'period,count\n2019,-3\n2019,5\n20x0,4\n2021,4.5\n2022,"1,204"\n2023,many\n'
    found = faults(tmp_path, content)
    assert [(line, field) for line, field, _ in found] == [
        (2, "count"),
        (3, "period"),
        (4, "period"),
        (5, "count"),
        (6, "count"),
        (7, "count"),
    ]
    assert "write it without separators: 1204" in found[4][2]


def test_a_month_that_does_not_exist(tmp_path: Path) -> None:
    found = faults(tmp_path, "period,count\n2019-12,3\n2019-13,3\n", "month")
    assert found[0][:2] == (3, "period")
    assert "2019-04" in found[0][2]


def test_a_gap_is_named(tmp_path: Path) -> None:
    found = faults(tmp_path, "period,count\n2019-01,3\n2019-04,3\n", "month")
    assert "2019-02, 2019-03 are missing" in found[0][2]


def test_a_missing_column_gets_the_nearest_one(tmp_path: Path) -> None:
    found = faults(tmp_path, "period,counts\n2019,3\n")
    assert found == [(1, "count", 'is a column that is missing; rename the column "counts"')]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("period,count\n", "no rows"),
        ("period;count\n2019;3\n", "separated by semicolons"),
        ("period\tcount\n2019\t3\n", "separated by tabs"),
        ("period,count,count\n2019,3,4\n", 'two columns named "count"'),
        ("period,count\n2019,\n", "withheld in every row"),
        (b"period,count,area\n2019,3,C\xe1diz\n", "cp1252"),
        ("period,count\n2019,3\n".encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04rest", "spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "spreadsheet"),
        ("period,count\n2019,1e300\n", "count"),
    ],
)
def test_a_file_that_is_no_series(tmp_path: Path, content: str | bytes, words: str) -> None:
    assert words in " ".join(" ".join(map(str, fault)) for fault in faults(tmp_path, content))


def test_a_missing_file_gets_the_nearest_name(tmp_path: Path) -> None:
    write(tmp_path, "period,count\n2019,3\n")
    with pytest.raises(InputError) as caught:
        read_series(tmp_path / "count.csv", "count.csv", "year")
    assert 'did you mean "counts.csv"?' in str(caught.value)


def test_quarters_and_months_are_added_up_to_whole_years(tmp_path: Path) -> None:
    like = load(SOUTH_WALES).place.outcomes[0]
    quarters = "".join(f"{2018 + k // 4}-Q{k % 4 + 1},{k}\n" for k in range(1, 9))
    quarters = quarters.replace("2019-Q2,5", "2019-Q2,<6")
    rows = read(tmp_path, "period,count\n" + quarters, "quarter").rows
    assert whole_years(like.model_copy(update={"period": "quarter"}), rows) == []
    months = "".join(f"2019-{m:02d},{m}\n" for m in range(1, 13)) + "2020-01,9\n"
    rows = read(tmp_path, "period,count\n" + months, "month").rows
    found = whole_years(like.model_copy(update={"period": "month"}), rows)
    assert [(row.period, row.count) for row in found] == [("2019", 78)]
    years = read(tmp_path, "period,count\n2018,3\n2019,\n").rows
    assert whole_years(like, years) == list(years)


@pytest.mark.parametrize(
    ("kind", "rows", "said"),
    [
        ("year", "2019-Q1,1\n2019-Q2,2\n", 'all rows are quarters; say period = "quarter" in'),
        ("quarter", "2019-01,1\n2019-02,2\n", 'all rows are months; say period = "month" in'),
        ("month", "2019,1\n2020,2\n", 'all rows are years; say period = "year" in place.toml'),
        ("month", "2019-04-01,1\n2019-04-08,2\n", "all rows are weeks; give counts by month"),
    ],
)
def test_rows_of_another_period_are_one_mistake(
    kind: Period, rows: str, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "counts.csv"
    path.write_text("period,count\n" + rows, encoding="utf-8")
    with pytest.raises(InputError, match=said) as caught:
        read_series(path, "counts.csv", kind)
    assert len(caught.value.problems) == 1
