"""The place in numbers, with a chart of its deaths or, without data, of how contacts end."""

from __future__ import annotations

from offramp.brief import phrases
from offramp.brief.citing import joined, strong
from offramp.brief.effects import chart_words
from offramp.brief.facts import Facts
from offramp.brief.page_one import MEASURES
from offramp.documents.charts import Bar, Observed, bar_chart, time_series
from offramp.documents.tree import Block, Column, Figure, Heading, Paragraph, Table, Text
from offramp.languages import N_, _, language, number
from offramp.place.provenance import Known
from offramp.place.schema import Series, Service
from offramp.place.series import whole_years
from offramp.place.show import heard
from offramp.place.topics import topics

BASIS = {
    "local": N_("local"),
    "preset": N_("country or world figure"),
    "judged": N_("our judgement"),
}
SHOWN = {
    "people.residents": N_("Residents"),
    "people.people_who_use": N_("People with regular or high-risk use of opioids or stimulants"),
    "people.inject": N_("of these, who inject"),
    "people.in_treatment": N_("People on methadone, buprenorphine or similar treatment"),
    "agency.officers": N_("Police officers"),
    "contacts.searches_drug_year": N_("Stops and searches for drugs a year"),
    "contacts.found": N_("of these, in which something is found"),
    "contacts.ends_arrest": N_("of these finds, ending in arrest, charge or summons"),
    "contacts.ends_resolution": N_("ending in a community resolution, citation or notice"),
    "contacts.ends_warning": N_("ending in a warning"),
    "contacts.ends_no_action": N_("ending in no action"),
    "contacts.possession_arrests_year": N_("Arrests for possession a year"),
    "contacts.drug_offences_year": N_("Recorded drug offences a year"),
}
SHARES = ("people.inject", "contacts.found", "contacts.ends_")
ENDS = ("ends_arrest", "ends_resolution", "ends_warning", "ends_referral", "ends_no_action")


def in_numbers(facts: Facts) -> tuple[Block, ...]:
    """A heading, a table of the main numbers, a chart, and what people asked for."""
    known = {item.field: item for item in facts.place.provenance()}
    rows = [
        (_(label), _value(known[field]), _(BASIS[known[field].basis]), _when(known[field]))
        for field, label in SHOWN.items()
        if field in known
    ]
    charted = _charted(facts)
    counted = []  # what the series beside the chart count
    for series in (one for one in facts.place.place.outcomes if one.of is None):
        shown = charted is not None and series.id == charted.id
        found = _last_year(facts, series, shown)
        rows += found
        if found and not shown:
            counted.append(f"{_(MEASURES[series.measure])}: {series.definition.rstrip('. ')}.")
    table = Table(
        _("The numbers that matter most, with their range"),
        (
            Column(_("What"), width=4),
            Column(_("Number"), "right", 2.2),
            Column(_("Where from"), width=1.8),
            Column(_("Year"), "right", 0.8),
        ),
        rows,
        notes=(
            *counted,
            _(
                "Our judgement: no count was found, so the range is wide. All numbers with their "
                "sources are in the annex."
            ),
        ),
        dense=True,
        cards=True,
    )
    name = facts.place.place.name
    return (
        Heading(_("{place} in numbers", place=name)),
        table,
        _contact_ends(facts) if charted is None else _deaths(facts, charted),
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
        return f"{said} ({phrases.to(phrases.percent(known.low), phrases.percent(known.high))})"
    return phrases.amount(known.value, known.low, known.high)


def _when(known: Known) -> str:
    if known.on is None:
        return _("no date")
    return str(known.on if isinstance(known.on, int) else known.on.year)


def _last_year(facts: Facts, series: Series, charted: bool) -> list[tuple[str, str, str, str]]:
    """The last year of a yearly series, with the lowest and highest of the five up to it."""
    rows = [r for r in facts.place.series.get(series.id, ()) if r.count is not None]
    if series.period != "year" or not rows:
        return []
    counts = [row.count for row in rows if row.count is not None]
    recent = counts[-5:]
    said = _(
        "{last} ({least} to {most} in {count} years)",
        last=number(counts[-1], 0),
        least=number(min(recent), 0),
        most=number(max(recent), 0),
        count=len(recent),
    )
    label = _(MEASURES[series.measure])
    if charted:
        label = _("{what} recorded (see the chart for what is counted)", what=label)
    return [(label, said, _(BASIS["local"]), rows[-1].period)]


def _charted(facts: Facts) -> Series | None:
    """The series that the chart shows: the first of deaths with enough years, if any."""
    for series in facts.place.place.outcomes:
        rows = whole_years(series, facts.place.series.get(series.id, ()))
        if series.measure == "deaths" and len(rows) > 2:
            return series
    return None


def _deaths(facts: Facts, series: Series) -> Figure:
    rows = whole_years(series, facts.place.series[series.id])
    points = [
        Observed(int(row.period), None if row.count is None else float(row.count)) for row in rows
    ]
    table = Table(
        _("Deaths by year"),
        (Column(_("Year")), Column(_("Deaths"), "right")),
        [(str(int(p.x)), phrases.not_known() if p.y is None else number(p.y, 0)) for p in points],
    )
    known = [p for p in points if p.y is not None]
    alt = _(
        "Recorded deaths a year, {first} to {last}: {then} in the first and {now} in the last "
        "year.",
        first=f"{known[0].x:.0f}",
        last=f"{known[-1].x:.0f}",
        then=number(known[0].y or 0, 0),
        now=number(known[-1].y or 0, 0),
    )
    scope = series.in_scope
    share = phrases.percent(scope.value)
    if scope.low is not None and scope.high is not None:
        low, high = phrases.percent(scope.low), phrases.percent(scope.high)
        share += f" ({phrases.to(low, high)})"
    return Figure(
        _("Recorded deaths a year"),
        facts.chart(
            "deaths",
            lambda: time_series(
                points,
                y_title=_("deaths a year"),
                alt=alt,
                words=chart_words(),
                language=language().code,
            ),
        ),
        _(
            "{definition} About {share} of them are of the kind that the model is about.",
            definition=series.definition,
            share=share,
        ),
        table,
    )


def _contact_ends(facts: Facts) -> Figure:
    contacts = facts.place.resolved.contacts
    labels = {
        "ends_arrest": _("arrest, charge or summons"),
        "ends_resolution": _("community resolution, citation or notice"),
        "ends_warning": _("warning"),
        "ends_referral": _("referral to a service"),
        "ends_no_action": _("no action"),
    }
    bars, local = [], True
    for name in ENDS:
        share = getattr(contacts, name)
        if share is None:
            continue
        local = local and share.basis == "local"
        spread = ""
        if share.low is not None and share.high is not None:
            low, high = phrases.percent(share.low), phrases.percent(share.high)
            spread = f"({phrases.to(low, high)})"
        bars.append(Bar(labels[name], share.value, phrases.percent(share.value), spread))
    origin = (
        ""
        if local
        else " "
        + _("These are not this place's own numbers: no count of deaths or contacts was given.")
    )
    return Figure(
        _("How contacts in which drugs are found end"),
        facts.chart(
            "ends",
            lambda: bar_chart(
                bars or [Bar(phrases.not_known(), 0, phrases.not_known())],
                alt=""
                if language().code == "en"
                else _("How contacts in which drugs are found end"),
                language=language().code,
            ),
        ),
        _("Share of contacts with a find, with range.") + origin,
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
        blocks.append(Paragraph(joined(strong(_("Done already.") + " "), *parts), "small"))
    lines = []
    services = facts.place.resolved.services
    told = (
        ("yes", N_("There are: {names}.")),
        ("no", N_("There are not: {names}.")),
        ("unknown", N_("Not known: {names}.")),
    )
    for state, words in told:
        names = [
            topic.label
            for name, topic in topics().services.items()
            if services.get(name, Service()).exists == state
        ]
        if names:
            lines.append(_(words, names="; ".join(names)))
    blocks.append(Paragraph(joined(strong(_("Services.") + " "), " ".join(lines)), "small"))
    return blocks


def _asked_for(facts: Facts) -> list[Block]:
    asked, _missing = heard(facts.place.place)
    words = topics().heard
    said = [entry for entry in asked if entry.said]
    if not said:
        return []
    return [
        Paragraph(joined(strong(_("What people asked for.") + " "), *(
            f"{words[entry.who].capitalize()}: {entry.said.rstrip('.')}. " for entry in said
        )))
    ]  # fmt: skip
