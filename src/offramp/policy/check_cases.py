"""The case file: what the author expects, held against what the rules say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from offramp.catalogue.problems import InputError, Problem
from offramp.policy.decide import Answer, decide, spoken
from offramp.policy.encounter import complete
from offramp.policy.faults import Fault, Kind, in_words
from offramp.policy.read import CASES, RULES, PolicyFiles
from offramp.policy.schema import Case
from offramp.policy.table import Table
from offramp.policy.vocabulary import vocabulary


def case_faults(files: PolicyFiles, table: Table) -> Iterator[Fault]:
    """Cases that fail or contradict themselves or each other, and rules that none touches."""
    if files.cases is None:
        shown, _ = files.where(CASES, ())
        said = "is missing: cases say what the rules should answer, and are run by every check"
        yield Fault(shown, 0, "cases_missing", f"{CASES} {said}", None)
        return
    touched: set[str] = set()
    seen: dict[tuple[tuple[str, str], ...], Case] = {}
    for index, case in enumerate(files.cases.cases):
        try:
            facts = _facts_of(files, index, case, table)
        except InputError as error:
            yield from (
                _fault(files, index, "facts", "case_contradicts", f"{one.problem}; {one.right}", {})
                for one in error.problems
            )
            continue
        earlier = seen.setdefault(tuple(sorted(facts.items())), case)
        if earlier is not case and _expected(earlier) != _expected(case):
            said = f'has the same facts as "{earlier.name}" and expects another answer'
            yield _fault(files, index, "facts", "case_contradicts", said, dict(case.facts))
            continue
        match, _ = spoken(table, facts)
        touched |= {row.id for row in match}
        for key, said in _differences(case, decide(table, facts)):
            yield _fault(files, index, key, "case_fails", said, facts)
    yield from _untested(files, table, touched)


def _fault(
    files: PolicyFiles, index: int, key: str, kind: Kind, said: str, example: dict[str, str]
) -> Fault:
    assert files.cases is not None
    case = files.cases.cases[index]
    shown, line = files.where(CASES, ("cases", index, key))
    return Fault(shown, line, kind, f'case "{case.name}": {said}', example or dict(case.facts))


def _facts_of(files: PolicyFiles, index: int, case: Case, table: Table) -> dict[str, str]:
    assert files.cases is not None

    def report(field: str, problem: str, right: str) -> Problem:
        shown, line = files.where(CASES, ("cases", index, "facts"))
        return Problem(shown, line, field, problem, right)

    return complete({**files.cases.usual, **case.facts}, table, report)


def _expected(case: Case) -> tuple[list[str], list[str]]:
    return case.options, sorted(case.limits)


def _differences(case: Case, answer: Answer) -> Iterator[tuple[str, str]]:
    """(key of the case, what differs) between what is expected and what the rules say."""
    options = [option.id for option in answer.options]
    if case.options != options:
        order = " (the same, in another order)" if set(case.options) == set(options) else ""
        yield "options", _expects("options", case.options, options) + order
    limits = list(dict.fromkeys(limit.rule for limit in answer.limits))
    if set(case.limits) != set(limits):
        yield "limits", _expects("limits", case.limits, limits)
    if case.clauses is not None and set(case.clauses) != answer.clauses:
        yield "clauses", _expects("clauses", case.clauses, sorted(answer.clauses))
    asked = [ask.fact for ask in answer.ask]
    if case.ask is not None and set(case.ask) != set(asked):
        yield "ask", _expects("questions", case.ask, asked)


def _expects(what: str, expected: Sequence[str], said: Sequence[str]) -> str:
    wanted, got = ", ".join(expected) or "none", ", ".join(said) or "none"
    return f"expects these {what}: {wanted}; the rules say: {got}"


def _untested(files: PolicyFiles, table: Table, touched: set[str]) -> Iterator[Fault]:
    order = list(vocabulary().facts)
    for index, row in enumerate(table.rows):
        if row.id in touched:
            continue
        shown, line = files.where(RULES, ("rules", index, "id"))
        facts = sorted(row.when, key=order.index)
        example = {fact: row.when[fact][0] for fact in facts}
        said = f"rule {row.id} applies in no case of {CASES}; add one, such as: {in_words(example)}"
        yield Fault(shown, line, "rule_untested", said, example)
