"""What is counted, how it is expected, and how probable it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from offramp.catalogue.problems import InputError
from offramp.place.load import load
from offramp.plan.calibration.cells import LONGEST, window
from offramp.plan.calibration.forward import CHANNELS, formula
from offramp.plan.calibration.observe import (
    beta_binomial,
    drawn,
    expected,
    log_likelihood,
    negative_binomial,
)
from offramp.plan.calibration.odd import odd_counts
from offramp.plan.calibration.sampling import sobol
from offramp.plan.calibration.sense import check_sense
from tests.calibration_place import (
    SEARCHES,
    case_of,
    catalogue,
    place_with,
    quarters,
    series,
    usual,
)


@pytest.mark.parametrize(
    ("count", "mean", "spread"), [(0, 3.0, 0.2), (7, 5.5, 0.5), (900, 1e3, 0.05)]
)
def test_negative_binomial_is_that_of_another_library(
    count: int, mean: float, spread: float
) -> None:
    size = 1 / spread**2
    wanted = stats.nbinom.logpmf(count, size, size / (size + mean))
    assert negative_binomial(count, np.array([mean]), np.array([spread]))[0] == pytest.approx(
        wanted
    )


@pytest.mark.parametrize(
    ("count", "share", "spread"), [(0, 0.1, 0.3), (12, 0.2, 0.1), (60, 0.5, 0.2)]
)
def test_beta_binomial_is_that_of_another_library(count: int, share: float, spread: float) -> None:
    total = share * (1 - share) / (spread * share) ** 2 - 1
    wanted = stats.betabinom.logpmf(count, 60, share * total, (1 - share) * total)
    found = beta_binomial(count, 60, np.array([share]), np.array([spread]))
    assert found[0] == pytest.approx(wanted)


def test_spread_beyond_chance_is_that_share_of_the_mean(tmp_path: Path) -> None:
    case = case_of(usual(tmp_path))
    z = np.repeat(sobol(case, 1, 1), 40_000, axis=0)
    one = expected(case, z, formula(case, z))[1]
    counts = drawn(one, np.random.default_rng(3))[:, 0]
    mean, spread = one.mean[0, 0], one.spread[0]
    assert counts.mean() == pytest.approx(mean, rel=0.02)
    assert counts.var() == pytest.approx(mean + (spread * mean) ** 2, rel=0.05)


def test_months_are_added_up_to_whole_quarters(tmp_path: Path) -> None:
    months = (
        "2019-02,10\n2019-03,20\n2019-04,1\n2019-05,2\n2019-06,3\n2019-07,5\n2019-08,\n2019-09,6\n"
    )
    folder = place_with(tmp_path, series("deaths", "deaths", "month"), deaths=months)
    (target,) = window(load(folder)).targets
    assert (target.periods, target.counts.tolist()) == (("2019-Q2",), [6.0])


def test_months_of_how_many_there_are_at_once_are_averaged(tmp_path: Path) -> None:
    months = "2019-01,900\n2019-02,910\n2019-03,890\n"
    folder = place_with(tmp_path, series("treated", "people_in_treatment", "month"), treated=months)
    (target,) = window(load(folder)).targets
    assert (target.periods, target.counts.tolist()) == (("2019-Q1",), [900.0])


def test_a_part_of_deaths_is_not_read_as_arrests_among_searches(tmp_path: Path) -> None:
    years = "2018,20\n2019,30\n"
    folder = place_with(
        tmp_path,
        series("deaths", "deaths", "year"),
        series("opioids", "deaths", "year", 'of = "deaths"'),
        deaths=years,
        opioids="2018,10\n2019,12\n",
    )
    with pytest.raises(InputError, match=r"place.toml, line \d+: outcomes.*of makes deaths of"):
        window(load(folder))


def test_a_dot_between_thousands_is_not_a_decimal_point(tmp_path: Path) -> None:
    folder = place_with(tmp_path, series("deaths", "deaths", "year"), deaths="2018,1.000\n")
    with pytest.raises(InputError, match="without a dot: 1, or 1000"):
        load(folder)


def test_zeros_are_counts_and_withheld_ones_are_not(tmp_path: Path) -> None:
    rows = "2019-Q1,0\n2019-Q2,Suppr.\n2019-Q3,<6\n2019-Q4,9\n"
    case = case_of(place_with(tmp_path, series("deaths", "deaths"), deaths=rows))
    (target,) = case.seen.targets
    assert target.known.tolist() == [True, False, True, True]
    z = sobol(case, 8, 1)
    (one,) = expected(case, z, formula(case, z))
    size = 1 / one.spread**2
    chance = [
        stats.nbinom.logpmf(0, size, size / (size + one.mean[:, 0])),
        np.log(stats.nbinom.cdf(5, size, size / (size + one.mean[:, 2]))),
        stats.nbinom.logpmf(9, size, size / (size + one.mean[:, 3])),
    ]
    assert log_likelihood(one) == pytest.approx(np.sum(chance, axis=0))


def test_deaths_registered_later_are_of_the_year_before(tmp_path: Path) -> None:
    later = 'registered_later = { value = 0.25, source = "made up for a test" }'
    table = series("deaths", "deaths", "year", later).replace('"record"', '"registration"')
    case = case_of(place_with(tmp_path, table, deaths="2018,20\n2019,30\n"))
    assert case.seen.name(0) == "2017-Q1"
    happening = np.zeros((1, 12, len(CHANNELS)))
    happening[0, :, 0] = [10] * 4 + [20] * 4 + [40] * 4
    z = sobol(case, 1, 1)
    (one,) = expected(case, z, happening)
    scope = case.unknowns.value("place:outcomes.deaths", z)[0]
    assert one.mean[0] * scope == pytest.approx([0.75 * 80 + 0.25 * 40, 0.75 * 160 + 0.25 * 80])


def test_a_part_of_searches_is_a_share_of_them(tmp_path: Path) -> None:
    folder = place_with(
        tmp_path,
        series("searches", "drug_searches"),
        series("arrests", "possession_arrests", more='of = "searches"'),
        searches=quarters([400, 410, 420, 430]),
        arrests=quarters([40, 41, 42, 43]),
    )
    case = case_of(folder)
    assert case.seen.targets[1].trials is not None
    assert case.seen.targets[1].trials.tolist() == [400, 410, 420, 430]
    assert "place:contacts.ends_arrest" in case.unknowns.vague
    z = sobol(case, 64, 1)
    share = expected(case, z, formula(case, z))[1].mean
    assert ((share > 0) & (share < 1)).all()


def test_a_drift_is_a_walk_with_a_step_each_quarter(tmp_path: Path) -> None:
    case = case_of(usual(tmp_path))
    path = next(p for p in case.unknowns.paths if p.of == "overdose")
    steps = np.array([(1.0, -2.0, 0.5)[k % 3] for k in range(len(path.steps))])
    z = np.zeros((1, len(case.unknowns.names)))
    z[0, [case.unknowns.at[name] for name in path.steps]] = steps
    spread = case.unknowns.value(path.spread, z)[0]
    wanted = np.concatenate([[0.0], np.cumsum(steps * spread * np.sqrt(0.25))])
    assert case.unknowns.drift(path, z)[0] == pytest.approx(wanted)


def test_a_drift_begins_with_its_own_counts_and_steps_yearly_where_these_are_yearly(
    tmp_path: Path,
) -> None:
    folder = place_with(
        tmp_path,
        series("deaths", "deaths", "year"),
        series("searches", "drug_searches"),
        deaths="2016,20\n2017,25\n2018,22\n2019,30\n",
        searches=quarters(SEARCHES[:8], 2018),
    )
    paths = {p.of: p for p in case_of(folder).unknowns.paths}
    assert paths["overdose"].starts.tolist() == [4, 8, 12]
    assert paths["contact"].starts.tolist() == list(range(9, 16))


def test_a_figure_that_stems_from_the_series_gets_a_vague_prior(tmp_path: Path) -> None:
    case = case_of(usual(tmp_path))
    prior = case.unknowns.vague["place:contacts.searches_drug_year"]
    assert prior.high is not None
    assert prior.low is not None
    assert prior.high / prior.low == pytest.approx(100)


def test_a_place_without_a_series_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no series"):
        window(load(place_with(tmp_path)))


def test_a_window_is_not_endless(tmp_path: Path) -> None:
    rows = "".join(f"{year},5\n" for year in range(1990, 2021))
    with pytest.raises(InputError, match=f"within {LONGEST} quarters"):
        window(load(place_with(tmp_path, series("deaths", "deaths", "year"), deaths=rows)))


def test_periods_for_calibration_may_differ_from_those_that_say_what_today_is(
    tmp_path: Path,
) -> None:
    more = 'use_from = "2018-Q1"\ncalibrate_from = "2017-Q1"\ncalibrate_to = "2018-Q2"'
    table = series("deaths", "deaths", more=more)
    (target,) = window(load(place_with(tmp_path, table, deaths=quarters([1] * 12)))).targets
    assert (target.periods[0], target.periods[-1]) == ("2017-Q1", "2018-Q2")


@pytest.mark.parametrize("by", [1000, 1 / 1000])
def test_a_unit_off_by_a_thousand_is_told_before_any_work(tmp_path: Path, by: float) -> None:
    folder = place_with(
        tmp_path,
        series("deaths", "deaths"),
        series("searches", "drug_searches"),
        deaths=quarters([6] * 12),
        searches=quarters([round(n * by) for n in SEARCHES]),
    )
    place = load(folder)
    with pytest.raises(InputError) as caught:
        check_sense(place, catalogue(), window(place))
    (problem,) = caught.value.problems
    assert problem.file.endswith("searches.csv")
    assert "Check the unit" in problem.right


def test_one_row_off_by_a_thousand_is_named(tmp_path: Path) -> None:
    deaths = [6, 7, 6000, 5, 7, 6]
    place = load(place_with(tmp_path, series("deaths", "deaths"), deaths=quarters(deaths)))
    with pytest.raises(InputError) as caught:
        check_sense(place, catalogue(), window(place))
    (problem,) = caught.value.problems
    assert problem.field == "2016-Q3"
    assert problem.problem.startswith("counts 6,000, where ")


@pytest.mark.parametrize("deaths", [[0, 1, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0], [0]])
def test_few_counts_are_possible_where_chance_can_make_so_few(
    tmp_path: Path, deaths: list[int]
) -> None:
    place = load(place_with(tmp_path, series("deaths", "deaths"), deaths=quarters(deaths)))
    check_sense(place, catalogue(), window(place))


def test_no_searches_where_hundreds_are_possible_are_told(tmp_path: Path) -> None:
    folder = place_with(tmp_path, series("s", "drug_searches"), s=quarters([0] * 12))
    text = (folder / "place.toml").read_text(encoding="utf-8")
    more = '\n[contacts.searches_drug_year]\nvalue = 90000\nsource = "made up for a test"\n'
    (folder / "place.toml").write_text(text + more, encoding="utf-8")
    place = load(folder)
    with pytest.raises(InputError, match="is 0 in a usual quarter"):
        check_sense(place, catalogue(), window(place))


def test_a_part_without_a_period_of_its_whole_is_told(tmp_path: Path) -> None:
    folder = place_with(
        tmp_path,
        series("searches", "drug_searches"),
        series("arrests", "possession_arrests", more='of = "searches"'),
        searches=quarters([400, 410], 2018),
        arrests=quarters([40, 41], 2016),
    )
    with pytest.raises(
        InputError, match=r"line \d+: outcomes.*of has no known period in common with searches"
    ):
        window(load(folder))


def test_counts_after_the_day_of_the_file_are_told(tmp_path: Path) -> None:
    """as_of is 26 November 2026."""
    load(place_with(tmp_path / "now", series("d", "deaths"), d="2026-Q2,4\n2026-Q3,1\n"))
    later = place_with(tmp_path / "later", series("d", "deaths"), d="2026-Q4,4\n2027-Q1,5\n")
    with pytest.raises(InputError, match=r"runs to 2027-Q1.*as_of \(2026-11-26\)"):
        load(later)


def test_a_limit_alone_says_nothing_about_a_share(tmp_path: Path) -> None:
    folder = place_with(
        tmp_path,
        series("searches", "drug_searches"),
        series("arrests", "possession_arrests", more='of = "searches"'),
        searches=quarters([400, 410, 420]),
        arrests="2016-Q1,40\n2016-Q2,<6\n2016-Q3,41\n",
    )
    (_, arrests) = window(load(folder)).targets
    assert arrests.known.tolist() == [True, False, True]


@pytest.mark.parametrize("by", [0, 1 / 1000])
def test_a_part_that_is_a_thousand_times_too_small_is_told(tmp_path: Path, by: float) -> None:
    folder = place_with(
        tmp_path,
        series("searches", "drug_searches"),
        series("arrests", "possession_arrests", more='of = "searches"'),
        searches=quarters([4000] * 8),
        arrests=quarters([round(600 * by)] * 8),
    )
    place = load(folder)
    with pytest.raises(InputError) as caught:
        check_sense(place, catalogue(), window(place))
    (problem,) = caught.value.problems
    assert problem.file.endswith("arrests.csv") and "a part of 4,000" in problem.problem


def test_a_whole_in_another_unit_does_not_bring_its_part_into_doubt(tmp_path: Path) -> None:
    folder = place_with(
        tmp_path,
        series("searches", "drug_searches"),
        series("arrests", "possession_arrests", more='of = "searches"'),
        searches=quarters([900_000] * 8),
        arrests=quarters([600] * 8),
    )
    place = load(folder)
    with pytest.raises(InputError) as caught:
        check_sense(place, catalogue(), window(place))
    assert [p.file.endswith("searches.csv") for p in caught.value.problems] == [True]


def notes(folder: Path, counts: list[int], measure: str = "deaths") -> list[str]:
    place = place_with(folder, series("counts", measure), counts=quarters(counts))
    return list(odd_counts(load(place)))


def test_a_zero_among_many_is_asked_about(tmp_path: Path) -> None:
    (said,) = notes(tmp_path, [120, 109, 0, 131, 139])
    assert said.startswith("counts.csv: 2016-Q3 is 0, where 109 to 139 are counted around it")
    assert said.endswith("is it unknown? Write it as empty")
    (said,) = notes(tmp_path, [120, 109, 0, 0, 131, 139])
    assert "2016-Q3 to 2016-Q4 are 0" in said


def test_a_count_in_another_unit_is_asked_about(tmp_path: Path) -> None:
    (said,) = notes(tmp_path, [120, 109, 13_000, 131, 139])
    assert "2016-Q3 is 13,000, where 109 to 139 are counted around it: is it in the same" in said
    (said,) = notes(tmp_path, [1200, 1090, 1, 1310, 1390])
    assert "2016-Q3 is 1, where" in said


@pytest.mark.parametrize(
    "counts",
    [
        [4, 6, 0, 5, 7],
        [0, 0, 1, 0, 0],
        [0] * 6,
        [9, 8, 0, 14, 2],
        [1, 20, 2, 1],
        [500, 300, 90, 40],
    ],
)
def test_what_chance_or_a_fall_can_make_is_not_asked_about(
    tmp_path: Path, counts: list[int]
) -> None:
    assert notes(tmp_path, counts) == []


@pytest.mark.parametrize("name", ["south-wales", "philadelphia", "british-columbia"])
def test_no_count_of_the_worked_examples_is_asked_about(name: str) -> None:
    place = load(Path(__file__).parents[1] / "places" / name)
    assert list(odd_counts(place)) == []
    check_sense(place, catalogue(), window(place))


def test_a_part_larger_than_its_whole_is_told(tmp_path: Path) -> None:
    folder = place_with(
        tmp_path,
        series("searches", "drug_searches"),
        series("arrests", "possession_arrests", more='of = "searches"'),
        searches=quarters([400, 410]),
        arrests=quarters([40, 411]),
    )
    place = load(folder)
    with pytest.raises(InputError, match="counts 411 of 410"):
        check_sense(place, catalogue(), window(place))
