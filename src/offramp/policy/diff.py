"""Which encounters are answered otherwise by another version of a policy, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from offramp.policy.faults import conditions_in_words
from offramp.policy.regions import When, regions_outside
from offramp.policy.space import Box, Example, both, match_box, smallest_outside
from offramp.policy.table import ENGLISH, Row, Table
from offramp.policy.vocabulary import vocabulary


@dataclass(frozen=True)
class Change:
    """kind: what changed; id: option, act, rule, clause or drug; when: in which encounters;
    example: the smallest of them (None where no encounter changes, as with a text)."""

    kind: str
    id: str
    words: str
    when: Mapping[str, Sequence[str]] | None = None
    example: Mapping[str, str] | None = None


def diff(old: Table, new: Table) -> list[Change]:
    """Every change from one table to another, those of answers first."""
    found = [*_options(old, new), *_acts(old, new), *_order(old, new)]
    found += [*_thresholds(old, new), *_texts(old, new)]
    return found


def diff_dict(old: Table, new: Table) -> dict[str, Any]:
    """The same for JSON."""
    changes = diff(old, new)

    def named(table: Table) -> dict[str, str]:
        starts = table.effective_from.isoformat()
        return {"agency": table.agency, "version": table.version, "from": starts}

    return {
        "a": named(old),
        "b": named(new),
        "same": not changes,
        "changes": [asdict(change) for change in changes],
    }


Told = tuple[str, str, str, str]  # kind when new, words, kind when gone, words


def _options(old: Table, new: Table) -> Iterator[Change]:
    names = {
        offer.id: offer.names[ENGLISH]
        for table in (old, new)
        for r in table.rows
        for offer in r.offers
    }
    for option, name in names.items():
        was = [match_box(row.when) for row in old.rows if _permits(row, option)]
        now = [match_box(row.when) for row in new.rows if _permits(row, option)]
        told = (
            "option_added",
            f"{name}: may now be offered",
            "option_removed",
            f"{name}: may no longer be offered",
        )
        yield from _changed(option, was, now, told)


def _permits(row: Row, option: str) -> bool:
    return any(offer.id == option for offer in row.offers)


def _acts(old: Table, new: Table) -> Iterator[Change]:
    known = vocabulary().acts
    rows = [*old.rows, *new.rows]
    for act in dict.fromkeys(act for row in rows for act in row.forbids):
        was = [match_box(row.when) for row in old.rows if act in row.forbids]
        now = [match_box(row.when) for row in new.rows if act in row.forbids]
        name = known.get(act, act)
        told = (
            "limit_added",
            f"{name}: now not allowed",
            "limit_removed",
            f"{name}: no longer ruled out",
        )
        yield from _changed(act, was, now, told)
    for act in dict.fromkeys(act for row in rows for act in row.leaves):
        was = [match_box(row.when) for row in old.rows if act in row.leaves]
        now = [match_box(row.when) for row in new.rows if act in row.leaves]
        name = known[act]
        told = (
            "left_added",
            f"{name}: now left to the ordinary law",
            "left_removed",
            f"{name}: no longer named as left to the ordinary law",
        )
        yield from _changed(act, was, now, told)


def _changed(name: str, was: Sequence[Box], now: Sequence[Box], told: Told) -> Iterator[Change]:
    for kind, lead, there, gone in (
        (told[0], told[1], now, was),
        (told[2], told[3], was, now),
    ):
        for example, when in regions_outside(there, gone):
            yield Change(kind, name, f"{lead} {_when(when)}", when, example)


def _when(when: When) -> str:
    said = conditions_in_words(when)
    return said if not when else f"when {said}"


Part = tuple[Box, list[Box]]  # a box, and the boxes taken off it


def _order(old: Table, new: Table) -> Iterator[Change]:
    """Pairs of options that are offered in another order."""
    names = {offer.id: offer.names[ENGLISH] for row in old.rows for offer in row.offers}
    options = list(names)
    for index, first in enumerate(options):
        for second in options[index + 1 :]:
            for a, b in ((first, second), (second, first)):
                example = _overlap(_before(old, a, b), _before(new, b, a))
                if example is not None:
                    said = conditions_in_words({fact: [v] for fact, v in example.items()})
                    name = names[b]
                    words = f"{name}: now offered before {names[a]}, for example when {said}"
                    yield Change("order", b, words, None, example)


def _before(table: Table, first: str, second: str) -> list[Part]:
    """Where `first` and `second` are both offered, `first` earlier."""
    parts: list[Part] = []
    earlier: list[Box] = []  # rows so far that name the second option first
    boxes = [match_box(row.when) for row in table.rows]
    for row, box in zip(table.rows, boxes, strict=True):
        order = [offer.id for offer in row.offers]
        rank = {option: order.index(option) for option in order}
        if first in rank and rank[first] < rank.get(second, len(order)):
            for other, other_box in zip(table.rows, boxes, strict=True):
                if _permits(other, second):
                    parts.append((both(box, other_box), list(earlier)))
        elif second in rank:
            earlier.append(box)
    return parts


def _overlap(some: Sequence[Part], others: Sequence[Part]) -> Example | None:
    for box, covers in some:
        for other, more in others:
            example = smallest_outside(both(box, other), [*covers, *more])
            if example is not None:
                return example
    return None


def _thresholds(old: Table, new: Table) -> Iterator[Change]:
    for found in vocabulary().facts["found"].values:
        was, now = old.thresholds.get(found), new.thresholds.get(found)
        if was == now:
            continue
        said = (
            f"threshold when {vocabulary().facts['found'].values[found]}: "
            f"{was.shown if was else 'none'} before, {now.shown if now else 'none'} now"
        )
        yield Change("threshold", found, said)


def _texts(old: Table, new: Table) -> Iterator[Change]:
    was = {row.id: row for row in old.rows}
    for row in new.rows:
        before = was.get(row.id)
        if before is None:
            continue
        for name in ("clause", "limit", "reason", "say", "record", "name_goes_to"):
            if getattr(before, name) != getattr(row, name):
                plain = name.replace("_", " ")
                yield Change("text", row.id, f"rule {row.id}: its {plain} is worded otherwise")
        terms = {offer.id: offer.terms for offer in before.offers}
        for offer in row.offers:
            if offer.id in terms and terms[offer.id] != offer.terms:
                said = f"rule {row.id}: the terms of {offer.id} are worded otherwise"
                yield Change("text", row.id, said)
    for clause in dict.fromkeys((*old.clauses, *new.clauses)):
        if clause not in new.clauses:
            yield Change("clause", clause, f"clause {clause} is gone")
        elif clause not in old.clauses:
            yield Change("clause", clause, f"clause {clause} is new")
        elif old.clauses[clause] != new.clauses[clause]:
            yield Change("clause", clause, f"clause {clause} is worded otherwise")
