"""Agencies most like yours: which examples come from a place of the same size, kind and drugs.

Each likeness gives points, whole numbers that anyone can add up: the same country 4, else the same
continent 2; the same size of place 3, the next size 1; the same kind of place 2; drugs in common
2; police do something that is not done here yet 1. Not a measure of how well it would work.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, get_args

from offramp.catalogue.load import Catalogue
from offramp.catalogue.schema import Example, PlaceSize
from offramp.guide.continents import continent_of
from offramp.guide.words import CONTINENTS, DRUGS, KINDS, RUNS, SIZES
from offramp.languages import _
from offramp.place.schema import Place

SIZE_ORDER: tuple[str, ...] = get_args(PlaceSize)
_UP_TO = (50_000, 250_000, 1_000_000, 5_000_000)


@dataclass(frozen=True)
class Like:
    """An example with why it is like the place. options: ids of those that it illustrates."""

    id: str
    place: str
    country: str
    agency: str
    years: str
    did: str
    status: str
    points: int
    because: list[str]
    options: list[str]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def like(place: Place, catalogue: Catalogue) -> list[Like]:
    """Every example, the most alike first, then by id. place: resolved."""
    found = [_one(place, example, catalogue) for example in catalogue.examples.values()]
    return sorted(found, key=lambda one: (-one.points, one.id))


def size_of(residents: float) -> str:
    """The band of a number of residents."""
    for band, most in zip(SIZE_ORDER, _UP_TO, strict=False):
        if residents < most:
            return band
    return SIZE_ORDER[-1]


def _one(place: Place, example: Example, catalogue: Catalogue) -> Like:
    shows = [one.id for one in catalogue.options.values() if example.id in one.examples]
    points, because = 0, []
    for given, reason in _likenesses(place, example, shows):
        points += given
        because.append(reason)
    return Like(
        example.id,
        example.place,
        example.country,
        example.agency,
        example.years,
        example.did,
        _(RUNS[example.status or "not_known"]),
        points,
        because or [_("nothing in common that we know of")],
        shows,
    )


def _likenesses(place: Place, example: Example, shows: list[str]) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    continent = continent_of(place.country)
    if example.country == place.country:
        found.append((4, _("same country")))
    elif continent is not None and example.continent == continent:
        found.append((2, _("same continent: {name}", name=_(CONTINENTS[continent]))))
    residents = place.people.residents
    if residents is not None and residents.basis == "local" and example.size is not None:
        band = size_of(residents.value)
        apart = abs(SIZE_ORDER.index(band) - SIZE_ORDER.index(example.size))
        if apart == 0:
            found.append((3, _("same size: {size}", size=_(SIZES[band]))))
        elif apart == 1:
            found.append((1, _("nearly the same size: {size}", size=_(SIZES[example.size]))))
        kind = "region" if residents.value >= _UP_TO[2] else "city"
        if kind == example.kind or (kind == "city" and example.kind == "town"):
            found.append((2, _("same kind of place: {kind}", kind=_(KINDS[example.kind]))))
    drugs = _drugs_of(place)
    if common := [drug for drug in example.drugs if drug in drugs]:
        found.append(
            (2, _("same drugs: {drugs}", drugs=", ".join(_(DRUGS[one]) for one in common)))
        )
    done = {practice.option for practice in place.practice}
    if shows and not done & set(shows):
        found.append((1, _("shows something that is not done here yet")))
    return found


def _drugs_of(place: Place) -> set[str]:
    """Drugs used in the place, as far as its own numbers say."""
    people = place.people
    found: set[str] = set()
    for name, drug in (("use_opioids", "opioids"), ("use_stimulants", "stimulants")):
        share = getattr(people, name, None)
        if share is not None and share.value >= 0.25:
            found.add(drug)
    return found


def like_text(place: Place, rows: list[Like], most: int) -> str:
    """For the terminal."""
    from offramp.guide.listing import closing, wrapped

    lines = wrapped(
        _("{place}: agencies most like yours, first those most alike", place=place.name)
    )
    for row in rows[:most]:
        lines += ["", *wrapped(f"{row.place} ({row.country}), {row.years}  [{row.id}]", 2)]
        lines += wrapped(_("Alike: {reasons}", reasons="; ".join(row.because)), 4)
        lines += wrapped(row.did, 4)
        lines += wrapped(_("Now: {status}", status=row.status), 4)
        if row.options:
            lines += wrapped(_("Shows: {options}", options=", ".join(row.options)), 4)
    lines += ["", *wrapped(_("Alike does not mean that it works the same way in your place."))]
    return "\n".join([*lines, *closing()])
