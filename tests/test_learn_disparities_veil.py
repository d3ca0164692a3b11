"""Veil of darkness: sunset as in almanacs, and planted differences of light."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.special import expit

from offramp.catalogue.problems import InputError
from offramp.learn.disparities.make import Question, disparities
from offramp.learn.disparities.sun import DUSK, SUNSET, Where, evening
from offramp.learn.disparities.veil import Searches, logit, natural_spline, veil
from offramp.place.load import load
from tests.disparities_sample import group, of, usual
from tests.stops_sample import Stop, months, take

LONDON = Where(51.5074, -0.1278, "Europe/London")


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
