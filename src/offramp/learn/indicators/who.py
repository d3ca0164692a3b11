"""Which numbers are the place's own, which are others', and how many people live there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from offramp.catalogue.problems import InputError, Problem
from offramp.catalogue.validation_words import listed, nearest
from offramp.data.words import agency_name
from offramp.place.prefilled import prefilled, prefilled_ids
from offramp.place.schema import People as Residents
from offramp.place.schema import Place

if TYPE_CHECKING:
    import duckdb

    from offramp.place.load import LoadedPlace

NO_NAME = ("all", "unknown", "here")  # what readers write when a file names no area or agency
GROUP_WORDS = ("white", "black", "asian", "mixed", "hispanic", "indigenous", "other")


def slug(name: str) -> str:
    """`South Wales (police area)` and `South Wales Police` are both south-wales."""
    return agency_name(re.sub(r"\(.*?\)", "", name))


@dataclass(frozen=True)
class Own:
    """names: slugs that mean the place; called: those that are its own, without areas in it."""

    names: frozenset[str]
    asked: frozenset[str] = field(default_factory=frozenset)  # given by hand; they win
    called: frozenset[str] = field(default_factory=frozenset)

    def agency(self, agencies: Sequence[str]) -> str | None:
        """The place's own agency among those in the data; None when it cannot be told.

        Raises InputError: an agency was asked for that is not there."""
        if not agencies:
            return None
        if self.asked:
            here = [one for one in agencies if slug(one) in self.asked]
            if here:
                return here[0]
            near = nearest(sorted(self.asked)[0], agencies)
            right = f'did you mean "{near}"?' if near else f"in the data: {listed(agencies)}"
            problem = f'"{sorted(self.asked)[0]}" is not in the data'
            raise InputError(Problem("--agency", 0, "", problem, right))
        if len(agencies) == 1:
            return agencies[0]
        return next((one for one in agencies if slug(one) in self.names), None)

    def areas(self, areas: Iterable[str]) -> list[str]:
        """The areas that together are the place: named, or without a name."""
        all_ = sorted(set(areas))
        whole = [one for one in all_ if slug(one) in self.called]
        if whole:  # never added to the areas in it
            return whole
        named = [one for one in all_ if slug(one) in self.names]
        return named or [one for one in all_ if one in NO_NAME]


def own(place: Place, agency: str | None, areas: Sequence[str]) -> Own:
    """What may be called the place in its data. agency, areas: as asked for by hand."""
    called = {slug(place.name)}
    if place.agency.name:
        called.add(slug(place.agency.name))
    names = called | {slug(name) for name in areas}
    return Own(frozenset(names), frozenset([slug(agency)] if agency else []), frozenset(called))


@dataclass
class People:
    """Residents by unit, year and group. sources: where each number that was used comes from."""

    place: Place  # as written: a number that a preset fills in is not this place's
    resolved: Place
    own: Own
    table: dict[tuple[str, str, str, str], float] = field(default_factory=dict)
    sources: set[str] = field(default_factory=set)

    def count(self, of: str, unit: str, mine: bool, period: str, kind: str, group: str) -> float:
        """How many people the rate is for; 0 when it is not known."""
        if of == "people_who_inject":
            use, inject = self.place.people.people_who_use, self.resolved.people.inject
            if not mine or kind != "all" or use is None or inject is None:
                return 0.0
            self.sources.add(f"People who inject: {use.source}; {inject.source}")
            return use.value * inject.value
        if of == "officers":
            officers = self.place.agency.officers
            if not mine or kind != "all" or officers is None:
                return 0.0
            self.sources.add(f"Officers: {officers.source}")
            return officers.value
        return self._residents(unit, mine, period[:4], kind, group)

    def _residents(self, unit: str, mine: bool, year: str, kind: str, group: str) -> float:
        names = [slug(unit), *(sorted(self.own.names) if mine else [])]
        found = {
            at: n
            for (area, at, k, g), n in self.table.items()
            if area in names and (k, g) == (kind, group)
        }
        if found:
            near = min(found, key=lambda at: (abs(int(at) - int(year or at)), at))
            self.sources.add(f"Residents of {unit}: the data of this place, {near}")
            return found[near]
        people = self.place.people if mine else _published(slug(unit), self.place.country)
        if people is None:
            return 0.0
        whose = "" if mine else f" of {unit}"
        if kind == "all" and people.residents is not None:
            self.sources.add(f"Residents{whose}: {people.residents.source}")
            return people.residents.value
        if kind == "ethnicity":
            for one in people.groups:
                if group_word(one.name) == group:
                    self.sources.add(f"Residents by group{whose}: {one.residents.source}")
                    return one.residents.value
        return 0.0

    @property
    def caveats(self) -> tuple[str, ...]:
        """Where the groups of the place file and those of contacts are cut differently."""
        for group in self.place.people.groups:
            words = f"{group.name} {group.residents.note or ''}".lower()
            if group_word(group.name) == "other" and "chinese" in words:
                return (
                    "residents: Chinese people are in Other; contacts: in Asian. The rate of Asian "
                    "is too high here and that of Other too low",
                )
        return ()

    @property
    def by_year(self) -> bool:
        """Whether the data hold residents of several years."""
        return len({year for _, year, _, _ in self.table}) > 1

    @property
    def year(self) -> str:
        """Of when the place file's residents are."""
        residents = self.place.people.residents
        return str(residents.on) if residents is not None and residents.on else "one year"

    def reference(self, kind: str) -> str | None:
        """The group that the place file compares others with."""
        if kind != "ethnicity":
            return None
        return next((group_word(g.name) for g in self.place.people.groups if g.reference), None)


@cache
def _published(name: str, country: str) -> Residents | None:
    """Residents of another police area, from the public tables that ship with the places."""
    region = {"GB": "england-wales", "CA": "canada"}.get(country)
    which = f"{region}/{name}"
    if which not in prefilled_ids():
        return None
    return Place.model_validate(
        tomllib.loads(prefilled(which, date(2026, 1, 1)).files["place.toml"])
    ).people


def group_word(name: str) -> str:
    """The word of the tables for a group's name: "Other, with Chinese" is other."""
    first = re.split(r"[^a-z]+", name.strip().lower())[0]
    return first if first in GROUP_WORDS else name.strip().lower()


def people(link: duckdb.DuckDBPyConnection, place: LoadedPlace, mine: Own) -> People:
    """Residents from the populations table, else from the place file."""
    rows = link.execute(
        'SELECT area, left(period, 4), group_kind, "group", max(n) FROM populations '
        "WHERE n IS NOT NULL GROUP BY ALL"
    ).fetchall()
    table = {(slug(area), year, kind, group): float(n) for area, year, kind, group, n in rows}
    return People(place.place, place.resolved, mine, table)
