"""An encounter as it comes in: `--fact k=v` or a JSON file -> one value for every fact."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from offramp.catalogue.problems import InputError, Problem
from offramp.policy.amount import is_amount, parse_amount
from offramp.policy.read import fact_hint
from offramp.policy.schema import NOT_KNOWN
from offramp.policy.table import Table
from offramp.policy.vocabulary import vocabulary

Report = Callable[[str, str, str], Problem]  # field, problem, what would be right


def encounter_from_words(given: Sequence[str], table: Table) -> dict[str, str]:
    """Facts from `--fact k=v`; those that are not named are not known. Raises InputError."""

    def report(field: str, problem: str, right: str) -> Problem:
        return Problem("--fact", 0, field, problem, right)

    facts: dict[str, str] = {}
    problems: list[Problem] = []
    for word in given:
        fact, sign, value = word.partition("=")
        fact, value = fact.strip(), value.strip()
        if not sign:
            problems.append(report(word, "has no value", "write it as fact=value"))
        elif facts.get(fact, value) != value:
            right = "give each fact once"
            problems.append(report(fact, f'is both "{facts[fact]}" and "{value}"', right))
        else:
            facts[fact] = value
    problems += _problems(facts, report)
    if problems:
        raise InputError(problems)
    return complete(facts, table, report)


def encounter_from_file(path: Path, more: Sequence[str], table: Table) -> dict[str, str]:
    """Facts from a JSON file, which names every fact; `more` (k=v) goes before it."""
    text, data = _read_json(path)

    def report(field: str, problem: str, right: str) -> Problem:
        return Problem(str(path), _line_of(text, field), field, problem, right)

    if isinstance(data, dict) and isinstance(data.get("facts"), dict):
        data = data["facts"]
    if not isinstance(data, dict):
        right = 'it must be one object: {"found": "cannabis", ...}'
        raise InputError(Problem(str(path), 1, "", "is not an object of facts", right))
    problems = [
        report(fact, f"is {json.dumps(value)[:40]}", "it must be text in double quotes")
        for fact, value in data.items()
        if not isinstance(value, str)
    ]
    facts = {fact: value for fact, value in data.items() if isinstance(value, str)}
    for word in more:
        fact, sign, value = word.partition("=")
        if not sign:
            problems.append(Problem("--fact", 0, word, "has no value", "write it as fact=value"))
        else:
            facts[fact.strip()] = value.strip()
    problems += _problems(facts, report)
    for fact in vocabulary().facts:
        if fact not in facts and fact not in data:
            right = f'add "{fact}": "{NOT_KNOWN}" if nobody knows'
            problems.append(report(fact, "is missing", right))
    if problems:
        raise InputError(problems)
    return complete(facts, table, report)


def _problems(facts: Mapping[str, str], report: Report) -> Iterable[Problem]:
    known = vocabulary().facts
    for fact, value in facts.items():
        if fact not in known:
            yield report(fact, "is not a fact", fact_hint(fact))
        elif value not in known[fact].values and not (fact == "amount" and is_amount(value)):
            right = f"it must be one of {', '.join(known[fact].values)}"
            if fact == "amount":
                right += ", or an amount with its unit, such as 3.5 g"
            yield report(fact, f'is "{value}"', right)


def complete(facts: Mapping[str, str], table: Table, report: Report) -> dict[str, str]:
    """Every fact, amounts held against the threshold. Raises InputError for what cannot be."""
    full = {fact: facts.get(fact, NOT_KNOWN) for fact in vocabulary().facts}
    full["amount"] = _against_threshold(full, table, report)
    clash = vocabulary().clash(full)
    if clash is not None:
        named = [fact for fact in full if fact in clash.when]
        both = " and ".join(f"{fact} is {full[fact]}" for fact in named)
        right = f'{clash.because}; change one of them, or say "{NOT_KNOWN}"'
        raise InputError(report(named[-1], f"cannot be: {both}", right))
    return full


def _against_threshold(facts: Mapping[str, str], table: Table, report: Report) -> str:
    amount = parse_amount(facts["amount"])
    if amount is None:
        return facts["amount"]
    size, unit = amount
    found = facts["found"]
    if found == "nothing":
        right = 'say what was found, or amount "none"'
        raise InputError(report("amount", f'is "{facts["amount"]}", but nothing was found', right))
    threshold = table.thresholds.get(found)
    if threshold is None:
        return NOT_KNOWN
    if threshold.of != unit.of:
        right = f"the threshold for {found} is {threshold.shown}: give the amount in such a unit"
        raise InputError(report("amount", f'is "{facts["amount"]}"', right))
    return "within" if size <= threshold.size else "over"


def _read_json(path: Path) -> tuple[str, Any]:
    name = str(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
        return text, json.loads(text, object_pairs_hook=_once)
    except (FileNotFoundError, NotADirectoryError):
        problem, right = "does not exist", "check the spelling of the path"
        line = 0
    except IsADirectoryError:
        problem, right, line = "is a folder, not a file", "give the path of a JSON file", 0
    except UnicodeDecodeError:
        problem, right, line = "is not UTF-8 text", "save the file again as UTF-8", 0
    except json.JSONDecodeError as error:
        problem, right = f"does not parse as JSON: {error.msg}", "see https://json.org"
        line = error.lineno
    except RecursionError:
        problem, right, line = "is nested too deeply", "flatten it", 0
    except ValueError as error:
        problem, right, line = str(error), "give each fact once", 0
    raise InputError(Problem(name, line, "", problem, right))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f'gives "{key}" twice')
        found[key] = value
    return found


def _line_of(text: str, field: str) -> int:
    for number, line in enumerate(text.splitlines(), start=1):
        if f'"{field}"' in line:
            return number
    return 0
