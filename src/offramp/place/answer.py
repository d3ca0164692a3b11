"""Turn what a person types into an entry of place.toml, or say what would be right."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, get_args

from offramp.catalogue.validation_words import nearest
from offramp.place.edit import with_entry, with_item
from offramp.place.improve import Question
from offramp.place.schema import LawStatus

STATUSES: tuple[str, ...] = get_args(LawStatus)
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d+)?|[.,]\d+)\s*%?")


class AnswerError(ValueError):
    """What was typed is not an answer; the message says what would be."""


def number_from(typed: str, share: bool) -> float:
    """A number from text: 12000, 12,000, 12 000, 0.25, 0,25 or 25% (a share)."""
    text = typed.strip().replace("\u00a0", " ").replace("\u202f", " ")
    grouped = re.fullmatch(r"\d{1,3}([, ]\d{3})+", text)
    if grouped and not share:
        text = re.sub(r"[, ]", "", text)
    if not _NUMBER.fullmatch(text):
        example = "a share such as 0.25 or 25%" if share else "a number such as 1200"
        raise AnswerError(f'"{typed.strip()}" is no number; type {example}, or Enter to skip')
    percent = text.endswith("%")
    value = float(text.rstrip("% ").replace(",", "."))
    if percent and not share:
        raise AnswerError("type how many, not a percentage, or Enter to skip")
    if percent:
        value = round(value / 100, 10)
    if value < 0:
        raise AnswerError("it must be 0 or more")
    if share and value > 1:
        raise AnswerError(f"a share runs from 0 to 1; for {value:g} percent type {value:g}%")
    return value


def choice_from(typed: str, choices: tuple[str, ...]) -> str:
    """One of the choices, by its word, its number from 1, or an unambiguous beginning."""
    text = typed.strip().lower().replace(" ", "_").replace("-", "_")
    if text.isdigit() and 1 <= int(text) <= len(choices):
        return choices[int(text) - 1]
    if text in choices:
        return text
    beginning = [choice for choice in choices if text and choice.startswith(text)]
    if len(beginning) == 1:
        return beginning[0]
    near = nearest(text, choices)
    hint = f' (did you mean "{near}"?)' if near else ""
    raise AnswerError(f'"{typed.strip()}" is not one of {", ".join(choices)}{hint}')


def day_from(typed: str, default: date, latest: date) -> date:
    """A date written as 2026-11-20; Enter takes `default`."""
    if not typed.strip():
        return default
    try:
        day = date.fromisoformat(typed.strip())
    except ValueError:
        raise AnswerError(f'"{typed.strip()}" is no date; write it as 2026-11-20') from None
    if day > latest:
        raise AnswerError(f"it lies after the date of this file, {latest} (as_of)")
    return day


def answered(text: str, question: Question, entry: dict[str, Any]) -> str | None:
    """place.toml with the answer in it; None when that cannot be done safely."""
    table, name = question.field.split(".", 1)
    if table == "heard":
        return with_item(text, "heard", {"who": name, **entry})
    return with_entry(text, table, name, entry)
