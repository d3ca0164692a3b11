"""Prices of one year at the level of another, by the consumer prices of the currency's country.

The indices stand in `prices.toml`. A price is of the year that its record or figure states
(`price_year`, `on`); a figure without `on` is of the price year of the file it stands in. A
judgement of ours that names no year is of the year in which it was made. Where a year or an index
is not known nothing is guessed: the price stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from offramp.catalogue.schema import Evidence
from offramp.catalogue.toml_file import check_part, read
from offramp.place.load import LoadedPlace
from offramp.place.preset import read_preset
from offramp.place.resolve import COSTS, in_currency
from offramp.place.schema import Figure, Money

Words = Annotated[str, Field(min_length=3)]


class PriceIndex(BaseModel):
    """Annual averages of the consumer prices of one country. series: publisher and code."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    country: Words
    series: Words
    says: Words
    url: Words
    checked: date
    note: str = ""
    years: dict[int, Annotated[float, Field(gt=0)]]


class Price(NamedTuple):
    """What a price is in: its currency, and its year as far as it is known."""

    currency: str
    year: int | None


@cache
def indices() -> Mapping[str, PriceIndex]:
    """The index of each currency that has one."""
    file = read(Path(__file__).with_name("prices.toml"), "place/prices.toml")
    found = {}
    for currency, table in file.data.items():
        years = {int(year): value for year, value in table["years"].items()}
        found[currency] = check_part(file, PriceIndex, {**table, "years": years}, (currency,))
    return found


def rebased(price: Price, year: int | None) -> float | None:
    """What a price is multiplied by to stand at the prices of `year`; None where that is not
    known. Nothing is multiplied for a price of that year already, with or without an index."""
    if price.year is None or year is None:
        return None
    if price.year == year:
        return 1.0
    known = indices().get(price.currency)
    if known is None or not {price.year, year} <= known.years.keys():
        return None
    return known.years[year] / known.years[price.year]


def of_record(record: Evidence) -> Price:
    """Currency and year of a price of the evidence."""
    year = record.price_year
    if year is None and record.design == "judgement":
        year = record.checked.on.year
    return Price(record.unit, year)


def of_place(loaded: LoadedPlace) -> dict[str, Price]:
    """The price that each cost of a place was filled with, before it was turned into the place's
    currency, by the name of its field."""
    own, currency = loaded.place.money, loaded.resolved.money.currency or ""
    presets = [read_preset(preset_id) for preset_id in loaded.presets]
    sources = [(own, own, currency)]
    for preset in presets:
        if preset.money.currency is not None:
            shown = in_currency(preset.money, currency, own, presets)
            sources.append((shown, preset.money, preset.money.currency))
    found: dict[str, Price] = {}
    for name in COSTS:
        for shown, money, named in sources:
            figure: Figure | None = getattr(shown, name)
            if figure is not None:
                found[name] = Price(named, _year(figure, money))
                break
    return found


def _year(figure: Figure, money: Money) -> int | None:
    on = figure.on.year if isinstance(figure.on, date) else figure.on
    return money.price_year if on is None else on
