"""A fault of a policy, where it stands, and the smallest encounter that shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from offramp.catalogue.problems import Problem
from offramp.policy.vocabulary import vocabulary
from offramp.policy.words import words

Kind = Literal[
    "input",
    "gap",
    "contradiction",
    "never_fires",
    "order",
    "dates_overlap",
    "dates_gap",
    "threshold_missing",
    "option_missing",
    "option_fit",
    "text_missing",
    "citation_missing",
    "cases_missing",
    "case_contradicts",
    "case_fails",
    "rule_untested",
]


MANY = 4  # from more values than this on, those that are left out are named instead


@dataclass(frozen=True)
class Fault:
    """example: facts that show it, whatever the other facts are; None where none is needed."""

    file: str
    line: int
    kind: Kind
    problem: str
    example: Mapping[str, str] | None = None

    def as_dict(self) -> dict[str, Any]:
        plain = asdict(self)
        plain["example"] = dict(self.example) if self.example is not None else None
        return plain

    def __str__(self) -> str:
        where = self.file + (f", line {self.line}" if self.line else "")
        return f"{where}: {self.problem}"


def fault_of(problem: Problem, kind: Kind, example: Mapping[str, str] | None = None) -> Fault:
    """A problem of a reader as a fault of a policy."""
    said = f"{problem.field} {problem.problem}" if problem.field else problem.problem
    said += f"; {problem.right}" if problem.right else ""
    return Fault(problem.file, problem.line, kind, " ".join(said.split()), example)


def in_words(facts: Mapping[str, str], language: str = "en") -> str:
    """Facts as a sentence part: "the person agrees and no drug was found"."""
    return conditions_in_words({fact: [value] for fact, value in facts.items()}, language)


def conditions_in_words(when: Mapping[str, Sequence[str]], language: str = "en") -> str:
    """Conditions as a sentence part; no condition reads "in every encounter"."""
    said = words(language)
    either = f" {said.fixed['or']} "
    parts = []
    for fact, values in when.items():
        clauses = said.facts[fact].values
        whole = {
            grouped: said.facts[fact].together[name]
            for name, (grouped, _) in vocabulary().facts[fact].together.items()
            if grouped <= set(values)
        }
        told = {value for grouped in whole for value in grouped}
        left_out = [clauses[value] for value in clauses if value not in values]
        if len(clauses) > MANY and len(left_out) < len(values) and not whole:
            parts.append(said.fixed["unless"].format(clauses=either.join(left_out)))
        else:
            each = [clauses[value] for value in values if value not in told]
            parts.append(either.join([*whole.values(), *each]))
    if not parts:
        return said.fixed["always"]
    if len(parts) == 1:
        return parts[0]
    return f"{'; '.join(parts[:-1])}; {said.fixed['and']} {parts[-1]}"
