"""All verdicts: run the studies, break the model on purpose, say what came out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from offramp.catalogue.load import Catalogue
from offramp.languages import N_, _
from offramp.validate.judge import Verdict, judged, target
from offramp.validate.load import LoadedStudy
from offramp.validate.run import Sabotage, model_values
from offramp.validate.sabotage import BREAKS, LEAST, Break

Progress = Callable[[int, int], None]
KINDS = (
    ("verification", N_("Verification: what went in comes out")),
    ("replication", N_("Replication: results of other models")),
    ("empirical", N_("Empirical: results of studies that went into no prior")),
)
FORMS = {
    "level": N_("level"),
    "ratio": N_("ratio"),
    "difference": N_("difference"),
    "percent_change": N_("change in percent"),
    "percent_averted": N_("percent averted"),
    "per_averted": N_("for each one averted"),
}


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
) -> Verdict:
    """Run one study and judge it."""
    goal = target(loaded.study.result, catalogue)
    return judged(loaded.study, goal, model_values(loaded, catalogue, workers, sabotage))


def verdicts(
    studies: Sequence[LoadedStudy],
    catalogue: Catalogue,
    workers: int = 2,
    progress: Progress | None = None,
) -> list[Verdict]:
    """Run all studies, one after the other."""
    found = []
    for done, loaded in enumerate(studies, 1):
        found.append(verdict(loaded, catalogue, workers))
        if progress:
            progress(done, len(studies))
    return found


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
    """What the terminal shows."""
    lines: list[str] = []
    for kind, title in KINDS:
        rows = [v for v in found if v.study.kind == kind]
        if not rows:
            continue
        hold = sum(v.holds for v in rows)
        head = _("{title} ({hold} of {all} hold)", title=_(title), hold=hold, all=len(rows))
        lines += [head, ""]
        for v in rows:
            mark = _("holds") if v.holds else _("MISSES")
            lines.append(f"{mark:<7} {v.study.title} [{v.study.id}]")
            lines.append(f"        {_numbers(v)}")
            lines += [f"        - {_(miss)}" for miss in v.misses]
            if v.sign == "wrong":
                lines.append("        - " + _("the model's change has the wrong sign"))
            if v.misses and v.study.explained:
                lines.append(f"        {v.study.explained}")
        lines.append("")
    for b in broken:
        seen = _("noticed") if b.seen else _("NOT NOTICED")
        count = len(b.turned_red)
        lines.append(f"{seen}: {_(b.broken.says)}: " + _("{count} rows turn red", count=count))
    return "\n".join(lines).rstrip()


def _numbers(v: Verdict) -> str:
    t = v.target
    return _(
        "{measure}, {form}: published {value} ({low} to {high}), "
        "model {median} ({lower} to {upper})",
        measure=v.study.result.measure, form=_(FORMS[v.study.result.form]),
        value=f"{t.value:.3g}", low=f"{t.low:.3g}", high=f"{t.high:.3g}",
        median=f"{v.median:.3g}", lower=f"{v.low:.3g}", upper=f"{v.high:.3g}",
    )  # fmt: skip
