"""The plan as a short table for the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

from offramp.languages import _

SHOWN = ("fatal_overdoses", "acquisitive_offences", "possession_arrests")
HEADS = {
    "fatal_overdoses": "deaths",
    "acquisitive_offences": "thefts",
    "possession_arrests": "arrests",
}


def plan_text(results: dict[str, Any]) -> str:
    """Changes a year against today, for a screen of 80 columns."""
    place, years = results["place"], results["horizon_years"]
    lines = [
        f"{place['name']}: change a year against today, over {years} year{'s' * (years > 1)}",
        f"({results['draws']} runs of each option, {results['people']:,} people simulated, "
        f"seed {results['seed']}, run {results['run']})",
        *_calibrated(results["calibrated"]),
        "",
        f"{'':30}" + "".join(f"{HEADS[m]:>16}" for m in SHOWN),
        f"{'today':30}"
        + "".join(f"{_number(_row(results['options'][0], m)['today']):>16}" for m in SHOWN)
        if results["options"]
        else "",
    ]
    for option in [*results["options"], results["comparison"]]:
        if option is results["comparison"]:
            lines.append("-" * 78)
        cells = [_cell(_row(option, m)) for m in SHOWN]
        lines.append(f"{_short(option['name'], 29):30}" + "".join(f"{c[0]:>16}" for c in cells))
        status = option["fit"]["status"].replace("_", " ")
        lines.append(f"{'  ' + status:30}" + "".join(f"{c[1]:>16}" for c in cells))
    lines += [
        "",
        *textwrap.wrap(
            "Below each change the range of nine in ten runs and, after a slash, the chance that "
            "it is better than today. The model itself may be wrong. Deaths: from overdose; "
            "thefts: recorded thefts, burglaries and robberies by people simulated; arrests: for "
            "possession, a process and no success in itself.",
            78,
        ),
    ]
    lines += not_simulated_lines(results, 78)
    if results["tipping"]:
        lines += ["", *textwrap.wrap(results["tipping"]["says"], 78)]
    return "\n".join(lines)


def _calibrated(found: Mapping[str, Any] | None) -> list[str]:
    """That the results rest on a calibration, and whether it is good; none without."""
    if found is None:
        return []
    first, last = found["window"]
    said = f"Calibrated to the place's own counts, {first} to {last}; --no-posterior leaves it out."
    if not found["quality"]["met"]:
        said += " NOT all aims of the calibration were met: read the ranges as rough."
    if found["rolling"] and found["rolling"]["verdict"] is False:
        said += " It did NOT foretell past counts well enough: see calibration.html."
    for row in found.get("left_out", ()):
        said += f" {row['id']} is left out of it: no whole quarter or year of it is known"
        said += "; today's level is that of its known counts." if row["plan_reads"] else "."
    return textwrap.wrap(said, 78)


def not_simulated_lines(results: Mapping[str, Any], width: int) -> list[str]:
    """The options for which the model has no number, in one paragraph; none when there are none."""
    names = [option["name"] for option in results["not_simulated"]]
    if not names:
        return []
    said = _(
        "Not simulated, which says nothing about their worth ({count}): {names}. "
        "What is known of each: offramp guide show ID.",
        count=len(names),
        names="; ".join(names),
    )
    return ["", *textwrap.wrap(said, width)]


def _row(option: dict[str, Any], measure: str) -> dict[str, Any]:
    found: dict[str, Any] = next(e for e in option["effects"] if e["measure"] == measure)
    return found


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _number(value: float | None) -> str:
    if value is None:
        return "not known"
    size = abs(value)
    return f"{value:,.0f}" if size >= 20 else f"{value:.1f}" if size >= 1 else f"{value:.2f}"


def _signed(value: float) -> str:
    text = _number(value)
    return f"+{text}" if value > 0 and text.strip("0.,") else text.replace("-", "−")


def _cell(row: dict[str, Any]) -> tuple[str, str]:
    if row["change"] is None:
        return "not known", ""
    chance = row["chance_better"]
    after = f"/{chance:.2f}".replace("/0.", "/.") if chance is not None else ""
    return _signed(row["change"]), f"{_signed(row['low'])}…{_signed(row['high'])}{after}"
