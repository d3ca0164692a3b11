"""What an evaluation may hand on to the plan of its place: one ratio with its range."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from offramp.catalogue.problems import InputError, Problem
from offramp.learn.evaluate import Evaluation
from offramp.learn.lock import hash_of, plan_of

LEVEL = 0.95


@dataclass(frozen=True)
class Fed:
    """The fields of [[learned]] in place.toml."""

    option: str
    parameter: str
    study: str
    plan: str
    locked: bool
    on: date
    ratio: float
    low: float
    high: float

    def entry(self) -> dict[str, Any]:
        return asdict(self)


def fed(found: Evaluation, shown: str, today: date) -> Fed:
    """InputError, with every reason, when the study cannot inform a plan."""
    study, estimate = found.study, found.estimate
    problems = []

    def wrong(field: str, problem: str, right: str) -> None:
        problems.append(Problem(shown, 0, field, problem, right))

    if not study.option:
        wrong("option", "is missing", "name the option of the catalogue that was tested")
    if not study.parameter:
        right = "name the effect of the option that the outcome measures, such as enforcement"
        wrong("parameter", "is missing", right)
    if estimate.unit != "percent":
        wrong("smallest_effect.unit", "is not percent", "only ratios can be handed on")
    if abs(estimate.level - LEVEL) > 1e-9:
        wrong("analysis.level", f"is {estimate.level:g}", "leave it at 0.95 to hand results on")
    failed = [check for check in found.checks if check.status == "failed"]
    for check in failed:
        wrong(
            "checks", f"{check.name} failed: {check.says}", "a result that cannot stand is not fed"
        )
    ends = [estimate.low, estimate.effect, estimate.high]
    if any(v is None or v <= -100 for v in ends) or estimate.low == estimate.high:
        right = "it has no bound on one side: too few units, or too few events"
        wrong("", "gives no range that a weight could be worked out from", right)
    if problems:
        raise InputError(problems)
    low, middle, high = (1 + float(v) / 100 for v in ends if v is not None)
    assert study.option is not None
    assert study.parameter is not None
    return Fed(
        study.option, study.parameter, study.name, hash_of(plan_of(study)),
        found.lock is not None and found.lock.blind, today,
        *(float(f"{v:.6g}") for v in (middle, low, high)),
    )  # fmt: skip
