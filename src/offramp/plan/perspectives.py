"""The same change seen from three purses: the police budget, the public sector, society.

Police budget: programme items that the option file says police pay, and officer hours and nights
in cells, freed or added, at the share of their price that is cash. Public sector: the programme and
all that other public spending falls or rises by, hours at their full price. Society: the public
sector and the cost of recorded offences (what is taken and broken, care, lost work, investigation
and court), less the part that is custody, which days in custody count already. Where the cost of
an offence is judged around published totals, some of the distress of victims may be in it; it is
never added to years of life.

Left out of all three: transfers (fines, benefits). Offences that nobody records cost too: society's
part is understated. Care for HIV and hepatitis C is counted for life, everything else within the
horizon.

Sources: judge_cashable_share, judge_crime_cost_custody; prices are the place's or its preset's,
brought to one year.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from offramp.catalogue.schema import Option
from offramp.languages import _
from offramp.place.load import LoadedPlace
from offramp.place.preset import WORLD, read_preset
from offramp.plan.ensemble import Setup
from offramp.plan.inputs import Floats
from offramp.plan.measures import Measured
from offramp.plan.price_level import price_level
from offramp.plan.weighing import CASHABLE, IN_CUSTODY

PRICES = {"acquisitive_offences": "acquisitive_offence", "violent_offences": "violent_offence"}


@dataclass(frozen=True)
class View:
    """values: float64[draws] a year, None where a price is not known; note: what is in it."""

    values: Floats | None
    note: str


def police_budget(setup: Setup, option: Option, paid: Floats, freed: Floats) -> View:
    """paid: programme items that police pay; freed: change of hours and nights in cells at their
    price."""
    note = _(
        "Officer hours and nights in cells count with the share of their price that turns into "
        "cash."
    )
    differs = [item.item for item in option.costs if item.paid_by is None]
    if differs:
        note += " " + _(
            "Who pays differs from place to place, so not in it: {items}.",
            items="; ".join(differs),
        )
    return View(np.asarray(paid + setup.record(CASHABLE) * freed), note)


def society(setup: Setup, index: int, found: Measured, public: Floats) -> View:
    """public: what the public sector spends more. index: the option's scenario (0 is today)."""
    if not crime_priced(setup.place):
        return View(
            None,
            _(
                "Not known: no cost of an offence is known for this country. Set "
                "money.acquisitive_offence and money.violent_offence in place.toml."
            ),
        )
    kept, level = 1 - setup.record(IN_CUSTODY), price_level(setup)
    offences = np.zeros(setup.draws)
    for kind, price in PRICES.items():
        change = found.present[kind][:, index] - found.present[kind][:, 0]
        worth = setup.figure(f"money.{price}") * level.of_figure(price)
        offences = offences + change * worth * kept
    return View(
        np.asarray(public + offences),
        _(
            "With the cost of recorded offences, which may hold some of the distress of victims "
            "where it is judged around published totals; offences that nobody records and "
            "transfers such as fines are not in it."
        ),
    )


def crime_priced(place: LoadedPlace) -> bool:
    """Whether the cost of an offence is the place's own or its country's, not a guess for the
    world."""
    near = [read_preset(name).money for name in place.presets if name != WORLD]
    return all(
        any(getattr(money, price) is not None for money in (place.place.money, *near))
        for price in PRICES.values()
    )
