"""What has to be typed for each kind of question of `place improve`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Protocol, TypeVar

from offramp.place.answer import STATUSES, AnswerError, choice_from, day_from, number_from
from offramp.place.improve import Question

T = TypeVar("T")

_HAZARD_STATUSES = {"yes": "allowed", "no": "forbidden", "unknown": "unknown"}


class Prompt(Protocol):
    """Asks until the reader accepts what was typed."""

    def __call__(self, text: str, read: Callable[[str], T]) -> T: ...


def entry_for(question: Question, as_of: date, prompt: Prompt) -> dict[str, Any] | None:
    """The entry that the typed answer makes; None when the question is skipped."""
    if question.kind in ("number", "share"):
        return _figure(question.kind == "share", as_of, prompt)
    if question.kind in ("law", "hazard"):
        return _law(question.kind == "hazard", as_of, prompt)
    if question.kind == "service":
        return _service(as_of, prompt)
    return _heard(as_of, prompt)


def _figure(share: bool, as_of: date, prompt: Prompt) -> dict[str, Any] | None:
    value = prompt("   Number", lambda typed: number_from(typed, share) if typed.strip() else None)
    if value is None:
        return None
    source = prompt("   Who says so (a report, a register, a person)", _source)
    year = prompt("   Of which year (Enter: this one)", lambda typed: _year(typed, as_of))
    number = int(value) if value == int(value) and not share else value
    return {"value": number, "source": source, "on": year}


def _source(typed: str) -> str:
    if len(typed.strip()) < 3:
        raise AnswerError("every number needs its source; say who gave it")
    return typed.strip()


def _year(typed: str, as_of: date) -> int:
    text = typed.strip()
    if not text:
        return as_of.year
    if not (text.isdigit() and 1900 <= int(text) <= as_of.year):
        raise AnswerError(f"type a year up to {as_of.year}")
    return int(text)


def _law(hazard: bool, as_of: date, prompt: Prompt) -> dict[str, Any] | None:
    choices = tuple(_HAZARD_STATUSES) if hazard else STATUSES
    text = f"   {', '.join(choices)}"
    status = prompt(text, lambda typed: choice_from(typed, choices) if typed.strip() else None)
    if status is None or status == "unknown":
        return None
    citation = prompt("   Which law, order or guidance says so", _source)
    on = prompt("   Checked on (Enter: the date of this file)", lambda t: day_from(t, as_of, as_of))
    stored = _HAZARD_STATUSES[status] if hazard else status
    return {"status": stored, "citation": citation, "on": on}


def _service(as_of: date, prompt: Prompt) -> dict[str, Any] | None:
    choices = ("yes", "no", "unknown")
    exists = prompt(
        "   yes, no, unknown", lambda typed: choice_from(typed, choices) if typed.strip() else None
    )
    if exists is None or exists == "unknown":
        return None
    source = prompt("   Who says so", _source)
    return {"exists": exists, "source": source, "on": as_of}


def _heard(as_of: date, prompt: Prompt) -> dict[str, Any] | None:
    said = prompt("   What they said (Enter: not asked)", str.strip)
    if not said:
        return None
    how = prompt("   How were they asked", str.strip)
    return {"asked": True, "how": how, "on": as_of, "said": said}
