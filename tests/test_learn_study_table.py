"""A study's table that is wrong gets a message with its line."""

from pathlib import Path

import pytest

from tests.evaluation_sample import problems_of, write_study


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda _: "", "is empty"),
        (lambda t: t.replace(",", ";"), "separated by semicolons"),
        (lambda t: t[: t.rindex(",")], "the file may be cut off"),
        (lambda t: t + t.splitlines()[5] + "\n", "already; keep one row"),
        (lambda t: t.replace("2016-02", "2061-02"), "has not happened yet; check the year"),
        (lambda t: t.replace("2016-02", "Feb 16"), "months are written as"),
        (lambda t: t.replace("\nA1,2016-02", "\n\n#A1,2016-02"), "missing of A1"),
        (lambda t: t.replace("arrests", "name"), "could name a person"),
    ],
)
def test_a_table_that_is_wrong_gets_a_message(tmp_path: Path, spoil, says: str):
    study = write_study(tmp_path, areas=4, months=40)
    table = tmp_path / "panel.csv"
    table.write_text(spoil(table.read_text(encoding="utf-8")), encoding="utf-8")
    assert any(says in line for line in problems_of(study)), problems_of(study)


def test_a_mis_encoded_table_gets_a_message_with_its_row(tmp_path: Path):
    study = write_study(tmp_path, areas=4, months=40)
    raw = (tmp_path / "panel.csv").read_bytes().replace(b"\nA1,", b"\nCr\xe9,", 1)
    (tmp_path / "panel.csv").write_bytes(raw)
    assert any("line 42: is not UTF-8" in line for line in problems_of(study))


def spoiled_counts(folder: Path, spoil) -> Path:
    """`spoil`: area, period, count -> count, definition."""
    study = write_study(folder, areas=4, months=48)
    lines = (folder / "panel.csv").read_text(encoding="utf-8").splitlines()
    out = [lines[0] + ",definition"]
    for line in lines[1:]:
        area, period, count, rest = line.split(",", 3)
        count, definition = spoil(area, period, count)
        out.append(f"{area},{period},{count},{rest},{definition}")
    (folder / "panel.csv").write_text("\n".join(out) + "\n", encoding="utf-8")
    return study


def test_a_withheld_count_is_not_guessed(tmp_path: Path):
    study = spoiled_counts(
        tmp_path, lambda a, p, n: ("<6" if (a, p) == ("A0", "2016-04") else n, "x")
    )
    assert any("line 5: arrests is withheld" in line for line in problems_of(study))


def test_two_definitions_of_a_count_are_refused(tmp_path: Path):
    study = spoiled_counts(
        tmp_path, lambda _, p, n: (n, "by date" if p < "2018" else "by registration")
    )
    assert any("two definitions of a count" in line for line in problems_of(study))


def test_a_force_that_records_no_arrests_is_refused(tmp_path: Path):
    study = spoiled_counts(tmp_path, lambda a, _, n: ("0" if a == "A2" else n, "x"))
    assert any("of A2 is 0 in every period" in line for line in problems_of(study))


def test_recording_that_stopped_is_refused(tmp_path: Path):
    study = spoiled_counts(
        tmp_path, lambda a, p, n: ("0" if a == "A3" and p >= "2019-05" else n, "x")
    )
    assert any("of A3 is 0 from 2019-05 to 2019-12" in line for line in problems_of(study))
