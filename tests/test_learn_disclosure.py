"""No withheld cell can be worked out from what is published."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest

from offramp.cli.app import main
from offramp.learn.disclosure.attack import ranges, recovered
from offramp.learn.disclosure.private import noisy_counts
from offramp.learn.disclosure.suppress import withheld
from offramp.learn.disclosure.table import sums, with_totals

THRESHOLD = 10


def random_table(random: np.random.Generator) -> np.ndarray:
    """Small counts, zeros and large ones, in two or (one in five) three dimensions."""
    shape = tuple(random.integers(2, 5, size=2))
    if random.random() < 0.2:
        shape = (2, 2, int(random.integers(2, 4)))
    mean = np.exp(random.uniform(1.0, 4.5, size=shape))
    return with_totals(random.poisson(mean) * (random.random(shape) > 0.1))


def test_an_attack_by_linear_programming_recovers_no_withheld_cell_of_1000_random_tables():
    random = np.random.default_rng(20)
    tables = [random_table(random) for _ in range(1000)]
    hidden = [withheld(cells, THRESHOLD) for cells in tables]
    for begin in range(0, 1000, 20):
        batch = list(zip(tables[begin : begin + 20], hidden[begin : begin + 20], strict=True))
        for (cells, mask), found in zip(batch, ranges(batch), strict=True):
            flat = cells.ravel()
            assert set(found) == set(np.flatnonzero(mask))
            for cell, (low, high) in found.items():
                assert low - 1e-6 <= flat[cell] <= high + 1e-6
                assert high - low >= 1 - 1e-6, "worked out"
                if 0 < flat[cell] < THRESHOLD:
                    assert high - low >= THRESHOLD - 1e-6
                    assert high >= THRESHOLD, "told to be small"


def test_the_attack_works_on_a_table_that_is_badly_protected():
    cells = with_totals(np.array([[3, 40, 50], [60, 70, 80]]))
    only_the_small_one = (cells > 0) & (cells < THRESHOLD)
    assert recovered(cells, only_the_small_one) == [0]
    one_row = only_the_small_one.copy()
    one_row[0, 1] = True  # the columns still give both away
    assert recovered(cells, one_row) == [0, 1]


def test_every_small_count_is_withheld_and_a_table_without_any_is_shown_whole():
    random = np.random.default_rng(5)
    for _ in range(20):
        cells = random_table(random)
        assert withheld(cells, THRESHOLD)[(cells > 0) & (cells < THRESHOLD)].all()
    assert not withheld(with_totals(np.array([[10, 0], [50, 999]])), THRESHOLD).any()


def test_little_more_is_withheld_than_must_be():
    cells = with_totals(np.array([[3, 40, 50], [60, 70, 80], [90, 100, 110]]))
    mask = withheld(cells, THRESHOLD)
    assert mask.sum() == 4, "one small cell needs three others, in two rows and two columns"
    assert not mask[-1].any()
    assert not mask[:, -1].any()


def test_all_sums_of_a_table_hold():
    cells = with_totals(np.arange(24).reshape(2, 3, 4))
    assert cells[-1, -1, -1] == 276
    assert not (sums(cells.shape) @ cells.ravel()).any()


def test_a_table_is_made_safe_on_the_command_line(tmp_path: Path, capsys):
    table = tmp_path / "t.csv"
    rows = [("North", "a", 3), ("North", "b", 40), ("South", "a", 50), ("South", "b", 60)]
    lines = "\n".join(f"{area},{group},{n}" for area, group, n in rows)
    table.write_text(f"area,group,deaths\n{lines}\n", encoding="utf-8")
    out = tmp_path / "safe.csv"
    words = ["learn", "suppress", str(table), "--by", "area,group", "--count", "deaths"]
    assert main([*words, "-o", str(out)]) == 0
    assert "4 of 9 cells withheld: 1 are small" in capsys.readouterr().err
    read = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"))))
    assert [r["deaths"] for r in read if r["area"] != "all" and r["group"] != "all"] == (
        ["withheld"] * 4
    )
    assert read[-1] == {"area": "all", "group": "all", "deaths": "153"}
    assert main([*words, "-o", str(out)]) == 1
    assert "exists already" in capsys.readouterr().err
    assert main([*words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["withheld"] == 4


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("area,deaths\nall,3\n", "leave out rows of totals"),
        ("area,deaths\nNorth,-3\n", "0 or more"),
        ("area,n\nNorth,3\n", "deaths is a column that is missing"),
        ("area,name,deaths\nNorth,Jo,3\n", "could name a person"),
    ],
)
def test_a_table_that_is_wrong_gets_a_message(tmp_path: Path, capsys, text: str, says: str):
    table = tmp_path / "t.csv"
    table.write_text(text, encoding="utf-8")
    assert main(["learn", "suppress", str(table), "--by", "area", "--count", "deaths"]) == 1
    assert says in capsys.readouterr().err


def test_noise_is_as_wide_as_epsilon_asks_and_no_person_tells_more_than_that():
    """OpenDP's noise is never seeded: the bounds are so wide that luck does not reach them."""
    many = 40_000
    for epsilon, rows_of_one in ((1.0, 1), (0.5, 2)):
        scale = rows_of_one / epsilon
        at, within = noisy_counts(np.full(many, 1000), epsilon, rows_of_one)
        beside, _ = noisy_counts(np.full(many, 1000 + rows_of_one), epsilon, rows_of_one)
        q = np.exp(-1 / scale)
        assert np.var(at) == pytest.approx(2 * q / (1 - q) ** 2, rel=0.15)
        assert np.mean(at) == pytest.approx(1000, abs=0.2)
        assert np.mean(np.abs(at - 1000) <= within) >= 0.945
        assert np.mean(np.abs(at - 1000) <= within - 1) < 0.96, "no wider than it must be"
        for count in (999, 1000, 1001):
            ratio = np.mean(at == count) / np.mean(beside == count)
            assert np.exp(-epsilon) * 0.8 <= ratio <= np.exp(epsilon) * 1.25


def test_a_table_with_noise_adds_up_and_holds_nothing_below_0(tmp_path, capsys):
    table = tmp_path / "counts.csv"
    table.write_text("area,year,deaths\nA,2019,0\nA,2020,1\nB,2019,0\nB,2020,90\n")
    command = ["learn", "suppress", str(table), "--by", "area,year", "--count", "deaths"]
    assert main([*command, "--epsilon", "0.5", "--json"]) == 0
    out = capsys.readouterr()
    found = json.loads(out.out)
    cells = {(a, y): int(n) for a, y, n, _ in found["rows"][1:]}
    assert min(cells.values()) >= 0
    assert cells["all", "all"] == sum(n for (a, y), n in cells.items() if "all" not in (a, y))
    assert "Run it once" in out.err
    assert main([*command, "--epsilon", "0"]) == 2
