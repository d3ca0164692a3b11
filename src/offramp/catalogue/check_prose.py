"""What the catalogue says: placeholders that work, no finding without a record, right words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pydantic import BaseModel

from offramp.catalogue.load import Catalogue
from offramp.catalogue.problems import Problem
from offramp.catalogue.prose import PLACEHOLDER, form_fault, placeholders
from offramp.catalogue.schema import Source
from offramp.catalogue.toml_file import TomlFile
from offramp.catalogue.validation_words import Keys, did_you_mean
from offramp.catalogue.words import Forbidden, wrong_words

# Fields that state findings: a number there must come from a record.
_FINDING = {
    ("findings", "says"),
    ("findings", "why"),
    ("harms", "harm"),
    ("harms", "guard"),
    ("objections", "objection"),
    ("objections", "reply"),
    ("happened",),
    ("mechanism",),
    ("moderators",),
    ("implementation",),
    ("economics",),
}
# Fields that only code reads: ids and choices.
_CODE = {
    "id", "family", "drugs", "topic", "service", "hazards", "certainty", "outcome", "examples",
    "indicators", "levers", "evidence", "reach", "country", "continent", "unit", "prior",
    "design", "direction", "per", "how", "note",
    "acts", "hurdle", "cost_level", "related", "status", "size", "kind",
    "form", "of", "by", "table",
}  # fmt: skip

_NOT_A_FINDING = re.compile(
    r"""(?<![\w.])(?:
        (?:19|20)\d\d(?:s|[-–/]\d\d(?:\d\d)?)?          # years: 2018, 1990s, 2018-19
      | 24/7 | 7/24 | 911 | 999 | 111 | 112 | 101 | 311  # always open; telephone numbers
      | HIV-[12] | COVID-19
      | (?:Section|Sections|Article|Schedule|Chapter|Act|Code|Measure|Proposition|Bill|Initiative)
        \s+\d[\w.()-]*                                   # a law by its number
    )(?![\w])""",
    re.VERBOSE | re.IGNORECASE,
)


def texts(record: BaseModel, keys: Keys = ()) -> Iterator[tuple[Keys, str]]:
    """Every text of a record that a reader may see, with its keys; sources left out."""
    for name in type(record).model_fields:
        if name not in _CODE:
            yield from _texts_in(getattr(record, name), (*keys, name))


def _texts_in(value: object, keys: Keys) -> Iterator[tuple[Keys, str]]:
    if isinstance(value, str):
        yield keys, value
    elif isinstance(value, BaseModel) and not isinstance(value, Source):
        yield from texts(value, keys)
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _texts_in(entry, (*keys, index))


def states_findings(keys: Keys) -> bool:
    """Is this a field in which numbers stand only as placeholders?"""
    return tuple(key for key in keys if isinstance(key, str)) in _FINDING


def prose_problems(catalogue: Catalogue, forbidden: Sequence[Forbidden]) -> Iterator[Problem]:
    kinds: tuple[tuple[str, dict[str, BaseModel]], ...] = (
        ("options", dict(catalogue.options)),
        ("examples", dict(catalogue.examples)),
        ("indicators", dict(catalogue.indicators)),
        ("evidence", dict(catalogue.evidence)),
        ("kits", dict(catalogue.kits)),
    )
    for kind, records in kinds:
        for name, record in records.items():
            file = catalogue.files[f"{kind}/{name}.toml"]
            for keys, text in texts(record):
                yield from _placeholders(catalogue, file, keys, text)
                if states_findings(keys):
                    yield from _digits(file, keys, text)
                for word, use in wrong_words(text, forbidden):
                    yield file.problem(keys, f'holds the word "{word}"', f"write: {use}")


def _placeholders(catalogue: Catalogue, file: TomlFile, keys: Keys, text: str) -> Iterator[Problem]:
    for name, form in placeholders(text):
        record = catalogue.evidence.get(name)
        shown = f"{{{name}}}"
        if not states_findings(keys):
            right = "say the finding in findings, harms, objections or happened"
            yield file.problem(keys, f"holds {shown}, which is not filled here", right)
        elif record is None:
            right = did_you_mean(name, catalogue.evidence, "evidence records")
            yield file.problem(keys, f"names the unknown record {shown}", right)
        elif fault := form_fault(record, form):
            yield file.problem(keys, *fault)
        elif record.estimate is None and form not in ("", "cite"):
            right = f"write {{{name}}} or {{{name}|cite}}: only the reference is shown"
            yield file.problem(keys, f"asks {shown} for a number, which it has not", right)
    if "{" in PLACEHOLDER.sub("", text) or "}" in PLACEHOLDER.sub("", text):
        yield file.problem(keys, "has a brace that belongs to no placeholder", "write {record-id}")


def _digits(file: TomlFile, keys: Keys, text: str) -> Iterator[Problem]:
    bare = _NOT_A_FINDING.sub(" ", PLACEHOLDER.sub(" ", text))
    if found := re.search(r"\S*\d\S*", bare):
        right = "take it from an evidence record, as {record-id}; write small counts as words"
        yield file.problem(keys, f'states "{found[0]}" without a record', right)
