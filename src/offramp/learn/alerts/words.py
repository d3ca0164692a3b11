"""Alerts in words: shared by the terminal and the pages."""

from __future__ import annotations

from datetime import date

from offramp.learn.alerts.detectors import DETECTORS
from offramp.learn.alerts.watch import Alert, Clustered, Looked, Report


def when(period: str, kind: str) -> str:
    """Week of 3 June 2013; June 2013."""
    if kind == "week":
        day = date.fromisoformat(period)
        return f"week of {day.day} {day:%B %Y}"
    return f"{date.fromisoformat(period + '-01'):%B %Y}"


def what(table: str, measure: str, area: str) -> str:
    name = measure if measure not in ("", table) else table
    name = name.replace("_", " ")
    return f"{name}, {area}" if area else name


def usual(low: int, high: int) -> str:
    return f"{low} to {high}" if low < high else f"{high}"


def alert_says(alert: Alert, detector: str = "farrington") -> str:
    """Deaths: 14 in the week of 3 June 2013; usual is 3 to 10, about 6.2 expected."""
    name = what(alert.table, alert.measure, alert.area)
    the = "the " if alert.kind == "week" else ""
    text = (
        f"{name[:1].upper()}{name[1:]}: {alert.count} in {the}{when(alert.period, alert.kind)}; "
        f"usual is {usual(alert.low, alert.high)}, about {alert.expected:g} expected."
    )
    if detector == "cusum":
        text += " Rises of the last periods are added up; one alone may lie in its range."
    elif alert.begun != alert.period:
        text += f" Above it since {the}{when(alert.begun, alert.kind)}."
    if alert.provisional:
        text += " Not final: it may still rise."
    return text


def drivers_say(alert: Alert) -> str:
    if not alert.drivers:
        return "Nothing that was counted apart stands out: it rose as a whole."
    parts = [
        f"{d.name} ({d.cases} in {d.periods} {alert.kind}s, {d.expected:g} usual)"
        for d in alert.drivers
    ]
    return f"Rose more than by chance: {'; '.join(parts)}."


def cluster_says(one: Clustered, where: bool) -> str:
    """`where`: on the screen of the health partner only."""
    name = what(one.table, one.measure, "")
    if not one.above:
        return f"Scan of {name}: no cluster beyond chance (p = {one.p:.3f})."
    text = f"Scan of {name}: a cluster in place and time"
    if not where:
        return f"{text} (p = {one.p:.3f}). Where is shown on the screen only."
    named = ", ".join(one.areas)
    if one.others:
        more = f"{one.others} area{'s' if one.others > 1 else ''} that may not be named"
        named = f"{named} and {more}" if named else more
    kind = "week" if len(one.last) == len("2019-04-01") else "month"
    span = kind if one.periods == 1 else f"{one.periods} {kind}s"
    return (
        f"{text}: {named}; {one.cases} cases in the last {span}, {one.expected:g} "
        f"expected (p = {one.p:.3f})."
    )


def budget_says(report: Report) -> str:
    a_year = f"{report.asked.budget:g}"
    return (
        f"Budget: {a_year} false alarm{'' if a_year == '1' else 's'} a year over "
        f"{len(report.looked)} series together. With these limits, {report.expected_false:.2f} a "
        "year came about in simulated years in which nothing new happened "
        f"({sum(limit.years for _, limit in report.limits)} simulated)."
    )


def method_says(report: Report) -> str:
    return f"Detector: {DETECTORS[report.asked.detector]}."


def looked_says(one: Looked) -> str:
    name = what(one.table, one.measure, one.area)
    text = f"{name[:1].upper()}{name[1:]}: {one.kind}s {one.first} to {one.last}"
    if one.unknown:
        text += f"; {one.unknown} not known"
    if one.provisional:
        text += f"; {one.provisional} not final: no alert there says little"
    return text + "."
