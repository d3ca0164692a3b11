"""Do the rules answer every encounter, and do they agree with each other?"""

from __future__ import annotations

from collections.abc import Iterator

from offramp.policy.faults import Fault, Kind, conditions_in_words, in_words
from offramp.policy.read import RULES, PolicyFiles
from offramp.policy.regions import grow
from offramp.policy.schema import NOT_KNOWN
from offramp.policy.space import (
    Box,
    Example,
    both,
    is_empty,
    match_box,
    may_box,
    smallest_outside,
    whole,
)
from offramp.policy.table import Row, Table
from offramp.policy.vocabulary import vocabulary

MOST_GAPS = 10


def rule_faults(files: PolicyFiles, table: Table) -> Iterator[Fault]:
    """Every fault of the rules as a whole."""
    boxes = [match_box(row.when) for row in table.rows]
    yield from _gaps(files, table)
    yield from _never(files, table, boxes)
    yield from _contradictions(files, table, boxes)
    yield from _order(files, table, boxes)
    yield from _thresholds(files, table, boxes)


def _fault(
    files: PolicyFiles, index: int, key: str, kind: Kind, said: str, example: Example | None
) -> Fault:
    shown, line = files.where(RULES, ("rules", index, key))
    return Fault(shown, line, kind, said, example)


def _gaps(files: PolicyFiles, table: Table) -> Iterator[Fault]:
    """Encounters in which no rule permits an option or leaves anything, nor could."""
    covers = [may_box(row.when) for row in table.rows if row.answers]
    for _ in range(MOST_GAPS):
        example = smallest_outside(whole(), covers)
        if example is None:
            return
        when = grow(example, whole(), covers)
        covers.append(match_box(when))
        shown, _line = files.where(RULES, ())
        yield Fault(
            shown,
            0,
            "gap",
            f"there is no answer when {conditions_in_words(when)}: no rule permits an option "
            "then, or says that it is left to the ordinary law; add such a rule, or widen one",
            example,
        )


def _never(files: PolicyFiles, table: Table, boxes: list[Box]) -> Iterator[Fault]:
    for index, (row, box) in enumerate(zip(table.rows, boxes, strict=True)):
        if is_empty(box):
            known = vocabulary()
            because = [
                one.because
                for one in known.impossible
                if all(
                    fact in row.when and set(row.when[fact]) <= values
                    for fact, values in one.when.items()
                )
            ]
            why = f": {because[0]}" if because else ""
            yield _fault(
                files,
                index,
                "when",
                "never_fires",
                f"rule {row.id} can never apply{why}; change its conditions or remove it",
                {fact: values[0] for fact, values in row.when.items()},
            )


def _contradictions(files: PolicyFiles, table: Table, boxes: list[Box]) -> Iterator[Fault]:
    for later, row in enumerate(table.rows):
        for earlier in range(later + 1):
            clashes = list(_clashes(table.rows[earlier], row))
            if not clashes:
                continue
            example = smallest_outside(both(boxes[earlier], boxes[later]), [])
            if example is None:
                continue
            for key, clash in clashes:
                yield _fault(
                    files,
                    later,
                    key,
                    "contradiction",
                    f"{clash}, and both can apply: when {in_words(example)}",
                    example,
                )


def _clashes(one: Row, other: Row) -> Iterator[tuple[str, str]]:
    """(key of the later rule, what contradicts) for two rules, or for one with itself."""
    known = vocabulary().acts
    pairs = [(one, other)] if one is other else [(one, other), (other, one)]
    for giving, taking in pairs:
        key = "permits" if giving is other else "forbids"
        for offer in giving.offers:
            if offer.id in taking.forbids:
                yield (
                    key,
                    f"rule {giving.id} permits {offer.id} and rule {taking.id} forbids it",
                )
            if "pass_on_name" in taking.forbids and offer.names_person and not giving.name_stays:
                yield (
                    "name_goes_to" if giving is other else "forbids",
                    f"rule {giving.id} gives the person's name to somebody ({offer.id}) and "
                    f"rule {taking.id} forbids it",
                )
        for act in giving.leaves:
            if act in taking.forbids:
                yield (
                    "leaves" if giving is other else "forbids",
                    f"rule {giving.id} leaves {known[act]} to the ordinary law and rule "
                    f"{taking.id} forbids it",
                )
    if one is not other:
        for option in sorted({o.id for o in one.offers} & {o.id for o in other.offers}):
            if one.name_goes_to != other.name_goes_to:
                yield (
                    "name_goes_to",
                    f"rules {one.id} and {other.id} both permit {option}, and name different "
                    "people who learn the name",
                )


def _order(files: PolicyFiles, table: Table, boxes: list[Box]) -> Iterator[Fault]:
    """Earlier rules that turn round the order in which a later rule names two options."""
    ranks = [{offer.id: rank for rank, offer in enumerate(row.offers)} for row in table.rows]
    for later, row in enumerate(table.rows):
        for first, second in _pairs([offer.id for offer in row.offers]):
            for earlier in range(later):
                here = ranks[earlier]
                if second not in here or here.get(first, len(here) + 1) < here[second]:
                    continue
                # Rules before it that name the first option keep its place.
                keeps = [
                    boxes[q]
                    for q in range(earlier)
                    if first in ranks[q] and ranks[q][first] < ranks[q].get(second, len(ranks[q]))
                ]
                example = smallest_outside(both(boxes[earlier], boxes[later]), keeps)
                if example is not None:
                    yield _fault(
                        files,
                        later,
                        "permits",
                        "order",
                        f"rule {row.id} puts {first} before {second}, but rule "
                        f"{table.rows[earlier].id} stands before it and turns them round when "
                        f"{in_words(example)}; move one of them, or put them in one order",
                        example,
                    )
                    break


def _pairs(options: list[str]) -> Iterator[tuple[str, str]]:
    for index, first in enumerate(options):
        for second in options[index + 1 :]:
            yield first, second


def _thresholds(files: PolicyFiles, table: Table, boxes: list[Box]) -> Iterator[Fault]:
    """Rules that weigh a drug for which there is no threshold."""
    found = vocabulary().facts["found"].values
    for index, (row, box) in enumerate(zip(table.rows, boxes, strict=True)):
        weighed = set(row.when.get("amount", ()))
        if not weighed or not weighed <= {"within", "over"} or is_empty(box):
            continue
        drugs = [
            drug
            for drug in row.when.get("found", list(found))
            if drug not in ("nothing", NOT_KNOWN) and drug not in table.thresholds
        ]
        if drugs:
            example = {"found": drugs[0], "amount": row.when["amount"][0]}
            words_of = " or ".join(found[drug] for drug in drugs)
            yield _fault(
                files,
                index,
                "when",
                "threshold_missing",
                f"rule {row.id} asks for the amount, but there is no threshold when {words_of}; "
                "add [[thresholds]] to policy.toml, or name in found only drugs that have one",
                example,
            )
