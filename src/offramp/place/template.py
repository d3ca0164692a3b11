"""A commented place.toml with every field, made from the schema so that it cannot drift."""

from __future__ import annotations

import textwrap
import types
from collections.abc import Iterator
from datetime import date
from typing import Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from offramp.place.schema import (
    HAZARD_TOPICS,
    LAW_TOPICS,
    SERVICES,
    Figure,
    LawFact,
    Place,
    Section,
    Service,
    Share,
)
from offramp.place.topics import law_topic, service_topic
from offramp.place.write import toml_value

_START = """\
# A place: fill in name and country, then whatever you know. Leave out what you do not know:
# a preset fills it, with a wide range, and the briefing says so.
# Lines that start with "# " and a field are examples: remove the "# " and put your own.
# Every number needs its source. Shares run from 0 to 1: 0.25 means 25%.
# "low" and "high" (a 95% range) and "note" may be added to every number.
# 'offramp place check FOLDER' says what is wrong, with the line.
"""
_HAZARDS = (
    'What makes some options dangerous. Here "allowed" means that the state does it; '
    '"forbidden" that it is ruled out.'
)
_SECTIONS = {
    "people": "Who lives here, and who uses drugs.",
    "agency": "The police agency.",
    "contacts": "Police contacts in drug matters a year, and how those with a find end.",
    "custody": "Arrest, detention and prison.",
    "money": "Costs, in one currency and at the prices of one year.",
    "law": (
        "Each topic is allowed, allowed_with_agreement, needs_policy, needs_law, forbidden or "
        "unknown. All but unknown need a citation and the date it was last checked."
    ),
    "services": 'Does it exist here: "yes", "no" or "unknown".',
    "practice": "Options that run already ('offramp guide list' shows the ids). Repeat as needed.",
    "covered": (
        "How far the written policy covers contacts that end in arrest or charge today; "
        "'offramp policy replay PLACE --update-place' writes it."
    ),
    "outcomes": "Counts in CSV files beside this one, with the columns period,count.",
    "priorities": "Weights of the three outcomes, and who set them. They change no effect.",
    "heard": "Who was asked. Repeat for each.",
}
_FILLED = {"name", "country", "as_of"}
_NOT_SHOWN = {"basis", "evidence"}  # for presets
_COMMANDS_WRITE = {"learned"}  # nobody writes these by hand


def template(as_of: date) -> str:
    """The text. It is right once name and country are filled in."""
    return "\n".join([_START, *_place(as_of), ""])


def _place(as_of: date) -> Iterator[str]:
    fields = Place.model_fields
    tables = []
    for name, info in fields.items():
        kind = _kind(info.annotation)
        if name in _COMMANDS_WRITE:
            continue
        if name in _FILLED:
            example = toml_value(as_of) if name == "as_of" else '""'
            note = {"name": "the city, district or force area", "country": "two letters, as GB"}
            yield f"{name} = {example}  # {note.get(name, info.description)}"
        elif get_origin(kind) in (dict, list) or _is_section(kind):
            tables.append((name, kind))
        else:
            yield from _example(name, info)
    for name, kind in tables:
        yield ""
        yield from _comment(_SECTIONS[name])
        yield from _table(name, kind)


def _table(name: str, kind: Any) -> Iterator[str]:
    origin = get_origin(kind)
    if origin is dict:
        yield f"[{name}]"
        yield from _topics() if get_args(kind)[1] is LawFact else _services()
    elif origin is list:
        yield from _list_item(name, get_args(kind)[0])
    elif name == "priorities":
        yield f"# [{name}]"
        yield from _fields(kind)
    else:
        yield f"[{name}]"
        yield from _fields(kind)


def _fields(section: type[Section]) -> Iterator[str]:
    lists = []
    for name, info in section.model_fields.items():
        kind = _kind(info.annotation)
        if get_origin(kind) is list:
            lists.append((name, get_args(kind)[0]))
        elif name not in _NOT_SHOWN:
            yield from _example(name, info)
    for name, item in lists:
        yield "#"
        yield from _list_item(f"people.{name}", item)


def _list_item(name: str, item: type[Section]) -> Iterator[str]:
    yield f"# [[{name}]]"
    for field, info in item.model_fields.items():
        yield from _example(field, info)


def _topics() -> Iterator[str]:
    for topic in LAW_TOPICS:
        yield from _comment(law_topic(topic).ask)
        yield f"# {topic} = {_LAW}"
    yield "#"
    yield from _comment(_HAZARDS)
    for topic in HAZARD_TOPICS:
        yield from _comment(law_topic(topic).ask)
        yield f"# {topic} = {_LAW}"


_LAW = '{ status = "unknown", says = "", citation = "", url = "", on = 2025-01-31 }'


def _services() -> Iterator[str]:
    for service in SERVICES:
        yield from _comment(service_topic(service).ask)
        yield f'# {service} = {{ exists = "unknown", says = "", source = "", on = 2025 }}'
    yield "# Numbers that may be added to a service, where known:"
    for name, info in Service.model_fields.items():
        if _is_figure(_kind(info.annotation)):
            yield f"#   {name}: {info.description}"


def _example(name: str, info: FieldInfo) -> Iterator[str]:
    note = f"  # {info.description}" if info.description else ""
    line = f"# {name} = {_value(name, _kind(info.annotation))}"
    yield (line + note).rstrip() if len(line + note) <= 100 else f"{line}\n#   {note.strip()}"


def _value(name: str, kind: Any) -> str:
    if _is_figure(kind):
        size = "0.25" if issubclass(kind, Share) else "0"
        if name == "mean_age":
            size = "38"
        return f'{{ value = {size}, source = "who published it, where", on = 2025 }}'
    if get_origin(kind) is Literal:
        choices = get_args(kind)
        return f'"{choices[-1] if "unknown" in choices else choices[0]}"'
    if kind is bool:
        return "false"
    if kind is date:
        return "2025-01-31"
    if kind is int:
        return "2025"
    if kind is float:
        return "0"
    if name == "currency":
        return '"USD"'
    return '""'


def _kind(annotation: Any) -> Any:
    """The type of a field without Annotated and None; of several, the first."""
    if hasattr(annotation, "__metadata__"):
        return _kind(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return _kind(next(part for part in get_args(annotation) if part is not type(None)))
    return annotation


def _is_section(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Section) and not issubclass(kind, Figure)


def _is_figure(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Figure)


def _comment(text: str) -> list[str]:
    return textwrap.wrap(text, width=96, initial_indent="# ", subsequent_indent="# ")
