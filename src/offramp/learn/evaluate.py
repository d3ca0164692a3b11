"""Evaluate a study: estimate, checks, verdict, and what the plan's lock is worth."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from offramp.catalogue.problems import InputError
from offramp.learn import lock as locks
from offramp.learn.checks import Check, panel_checks
from offramp.learn.designs import event_study, interrupted_series
from offramp.learn.effects import converter, estimate, estimate_trial, main_question, scaled
from offramp.learn.fitted import Estimate
from offramp.learn.panel import NEVER, Panel
from offramp.learn.study import Study
from offramp.learn.study_file import LoadedStudy, load, read_plan, study_path
from offramp.learn.verdict import Verdict, judge


@dataclass(frozen=True)
class Evaluation:
    """All that an evaluation found. `event_study`: effects by distance to the start."""

    study: Study
    estimate: Estimate
    checks: tuple[Check, ...]
    verdict: Verdict
    lock: locks.Lock | None
    event_study: tuple[dict[str, float | int | None], ...]
    units: dict[str, int]

    def as_dict(self) -> dict[str, Any]:
        found = asdict(self.estimate)
        whole: dict[str, Any] = _plain(
            {
                "study": self.study.name,
                "question": self.study.question,
                "option": self.study.option,
                "design": self.study.design,
                "outcome": self.study.outcome.name,
                "better": self.study.outcome.better,
                "smallest_effect": {
                    "value": self.study.smallest_effect.value,
                    "unit": self.study.smallest_effect.unit,
                },
                "verdict": self.verdict.word,
                "reasons": list(self.verdict.reasons),
                "estimate": found,
                "checks": [asdict(check) for check in self.checks],
                "event_study": list(self.event_study),
                "units": self.units,
                "locked": self.lock is not None,
                "lock": None
                if self.lock is None
                else {
                    "hash": self.lock.hash,
                    "locked_on": self.lock.locked_on,
                    "before_results": self.lock.blind,
                },
            }
        )
        return whole


def _plain(value: Any) -> Any:
    """Numbers of Python, and None for what is no number, so that it is JSON."""
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value


def evaluate(path: Path, today: date) -> Evaluation:
    """Read, estimate, check and judge. InputError: anything wrong, or a locked plan changed."""
    file, study = read_plan(path)
    lock = locks.read_lock(file.path)
    if lock is not None:
        locks.must_match(file, study, lock)
    return evaluation(load(path, today), lock)


def evaluation(loaded: LoadedStudy, lock: locks.Lock | None = None) -> Evaluation:
    """The same for a study that is read already."""
    study = loaded.study
    if loaded.cohort is not None:
        found = estimate_trial(study, loaded.cohort)
        checks = trial_checks(loaded)
        units = {k: int(v) for k, v in found.detail.items() if k.startswith(("people", "clust"))}
        points: tuple[dict[str, float | int | None], ...] = ()
    else:
        assert loaded.panel is not None
        panel = loaded.panel
        _enough(loaded, panel)
        found = estimate(study, panel, main_question(study))
        checks = panel_checks(study, panel, found)
        treated = int((panel.starts != NEVER).sum())
        units = {"treated": treated, "comparison": len(panel.units) - treated}
        points = _event_study(study, panel)
    verdict = judge(found, study.outcome.better, study.smallest_effect.value, checks)
    return Evaluation(study, found, tuple(checks), verdict, lock, points, units)


def _enough(loaded: LoadedStudy, panel: Panel) -> None:
    """A time series needs more periods than the regression has columns."""
    if loaded.study.design != "interrupted_time_series":
        return
    a = loaded.study.analysis
    x = interrupted_series.line(panel, int(panel.starts[0]), a.effect, seasonal=a.seasonal)
    if len(panel.periods) < x.columns.shape[1] + 3:
        from offramp.catalogue.problems import Problem

        problem = f"holds {len(panel.periods)} periods, too few for trend, season and step"
        right = "add earlier periods, or set analysis.seasonal = false"
        raise InputError(Problem(str(loaded.data_file), 0, "", problem, right))


def _event_study(study: Study, panel: Panel) -> tuple[dict[str, float | int | None], ...]:
    if study.design not in ("difference_in_differences", "stepped_wedge"):
        return ()
    y, _ = scaled(panel, study, main_question(study))
    convert, _unit = converter(study, panel, main_question(study))
    found: list[dict[str, float | int | None]] = []
    for point in event_study.fit(panel, y, level=study.analysis.level):
        bounds = [convert(v) if np.isfinite(v) else None for v in (point.low, point.high)]
        found.append(
            {
                "periods": point.periods,
                "effect": convert(point.effect),
                "low": bounds[0],
                "high": bounds[1],
                "units": point.units,
            }
        )
    return tuple(found)


def trial_checks(loaded: LoadedStudy) -> list[Check]:
    """What can be asked of a trial's table: equal follow-up, events enough."""
    cohort = loaded.cohort
    assert cohort is not None
    checks = []
    if cohort.months is not None:
        one, other = cohort.months[cohort.arm].mean(), cohort.months[~cohort.arm].mean()
        says = f"Followed for {one:.1f} months on average, and {other:.1f} in the other arm."
        uneven = max(one, other) > 1.25 * min(one, other)
        checks.append(Check("follow-up", "noted" if uneven else "passed", says))
    events = int(cohort.event.sum())
    if events < 10:
        says = f"Only {events} events in both arms together; at least 10 are needed."
        checks.append(Check("events", "failed", says))
    else:
        checks.append(Check("events", "passed", f"{events} events in both arms together."))
    says = "Everybody is counted in the arm that was drawn, whatever they took up."
    checks.append(Check("as drawn", "noted", says))
    return checks


def lock_study(path: Path, today: date) -> tuple[locks.Lock, bool]:
    """Make the lock of a study, or give the one it has: (lock, whether it is new).

    InputError: the plan or its table is wrong, or the plan was locked and then changed.
    """
    file, study = read_plan(path)
    held = locks.read_lock(file.path)
    if held is not None:
        locks.must_match(file, study, held)
        return held, False
    after: int | None = None
    if (file.path.parent / study.data.file).exists():
        loaded = load(path, today)
        if loaded.panel is not None:
            start = loaded.panel.starts.min()
            after = int((loaded.panel.periods >= start).sum())
        else:
            after = int(loaded.cohort.event.size) if loaded.cohort is not None else None
    lock = locks.make_lock(study, today, after, locks.looks_before(file.path))
    return lock, True


__all__ = ["Evaluation", "evaluate", "evaluation", "lock_study", "study_path"]
