"""An evaluation as plain lines for the terminal."""

from __future__ import annotations

import textwrap

from offramp.learn.evaluate import Evaluation
from offramp.learn.verdict import amount, change, range_text

WIDTH = 79
MARKS = {"passed": "ok", "failed": "FAILED", "noted": "note", "not possible": "not possible"}
DESIGNS = {
    "interrupted_time_series": "before and after, one series",
    "difference_in_differences": "change here against change elsewhere",
    "synthetic_control": "against a mix of other places",
    "stepped_wedge": "one after the other, in an order drawn by lot",
    "randomised_trial": "a trial drawn by lot",
}


def evaluation_text(found: Evaluation) -> str:
    study, estimate = found.study, found.estimate
    lines = [*_wrapped(study.name, ""), *_wrapped(study.question, ""), ""]
    lines += [f"Verdict: {found.verdict.word.upper()}"]
    for reason in found.verdict.reasons:
        lines += _wrapped(reason, "  ")
    sure = f"{estimate.level:.0%} range"
    matters = amount(study.smallest_effect.value, study.smallest_effect.unit)
    lines += [
        "",
        *_wrapped(
            f"{study.outcome.name}: {change(estimate.effect, estimate.unit)}; "
            f"{sure} {range_text(estimate)}; {p_text(estimate.p)}",
            "",
        ),
        f"Better is {study.outcome.better}; the smallest change that matters: {matters}",
        f"Design: {DESIGNS[study.design]}",
        *_wrapped(f"Method: {estimate.method}", ""),
        *_wrapped(how_many(found), ""),
        "",
        "Checks:",
    ]
    for check in found.checks:
        lines += _wrapped(f"[{MARKS[check.status]}] {check.name}: {check.says}", "  ")
    lines += ["", *_wrapped(lock_words(found), "")]
    return "\n".join(lines)


def p_text(p: float) -> str:
    """A p value in three digits; never as nought."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def how_many(found: Evaluation) -> str:
    """Units or people on both sides: treated: 8, comparison: 12."""
    trial = found.study.trial
    names = {"people": "people", "people_usual": "people", "clusters": "groups"}
    if trial is not None:
        arms = {
            key: trial.control if key.endswith("_usual") else trial.treated for key in found.units
        }
        return ", ".join(
            f"{names.get(key, 'groups')} in {arms[key]}: {n}" for key, n in found.units.items()
        )
    return ", ".join(f"{key.replace('_', ' ')}: {n}" for key, n in found.units.items())


def lock_words(found: Evaluation) -> str:
    lock = found.lock
    if lock is None:
        return (
            "This plan was not locked before its results were seen: read it as a first look. "
            "Lock a plan with --lock."
        )
    words = f"Plan locked on {lock.locked_on}, hash {lock.hash[:16]}."
    if lock.looks:
        times = "once" if lock.looks == 1 else f"{lock.looks} times"
        return words + f" Results had been looked at {times} before that."
    if lock.periods_after:
        return (
            f"{words} {lock.periods_after} periods after the start were in the table by then: "
            "the result could have been known."
        )
    return words + " Nobody could have known the result."


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ", break_long_words=False
    )
