"""Costs a year, in the place's currency: the programme itself, and who pays and saves in all.

Programme: the option's own cost items, times what they multiply (officers, people engaged, kits
beyond today's …), less what runs already. Net: the programme, less what other public spending
falls by (police hours, custody, treatment, ambulance and hospital, HIV and hepatitis C care).
Freed hours are valued at their price but are an opportunity, not cash. Costs of crime to victims
are not in it, and transfers (fines) neither; for the police budget and for society see
plan/perspectives.py. All prices are brought to those of one year before they are added, see
plan/price_level.py. Later years count less by the place's discount; a cost
a year is the equal yearly amount that is worth as much. Training that is given once is paid on the
first day; kits are paid for officers who carry beyond today's, on average over the horizon.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from offramp.catalogue.schema import Option
from offramp.languages import _
from offramp.place.preset import preset_ids, read_preset
from offramp.plan.ensemble import Setup
from offramp.plan.inputs import Floats
from offramp.plan.measures import Measured
from offramp.plan.perspectives import View, police_budget, society
from offramp.plan.price_level import price_level


@dataclass(frozen=True)
class Cost:
    """float64[draws] a year, at prices of the place's price year; None with a reason where prices
    cannot be given. net: to the public sector; police, society: the same from their side."""

    programme: Floats | None
    net: Floats | None
    note: str
    police: View
    society: View


def per_dollar(currency: str, setup: Setup) -> float | None:
    """How much of a currency one US dollar buys, as the place or a preset states it: one rate,
    of the year that its prices are of. Prices change their year first, then their currency.
    """
    if currency == "USD":
        return 1.0
    money = setup.place.resolved.money
    if money.currency == currency and money.units_per_usd is not None:
        return money.units_per_usd.value
    for preset_id in preset_ids():
        preset = read_preset(preset_id)
        if preset.money.currency == currency and preset.money.units_per_usd is not None:
            return preset.money.units_per_usd.value
    return None


def cost(setup: Setup, option: Option, index: int, found: Measured) -> Cost:
    """Cost of one option. index: its scenario (0 is today)."""
    currency = setup.place.resolved.money.currency or "USD"
    level = price_level(setup)
    rest = 1 - setup.shares[option.id]
    programme, by_police = np.zeros(setup.draws), np.zeros(setup.draws)
    for item in option.costs:
        record = setup.catalogue.evidence[item.evidence]
        ours, theirs = per_dollar(currency, setup), per_dollar(record.unit, setup)
        if record.unit != currency and (ours is None or theirs is None):
            said = _(
                "a price in {other} cannot be turned into {own}", other=record.unit, own=currency
            )
            return Cost(None, None, said, View(None, said), View(None, said))
        price = setup.record(item.evidence) * level.of_record(record)
        if record.unit != currency and ours is not None and theirs is not None:
            price = price / theirs * ours
        spent = price * _quantity(setup, item.per, index, found, rest)
        programme = programme + spent
        if item.paid_by == "police":
            by_police = by_police + spent

    def change(name: str) -> Floats:
        values = found.quantities[name]
        return np.asarray(values[:, index] - values[:, 0])

    def price_of(name: str) -> Floats:
        return setup.figure(f"money.{name}") * level.of_figure(name)

    value = found.present
    hours = value["police_hours"][:, index] - value["police_hours"][:, 0]
    other = hours * price_of("officer_hour")
    other = other + change("detained") * setup.figure("custody.days_detention") * price_of(
        "custody_night"
    )
    freed = other
    other = other + change("prison_days") * price_of("prison_day")
    if not any(item.per == "client_year" for item in option.costs):
        other = other + change("client_year") * price_of("treatment_year")
    other = other + change("attended") * (
        price_of("ambulance_callout")
        + setup.record("judge_hospital_share") * price_of("hospital_overdose")
    )
    for infection, care in (
        ("hiv_infections", "hiv_lifetime"),
        ("hcv_infections", "hcv_lifetime"),
    ):
        other = other + (value[infection][:, index] - value[infection][:, 0]) * price_of(care)
    net = np.asarray(programme + other)
    note = _("Net counts officer hours at their price: time for other work, not cash.")
    return Cost(
        programme,
        net,
        f"{note} {level.note()}".strip(),
        police_budget(setup, option, by_police, freed),
        society(setup, index, found, net),
    )


def years_worth(setup: Setup) -> Floats:
    """What a payment at the start of every year is worth on the first day, in yearly payments
    (float64[draws]): the years of the horizon, later ones less by the place's discount."""
    later = np.arange(setup.years)[None, :]
    return np.asarray(((1 + setup.figure("money.discount")[:, None]) ** -later).sum(axis=1))


def _quantity(setup: Setup, per: str, index: int, found: Measured, rest: Floats) -> Floats:
    if per == "year":
        return rest
    if per == "officer":
        return setup.figure("agency.officers") * rest
    if per == "officer_once":
        return setup.figure("agency.officers") * rest / years_worth(setup)
    values = found.quantities[per]
    return np.asarray(np.maximum(values[:, index] - values[:, 0], 0))
