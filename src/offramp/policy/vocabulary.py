"""The vocabulary of policies, read from `facts.toml`: facts, acts, units, what cannot be."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from offramp.catalogue.toml_file import read
from offramp.policy.schema import NOT_KNOWN


@dataclass(frozen=True)
class Fact:
    """Something that an officer may know of an encounter.

    values: value -> clause in words; together: name -> (values, clause that stands for all).
    """

    id: str
    label: str
    question: str
    ask: str  # how to find out
    values: Mapping[str, str]
    together: Mapping[str, tuple[frozenset[str], str]]


@dataclass(frozen=True)
class Impossible:
    """Values that cannot be true together."""

    when: Mapping[str, frozenset[str]]
    because: str


@dataclass(frozen=True)
class Unit:
    """A unit of amounts. of: what is measured; nano: size in whole parts of that."""

    id: str
    label: str
    of: str
    nano: int


@dataclass(frozen=True)
class Vocabulary:
    facts: Mapping[str, Fact]
    impossible: tuple[Impossible, ...]
    acts: Mapping[str, str]
    units: Mapping[str, Unit]

    @cached_property
    def linked(self) -> tuple[str, ...]:
        """The facts whose values exclude each other, in the order of the vocabulary."""
        named = {fact for one in self.impossible for fact in one.when}
        return tuple(fact for fact in self.facts if fact in named)

    def clash(self, facts: Mapping[str, str]) -> Impossible | None:
        """What cannot be true together in an encounter, if anything."""
        for one in self.impossible:
            if all(facts.get(fact) in values for fact, values in one.when.items()):
                return one
        return None

    def can_be(self, choices: Mapping[str, Sequence[str]]) -> bool:
        """Whether any choice of these values is possible. choices: fact -> values."""
        linked = [fact for fact in self.linked if fact in choices]
        for values in itertools.product(*(choices[fact] for fact in linked)):
            if self.clash(dict(zip(linked, values, strict=True))) is None:
                return True
        return False


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary that comes with the package, read once."""
    data = read(Path(__file__).with_name("facts.toml"), "policy/facts.toml").data
    return Vocabulary(
        facts={name: _fact(name, entry) for name, entry in data["facts"].items()},
        impossible=tuple(
            Impossible(
                {fact: frozenset(values) for fact, values in entry["when"].items()},
                entry["because"],
            )
            for entry in data["impossible"]
        ),
        acts=dict(data["acts"]),
        units={
            name: Unit(name, entry["label"], entry["of"], entry["nano"])
            for name, entry in data["units"].items()
        },
    )


def _fact(name: str, entry: Mapping[str, Any]) -> Fact:
    values = dict(entry["values"])
    if NOT_KNOWN not in values:
        raise ValueError(f"facts.toml: {name} lacks the value {NOT_KNOWN}")
    together = {
        key: (frozenset(one["values"]), one["says"])
        for key, one in entry.get("together", {}).items()
    }
    return Fact(name, entry["label"], entry["question"], entry["ask"], values, together)
