"""What a calibration found, for the terminal: 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import wrap
from typing import Any

from offramp.brief.calibration_words import (
    LEVELS,
    POINT,
    VERDICTS,
    Subject,
    apart_text,
    conflict_lines,
    inside_text,
    learned_text,
    left_out_lines,
    quality_rows,
    range_text,
    rolling_text,
    span,
    unknown_lines,
    vague_lines,
    verdict_text,
)
from offramp.languages import _, number

WIDTH = 79
MOST = 12  # learned inputs that are listed


def calibration_text(found: Mapping[str, Any], about: Subject) -> str:
    """A page of plain text. found: what `posterior.json` holds."""
    return "\n".join(_lines(found, about)) + "\n"


def _lines(found: Mapping[str, Any], about: Subject) -> Iterator[str]:
    title = _("{place}: calibrated to its own counts", place=found["place"])
    yield from wrap(f"{title}, {span(found['window'])}", WIDTH)
    if found["example_notice"]:
        yield from wrap(found["example_notice"], WIDTH)
    yield ""
    yield from wrap(_(POINT) + " " + verdict_text(found["quality"]), WIDTH)
    for what, aim, value in quality_rows(found["quality"]):
        yield from _wrapped(_("{what}: {found} (aim: {aim})", what=what, found=value, aim=aim))
    yield ""
    yield from wrap(_("Counted, and what the calibrated model would count (90% range):"), WIDTH)
    for row in found["series"]:
        yield from _series(row, about)
    for text in left_out_lines(found.get("left_out", ()), about):
        yield from _wrapped(text)
    yield ""
    yield from wrap(_("In the last year of the series (90% range):"), WIDTH)
    for row in found["today"]:
        yield from _wrapped(_(LEVELS[row["id"]]))
        yield from _before_and_after(row)
    yield ""
    yield from wrap(learned_text(found), WIDTH)
    for row in found["learned"][:MOST]:
        yield from _wrapped(about.input(row["name"]))
        yield from _before_and_after(row)
    for text in (
        *vague_lines(found, about), *unknown_lines(found), *conflict_lines(found, about)
    ):  # fmt: skip
        yield ""
        yield from wrap(text, WIDTH)
    if found["rolling"] is not None:
        yield ""
        yield _("Would it have foreseen what came?")
        yield from wrap(rolling_text(found["rolling"]), WIDTH)
        if found["rolling"]["forecasts"]:
            yield from wrap(_(VERDICTS[found["rolling"]["verdict"]]), WIDTH)
            yield from wrap(apart_text(found["rolling"], about), WIDTH)


def _wrapped(text: str) -> list[str]:
    return wrap(text, WIDTH, initial_indent="  ", subsequent_indent="  ")


def _before_and_after(row: Mapping[str, Any]) -> list[str]:
    said = _("{ours}; without the counts: {before}", ours=range_text(row),
             before=range_text(row["before"]))  # fmt: skip
    return wrap(said, WIDTH, initial_indent="    ", subsequent_indent="    ")


def _series(row: Mapping[str, Any], about: Subject) -> Iterator[str]:
    yield from _wrapped(f"{about.measure(row['id'])} ({row['id']})")
    yield from wrap(inside_text(row), WIDTH, initial_indent="    ", subsequent_indent="    ")
    counted = [p for p in row["periods"] if p["counted"] is not None]
    few = counted if len(counted) <= 4 else [counted[0], counted[len(counted) // 2], counted[-1]]
    for one in few:
        yield f"    {one['period']:<8} {number(one['counted'], 0):>9}   {range_text(one)}"
