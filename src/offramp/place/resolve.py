"""Fill what a place leaves out from its presets: region or country first, then the world.

Field by field: the place's own figure stays; else the nearest preset that has one gives it,
marked `basis = "preset"` or `"judged"`. Rates become counts of this place; a range of a product
combines the ranges of its factors on the log scale. Nothing is ever filled for practice, for who
was heard and for priorities: those are known or not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import Any, Literal, TypeVar

from offramp.place.consistency import ENDS
from offramp.place.legal import stale
from offramp.place.preset import Mix, Preset
from offramp.place.schema import (
    Agency,
    Contacts,
    Count,
    Custody,
    Figure,
    LawFact,
    Money,
    People,
    Place,
    Section,
    Service,
    Share,
    Size,
)

S = TypeVar("S", bound=Section)
F = TypeVar("F", bound=Figure)

_NOT_FIGURES = ("groups", "areas", "mainly_used", "name", "currency", "price_year", "units_per_usd")


def resolve(place: Place, presets: Sequence[Preset], today: date | None = None) -> Place:
    """The place with its gaps filled. `presets`: nearest first, the world's last.

    Law counts at the place's `as_of` or at `today`, whichever is later.
    """
    day = max(place.as_of, today) if today else place.as_of
    people = _people(place, presets)
    return place.model_copy(
        update={
            "people": people,
            "law": _law(place, presets, day),
            "services": _services(place, presets),
            "agency": _agency(place, presets, people),
            "contacts": _contacts(place, presets, people),
            "custody": _custody(place, presets, people),
            "money": _money(place, presets),
        }
    )


def _as_preset(figure: F, extra: dict[str, Any] | None = None) -> F:
    """A preset's figure, never marked local."""
    basis = "preset" if figure.basis == "local" else figure.basis
    return figure.model_copy(update={"basis": basis, **(extra or {})})


def _filled(section: S, others: Sequence[S], skip: Sequence[str] = _NOT_FIGURES) -> S:
    """The section with every missing figure taken from the first of `others` that has it."""
    update: dict[str, Any] = {}
    for name in type(section).model_fields:
        if name in skip or getattr(section, name) is not None:
            continue
        for other in others:
            found = getattr(other, name)
            if found is not None:
                update[name] = _as_preset(found)
                break
    return section.model_copy(update=update)


def _rate(presets: Sequence[Preset], name: str) -> Any:
    return next(
        (rate for preset in presets if (rate := getattr(preset.rates, name)) is not None), None
    )


def product(rate: Figure, base: Figure, per: float = 1.0, most: float | None = None) -> Count:
    """rate x base / per, as a count.

    Its range is that of a product of two independent log-normal factors; where a bound is 0 the
    bounds themselves are multiplied. `most`: the largest value that makes sense.
    """
    value = rate.value * base.value / per
    rate_low, rate_high = _range(rate)
    base_low, base_high = _range(base)
    if min(rate_low, base_low) > 0:
        down = math.hypot(math.log(rate.value / rate_low), math.log(base.value / base_low))
        up = math.hypot(math.log(rate_high / rate.value), math.log(base_high / base.value))
        low, high = value * math.exp(-down), value * math.exp(up)
    else:
        low, high = rate_low * base_low / per, rate_high * base_high / per
    if most is not None:
        value, low, high = min(value, most), min(low, most), min(high, most)
    low, high = min(low, value), max(high, value)
    judged = "judged" in (rate.basis, base.basis)
    basis: Literal["preset", "judged"] = "judged" if judged else "preset"
    value, low, high = (float(f"{number:.6g}") for number in (value, low, high))
    return Count(
        value=value,
        low=low,
        high=high,
        source=rate.source,
        on=rate.on,
        basis=basis,
        evidence=rate.evidence,
        note=rate.note,
    )


def _range(figure: Figure) -> tuple[float, float]:
    low = figure.value if figure.low is None else figure.low
    high = figure.value if figure.high is None else figure.high
    return low, high


def _people(place: Place, presets: Sequence[Preset]) -> People:
    people = place.people
    sections: list[People] = []
    for preset in presets:
        mix = _mix(preset, people.mainly_used)
        if mix is not None:
            sections.append(People(**{name: getattr(mix, name) for name in type(mix).model_fields}))
        counts = {"residents": None, "adults": None, "people_who_use": None, "in_treatment": None}
        sections.append(preset.people.model_copy(update=counts))
    residents = people.residents or _as_preset(_rate(presets, "residents"))
    adults = people.adults or product(
        _rate(presets, "adults_share_of_residents"), residents, most=residents.value
    )
    users = _rate(presets, "people_who_use_share_of_adults")
    people_who_use = people.people_who_use or Size(
        **dict(product(users, adults, most=adults.value))
    )
    filled = _filled(people, sections).model_copy(
        update={"residents": residents, "adults": adults, "people_who_use": people_who_use}
    )
    filled = _opioids_and_stimulants(people, filled)
    if filled.in_treatment is None:
        opioids = 1.0 if filled.use_stimulants is None else 1 - filled.use_stimulants.value
        treated = product(
            _rate(presets, "in_treatment_share_of_opioid_use"),
            people_who_use,
            per=1 / opioids if opioids > 0 else math.inf,
            most=people_who_use.value,
        )
        filled = filled.model_copy(update={"in_treatment": treated})
    return filled


def _mix(preset: Preset, mainly_used: str) -> Mix | None:
    return next((mix for name, mix in preset.mixes.items() if name == mainly_used), None)


def _opioids_and_stimulants(own: People, filled: People) -> People:
    """Shares that come from a preset give way to those of the place, so that they add up to 1."""
    opioids, stimulants = filled.use_opioids, filled.use_stimulants
    if opioids is None or stimulants is None or opioids.value + stimulants.value <= 1:
        return filled
    if own.use_opioids is None and own.use_stimulants is not None:
        return filled.model_copy(update={"use_opioids": _at_most(opioids, 1 - stimulants.value)})
    return filled.model_copy(update={"use_stimulants": _at_most(stimulants, 1 - opioids.value)})


def _at_most(figure: Share, most: float) -> Share:
    low, high = _range(figure)
    value = min(figure.value, most)
    update = {"value": value, "low": min(low, value), "high": max(min(high, most), value)}
    return figure.model_copy(update=update)


def _law(place: Place, presets: Sequence[Preset], day: date) -> dict[str, LawFact]:
    """The place's own facts; a topic it does not list at all is taken from a preset.

    A topic that the place, or a nearer preset, lists as unknown stays unknown. What was last
    checked more than 12 months before `day` is unknown, and says so.
    """
    facts = dict(place.law)
    for preset in presets:
        for topic, fact in preset.law.items():
            if topic not in facts:
                facts[topic] = fact.model_copy(update={"basis": "preset"})
    return {topic: _as_it_counts(fact, day) for topic, fact in facts.items()}


def _as_it_counts(fact: LawFact, day: date) -> LawFact:
    outdated = stale(fact, day)
    return fact.model_copy(update={"status": "unknown", "says": outdated}) if outdated else fact


def _services(place: Place, presets: Sequence[Preset]) -> dict[str, Service]:
    services = dict(place.services)
    for preset in presets:
        for name, service in preset.services.items():
            if name not in services:
                services[name] = service.model_copy(update={"basis": "preset"})
    return services


def _agency(place: Place, presets: Sequence[Preset], people: People) -> Agency:
    agency = _filled(
        place.agency, [p.agency.model_copy(update={"officers": None}) for p in presets]
    )
    if agency.officers is None and people.residents is not None:
        officers = product(_rate(presets, "officers_per_1000_residents"), people.residents, 1000)
        agency = agency.model_copy(update={"officers": officers})
    return agency


def _contacts(place: Place, presets: Sequence[Preset], people: People) -> Contacts:
    own = place.contacts
    update: dict[str, Any] = {}
    for field, rate in (
        ("searches_drug_year", "searches_drug_per_1000_residents"),
        ("drug_offences_year", "drug_offences_per_1000_residents"),
        ("possession_arrests_year", "possession_arrests_per_1000_residents"),
    ):
        if getattr(own, field) is None and people.residents is not None:
            update[field] = product(_rate(presets, rate), people.residents, 1000)
    contacts = _filled(own.model_copy(update=update), [preset.contacts for preset in presets])
    return contacts.model_copy(update=_ends(own, contacts))


def _ends(own: Contacts, filled: Contacts) -> dict[str, Share]:
    """Shares of how contacts end that come from presets, scaled so that all add up to 1."""
    left = 1 - sum(figure.value for name in ENDS if (figure := getattr(own, name)) is not None)
    gaps = {name: getattr(filled, name) for name in ENDS if getattr(own, name) is None}
    total = sum(figure.value for figure in gaps.values())
    if not gaps:
        return {}
    scale = max(left, 0) / total if total > 0 else 0.0
    scaled = {}
    for name, figure in gaps.items():
        low, high = _range(figure)
        value = figure.value * scale
        bounds = {
            "low": min(low * min(scale, 1), value),
            "high": min(max(high, value), max(left, value)),
        }
        scaled[name] = figure.model_copy(update={"value": value, **bounds})
    return scaled


def _custody(place: Place, presets: Sequence[Preset], people: People) -> Custody:
    custody = _filled(
        place.custody, [p.custody.model_copy(update={"arrests_year": None}) for p in presets]
    )
    if custody.arrests_year is None and people.people_who_use is not None:
        arrests = product(_rate(presets, "arrests_per_person_who_uses"), people.people_who_use)
        custody = custody.model_copy(update={"arrests_year": arrests})
    return custody


def _money(place: Place, presets: Sequence[Preset]) -> Money:
    """Costs in the place's currency; presets in another are converted with `units_per_usd`.

    A place without a currency takes that of its nearest preset that has one.
    """
    own = place.money
    named = next((p.money for p in presets if p.money.currency is not None), None)
    currency = own.currency or (named.currency if named else None)
    year = own.price_year
    others: list[Money] = []
    for preset in presets:
        if preset.money.currency is None:
            continue
        year = year or preset.money.price_year
        others.append(in_currency(preset.money, currency, own, presets))
    filled = _filled(own, others)
    return filled.model_copy(update={"currency": currency, "price_year": year})


def in_currency(money: Money, currency: str | None, own: Money, presets: Sequence[Preset]) -> Money:
    """The preset's costs in `currency`; without an exchange rate only what has no currency.

    Prices stay those of their year: the plan brings them to one (see `prices.py`).
    """
    if money.currency == currency:
        return money
    rate = own.units_per_usd or next(
        (
            p.money.units_per_usd
            for p in presets
            if p.money.currency == currency and p.money.units_per_usd is not None
        ),
        None,
    )
    update: dict[str, Any] = {}
    for name in COSTS:
        figure: Count | None = getattr(money, name)
        if figure is None:
            continue
        update[name] = None
        if rate is not None and money.currency == "USD":
            converted = product(figure, rate)
            update[name] = converted.model_copy(
                update={"note": f"{figure.note or ''} (converted from US dollars)".strip()}
            )
    return money.model_copy(update=update)


COSTS = tuple(
    name
    for name in Money.model_fields
    if name not in ("currency", "price_year", "units_per_usd", "discount")
)
