"""What each reader gets to see.

The health partner: weeks, counts, usual ranges, what drives a rise, areas that may be named, and
the playbook. Police: that there are more than usual, and their playbook; no number, no area, no
substance, because a notice must not become a reason to look for people.

A cluster of the scan is told on the screen only: in a document of either kind stands that there
is one, not where.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from offramp.learn.alerts.playbook import Audience, Playbook, playbook
from offramp.learn.alerts.watch import Alert, Clustered, Report

WHAT = {"overdoses": "overdoses", "deaths": "deaths"}
USUAL = "above the usual range"
SMALL_PRINT = (
    "For the health partner. Counts of weeks in areas can lead to people: keep it among those who "
    "act on it."
)


def document_for(report: Report, audience: Audience) -> dict[str, Any]:
    """One JSON document for one reader."""
    if audience == "police":
        return _police(report)
    return {
        "place": report.place.place.name,
        "audience": "health",
        "notice": report.place.place.example_notice or "",
        "keep": SMALL_PRINT,
        "detector": report.asked.detector,
        "budget_false_alarms_a_year": report.asked.budget,
        "simulated_false_alarms_a_year": round(report.expected_false, 2),
        "simulated_years": sum(limit.years for _, limit in report.limits),
        "seed": report.asked.seed,
        "alerts": [_alert(alert) for alert in report.alerts],
        "series": [
            {k: v for k, v in asdict(one).items() if k not in ("chart", "alerted")}
            for one in report.looked
        ],
        "scan": [_cluster(one) for one in report.clusters],
        "notes": list(report.notes),
        "playbook": _steps(playbook("health")),
    }


def _alert(alert: Alert) -> dict[str, Any]:
    return {**asdict(alert), "says": USUAL}


def _cluster(one: Clustered) -> dict[str, Any]:
    """Whether there is a cluster; never where."""
    return {
        "table": one.table,
        "measure": one.measure,
        "period": one.last,
        "says": "a cluster in place and time" if one.above else "no cluster",
    }


def _police(report: Report) -> dict[str, Any]:
    lines = police_lines(report)
    book = playbook("police")
    return {
        "place": report.place.place.name,
        "audience": "police",
        "notice": report.place.place.example_notice or "",
        "alerts": [{"period": period, "what": what, "says": USUAL} for period, what in lines],
        "playbook": _steps(book),
        "never": book.never,
    }


def police_lines(report: Report) -> list[tuple[str, str]]:
    """Period and what, once each: whether it is the whole or an area is not said."""
    lines = {(alert.period, WHAT[alert.table]) for alert in report.alerts}
    lines |= {(one.last, WHAT[one.table]) for one in report.clusters if one.above}
    return sorted(lines, reverse=True)


def _steps(book: Playbook) -> list[dict[str, str]]:
    return [{"do": step.do, "option": step.option} for step in book.steps]
