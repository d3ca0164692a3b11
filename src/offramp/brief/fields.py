"""Fields of a place in words: what `custody.arrests_year` means to a reader."""

from __future__ import annotations

import re
import typing

from offramp.brief.phrases import sentence
from offramp.place.schema import Place

_FIELD = re.compile(r"[a-z_]+(?:\.[a-z_]+|\[[^\]]*\])+")


def in_words(field: str) -> str:
    """What the schema says of a field; a text that is no field stays as it is."""
    if not _FIELD.fullmatch(field):
        return field
    section, _, name = field.partition(".")
    model = _section(section)
    known = model.model_fields.get(name) if model is not None else None
    if known is not None and known.description:
        return sentence(known.description.partition(";")[0]).rstrip(".")
    plain = re.sub(r"\[([^\]]*)\]", r" \1", field)
    return sentence(re.sub(r"[_.]+", " ", plain)).rstrip(".")


def _section(name: str) -> typing.Any:
    """The class of a part of a place such as `people`, or None where it has no fields."""
    known = Place.model_fields.get(name)
    kind: typing.Any = known.annotation if known is not None else None
    return kind if hasattr(kind, "model_fields") else None
