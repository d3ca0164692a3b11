"""What a policy says about one encounter.

All matching rows speak. A row matches when every fact that it names has one of its values. A row
that could still match, once facts that are not known become known, is open: what it would permit
or forbid is something to ask for, never something left out. Nothing here ever says "deny".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from offramp.policy.schema import NOT_KNOWN
from offramp.policy.table import ENGLISH, Offer, Row, Table, Texts
from offramp.policy.vocabulary import vocabulary
from offramp.policy.words import words


@dataclass(frozen=True)
class Spoken:
    """A row that said something: its id and clause."""

    rule: str
    clause: str


@dataclass(frozen=True)
class Permitted:
    """An option that may be offered, by the first row that permits it; `also`: other rows."""

    id: str
    name: str
    rule: str
    clause: str
    reason: str
    say: str
    record: str
    name_goes_to: str
    terms: str
    also: list[Spoken]


@dataclass(frozen=True)
class Limit:
    rule: str
    clause: str
    text: str


@dataclass(frozen=True)
class Ask:
    """A fact that is not known and would matter: what it could open, which limits could bind."""

    fact: str
    question: str
    how: str
    options: list[str]
    rules: list[Spoken]


@dataclass(frozen=True)
class Answer:
    """version, effective dates (ISO), and what may be done, what binds, what to ask."""

    agency: str
    version: str
    effective_from: str
    effective_to: str | None
    language: str
    options: list[Permitted]
    limits: list[Limit]
    ask: list[Ask]

    @property
    def clauses(self) -> set[str]:
        """Every clause that the answer rests on, without what is only to be asked."""
        found = {limit.clause for limit in self.limits}
        for option in self.options:
            found |= {option.clause, *(one.clause for one in option.also)}
        return found

    def as_dict(self) -> dict[str, Any]:
        plain = asdict(self)
        return {
            "policy": {
                "agency": self.agency,
                "version": self.version,
                "in_force": {"from": self.effective_from, "to": self.effective_to},
                "language": self.language,
            },
            "options": plain["options"],
            "limits": plain["limits"],
            "ask": plain["ask"],
        }


def spoken(table: Table, facts: Mapping[str, str]) -> tuple[list[Row], list[tuple[Row, list[str]]]]:
    """(rows that match, rows that are open with the facts that they wait for), in order."""
    match: list[Row] = []
    still_open: list[tuple[Row, list[str]]] = []
    for row in table.rows:
        waits = waits_for(row.when, facts)
        if waits is None:
            continue
        if waits:
            still_open.append((row, waits))
        else:
            match.append(row)
    return match, still_open


def waits_for(when: Mapping[str, Sequence[str]], facts: Mapping[str, str]) -> list[str] | None:
    """The facts that conditions wait for: none when they hold; None when they cannot hold."""
    waits: list[str] = []
    for fact, values in when.items():
        value = facts[fact]
        if value in values:
            continue
        if value != NOT_KNOWN or values == [NOT_KNOWN]:
            return None
        waits.append(fact)
    linked = vocabulary().linked
    if any(fact in linked for fact in waits):
        choices = tuple(
            (fact, tuple(when[fact]) if fact in waits else (facts[fact],))
            for fact in facts
            if fact in linked
        )
        if not _can_be(choices):
            return None
    return waits


@cache
def _can_be(choices: tuple[tuple[str, tuple[str, ...]], ...]) -> bool:
    known = {fact: [v for v in values if v != NOT_KNOWN] or values for fact, values in choices}
    return vocabulary().can_be(known)


def decide(table: Table, facts: Mapping[str, str], language: str | None = None) -> Answer:
    """The answer of a table. facts: a value for every fact (see `encounter.complete`)."""
    lang = language or table.languages[0]
    match, still_open = spoken(table, facts)
    return Answer(
        agency=table.agency,
        version=table.version,
        effective_from=table.effective_from.isoformat(),
        effective_to=table.effective_to.isoformat() if table.effective_to else None,
        language=lang,
        options=_options(table, match, lang),
        limits=[
            Limit(row.id, row.clause, said(row.limit, table, lang)) for row in match if row.limit
        ],
        ask=_asks(match, still_open, lang),
    )


def said(texts: Texts, table: Table, language: str) -> str:
    """A text in a language, else in the policy's first language, else in any."""
    for one in (language, *table.languages):
        if one in texts:
            return texts[one]
    return ""


def name_of(offer: Offer, table: Table, language: str) -> str:
    """The name of an option in a language, else in the policy's first, else in English."""
    return said(offer.names, table, language) or offer.names[ENGLISH]


def _options(table: Table, match: Sequence[Row], lang: str) -> list[Permitted]:
    found: dict[str, Permitted] = {}
    for row in match:
        for offer in row.offers:
            if offer.id in found:
                found[offer.id].also.append(Spoken(row.id, row.clause))
                continue
            found[offer.id] = Permitted(
                id=offer.id,
                name=name_of(offer, table, lang),
                rule=row.id,
                clause=row.clause,
                reason=said(row.reason, table, lang),
                say=said(row.say, table, lang),
                record=said(row.record, table, lang),
                name_goes_to=said(row.name_goes_to, table, lang),
                terms=said(offer.terms, table, lang),
                also=[],
            )
    return list(found.values())


def _asks(
    match: Sequence[Row], still_open: Sequence[tuple[Row, Sequence[str]]], lang: str
) -> list[Ask]:
    """One question for each fact that an open row waits for, in the order of the vocabulary."""
    permitted = {offer.id for row in match for offer in row.offers}
    known = words(lang).facts
    asks: list[Ask] = []
    for fact, fact_words in known.items():
        rows = [row for row, waits in still_open if fact in waits]
        if rows:
            could = dict.fromkeys(offer.id for row in rows for offer in row.offers)
            asks.append(
                Ask(
                    fact,
                    fact_words.question,
                    fact_words.ask,
                    [option for option in could if option not in permitted],
                    [Spoken(row.id, row.clause) for row in rows],
                )
            )
    return asks
