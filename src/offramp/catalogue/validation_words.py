"""What pydantic finds wrong with a record, said in plain words."""

from __future__ import annotations

import difflib
import re
import types
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

Keys = tuple[str | int, ...]


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like `word`, if any is alike at all."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def listed(words: Iterable[str], most: int = 12) -> str:
    """Words for a message, cut off when they are many."""
    all_of_them = list(words)
    shown = ", ".join(all_of_them[:most])
    return shown + (", ..." if len(all_of_them) > most else "")


def did_you_mean(word: str, known: Iterable[str], what: str) -> str:
    """What would be right instead of an unknown `word`."""
    known = sorted(known)
    near = nearest(word, known)
    if near:
        return f'did you mean "{near}"?'
    return f"known {what}: {listed(known)}" if known else f"there are no {what}"


def words_of(found: Mapping[str, Any], model: type[BaseModel], data: Any) -> tuple[Keys, str, str]:
    """One entry of `ValidationError.errors()` -> keys of the field, problem, what is right."""
    kind: str = found["type"]
    context: Mapping[str, Any] = found.get("ctx") or {}
    keys = _keys_in(found["loc"], data, missing=kind == "missing")
    if kind == "extra_forbidden":
        return keys, "is not a known key", _right_key(str(keys[-1]), model, keys[:-1])
    if kind == "missing":
        return keys, "is missing", "add it" + _as(model, keys)
    if kind == "literal_error":
        choices = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        return keys, f"is {_shown(found['input'])}", _right_choice(found["input"], choices)
    if kind in ("value_error", "assertion_error"):
        said = str(context.get("error") or found["msg"])
        problem, _, right = said.partition("; ")
        return keys, problem, right
    if "right" in context or "keys" in context:  # a custom error of one of our models
        below = tuple(context.get("keys", ()))
        return (*keys, *below), str(found["msg"]), str(context.get("right", ""))
    right = _right_value(kind, context, model, keys)
    given = found["input"]
    if kind.startswith("list") and isinstance(given, dict):
        right = f"write [[{'.'.join(map(str, keys))}]], in two brackets: there may be several"
    elif kind.startswith("model") and isinstance(given, int | float) and _figure(model, keys):
        right = f'write it with its source: {{ value = {_shown(given)}, source = "..." }}'
    return keys, f"is {_shown(found['input'])}", right


def _figure(model: type[BaseModel], keys: Keys) -> bool:
    """Whether a number with its source is wanted at these keys."""
    return any("value" in one.model_fields for one in _models(_type_at(model, keys)))


def _keys_in(loc: tuple[str | int, ...], data: Any, *, missing: bool) -> Keys:
    """`loc` without the names of union members that pydantic puts between the keys."""
    keys: list[str | int] = []
    here = data
    for position, key in enumerate(loc):
        last = position == len(loc) - 1
        in_table = isinstance(here, dict) and key in here
        in_list = isinstance(here, list) and isinstance(key, int) and key < len(here)
        if in_table or in_list:
            here = here[key]
        elif not (missing and last):
            continue
        keys.append(key)
    return tuple(keys)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        text = " ".join(value.split())
        return f'"{text[:40]}{"..." if len(text) > 40 else ""}"' if text else "empty"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return f"a list of {len(value)}" if value else "an empty list"
    return str(value)[:60]


def _right_key(key: str, model: type[BaseModel], parent: Keys) -> str:
    known = _known_keys(model, parent)
    near = nearest(key, known)
    if near:
        return f'did you mean "{near}"?'
    return f"known keys here: {listed(known, 30)}" if known else "remove it"


def _right_choice(value: Any, choices: list[str]) -> str:
    near = nearest(value, choices) if isinstance(value, str) else None
    hint = f' (did you mean "{near}"?)' if near else ""
    return f"it must be one of {listed(choices, 40)}{hint}"


def _number(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


_BOUNDS = {
    "greater_than_equal": ("ge", "{} or more"),
    "greater_than": ("gt", "more than {}"),
    "less_than_equal": ("le", "{} or less"),
    "less_than": ("lt", "less than {}"),
}


def _right_value(kind: str, context: Mapping[str, Any], model: type[BaseModel], keys: Keys) -> str:
    about = _about(model, keys)
    if kind in _BOUNDS:
        name, words = _BOUNDS[kind]
        return f"it must be {words.format(_number(context[name]))}{about}"
    if kind in ("string_too_short", "too_short"):
        length = context["min_length"]
        what = "characters" if kind.startswith("string") else "entries"
        return f"it must have at least {length} {what}{about}"
    if kind in ("string_too_long", "too_long"):
        length = context["max_length"]
        what = "characters" if kind.startswith("string") else "entries"
        return f"it must have at most {length} {what}{about}"
    if kind == "string_pattern_mismatch":
        return f"it must be {_pattern_in_words(str(context['pattern']))}{about}"
    for start, words in _KINDS:
        if kind.startswith(start):
            return f"it must be {words}{about}"
    return f"it must be {_kind_of(_type_at(model, keys))}{about}"


_KINDS = (
    ("int", "a whole number, without quotes or decimal point"),
    ("float", "a number, without quotes"),
    ("finite_number", "an ordinary number"),
    ("bool", "true or false, without quotes"),
    ("date", "a date without quotes, such as 2026-11-20"),
    ("string", "text in double quotes"),
    ("list", "a list in square brackets"),
    ("model", "a table"),
    ("dict", "a table"),
)

_PATTERNS = {
    "^[a-z0-9]+(-[a-z0-9]+)*$": "lower-case words joined by hyphens",
    "^[A-Za-z][A-Za-z0-9_]*$": "letters, digits and underscores, starting with a letter",
    "^[A-Z]{2}$": "a country code of two capital letters, such as GB",
    "^[A-Z]{3}$": "a currency code of three capital letters, such as GBP",
    "^[a-z]{2,3}$": "a country code of two or three small letters",
    "^i[SHCEPO][0-9]+$": 'like "iS1": i, one of the letters S H C E P O, a number',
}


def _pattern_in_words(pattern: str) -> str:
    return _PATTERNS.get(pattern, f"of the form {pattern}")


def _as(model: type[BaseModel], keys: Keys) -> str:
    kind = _kind_of(_type_at(model, keys))
    return f" as {kind}{_about(model, keys)}"


def _about(model: type[BaseModel], keys: Keys) -> str:
    """The field's description, in brackets."""
    if not keys or not isinstance(keys[-1], str):
        return ""
    for owner in _models(_type_at(model, keys[:-1])):
        info = owner.model_fields.get(keys[-1])
        if info is not None and info.description:
            return f" ({info.description})"
    return ""


def _kind_of(annotation: Any) -> str:
    """A type, in words."""
    for kind in _members(annotation):
        origin = get_origin(kind)
        if origin is Literal:
            return f"one of {listed(map(str, get_args(kind)), 40)}"
        if origin in (list, tuple, set, frozenset):
            return "a list in square brackets"
        if origin is dict or (isinstance(kind, type) and issubclass(kind, BaseModel)):
            return "a table"
        for known, words in (
            (bool, "true or false"),
            (int, "a whole number"),
            (float, "a number"),
            (date, "a date such as 2026-11-20"),
            (str, "text in double quotes"),
        ):
            if isinstance(kind, type) and issubclass(kind, known):
                return words
    return "a value of another kind"


def _members(annotation: Any) -> list[Any]:
    """The types a value may have: without Annotated, unions opened, None left out."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _members(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return [m for part in get_args(annotation) for m in _members(part)]
    return [] if annotation is type(None) else [annotation]


def _models(annotation: Any) -> list[type[BaseModel]]:
    members = _members(annotation)
    return [m for m in members if isinstance(m, type) and issubclass(m, BaseModel)]


def _type_at(model: type[BaseModel], keys: Keys) -> Any:
    """The type that `model` gives the field at `keys` (Any when it cannot be told)."""
    here: Any = model
    for key in keys:
        for kind in _members(here):
            inner = get_args(kind)
            if get_origin(kind) is dict and len(inner) == 2:
                here = inner[1]
                break
            if isinstance(key, int) and inner:
                here = inner[0]
                break
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                info = kind.model_fields.get(str(key)) or _by_alias(kind, str(key))
                if info is not None:
                    here = info.annotation
                    break
        else:
            return Any
    return here


def _by_alias(model: type[BaseModel], key: str) -> Any:
    return next((info for info in model.model_fields.values() if info.alias == key), None)


def _known_keys(model: type[BaseModel], keys: Keys) -> list[str]:
    return [
        info.alias or name
        for owner in _models(_type_at(model, keys))
        for name, info in owner.model_fields.items()
    ]
