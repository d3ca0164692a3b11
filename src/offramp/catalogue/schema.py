"""What the catalogue holds: options, evidence, examples and indicators, one TOML file each."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

Outcome = Literal["safety", "health", "confidence"]
Certainty = Literal["high", "moderate", "low", "very_low", "none"]
Family = Literal[
    "discretion",
    "deflection",
    "overdose",
    "services",
    "market",
    "organisation",
    "fairness",
    "others_lead",
]
Drug = Literal["opioids", "stimulants", "cannabis", "benzodiazepines", "any"]
Unit = Literal[
    "ratio",  # rate ratio, hazard ratio, risk ratio, odds ratio, times
    "share",  # 0 to 1
    "percent",  # 0 to 100, or a change in percent
    "percentage_points",
    "per_person_year",
    "per_100_person_years",
    "per_1000_officer_years",
    "per_event",
    "log_ratio",
    "count",
    "count_per_year",
    "minutes",
    "hours",
    "days",
    "weeks",
    "years",
    "GBP",
    "USD",
    "EUR",
    "CAD",
    "utility",  # QALY weight, 0 to 1
    "points",
    "direction",  # no number: the record's `says` states a direction
]
Design = Literal[
    "randomised",
    "strong_quasi_experiment",
    "weak_quasi_experiment",
    "before_after",
    "cohort",
    "cross_sectional",
    "meta_analysis",
    "review",
    "model",
    "survey",
    "administrative",
    "descriptive",
    "costing",
    "judgement",
]
Prior = Literal["lognormal", "logitnormal", "normal", "none"]

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
RecordId = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
Text = Annotated[str, Field(min_length=3)]


class Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Interval(Record):
    low: float
    high: float
    level: float = Field(default=0.95, gt=0.5, lt=1)


class Source(Record):
    citation: Text
    doi: str | None = None
    url: str | None = None


class Checked(Record):
    """How the number was seen, and when."""

    how: Literal["full_text", "abstract", "restatement", "arithmetic", "judgement"]
    on: date


class Evidence(Record):
    """One published finding, or a judgement of ours, that a sceptic can check."""

    id: RecordId
    says: Text  # what was found, in our words, without the number
    measure: Text
    unit: Unit
    estimate: float | None = None  # in `unit`; left out when only a direction is known
    interval: Interval | None = None
    prior: Prior = "none"
    setting: Text
    design: Design
    source: Source
    checked: Checked
    why: str | None = None  # judgements: why this range
    note: str | None = None


class LawNeed(Record):
    topic: str  # a topic of place.law
    why: Text


class ServiceNeed(Record):
    service: str  # a key of place.services
    why: Text


class Needs(Record):
    law: list[LawNeed] = []
    services: list[ServiceNeed] = []
    agreements: list[Text] = []  # with whom an agreement must exist before it starts
    partners: list[Text] = []
    people: Text
    money: Text


class Voluntary(Record):
    is_voluntary: bool
    refusing: Text  # what refusing costs


class LeavesBehind(Record):
    record: Text
    fee: Text
    conditions: Text
    checks: Text


class Name(Record):
    """Who learns the person's name. `names_person`: the option names a person to a service."""

    names_person: bool
    goes_to: Text


class Finding(Record):
    outcome: Outcome
    says: Text  # prose; every number is a {record-id} placeholder
    certainty: Certainty
    why: Text  # why this certain


class Harm(Record):
    harm: Text
    guard: Text  # what lowers it


class Objection(Record):
    objection: Text
    reply: Text  # honest; findings as {record-id}


class Lever(Record):
    """One model parameter that the option moves.

    set: today + reach x (value - today); multiply: today x value ** reach;
    add: today + reach x value. `value` is the evidence record's estimate (drawn from its
    interval); `reach` a share record (1 when left out). The share of an option that is in
    place already is taken off by the model.
    """

    parameter: str
    moves: Literal["set", "multiply", "add"]
    evidence: RecordId
    reach: RecordId | None = None
    design: Literal["randomised", "strong", "weak", "before_after", "mechanism"]
    ramp_weeks: int = Field(ge=0, le=520)
    half_life_weeks: int | None = Field(default=None, gt=0)
    note: str | None = None


class CostItem(Record):
    """A cost of running the option: `evidence` is a price, multiplied by how many of `per`."""

    item: Text
    per: Literal[
        "year",
        "officer",
        "referral",
        "engaged_year",
        "course",
        "visit",
        "kit",
        "client_year",
    ]
    evidence: RecordId


class Option(Record):
    id: Slug
    name: Text
    family: Family
    comparison: bool = False  # "more arrests": never a candidate, card or member of a set
    summary: Annotated[str, Field(min_length=20, max_length=240)]
    ask: Text  # the decision, in one sentence, as put to those who decide
    police_do: Text
    drugs: list[Drug] = Field(min_length=1)
    drugs_note: Text
    needs: Needs
    hazards: list[str] = []  # topics of place.law that make it dangerous
    voluntary: Voluntary
    leaves_behind: LeavesBehind
    name_goes: Name
    findings: list[Finding] = Field(min_length=1)
    harms: list[Harm] = Field(min_length=1)
    objections: list[Objection] = Field(min_length=1)
    examples: list[Slug] = []
    indicators: list[str] = []
    first_steps: list[Text] = Field(min_length=3)
    stop_rule: Text
    levers: list[Lever] = []
    no_levers_because: str | None = None
    costs: list[CostItem] = []
    reviewed: date  # date of our last review


class Example(Record):
    """A place that did it."""

    id: Slug
    place: Text
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]  # ISO 3166-1
    continent: Literal["africa", "asia", "europe", "north_america", "oceania", "south_america"]
    agency: Text
    years: Text
    did: Text
    happened: Text  # findings as {record-id}; "not measured" where not
    still_runs: Text
    sources: list[Source] = Field(min_length=1)


class Counted(Record):
    """What is counted in a table of the data room, or in the place's own series ("place").

    where: column -> words that count, or true."""

    table: Literal[
        "contacts", "offences", "overdoses", "deaths", "services", "surveys", "cohorts", "place"
    ]
    where: dict[str, bool | list[str]] = {}


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
    needs: list[Literal["arrests", "ended", "found", "times"]] = []
    by: list[Literal["sex", "age", "ethnicity"]] = []

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
    read: list[Reading] = []
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
