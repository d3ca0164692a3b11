"""Orders of options as they would be with effects as published, without the rule that carries
them to another place with loss (model/levers.py)."""

from __future__ import annotations

from typing import Any

import numpy as np

from offramp.plan.ensemble import Setup
from offramp.plan.measures import Measured
from offramp.plan.order import rankings


def without_transport(
    setup: Setup, found: Measured, candidates: list[dict[str, Any]]
) -> dict[str, Any]:
    """Ids best first by outcome with effects as published; which options the rule touches; for
    which outcomes the order differs."""
    first = len(setup.options) + 1
    scenario = {option: first + k for k, option in enumerate(_touched(setup))}
    as_published = [
        option
        if option["id"] not in scenario
        else option | {"effects": _effects(option, found, scenario[option["id"]])}
        for option in candidates
    ]
    with_rule, without = (rankings(rows)["by_outcome"] for rows in (candidates, as_published))
    return {
        "by_outcome": without,
        "touched": list(scenario),
        "moves": [outcome for outcome in without if without[outcome] != with_rule[outcome]],
    }


def _touched(setup: Setup) -> list[str]:
    return [option.id for option in setup.options if option.id in setup.plain]


def _effects(option: dict[str, Any], found: Measured, index: int) -> list[dict[str, Any]]:
    rows = []
    for row in option["effects"]:
        values = found.value.get(row["measure"])
        if values is not None:
            row = row | {"change": float(np.median(values[:, index] - values[:, 0]))}
        rows.append(row)
    return rows
