"""Finding the option that fits a need, in the user's words.

The index holds, for every word without its ending, how much it says about each option: BM25 with
the name and everyday phrases counted more than long texts, as whole numbers. A query adds them up
in whole numbers, so this file and `site/search.js` give the same order to the last place; a test
holds them against each other.

A word that is not in the index may be the beginning of one, or one with a typing error: one
letter in words of four to seven letters, two in longer ones, the first letter right.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from offramp.catalogue.problems import InputError, Problem
from offramp.catalogue.toml_file import read
from offramp.guide.everyday import Everyday, everyday, stem, words
from offramp.guide.words import FAMILIES
from offramp.languages import _, language
from offramp.languages.toml_texts import in_language

if TYPE_CHECKING:
    from offramp.catalogue.schema import Option

OPTIONS = Path(__file__).parents[1] / "catalogue" / "options"
K, B = 1.2, 0.75  # the usual constants of BM25
SCALE = 1000
FULL, ALIKE, BEGINNING, ONE_OFF, TWO_OFF = 100, 80, 60, 70, 45  # percent of a word's weight
PHRASE, PART_OF_PHRASE = 2500, 1500  # for each word of an everyday phrase


@dataclass(frozen=True)
class Searched:
    """The part of an option that is searched."""

    id: str
    name: str
    family: str
    summary: str
    ask: str = ""
    police_do: str = ""
    for_whom: str | None = None
    drugs_note: str = ""
    examples: list[str] = field(default_factory=list)

    def row(self) -> dict[str, str]:
        """As lists show it."""
        return {key: getattr(self, key) for key in ("id", "name", "family", "summary")}


def searched(folder: Path = OPTIONS) -> dict[str, Searched]:
    """What is searched of the candidates, in the language spoken now.

    Read without the checks of the whole catalogue, which take longer than the search. Raises
    InputError for a file that cannot be read.
    """
    known = {one.name for one in fields(Searched)}
    found: dict[str, Searched] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            data = read(path, f"options/{path.name}").data
        except InputError as error:
            problems.extend(error.problems)
            continue
        if data.get("comparison"):
            continue
        said = in_language(data, f"options/{path.stem}")
        kept = {key: value for key, value in said.items() if key in known}
        found[path.stem] = Searched(**({"name": "", "family": "", "summary": ""} | kept))
    if problems:
        raise InputError(problems)
    return found


@dataclass(frozen=True)
class Index:
    """ids: options; weights: word -> {position of the option: weight}; the rest: see Everyday."""

    ids: list[str]
    weights: dict[str, dict[int, int]]
    phrases: list[tuple[int, list[str]]]
    same: dict[str, list[str]]
    stop: list[str]
    not_a_typo: list[str]
    endings: list[str]

    def as_data(self) -> dict[str, Any]:
        """As the page reads it."""
        return asdict(self) | {
            "weights": {word: sorted(held.items()) for word, held in self.weights.items()}
        }


def build(options: Mapping[str, Option | Searched], asked: Everyday | None = None) -> Index:
    """The index of these options, in the language spoken now."""
    asked = asked or everyday(language().code)
    endings = tuple(asked.endings)
    cut: dict[str, str] = {}

    def stems(text: str) -> list[str]:
        return [cut.setdefault(word, "") or _cut(cut, word, endings) for word in words(text)]

    stop = {word for text in asked.stop for word in words(text)}
    ids = sorted(options)
    counts: list[Counter[str]] = []
    for name in ids:
        found: Counter[str] = Counter()
        for weight, text in _fields(options[name], asked.phrases.get(name, [])):
            for word in words(text):
                if word not in stop:
                    found[cut.get(word) or _cut(cut, word, endings)] += weight
        counts.append(found)
    return Index(
        ids=ids,
        weights=_weights(counts),
        phrases=[
            (position, list(dict.fromkeys(kept)))
            for position, name in enumerate(ids)
            for phrase in asked.phrases.get(name, [])
            if (kept := [one for one, word in zip(stems(phrase), words(phrase), strict=True)
                         if word not in stop])
        ],
        same=_same(asked, stems),
        stop=sorted(stop),
        not_a_typo=sorted({word for text in asked.not_a_typo for word in words(text)}),
        endings=list(endings),
    )  # fmt: skip


def _cut(cut: dict[str, str], word: str, endings: tuple[str, ...]) -> str:
    cut[word] = stem(word, endings)
    return cut[word]


def _fields(option: Option | Searched, phrases: list[str]) -> Iterable[tuple[int, str]]:
    """(how much it counts, text) of what is searched."""
    yield 6, option.name
    yield 5, " ".join(phrases)
    yield 3, option.summary
    yield 2, option.ask
    yield 2, _(FAMILIES.get(option.family, ""))
    yield 1, option.id.replace("-", " ")
    yield 1, option.police_do
    yield 1, option.for_whom or ""
    yield 1, option.drugs_note
    yield 1, " ".join(option.examples).replace("-", " ")


def _weights(counts: list[Counter[str]]) -> dict[str, dict[int, int]]:
    lengths = [sum(found.values()) for found in counts]
    average = sum(lengths) / max(len(lengths), 1) or 1
    holding: dict[str, list[int]] = defaultdict(list)
    for position, found in enumerate(counts):
        for word in found:
            holding[word].append(position)
    weights: dict[str, dict[int, int]] = {}
    for word in sorted(holding):
        rare = math.log(1 + (len(counts) - len(holding[word]) + 0.5) / (len(holding[word]) + 0.5))
        weights[word] = {}
        for position in holding[word]:
            often = counts[position][word]
            long = 1 - B + B * lengths[position] / average
            weights[word][position] = round(SCALE * rare * often * (K + 1) / (often + K * long))
    return weights


def _same(asked: Everyday, stems: Any) -> dict[str, list[str]]:
    groups: dict[str, set[str]] = defaultdict(set)
    for group in asked.same:
        members = {one for word in group for one in stems(word)}
        for one in members:
            groups[one] |= members - {one}
    return {one: sorted(others) for one, others in sorted(groups.items())}


def rank(index: Index, query: str) -> list[str]:
    """Ids of the options that answer the query, best first; options that do not are left out."""
    asked = words(query)
    meant = [word for word in asked if word not in index.stop] or asked
    endings = tuple(index.endings)
    scores: dict[int, int] = defaultdict(int)
    understood: set[str] = set()
    stems_asked: list[str] = []
    for word in dict.fromkeys(meant):
        one = stem(word, endings)
        stems_asked.append(one)
        best: dict[int, int] = {}
        for known, percent in _read_as(index, word, one):
            understood.add(known)
            for position, weight in index.weights.get(known, {}).items():
                best[position] = max(best.get(position, 0), weight * percent // 100)
        for position, weight in best.items():
            scores[position] += weight
    for position, phrase in index.phrases:
        if all(one in understood for one in phrase):
            scores[position] += PHRASE * len(phrase)
        elif all(one in phrase for one in stems_asked):
            scores[position] += PART_OF_PHRASE * len(stems_asked)
    found = sorted(scores, key=lambda position: (-scores[position], index.ids[position]))
    return [index.ids[position] for position in found if scores[position] > 0]


def _read_as(index: Index, word: str, one: str) -> list[tuple[str, int]]:
    """The words of the index that a word of the query may mean, with how much each counts."""
    found = [(other, ALIKE) for other in index.same.get(one, [])]
    if one in index.weights:
        return [(one, FULL), *found]
    if found or word in index.not_a_typo:
        return found
    allowed = 0 if len(one) < 4 else 1 if len(one) < 8 else 2
    if not allowed or one.isdigit():
        return found
    near: list[tuple[str, int]] = []
    for known in index.weights:
        if known[0] != one[0]:
            continue
        if known.startswith(one):
            near.append((known, BEGINNING))
            continue
        far = distance(one, known, allowed)
        if far <= allowed:
            near.append((known, ONE_OFF if far == 1 else TWO_OFF))
    return near


def distance(a: str, b: str, most: int) -> int:
    """Letters to change, add, leave out or swap with the next to make b of a; most + 1 if more."""
    if abs(len(a) - len(b)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        older, before, row = before, row, [i]
        for j, other in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
