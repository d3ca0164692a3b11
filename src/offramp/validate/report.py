"""All verdicts: run the studies, break the model on purpose, say what came out."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from offramp.catalogue.load import Catalogue
from offramp.catalogue.problems import InputError, Problem
from offramp.languages import N_, _
from offramp.validate.expected import expected
from offramp.validate.judge import Verdict, judged, target, three_digits
from offramp.validate.load import LoadedStudy, told_apart
from offramp.validate.memory import memory_faults
from offramp.validate.run import Sabotage, Tick, model_values
from offramp.validate.sabotage import BREAKS, LEAST, Break
from offramp.validate.unmet import Unmet

Progress = Callable[[int, int], None]
WIDTH = 79  # of a line in the terminal
FEW = 10  # rows: of fewer, how many would hold says nothing
KINDS = (
    ("verification", N_("Verification: what went in comes out")),
    ("replication", N_("Replication: results of other models")),
    ("empirical", N_("Empirical: results of studies that no number of the model is taken from")),
)
FORMS = {
    "level": N_("level"),
    "ratio": N_("ratio"),
    "difference": N_("difference"),
    "percent_change": N_("change in percent"),
    "percent_averted": N_("percent averted"),
    "per_averted": N_("for each one averted"),
}


class SomeFailedError(InputError):
    """Studies that could not be run to their end: every reason; and the others, with what came out.

    finished: studies in order, each with its verdict.
    """

    def __init__(
        self, problems: Sequence[Problem], finished: Sequence[tuple[LoadedStudy, Verdict]]
    ) -> None:
        super().__init__(problems)
        self.finished = tuple(finished)


@dataclass(frozen=True)
class Broken:
    """One kind of sabotage: ids of the studies that held and hold no more."""

    broken: Break
    turned_red: tuple[str, ...]

    @property
    def seen(self) -> bool:
        """Whether enough rows noticed."""
        return len(self.turned_red) >= LEAST


def verdict(
    loaded: LoadedStudy,
    catalogue: Catalogue,
    workers: int = 2,
    sabotage: Sabotage | None = None,
    tick: Tick | None = None,
) -> Verdict:
    """Run one study and judge it. tick: told after every draw."""
    goal = target(loaded.study.result, catalogue)
    unmet = Unmet(loaded)
    values = model_values(loaded, catalogue, workers, sabotage, tick, unmet)
    return replace(judged(loaded.study, goal, values), notes=unmet.said())


def check_before(studies: Sequence[LoadedStudy], workers: int) -> None:
    """Raises InputError, before any work, where two studies share an id, or where one does not fit
    into memory."""
    problems = list(memory_faults(studies, workers))
    try:
        told_apart(studies)
    except InputError as error:
        problems += error.problems
    if problems:
        raise InputError(problems)


def verdicts(
    studies: Sequence[LoadedStudy],
    catalogue: Catalogue,
    workers: int = 2,
    progress: Progress | None = None,
) -> list[Verdict]:
    """Run all studies, one after the other; progress is by draws. Raises InputError before any is
    run (`check_before`), and SomeFailedError at the end where some could not be run."""
    check_before(studies, workers)
    every, done = sum(loaded.study.run.draws for loaded in studies), 0

    def tick() -> None:
        nonlocal done
        done += 1
        if progress:
            progress(done, every)

    finished: list[tuple[LoadedStudy, Verdict]] = []
    problems: list[Problem] = []
    for loaded in studies:
        ends = done + loaded.study.run.draws
        try:
            finished.append((loaded, verdict(loaded, catalogue, workers, tick=tick)))
        except InputError as error:
            problems += error.problems
            if progress and done < ends:
                progress(ends, every)
            done = ends
    if problems:
        raise SomeFailedError(problems, finished)
    return [found for _loaded, found in finished]


def sabotaged(
    studies: Sequence[LoadedStudy],
    before: Sequence[Verdict],
    catalogue: Catalogue,
    workers: int = 2,
    progress: Progress | None = None,
) -> list[Broken]:
    """Run the studies that hold once more under each kind of sabotage."""
    holding = [s for s, v in zip(studies, before, strict=True) if v.holds]
    found, done = [], 0
    for broken in BREAKS:
        red = []
        for loaded in holding:
            if not verdict(loaded, catalogue, workers, broken.sets).holds:
                red.append(loaded.study.id)
            done += 1
            if progress:
                progress(done, len(holding) * len(BREAKS))
        found.append(Broken(broken, tuple(red)))
    return found


def text(found: Sequence[Verdict], broken: Sequence[Broken] = ()) -> str:
    """What the terminal shows, in lines of at most 79 columns."""
    lines: list[str] = []
    for kind, title in KINDS:
        rows = [v for v in found if v.study.kind == kind]
        if not rows:
            continue
        hold = sum(v.holds for v in rows)
        head = _("{title} ({hold} of {all} hold)", title=_(title), hold=hold, all=len(rows))
        lines += [*textwrap.wrap(head, WIDTH), ""]
        if kind != "verification" and len(rows) >= FEW:
            lines += [*textwrap.wrap(_asked(rows), WIDTH), ""]
        for v in rows:
            lines += _row(v)
        lines.append("")
    for b in broken:
        seen = _("noticed") if b.seen else _("NOT NOTICED")
        count = _("{count} rows turn red", count=len(b.turned_red))
        lines += _hung(f"{seen}: {_(b.broken.says)}: {count}", "", 2)
    return "\n".join(lines).rstrip()


def _asked(rows: Sequence[Verdict]) -> str:
    of = expected(rows)
    return _(
        "Were the model right, about {middle} would hold, in nine cases of ten {low} to {high}. By "
        "both ranges together {agree} agree; of a right model nine in ten would.",
        middle=f"{of.middle:.0f}", low=math.ceil(of.low), high=math.floor(of.high), agree=of.agree,
    )  # fmt: skip


def _row(v: Verdict) -> Iterator[str]:
    """A study: whether it holds, the numbers, and what is thought of a miss."""
    mark = _("holds") if v.holds else _("MISSES")
    yield from _hung(f"{mark:<7} {v.study.title} [{v.study.id}]", "", 8)
    yield from _hung(_numbers(v), " " * 8, 8)
    wrong = [_("the model's change has the wrong sign")] if v.sign == "wrong" else []
    narrow = [_("narrow: with another luck of the draws it might be the other way")]
    for miss in [*(_(miss) for miss in v.misses), *wrong, *(narrow if v.narrow else ())]:
        yield from _hung(miss, " " * 8 + "- ", 10)
    if v.misses and v.study.explained:
        yield from _hung(v.study.explained, " " * 8, 8)


def _hung(said: str, before: str, hanging: int) -> list[str]:
    return textwrap.wrap(
        said, WIDTH, initial_indent=before, subsequent_indent=" " * hanging,
        break_on_hyphens=False, break_long_words=False,
    )  # fmt: skip


def _numbers(v: Verdict) -> str:
    t = v.target
    ours = "" if t.given else _(", our margin")
    return _(
        "{measure}, {form}: published {value} ({low} to {high}), "
        "model {median} ({lower} to {upper})",
        measure=v.study.result.measure.replace("_", " "), form=_(FORMS[v.study.result.form]),
        value=three_digits(t.value), low=three_digits(t.low), high=three_digits(t.high) + ours,
        median=three_digits(v.median), lower=three_digits(v.low), upper=three_digits(v.high),
    )  # fmt: skip
