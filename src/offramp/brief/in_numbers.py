"""The place in numbers, with a chart of its deaths or, without data, of how contacts end."""

from __future__ import annotations

from collections.abc import Sequence

from offramp.brief import phrases
from offramp.brief.citing import joined, strong
from offramp.brief.facts import Facts
from offramp.brief.page_one import MEASURES
from offramp.documents.charts import Bar, Observed, bar_chart, time_series
from offramp.documents.tree import Block, Column, Figure, Heading, Paragraph, Table, Text
from offramp.place.provenance import Known
from offramp.place.schema import Series, Service
from offramp.place.series import SeriesRow
from offramp.place.show import heard
from offramp.place.topics import topics

BASIS = {
    "local": "local",
    "preset": "country or world figure",
    "judged": "our judgement",
}
SHOWN = {
    "people.residents": "Residents",
    "people.people_who_use": "People with regular or high-risk use of opioids or stimulants",
    "people.inject": "of these, who inject",
    "people.in_treatment": "People on methadone, buprenorphine or similar treatment",
    "agency.officers": "Police officers",
    "contacts.searches_drug_year": "Stops and searches for drugs a year",
    "contacts.found": "of these, in which something is found",
    "contacts.ends_arrest": "of these finds, ending in arrest, charge or summons",
    "contacts.ends_resolution": "ending in a community resolution, citation or notice",
    "contacts.ends_warning": "ending in a warning",
    "contacts.ends_no_action": "ending in no action",
    "contacts.possession_arrests_year": "Arrests for possession a year",
    "contacts.drug_offences_year": "Recorded drug offences a year",
}
SHARES = ("people.inject", "contacts.found", "contacts.ends_")
ENDS = ("ends_arrest", "ends_resolution", "ends_warning", "ends_referral", "ends_no_action")


def in_numbers(facts: Facts) -> tuple[Block, ...]:
    """A heading, a table of the main numbers, a chart, and what people asked for."""
    known = {item.field: item for item in facts.place.provenance()}
    rows = [
        (label, _value(known[field]), BASIS[known[field].basis], _when(known[field]))
        for field, label in SHOWN.items()
        if field in known
    ]
    rows += [row for series in facts.place.place.outcomes for row in _last_year(facts, series)]
    table = Table(
        "The numbers that matter most, with their range",
        (
            Column("What", width=4),
            Column("Number", "right", 2.2),
            Column("Where from", width=1.8),
            Column("Year", "right", 0.8),
        ),
        rows,
        notes=(
            "Our judgement: no count was found, so the range is wide. All numbers with their "
            "sources are in the annex.",
        ),
        dense=True,
        cards=True,
    )
    name = facts.place.place.name
    return (
        Heading(f"{name} in numbers"),
        table,
        _chart(facts),
        *_beside(facts),
        *_asked_for(facts),
    )


def _value(known: Known) -> str:
    if isinstance(known.value, str):
        return known.value
    if known.field.startswith(SHARES):
        said = phrases.percent(known.value)
        if known.low is None or known.high is None:
            return said
        return f"{said} ({phrases.percent(known.low)} to {phrases.percent(known.high)})"
    return phrases.amount(known.value, known.low, known.high)


def _when(known: Known) -> str:
    if known.on is None:
        return "no date"
    return str(known.on if isinstance(known.on, int) else known.on.year)


def _last_year(facts: Facts, series: Series) -> list[tuple[str, str, str, str]]:
    """The last year of a yearly series, with the lowest and highest of the five before it."""
    rows = [r for r in facts.place.series.get(series.id, ()) if r.count is not None]
    if series.period != "year" or not rows:
        return []
    counts = [row.count for row in rows if row.count is not None]
    recent = counts[-5:]
    spread = f" ({min(recent):,.0f} to {max(recent):,.0f} in {len(recent)} years)"
    label = f"{MEASURES[series.measure]} recorded (see the chart for what is counted)"
    return [(label, f"{counts[-1]:,.0f}{spread}", "local", rows[-1].period)]


def _chart(facts: Facts) -> Figure:
    for series in facts.place.place.outcomes:
        rows = facts.place.series.get(series.id, ())
        if series.measure == "deaths" and series.period == "year" and len(rows) > 2:
            return _deaths(facts, series, rows)
    return _contact_ends(facts)


def _deaths(facts: Facts, series: Series, rows: Sequence[SeriesRow]) -> Figure:
    points = [
        Observed(int(row.period), None if row.count is None else float(row.count)) for row in rows
    ]
    table = Table(
        "Deaths by year",
        (Column("Year"), Column("Deaths", "right")),
        [(str(int(p.x)), "not known" if p.y is None else f"{p.y:,.0f}") for p in points],
    )
    known = [p for p in points if p.y is not None]
    alt = (
        f"Recorded deaths a year, {known[0].x:.0f} to {known[-1].x:.0f}: "
        f"{known[0].y:,.0f} in the first and {known[-1].y:,.0f} in the last year."
    )
    scope = series.in_scope
    share = phrases.percent(scope.value)
    if scope.low is not None and scope.high is not None:
        share += f" ({phrases.percent(scope.low)} to {phrases.percent(scope.high)})"
    return Figure(
        "Recorded deaths a year",
        facts.chart("deaths", lambda: time_series(points, y_title="deaths a year", alt=alt)),
        f"{series.definition} About {share} of them are of the kind that the model is about.",
        table,
    )


def _contact_ends(facts: Facts) -> Figure:
    contacts = facts.place.resolved.contacts
    labels = {
        "ends_arrest": "arrest, charge or summons",
        "ends_resolution": "community resolution, citation or notice",
        "ends_warning": "warning",
        "ends_referral": "referral to a service",
        "ends_no_action": "no action",
    }
    bars, local = [], True
    for name in ENDS:
        share = getattr(contacts, name)
        if share is None:
            continue
        local = local and share.basis == "local"
        spread = ""
        if share.low is not None and share.high is not None:
            spread = f"({phrases.percent(share.low)} to {phrases.percent(share.high)})"
        bars.append(Bar(labels[name], share.value, phrases.percent(share.value), spread))
    origin = (
        ""
        if local
        else " These are not this place's own numbers: no count of deaths or contacts was given."
    )
    return Figure(
        "How contacts in which drugs are found end",
        facts.chart("ends", lambda: bar_chart(bars or [Bar("not known", 0, "not known")])),
        "Share of contacts with a find, with range." + origin,
    )


def _beside(facts: Facts) -> list[Block]:
    """What runs and what exists here, as far as there is room."""
    if facts.detail.body > 2:
        return []
    parts: list[Text] = []
    for entry in facts.place.place.practice:
        parts += [strong(f"{facts.catalogue.options[entry.option].name}: "), f"{entry.says} "]
    blocks: list[Block] = []
    if parts and facts.detail.body < 2:
        blocks.append(Paragraph(joined(strong("Done already. "), *parts), "small"))
    lines = []
    services = facts.place.resolved.services
    for state, words in (("yes", "There are"), ("no", "There are not"), ("unknown", "Not known")):
        names = [
            topic.label
            for name, topic in topics().services.items()
            if services.get(name, Service()).exists == state
        ]
        if names:
            lines.append(f"{words}: {'; '.join(names)}.")
    blocks.append(Paragraph(joined(strong("Services. "), " ".join(lines)), "small"))
    return blocks


def _asked_for(facts: Facts) -> list[Block]:
    asked, _ = heard(facts.place.place)
    words = topics().heard
    said = [entry for entry in asked if entry.said]
    if not said:
        return []
    return [
        Paragraph(joined(strong("What people asked for. "), *(
            f"{words[entry.who].capitalize()}: {entry.said.rstrip('.')}. " for entry in said
        )))
    ]  # fmt: skip
