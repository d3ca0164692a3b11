"""Read a policy: the folder that holds policy.toml, rules.toml and cases.toml.

`read_policy` reports everything that is wrong with the three files at once: what the reader
cannot understand. What is understood but wrong as a policy is for `check.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from offramp.catalogue.problems import InputError, Problem
from offramp.catalogue.toml_file import TomlFile, check, read
from offramp.catalogue.toml_lines import Keys
from offramp.catalogue.validation_words import did_you_mean
from offramp.policy.amount import is_amount
from offramp.policy.schema import LANGUAGES, Case, Cases, Policy, Record, Rule, Rules
from offramp.policy.vocabulary import vocabulary

POLICY, RULES, CASES = "policy.toml", "rules.toml", "cases.toml"
EARLIER_OFFERS = re.compile(r"offer|previous|prior|earlier|times|history|record|refus|repeat")
T = TypeVar("T", bound=Record)


@dataclass(frozen=True)
class PolicyFiles:
    """One version of a policy as written. cases: None when there is no cases.toml."""

    folder: Path
    policy: Policy
    rules: tuple[Rule, ...]
    cases: Cases | None
    files: Mapping[str, TomlFile] = field(repr=False, compare=False)

    def where(self, name: str, keys: Keys) -> tuple[str, int]:
        """File as shown, and line, of a key in one of the three files."""
        file = self.files.get(name)
        return (file.shown, file.line(*keys)) if file else (str(self.folder / name), 0)


def read_policy(folder: Path, *, cases_too: bool = True) -> PolicyFiles:
    """Read one version. Raises InputError with every problem of its files.

    cases_too: also the case file, which nobody needs who only asks the policy.
    """
    problems: list[Problem] = []
    files: dict[str, TomlFile] = {}

    def record(name: str, model: type[T]) -> T | None:
        try:
            files[name] = read(folder / name)
            return check(files[name], model)
        except InputError as error:
            problems.extend(_one_a_field(error.problems))
            return None

    policy = record(POLICY, Policy)
    rules = record(RULES, Rules)
    cases = record(CASES, Cases) if cases_too and (folder / CASES).exists() else None
    if policy is not None:
        problems += _policy_problems(files[POLICY], policy)
    if rules is not None:
        problems += _rule_problems(files[RULES], rules, policy)
    if cases is not None:
        problems += _case_problems(files[CASES], cases, rules, policy)
    if problems or policy is None or rules is None:
        raise InputError(problems)
    return PolicyFiles(folder, policy, tuple(rules.rules), cases, files)


def _one_a_field(found: tuple[Problem, ...]) -> list[Problem]:
    """A text that is neither a text nor a table is reported once, not once for each."""
    return list({(one.file, one.line, one.field): one for one in reversed(found)}.values())


def _policy_problems(file: TomlFile, policy: Policy) -> Iterator[Problem]:
    known = vocabulary()
    yield from _repeats(file, "clauses", [clause.id for clause in policy.clauses])
    yield from _repeats(file, "thresholds", [one.found for one in policy.thresholds], "found")
    if len(set(policy.languages)) < len(policy.languages):
        right = "name each language once"
        yield file.problem(("languages",), "names a language twice", right)
    clauses = [clause.id for clause in policy.clauses]
    drugs = [v for v in known.facts["found"].values if v not in ("nothing", "not_known")]
    for index, one in enumerate(policy.thresholds):
        keys: Keys = ("thresholds", index)
        if one.found not in drugs:
            right = did_you_mean(one.found, drugs, "values")
            yield file.problem((*keys, "found"), f'is "{one.found}"', right)
        if one.unit not in known.units:
            right = f"it must be one of {', '.join(known.units)}"
            yield file.problem((*keys, "unit"), f'is "{one.unit}"', right)
        if one.clause not in clauses:
            yield _no_clause(file, (*keys, "clause"), one.clause, clauses)
    for keys, text in _texts(policy):
        yield from _text_problems(file, keys, text)


def _rule_problems(file: TomlFile, rules: Rules, policy: Policy | None) -> Iterator[Problem]:
    known = vocabulary()
    yield from _repeats(file, "rules", [rule.id for rule in rules.rules])
    clauses = [clause.id for clause in policy.clauses] if policy else None
    for index, rule in enumerate(rules.rules):
        keys: Keys = ("rules", index)
        if clauses is not None and rule.clause not in clauses:
            yield _no_clause(file, (*keys, "clause"), rule.clause, clauses)
        for fact, values in conditions(rule).items():
            yield from fact_problems(file, (*keys, "when"), fact, values)
        for position, act in enumerate(rule.leaves):
            if act not in known.acts:
                right = did_you_mean(act, known.acts, "acts")
                yield file.problem((*keys, "leaves", position), f'is "{act}"', right)
        for option in _doubled([permit.option for permit in rule.permits]):
            right = "name each option once in a rule"
            yield file.problem((*keys, "permits"), f'names "{option}" twice', right)
        for keys_of_text, text in _texts(rule, keys):
            yield from _text_problems(file, keys_of_text, text)
        for permit_index, permit in enumerate(rule.permits):
            yield from _text_problems(file, (*keys, "permits", permit_index, "terms"), permit.terms)


def _case_problems(
    file: TomlFile, cases: Cases, rules: Rules | None, policy: Policy | None
) -> Iterator[Problem]:
    for fact, value in cases.usual.items():
        yield from fact_problems(file, ("usual",), fact, [value])
    yield from _repeats(file, "cases", [case.name for case in cases.cases], "name")
    for index, case in enumerate(cases.cases):
        keys: Keys = ("cases", index)
        for fact, value in case.facts.items():
            if not (fact == "amount" and is_amount(value)):
                yield from fact_problems(file, (*keys, "facts"), fact, [value])
        missing = [f for f in vocabulary().facts if f not in case.facts and f not in cases.usual]
        if missing:
            right = 'add it to the case or to usual; "not_known" if nobody knows'
            yield file.problem((*keys, "facts"), f"lacks {', '.join(missing)}", right)
        yield from _named_in_case(file, keys, case, rules, policy)


def _named_in_case(
    file: TomlFile, keys: Keys, case: Case, rules: Rules | None, policy: Policy | None
) -> Iterator[Problem]:
    named: list[tuple[str, list[str], list[str] | None, str]] = [
        ("limits", case.limits, [rule.id for rule in rules.rules] if rules else None, "rules"),
        (
            "clauses",
            case.clauses or [],
            [clause.id for clause in policy.clauses] if policy else None,
            "clauses",
        ),
        ("ask", case.ask or [], list(vocabulary().facts), "facts"),
    ]
    for name, entries, known, what in named:
        for position, entry in enumerate(entries):
            if known is not None and entry not in known:
                right = did_you_mean(entry, known, what)
                yield file.problem((*keys, name, position), f'is "{entry}"', right)


def conditions(rule: Rule) -> dict[str, list[str]]:
    """The conditions of a rule, each as a list of values."""
    return {
        fact: [values] if isinstance(values, str) else list(values)
        for fact, values in rule.when.items()
    }


def fact_problems(file: TomlFile, keys: Keys, fact: str, values: list[str]) -> Iterator[Problem]:
    """What is wrong with a fact and its values."""
    known = vocabulary().facts
    if fact not in known:
        yield file.problem((*keys, fact), "is not a fact", fact_hint(fact))
        return
    if not values:
        right = f"name one or more of {', '.join(known[fact].values)}"
        yield file.problem((*keys, fact), "is an empty list", right)
    for value in values:
        if value not in known[fact].values:
            right = f"it must be one of {', '.join(known[fact].values)}"
            yield file.problem((*keys, fact), f'is "{value}"', right)


def fact_hint(fact: str) -> str:
    """What would be right instead of an unknown fact."""
    known = vocabulary().facts
    hint = did_you_mean(fact, known, "facts")
    if EARLIER_OFFERS.search(fact) and not hint.startswith("did you mean"):
        return (
            "how often somebody was offered help before must not decide what they may be "
            "offered now, so it is not a fact; remove it"
        )
    return hint if hint.startswith("did you") else f"known facts: {', '.join(known)}"


def _repeats(file: TomlFile, name: str, ids: list[str], key: str = "id") -> Iterator[Problem]:
    for index, one in enumerate(ids):
        if one in ids[:index]:
            first = ids.index(one) + 1
            right = f"{name}[{first}] has it already: give each its own"
            yield file.problem((name, index, key), f'is "{one}" again', right)


def _doubled(ids: list[str]) -> list[str]:
    return [one for index, one in enumerate(ids) if one in ids[:index]]


def _no_clause(file: TomlFile, keys: Keys, clause: str, known: list[str]) -> Problem:
    right = did_you_mean(clause, known, "clauses")
    return file.problem(keys, f'is "{clause}", which is no clause of {POLICY}', right)


RULE_TEXTS = ("limit", "reason", "say", "record", "name_goes_to")


def _texts(record: Policy | Rule, keys: Keys = ()) -> Iterator[tuple[Keys, str | dict[str, str]]]:
    if isinstance(record, Rule):
        for name in RULE_TEXTS:
            yield (*keys, name), getattr(record, name)
    else:
        yield ("title",), record.title
        yield ("notice",), record.notice
        for index, clause in enumerate(record.clauses):
            yield ("clauses", index, "text"), clause.text


def _text_problems(file: TomlFile, keys: Keys, text: str | dict[str, str]) -> Iterator[Problem]:
    if isinstance(text, str):
        return
    for language in text:
        if language not in LANGUAGES:
            right = f"it must be one of {', '.join(LANGUAGES)}"
            yield file.problem((*keys, language), "is not a language code", right)
