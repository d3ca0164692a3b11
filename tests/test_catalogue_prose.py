from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offramp.catalogue.load import Catalogue, load
from offramp.catalogue.problems import InputError
from offramp.catalogue.prose import FORMS, PLACEHOLDER, References, fill
from offramp.catalogue.schema import Checked, Evidence, Interval, Source, Unit

SMALL = load(Path(__file__).parent / "small_catalogue")


def record(
    unit: Unit, estimate: float | None, low: float | None = None, high: float | None = None
) -> Evidence:
    interval = Interval(low=low, high=high) if low is not None and high is not None else None
    return Evidence(
        id="a",
        says="says",
        measure="measure",
        unit=unit,
        estimate=estimate,
        interval=interval,
        setting="setting",
        design="cohort",
        source=Source(citation="A source"),
        checked=Checked(how="abstract", on=date(2026, 1, 1)),
    )


def filled(evidence: Evidence, form: str = "") -> str:
    catalogue = Catalogue({}, {"a": evidence}, {}, {}, "", {})
    return fill("{a|" + form + "}" if form else "{a}", catalogue, lambda _: "[1]")


@pytest.mark.parametrize(
    ("unit", "numbers", "form", "reads"),
    [
        ("ratio", (0.25, 0.1, 0.64), "", "0.25 (range 0.10 to 0.64) [1]"),
        ("ratio", (2.4, 1.9, 3.0), "times", "2.4 times (range 1.9 to 3.0) [1]"),
        ("ratio", (0.8, 0.65, 1.0), "percent_lower", "20% lower (range 35% lower to no change) [1]"),  # noqa: E501
        ("ratio", (0.8, 0.65, 0.93), "change", "20% lower (range 7% to 35% lower) [1]"),
        ("ratio", (1.04, 0.98, 1.1), "percent_lower", "4% higher (range 2% lower to 10% higher) [1]"),  # noqa: E501
        ("ratio", (1.5, 1.2, 1.9), "percent_higher", "50% higher (range 20% to 90% higher) [1]"),
        ("ratio", (1.0, 0.9, 1.1), "change", "no change (range 10% lower to 10% higher) [1]"),
        ("ratio", (0.8, 0.65, 1.0), "plain", "0.80 [1]"),
        ("ratio", (0.8, 0.65, 1.0), "number", "0.80"),
        ("ratio", (0.8, 0.65, 1.0), "cite", "[1]"),
        ("log_ratio", (-0.7, -1.0, -0.3), "", "0.50 (range 0.37 to 0.74) [1]"),
        ("percent", (38, 30, 45), "", "38% (range 30% to 45%) [1]"),
        ("percent", (-20, -30, -5), "change", "20% lower (range 5% to 30% lower) [1]"),
        ("share", (0.12, 0.09, 0.15), "", "12% (range 9% to 15%) [1]"),
        ("share", (0.125, 0.1, 0.2), "percent", "12.5% (range 10.0% to 20.0%) [1]"),
        ("share", (0.25,), "one_in", "1 in 4 [1]"),
        ("percentage_points", (-3.2, -5, 1), "", "−3.2 (range −5.0 to 1.0) percentage points [1]"),
        ("GBP", (939,), "", "£939 [1]"),
        ("GBP", (10.5,), "", "£10.50 [1]"),
        ("USD", (1234567.0, 1e6, 2e6), "", "US$1,234,567 (range US$1,000,000 to US$2,000,000) [1]"),
        ("CAD", (-40,), "", "−C$40 [1]"),
        ("per_event", (0.0063, 0.002, 0.009), "", "6.3 (range 2.0 to 9.0) per 1,000 events [1]"),
        ("per_person_year", (0.05,), "", "5 per 100 people per year [1]"),
        ("per_100_person_years", (11.3, 9, 12), "", "11.3 (range 9.0 to 12.0) per 100 people per year [1]"),  # noqa: E501
        ("count_per_year", (1200,), "", "1,200 a year [1]"),
        ("weeks", (1,), "", "1 week [1]"),
        ("days", (-41,), "", "−41 days [1]"),
        ("count", (15141,), "", "15,141 [1]"),
        ("direction", (None,), "", "[1]"),
    ],
)  # fmt: skip
def test_a_finding_reads_with_unit_range_and_reference(
    unit: Unit, numbers: tuple[float | None, ...], form: str, reads: str
) -> None:
    assert filled(record(unit, *numbers), form) == reads


def test_words_around_a_placeholder_stay() -> None:
    text = "Deaths were {deaths_ratio|percent_lower}, and it was liked {liked}."
    assert fill(text, SMALL, References().cite) == (
        "Deaths were 20% lower (range 35% lower to no change) [1], and it was liked [1]."
    )


def test_inside_brackets_the_range_follows_a_comma() -> None:
    text = "Fewer died (in one town {deaths_ratio|percent_lower}); {deaths_ratio|times}."
    assert fill(text, SMALL, References().cite) == (
        "Fewer died (in one town 20% lower, range 35% lower to no change [1]); "
        "0.80 times (range 0.65 to 1.00) [1]."
    )


@pytest.mark.parametrize("text", ["{nothing}", "{deaths_ratio|fold}", "{reach_share|times}"])
def test_an_unknown_record_or_form_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        fill(text, SMALL, References().cite)


def test_references_are_numbered_by_first_use_and_shared_by_source() -> None:
    references = References()
    marks = [
        references.cite(SMALL.evidence[name])
        for name in ("reach_share", "deaths_ratio", "card_price", "liked", "reach_share")
    ]
    assert marks == ["[1]", "[2]", "[3]", "[2]", "[1]"]  # liked and deaths_ratio: one paper
    assert [r.number for r in references.listed] == [1, 2, 3]
    assert references.listed[1].link == "https://doi.org/10.1000/test.1"
    assert references.listed[2].link == "https://example.org/prices"


WORDS = st.text(st.characters(exclude_characters="{}", codec="utf-8"), max_size=30)


@given(st.lists(st.tuples(WORDS, st.sampled_from(sorted(SMALL.evidence)))), WORDS)
def test_filling_never_loses_text(parts: list[tuple[str, str]], end: str) -> None:
    text = "".join(f"{words}{{{name}}}" for words, name in parts) + end
    result = fill(text, SMALL, lambda _: "[9]")
    assert result.endswith(end)
    at = 0
    for words, _ in parts:
        at = result.index(words, at) + len(words)
    assert result.count("[9]") >= len(parts)


@given(
    st.floats(0.001, 1000),
    st.floats(0.0, 1.0),
    st.floats(0.0, 3.0),
    st.sampled_from(["ratio", "share", "percent", "GBP", "per_event", "count", "days"]),
    st.sampled_from(["", "plain"]),
)
def test_any_number_reads_without_exponent_or_brace(
    estimate: float, down: float, up: float, unit: Unit, form: str
) -> None:
    said = filled(record(unit, estimate, estimate * (1 - down), estimate * (1 + up)), form)
    assert not PLACEHOLDER.search(said)
    assert not re.search(r"\d[eE][+-]?\d|nan|inf", said)
    assert said.endswith("[1]")


def test_the_page_on_the_catalogue_lists_every_form() -> None:
    page = (Path(__file__).parents[1] / "docs" / "catalogue.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `\{id\\\|(\w+)\}`", page, re.MULTILINE)) == set(FORMS)
