"""Prose of the catalogue in the content tree: placeholders filled, sources gathered.

Nothing in the prose is read as markup: only the reference marks become marks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from offramp.catalogue.load import Catalogue
from offramp.catalogue.prose import fill
from offramp.catalogue.schema import Evidence, Source
from offramp.documents import tree

_OPEN, _CLOSE = "\ue000", "\ue001"  # private letters: no text of ours holds them
_MARK = re.compile(rf"\s*{_OPEN}(\w+){_CLOSE}")


@dataclass
class Citations:
    """The sources that a document cites; records from one source share a key."""

    catalogue: Catalogue
    _keys: dict[Source, str] = field(default_factory=dict)

    def key(self, source: Source) -> str:
        """The key of a source, for marks in the tree."""
        return self._keys.setdefault(source, f"s{len(self._keys) + 1}")

    def _cite(self, evidence: Evidence) -> str:
        return f"{_OPEN}{self.key(evidence.source)}{_CLOSE}"

    def filled(self, text: str) -> tuple[tree.Run, ...]:
        """A text of the catalogue as runs, each number with its mark.

        InputError where it names a record that the catalogue does not hold.
        """
        return _runs(" ".join(fill(text, self.catalogue, self._cite).split()))

    def marks(self, sources: list[Source]) -> tuple[tree.Run, ...]:
        """The marks of some sources, to stand after a text."""
        return tuple(tree.Mark(self.key(source)) for source in sources)

    def listed(self) -> tree.References:
        """All sources cited so far."""
        return tree.References(
            tuple(
                tree.Source(
                    key,
                    source.citation,
                    f"https://doi.org/{source.doi}" if source.doi else source.url or "",
                )
                for source, key in self._keys.items()
            )
        )


def joined(*parts: tree.Text) -> tuple[tree.Run, ...]:
    """Texts one after the other as one text."""
    return tuple(run for part in parts for run in tree.runs_of(part))


def first_sentence(text: str) -> str:
    """Up to the first full stop that ends a sentence."""
    head, found, _rest = text.partition(". ")
    return head + "." if found else text


def strong(text: str) -> tuple[tree.Run, ...]:
    """A text that matters more, shown as it is."""
    return (tree.Strong(text),)


def _runs(text: str) -> tuple[tree.Run, ...]:
    runs: list[tree.Run] = []
    end = 0
    for found in _MARK.finditer(text):
        if text[end : found.start()]:
            runs.append(tree.Plain(text[end : found.start()]))
        runs.append(tree.Mark(found[1]))
        end = found.end()
    if text[end:]:
        runs.append(tree.Plain(text[end:]))
    return tuple(runs)
