"""results.xlsx: effects, costs, readiness and a page that says how to read them.

The same results give the same bytes: no clock, no machine's name, fixed times inside the file.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from offramp.brief.facts import status_label
from offramp.brief.page_one import MODEL_NOTE
from offramp.documents.same_bytes import without_times

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

Cell = str | float | None

EFFECTS = (
    "option", "name", "outcome", "measure", "label", "unit", "today", "today_low", "today_high",
    "change", "low", "high", "mean", "level", "chance_better", "better", "basis", "reading", "note",
)  # fmt: skip
COSTS = (
    "option", "name", "currency", "price_year", "programme", "programme_low", "programme_high",
    "net", "low", "high", "note",
    *(f"{payer}_{part}" for payer in ("police_budget", "public_sector", "society")
      for part in ("middle", "low", "high", "note")),
)  # fmt: skip
READINESS = ("option", "name", "status", "in words", "share in place", "reasons", "would change")
EXPLAINED = (
    ("today, today_low, today_high", "the level without the option, a year, with range"),
    ("change", "middle of the paired differences against today, a year"),
    ("low, high", "one run in twenty is below low, one in twenty above high"),
    ("mean", "mean of the differences"),
    ("chance_better", "share of runs in which it is better than today, ties counted half"),
    ("better", "which way is better: lower, higher, nearer one, or neither"),
    ("basis", "measured or modelled"),
    ("reading", "helps, harms, cannot_tell (40% to 60%), or too_small to see here"),
    ("programme", "cost of running the option a year; net: after what others spend or save"),
    (
        "police_budget, public_sector, society",
        "the same change from three purses; the note says how",
    ),
    ("empty cell", "not known, or not applicable; the note says why"),
)
WIDE = {"name": 44, "label": 44, "note": 60, "reasons": 90, "would change": 90, "option": 28}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def workbook(results: Mapping[str, Any]) -> bytes:
    """The file's bytes."""
    from openpyxl import Workbook

    book = Workbook()
    first = book.active
    assert first is not None
    book.remove(first)
    _fill(book.create_sheet("effects"), EFFECTS, _effects(results))
    _fill(book.create_sheet("costs"), COSTS, _costs(results))
    _fill(book.create_sheet("readiness"), READINESS, _readiness(results))
    _fill(book.create_sheet("read me"), ("what", "meaning"), _read_me(results))
    book.properties.creator = f"offramp {results['version']}"
    made = io.BytesIO()
    book.save(made)
    return without_times(made.getvalue())


def _rows(results: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [*results["options"], results["comparison"]]


def _effects(results: Mapping[str, Any]) -> Iterator[list[Cell]]:
    for row in _rows(results):
        for effect in row["effects"]:
            entry = {**effect, "option": row["id"], "name": row["name"]}
            yield [entry.get(name) for name in EFFECTS]


def _costs(results: Mapping[str, Any]) -> Iterator[list[Cell]]:
    for row in _rows(results):
        seen = row["cost"].get("by_payer", {})
        parts = {f"{payer}_{k}": v for payer, view in seen.items() for k, v in view.items()}
        entry = {**row["cost"], **parts, "option": row["id"], "name": row["name"]}
        yield [entry.get(name) for name in COSTS]


def _readiness(results: Mapping[str, Any]) -> Iterator[list[Cell]]:
    for row in (*results["options"], *results["not_simulated"]):
        fit = row["fit"]
        yield [
            row["id"],
            row["name"],
            fit["status"],
            status_label(row),
            row.get("share_in_place"),
            "\n".join(fit["reasons"]),
            "\n".join(fit.get("would_change") or []),
        ]


def _read_me(results: Mapping[str, Any]) -> Iterator[list[Cell]]:
    place = results["place"]
    yield ["place", place["name"]]
    yield ["as of", place["as_of"]]
    if place.get("example_notice"):
        yield ["notice", place["example_notice"]]
    yield ["model", MODEL_NOTE]
    yield ["comparison", "The last option is a comparison, more arrests, and not a candidate."]
    yield ["process and equity", "These measures count as success in no order of the options."]
    yield ["years", results["horizon_years"]]
    yield ["runs of each option", results["draws"]]
    yield ["people simulated", results["people"]]
    yield ["seed", results["seed"]]
    yield ["run", results["run"]]
    yield ["version", results["version"]]
    for name, meaning in EXPLAINED:
        yield [name, meaning]


def _fill(sheet: Worksheet, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    for number, line in enumerate([heads, *rows], 1):
        for place, value in enumerate(line, 1):
            cell = sheet.cell(number, place)
            if isinstance(value, str):
                cell.value = _CONTROL.sub("", value)
                cell.data_type = "s"  # never a formula, whatever it begins with
                cell.alignment = Alignment(wrap_text="\n" in value, vertical="top")
            else:
                cell.value = value
                cell.alignment = Alignment(vertical="top")
            if number == 1:
                cell.font = Font(bold=True)
    for place, head in enumerate(heads, 1):
        width = 60 if head == "meaning" else WIDE.get(head, 16)
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "A2"
