"""Numbers that a study sets without saying where they were read, and a percentage that may be a
share: told, not refused.

A study sets only what its source reports. Whether it does, only a reader can judge, and only
where a source is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from offramp.catalogue.load import Catalogue
from offramp.catalogue.toml_file import dotted
from offramp.catalogue.toml_lines import Keys
from offramp.validate.judge import target
from offramp.validate.load import LoadedStudy
from offramp.validate.schema import Number

PERCENT = ("percent_change", "percent_averted")
ALL_OR_NOBODY = (0.0, 1.0)  # of a cohort: what the comparison is, no finding


def unsourced(loaded: LoadedStudy) -> str | None:
    """What is said of a study's numbers without a source; None where there are none."""
    found = [*_of_place(loaded.file.data.get("place", {}), ("place",)), *_numbers(loaded)]
    if not found:
        return None
    named = ", ".join(f"{dotted(keys)} (line {loaded.file.line(*keys)})" for keys in found)
    return (
        f"{loaded.file.shown}: no source is given for {named}. A study sets only what its source "
        "reports: say where each number was read, or why it is so"
    )


def doubtful(loaded: LoadedStudy, catalogue: Catalogue) -> str | None:
    """What is said of a published percentage that may be a share; None of others."""
    form, goal = loaded.study.result.form, target(loaded.study.result, catalogue)
    if form not in PERCENT or not 0 < max(abs(goal.low), abs(goal.value), abs(goal.high)) < 1:
        return None
    line = loaded.file.line("result", "published")
    return (
        f"{loaded.file.shown}, line {line}: result.published is {goal.value:g}, less than one "
        f"percent, as form is {form!r}; if it is a share, give times = 100"
    )


def _numbers(loaded: LoadedStudy) -> Iterator[Keys]:
    study = loaded.study
    given: list[tuple[Keys, Number]] = [(("parameters", k), v) for k, v in study.parameters.items()]
    if study.cohort is not None and study.cohort.days_held is not None:
        given.append((("cohort", "days_held"), study.cohort.days_held))
    for side, arm in (("comparator", study.comparator), ("change", study.change)):
        given += [((side, "levers", index), lever) for index, lever in enumerate(arm.levers)]
        given += [
            ((side, "starts", event), share)
            for event, share in arm.starts.items()
            if share.value not in ALL_OR_NOBODY
        ]
    yield from (keys for keys, n in given if n.evidence is None and n.source is None)


def _of_place(data: Any, keys: Keys) -> Iterator[Keys]:
    if isinstance(data, dict):
        if "value" in data and "source" not in data:
            yield keys
        for key, below in data.items():
            yield from _of_place(below, (*keys, key))
    elif isinstance(data, list):
        for index, below in enumerate(data):
            yield from _of_place(below, (*keys, index))
