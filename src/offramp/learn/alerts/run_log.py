"""Every run is written down: when, for whom, with which settings, and how many alerts it gave.

One line of JSON a run, beside the store, readable by its owner only. It holds no counts and no
areas; it shows later who was told how often, and whether false alarms kept their budget.
"""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from offramp.data.owner_only import FILE_MODE, make_folder
from offramp.learn.alerts.playbook import Audience
from offramp.learn.alerts.watch import Report

NAME = "alerts-log.jsonl"


def entry(report: Report, audience: Audience, when: datetime, version: str) -> dict[str, Any]:
    asked = report.asked
    return {
        "when": when.isoformat(timespec="seconds"),
        "version": version,
        "for": audience,
        "detector": asked.detector,
        "budget": asked.budget,
        "seed": asked.seed,
        "scan": asked.centres is not None,
        "until": asked.choice.until,
        "series": len(report.looked),
        "watched": sorted({(one.kind, one.first, one.last) for one in report.looked}),
        "alerts": [[one.table, one.measure, one.period] for one in report.alerts],
        "clusters": sum(one.above for one in report.clusters),
    }


def append(folder: Path, line: dict[str, Any]) -> Path:
    """Write the line at the end of the log in the store's folder."""
    make_folder(folder)
    path = folder / NAME
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, FILE_MODE)
    with os.fdopen(descriptor, "a", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")
    return path
