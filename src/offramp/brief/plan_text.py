"""The plan as a short table for the terminal: 79 columns, nothing cut off."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from offramp.brief import phrases
from offramp.fit.hold import status_words
from offramp.languages import _

WIDTH = 79
APART = 2  # between columns
HEADS = {
    "fatal_overdoses": "deaths",
    "acquisitive_offences": "thefts",
    "possession_arrests": "arrests",
}
LEVEL = {  # what a series has to tell for a column to rest on the place's own counts
    "fatal_overdoses": "deaths",
    "acquisitive_offences": "acquisitive_offences",
    "possession_arrests": "contacts",
}
LEGEND = (
    "After each change, in brackets, the chance that it is better than today; below it, the range "
    "of nine in ten runs. The model itself may be wrong. Deaths: from overdose; thefts: recorded "
    "thefts, burglaries and robberies by people simulated; arrests: for possession, a process and "
    "no success in itself."
)
READY = (
    "Under each name: how ready the place is for it, as 'offramp fit' says; it is no word on the "
    "numbers beside it."
)

Cell = tuple[str, str]


def plan_text(results: Mapping[str, Any]) -> str:
    """Changes a year against today, for a screen of 80 columns."""
    return "\n".join(_lines(results))


def _lines(results: Mapping[str, Any]) -> Iterator[str]:
    place, years = results["place"], phrases.whole_years(results["horizon_years"])
    yield from _wrapped(f"{place['name']}: change a year against today, over {years}")
    if place.get("example_notice"):
        yield from _wrapped(place["example_notice"])
    yield from _wrapped(
        f"({results['draws']} runs of each option, {results['people']:,} people simulated, "
        f"seed {results['seed']}, run {results['run']})"
    )
    yield from _calibrated(results["calibrated"])
    yield ""
    yield from _table(results)
    yield ""
    yield from _wrapped(LEGEND)
    yield from _wrapped(READY)
    yield from not_simulated_lines(results, WIDTH)
    if results["tipping"]:
        yield ""
        yield from _wrapped(results["tipping"]["says"])


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, subsequent_indent=indent)


def _table(results: Mapping[str, Any]) -> Iterator[str]:
    """Columns as wide as what stands in them; what is left is for how ready the place is."""
    options, comparison = results["options"], results["comparison"]
    every = [*options, comparison]
    cells = {id(row): [_cell(_row(row, measure)) for measure in HEADS] for row in every}
    today = [_today(_row(every[0], measure)["today"]) for measure in HEADS]
    said = [*HEADS.values(), *today, *(part for row in cells.values() for c in row for part in c)]
    column = min(max(map(len, said)) + APART, WIDTH // len(HEADS))
    left = WIDTH - column * len(HEADS)

    def line(first: str, parts: list[str]) -> str:
        return (f"{first:<{left}}" + "".join(f"{part:>{column}}" for part in parts)).rstrip()

    yield line("", list(HEADS.values()))
    yield line("today"[:left], today)
    for row in every:
        if row is comparison:
            yield "-" * WIDTH
        yield from _wrapped(row["name"], "  ")
        status = _status(row)
        if len(status) > left:
            yield status
            status = ""
        middles, ranges = zip(*cells[id(row)], strict=True)
        yield line(status, list(middles))
        if any(ranges):
            yield line("", list(ranges))


def _status(option: Mapping[str, Any]) -> str:
    labels: dict[str, str] = {name: words.label for name, words in status_words().items()}
    label = labels.get(option["fit"]["status"], "")
    return f"  {label}" if label else ""


def _today(value: float | None) -> str:
    if value is None:
        return phrases.not_known()
    return phrases.plain(value, max(phrases.decimals_for([value]), 0))


def _cell(row: Mapping[str, Any]) -> Cell:
    """`−16 (88%)` and `−110 to +3`; where nothing changes, 0 and no chance."""
    middle, spread = phrases.signed(row)
    chance = row["chance_better"]
    if not spread or chance is None:
        return middle, spread
    return f"{middle} ({phrases.chance(chance)})", spread


def _calibrated(found: Mapping[str, Any] | None) -> list[str]:
    """That the results rest on a calibration, which columns do not, and whether it is good; none
    without."""
    if found is None:
        return []
    first, last = found["window"]
    said = f"Calibrated to the place's own counts, {first} to {last}; --no-posterior leaves it out."
    without = [HEADS[m] for m, level in LEVEL.items() if level in found["without_data"]]
    if without:
        said += (
            f" No series of the place tells of {phrases.listed(without)}: calibration leaves that "
            "as it was."
        )
    if not found["quality"]["met"]:
        said += " NOT all aims of the calibration were met: read the ranges as rough."
    if found["rolling"] and found["rolling"]["verdict"] is False:
        said += " It did NOT foretell past counts well enough: see calibration.html."
    for row in found.get("left_out", ()):
        said += f" {row['id']} is left out of it: no whole quarter or year of it is known"
        said += "; today's level is that of its known counts." if row["plan_reads"] else "."
    return _wrapped(said)


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


def _row(option: Mapping[str, Any], measure: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(e for e in option["effects"] if e["measure"] == measure)
    return found
