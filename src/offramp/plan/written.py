"""Results as files: JSON, and a flat table with one row for each option and measure."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

COLUMNS = (
    "option", "name", "status", "outcome", "measure", "label", "unit", "today", "today_low",
    "today_high", "change", "low", "high", "mean", "level", "chance_better", "better", "basis",
    "reading", "note",
)  # fmt: skip


def json_bytes(results: dict[str, Any]) -> bytes:
    return (json.dumps(results, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def csv_bytes(results: dict[str, Any]) -> bytes:
    """One row for each option (the comparison last) and measure; empty where not known."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for option in [*results["options"], results["comparison"]]:
        for effect in option["effects"]:
            row = {"option": option["id"], "name": option["name"]}
            row["status"] = option["fit"]["status"]
            row |= effect
            table.writerow("" if row[c] is None else row[c] for c in COLUMNS)
    return text.getvalue().encode()
