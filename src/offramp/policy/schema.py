"""What a policy is made of: policy.toml, rules.toml and cases.toml as records.

Texts that people read (`Text`) are a plain text, which stands for the policy's first language,
or a table by language: `{ en = "...", es = "..." }`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

NOT_KNOWN = "not_known"
NOBODY = "nobody"
LANGUAGES = ("en", "es", "pt", "ru")

Language = Literal["en", "es", "pt", "ru"]
Words = Annotated[str, Field(min_length=2)]
Text = str | dict[str, str]
Key = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
ClauseId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.()-]*$")]


class Record(BaseModel):
    # Built when first used: who asks a policy needs no cases.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Source(Record):
    """What a policy is modelled on."""

    citation: Words
    url: str | None = None


class Clause(Record):
    """A numbered sentence of the written policy, and the law that it rests on."""

    id: ClauseId
    text: Text
    citation: str = Field(default="", description="the law, guidance or decision it rests on")
    url: str | None = None
    on: date | None = Field(default=None, description="the date of that law or guidance")


class Threshold(Record):
    """The largest amount that still counts as own use (equal counts as within)."""

    found: str = Field(description="a value of the fact found")
    at_most: Annotated[float, Field(gt=0)]
    unit: str = Field(description="mg, g, kg, oz, ml or tablets")
    clause: str


class Policy(Record):
    """policy.toml: whose policy it is, when it holds, and what it rests on."""

    agency: Words
    version: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    effective_from: date
    effective_to: date | None = Field(default=None, description="the last day; open if left out")
    signed_off_by: Words
    signed_off_on: date | None = None
    languages: Annotated[list[Language], Field(min_length=1)]
    title: Text = ""
    notice: Text = Field(default="", description="such as: an example, not the force's own")
    source: list[Source] = []
    clauses: Annotated[list[Clause], Field(min_length=1)]
    thresholds: list[Threshold] = []

    @model_validator(mode="after")
    def _dates_in_order(self) -> Policy:
        if self.effective_to is not None and self.effective_to < self.effective_from:
            raise PydanticCustomError(
                "dates",
                "is {to}, before effective_from",
                {
                    "to": str(self.effective_to),
                    "keys": ("effective_to",),
                    "right": f"it must be {self.effective_from} or later",
                },
            )
        return self


class Permit(Record):
    """An option of the catalogue that a rule permits.

    reach: the share of the contacts it covers in which the agency means to offer it.
    """

    option: str
    reach: Annotated[float, Field(gt=0, le=1)] = 1.0
    terms: Text = ""


class Rule(Record):
    """One line of the table."""

    id: Key
    clause: str
    when: dict[str, str | list[str]] = Field(default={}, description="fact = [values]")
    permits: list[Permit] = []
    forbids: list[str] = Field(default=[], description="acts or option ids")
    leaves: list[str] = Field(default=[], description="acts left to the ordinary law")
    limit: Text = Field(default="", description="the limit in words")
    reason: Text
    say: Text = ""
    record: Text = ""
    name_goes_to: Text = ""

    @model_validator(mode="after")
    def _says_something(self) -> Rule:
        if not (self.permits or self.forbids or self.leaves or self.limit):
            raise PydanticCustomError(
                "empty",
                "permits, forbids and leaves nothing",
                {"keys": ("id",), "right": "add permits, forbids, leaves or limit"},
            )
        return self


class Rules(Record):
    """rules.toml, in the order in which options are offered."""

    rules: Annotated[list[Rule], Field(min_length=1)]


class Case(Record):
    """An encounter and the answer that the author expects, in order."""

    name: Words
    facts: dict[str, str] = {}
    options: list[str]
    limits: list[str] = Field(default=[], description="ids of the rules whose limits bind")
    clauses: list[str] | None = None
    ask: list[str] | None = Field(default=None, description="facts that the answer asks for")


class Cases(Record):
    """cases.toml. `usual` fills the facts that a case does not name."""

    usual: dict[str, str] = {}
    cases: Annotated[list[Case], Field(min_length=1)]
