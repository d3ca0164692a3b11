"""Fields of a place in words: what `custody.arrests_year` means to a reader."""

from __future__ import annotations

import re
import typing

from offramp.brief.phrases import sentence
from offramp.languages import _
from offramp.place.schema import Group, Place, Series, Service, Share
from offramp.place.topics import service_topic

_FIELD = re.compile(r"[a-z_]+(?:\.[a-z_]+|\[[^\]]*\])+")
_GROUP = re.compile(r"people\.groups\[(?P<name>[^\]]*)\]\.(?P<field>[a-z_]+)")
_SERVICE = re.compile(r"services\.(?P<name>[a-z_]+)\.(?P<field>[a-z_]+)")


def in_words(field: str) -> str:
    """What the schema says of a field; a text that is no field stays as it is."""
    if not _FIELD.fullmatch(field):
        return field
    if group := _GROUP.fullmatch(field):
        return f"{group['name']}: {_described(Group, group['field'])}"
    if service := _SERVICE.fullmatch(field):
        label = service_topic(service["name"]).label
        return f"{sentence(label).rstrip('.')}: {_described(Service, service['field'])}"
    section, _dot, name = field.partition(".")
    model = _section(section)
    known = model.model_fields.get(name) if model is not None else None
    if known is not None and known.description:
        return sentence(_(known.description).partition(";")[0]).rstrip(".")
    plain = re.sub(r"\[([^\]]*)\]", r" \1", field)
    return sentence(re.sub(r"[_.]+", " ", plain)).rstrip(".")


def is_share(field: str) -> bool:
    """Is a field of a place a share, to be shown in percent?"""
    section, _dot, name = field.partition(".")
    if section.startswith("outcomes["):
        return _of(Series, name)
    if section.partition("[")[0] in ("outcomes", "practice", "covered"):
        return True  # an input is known by the series or the option: `outcomes.deaths`
    if group := _GROUP.fullmatch(field):
        return _of(Group, group["field"])
    if service := _SERVICE.fullmatch(field):
        return _of(Service, service["field"])
    model = _section(section)
    return model is not None and _of(model, name)


def _of(model: typing.Any, field: str) -> bool:
    known = model.model_fields.get(field)
    kind = known.annotation if known is not None else None
    return kind is Share or Share in typing.get_args(kind)


def _described(model: typing.Any, field: str) -> str:
    """The description of a field of a part that comes more than once."""
    known = model.model_fields.get(field)
    said = known.description if known is not None else None
    return (_(said) if said else field.replace("_", " ")).partition(";")[0]


def _section(name: str) -> typing.Any:
    """The class of a part of a place such as `people`, or None where it has no fields."""
    known = Place.model_fields.get(name)
    kind: typing.Any = known.annotation if known is not None else None
    return kind if hasattr(kind, "model_fields") else None
