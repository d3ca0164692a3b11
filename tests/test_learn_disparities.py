"""Disparities: each test against arithmetic of its own, another library, or a planted truth."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm
from jsonschema import Draft202012Validator
from scipy.special import expit, ndtr
from statsmodels.stats.multitest import multipletests

import offramp
from offramp.catalogue.problems import InputError
from offramp.cli.app import main
from offramp.learn.disparities.figures import Test as DisparityTest
from offramp.learn.disparities.make import Disparities, Question, disparities
from offramp.learn.disparities.rows import newest_run
from offramp.learn.disparities.several import Stratum, adjusted, stratified
from offramp.learn.disparities.sun import DUSK, SUNSET, Where, evening
from offramp.learn.disparities.threshold import Floats, _Model, thresholds
from offramp.learn.disparities.veil import Searches, logit, natural_spline, veil
from offramp.place.load import load
from tests.stops_sample import Stop, months, place, take

SCHEMAS = Path(offramp.__file__).parent / "schemas"
LONDON = Where(51.5074, -0.1278, "Europe/London")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("OFFRAMP_DATA", str(tmp_path / "owner"))
    return place(tmp_path / "testham")


def of(found: Disparities, name: str) -> DisparityTest:
    return next(test for test in found.tests if test.id == name)


def group(test: DisparityTest, name: str):
    return next(one for one in test.compared if one.group == name)


def usual() -> list[Stop]:
    """Each month: 100 White, 30 finds, 10 arrests; 40 Black, 6 and 4; 10 Asian, 3 and 1."""
    stops = []
    for month in months(2021):
        for name, n, finds, arrests in (
            ("white", 100, 30, 10),
            ("black", 40, 6, 4),
            ("asian", 10, 3, 1),
        ):
            stops += [
                Stop(month, n - finds, group=name),
                Stop(month, finds - arrests, "Community resolution", True, group=name),
                Stop(month, arrests, "Arrest", True, group=name),
            ]
    return stops


# ---------------------------------------------------------------- the arithmetic


def test_q_values_agree_with_statsmodels():
    p = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.5, 0.0001]
    assert adjusted(p) == pytest.approx(multipletests(p, method="fdr_bh")[1])
    assert adjusted([]) == []


def test_within_strata_a_difference_made_by_where_people_are_searched_goes_away():
    """Both have 50% in one area and 10% in the other; only where they are searched differs."""
    both = stratified([Stratum(10, 20, 40, 80), Stratum(8, 80, 2, 20)])
    assert both is not None and both.used == 2
    assert both.ratio.mid == pytest.approx(1.0)


def test_the_ratio_within_strata_is_that_of_statsmodels():
    strata = [Stratum(12, 40, 30, 50), Stratum(5, 30, 20, 70), Stratum(9, 25, 4, 22)]
    tables = [np.array([[s.k, s.n - s.k], [s.k0, s.n0 - s.k0]]) for s in strata]
    up = sum(t[0, 0] * t[1].sum() / t.sum() for t in tables)
    down = sum(t[1, 0] * t[0].sum() / t.sum() for t in tables)
    found = stratified(strata)
    assert found is not None
    assert found.ratio.mid == pytest.approx(up / down)
    logs = np.log([found.ratio.low, found.ratio.mid, found.ratio.high])
    assert logs[1] - logs[0] == pytest.approx(logs[2] - logs[1])


def test_the_range_within_one_stratum_is_the_usual_one():
    found = stratified([Stratum(30, 100, 45, 120)])
    assert found is not None
    usual_error = np.sqrt(1 / 30 - 1 / 100 + 1 / 45 - 1 / 120)
    width = np.log(found.ratio.high / found.ratio.low) / (2 * 1.959963984540054)
    assert width == pytest.approx(usual_error, rel=1e-9)


@pytest.mark.parametrize(
    ("day", "where", "below", "clock"),
    [  # sunset and the end of civil twilight as published in almanacs, to the minute
        (date(2022, 1, 1), LONDON, SUNSET, "16:02"),
        (date(2022, 3, 27), LONDON, SUNSET, "19:25"),
        (date(2022, 6, 21), LONDON, SUNSET, "21:22"),
        (date(2022, 12, 21), LONDON, DUSK, "16:34"),
        (date(2022, 6, 21), Where(40.7128, -74.006, "America/New_York"), SUNSET, "20:31"),
        (date(2022, 12, 21), Where(40.7128, -74.006, "America/New_York"), SUNSET, "16:32"),
        (date(2022, 6, 21), Where(-33.87, 151.21, "Australia/Sydney"), SUNSET, "16:54"),
    ],
)
def test_the_sun_sets_when_almanacs_say(day: date, where: Where, below: float, clock: str):
    hours, minutes = clock.split(":")
    assert evening([day], where, below)[0] == pytest.approx(int(hours) * 60 + int(minutes), abs=2)


def test_where_the_sun_does_not_set_there_is_no_evening():
    assert np.isnan(evening([date(2022, 6, 21)], Where(70, 25, "Europe/Oslo"), SUNSET)[0])


def test_the_regression_agrees_with_statsmodels():
    random = np.random.default_rng(3)
    x = random.normal(size=(400, 2))
    design = np.column_stack([np.ones(400), x])
    yes = random.binomial(1, expit(0.3 + x @ [0.8, -0.5])).astype(float)
    weight = random.integers(1, 4, size=400).astype(float)
    cluster = random.integers(0, 30, size=400)
    found = logit(design, yes, weight, cluster)
    assert found is not None
    rows = np.repeat(np.arange(400), weight.astype(int))
    model = sm.GLM(yes[rows], design[rows], family=sm.families.Binomial())
    theirs = model.fit(
        cov_type="cluster", cov_kwds={"groups": cluster[rows], "use_correction": False}
    )
    assert found[0] == pytest.approx(theirs.params, rel=1e-6)
    assert np.sqrt(np.diag(found[1]) * 29 / 30) == pytest.approx(theirs.bse, rel=1e-6)


def test_the_spline_is_straight_beyond_its_knots():
    knots = np.array([1.0, 2.0, 3.0, 4.0])
    values = natural_spline(np.array([5.0, 6.0, 7.0, -1.0, -2.0, -3.0]), knots)
    assert np.diff(values[:3], 2, axis=0) == pytest.approx(0, abs=1e-9)
    assert np.diff(values[3:], 2, axis=0) == pytest.approx(0, abs=1e-9)


# ---------------------------------------------------------------- veil of darkness


def evenings(random: np.random.Generator, in_light: float, in_dark: float) -> Searches:
    """A year of searches from 16:00 to 23:00, with the share of Black people given by the light."""
    days = [date(2021, 1, 1) + timedelta(days=i) for i in range(365)]
    dusk, sunset = evening(days, LONDON, DUSK), evening(days, LONDON, SUNSET)
    minute = random.integers(16 * 60, 23 * 60, size=(365, 40))
    chance = np.where(minute >= dusk[:, None], in_dark, in_light)
    black = random.random((365, 40)) < chance
    assert (minute < sunset[:, None]).any()
    return Searches(
        [day for day in days for _ in range(40)],
        minute.ravel(),
        list(np.where(black.ravel(), "black", "white")),
        np.ones(365 * 40, dtype=np.int64),
    )


def test_a_planted_difference_of_light_is_found_and_its_size_too():
    (found,) = veil(evenings(np.random.default_rng(1), 0.4, 0.3), LONDON, "white", ["black"])
    assert found.odds is not None
    true = (0.3 / 0.7) / (0.4 / 0.6)
    assert found.odds.low < true < found.odds.high
    assert found.odds.high < 1


def test_without_a_difference_of_light_the_range_holds_one_as_often_as_it_says():
    held = 0
    for seed in range(40):
        (found,) = veil(evenings(np.random.default_rng(seed), 0.3, 0.3), LONDON, "white", ["black"])
        assert found.odds is not None
        held += found.odds.low <= 1 <= found.odds.high
    assert held >= 34  # of 40 at 95%: fewer has a chance of 1 in 100


def test_too_few_searches_in_the_dark_are_not_judged():
    searches = evenings(np.random.default_rng(1), 0.001, 0.001)
    (found,) = veil(searches, LONDON, "white", ["black"])
    assert found.odds is None and "fewer than 10" in found.why


# ---------------------------------------------------------------- threshold test


def planted(
    seed: int, groups: tuple[float, ...], areas: int
) -> tuple[Floats, Floats, Floats, Floats]:
    """Counts of a world in which officers search above these chances of carrying."""
    random = np.random.default_rng(seed)
    r = len(groups)
    n = random.poisson(4000 * np.exp(random.normal(0, 0.6, (r, areas)))).astype(float)
    u = np.array([-2.5, -2.3, -2.7])[:r, None] + random.normal(0, 0.4, areas)
    delta = np.exp(np.array([0.5, 0.45, 0.55])[:r, None] + random.normal(0, 0.1, areas))
    t = np.log(np.array(groups) / (1 - np.array(groups)))[:, None] + random.normal(
        0, 0.2, (r, areas)
    )
    x = (t - u) / delta + delta / 2
    hit = expit(u) * ndtr(delta - x)
    searched = hit + (1 - expit(u)) * ndtr(-x)
    s = random.binomial(n.astype(int), searched)
    h = random.binomial(s, hit / searched)
    return n, s.astype(float), h.astype(float), expit(t) @ (n.sum(0) / n.sum())


def test_the_gradient_is_that_of_the_value():
    n, s, h, _ = planted(1, (0.1, 0.05), 6)
    model = _Model(n, s, h)
    at = model.start() + np.random.default_rng(2).normal(0, 0.2, model.size)
    steps = 1e-6 * np.eye(model.size)
    by_hand = [(model.value(at + e)[0] - model.value(at - e)[0]) / 2e-6 for e in steps]
    assert model.value(at)[1] == pytest.approx(np.array(by_hand), rel=1e-4, abs=1e-2)
    curve = [(model.value(at + e)[1] - model.value(at - e)[1]) / 2e-6 for e in steps]
    assert model.curvature(at) == pytest.approx(np.array(curve), rel=1e-3, abs=1.0)


def test_planted_thresholds_are_found():
    n, s, h, true = planted(4, (0.10, 0.10, 0.04), 14)
    found = thresholds(n, s, h)
    assert found.converged
    for span, value in zip(found.threshold, true, strict=True):
        assert span.low < value < span.high
    assert found.gap[2].high < 0 and found.p[2] < 0.01, "searched on less suspicion"
    assert found.gap[1].low < 0 < found.gap[1].high and found.p[1] > 0.05
    assert found.searched == pytest.approx(s / n, rel=0.15)


def test_the_order_of_areas_changes_nothing():
    n, s, h, _ = planted(5, (0.10, 0.05), 8)
    one = thresholds(n, s, h)
    other = thresholds(n[:, ::-1], s[:, ::-1], h[:, ::-1])
    assert one.gap[1].mid == pytest.approx(other.gap[1].mid, abs=2e-3)


def test_impossible_counts_are_refused():
    n = np.full((2, 3), 10.0)
    with pytest.raises(ValueError, match="0 <= finds <= searches <= n"):
        thresholds(n, n + 1, n)


# ---------------------------------------------------------------- from rows to tests


def test_counts_and_ratios_are_those_made_by_hand(here: Path):
    take(here, "testham", usual())
    found = disparities(load(here), Question())
    assert found.reference == "white" and len(found.months) == 12
    rates_ = group(of(found, "search_rates"), "black")
    assert (rates_.k, rates_.n) == (480, 10_000)
    assert rates_.ratio.mid == pytest.approx((480 / 10_000) / (1200 / 100_000))
    finds = group(of(found, "finds"), "black")
    assert (finds.k, finds.n) == (72, 480)
    assert finds.ratio.mid == pytest.approx((72 / 480) / (360 / 1200))
    assert finds.direction == "less"
    ends = group(of(found, "same_find"), "black")
    assert (ends.k, ends.n) == (48, 72)
    assert ends.within.mid == pytest.approx((48 / 72) / (120 / 360))


def test_q_takes_account_of_all_comparisons(here: Path):
    take(here, "testham", usual())
    found = disparities(load(here), Question())
    every = [one for test in found.tests for one in test.compared if one.p is not None]
    q = multipletests([one.p for one in every], method="fdr_bh")[1]
    assert [one.q for one in every] == pytest.approx(list(q))


def test_what_cannot_be_tested_is_refused_with_its_reason(here: Path):
    take(here, "testham", usual())
    found = disparities(load(here), Question())
    assert "people who could have been searched" in of(found, "threshold").refused
    assert "--latitude" in of(found, "veil_of_darkness").refused


def test_without_residents_rates_are_refused_and_the_rest_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("OFFRAMP_DATA", str(tmp_path / "owner"))
    folder = tmp_path / "nowhere"
    folder.mkdir()
    text = 'name = "Nowhere"\ncountry = "GB"\nas_of = 2024-01-01\n'
    (folder / "place.toml").write_text(text, encoding="utf-8")
    take(folder, "nowhere", usual())
    found = disparities(load(folder), Question())
    assert "people.groups" in of(found, "search_rates").refused
    assert not of(found, "finds").refused


def test_where_finds_are_not_recorded_another_end_stands_in_and_that_is_said(here: Path):
    stops = [Stop(s.month, s.n, s.outcome, None, s.group) for s in usual()]
    take(here, "testham", stops)
    found = of(disparities(load(here), Question()), "finds")
    assert group(found, "black").k == 72
    assert "stands in" in found.notes[0]


def test_how_finds_end_is_refused_where_no_arrest_is_written_down(here: Path):
    stops = [Stop(s.month, s.n, "Community resolution" if s.outcome == "Arrest" else s.outcome,
                  s.found, s.group) for s in usual()]  # fmt: skip
    take(here, "testham", stops)
    assert "not one arrest" in of(disparities(load(here), Question()), "same_find").refused


def test_small_groups_are_put_together(here: Path):
    small = [Stop("2021-02", 20, age="25-34"), Stop("2021-03", 30, age="over 34")]
    take(here, "testham", [*usual(), *small])
    found = disparities(load(here), Question(by="age"))
    assert (found.reference, found.pool) == ("18-24", ("25-34", "35+"))
    assert [one.group for one in of(found, "finds").compared] == ["18-24", "others together"]


def test_small_counts_are_withheld(here: Path):
    stops = [s for s in usual() if s.group != "asian"]
    stops += [Stop("2021-02", 60, group="asian"), Stop("2021-02", 4, "Arrest", True, group="asian")]
    take(here, "testham", stops)
    finds = of(disparities(load(here), Question()), "finds")
    assert group(finds, "asian").withheld == "small"
    hidden = [one for one in finds.compared if one.withheld]
    assert len(hidden) >= 2 and all(one.k is None and one.value is None for one in hidden)


def test_stops_without_a_search_make_the_threshold_test_possible(here: Path):
    """Rows of an agency that records stops, read with a mapping: searched or not, found or not."""
    from tests.stops_sample import table

    n, s, h, _ = planted(6, (0.10, 0.04), 6)
    n, s, h = (np.round(x / 10) for x in (n, s, h))
    mapping = (
        'id = "stops"\nname = "Stops"\nheader = ["day", "beat", "race", "did", "hit"]\n[[read]]\n'
        'table = "contacts"\n[read.columns]\ndate = { from = "day", form = "%Y-%m-%d" }\n'
        'area = { from = "beat" }\narea_kind = { is = "area" }\n'
        'kind = { from = "did", values = { "stop" = "stop", "search" = "person_search" } }\n'
        'ethnicity_self = { from = "race", values = { "W" = "white", "B" = "black" } }\n'
        'found = { from = "hit", values = { "y" = "yes", "n" = "no" } }\n'
        'ended = { from = "hit", values = { "y" = "arrest", "n" = "no_action" } }\n'
        'object = { is = "drugs" }\npower = { is = "misuse_of_drugs" }\n'
    )
    rows = ["day,beat,race,did,hit"]
    for r, race in enumerate("WB"):
        for d in range(6):
            day = f"2021-{d + 1:02d}"
            counts = ((n - s, "stop", "n"), (s - h, "search", "n"), (h, "search", "y"))
            for number, did, hit in counts:
                rows += [
                    f"{day}-{1 + i % 28:02d},B{d},{race},{did},{hit}"
                    for i in range(int(number[r, d]))
                ]
    table(here, "stops", mapping, "\n".join(rows) + "\n")
    found = of(disparities(load(here), Question()), "threshold")
    assert not found.refused
    assert group(found, "black").difference.mid < 0
    assert "6 areas" in found.notes[0] and "stopped" in found.notes[0]


def test_the_newest_months_without_a_gap_are_looked_at():
    old, new = months(2018), [f"2022-{m:02d}" for m in range(2, 11)]
    assert newest_run([*old, *new]) == tuple(new)
    assert len(newest_run([*months(2017), *months(2018), *months(2019), *months(2020)])) == 36


# ---------------------------------------------------------------- the command


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["learn", "disparities", *words])
    out, err = capsys.readouterr()
    return code, out, err


PLACED = ("--latitude", "51.5", "--longitude", "-0.1", "--time-zone", "Europe/London")


def test_the_document_keeps_to_its_schema(here: Path, capsys: pytest.CaptureFixture[str]):
    dark = [Stop(m, 30, clock=c, group=g) for m in months(2021) for c in ("17:30", "19:00")
            for g in ("white", "black")]  # fmt: skip
    take(here, "testham", [*usual(), *dark])
    schema = json.loads((SCHEMAS / "learn-disparities.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    for words in (PLACED, ("--by", "sex"), ("--ethnicity", "officer", "--from", "2021-03")):
        code, out, err = run(capsys, str(here), "--json", *words)
        if words == ("--by", "sex"):
            assert code == 1 and "fewer than two groups" in err
            continue
        assert code == 0, err
        Draft202012Validator(schema).validate(json.loads(out))


def test_the_terminal_keeps_to_80_columns_and_says_the_limits(
    here: Path, capsys: pytest.CaptureFixture[str]
):
    take(here, "testham", usual())
    code, out, _ = run(capsys, str(here), *PLACED)
    assert code == 0
    assert max(len(line) for line in out.splitlines()) <= 80
    assert out.count("Limits:") >= 3 and "None proves or rules out" in out


def test_files_are_whole_and_alike_twice(
    here: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    from pypdf import PdfReader

    take(here, "testham", usual())
    for name in ("one", "two"):
        assert run(capsys, str(here), "-o", str(tmp_path / name))[0] == 0
    for name in ("csv", "html", "json", "pdf", "xlsx"):
        one, two = (tmp_path / d / f"disparities.{name}" for d in ("one", "two"))
        assert one.read_bytes() == two.read_bytes(), name
    reader = PdfReader(tmp_path / "one/disparities.pdf")
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_wrong_wishes_are_told_all_at_once(here: Path, capsys: pytest.CaptureFixture[str]):
    take(here, "testham", usual())
    code, _, err = run(
        capsys, str(here), "--by", "height", "--from", "2022", "--to", "2021", "--latitude", "91",
        "--time-zone", "Mars/Olympus",
    )  # fmt: skip
    assert code == 1
    for part in ("height", "before 2022", "--latitude", "Mars/Olympus"):
        assert part in err
    code, _, err = run(capsys, str(here), "--reference", "blak")
    assert code == 1 and 'did you mean "black"?' in err


def test_the_place_file_may_say_where_it_lies(here: Path):
    path = here / "place.toml"
    head = 'latitude = 51.5\nlongitude = -0.1\ntime_zone = "{}"\n'
    text = path.read_text(encoding="utf-8")
    path.write_text(head.format("Europe/London") + text, encoding="utf-8")
    evening_stops = [
        Stop(month, n, clock=clock, group=name)
        for month in months(2021)
        for clock in ("16:30", "17:30", "19:00")
        for name, n in (("white", 30), ("black", 17))
    ]
    take(here, "testham", [*usual(), *evening_stops])
    found = of(disparities(load(here), Question()), "veil_of_darkness")
    assert not found.refused and group(found, "black").ratio.mid == pytest.approx(1, abs=0.3)
    path.write_text(head.format("Mars") + text, encoding="utf-8")
    with pytest.raises(InputError, match="time_zone"):
        disparities(load(here), Question())


def test_no_contacts_say_what_to_do(here: Path):
    with pytest.raises(InputError, match="offramp data import"):
        disparities(load(here), Question())
