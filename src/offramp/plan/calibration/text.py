"""What calibration found, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import wrap
from typing import Any

from offramp.languages import N_, _
from offramp.plan.calibration.result import APART, LARGEST, SMALLEST

WIDTH = 80
MOST = 12  # learned inputs that are listed


def calibration_text(found: Mapping[str, Any]) -> str:
    """A page of plain text, 80 columns wide."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    first, last = found["window"]
    yield _("{place}: calibrated to its own counts, {first} to {last}", place=found["place"],
            first=first, last=last)  # fmt: skip
    yield ""
    yield from wrap(quality_text(found["quality"]), WIDTH)
    yield ""
    yield _("Counted, and what the calibrated model would count (90% range):")
    for row in found["series"]:
        yield from _series(row)
    yield ""
    yield _("In the last year of the series (before: what the priors alone say):")
    for row in found["today"]:
        yield f"  {row['label']}"
        ours, before = range_text(row), range_text(row["before"])
        yield "    " + _("{ours}; before: {before}", ours=ours, before=before)
    yield ""
    yield from _learned(found)
    for text in (*found["without_data"], *found["conflicts"]):
        yield ""
        yield from wrap(text, WIDTH)
    if found["rolling"] is not None:
        yield ""
        yield from _rolling(found["rolling"])


def quality_text(quality: Mapping[str, Any]) -> str:
    """How good the sample is, against the aims."""
    said = _(
        "Effective sample size of each run: {sizes} (aim: {aim} or more). Largest weight: "
        "{largest} (aim: {limit} or less). Runs differ by at most {apart} standard deviations "
        "(aim: {near}).",
        sizes=", ".join(f"{size:,.0f}" for size in quality["effective"]),
        aim=SMALLEST,
        largest=f"{max(quality['largest_weight']):.1%}",
        limit=f"{LARGEST:.0%}",
        apart=f"{quality['apart']:.2f}",
        near=APART,
    )
    if quality["met"]:
        return said + " " + _("All three aims are met.")
    return (
        said
        + " "
        + _("NOT all aims are met: read the ranges as rough, or calibrate with more --points.")
    )


def _series(row: Mapping[str, Any]) -> Iterator[str]:
    yield f"  {row['label']} ({row['id']})"
    yield "    " + _(
        "{inside} of {known} counts lie in the range", inside=row["inside"], known=row["known"]
    )
    known = [p for p in row["periods"] if p["counted"] is not None]
    shown = known if len(known) <= 4 else [known[0], known[len(known) // 2], known[-1]]
    for period in shown:
        yield f"    {period['period']:<8} {period['counted']:>9,.0f}   {range_text(period)}"


def range_text(row: Mapping[str, Any]) -> str:
    """Middle and 90% range."""
    return _(
        "{middle} ({low} to {high})", middle=_short(row["middle"]), low=_short(row["low"]),
        high=_short(row["high"]),
    )  # fmt: skip


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 20 else f"{value:.3g}"


def _learned(found: Mapping[str, Any]) -> Iterator[str]:
    learned = found["learned"]
    yield from wrap(
        _(
            "The counts made {some} of {all} uncertain inputs more certain; the others stay as the "
            "priors have them.",
            some=len(learned), all=len(learned) + len(found["prior_only"]),
        ),
        WIDTH,
    )  # fmt: skip
    for row in learned[:MOST]:
        lines = wrap(row["meaning"], WIDTH - 2)
        yield from (f"  {line}" for line in lines)
        yield "    " + _(
            "{ours}; before: {before}", ours=range_text(row), before=range_text(row["before"])
        )


VERDICTS = {
    True: N_("Its ranges hold what came, and it foretells no worse than the last count going on."),
    False: N_("It does NOT foretell well enough: see the two figures above."),
    None: N_("Too few forecasts for a verdict."),
}


def rolling_text(rolling: Mapping[str, Any]) -> str:
    """How well it would have foreseen what came."""
    if not rolling["forecasts"]:
        return _("Too few counts to try forecasts on.")
    return _(
        "{count} forecasts from {origins} earlier quarters: the 90% range held {coverage}; the "
        "interval score is {ratio} times that of the last count going on.",
        count=rolling["forecasts"],
        origins=len(rolling["effective"]),
        coverage=f"{rolling['coverage']:.0%}",
        ratio=f"{rolling['score_ratio']:.2f}",
    )


def _rolling(rolling: Mapping[str, Any]) -> Iterator[str]:
    yield _("Would it have foreseen what came?")
    yield from wrap(rolling_text(rolling), WIDTH)
    if rolling["forecasts"]:
        yield from wrap(_(VERDICTS[rolling["verdict"]]), WIDTH)
