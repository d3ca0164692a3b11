"""The quality report as lines for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from offramp.data.importing import Imported
    from offramp.data.store import Import, Store

WIDTH = 79
SHOWN = 12
MANY = 100  # contacts among which some should be about drugs
FIRST_SHOWN = 0.1  # of contacts on the first of a month; chance alone gives a thirtieth
UNEVEN = 0.1  # of a group's outcomes


def report_text(document: dict[str, Any]) -> str:
    """All files, what is seen only when they are put together, and what they cannot bear."""
    lines: list[str] = []
    for report in document["files"]:
        lines += [*_one(report), ""]
    if len(document["files"]) > 1:
        for name, months in document["gaps"].items():
            lines.append(f"All files: {name} has no row in {_some(months)}")
        for change in document["vocabulary_changes"]:
            lines.append(f"All files: the words for outcomes change in {change['from']}")
    lines += _refusals(document["refusals"])
    return _wrapped(lines).rstrip()


def imported_text(store: Store, done: Imported) -> str:
    """What an import did."""
    lines = [f"Already there: {file}" for file in done.known]
    for one, report in zip(done.new, done.reports, strict=True):
        lines += [*_one(report), f"  kept as {one.id}", ""]
        lines += _refusals(report["refusals"])
    lines.append(f"In {store.folder}, which only you can read.")
    lines.append("Take back: offramp data forget ID")
    return _wrapped(lines)


def list_text(store: Store, imports: Sequence[Import]) -> str:
    """One line for each import."""
    if not imports:
        return f"Nothing was imported for {store.place}."
    many = "1 import" if len(imports) == 1 else f"{len(imports)} imports"
    lines = [f"{store.place}: {many} in {store.folder}"]
    for one in imports:
        what = ", ".join(one.tables)
        lines.append(f"{one.id}  {one.first} to {one.last}  {what}  {one.rows:,} rows  {one.file}")
    return "\n".join(lines)


def _wrapped(lines: Sequence[str]) -> str:
    """Lines of at most WIDTH, what goes over is set in."""
    whole: list[str] = []
    for line in lines:
        indent = line[: len(line) - len(line.lstrip())]
        whole += textwrap.wrap(
            line, WIDTH, subsequent_indent=indent + "  ", drop_whitespace=True,
            break_long_words=False, break_on_hyphens=False,
        ) or [""]  # fmt: skip
    return "\n".join(whole)


def _one(report: dict[str, Any]) -> list[str]:
    lines = [report["file"], f"  {report['name']}: {report['rows']:,} rows"]
    contacts = report["tables"].get("contacts")
    if contacts:
        for name, own in contacts["agencies"].items():
            lines.append(
                f"  {name}: {own['rows']:,} contacts, {own['drugs']:,} about drugs, "
                f"{own['first']} to {own['last']}"
            )
            lines.append(
                f"    outcome blank in {own['outcome_blank']:.1%}, "
                f"at midnight {own['at_midnight']:.1%}"
            )
            if own["rows"] >= MANY and not own["drugs"]:
                lines.append(
                    "    not one is about drugs: is the power written in a way that no rule knows?"
                )
            if own["on_the_first"] > FIRST_SHOWN:
                lines.append(
                    f"    on the first of a month {own['on_the_first']:.0%}: days that were not "
                    "known?"
                )
            if own["starts_late"]:
                lines.append(f"    starts within the month: {_some(own['starts_late'])}")
            if own["ends_early"]:
                lines.append(f"    stops within the month: {_some(own['ends_early'])}")
        for name, months in contacts["gaps"].items():
            lines.append(f"  {name} has no row in {_some(months)}")
        for change in contacts["breaks"]:
            word = "more" if change["way"] == "up" else "fewer"
            lines.append(f"  {change['agency']} has far {word} contacts from {change['month']} on")
        lines += _unevenly_blank(contacts["outcome_blank_by_group"])
        blank = [f"{k} {v:.0%}" for k, v in contacts["blank"].items() if v >= 0.01]
        if blank:
            lines.append(f"  blank: {', '.join(blank)}")
    for name, table in report["tables"].items():
        if name != "contacts" and "first" in table:
            spans = ", ".join(f"{table['first'][k]} to {table['last'][k]}" for k in table["first"])
            lines.append(f"  {name}: {table['rows']:,} counts, {spans}")
            lines += _cells(table)
    lines += _noticed(report)
    lines += [f"  Note: {note}" for note in report["notes"]]
    return lines


def _unevenly_blank(by_group: dict[str, dict[str, float]]) -> list[str]:
    """Groups whose outcomes are blank far more often than those of others."""
    lines = []
    for name, all_shares in by_group.items():
        shares = {group: share for group, share in all_shares.items() if group != "unknown"}
        if not shares:
            continue
        low, high = min(shares, key=lambda g: shares[g]), max(shares, key=lambda g: shares[g])
        if shares[high] - shares[low] > UNEVEN:
            lines.append(
                f"  outcomes are blank unevenly ({name}): {high} {shares[high]:.0%}, "
                f"{low} {shares[low]:.0%}"
            )
    return lines


def _cells(table: dict[str, Any]) -> list[str]:
    lines = []
    if table["withheld"] or table["not_available"]:
        lines.append(
            f"    {table['withheld']:,} withheld because small, "
            f"{table['not_available']:,} not available; they stay missing"
        )
    if table["provisional"]:
        lines.append(f"    {table['provisional']:,} not final yet")
    for kind, number in table["periods_missing_inside_series"].items():
        lines.append(f"    {number:,} {kind}s missing inside a series")
    for jump in table["jumps"][:SHOWN]:
        lines.append(
            f"    {jump['area']}, {jump['measure']} ({jump['substance']}) jumps at "
            f"{jump['period']} and stays: a change of definition?"
        )
    return lines


def _noticed(report: dict[str, Any]) -> list[str]:
    lines = []
    if report["alike_rows"] and report["tables"].get("contacts"):
        lines.append(f"  {report['alike_rows']:,} rows look like another one; all are kept")
    if report["moved_by_local_time"]:
        lines.append(
            f"  {report['moved_by_local_time']:,} rows belong to another month by local time"
        )
    if report["impossible_places"]:
        lines.append(f"  {report['impossible_places']:,} rows lie outside the map: no area")
    for word in report["new_words"][:SHOWN]:
        lines.append(
            f"  New word in {word['column']}: '{word['word']}' ({word['rows']:,} rows), "
            "read as other or unknown"
        )
    for change in report["vocabulary_changes"]:
        lines.append(f"  The words for outcomes change in {change['from']}; both are understood")
    for change in report["breaks"]:
        lines.append(f"  From {change['period']}: {change['why']}")
    if report["partial_periods_left_out"]:
        lines.append(f"  Left out, not whole: {_some(list(report['partial_periods_left_out']))}")
    return lines


def _refusals(refusals: Sequence[dict[str, Any]]) -> list[str]:
    if not refusals:
        return []
    return ["These data cannot bear:"] + [
        f"  {_MEASURES[refusal['measure']]}: {refusal['reason']}" for refusal in refusals
    ]


_MEASURES = {
    "arrests": "counts of arrests",
    "ended": "how contacts end",
    "found": "how often something is found",
    "times": "times of day",
    "months": "single months",
}


def _some(words: Sequence[str]) -> str:
    return ", ".join(words[:SHOWN]) + (
        f" and {len(words) - SHOWN} more" if len(words) > SHOWN else ""
    )
