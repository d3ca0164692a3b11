"""The real cases of docs/disparities.md: the table is made again from the counts."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from offramp.learn.indicators.intervals import rates, shares, wilson
from offramp.learn.indicators.phrases import amount, value

DOCS = Path(__file__).parents[1] / "docs"
PAGE = (DOCS / "disparities.md").read_text(encoding="utf-8")
GROUPS = ("white", "black", "asian", "mixed", "other")


def counts(name: str) -> dict[str, dict[str, int]]:
    path = DOCS / "cases" / "drug-searches" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["group"]: {k: int(v) for k, v in row.items() if k != "group" and v}
            for row in csv.DictReader(file)
        }


def row(start: str) -> list[str]:
    """The cells of the table's row that starts so."""
    (line,) = re.findall(rf"^\| {re.escape(start)} \|(.+)\|$", PAGE, re.MULTILINE)
    return [cell.strip() for cell in line.split("|")]


CASES = (
    ("london-2018", "London 2018", 1.0, "for each 1,000 residents",
     ("not ended without action", "not_without_action", "end_known"),
     ("of those, arrest, charge or summons", "arrest_charge_or_summons", "not_without_action")),
    ("south-wales-2019-2022", "South Wales, 33 months", 33 / 12, "for each 1,000 residents a year",
     ("something found", "found", "find_known"),
     ("finds with arrest, charge or summons", "find_arrest_charge_or_summons", "find_with_end")),
)  # fmt: skip


@pytest.mark.parametrize(("file", "name", "years", "rate", "finds", "ends"), CASES)
def test_the_table_is_made_from_the_counts(
    file: str, name: str, years: float, rate: str, finds: tuple[str, str, str],
    ends: tuple[str, str, str],
):  # fmt: skip
    data = counts(file)
    own = [data[group] for group in GROUPS]
    assert row(f"{name}: drug searches") == [f"{one['searches']:,}" for one in own]
    lives = [one["residents_2011"] * years for one in own]
    per = [1000 * one["searches"] / at for one, at in zip(own, lives, strict=True)]
    assert row(f"{name}: {rate}") == [amount(x) for x in per]
    ratios = ["1"]
    for one, at in zip(own[1:], lives[1:], strict=True):
        against = rates(one["searches"], at, own[0]["searches"], lives[0])
        assert against.ratio is not None
        ratios.append(amount(against.ratio.mid))
    assert row(f"{name}: times White") == ratios
    for label, part, whole in (finds, ends):
        said = [value(wilson(one[part], one[whole]).mid, "share") for one in own]
        assert row(f"{name}: {label}") == said


def test_the_differences_told_in_words_are_there_without_strata_too():
    london, wales = counts("london-2018"), counts("south-wales-2019-2022")
    part, whole = "arrest_charge_or_summons", "not_without_action"
    one, base = london["black"], london["white"]
    crude = shares(one[part], one[whole], base[part], base[whole])
    assert crude.ratio is not None and crude.ratio.low > 1.15
    part, whole = "find_arrest_charge_or_summons", "find_with_end"
    one, base = wales["black"], wales["white"]
    crude = shares(one[part], one[whole], base[part], base[whole])
    assert crude.ratio is not None and crude.ratio.low > 1
    finds = shares(one["found"], one["find_known"], base["found"], base["find_known"])
    assert finds.p > 0.01


def test_not_recorded_is_as_told():
    for file, said in (("london-2018", "London 15%"), ("south-wales-2019-2022", "South Wales 9%")):
        data = counts(file)
        unsaid = data["not_stated"]["searches"] + data["unknown"]["searches"]
        share = unsaid / sum(one["searches"] for one in data.values())
        assert said.endswith(f"{share:.0%}") and said in PAGE


def test_the_table_of_simulated_thresholds_is_what_was_measured():
    import json

    file = DOCS.parent / "benchmarks" / "validity" / "thresholds.json"
    for line in json.loads(file.read_text(encoding="utf-8")):
        keys = ("coverage_of_thresholds", "coverage_of_gaps", "third_group_called_different")
        assert row(line["case"]) == [f"{100 * line[key]:.1f}%" for key in keys]
