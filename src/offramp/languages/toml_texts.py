"""Which texts of the TOML files a reader sees, and the same data in another language.

`READ` names, for each kind of file, the keys whose texts are translated: dotted, list entries
without their number, `*` for any key. The context of a text is its file and key,
`options/police-naloxone:harms.harm`, so one English word may read differently in two places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from offramp.languages.current import language, translations

R = TypeVar("R", bound=BaseModel)
PACKAGE = Path(__file__).parents[1]


@dataclass(frozen=True)
class Kind:
    """Files of one kind. context: what stands before the file's name in the context."""

    domain: str
    files: str  # a pattern below the package
    context: str
    keys: tuple[str, ...]


READ: tuple[Kind, ...] = (
    Kind(
        "options", "catalogue/options/*.toml", "options",
        ("name", "summary", "ask", "police_do", "drugs_note", "for_whom", "mechanism",
         "moderators", "implementation", "economics", "needs.law.why", "needs.services.why",
         "needs.agreements", "needs.partners", "needs.people", "needs.money",
         "voluntary.refusing", "leaves_behind.*", "name_goes.goes_to", "findings.says",
         "findings.why", "harms.*", "objections.*", "first_90_days.do", "stop_rule",
         "card.*", "no_levers_because", "costs.item"),
    ),
    Kind(
        "examples", "catalogue/examples/*.toml", "examples",
        ("place", "agency", "years", "did", "happened", "still_runs", "order",
         "officer_said.says", "person_said.says", "setting_risks"),
    ),
    Kind("evidence", "catalogue/evidence/*.toml", "evidence",
         ("says", "measure", "setting", "why")),
    Kind(
        "indicators", "catalogue/indicators/*.toml", "indicators",
        ("name", "definition", "numerator", "denominator", "source", "caveat", "read.says",
         "not_read_because"),
    ),
    Kind(
        "kits", "catalogue/kits/*.toml", "kits",
        ("stop_rule", "legal_check", "order.*", "agreement.*", "say_to_person.*",
         "briefing.say", "neighbours.*", "log.*"),
    ),
    Kind(
        "places", "place/presets/*.toml", "presets",
        ("name", "says", "law.*.says", "services.*.says"),
    ),
    Kind(
        "places", "place/topics.toml", "place",
        ("law.*.*", "hazards.*.*", "services.*.*", "status.*", "hazard_status.*", "heard.*"),
    ),
    Kind("places", "place/questions.toml", "place",
         ("number.question", "number.why", "number.where")),
    Kind("places", "fit/statuses.toml", "fit", ("*.label", "*.means")),
    Kind(
        "guide", "guide/short.toml", "guide",
        ("title", "subtitle", "why_head", "why", "outcomes_head", "outcomes.*", "sure",
         "words_head", "words", "options_head", "options_lead", "five_head", "five_lead",
         "five.says", "wrong_head", "wrong", "next_head", "next", "about"),
    ),
    Kind("brief", "brief/questions.toml", "brief",
        ("question.asks", "question.says", "question.shorter")),
)  # fmt: skip
DOMAINS = ("program", *dict.fromkeys(kind.domain for kind in READ))


def kind_of(context: str) -> Kind:
    """The kind of a file, by the first part of its context, `options/...`. KeyError if none."""
    first, _, stem = context.partition("/")
    for kind in READ:
        if kind.context == first and ("*" in kind.files or Path(kind.files).stem == stem):
            return kind
    raise KeyError(context)


def in_language(data: dict[str, Any], context: str) -> dict[str, Any]:
    """The data of a file with its texts in the current language; itself in English.

    context: `options/police-naloxone`. Texts without a translation stay English.
    """
    code = language().code
    if code == "en":
        return data
    kind = kind_of(context)
    found = translations(code, kind.domain)
    changed: dict[str, Any] = _mapped(
        data, "", kind.keys, lambda key, text: found.pgettext(f"{context}:{key}", text)
    )
    return changed


def record_in_language(record: R, context: str) -> R:
    """A checked record with its texts in the current language; itself in English.

    Made after the check, because a translation may be longer than its English may be.
    """
    code = language().code
    if code == "en":
        return record
    kind = kind_of(context)
    found = translations(code, kind.domain)
    changed: R = _mapped(
        record, "", kind.keys, lambda key, text: found.pgettext(f"{context}:{key}", text)
    )
    return changed


def texts(
    data: dict[str, Any], keys: tuple[str, ...]
) -> Iterator[tuple[str, str, tuple[str | int, ...]]]:
    """(dotted key, text, path with list positions) of each text that a reader sees."""

    def walk(value: Any, key: str, path: tuple[str | int, ...]) -> Iterator[Any]:
        if isinstance(value, dict):
            for name, entry in value.items():
                yield from walk(entry, f"{key}.{name}" if key else name, (*path, name))
        elif isinstance(value, list):
            for index, entry in enumerate(value):
                yield from walk(entry, key, (*path, index))
        elif isinstance(value, str) and value.strip() and _is_read(key, keys):
            yield key, value, path

    yield from walk(data, "", ())


def _mapped(value: Any, key: str, keys: tuple[str, ...], change: Callable[[str, str], str]) -> Any:
    if isinstance(value, BaseModel):
        new = {
            name: _mapped(getattr(value, name), below, keys, change)
            for name, below in _ways(key, tuple(type(value).model_fields), keys)
        }
        return value.model_copy(update=new)
    if isinstance(value, dict):
        return {
            name: _mapped(entry, f"{key}.{name}" if key else name, keys, change)
            for name, entry in value.items()
        }
    if isinstance(value, list):
        return [_mapped(entry, key, keys, change) for entry in value]
    if isinstance(value, str) and value.strip() and _is_read(key, keys):
        return change(key, value)
    return value


@cache
def _ways(key: str, names: tuple[str, ...], keys: tuple[str, ...]) -> list[tuple[str, str]]:
    """The fields below `key` that hold or lead to texts, with their own keys."""
    found = []
    for name in names:
        below = f"{key}.{name}" if key else name
        parts = below.split(".")
        if any(
            all(want in ("*", part) for want, part in zip(pattern.split("."), parts, strict=False))
            and len(pattern.split(".")) >= len(parts)
            for pattern in keys
        ):
            found.append((name, below))
    return found


@cache
def _is_read(key: str, keys: tuple[str, ...]) -> bool:
    parts = key.split(".")
    return any(
        len(wanted) == len(parts)
        and all(want in ("*", part) for want, part in zip(wanted, parts, strict=True))
        for wanted in (pattern.split(".") for pattern in keys)
    )
