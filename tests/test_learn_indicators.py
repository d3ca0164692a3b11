"""Indicators count what hand and other libraries count; what must not show does not."""

from __future__ import annotations

import csv
import io
import json
import math
import tomllib
from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

import offramp
from offramp.catalogue.load import load as load_catalogue
from offramp.cli.app import main
from offramp.learn.disclosure.attack import recovered
from offramp.learn.disclosure.table import with_totals
from offramp.learn.indicators.counted import condition
from offramp.learn.indicators.figures import Cell, Read, Result
from offramp.learn.indicators.intervals import poisson, rates, shares, wilson
from offramp.learn.indicators.make import Asked, Report, indicators
from offramp.learn.indicators.protect import breakdown, pooled_groups
from offramp.place.load import load
from tests.stops_sample import NOTHING, Stop, months, place, table, take

SCHEMAS = Path(offramp.__file__).parent / "schemas"
CATALOGUE = load_catalogue()


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("OFFRAMP_DATA", str(tmp_path / "owner"))
    return place(tmp_path / "testham")


def report(folder: Path, **asked: object) -> Report:
    return indicators(load(folder), CATALOGUE, Asked(**asked))  # type: ignore[arg-type]


def result(found: Report, name: str) -> Result:
    return next(one for one in found.results if one.id == name)


def cell(read: Read, group: str = "all", kind: str = "all", period: str = "") -> Cell:
    wanted = period or read.latest
    (one,) = [c for c in read.cells if (c.group_kind, c.group, c.period) == (kind, group, wanted)]
    return one


def usual() -> list[Stop]:
    """Each month of 2020 and 2021: 60 White with 12 finds, 20 Black with 5, and arrests."""
    stops = []
    for year, arrests in ((2020, 6), (2021, 3)):
        for month in months(year):
            stops += [
                Stop(month, 48),
                Stop(month, 12 - arrests, "Community resolution", True),
                Stop(month, arrests, "Arrest", True),
                Stop(month, 15, group="black"),
                Stop(month, 2, "Community resolution", True, group="black"),
                Stop(month, 3, "Arrest", True, group="black"),
            ]
    return stops


# ---------------------------------------------------------------- the catalogue


def test_every_indicator_says_how_it_is_read_or_why_not():
    for one in CATALOGUE.indicators.values():
        assert bool(one.read) != bool(one.not_read_because), one.id
    first = sorted((i.first, i.id) for i in CATALOGUE.indicators.values() if i.first)
    assert first == [(1, "iP1"), (2, "iP4"), (3, "iP16"), (4, "iE1"), (5, "iH1"), (6, "iC6")]


def test_every_reading_names_columns_and_words_that_the_tables_have():
    for one in CATALOGUE.indicators.values():
        for reading in one.read:
            for counted in (reading.numerator, reading.denominator):
                if counted is not None and counted.table != "place":
                    condition(counted)  # ValueError for what is not there


def test_a_word_that_no_table_has_is_an_error():
    from offramp.catalogue.schema_indicators import Counted

    with pytest.raises(ValueError, match=r"contacts\.ended has no word slap"):
        condition(Counted(table="contacts", where={"ended": ["slap"]}))
    with pytest.raises(ValueError, match="contacts has no column mood"):
        condition(Counted(table="contacts", where={"mood": ["bad"]}))


# ---------------------------------------------------------------- arithmetic


@pytest.mark.parametrize(("k", "n"), [(0, 12), (3, 40), (40, 40), (1234, 7205)])
def test_wilson_agrees_with_statsmodels(k: int, n: int):
    span = wilson(k, n)
    low, high = proportion_confint(k, n, method="wilson")
    assert (span.low, span.high) == pytest.approx((low, high), abs=1e-12)


@pytest.mark.parametrize("k", [0, 1, 9, 670])
def test_the_range_of_a_count_is_exact_poisson(k: int):
    span = poisson(k, 2.0)
    low = stats.chi2.ppf(0.025, 2 * k) / 4 if k else 0.0
    assert (span.low, span.high) == pytest.approx((low, stats.chi2.ppf(0.975, 2 * k + 2) / 4))


def test_two_rates_agree_with_the_binomial_test_of_scipy():
    against = rates(36, 3.0, 20, 4.0)
    exact = stats.binomtest(36, 56, 3 / 7).proportion_ci(method="exact")
    ends = [p / (1 - p) * 4 / 3 for p in (exact.low, exact.high)]
    assert against.ratio is not None
    assert (against.ratio.low, against.ratio.high) == pytest.approx(ends, rel=1e-9)
    assert against.ratio.mid == pytest.approx((36 / 3) / (20 / 4))
    tail = stats.binom.sf(35, 56, 3 / 7)
    assert against.p == pytest.approx(2 * tail, rel=1e-9)


def test_a_very_small_p_is_not_lost_in_rounding():
    assert 0 < rates(1000, 1.0, 100, 1.0).p < 1e-100


def test_two_shares_agree_with_statsmodels():
    against = shares(56, 70, 48, 80)
    low, high = confint_proportions_2indep(56, 70, 48, 80, compare="diff", method="newcomb")
    assert against.difference is not None and against.ratio is not None
    assert (against.difference.low, against.difference.high) == pytest.approx((low, high))
    low, high = confint_proportions_2indep(56, 70, 48, 80, compare="ratio", method="log")
    assert (against.ratio.low, against.ratio.high) == pytest.approx((low, high), rel=1e-3)
    chi2 = stats.chi2_contingency([[56, 14], [48, 32]], correction=False)
    assert against.p == pytest.approx(chi2.pvalue)


def test_nought_and_all_have_ranges_too():
    assert shares(0, 10, 5, 10).ratio is not None
    assert shares(5, 10, 0, 10).ratio is None
    assert rates(0, 1.0, 0, 1.0).p == 1.0


# ---------------------------------------------------------------- from rows to numbers


def test_counts_rates_and_groups_are_those_made_by_hand(here: Path):
    take(here, "testham", usual())
    found = report(here)
    (arrests, *_) = result(found, "iP1").readings
    whole = cell(arrests)
    assert (whole.period, whole.numerator) == ("2021", 12 * 6)
    assert whole.span is not None
    assert whole.span.mid == pytest.approx(72 / 120_000 * 10_000)
    black = cell(arrests, "black", "ethnicity")
    assert (black.numerator, black.denominator) == (36, 10_000)

    (searches,) = result(found, "iE1").readings
    black = cell(searches, "black", "ethnicity")
    assert black.numerator == 240
    assert black.against is not None and black.against.ratio is not None
    assert black.against.ratio.mid == pytest.approx((240 / 10_000) / (720 / 100_000))
    assert searches.reference == {"ethnicity": "white"}

    finds = result(found, "iE2").readings[0]
    assert cell(finds).numerator == 12 * (12 + 5)
    assert cell(finds).denominator == 12 * 80
    assert cell(finds, "black", "ethnicity").span.mid == pytest.approx(5 / 20)  # type: ignore[union-attr]


def test_the_change_compares_the_same_months_of_two_years(here: Path):
    stops = [s for s in usual() if s.month <= "2021-08"]
    take(here, "testham", stops)
    change = result(report(here), "iP1").readings[0].change
    assert change is not None
    assert (change.period, change.earlier, len(change.months)) == ("2021", "2020", 8)
    assert change.against.ratio is not None
    assert change.against.ratio.mid == pytest.approx(6 / 9)
    assert change.says == "33% lower"


def test_a_rate_takes_account_of_how_many_months_there_are(here: Path):
    take(here, "testham", [Stop(f"2021-{m:02d}", 60, "Arrest", True) for m in range(1, 7)])
    whole = cell(result(report(here), "iP1").readings[0])
    assert whole.months == 6
    assert whole.span is not None
    assert whole.span.mid == pytest.approx(360 / (120_000 / 2) * 10_000)


def test_months_and_quarters_can_be_asked_for(here: Path):
    take(here, "testham", usual())
    by_month = result(report(here, grain="month"), "iE2").readings[0]
    assert cell(by_month, period="2020-03").denominator == 80
    by_quarter = result(report(here, grain="quarter"), "iE2").readings[0]
    assert cell(by_quarter, period="2020-Q3").denominator == 240
    assert by_quarter.change is not None and by_quarter.change.earlier == "2020-Q4"


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


def test_peers_are_shown_for_the_same_period_and_never_ranked(here: Path):
    take(here, "testham", usual())
    take(here, "zebra", [Stop(m, 40) for m in months(2021)] + [Stop(m, 20, "Arrest", True)
                                                              for m in months(2021)])  # fmt: skip
    take(here, "alpha", [Stop(m, 30) for m in months(2021)] + [Stop(m, 5, "Arrest", True)
                                                              for m in months(2021)])  # fmt: skip
    finds = result(report(here), "iE2").readings[0]
    assert [(c.unit, c.numerator, c.denominator) for c in finds.peers] == [
        ("alpha", 60, 420), ("zebra", 240, 720),
    ]  # fmt: skip


def test_rates_of_other_forces_rest_on_the_public_tables_that_ship(here: Path):
    take(here, "testham", usual())
    take(here, "gwent", [Stop(m, 40) for m in months(2021)] + [Stop(m, 9, "Arrest", True)
                                                              for m in months(2021)])  # fmt: skip
    found = report(here)
    (gwent,) = result(found, "iE1").readings[0].peers
    assert gwent.denominator == 598_194  # mid-2020 estimates of its authorities, added up
    assert any("of gwent" in line for line in found.people)


def test_a_preset_is_never_taken_for_the_number_of_residents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("OFFRAMP_DATA", str(tmp_path / "owner"))
    folder = tmp_path / "nowhere"
    folder.mkdir()
    text = 'name = "Nowhere"\ncountry = "GB"\nas_of = 2024-01-01\n'
    (folder / "place.toml").write_text(text, encoding="utf-8")
    take(folder, "nowhere", usual())
    (read, *_) = result(report(folder), "iP1").readings
    assert cell(read).denominator is None and cell(read).span is None
    assert "no number of residents is known here: counts only" in read.notes


# ---------------------------------------------------------------- refusals


def test_arrests_are_refused_where_none_is_ever_written_down(here: Path):
    take(here, "testham", [Stop(m, 40) for m in months(2021)])
    arrests = result(report(here), "iP1")
    assert arrests.status == "refused"
    assert "records not one arrest among 480 contacts" in arrests.why[0]


def test_a_word_that_the_source_does_not_have_is_not_a_nought(here: Path):
    take(here, "testham", usual())
    referral = result(report(here), "iP2")
    assert referral.status == "refused"
    assert "not known is not none" in referral.why[0]


def test_unfinished_months_are_left_out_of_outcomes_only(here: Path):
    stops = [s for s in usual() if s.month != "2021-12"] + [Stop("2021-12", 80)]
    take(here, "testham", stops)
    found = report(here)
    assert found.left_out == {"2021-12": "has outcomes not yet finished"}
    assert cell(result(found, "iE2").readings[0]).months == 11
    assert cell(result(found, "iE1").readings[0]).months == 12


def test_a_month_that_stops_early_is_left_out(here: Path):
    stops = [*usual(), Stop("2022-01", 60, day=9), Stop("2022-01", 20, "Arrest", True, day=9)]
    take(here, "testham", stops)
    found = report(here)
    assert found.left_out == {"2022-01": "stops on day 9"}
    assert result(found, "iE1").readings[0].latest == "2021"


def test_what_nothing_imported_holds_says_what_it_would_need(here: Path):
    found = report(here)
    assert result(found, "iC6").status == "no data"
    assert "survey" in result(found, "iC6").why[0]
    assert result(found, "iS1").status == "not in tables"
    assert len(found.first) == 6


# ---------------------------------------------------------------- what must not show


def test_small_counts_and_their_guards_are_withheld_everywhere(here: Path):
    stops = [Stop(m, 40) for m in months(2021)] + [Stop(m, 10, "Arrest", True)
                                                  for m in months(2021)]  # fmt: skip
    stops += [Stop("2021-03", 30, group="black"), Stop("2021-03", 4, "Arrest", True, group="black")]
    stops += [
        Stop("2021-04", 60, group="asian"),
        Stop("2021-04", 15, "Arrest", True, group="asian"),
    ]
    take(here, "testham", stops)
    found = report(here)
    for one in found.results:
        for read in one.readings:
            for c in (*read.cells, *read.peers):
                assert not (c.numerator and 0 < c.numerator < 10), (one.id, c)
    arrests = result(found, "iP1").readings[0]
    black = cell(arrests, "black", "ethnicity")
    assert black.withheld == "small" and black.span is None
    hidden = [c for c in arrests.cells if c.group_kind == "ethnicity" and c.withheld]
    assert len(hidden) >= 2, "one withheld group alone is the total less the others"


def test_withheld_cells_cannot_be_worked_out_by_linear_programming():
    random = np.random.default_rng(7)
    for _ in range(60):
        n = random.integers(0, 60, size=random.integers(2, 6))
        k = random.binomial(n, 0.25)
        groups = [f"g{i}" for i in range(len(n))]
        why = breakdown(dict(zip(groups, k, strict=True)), dict(zip(groups, n, strict=True)), 10)
        if why is None or not any(why.values()):
            continue
        cells = with_totals(np.stack([k, n - k], axis=1).astype(np.int64))
        mask = np.zeros(cells.shape, dtype=bool)
        for i, group in enumerate(groups):
            if why[group]:
                mask[i, :] = cells[i, 2] > 0
                mask[i, 2] = bool(why[group])
        assert not [at for at in recovered(cells, mask) if 0 < cells.ravel()[at] < 10]


def test_small_groups_are_put_together_before_others_are_withheld():
    k = {"white": 300.0, "black": 30.0, "other": 6.0, "unknown": 8.0}
    n = {"white": 900.0, "black": 90.0, "other": 20.0, "unknown": 25.0}
    out, of = pooled_groups(k, n, 10, ("unknown", "not_stated"))
    assert out == {"white": 300.0, "black": 30.0, "others together": 14.0}
    assert of == {"white": 900.0, "black": 90.0, "others together": 45.0}


def test_the_threshold_can_be_raised(here: Path):
    take(here, "testham", usual())
    assert cell(result(report(here), "iP1").readings[0], "black", "ethnicity").numerator == 36
    raised = result(report(here, threshold=50), "iP1").readings[0]
    assert all(c.numerator is None for c in raised.cells if c.group == "black")


# ---------------------------------------------------------------- the command and its files


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["learn", "indicators", *words])
    out, err = capsys.readouterr()
    return code, out, err


def test_the_document_keeps_to_its_schema(here: Path, capsys: pytest.CaptureFixture[str]):
    take(here, "testham", usual())
    schema = json.loads((SCHEMAS / "learn-indicators.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    for words in ([], ["--by", "month", "--only", "iE2,ip1"], ["--ethnicity", "officer"]):
        code, out, _ = run(capsys, str(here), "--json", *words)
        assert code == 0
        Draft202012Validator(schema).validate(json.loads(out))


def test_the_terminal_keeps_to_80_columns(here: Path, capsys: pytest.CaptureFixture[str]):
    take(here, "testham", usual())
    code, out, _ = run(capsys, str(here))
    assert code == 0
    assert max(len(line) for line in out.splitlines()) <= 80
    assert "The first six" in out


def test_files_are_whole_alike_twice_and_tagged(
    here: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    from openpyxl import load_workbook
    from pypdf import PdfReader

    take(here, "testham", usual())
    for name in ("one", "two"):
        assert run(capsys, str(here), "-o", str(tmp_path / name))[0] == 0
    names = ["csv", "html", "json", "pdf", "xlsx"]
    for name in names:
        one, two = (tmp_path / d / f"indicators.{name}" for d in ("one", "two"))
        assert one.read_bytes() == two.read_bytes(), name
    rows = list(csv.DictReader(io.StringIO((tmp_path / "one/indicators.csv").read_text("utf-8"))))
    arrests = [
        r for r in rows if (r["indicator"], r["period"], r["group"]) == ("iP1", "2021", "all")
    ]
    assert arrests[0]["numerator"] == "72.0"
    sheet = load_workbook(tmp_path / "one/indicators.xlsx")["numbers"]
    assert sheet.max_row == len(rows) + 1
    reader = PdfReader(tmp_path / "one/indicators.pdf")
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    page = (tmp_path / "one/indicators.html").read_text(encoding="utf-8")
    assert page.count("<svg") >= 2 and "not by, for" not in page


def test_wrong_wishes_are_told_all_at_once(here: Path, capsys: pytest.CaptureFixture[str]):
    code, _, err = run(
        capsys, str(here), "--by", "week", "--only", "iP1,iX9", "--from", "2021-13",
        "--ethnicity", "mine",
    )  # fmt: skip
    assert code == 1
    for part in ("--by", "iX9", "2021-13", "--ethnicity"):
        assert part in err


def test_an_agency_that_is_not_there_is_named_with_the_nearest(
    here: Path, capsys: pytest.CaptureFixture[str]
):
    take(here, "testham", usual())
    code, _, err = run(capsys, str(here), "--agency", "testhem")
    assert code == 1 and 'did you mean "testham"?' in err


def test_two_agencies_without_a_name_of_the_place_ask_which(here: Path):
    stops = [s for s in usual() if s.month.startswith("2021")]
    take(here, "north", stops)
    take(here, "south", [*stops, Stop("2021-05", 3)])
    why = result(report(here), "iP1").why[0]
    assert "north, south" in why and "--agency" in why


# ---------------------------------------------------------------- into the place file


def test_contacts_and_their_ends_are_written_into_the_place(
    here: Path, capsys: pytest.CaptureFixture[str]
):
    take(here, "testham", usual())
    before = (here / "place.toml").read_text(encoding="utf-8")
    code, out, _ = run(capsys, str(here), "--update-place", "--only", "iP1")
    assert code == 0 and "searches_drug_year = 960" in out
    data = tomllib.loads((here / "place.toml").read_text(encoding="utf-8"))
    contacts = data["contacts"]
    assert contacts["searches_drug_year"]["value"] == 960
    assert contacts["found"]["value"] == pytest.approx(17 / 80, abs=1e-4)
    assert contacts["ends_arrest"]["value"] == pytest.approx(6 / 17, abs=1e-4)
    assert contacts["ends_arrest"]["low"] == pytest.approx(6 / 17, abs=1e-4)
    assert contacts["ends_arrest"]["high"] == pytest.approx(9 / 17, abs=1e-4)
    assert "ends_referral" not in contacts and "ends_referral not written" in out
    assert "2021-01 to 2021-12" in contacts["found"]["source"]
    groups = {g["name"]: g for g in data["people"]["groups"]}
    assert groups["Black"]["searches_drug_year"]["value"] == 240
    old = tomllib.loads(before)
    assert data["people"]["residents"] == old["people"]["residents"]
    load(here)


def test_a_place_that_would_become_wrong_stays_as_it_is(
    here: Path, capsys: pytest.CaptureFixture[str]
):
    extra = '[contacts]\nends_referral = { value = 0.9, source = "made up" }\n'
    place(here, extra)
    take(here, "testham", usual())
    before = (here / "place.toml").read_bytes()
    code, _, err = run(capsys, str(here), "--update-place", "--only", "iP1")
    assert code == 1 and "ends" in err
    assert (here / "place.toml").read_bytes() == before


def test_nothing_is_written_of_what_is_refused(here: Path, capsys: pytest.CaptureFixture[str]):
    stops = [Stop(m, 30, found=None) for m in months(2021)]
    stops += [Stop(m, 10, "", None) for m in months(2021)]
    take(here, "testham", stops)
    code, out, _ = run(capsys, str(here), "--update-place", "--only", "iP1")
    assert code == 0 and "not written" in out
    contacts = tomllib.loads((here / "place.toml").read_text(encoding="utf-8"))["contacts"]
    assert set(contacts) == {"searches_drug_year"}


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


def test_no_number_is_infinite_in_the_document(here: Path):
    take(here, "testham", [Stop(m, 40, NOTHING, None) for m in months(2021)])
    text = json.dumps(report(here).as_dict(), allow_nan=False)
    assert not math.isnan(len(text))


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
