"""How numbers read in the briefing: with range, with direction, without false digits."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offramp.brief import phrases


def effect(change: float, low: float, high: float, **more: Any) -> dict[str, Any]:
    return {"change": change, "low": low, "high": high, "unit": "deaths a year", **more}


@pytest.mark.parametrize(
    ("change", "low", "high", "said"),
    [
        (-4, -9, -1, "4.0 fewer (1.0 to 9.0 fewer)"),
        (3.2, 1.1, 14, "3 more (1 to 14 more)"),
        (-1, -3, 1, "1.0 fewer (between 3.0 fewer and 1.0 more)"),
        (0, 0, 0, "no change (in nine of ten runs)"),
        (-1234, -2111, -420, "1,200 fewer (400 to 2,100 fewer)"),
        (-0.04, -0.4, 0, "0.04 fewer (between 0.40 fewer and no change)"),
        (0, -2, 3, "no change (between 2.0 fewer and 3.0 more)"),
    ],
)
def test_a_change_says_its_direction_and_its_range(
    change: float, low: float, high: float, said: str
) -> None:
    assert phrases.change(effect(change, low, high)) == said


def test_levels_are_lower_or_higher_and_not_fewer() -> None:
    points = effect(1.5, -0.5, 3, unit="percentage points")
    assert phrases.change(points) == "1.5 higher (between 0.5 lower and 3.0 higher)"


def test_no_digits_finer_than_a_ten_thousandth_of_today() -> None:
    tiny = effect(-0.2, -1.4, 7.7, today=15_300)
    assert phrases.change(tiny) == "no change (between no change and 10 more)"
    assert phrases.signed(effect(0.0001, 0, 0.0002, today=50)) == ("0", "")


def test_what_is_not_known_is_said() -> None:
    unknown = {"change": None, "low": None, "high": None, "unit": "x", "chance_better": None}
    assert phrases.change(unknown) == "not known"
    assert phrases.signed(unknown) == ("not known", "")
    assert phrases.reading(unknown, 5) == "not known"


@pytest.mark.parametrize(
    ("chance", "told", "said"),
    [
        (0.5, None, "cannot tell"),
        (0.4, "helps", "cannot tell"),
        (0.6, None, "cannot tell"),
        (0.9, "helps", "90% chance that it is better"),
        (0.1, "harms", "90% chance that it is worse"),
        (1.0, "helps", "over 99% chance that it is better"),
        (0.9, "too_small", "too small to see here in 5 years"),
        (None, "shown", ""),
    ],
)
def test_what_may_be_read_from_a_chance(chance: float | None, told: str | None, said: str) -> None:
    one = effect(-1, -2, 0, chance_better=chance, reading=told)
    assert phrases.reading(one, 5) == said


numbers = st.floats(-1e7, 1e7, allow_nan=False)


@given(st.tuples(numbers, numbers, numbers), st.one_of(st.none(), st.floats(0, 1e8)))
def test_the_words_never_contradict_the_numbers(
    values: tuple[float, float, float], today: float | None
) -> None:
    low, middle, high = sorted(values)
    said = phrases.change(effect(middle, low, high, today=today))
    if "fewer" in said.split("(")[0]:
        assert middle < 0
    if "more" in said.split("(")[0]:
        assert middle > 0
    if "between" not in said and "no change" not in said:
        assert (low < 0) == (high < 0)
    assert "-" not in said  # signs are words; a minus would be a true minus
    assert not re.search(r"\de[+-]?\d", said)
    assert "−0 " not in said


@given(st.floats(0, 1))
def test_a_chance_is_never_told_as_certain(chance: float) -> None:
    assert phrases.chance(chance) not in ("0%", "100%")


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (phrases.money(240_000, "GBP"), "£240,000"),
        (phrases.money(1_234_000, "USD"), "US$1.2 million"),
        (phrases.money(-35_400, "KES"), "−KES 35,000"),
        (phrases.costs(110_000, 240_000, 520_000, "GBP"), "£240,000 (£110,000 to £520,000)"),
        (
            phrases.net(-5e4, -2e5, 1e5, "GBP"),
            "saves £50,000 (between a saving of £200,000 and a cost of £100,000)",
        ),
        (phrases.net(5e4, 2e4, 1e5, "GBP"), "costs £50,000 (£20,000 to £100,000)"),
        (phrases.percent(0.08), "8%"),
        (phrases.percent(0.014), "1.4%"),
        (phrases.amount(6533, 5936, 7894), "6,533 (5,936 to 7,894)"),
        (phrases.years(0.2), "less than a year"),
        (phrases.whole_years(1), "1 year"),
        (phrases.whole_years(5), "5 years"),
        (phrases.listed(["a", "b", "c"]), "a, b and c"),
    ],
)  # fmt: skip
def test_money_shares_and_lists_read_plainly(said: str, wanted: str) -> None:
    assert said == wanted


@pytest.mark.parametrize(
    ("value", "low", "high", "said"),
    [
        (514_000, 27_192, 2_960_000, "510,000 (27,000 to 3,000,000)"),
        (4_043, 433, 13_316, "4,000 (430 to 13,000)"),
        (5_300, 4_851, 10_100, "5,300 (4,900 to 10,000)"),
        (0.5, 0.0004, 2, "0.50 (0.00040 to 2.0)"),
        (12, 0, 30, "12 (0 to 30)"),
        (0, 0, 0, "0 (0 to 0)"),
    ],
)
def test_each_end_of_a_level_keeps_two_digits_and_only_nothing_is_0(
    value: float, low: float, high: float, said: str
) -> None:
    assert phrases.about(value, low, high) == said
