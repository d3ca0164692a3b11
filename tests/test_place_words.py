"""What a reader meets in place and fit: plain words, and every topic has them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import offramp
from offramp.catalogue.words import read_words, wrong_words
from offramp.fit.hold import status_words
from offramp.fit.rules import STATUSES
from offramp.place.schema import HAZARD_TOPICS, LAW_TOPICS, SERVICES
from offramp.place.template import template
from offramp.place.topics import topics

ROOM = Path(offramp.__file__).parent
TEXTS = [
    ROOM / "place" / "topics.toml",
    ROOM / "place" / "questions.toml",
    ROOM / "place" / "presets" / "world.toml",
    ROOM / "fit" / "statuses.toml",
]


def test_every_topic_service_and_answer_has_its_words() -> None:
    words = topics()
    assert tuple(words.law) == LAW_TOPICS
    assert tuple(words.hazards) == HAZARD_TOPICS
    assert tuple(words.services) == SERVICES
    assert set(status_words()) == set(STATUSES)
    assert all(topic.why for topic in [*words.law.values(), *words.hazards.values()])


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_no_forbidden_word_is_used(path: Path) -> None:
    forbidden = read_words(ROOM / "languages" / "en" / "words.toml").forbidden
    assert wrong_words(path.read_text(encoding="utf-8"), forbidden) == []


def test_no_forbidden_word_is_in_the_template() -> None:
    forbidden = read_words(ROOM / "languages" / "en" / "words.toml").forbidden
    assert wrong_words(template(date(2026, 11, 20)), forbidden) == []
