"""What `study.toml` holds: a published result, and what it takes to repeat it in the model."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from offramp.catalogue.schema import Record, RecordId, Slug, Text

Kind = Literal["verification", "replication", "empirical"]
Direction = Literal["lower", "higher", "none", "either"]
Form = Literal["level", "ratio", "difference", "percent_change", "percent_averted", "per_averted"]
Per = Literal["year", "person_year", "100_person_years", "100000_residents"]
Of = Literal[
    "everyone",
    "opioids",  # people who use opioids now
    "inject",
    "in_treatment",
    "off_treatment",  # use opioids now, not in treatment
    "tolerant",  # as off_treatment, and neither released nor stopped in the last eight weeks
    "left_treatment",  # were in treatment once, are not now
    "survivors",  # of an opioid overdose that help attended in the last half year
    "lately_held",  # out of custody in the last half year
]
Start = Literal["arrest", "offer", "release", "stops_treatment", "treatment", "kit"]


WEEKS, SAME, PUBLISHED = "weeks", "as value", "as published"


def _in(unit: str) -> dict[str, Any]:
    """The unit of a number, for the table of keys."""
    return {"unit": unit}


class Number(Record):
    """A number with or without its 95% range, or the record of the catalogue that holds it."""

    model_config = ConfigDict(allow_inf_nan=False)

    value: float | None = Field(
        default=None,
        description="or evidence, one of the two",
        json_schema_extra=_in("of what it gives"),
    )
    low: float | None = Field(
        default=None, description="lower end of its 95% range", json_schema_extra=_in(SAME)
    )
    high: float | None = Field(
        default=None, description="upper end of its 95% range", json_schema_extra=_in(SAME)
    )
    evidence: RecordId | None = Field(default=None, description="id of a record")
    source: Text | None = Field(default=None, description="where the number was read, or why")

    @model_validator(mode="after")
    def _whole(self) -> Number:
        if (self.value is None) == (self.evidence is None):
            raise PydanticCustomError(
                "number",
                "has neither or both of value and evidence",
                {"right": "give one: value = 0.5, or evidence = the id of a record"},
            )
        if (self.low is None) != (self.high is None) or (self.evidence and self.low is not None):
            raise PydanticCustomError(
                "number",
                "has half a range",
                {"right": "give value with both low and high, or none"},
            )
        if self.value is not None and self.low is not None and self.high is not None:
            _ordered(self.low, self.value, self.high)
        return self


class StudyLever(Number):
    """A parameter that an arm moves, as an option's lever does, at once or over `ramp_weeks`."""

    parameter: str = Field(description="name of a parameter")
    moves: Literal["set", "multiply", "add"] = Field(description="what value does to it")
    ramp_weeks: int = Field(
        default=0,
        ge=0,
        le=1040,
        description="until it is in full force",
        json_schema_extra=_in(WEEKS),
    )


class Arm(Record):
    """One side of the comparison. options, levers: what is in force. of, starts: in a cohort, who
    is followed, and what happens to which share of them on the first day."""

    says: Text | None = Field(default=None, description="what is done on this side")
    options: list[str] = Field(default_factory=list, description="ids of options in force")
    levers: list[StudyLever] = Field(default_factory=list, description="parameters moved")
    of: Of | None = Field(default=None, description="who is followed, where arms differ in it")
    starts: dict[Start, Number] = Field(
        default_factory=dict,
        description="event = share of the cohort",
        json_schema_extra=_in("share"),
    )
    from_week: int | None = Field(
        default=None,
        ge=0,
        description="in a cohort, in place of that of [run]",
        json_schema_extra=_in(WEEKS),
    )
    to_week: int | None = Field(
        default=None,
        ge=1,
        description="in a cohort, in place of that of [run]",
        json_schema_extra=_in(WEEKS),
    )


class Cohort(Record):
    """People followed from one day on; left out, the whole place is simulated."""

    of: Of = Field(description="who is followed")
    days_held: Number | None = Field(
        default=None,
        description="mean days in custody before a release; with release only",
        json_schema_extra=_in("days"),
    )


class Run(Record):
    weeks: int = Field(ge=1, le=1040, description="weeks simulated", json_schema_extra=_in(WEEKS))
    from_week: int = Field(
        default=0,
        ge=0,
        description="count from the end of this week",
        json_schema_extra=_in(WEEKS),
    )
    to_week: int | None = Field(
        default=None,
        ge=1,
        description="to the end of this week; left out, the last",
        json_schema_extra=_in(WEEKS),
    )
    draws: int = Field(
        default=128,
        ge=16,
        le=4096,
        description="runs, each with its own values",
        json_schema_extra=_in("runs"),
    )
    people: int = Field(
        default=4000,
        ge=500,
        le=100_000,
        description="people simulated",
        json_schema_extra=_in("people"),
    )
    seed: int = Field(default=1, ge=0, lt=2**31, description="another number is other luck")
    transport: bool = Field(default=True, description="carry options' effects to the place")


class Published(Record):
    """What the study found: the number of a record, or a value with its source."""

    model_config = ConfigDict(allow_inf_nan=False)

    evidence: RecordId | None = Field(default=None, description="id of a record")
    value: float | None = Field(
        default=None,
        description="where no record holds the number",
        json_schema_extra=_in(PUBLISHED),
    )
    low: float | None = Field(
        default=None, description="lower end of its interval", json_schema_extra=_in(SAME)
    )
    high: float | None = Field(
        default=None, description="upper end of its interval", json_schema_extra=_in(SAME)
    )
    times: float = Field(
        default=1.0,
        description="turns them into the unit of the measure and form; not 0",
        json_schema_extra=_in("factor"),
    )
    found: float | None = Field(
        default=None,
        description="a finding of no change entered as none: the middle published",
        json_schema_extra=_in(SAME),
    )
    margin_is_ours: bool = Field(
        default=False, description="the study gives no interval: low and high are a margin of ours"
    )
    source: Text | None = Field(
        default=None, description="where the number was read; needed where no record is named"
    )
    because: Text | None = Field(default=None, description="how value or times were worked out")

    @model_validator(mode="after")
    def _whole(self) -> Published:
        if self.value is None and self.evidence is None:
            raise PydanticCustomError(
                "published",
                "has no number",
                {"right": "give value and source, or evidence = the id of a record"},
            )
        if self.evidence is None and self.source is None:
            raise PydanticCustomError(
                "published", "has no source", {"right": "say where the number was read: source"}
            )
        if (self.low is None) != (self.high is None) or (
            self.low is not None and self.value is None
        ):
            raise PydanticCustomError(
                "published",
                "has half a range",
                {"right": "give value, low and high, or value alone"},
            )
        if self.margin_is_ours and self.low is None:
            raise PydanticCustomError(
                "published", "has no margin", {"right": "give low and high, or leave it out"}
            )
        if self.value is not None and self.low is not None and self.high is not None:
            _ordered(self.low, self.value, self.high)
        if self.times == 0:
            raise PydanticCustomError(
                "published", "is multiplied by 0", {"right": "leave times out, or give a number"}
            )
        return self


class Result(Record):
    """What is compared, fixed before the study is run."""

    measure: str = Field(description="what is counted: a name of the table of measures")
    form: Form = Field(description="how change is held against comparator")
    per: Per = Field(default="year", description="of a count: so many in what")
    over: str | None = Field(default=None, description="per_averted: the measure averted")
    denominator: Text = Field(description="of whom, or of what, the published number is")
    direction: Direction = Field(description="which way the change goes; none: no change shown")
    tolerance: float = Field(
        default=0.25,
        gt=0,
        le=1,
        description="where no interval is published: how far off value may be met; 0.1 is a tenth",
        json_schema_extra=_in("share of value"),
    )
    published: Published = Field(description="what the study found")


class Study(Record):
    """A published study as a case of the model."""

    id: Slug = Field(description="names the study in the answer")
    title: Text = Field(description="a short name")
    kind: Kind = Field(
        description="whether inputs come back out, a model is repeated, or it was seen in people"
    )
    says: Text = Field(description="what was studied, and how it is repeated here")
    fixed: date = Field(description="when direction, tolerance and inputs were fixed")
    place: dict[str, Any] = Field(default={}, description="a place as in place.toml, with base")
    parameters: dict[str, Number] = Field(default={}, description="what the source reports")
    cohort: Cohort | None = Field(
        default=None, description="people followed from one day; left out, the whole place"
    )
    run: Run = Field(description="how long, and how much is simulated")
    comparator: Arm = Field(default=Arm(), description="one side; left out, the place as it is")
    change: Arm = Field(default=Arm(), description="the other side; left out, the place as it is")
    result: Result = Field(description="what is compared, fixed before the study is run")
    explained: Text | None = Field(default=None, description="why it misses, where it does")
    dependent: Text | None = Field(
        default=None, description="how far what was published is in what the model rests on"
    )

    def window(self, arm: Arm) -> tuple[int, int]:
        """Weeks counted in an arm: after the first, to the end of the second."""
        first = self.run.from_week if arm.from_week is None else arm.from_week
        return first, arm.to_week or self.run.to_week or self.run.weeks


def _ordered(low: float, value: float, high: float) -> None:
    if not low <= value <= high:
        raise PydanticCustomError(
            "range",
            f"has the range {low:g} to {high:g} around {value:g}",
            {"right": "low must be at most value, and value at most high"},
        )
