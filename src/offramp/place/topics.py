"""Words for topics of law, hazards and services, read from `topics.toml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from offramp.catalogue.toml_file import check_part, read
from offramp.languages import language
from offramp.languages.toml_texts import in_language
from offramp.place.schema import HAZARD_TOPICS

Words = Annotated[str, Field(min_length=2)]


class Topic(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    label: Words
    ask: Words
    why: str = ""


class Topics(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    law: dict[str, Topic]
    hazards: dict[str, Topic]
    services: dict[str, Topic]
    status: dict[str, Words]
    hazard_status: dict[str, Words]
    heard: dict[str, Words]


def topics() -> Topics:
    """All words in the language spoken now, read once."""
    return _topics(language().code)


@cache
def _topics(_language: str) -> Topics:
    file = read(Path(__file__).with_name("topics.toml"), "place/topics.toml")
    return check_part(file, Topics, in_language(file.data, "place/topics"), ())


def law_topic(topic: str) -> Topic:
    """A topic of law or a hazard; one that is not known reads as its own name."""
    known = topics()
    plain = topic.replace("_", " ")
    return known.law.get(topic) or known.hazards.get(topic) or Topic(label=plain, ask=plain)


def service_topic(service: str) -> Topic:
    """A service; one that is not known reads as its own name."""
    plain = service.replace("_", " ")
    return topics().services.get(service) or Topic(label=plain, ask=plain)


def status_words(topic: str, status: str) -> str:
    """A law status in words; for hazards "allowed" means that the state does it."""
    known = topics()
    return (known.hazard_status if topic in HAZARD_TOPICS else known.status)[status]
