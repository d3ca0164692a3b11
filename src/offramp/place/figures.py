"""Numbers of a place, each with its range and where it comes from."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Figure(Section):
    """A number about the place. `evidence` names a catalogue record (presets use it)."""

    value: float = Field(description="leave the whole entry out if unknown")
    low: float | None = Field(default=None, description="lower end of its 95% range")
    high: float | None = Field(default=None, description="upper end of its 95% range")
    source: Annotated[str, Field(min_length=3, description="who published it, where")]
    on: date | int | None = Field(default=None, description="the date or year it is of")
    basis: Literal["local", "preset", "judged"] = "local"
    evidence: str | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Figure:
        low, high = self.low, self.high
        if (low is None) != (high is None):
            raise PydanticCustomError(
                "range",
                "has one end of a range only",
                {"right": "give both low and high, or neither"},
            )
        if low is not None and high is not None and not low <= self.value <= high:
            raise PydanticCustomError(
                "range",
                "is not inside its own range",
                {"right": "low must be at most value, and value at most high"},
            )
        return self


class Count(Figure):
    value: float = Field(ge=0, description="leave the whole entry out if unknown")
    low: float | None = Field(default=None, ge=0, description="lower end of its 95% range")


class Size(Count):
    """The number of people who use: what its range rests on."""

    method: Literal["capture-recapture"] | None = Field(
        default=None, description="how it was counted, where its range may stand as it is"
    )

    @model_validator(mode="after")
    def _ranged(self) -> Size:
        if self.method is not None and self.low is None:
            raise PydanticCustomError(
                "method", "has a method and no range", {"right": "give low and high, or no method"}
            )
        return self


class Share(Figure):
    value: float = Field(
        ge=0, le=1, description="a share: 0.25 means 25%; leave the entry out if unknown"
    )
    low: float | None = Field(default=None, ge=0, le=1, description="a share: 0.25 means 25%")
    high: float | None = Field(default=None, ge=0, le=1, description="a share: 0.25 means 25%")


def count(description: str) -> Count | None:
    """A number of 0 or more that may be left out."""
    field: Count | None = Field(default=None, description=description)
    return field


def share(description: str) -> Share | None:
    """A share from 0 to 1 that may be left out."""
    field: Share | None = Field(default=None, description=description)
    return field
