"""What to find out next about a place, in order of how much the answer would change.

- A number scores `matters` (questions.toml) x the width of its range: 1 when high is ten times
  low or more, in proportion on the log scale below that; half of that when it is a published
  preset. A number of the place itself is not asked again.
- A topic of law or a service scores ten times the share of options that rest on it, while it is
  not known (or was checked more than 12 months before the place's date).
- Who was heard scores `matters`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from offramp.catalogue.schema import Option
from offramp.catalogue.toml_file import check_part, read
from offramp.languages import language
from offramp.languages.toml_texts import in_language
from offramp.place.legal import resting_on
from offramp.place.schema import (
    HAZARD_TOPICS,
    LAW_TOPICS,
    SERVICES,
    Figure,
    LawFact,
    Place,
    Service,
)
from offramp.place.show import number
from offramp.place.topics import law_topic, service_topic

MOST = 25
Kind = Literal["number", "share", "law", "hazard", "service", "heard"]


@dataclass(frozen=True)
class Question:
    """field: dotted, as in place.toml; now: what is used until it is answered."""

    field: str
    kind: Kind
    question: str
    why: str
    where: str
    now: str
    score: float

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    question: str
    why: str
    where: str
    matters: float = Field(ge=1, le=10)


class _Number(_Asked):
    field: str


class _Heard(_Asked):
    who: str


class _Questions(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    number: list[_Number]
    heard: list[_Heard]


def _questions() -> _Questions:
    return _questions_in(language().code)


@cache
def _questions_in(_language: str) -> _Questions:
    file = read(Path(__file__).with_name("questions.toml"), "place/questions.toml")
    return check_part(file, _Questions, in_language(file.data, "place/questions"), ())


def numbers_asked() -> list[str]:
    """Fields of all questions about numbers."""
    return [number.field for number in _questions().number]


def open_questions(
    place: Place, resolved: Place, options: Mapping[str, Option], stale: Mapping[str, str]
) -> list[Question]:
    """At most 25 questions, the one whose answer would change most first.

    `stale`: topics of law that were checked too long ago, with the words for it.
    """
    found = [
        *_about_numbers(resolved),
        *_about_law(resolved, options, stale),
        *_about_services(resolved, options),
        *_about_heard(place),
    ]
    return sorted(found, key=lambda one: (-one.score, one.field))[:MOST]


def _about_numbers(resolved: Place) -> Iterator[Question]:
    for asked in _questions().number:
        section, name = asked.field.split(".")
        figure = getattr(getattr(resolved, section), name)
        if not isinstance(figure, Figure) or figure.basis == "local":
            continue
        score = asked.matters * _width(figure) * (0.5 if figure.basis == "preset" else 1)
        share = type(figure).__name__ == "Share"
        word = {"preset": "from a preset", "judged": "our judgement"}[figure.basis]
        low, high = figure.low, figure.high
        spread = "" if low is None or high is None else f" ({number(low)} to {number(high)})"
        now = f"{number(figure.value)}{spread}, {word}"
        kind: Kind = "share" if share else "number"
        yield Question(asked.field, kind, asked.question, asked.why, asked.where, now, score)


def _width(figure: Figure) -> float:
    """How wide the range is: 1 for tenfold or more, or when it reaches down to 0.

    A judged number without any width is a mere scale (100,000 residents): nothing is known.
    """
    if figure.low is None or figure.high is None:
        return 0.3
    if figure.low <= 0 or figure.low == figure.high:
        return 1.0
    return min(math.log10(figure.high / figure.low), 1.0)


def _about_law(
    resolved: Place, options: Mapping[str, Option], stale: Mapping[str, str]
) -> Iterator[Question]:
    for topic in (*LAW_TOPICS, *HAZARD_TOPICS):
        fact = resolved.law.get(topic, LawFact(status="unknown"))
        if fact.status != "unknown" and topic not in stale:
            continue
        resting = resting_on(topic, options)
        if not resting:
            continue
        words = law_topic(topic)
        kind: Kind = "hazard" if topic in HAZARD_TOPICS else "law"
        why = f"{words.why}; {_count(len(resting), 'option rests', 'options rest')} on it"
        where = "a legal adviser, the prosecutor's office"
        score = 10 * len(resting) / max(len(options), 1)
        now = stale.get(topic) or (f"not known: {fact.says}" if fact.says else "not known")
        yield Question(f"law.{topic}", kind, words.ask, why, where, now, score)


def _about_services(resolved: Place, options: Mapping[str, Option]) -> Iterator[Question]:
    for name in SERVICES:
        if resolved.services.get(name, Service()).exists != "unknown":
            continue
        needing = sum(
            any(need.service == name for need in option.needs.services)
            for option in options.values()
        )
        if not needing:
            continue
        words = service_topic(name)
        why = f"{_count(needing, 'option needs', 'options need')} it"
        where = "the health department, the services themselves"
        score = 10 * needing / max(len(options), 1)
        yield Question(f"services.{name}", "service", words.ask, why, where, "not known", score)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _about_heard(place: Place) -> Iterator[Question]:
    asked = {entry.who for entry in place.heard if entry.asked}
    for heard in _questions().heard:
        if heard.who not in asked:
            yield Question(
                f"heard.{heard.who}",
                "heard",
                heard.question,
                heard.why,
                heard.where,
                "not asked",
                heard.matters,
            )
