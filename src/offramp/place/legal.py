"""What to ask a legal adviser: the law that is not known, and which options rest on it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from offramp.catalogue.schema import Option
from offramp.languages import _
from offramp.place.schema import HAZARD_TOPICS, LAW_TOPICS, LawFact, Place
from offramp.place.topics import law_topic

WIDTH = 79


def year_before(day: date) -> date:
    """The same day a year earlier (28 February for 29 February)."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def stale(fact: LawFact, as_of: date) -> str:
    """Why a fact is too old to count at `as_of` (12 months), or an empty text."""
    if fact.status == "unknown" or (fact.on is not None and fact.on >= year_before(as_of)):
        return ""
    if fact.on is None:
        return _("never checked, more than 12 months before {day}", day=as_of)
    return _("last checked on {on}, more than 12 months before {day}", on=fact.on, day=as_of)


def stale_law(place: Place) -> dict[str, str]:
    """Topics of law that were checked too long ago to count, with the words for it."""
    found = {topic: stale(fact, place.as_of) for topic, fact in place.law.items()}
    return {topic: words for topic, words in found.items() if words}


@dataclass(frozen=True)
class LegalQuestion:
    """topic: key of place.law; now: what is recorded; options: names of those that rest on it."""

    topic: str
    ask: str
    why: str
    now: str
    options: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "options": list(self.options)}


def resting_on(topic: str, options: Mapping[str, Option]) -> tuple[str, ...]:
    """Names of the options that need this law, or that this hazard makes dangerous.

    Compulsory treatment and registers matter to every option that names a person.
    """
    found = []
    for option in options.values():
        if option.comparison:
            continue
        needs = any(need.topic == topic for need in option.needs.law)
        named = option.name_goes.names_person and topic in ("compulsory_treatment", "register")
        if needs or named or topic in option.hazards:
            found.append(option.name)
    return tuple(sorted(found))


def legal_questions(
    place: Place, options: Mapping[str, Option], outdated: Mapping[str, str]
) -> list[LegalQuestion]:
    """Open questions on law, those on which most options rest first.

    `outdated`: topics that were checked too long ago, with the words for it.
    """
    questions = []
    for topic in (*LAW_TOPICS, *HAZARD_TOPICS):
        fact = place.law.get(topic, LawFact(status="unknown"))
        if fact.status != "unknown" and topic not in outdated:
            continue
        words = law_topic(topic)
        now = outdated.get(topic) or (f"not known: {fact.says}" if fact.says else "not known")
        questions.append(
            LegalQuestion(topic, words.ask, words.why, now, resting_on(topic, options))
        )
    return sorted(questions, key=lambda one: -len(one.options))


def questions_text(place: Place, questions: Sequence[LegalQuestion]) -> str:
    """The questions in 80 columns."""
    return "\n".join(_lines(place, questions))


def _lines(place: Place, questions: Sequence[LegalQuestion]) -> Iterator[str]:
    if not questions:
        yield f"{place.name}: no question about the law is open."
        return
    yield f"{place.name}: {len(questions)} open questions about the law, as of {place.as_of}"
    for number, question in enumerate(questions, start=1):
        yield ""
        yield from _wrapped(question.ask, f"{number:>3}. ")
        yield from _wrapped(f"place.toml: law.{question.topic} ({question.now})", "     ")
        if question.why:
            yield from _wrapped(f"Why: {question.why}.", "     ")
        if question.options:
            yield from _wrapped("Rests on it: " + "; ".join(question.options), "     ")


def _wrapped(text: str, start: str) -> list[str]:
    return textwrap.wrap(
        text,
        width=WIDTH,
        initial_indent=start,
        subsequent_indent=" " * len(start),
        break_on_hyphens=False,
    )
