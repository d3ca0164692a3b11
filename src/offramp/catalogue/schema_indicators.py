"""Indicators of the catalogue, and how each is read from the canonical tables."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from offramp.catalogue.schema import Record, Text


class Counted(Record):
    """What is counted in a table of the data room, or in the place's own series ("place").

    where: column -> words that count, or true."""

    table: Literal[
        "contacts", "offences", "overdoses", "deaths", "services", "surveys", "cohorts", "place"
    ]
    where: dict[str, bool | list[str]] = Field(default_factory=dict)


class Reading(Record):
    """One way to read an indicator from the canonical tables.

    share: `numerator` is a part of `denominator`. rate: events for each `per` of `of`, a year.
    ratio: events for each `per` events of another kind. count: events alone. survey: the share
    who said yes. between_groups: a share or rate of each group against the group of reference.
    needs: what the data must bear (see data/refuse.py), or the indicator is refused.
    """

    says: Text  # what exactly is read, and how it departs from the definition
    form: Literal["share", "rate", "ratio", "count", "survey", "between_groups"]
    numerator: Counted
    denominator: Counted | None = None
    of: Literal["residents", "people_who_inject", "officers"] | None = None
    per: int = Field(default=1, ge=1)
    needs: list[Literal["arrests", "ended", "found", "times"]] = Field(default_factory=list)
    by: list[Literal["sex", "age", "ethnicity"]] = Field(default_factory=list)

    @model_validator(mode="after")
    def _whole(self) -> Reading:
        below = {"share": 1, "ratio": 1, "rate": 1, "between_groups": 1, "count": 0, "survey": 0}
        given = (self.denominator is not None) + (self.of is not None)
        if given != below[self.form] or (self.form == "rate" and self.of is None):
            raise PydanticCustomError(
                "reading",
                f"is a {self.form} with the wrong denominator",
                {"right": "share and ratio: denominator; rate: of; count and survey: neither"},
            )
        return self


class Indicator(Record):
    """Something to measure. Either `read` says how the canonical tables show it, or
    `not_read_because` says why they do not."""

    id: Annotated[str, Field(pattern=r"^i[SHCEPO][0-9]+$")]
    name: Text
    outcome: Literal["safety", "health", "confidence", "equity", "process", "officers"]
    definition: Text
    numerator: Text
    denominator: Text
    source: Text
    direction: Literal["higher", "lower", "nearer_one", "read_with_another"]
    caveat: Text
    smallest: int = Field(ge=0)  # smallest publishable count in a cell
    first: int | None = Field(default=None, ge=1, le=6)  # place among the six to start with
    read: list[Reading] = Field(default_factory=list)
    not_read_because: str | None = None

    @model_validator(mode="after")
    def _readable(self) -> Indicator:
        if bool(self.read) == bool(self.not_read_because):
            raise PydanticCustomError(
                "readable",
                "has neither or both of read and not_read_because",
                {"right": "say how it is read from the tables, or why it is not"},
            )
        return self
