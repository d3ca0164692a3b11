"""Luck: uniform, unrelated across people, weeks, events and draws, the same however asked for."""

from __future__ import annotations

import numba
import numpy as np
import pytest
from scipy import stats

from offramp.model import luck

MANY = 200_000


@numba.njit
def one_by_one(seed, draw, week, event, people):
    found = np.empty(people, np.float32)
    stream = luck.key(seed, draw, week, event)
    for person in range(people):
        found[person] = luck.uniform(stream, np.uint32(person))
    return found


@numba.njit
def all_at_once(seed, draw, week, event, first, people):
    found = np.empty(people, np.float32)
    luck.fill(found, luck.key(seed, draw, week, event), first)
    return found


@numba.njit
def below(seed, limit, weeks, people):
    """How many of people x weeks numbers are below limit."""
    buffer = np.empty(people, np.float32)
    count = 0
    for week in range(weeks):
        luck.fill(buffer, luck.key(seed, 0, week, 2), 0)
        for i in range(people):
            count += 1 if buffer[i] < limit else 0
    return count


@pytest.mark.parametrize(
    "stream", [(1, 0, 0, 0), (1, 0, 0, 31), (7, 127, 364, 2), (2**31 - 1, 4095, 1143, 13)]
)
def test_numbers_are_uniform_between_zero_and_one(stream):
    numbers = all_at_once(*stream, 0, MANY).astype(float)
    assert numbers.min() >= 0 and numbers.max() < 1
    # standard errors: mean sqrt(1/12/n) = 0.00065, variance sqrt(1/180/n) = 0.00017
    assert numbers.mean() == pytest.approx(1 / 2, abs=0.0030)
    assert numbers.var() == pytest.approx(1 / 12, abs=0.0008)
    assert stats.kstest(numbers, "uniform").pvalue > 1e-4
    cells = np.bincount((numbers * 256).astype(int), minlength=256)
    assert stats.chisquare(cells).pvalue > 1e-4


def test_a_person_has_the_same_number_alone_and_in_any_block():
    alone = one_by_one(3, 5, 40, 17, 3000)
    assert np.array_equal(alone, all_at_once(3, 5, 40, 17, 0, 3000))
    assert np.array_equal(alone[1024:2048], all_at_once(3, 5, 40, 17, 1024, 1024))
    assert np.array_equal(alone, one_by_one(3, 5, 40, 17, 3000))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((1, 0, 10, 2), (1, 0, 11, 2)),  # the next week
        ((1, 0, 10, 2), (1, 0, 10, 3)),  # another event
        ((1, 0, 10, 2), (1, 1, 10, 2)),  # the next draw
        ((1, 0, 10, 2), (2, 0, 10, 2)),  # the next seed
        ((1, 0, 10, 31), (1, 0, 11, 0)),  # last event of a week, first of the next
        ((1, 0, 1, 0), (1, 1, 0, 0)),
    ],
    ids=["week", "event", "draw", "seed", "edge", "swapped"],
)
def test_streams_have_nothing_to_do_with_each_other(one, other):
    a = all_at_once(*one, 0, MANY).astype(float)
    b = all_at_once(*other, 0, MANY).astype(float)
    # correlation of unrelated numbers: standard error 1 / sqrt(n) = 0.0022
    assert abs(np.corrcoef(a, b)[0, 1]) < 0.010
    shifted = [np.corrcoef(a[:-lag], b[lag:])[0, 1] for lag in (1, 2, 1024)]
    assert np.abs(shifted).max() < 0.010
    square = np.histogram2d(a, b, bins=16, range=[[0, 1], [0, 1]])[0]
    assert stats.chisquare(square.ravel()).pvalue > 1e-4


@pytest.mark.parametrize("lag", [1, 2, 3, 16, 256, 1024, 4096])
def test_neighbours_have_nothing_to_do_with_each_other(lag):
    numbers = all_at_once(11, 3, 77, 1, 0, MANY).astype(float)
    assert abs(np.corrcoef(numbers[:-lag], numbers[lag:])[0, 1]) < 0.010


def test_one_persons_weeks_have_nothing_to_do_with_each_other():
    weeks = np.array([all_at_once(5, 2, week, 4, 0, 1000) for week in range(260)], float)
    # mean correlation between following weeks over 1,000 people: standard error 0.002
    following = np.mean((weeks[1:] - 0.5) * (weeks[:-1] - 0.5)) * 12
    assert abs(following) < 0.010
    # a person's mean over 260 weeks is spread as chance has it: 1 / sqrt(12 x 260)
    assert weeks.mean(axis=0).std() == pytest.approx(1 / np.sqrt(12 * 260), rel=0.10)


@pytest.mark.parametrize("rate", [1e-5, 3e-5, 1e-4])
def test_rare_events_come_as_often_as_they_should(rate):
    weeks, people = 400, 50_000
    expected = rate * weeks * people  # 200, 600, 2000
    assert below(9, np.float32(rate), weeks, people) == pytest.approx(
        expected, abs=4.5 * np.sqrt(expected)
    )


def test_no_two_events_share_a_number():
    ids = [
        value
        for name, value in vars(luck).items()
        if name.isupper() and not name.startswith("_") and name not in {"EVERY_WEEK", "EVENTS"}
        and isinstance(value, int)
    ]  # fmt: skip
    assert len(ids) == len(set(ids)) and max(ids) < luck.EVENTS
