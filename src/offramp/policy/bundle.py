"""A policy as one JSON file for a phone: all versions, the vocabulary, and a hash of it all.

`twin.js` evaluates the same file. The hash is SHA-256 over the content as canonical JSON: keys
sorted, no spaces, no fractions (large and fractional numbers are texts), UTF-8.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from offramp.catalogue.problems import InputError, Problem
from offramp.policy.schema import LANGUAGES
from offramp.policy.table import Table, table_from
from offramp.policy.vocabulary import vocabulary
from offramp.policy.words import words

FORMAT = "offramp-policy-1"


def bundle(tables: Sequence[Table]) -> dict[str, Any]:
    """The bundle of all versions of a policy."""
    content = {
        "format": FORMAT,
        "versions": [table.as_dict() for table in tables],
        "vocabulary": _vocabulary(),
    }
    return {"hash": content_hash(content), "content": content}


def _vocabulary() -> dict[str, Any]:
    known = vocabulary()
    return {
        "facts": [{"id": fact.id, "values": list(fact.values)} for fact in known.facts.values()],
        "linked": list(known.linked),
        "impossible": [
            {"when": {fact: sorted(values) for fact, values in one.when.items()}}
            | {"because": one.because}
            for one in known.impossible
        ],
        "units": {
            unit.id: {"of": unit.of, "nano": str(unit.nano)} for unit in known.units.values()
        },
        "words": {
            language: {fact: asdict(said) for fact, said in words(language).facts.items()}
            for language in LANGUAGES
        },
    }


def content_hash(content: Any) -> str:
    """SHA-256 over the canonical JSON of the content."""
    return hashlib.sha256(_canonical(content).encode("utf-8")).hexdigest()


def _canonical(content: Any) -> str:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def bundle_bytes(made: dict[str, Any]) -> bytes:
    """The file: readable, ends with a line end."""
    return (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def read_bundle(path: Path) -> list[Table]:
    """The tables of a bundle file. Raises InputError: not a bundle, or its hash is wrong."""

    def fail(problem: str, right: str, line: int = 0, field: str = "") -> InputError:
        return InputError(Problem(str(path), line, field, problem, right))

    again = "make it again: offramp policy bundle PLACE -o FILE"
    try:
        made = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        raise fail("does not exist", "check the spelling of the path") from None
    except json.JSONDecodeError as error:
        raise fail(f"does not parse as JSON: {error.msg}", again, error.lineno) from None
    except (ValueError, RecursionError):
        raise fail("is not a JSON text in UTF-8", again) from None
    content = made.get("content") if isinstance(made, dict) else None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise fail("is not a policy bundle of this version", again)
    found = content_hash(content)
    if made.get("hash") != found:
        shown = str(made.get("hash"))[:12]
        right = f"the content was changed after it was made; {again}"
        problem = f'is "{shown}...", but the content has {found[:12]}...'
        raise fail(problem, right, 2, "hash")
    try:
        return [table_from(plain) for plain in content["versions"]]
    except (KeyError, TypeError, ValueError):
        raise fail("was made by another version of Offramp", again) from None
