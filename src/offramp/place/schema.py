"""What `place.toml` holds. Every number carries its source, or is left out.

The descriptions are what messages, the template of `place new --template` and the questions of
`place improve` show. Checks that compare fields with each other stand in `consistency.py`, so
that they run whatever else is wrong with the file.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from offramp.place.figures import Count as Count
from offramp.place.figures import Figure as Figure
from offramp.place.figures import Section as Section
from offramp.place.figures import Share as Share
from offramp.place.figures import Size as Size
from offramp.place.figures import count, share

LawStatus = Literal[
    "allowed",
    "allowed_with_agreement",
    "needs_policy",
    "needs_law",
    "forbidden",
    "unknown",
]
Exists = Literal["yes", "no", "unknown"]

LAW_TOPICS = (
    "possession",
    "police_discretion",
    "citation",
    "prosecutor_agreement",
    "equipment",
    "naloxone_police",
    "overdose_protection",
    "consumption_site",
    "agonist_treatment",
    "agonist_treatment_custody",
    "drug_checking",
    "data_sharing",
)
# For these "allowed" means that the state does it: it makes some options dangerous.
HAZARD_TOPICS = (
    "compulsory_treatment",
    "register",
    "duty_to_report",
    "warrant_checks",
    "probation_checks",
    "immigration_checks",
    "loss_of_children",
    "loss_of_housing",
    "loss_of_licence",
)
SERVICES = (
    "case_management",
    "drug_course",
    "needle_syringe_programme",
    "naloxone_supply",
    "consumption_site",
    "agonist_treatment",
    "treatment_in_custody",
    "overdose_outreach",
    "drug_checking",
    "health_alert_partner",
)


class Group(Section):
    """A group of residents as the place records it, and its drug searches a year."""

    name: Annotated[str, Field(min_length=1)]
    residents: Count = Field(description="residents")
    searches_drug_year: Count | None = count("stops and searches for drugs a year")
    reference: bool = False  # the group that others are compared with


class Area(Section):
    """A part of the place; the first is the one where police work can be focused."""

    name: Annotated[str, Field(min_length=1)]
    people: Share = Field(description="of the people who use, those who are mostly here")
    residents: Share | None = share("of the residents, those who live here")
    contacts: Count | None = count(
        "police contacts over drugs per person, against the place's mean"
    )


class People(Section):
    residents: Count | None = count("people who live here")
    adults: Count | None = count("residents aged 15 to 64")
    people_who_use: Size | None = Field(
        default=None, description="people with regular or high-risk use of opioids or stimulants"
    )
    inject: Share | None = share("of the people who use, those who inject")
    use_opioids: Share | None = share("of the people who use, those who use opioids only")
    use_stimulants: Share | None = share(
        "of the people who use, those who use stimulants only; the rest use both"
    )
    daily: Share | None = share("of the people who use, those who use every day")
    unstable_housing: Share | None = share(
        "of the people who use, those without a home of their own that is safe and lasting"
    )
    benzodiazepines_or_alcohol: Share | None = share(
        "of the people who use, those who also take benzodiazepines or much alcohol"
    )
    women: Share | None = share("of the people who use, women")
    mean_age: Figure | None = Field(default=None, description="mean age of the people who use")
    in_treatment: Count | None = count("people on methadone, buprenorphine or another agonist now")
    hiv: Share | None = share("of the people who inject, those living with HIV")
    hcv: Share | None = share("of the people who inject, those with chronic hepatitis C")
    mainly_used: Literal["opioids", "stimulants", "both", "cannabis", "unknown"] = "unknown"
    groups: list[Group] = Field(default_factory=list)
    areas: list[Area] = Field(default_factory=list)


class Original(Section):
    """A few words of a law, or its title, as they stand there."""

    language: Annotated[str, Field(pattern=r"^[a-z]{2}$", description="two letters, as es")]
    text: Annotated[str, Field(min_length=3)]


class LawFact(Section):
    status: LawStatus
    says: str = ""
    citation: str | None = None
    url: str | None = None
    original: Original | None = Field(
        default=None, description="a few words of the law in its own language"
    )
    on: date | None = Field(default=None, description="when it was last checked")
    basis: Literal["local", "preset"] = "local"

    @model_validator(mode="after")
    def _cited(self) -> LawFact:
        if self.status != "unknown" and not (self.citation and self.on):
            missing = " and ".join(
                name for name, given in (("citation", self.citation), ("on", self.on)) if not given
            )
            raise PydanticCustomError(
                "uncited",
                "has no " + missing,
                {
                    "right": "name the law or order and the date (on) it was last checked, "
                    'or set status = "unknown"'
                },
            )
        return self


class Practice(Section):
    """An option that runs already."""

    option: str
    since: date | int | None = None
    reach: Share | None = Field(
        default=None,
        description="how far: share of the contacts, officers or people it is for",
    )
    says: str = ""
    source: Annotated[str, Field(min_length=3)]


class Covered(Section):
    """How far the agency's written policy lets an option be offered instead of an arrest."""

    option: str
    share: Share = Field(
        description="of contacts that end in arrest or charge today, at most these are covered"
    )


class Service(Section):
    exists: Exists = "unknown"
    says: str = ""
    people: Count | None = count("people reached now")
    places: Count | None = count("people who can be served at once")
    a_year: Count | None = count("kits, visits or courses a year")
    coverage: Share | None = share("of the people it is for, those it reaches")
    waiting_weeks: Count | None = count("weeks from asking to starting")
    source: str | None = None
    on: date | int | None = Field(default=None, description="the date or year this is of")
    basis: Literal["local", "preset"] = "local"


class Agency(Section):
    name: str | None = None
    officers: Count | None = count("police officers, full-time equivalent")
    hours_search: Count | None = count("officer hours for a search that ends in nothing")
    hours_warning: Count | None = count("officer hours for a contact that ends in a warning")
    hours_resolution: Count | None = count(
        "officer hours for one that ends in a community resolution, citation or notice"
    )
    hours_referral: Count | None = count("officer hours for one that ends in a referral")
    hours_arrest: Count | None = count("officer hours for an arrest, with all its paperwork")
    hours_overdose: Count | None = count("officer hours for attending an overdose")


class Contacts(Section):
    """Police contacts in drug matters, and how those end in which something is found."""

    searches_drug_year: Count | None = count("stops and searches for drugs a year")
    found: Share | None = share("of drug searches, those in which something is found")
    ends_no_action: Share | None = share("of contacts with a find, those ending in no action")
    ends_warning: Share | None = share("of contacts with a find, those ending in a warning")
    ends_resolution: Share | None = share(
        "of contacts with a find, those ending in a community resolution, citation or notice"
    )
    ends_referral: Share | None = share("of contacts with a find, those ending in a referral")
    ends_arrest: Share | None = share(
        "of contacts with a find, those ending in arrest, charge or summons"
    )
    simulated_share: Share | None = share(
        "of all contacts, those with people with regular or high-risk use"
    )
    drug_offences_year: Count | None = count("recorded drug offences a year")
    possession_arrests_year: Count | None = count(
        "arrests for possession a year, not only after a search"
    )
    felt_unfair: Share | None = share("of contacts, those felt as unfair by the person")


class Custody(Section):
    arrests_year: Count | None = count("arrests a year of people who use, for any offence")
    charged: Share | None = share("of arrests, those held before trial, not sentenced later")
    sentenced: Share | None = share("of arrests, those ending in a prison sentence")
    days_detention: Count | None = count("mean days in police detention")
    days_remand: Count | None = count("mean days held before trial")
    days_sentence: Count | None = count("mean days of a prison sentence served")
    treatment_kept: Share | None = share("of people on treatment, those who keep it while held")
    treatment_started: Share | None = share(
        "of people held who depend on opioids, those who start treatment there"
    )
    released_with_naloxone: Share | None = share(
        "of people leaving custody who use opioids, those who leave with naloxone"
    )


class Series(Section):
    """A series of counts in a CSV file beside place.toml: columns `period`, `count`."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    measure: Literal[
        "deaths",
        "nonfatal_overdoses",
        "ambulance_overdoses",
        "hospital_overdoses",
        "drug_searches",
        "possession_arrests",
        "acquisitive_offences",
        "violent_offences",
        "people_in_treatment",
    ]
    file: str
    definition: Annotated[str, Field(min_length=3)]
    date_basis: Literal["registration", "occurrence", "record"]
    period: Literal["year", "quarter", "month"]
    in_scope: Share  # share of the counts that the simulation is about
    use_from: str | None = None  # first and last period that say what "today" is
    use_to: str | None = None
    calibrate_from: str | None = Field(
        default=None, description="first period for calibration, where it looks further back"
    )
    calibrate_to: str | None = Field(
        default=None, description="last period for calibration, where it is another"
    )
    of: str | None = Field(
        default=None, description="id of the series of which this one counts a part"
    )
    overdispersion: Share | None = share(
        "standard deviation beyond chance, as a share of the mean; fixed before fitting"
    )
    registered_later: Share | None = share(
        "of deaths, those registered in the year after they happened"
    )
    source: Annotated[str, Field(min_length=3)]


class Money(Section):
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    price_year: int | None = Field(default=None, ge=1990, le=2100)
    units_per_usd: Count | None = count(
        "how much of the currency one US dollar buys; needed only when costs are left out"
    )
    officer_hour: Count | None = count("cost of one officer hour")
    custody_night: Count | None = count("cost of one night in police detention")
    prison_day: Count | None = count("cost of one day in prison")
    treatment_year: Count | None = count("cost of one year of agonist treatment")
    ambulance_callout: Count | None = count("cost of one ambulance call-out")
    hospital_overdose: Count | None = count("cost of one overdose treated in hospital")
    hiv_lifetime: Count | None = count("lifetime cost of treating one HIV infection")
    hcv_lifetime: Count | None = count("lifetime cost of one hepatitis C infection")
    acquisitive_offence: Count | None = count("tangible cost of one theft or burglary")
    violent_offence: Count | None = count("tangible cost of one violent offence")
    discount: Share | None = share("discount rate a year; 0.035 means 3.5%")


class Priorities(Section):
    """Weights of the three outcomes, and who set them. They never enter a modelled effect."""

    safety: float = Field(ge=0, le=100)
    health: float = Field(ge=0, le=100)
    confidence: float = Field(ge=0, le=100)
    set_by: Annotated[str, Field(min_length=3)]
    on: date

    @model_validator(mode="after")
    def _some(self) -> Priorities:
        total = self.safety + self.health + self.confidence
        if not (abs(total - 1) < 0.02 or abs(total - 100) < 2):
            raise PydanticCustomError(
                "weights",
                f"adds up to {total:g}",
                {"right": "safety, health and confidence must add up to 1 (or 100)"},
            )
        return self


class Heard(Section):
    who: Literal[
        "people_who_use_drugs",
        "families",
        "neighbours",
        "victims",
        "officers",
        "services",
    ]
    asked: bool
    how: str = ""
    on: date | None = None
    said: str = ""


class Learned(Section):
    """What a study in this place found about one effect of an option; `learn evaluate --feed`
    writes it."""

    option: Annotated[str, Field(min_length=3, description="id of the option that was studied")]
    parameter: Annotated[str, Field(min_length=3, description="which of its effects")]
    study: Annotated[str, Field(min_length=1, description="name of the study")]
    plan: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="hash of its plan")]
    locked: bool = Field(description="whether the plan was locked before results were seen")
    on: date
    ratio: float = Field(gt=0, lt=1000, description="with the option over without it")
    low: float = Field(gt=0, lt=1000, description="lower end of its 95% range")
    high: float = Field(gt=0, lt=1000, description="upper end of its 95% range")

    @model_validator(mode="after")
    def _ordered(self) -> Learned:
        if not self.low <= self.ratio <= self.high or self.low == self.high:
            raise PydanticCustomError(
                "range",
                f"has the range {self.low:g} to {self.high:g} around {self.ratio:g}",
                {"right": "low, ratio and high must stand in this order, with room between"},
            )
        return self


class Place(Section):
    """A jurisdiction. PLACE on the command line is the folder that holds this as place.toml."""

    name: Annotated[str, Field(min_length=2)]
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    preset: str | None = Field(
        default=None,
        description="a region's preset, such as england-wales; else the country's or the world's",
    )
    as_of: date = Field(description="the date for which this file describes the place")
    example_notice: str | None = Field(
        default=None,
        description="printed on briefings: a worked example, not by or for the force",
    )
    language: Literal["en", "es", "pt", "ru"] = "en"
    latitude: float | None = Field(
        default=None, ge=-66, le=66, description="degrees north, for the test of daylight"
    )
    longitude: float | None = Field(
        default=None, ge=-180, le=180, description="degrees east, for the test of daylight"
    )
    time_zone: str | None = Field(
        default=None, description='such as "Europe/London", for the test of daylight'
    )
    people: People = People()
    law: dict[str, LawFact] = Field(default_factory=dict)
    practice: list[Practice] = Field(default_factory=list)
    covered: list[Covered] = Field(default_factory=list)
    services: dict[str, Service] = Field(default_factory=dict)
    agency: Agency = Agency()
    contacts: Contacts = Contacts()
    custody: Custody = Custody()
    outcomes: list[Series] = Field(default_factory=list)
    money: Money = Money()
    priorities: Priorities | None = None
    heard: list[Heard] = Field(default_factory=list)
    learned: list[Learned] = Field(default_factory=list)
