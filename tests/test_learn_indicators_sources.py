"""Indicators from services, surveys, overdoses and the place's own series."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from tests.indicators_sample import cell, report, result
from tests.stops_sample import place, table


def test_services_are_read_by_their_measure(here: Path):
    mapping = (
        'id = "s"\nname = "Services"\nheader = ["month", "what", "n"]\n[[read]]\n'
        'table = "services"\nperiods = ["month"]\n[read.columns]\n'
        'period = { from = "month", form = "month" }\narea = { is = "Testham" }\n'
        'area_kind = { is = "whole" }\nmeasure = { from = "what" }\n'
        'definition = { is = "as the service counts" }\nn = { from = "n" }\n'
    )
    rows = "month,what,n\n2021-01,referred,40\n2021-01,attended_first,25\n2021-02,referred,50\n"
    table(here, "services", mapping, rows + "2021-02,attended_first,20\n")
    (read,) = result(report(here), "iP4").readings
    assert (cell(read).numerator, cell(read).denominator) == (45, 90)
    assert read.definition == "as the service counts"


def test_the_series_of_the_place_file_count_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OFFRAMP_DATA", str(tmp_path / "owner"))
    series = (
        '[[outcomes]]\nid = "d"\nmeasure = "deaths"\nfile = "d.csv"\ndefinition = "registered"\n'
        'date_basis = "registration"\nperiod = "year"\nsource = "made up"\n'
        'in_scope = { value = 1.0, source = "made up" }\n'
    )
    folder = tmp_path / "testham"
    folder.mkdir()
    (folder / "d.csv").write_text("period,count\n2020,30\n2021,45\n", encoding="utf-8")
    place(folder, series)
    (read,) = result(report(folder), "iH1").readings
    assert cell(read).numerator == 45
    assert cell(read).span.mid == pytest.approx(37.5)  # type: ignore[union-attr]
    assert read.change is not None and read.change.says.startswith("no change")


def test_a_survey_is_weighted_and_small_groups_stay_in(here: Path):
    mapping = (
        'id = "q"\nname = "Survey"\nheader = ["year", "sex", "good", "w"]\n[[read]]\n'
        'table = "surveys"\nperiods = ["year"]\nwhole = "Testham"\nweight = "w"\n[read.columns]\n'
        'date = { from = "year", form = "%Y" }\n'
        'sex = { from = "sex", values = { "F" = "female", "M" = "male" } }\n'
        '[[read.questions]]\nid = "iC1"\nfrom = "good"\nyes = ["yes"]\nno = ["no"]\n'
    )
    people = ["2021,F,yes,2"] * 30 + ["2021,F,no,1"] * 30 + ["2021,M,yes,1"] * 4
    people += ["2021,M,no,1"] * 36
    table(here, "survey", mapping, "\n".join(["year,sex,good,w", *people]) + "\n")
    (read,) = result(report(here), "iC1").readings
    whole = cell(read)
    assert (whole.numerator, whole.denominator) == (34, 100)
    assert whole.span is not None
    weights = np.array([2] * 30 + [1] * 70)
    size = weights.sum() ** 2 / (weights**2).sum()
    low, high = proportion_confint(64 / 130 * size, size, method="wilson")
    assert (whole.span.mid, whole.span.low, whole.span.high) == pytest.approx((64 / 130, low, high))
    assert all(c.withheld for c in read.cells if c.group_kind == "sex")


OVERDOSES = (
    'id = "o"\nname = "Overdoses"\nheader = ["year", "where", "kind", "drug", "what", "n"]\n'
    '[[read]]\ntable = "overdoses"\nperiods = ["year"]\n[read.columns]\n'
    'period = { from = "year", form = "year" }\narea = { from = "where" }\n'
    'area_kind = { from = "kind" }\nsubstance = { from = "drug" }\nmeasure = { from = "what" }\n'
    'definition = { is = "as recorded" }\nn = { from = "n" }\n'
)


def overdoses() -> str:
    rows = ["year,where,kind,drug,what,n"]
    for year, scale in ((2020, 1), (2021, 2)):
        for where, kind, size in (("Testham", "whole", 300), ("North", "county", 200),
                                  ("South", "county", 100)):  # fmt: skip
            for what, part in (("overdoses", 1.0), ("overdoses_arrest", 0.2)):
                rows.append(f"{year},{where},{kind},any,{what},{int(size * scale * part)}")
                rows.append(f"{year},{where},{kind},heroin,{what},{int(size * scale * part / 2)}")
    return "\n".join(rows) + "\n"


def test_substances_overlap_and_are_never_added_up(here: Path):
    table(here, "overdoses", OVERDOSES, overdoses())
    (read,) = result(report(here), "iP16").readings
    assert (cell(read).numerator, cell(read).denominator) == (120, 600)


def test_areas_beside_the_whole_are_its_parts_and_no_peers(here: Path):
    table(here, "overdoses", OVERDOSES, overdoses())
    (read,) = result(report(here), "iP16").readings
    areas = {c.group: c.denominator for c in read.cells if c.group_kind == "area"}
    assert {("North", 400.0), ("South", 200.0)} <= set(areas.items())
    assert read.peers == ()


def test_an_area_that_is_not_the_place_can_be_named(here: Path):
    text = overdoses().replace("Testham", "Elsewhere")
    table(here, "overdoses", OVERDOSES, text)
    assert "--area" in result(report(here), "iP16").why[0]
    (read,) = result(report(here, areas=("North", "South")), "iP16").readings
    assert cell(read).denominator == 600
