"""Read a study: study.toml, and the table it names, held against each other.

Every fault is found before anything is estimated: an intervention outside the data, units that
are not there, no unit left to compare with, periods in which nothing was recorded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from offramp.catalogue.problems import InputError, Problem
from offramp.catalogue.toml_file import TomlFile, check, read
from offramp.catalogue.validation_words import did_you_mean
from offramp.learn.designs.randomised_trial import Cohort
from offramp.learn.panel import (
    NEVER,
    Panel,
    need_columns,
    number_in,
    read_panel,
    read_rows,
)
from offramp.learn.study import Study
from offramp.place.series import Period, ordinal, written_as

FILE = "study.toml"
SILENT_PERIODS = 6  # so many periods of nothing, where at least FIVE were usual, are no count
FIVE = 5


@dataclass(frozen=True)
class LoadedStudy:
    """A study whose parts fit together. Exactly one of panel and cohort is there."""

    path: Path
    shown: str
    study: Study
    panel: Panel | None
    cohort: Cohort | None
    data_file: Path


def study_path(path: Path) -> Path:
    """The study file: the path itself, or study.toml in it."""
    return path / FILE if path.is_dir() else path


def read_plan(path: Path) -> tuple[TomlFile, Study]:
    """study.toml alone. Raises InputError."""
    file = read(study_path(path), str(study_path(path)))
    return file, check(file, Study)


def load(path: Path, today: date) -> LoadedStudy:
    """A study with its table. Raises InputError with every problem."""
    file, study = read_plan(path)
    data_file = file.path.parent / study.data.file
    shown = str(data_file)
    if study.design == "randomised_trial":
        cohort = _cohort(study, data_file, shown)
        return LoadedStudy(file.path, file.shown, study, None, cohort, data_file)
    kind = study.data.kind
    last = ordinal(_period_of(today, kind), kind)
    panel = read_panel(
        data_file,
        shown,
        kind=kind,
        period=study.data.period,
        unit=study.data.unit,
        counts=_counts(study),
        numbers=_numbers(study),
        last=last,
    )
    panel = _with_starts(file, study, panel)
    problems = list(_unfit(file, study, panel))
    if problems:
        raise InputError(problems)
    return LoadedStudy(file.path, file.shown, study, panel, None, data_file)


def _counts(study: Study) -> list[str]:
    if study.outcome.kind == "number":
        return []
    return [study.outcome.column, *study.checks.placebo_outcomes]


def _numbers(study: Study) -> list[str]:
    columns = [c.column for c in study.checks.confounders] + study.checks.recording_columns
    if study.outcome.denominator:
        columns.append(study.outcome.denominator)
    if study.outcome.kind == "number":
        columns += [study.outcome.column, *study.checks.placebo_outcomes]
    return columns


def _period_of(day: date, kind: Period) -> str:
    return {
        "year": f"{day.year}",
        "quarter": f"{day.year}-Q{(day.month - 1) // 3 + 1}",
        "month": f"{day.year}-{day.month:02d}",
        "week": (day - timedelta(days=day.weekday())).isoformat(),
    }[kind]


def _first_day(day: date, kind: Period) -> bool:
    if kind == "week":
        return day.weekday() == 0
    months = {"year": (1,), "quarter": (1, 4, 7, 10), "month": tuple(range(1, 13))}[kind]
    return day.day == 1 and day.month in months


def _start(study: Study) -> tuple[int | None, int | None]:
    """The first period under the intervention, and the period that its day cuts in two."""
    assert study.intervention is not None
    given, kind = study.intervention.date, study.data.kind
    if isinstance(given, date):
        number = ordinal(_period_of(given, kind), kind)
        assert number is not None
        return (number, None) if _first_day(given, kind) else (number + 1, number)
    return (ordinal(given, kind), None) if given is not None else (None, None)


def _with_starts(file: TomlFile, study: Study, panel: Panel) -> Panel:
    """Starts of the treated, comparison units chosen, periods left out."""
    plan, kind = study.intervention, study.data.kind
    assert plan is not None
    problems: list[Problem] = []

    def wrong(keys: tuple[str | int, ...], problem: str, right: str) -> None:
        problems.append(file.problem(keys, problem, right))

    begin, cut = _start(study)
    starts: dict[str, int] = {}
    for unit, written in plan.starts.items():
        number = ordinal(written, kind)
        if number is None:
            wrong(("intervention", "starts", unit), f'is "{written}"', written_as(kind))
        else:
            starts[unit] = number
    if plan.date is not None and begin is None:
        wrong(("intervention", "date"), f'is "{plan.date}"', written_as(kind))
    elif begin is not None:
        starts = dict.fromkeys(plan.units or panel.units, begin)
    for i, unit in enumerate(plan.units):
        if unit not in panel.units:
            right = did_you_mean(unit, panel.units, "units")
            wrong(("intervention", "units", i), f'"{unit}" is not in the table', right)
    for unit in plan.starts:
        if unit not in panel.units:
            right = did_you_mean(unit, panel.units, "units")
            wrong(("intervention", "starts", unit), "is a unit that is not in the table", right)
    inside = (int(panel.periods[0]), int(panel.periods[-1]))
    span = f"the table runs from {panel.named(inside[0])} to {panel.named(inside[1])}"
    for unit, number in starts.items():
        if not inside[0] < number <= inside[1]:
            keys = ("intervention", "starts", unit) if plan.starts else ("intervention", "date")
            wrong(keys, f"{panel.named(number)} leaves nothing before or after it", span)
    out = [] if cut is None else [cut]
    for i, written in enumerate(plan.leave_out):
        number = ordinal(written, kind)
        if number is None:
            wrong(("intervention", "leave_out", i), f'is "{written}"', written_as(kind))
        else:
            out.append(number)
    written_in_checks: dict[tuple[str | int, ...], str] = {
        **{("placebo_dates", i): d for i, d in enumerate(study.checks.placebo_dates)},
        **{("recording", i, "date"): r.date for i, r in enumerate(study.checks.recording)},
    }
    for place, written in written_in_checks.items():
        if ordinal(written, kind) is None:
            wrong(("checks", *place), f'is "{written}"', written_as(kind))
    chosen = _comparison(file, study, panel, starts, problems)
    if problems:
        raise InputError(problems)
    whole = panel.starting(np.array([starts.get(u, NEVER) for u in panel.units], dtype=np.int64))
    whole = whole.keep_units(np.array([u in starts or u in chosen for u in panel.units]))
    whole = whole.keep_periods(~np.isin(whole.periods, out))
    if study.design == "interrupted_time_series":
        whole = whole.keep_units(whole.starts != NEVER).summed()
    return whole


def _comparison(
    file: TomlFile, study: Study, panel: Panel, starts: dict[str, int], problems: list[Problem]
) -> set[str]:
    """Units that are never treated and are compared with."""
    plan = study.comparison
    if plan is None:
        return set()
    for field, names in (("units", plan.units), ("leave_out", plan.leave_out)):
        for i, unit in enumerate(names):
            if unit not in panel.units:
                right = did_you_mean(unit, panel.units, "units")
                problem = f'"{unit}" is not in the table'
                problems.append(file.problem(("comparison", field, i), problem, right))
            elif field == "units" and unit in starts:
                problem = f'"{unit}" is treated and compared with'
                right = "take it out of one of them"
                problems.append(file.problem(("comparison", field, i), problem, right))
    chosen = set(plan.units or panel.units) - set(starts) - set(plan.leave_out)
    one_date = study.design != "difference_in_differences" or len(set(starts.values())) < 2
    if study.design != "stepped_wedge" and not chosen and one_date and not problems:
        problem = "leaves no unit to compare with"
        right = 'add rows of other units, or use design = "interrupted_time_series"'
        problems.append(file.problem(("comparison",), problem, right))
    return chosen


def _unfit(file: TomlFile, study: Study, panel: Panel) -> Iterator[Problem]:
    """What these data cannot bear."""
    y = panel.values[study.outcome.column]
    shown = str(file.path.parent / study.data.file)
    column = study.outcome.column
    base = study.outcome.denominator
    if base and (panel.values[base] <= 0).any():
        yield Problem(shown, 0, base, "has values of 0", "each unit and period needs more than 0")
    for unit, series in zip(panel.units, y, strict=True):
        silent = _silence(series) if study.outcome.kind == "count" else None
        if not series.any():
            right = "a count that is never recorded cannot be evaluated: find out why, or leave out"
            yield Problem(shown, 0, column, f"of {unit} is 0 in every period", right)
        elif silent is not None:
            first = panel.named(panel.periods[silent[0]])
            last = panel.named(panel.periods[silent[1]])
            problem = f"of {unit} is 0 from {first} to {last}, where {FIVE} or more were usual"
            right = "find out whether recording stopped; leave these periods or this unit out"
            yield Problem(shown, 0, column, problem, right)
    if study.log_scale and study.design != "interrupted_time_series" and (y <= 0).any():
        zeros = int((y <= 0).sum())
        problem = f"is 0 in {zeros} cells, which have no ratio"
        right = 'use longer periods or larger areas, or analysis.scale = "level"'
        yield Problem(shown, 0, column, problem, right)
    starts = panel.starts[panel.starts != NEVER]
    if study.design == "synthetic_control" and len(set(starts.tolist())) > 1:
        problem = "gives more than one date; a synthetic control is made for one"
        right = 'use design = "difference_in_differences"'
        yield file.problem(("intervention", "starts"), problem, right)
    if study.design == "stepped_wedge" and len(set(starts.tolist())) < 2:
        right = "give the units different first periods"
        yield file.problem(("intervention", "starts"), "has a single step", right)


def _silence(series: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> tuple[int, int] | None:
    """First and last of a long run of zeros in a series that is otherwise busy."""
    busy = series[series > 0]
    if not len(busy) or np.median(busy) < FIVE:
        return None
    begin = None
    for i, value in enumerate([*series, 1.0]):
        if value == 0 and begin is None:
            begin = i
        elif value != 0 and begin is not None:
            if i - begin >= SILENT_PERIODS:
                return begin, i - 1
            begin = None
    return None


def _cohort(study: Study, path: Path, shown: str) -> Cohort:
    plan = study.trial
    assert plan is not None
    header, lines = read_rows(path, shown)
    optional = [name for name in (plan.months, plan.cluster) if name]
    need_columns(header, [plan.arm, plan.event, *optional], shown)
    at = {name: header.index(name) for name in header}
    arms: list[bool] = []
    events: list[float] = []
    months: list[float] = []
    clusters: list[str] = []
    problems: list[Problem] = []
    for line, row in lines:
        arm = row[at[plan.arm]]
        if arm not in (plan.treated, plan.control):
            right = f'it must be "{plan.treated}" or "{plan.control}"'
            problems.append(Problem(shown, line, plan.arm, f'is "{arm[:40]}"', right))
        event = row[at[plan.event]].lower()
        if event not in ("0", "1", "yes", "no"):
            right = "it must be yes or no, or 1 or 0"
            problems.append(Problem(shown, line, plan.event, f'is "{event[:40]}"', right))
        if plan.months:
            value = number_in(row[at[plan.months]], line, plan.months, shown, whole=False)
            if isinstance(value, Problem):
                problems.append(value)
            elif value <= 0:
                right = "it must be more than 0"
                problems.append(Problem(shown, line, plan.months, f"is {value:g}", right))
            else:
                months.append(value)
        if plan.cluster:
            clusters.append(row[at[plan.cluster]])
        arms.append(arm == plan.treated)
        events.append(float(event in ("1", "yes")))
    problems += _arms(plan.arm, plan.cluster, arms, clusters, shown)
    if problems:
        raise InputError(problems[:50])
    return Cohort(
        np.array(arms),
        np.array(events),
        np.array(months) if plan.months else None,
        clusters if plan.cluster else None,
    )


def _arms(
    arm: str, cluster: str | None, arms: list[bool], clusters: list[str], shown: str
) -> Iterator[Problem]:
    if all(arms) or not any(arms):
        yield Problem(shown, 0, arm, "has one arm only", "a trial needs both")
    if not cluster:
        return
    of: dict[str, set[bool]] = {}
    for name, treated in zip(clusters, arms, strict=True):
        of.setdefault(name, set()).add(treated)
    for name, both in of.items():
        if len(both) > 1:
            problem = f'"{name}" stands in both arms'
            yield Problem(shown, 0, cluster, problem, "a group is in the arm that was drawn for it")
    sizes = [sum(1 for both in of.values() if both == {v}) for v in (True, False)]
    if min(sizes) < 2:
        yield Problem(shown, 0, cluster, "has fewer than two groups in an arm", "add groups")
