"""What is wrong with the levers of options, before any work: `guide check` says the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from offramp.catalogue.load import Catalogue
from offramp.catalogue.problems import Problem
from offramp.catalogue.schema import Option
from offramp.catalogue.validation_words import did_you_mean
from offramp.model.parameters import declared


def lever_faults(catalogue: Catalogue, options: Sequence[Option]) -> Iterator[Problem]:
    """Names behind which nothing stands, and parameters that are not declared as levers: what is
    worked out from the place, or holds by definition, would be moved without a meaning."""
    movable = [name for name, parameter in declared().items() if parameter.lever]
    for option in options:
        file = catalogue.files[f"options/{option.id}.toml"]
        for index, lever in enumerate(option.levers):
            name = lever.parameter
            if name not in movable:
                problem, right = f"is {name!r}", did_you_mean(name, movable, "parameters")
                if name in declared():
                    problem += ", which no option may move"
                    right = "name one of those that options may move: docs/model/parameters.md"
                yield file.problem(("levers", index, "parameter"), problem, right)
            for key, record in (("evidence", lever.evidence), *lever.shares().items()):
                if record not in catalogue.evidence:
                    right = did_you_mean(record, list(catalogue.evidence), "evidence records")
                    yield file.problem(("levers", index, key), f"is {record!r}", right)
