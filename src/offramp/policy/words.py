"""The fixed words of a policy's answers and documents, by language.

English stands in `facts.toml` and `words/en.toml`; other languages in `words/<language>.toml`.
What a language lacks is said in English.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from offramp.catalogue.toml_file import read
from offramp.policy.vocabulary import vocabulary


@dataclass(frozen=True)
class FactWords:
    label: str
    question: str
    ask: str
    values: Mapping[str, str]
    together: Mapping[str, str]


@dataclass(frozen=True)
class PolicyWords:
    """fixed: words of documents and answers; missing: whether any of them are in English."""

    language: str
    facts: Mapping[str, FactWords]
    acts: Mapping[str, str]
    fixed: Mapping[str, str]


@cache
def words(language: str) -> PolicyWords:
    """The words of a language, completed in English."""
    known = vocabulary()
    folder = Path(__file__).with_name("words")
    english: dict[str, Any] = read(folder / "en.toml", "policy/words/en.toml").data
    own: dict[str, Any] = {}
    if language != "en":
        path = folder / f"{language}.toml"
        own = read(path, f"policy/words/{language}.toml").data if path.exists() else {}
    facts = {}
    for name, fact in known.facts.items():
        said = own.get("facts", {}).get(name, {})
        facts[name] = FactWords(
            label=said.get("label", fact.label),
            question=said.get("question", fact.question),
            ask=said.get("ask", fact.ask),
            values={**fact.values, **said.get("values", {})},
            together={
                key: said.get("together", {}).get(key, english_clause)
                for key, (_, english_clause) in fact.together.items()
            },
        )
    return PolicyWords(
        language=language,
        facts=facts,
        acts={**known.acts, **own.get("acts", {})},
        fixed={**english["fixed"], **own.get("fixed", {})},
    )
