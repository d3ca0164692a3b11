"""All prices of a plan at those of one year: the place's `price_year`, or its nearest preset's.

A price is first brought to that year in its own currency, by the consumer prices of that country
(`place/prices.toml`), and then turned into the place's currency. It stays as it is where its year
or an index is not known; what was done and what was not is said in `note`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from offramp.catalogue.schema import Evidence
from offramp.languages import _, n_
from offramp.place.prices import Price, indices, of_place, of_record, rebased
from offramp.plan.ensemble import Setup


@dataclass(frozen=True)
class PriceLevel:
    """year: to which prices are brought; figures: the place's prices by field; records: those of
    the options' cost items by record."""

    year: int | None
    figures: dict[str, Price]
    records: dict[str, Price]

    def of_figure(self, name: str) -> float:
        """What a price of the place is multiplied by."""
        return self._factor(self.figures[name])

    def of_record(self, record: Evidence) -> float:
        """What a price of the evidence is multiplied by."""
        return self._factor(of_record(record))

    def _factor(self, price: Price) -> float:
        factor = rebased(price, self.year)
        return 1.0 if factor is None else factor

    def note(self) -> str:
        """What was done to the prices of the plan; empty when all are of the same year."""
        said = []
        brought = self._brought()
        if brought:
            said.append(
                _(
                    "Prices of other years are brought to those of {year} with the consumer price "
                    "index of their currency ({indices}).",
                    year=self.year or "",
                    indices="; ".join(f"{name}: {indices()[name].series}" for name in brought),
                )
            )
        left = self._left()
        if left:
            which = [
                _("{year} in {currency}", year=price.year or "", currency=price.currency)
                for price in left
            ]
            said.append(
                _(
                    "Prices of {which} stay as they are: no index is known that brings them to "
                    "{year}.",
                    which="; ".join(which),
                    year=self.year or "",
                )
            )
        unknown = self._undated()
        if unknown:
            said.append(
                n_(
                    "{count} price of no known year is taken as it stands.",
                    "{count} prices of no known year are taken as they stand.",
                    unknown,
                )
            )
        return " ".join(said)

    def told(self) -> dict[str, Any]:
        """The same for machines."""
        return {
            "price_year": self.year,
            "indices": [
                {
                    "currency": name,
                    "series": indices()[name].series,
                    "says": indices()[name].says,
                    "url": indices()[name].url,
                }
                for name in self._brought()
            ],
            "not_brought": [
                {"currency": price.currency, "year": price.year, "prices": count}
                for price, count in self._left().items()
            ],
            "of_no_known_year": self._undated(),
            "note": self.note(),
        }

    def _all(self) -> list[Price]:
        return [*self.figures.values(), *self.records.values()]

    def _brought(self) -> list[str]:
        """Currencies of prices that were of another year and could be brought to this one."""
        factors = ((price, rebased(price, self.year)) for price in self._all())
        return sorted({p.currency for p, f in factors if f is not None and p.year != self.year})

    def _left(self) -> Counter[Price]:
        """Prices of a known year that stay as they are for want of an index, and how many."""
        every = sorted(price for price in self._all() if price.year is not None)
        return Counter(price for price in every if rebased(price, self.year) is None)

    def _undated(self) -> int:
        return sum(price.year is None for price in self._all())


def price_level(setup: Setup) -> PriceLevel:
    """The prices of the place and of all options of a plan."""
    evidence = setup.catalogue.evidence
    names = sorted({item.evidence for option in setup.options for item in option.costs})
    return PriceLevel(
        setup.place.resolved.money.price_year,
        of_place(setup.place),
        {name: of_record(evidence[name]) for name in names},
    )
