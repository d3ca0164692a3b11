"""What the catalogue holds: options, evidence and examples, one TOML file each."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

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
Actor = Literal[
    "patrol",  # officers who meet people
    "investigation",
    "custody",  # those who run the cells
    "command",  # the chief and those who write orders
    "dispatch",
    "prosecutor",
    "service",  # health and social services, peer groups
    "council",
]
Hurdle = Literal["own_order", "agreement", "new_law"]  # what stands in the way in most places
CostLevel = Literal["staff_time", "low", "medium", "high", "not_known"]
Topic = Literal[
    "diversion",
    "enforcement",  # harms and limits of enforcement
    "police_practice",
    "confidence",  # procedural justice, trust
    "equity",
    "treatment",  # opioid agonist treatment and other treatment
    "syringes",  # needle and syringe programmes
    "overdose",  # naloxone, calling for help, follow-up
    "sites",  # consumption sites, drug checking
    "infection",  # HIV and hepatitis C
    "epidemiology",  # how many, how often
    "law",  # law change and decriminalisation
    "cost",  # prices, costs, utilities
    "stimulants",
    "model_results",  # results of other models
    "judgement",
]
PlaceSize = Literal[
    "under_50_thousand",
    "50_to_250_thousand",
    "250_thousand_to_1_million",
    "1_to_5_million",
    "over_5_million",
]
PlaceKind = Literal["town", "city", "region", "country", "many_places"]
StillRuns = Literal["running", "changed", "ended", "reversed", "not_known"]
Unit = Literal[
    "ratio",  # rate ratio, hazard ratio, risk ratio, odds ratio, times
    "share",  # 0 to 1
    "percent",  # 0 to 100, or a change in percent
    "percentage_points",
    "per_person_year",
    "per_100_person_years",
    "per_1000_officer_years",
    "per_event",
    "per_week",
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
    topic: Topic | None = None
    says: Text  # what was found, in our words, without the number
    measure: Text
    unit: Unit
    estimate: float | None = None  # in `unit`; left out when only a direction is known
    interval: Interval | None = None
    prior: Prior = "none"
    price_year: int | None = Field(
        default=None, ge=1990, le=2100, description="the year of the prices, of a sum of money"
    )
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
    place already is taken off by the model. A lever that fades halves every `half_life_weeks`
    after its ramp; `refreshed`, of an option that pays for refreshers, is a share record too: how
    much of what has faded one a year brings back.
    """

    parameter: str
    moves: Literal["set", "multiply", "add"]
    evidence: RecordId
    reach: RecordId | None = None
    design: Literal["randomised", "strong", "weak", "before_after", "mechanism"]
    ramp_weeks: int = Field(ge=0, le=520)
    half_life_weeks: int | None = Field(default=None, gt=0, le=5200)
    refreshed: RecordId | None = None
    note: str | None = None

    def shares(self) -> dict[str, str]:
        """The records of shares that it names, by key."""
        named = {"reach": self.reach, "refreshed": self.refreshed}
        return {key: record for key, record in named.items() if record is not None}


class CostItem(Record):
    """A cost of running the option: `evidence` is a price, multiplied by how many of `per`.

    per: a year, except `officer_once` (each officer whom the option does not reach yet, paid on
    the first day). officer: those whom it does not reach yet; officer_carrying: those who carry
    naloxone beyond today's.
    paid_by: out of whose budget; left out where that differs from place to place.
    """

    item: Text
    per: Literal[
        "year",
        "officer",
        "officer_once",
        "officer_carrying",
        "referral",
        "engaged_year",
        "course",
        "visit",
        "kit",
        "client_year",
    ]
    evidence: RecordId
    paid_by: Literal["police", "others"] | None = None


class Step(Record):
    """Something to have done by that day after the decision."""

    by_day: int = Field(ge=1, le=120)
    do: Text


class Card(Record):
    """What fits on one page in a pocket."""

    do: list[Annotated[str, Field(min_length=3, max_length=160)]] = Field(
        min_length=2, max_length=7
    )
    never: list[Annotated[str, Field(min_length=3, max_length=160)]] = Field(
        min_length=1, max_length=5
    )
    say: Annotated[str, Field(min_length=3, max_length=320)]  # words to the person, or to the team


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
    for_whom: Text | None = None  # for whom, and where it fits or does not
    acts: list[Actor] = []
    hurdle: Hurdle | None = None
    cost_level: CostLevel | None = None
    mechanism: Text | None = None  # how it is thought to work; findings as {record-id}
    moderators: Text | None = None  # for whom, where and when it works better or worse
    implementation: Text | None = None  # what those who ran it learned
    economics: Text | None = None  # what it costs and saves, or that nobody knows
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
    first_90_days: list[Step] = Field(min_length=3)
    stop_rule: Text
    related: list[Slug] = []  # other options that go with it or compete with it
    card: Card | None = None
    levers: list[Lever] = []
    no_levers_because: str | None = None
    costs: list[CostItem] = []
    reviewed: date  # date of our last review


class Voice(Record):
    """What somebody is reported to have said, in our words; without source: "None found."."""

    says: Text
    source: Source | None = None


class Position(Record):
    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)


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
    status: StillRuns | None = None
    size: PlaceSize | None = None  # people who live there
    kind: PlaceKind | None = None
    at: Position | None = None  # for the map; about the middle of the place
    drugs: list[Drug] = []
    order: Text | None = None  # the agency's own order or form with its link, or "None found."
    officer_said: Voice | None = None
    person_said: Voice | None = None
    setting_risks: Text | None = None  # compulsory detention, registers: the context, if any
    sources: list[Source] = Field(min_length=1)
