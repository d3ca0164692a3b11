"""What a study says before anybody has seen a result: study.toml as records.

question, outcome, who and when, comparison, how it is analysed, and the smallest effect that
matters. `lock` freezes exactly these fields.
"""

from __future__ import annotations

from datetime import date as Day  # noqa: N812 (a field below is called date)
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

DesignName = Literal[
    "interrupted_time_series",
    "difference_in_differences",
    "synthetic_control",
    "stepped_wedge",
    "randomised_trial",
]
WITH_COMPARISON = ("difference_in_differences", "synthetic_control", "stepped_wedge")


class Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Data(Record):
    """Where the table is and what its columns are called."""

    file: str = Field(min_length=1, description="a CSV file beside study.toml")
    period: str = "period"
    kind: Literal["week", "month", "quarter", "year"] = "month"
    unit: str | None = Field(None, description="the column that names the area or force")


class Outcome(Record):
    """What is measured, and which way is better."""

    name: str = Field(min_length=1)
    column: str = Field(min_length=1)
    better: Literal["lower", "higher"]
    kind: Literal["count", "number"] = "count"
    denominator: str | None = Field(None, description="the column of residents, stops and so on")
    per: float = Field(100_000, gt=0, description="rates are shown per so many")


class Intervention(Record):
    """What was done, where, and from when."""

    what: str = Field(min_length=1)
    date: str | Day | None = Field(
        None, description="the first period under it, or the day; a period it cuts is left out"
    )
    units: list[str] = Field(default_factory=list)
    starts: dict[str, str] = Field(
        default_factory=dict, description="for several dates: unit = first period under it"
    )
    leave_out: list[str] = Field(default_factory=list, description="periods left out")


class Comparison(Record):
    """Whom the treated are held against, and why they are a fair comparison."""

    why: str = Field(min_length=1)
    units: list[str] = Field(default_factory=list, description="none: every other unit")
    leave_out: list[str] = Field(default_factory=list)


class Trial(Record):
    """Columns of a table with one row for each person or group in a trial; no names."""

    arm: str = "arm"
    treated: str = Field(description="the value of the arm column for those offered it")
    control: str
    event: str = "event"
    months: str | None = Field(None, description="the column of months followed")
    cluster: str | None = Field(None, description="the column of what was randomised, if groups")


class Effect(Record):
    """The smallest change that would matter to those who decide."""

    value: float = Field(gt=0)
    unit: Literal["percent", "points"] = "percent"
    why: str = ""


class Analysis(Record):
    """The primary analysis. Everything here is fixed before results are seen."""

    scale: Literal["log", "level"] | None = Field(
        None, description="log: ratios between groups stay; level: differences stay"
    )
    effect: Literal["step", "step_and_slope"] = "step"
    seasonal: bool = True
    estimator: Literal["imputation", "callaway_santanna"] = "imputation"
    inference: Literal["permutation", "wild_bootstrap"] = "permutation"
    permutations: int = Field(999, ge=99, le=99_999)
    seed: int = Field(1, ge=0)
    level: float = Field(0.95, ge=0.8, le=0.999)


class Recording(Record):
    """A known change in how the outcome is recorded."""

    date: str
    what: str = Field(min_length=1)


class Confounder(Record):
    """Something else that could have moved the outcome at the same time."""

    name: str = Field(min_length=1)
    column: str = Field(min_length=1)


class Checks(Record):
    """What could make the answer wrong, and is looked at."""

    placebo_dates: list[str] = Field(default_factory=list)
    placebo_outcomes: list[str] = Field(default_factory=list)
    recording: list[Recording] = Field(default_factory=list)
    recording_columns: list[str] = Field(
        default_factory=list, description="such as the share of blank outcomes"
    )
    confounders: list[Confounder] = Field(default_factory=list)


class Study(Record):
    """A whole study plan."""

    name: str = Field(min_length=1)
    question: str = Field(min_length=1)
    design: DesignName
    option: str | None = Field(None, description="the option of the catalogue that is tested")
    parameter: str | None = Field(
        None, description="which effect of the option the outcome measures, for --feed"
    )
    data: Data
    outcome: Outcome
    smallest_effect: Effect
    intervention: Intervention | None = None
    comparison: Comparison | None = None
    trial: Trial | None = None
    analysis: Analysis = Analysis()
    checks: Checks = Checks()

    @model_validator(mode="after")
    def parts_fit_the_design(self) -> Study:
        if self.design == "randomised_trial":
            self._need(
                self.trial is not None, ("trial",), "is missing", "add [trial] with the arms"
            )
            return self
        self._need(
            self.intervention is not None, ("intervention",), "is missing", "say what and when"
        )
        assert self.intervention is not None
        dated = self.intervention.date is not None
        several = bool(self.intervention.starts)
        self._need(
            dated != several,
            ("intervention", "date"),
            "must be given, or starts for several dates, and not both",
            'write date = "2014-10", or [intervention.starts]',
        )
        self._series_parts(several)
        if self.design in WITH_COMPARISON and self.design != "stepped_wedge":
            self._need(
                self.comparison is not None,
                ("comparison",),
                "is missing",
                "name the comparison and why it is fair; without one use interrupted_time_series",
            )
        scale, unit = self.analysis.scale, self.smallest_effect.unit
        self._need(
            not (scale == "log" and unit == "points"),
            ("smallest_effect", "unit"),
            'is "points" although the analysis compares ratios',
            'write unit = "percent", or scale = "level"',
        )
        return self

    def _series_parts(self, several: bool) -> None:
        assert self.intervention is not None
        if self.design == "interrupted_time_series":
            self._need(
                not several,
                ("intervention", "starts"),
                "is for designs that compare units",
                "give one date",
            )
            self._need(
                not (self.outcome.kind == "count" and self.smallest_effect.unit == "points"),
                ("smallest_effect", "unit"),
                'is "points", but counts in a time series are compared in percent',
                'write unit = "percent"',
            )
            return
        self._need(
            self.data.unit is not None, ("data", "unit"), "is missing", "name the column of units"
        )
        if self.design == "stepped_wedge":
            self._need(
                several, ("intervention", "starts"), "is missing", "give each unit its first period"
            )
        elif not several:
            self._need(
                bool(self.intervention.units),
                ("intervention", "units"),
                "is empty",
                "name the treated units",
            )

    @staticmethod
    def _need(holds: bool, keys: tuple[str, ...], problem: str, right: str) -> None:
        if not holds:
            raise PydanticCustomError(
                "study",
                "{problem}",
                {
                    "problem": problem,
                    "keys": keys,
                    "right": right,
                },
            )

    @property
    def log_scale(self) -> bool:
        """Whether ratios are compared: chosen, or by default where change is in percent."""
        if self.design == "interrupted_time_series":
            return self.outcome.kind == "count"
        if self.analysis.scale is not None:
            return self.analysis.scale == "log"
        return self.smallest_effect.unit == "percent"
