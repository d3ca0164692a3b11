"""Prices of different years are brought to one before they are added up, and it is said how."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offramp.brief.citing import Citations
from offramp.brief.facts import Facts
from offramp.brief.who_pays import who_pays
from offramp.catalogue.load import load as load_catalogue
from offramp.catalogue.problems import InputError
from offramp.documents.tree import Table
from offramp.languages import speaking
from offramp.place.load import LoadedPlace, load
from offramp.place.prices import Price, indices, of_place, of_record, rebased
from offramp.plan.compare import plan
from offramp.plan.measures import measured
from offramp.plan.money import cost
from offramp.plan.price_level import price_level
from tests.brief_sample import built
from tests.test_plan_measures import still

START = 'name = "Smallville"\ncountry = "{country}"\nas_of = 2026-11-20\n[money]\n'
PLACES = Path(__file__).parents[1] / "places"
SMALL = {"options": ["recorded-warning"], "years": 1, "draws": 8, "people": 300, "workers": 1}


def place(folder: Path, money: str, country: str = "US") -> LoadedPlace:
    (folder / "place.toml").write_text(START.format(country=country) + money, encoding="utf-8")
    return load(folder)


def dollars(value: float, year: int) -> str:
    return (
        'currency = "USD"\nprice_year = 2024\n'
        f'officer_hour = {{ value = {value}, source = "pay scale", on = {year} }}\n'
    )


def level(folder: Path, money: str, country: str = "US"):
    setup, _ = still()
    return price_level(replace(setup, place=place(folder, money, country)))


def test_a_price_of_2015_stands_at_prices_of_2024(tmp_path: Path) -> None:
    found = level(tmp_path, dollars(100, 2015))
    assert 100 * found.of_figure("officer_hour") == pytest.approx(100 * 313.689 / 237.017)


def test_a_price_of_2015_costs_what_its_worth_of_2024_costs(tmp_path: Path) -> None:
    def costs(value: float, year: int) -> dict:
        option = plan(place(tmp_path, dollars(value, year)), load_catalogue(), **SMALL)["options"]
        return option[0]["cost"]

    old, new = costs(100, 2015), costs(100 * 313.689 / 237.017, 2024)
    assert old["net"] == pytest.approx(new["net"], rel=1e-3)
    police = (one["by_payer"]["police_budget"]["middle"] for one in (old, new))
    assert next(police) == pytest.approx(next(police), rel=1e-3)
    assert costs(100, 2024)["net"] != pytest.approx(old["net"], rel=1e-3)


def test_a_price_changes_its_year_in_its_own_currency_and_then_its_currency() -> None:
    """A record in pounds of 2025, in Philadelphia: dollars at prices of 2024."""
    setup, runs = still()
    item = next(c for c in setup.options[0].costs if c.per == "year")
    record = setup.catalogue.evidence[item.evidence].model_copy(update={"price_year": 2025})
    catalogue = replace(
        setup.catalogue, evidence={**setup.catalogue.evidence, item.evidence: record}
    )
    there = replace(setup, place=load(PLACES / "philadelphia"), catalogue=catalogue)
    option = setup.options[0].model_copy(update={"costs": [item]})
    pounds = setup.record(item.evidence) * (1 - setup.shares[option.id])
    spent = cost(there, option, 1, measured(setup, runs)).programme
    assert spent == pytest.approx(pounds * 133.9 / 138.4 / 0.8039)


def test_prices_of_south_wales_are_of_the_years_that_their_sources_say() -> None:
    found = of_place(load(PLACES / "south-wales"))
    assert found["treatment_year"] == ("GBP", 2011)  # the place's own
    assert found["custody_night"] == ("GBP", 2019)  # its preset's
    assert found["hcv_lifetime"] == ("GBP", 2023)  # no year of its own: that of the preset
    worth = 1590 * (rebased(found["treatment_year"], 2023) or 0)
    assert worth == pytest.approx(1590 * 130.5 / 93.4)


def test_a_cost_from_a_preset_in_dollars_follows_dollar_prices(tmp_path: Path) -> None:
    money = (
        'currency = "KES"\nprice_year = 2022\n'
        'units_per_usd = { value = 130, source = "central bank" }\n'
        'officer_hour = { value = 700, source = "pay scale" }\n'
    )
    found = level(tmp_path, money, "KE")
    assert found.of_figure("prison_day") == pytest.approx(292.655 / 313.689)
    assert found.of_figure("officer_hour") == 1  # of the place's own price year
    assert "KES" not in found.note()


def test_without_an_index_a_price_stays_as_it_is_and_the_plan_says_so(tmp_path: Path) -> None:
    money = (
        'currency = "EUR"\nprice_year = 2024\n'
        'units_per_usd = { value = 0.92, source = "central bank" }\n'
        'officer_hour = { value = 60, source = "pay scale", on = 2019 }\n'
    )
    found = level(tmp_path, money, "DE")
    assert found.of_figure("officer_hour") == 1
    assert "2019 in EUR" in found.note() and "stay as they are" in found.note()
    told = [entry for entry in found.told()["not_brought"] if entry["currency"] == "EUR"]
    assert told == [{"currency": "EUR", "year": 2019, "prices": 1}]


def test_a_price_year_before_all_indices_moves_nothing_and_the_plan_says_so(tmp_path: Path) -> None:
    found = level(tmp_path, 'currency = "USD"\nprice_year = 1995\n')
    assert found.of_figure("prison_day") == 1
    assert "2024 in USD" in found.note() and "1995" in found.note()
    assert found.told()["indices"] == []


def test_a_price_year_that_has_not_begun_is_one_clear_problem(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        place(tmp_path, 'currency = "USD"\nprice_year = 2031\n')
    (problem,) = caught.value.problems
    assert problem.field == "money.price_year" and "as_of" in problem.right


def test_a_price_of_no_known_year_is_taken_as_it_stands_and_counted(tmp_path: Path) -> None:
    money = 'currency = "USD"\nofficer_hour = { value = 60, source = "pay scale" }\n'
    found = level(tmp_path, money)
    assert found.year == 2024  # that of the world's preset
    assert found.of_figure("officer_hour") == 1
    assert found.told()["of_no_known_year"] == 1
    assert "1 price of no known year is taken as it stands." in found.note()


def test_where_all_prices_are_of_one_year_nothing_is_said(tmp_path: Path) -> None:
    found = replace(level(tmp_path, 'currency = "USD"\nprice_year = 2024\n'), records={})
    assert found.note() == ""


def test_a_record_says_its_year_and_a_judgement_has_that_of_its_making() -> None:
    evidence = load_catalogue().evidence
    assert of_record(evidence["cost_lead_year"]) == ("USD", 2014)
    assert of_record(evidence["judge_cost_oat_client_year"]) == ("GBP", 2025)
    judged = evidence["judge_cost_order"]
    assert judged.price_year is None
    assert of_record(judged) == ("GBP", judged.checked.on.year)
    assert of_record(evidence["c_oat_eng_py"]).year is None  # "Year of prices not seen."


def test_the_year_of_every_price_that_options_cost_is_known() -> None:
    catalogue = load_catalogue()
    options = [*catalogue.candidates.values(), catalogue.comparison]
    for name in {item.evidence for option in options for item in option.costs}:
        assert of_record(catalogue.evidence[name]).year is not None, name


YEARS = st.integers(1990, 2100)
INDEXED = st.sampled_from([(name, y) for name, one in indices().items() for y in one.years])


@given(st.sampled_from(["GBP", "USD", "CAD", "EUR", "KES"]), YEARS)
def test_bringing_a_price_to_its_own_year_changes_nothing(currency: str, year: int) -> None:
    assert rebased(Price(currency, year), year) == 1


@given(INDEXED, st.data())
def test_there_and_back_is_where_it_began(start: tuple[str, int], data: st.DataObject) -> None:
    currency, year = start
    other = data.draw(st.sampled_from(sorted(indices()[currency].years)))
    there, back = rebased(Price(currency, year), other), rebased(Price(currency, other), year)
    assert there is not None and back is not None
    assert there * back == pytest.approx(1)


def test_indices_have_every_year_and_no_slip_of_the_pen() -> None:
    for currency, one in indices().items():
        years = sorted(one.years)
        assert years == list(range(2010, years[-1] + 1)), currency
        for before, after in pairwise(years):
            assert 0.99 < one.years[after] / one.years[before] < 1.1, (currency, after)
        assert one.url.startswith("https://") and one.checked <= date(2026, 12, 31)


@cache
def results() -> dict:
    return plan(load(PLACES / "south-wales"), load_catalogue(), posterior=False, **SMALL)


def test_the_results_say_what_was_done() -> None:
    money = results()["money"]
    assert money["price_year"] == results()["place"]["price_year"] == 2023
    assert {one["series"] for one in money["indices"]} >= {"ONS D7BT"}
    assert "2023" in money["note"] and "ONS D7BT" in money["note"]
    for option in results()["options"]:
        assert money["note"] in option["cost"]["note"]


def test_the_briefing_says_it_below_the_table_of_money() -> None:
    sample, here, catalogue = built(load(PLACES / "south-wales"))
    blocks = who_pays(Facts(sample, here, catalogue, Citations(catalogue)))
    (table,) = [block for block in blocks if isinstance(block, Table)]
    assert sample["money"]["note"] in str(table.notes)


@pytest.mark.parametrize("code", ["es", "pt", "ru"])
def test_it_is_said_in_every_language(tmp_path: Path, code: str) -> None:
    setup, _ = still()
    here = price_level(setup)
    english = here.note()
    with speaking(code):
        said = here.note()
    assert "2023" in said and "ONS D7BT" in said
    assert "Prices" not in said and said != english
