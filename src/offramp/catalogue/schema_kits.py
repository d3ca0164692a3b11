"""Kits of the catalogue: papers to adopt one option, such as a draft order and an agreement."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from offramp.catalogue.schema import Record, Slug, Text


class Order(Record):
    """A draft order. The clauses carry no numbers; [blanks] are filled by the force."""

    title: Text
    purpose: Text
    clauses: list[Text] = Field(min_length=8, max_length=14)
    review: Text


class Agreement(Record):
    parties: Text
    clauses: list[Text] = Field(min_length=4, max_length=12)


class BriefingPart(Record):
    minutes: int = Field(ge=1, le=20)
    say: Text


class SayToPerson(Record):
    say: list[Text] = Field(min_length=3, max_length=7)
    if_no: Text


class Neighbour(Record):
    question: Text
    answer: Text


class LogColumn(Record):
    column: Annotated[str, Field(min_length=2)]
    meaning: Text


class Kit(Record):
    """Papers to adopt one option: named after it. Drafts that need a local legal check."""

    id: Slug
    stop_rule: Text
    legal_check: list[Text] = Field(min_length=4, max_length=8)
    order: Order
    agreement: Agreement
    say_to_person: SayToPerson
    briefing: list[BriefingPart] = Field(min_length=4, max_length=7)
    neighbours: list[Neighbour] = Field(min_length=4, max_length=7)
    log: list[LogColumn] = Field(min_length=5, max_length=10)
