"""Effects as tables and charts: all options, the comparison set apart, today on top."""

from __future__ import annotations

from collections.abc import Sequence

from offramp.brief import phrases
from offramp.brief.facts import Facts, Row, effect, status_label
from offramp.brief.page_one import MODEL_NOTE
from offramp.documents.charts import EffectPanel, EffectRow, Range, interval_chart
from offramp.documents.charts.records import Chart
from offramp.documents.tree import Column, Table
from offramp.documents.tree import Row as TableRow

MAIN = (
    "acquisitive_offences",
    "violent_offences",
    "fatal_overdoses",
    "qalys",
    "resident_confidence",
    "trust_of_pwud",
)
CHARTED = ("fatal_overdoses", "acquisitive_offences", "resident_confidence")
OUTCOMES = {"safety": "Safety", "health": "Health", "confidence": "Confidence"}
HEADS = {  # where the full label is too long for a narrow column
    "acquisitive_offences": "Thefts and burglaries",
    "violent_offences": "Violent offences",
    "fatal_overdoses": "Overdose deaths",
    "nonfatal_overdoses": "Overdoses survived",
    "qalys": "Years of life in full health",
    "needlesticks": "Needle injuries of officers",
    "resident_confidence": "Residents who rate police well",
    "trust_of_pwud": "Trust of people who use drugs",
    "searches_nothing_found": "Searches that find nothing",
    "police_hours": "Officer hours",
    "custody_days": "Days in custody",
    "people_on_oat": "On methadone or buprenorphine",
    "people_engaged": "With a caseworker",
    "contact_ratio": "Searches per resident, group against group",
}
BASIS = {"local": "this place's data", "studies": "studies", "judgement": "our judgement"}


def head(facts: Facts, measure: str) -> str:
    """A measure with its unit, short enough for a column."""
    known = next((m for m in facts.results["measures"] if m["measure"] == measure), None)
    label = HEADS.get(measure) or (known["label"] if known else measure)
    return f"{label}, {known['unit']}" if known else label


def present(facts: Facts, measures: Sequence[str]) -> list[str]:
    """Those of the measures that the results have."""
    there = {m["measure"] for m in facts.results["measures"]}
    return [name for name in measures if name in there]


def main_table(facts: Facts) -> Table:
    """All options by the three outcomes, with what they rest on, cost and readiness."""
    names = present(facts, MAIN)
    outcome = {m["measure"]: m["outcome"] for m in facts.results["measures"]}
    year = facts.comparison["cost"]["price_year"]
    currency = facts.comparison["cost"]["currency"]
    columns = (
        Column("Option, by readiness", width=2.3),
        *(Column(head(facts, n), "right", 1.25, OUTCOMES[outcome[n]]) for n in names),
        Column("Where most of the spread comes from", width=1.5),
        Column(f"To run, {currency} {year}", "right", 1.3, "Cost a year"),
        Column("With all that changes elsewhere", "right", 1.3, "Cost a year"),
    )

    def cells(row: Row) -> tuple[str, ...]:
        return (
            _name(row),
            *(_cell(row, name) for name in names),
            _rests_on(row, names),
            _programme(row),
            _net(row),
        )

    return Table(
        "Change against today, a year, for each option alone",
        columns,
        (_today(facts, names, 3), *_by_readiness(facts, len(columns), cells)),
        notes=(
            f"{MODEL_NOTE} Minus: fewer or lower than today. Under each change its range, and the "
            "chance that it is better than today. “Cannot tell”: a chance of 40% to 60%. “Too "
            "small”: smaller than the place's own yearly swing, so too small to see here in "
            f"{facts.years} years. Confidence is modelled from surveys elsewhere and rests mostly "
            "on our judgement. Costs to run, and after what police, prisons, courts and health "
            "services then spend or save; hours freed seldom turn into cash. Minus: saved.",
        ),
        dense=True,
    )


def measures_table(facts: Facts, caption: str, measures: Sequence[str], note: str) -> Table:
    """Other measures in the same form, without basis and cost."""
    columns = (
        Column("Option, by readiness", width=2.3),
        *(Column(head(facts, name), "right") for name in measures),
    )

    def cells(row: Row) -> tuple[str, ...]:
        return (row["name"], *(_cell(row, name) for name in measures))

    return Table(
        caption,
        columns,
        (_today(facts, measures, 0), *_by_readiness(facts, len(columns), cells)),
        notes=(f"{MODEL_NOTE} {note}".strip(),),
        dense=True,
    )


def _by_readiness(facts: Facts, width: int, cells: object) -> list[TableRow]:
    assert callable(cells) and width
    made: list[TableRow] = []
    group = ""
    for row in facts.options:
        if status_label(row) != group:
            group = status_label(row)
            made.append(TableRow((group[:1].upper() + group[1:],), "group"))
        made.append(TableRow(cells(row)))
    made.append(TableRow(cells(facts.comparison), "apart"))
    return made


def _today(facts: Facts, measures: Sequence[str], blanks: int) -> TableRow:
    """What each measure is today."""
    cells = []
    for name in measures:
        one = effect(facts.comparison, name)
        if one is None or one.get("today") is None:
            cells.append(phrases.NOT_KNOWN)
            continue
        low, high = one.get("today_low"), one.get("today_high")
        said = phrases.about(one["today"], low, high)
        cells.append(said.replace(" (", "\n").rstrip(")"))
    return TableRow(("Today, a year", *cells, *[""] * blanks))


def _name(row: Row) -> str:
    share = row.get("share_in_place") or 0
    if share <= 0 or row["fit"]["status"] != "already_here":
        return str(row["name"])
    return f"{row['name']}\nruns for {phrases.percent(share)}: the change is what more would add"


def _cell(row: Row, measure: str) -> str:
    one = effect(row, measure)
    if one is None or not phrases.known(one):
        return phrases.NOT_KNOWN
    middle, spread = phrases.signed(one)
    return "\n".join(part for part in (middle, spread, phrases.short_reading(one)) if part)


def _rests_on(row: Row, measures: Sequence[str]) -> str:
    """The largest part of the spread of the first measure of each outcome."""
    lines, told = [], set()
    for name in measures:
        one = effect(row, name)
        shares = one.get("basis_shares") if one else None
        if one is None or not shares or one["outcome"] in told:
            continue
        told.add(one["outcome"])
        most = max(shares, key=lambda key: (shares[key], key))
        lines.append(f"{one['outcome']}: {BASIS.get(most, most)} {phrases.percent(shares[most])}")
    return "\n".join(lines) or phrases.NOT_KNOWN


def _programme(row: Row) -> str:
    cost = row["cost"]
    if cost.get("programme") is None:
        return phrases.NOT_KNOWN
    low, high = cost.get("programme_low"), cost.get("programme_high")
    return _two_lines(phrases.costs(low, cost["programme"], high, cost["currency"]))


def _net(row: Row) -> str:
    cost = row["cost"]
    if cost.get("net") is None:
        return phrases.NOT_KNOWN
    return _two_lines(phrases.costs(cost["low"], cost["net"], cost["high"], cost["currency"]))


def _two_lines(said: str) -> str:
    return said.replace(" (", "\n").rstrip(")")


def effects_chart(facts: Facts) -> Chart:
    """Three effects side by side for all options and the comparison."""
    panels = []
    for name in present(facts, CHARTED):
        known = next(m for m in facts.results["measures"] if m["measure"] == name)
        rows = [_mark(row, name, status_label(row)) for row in facts.options]
        rows.append(_mark(facts.comparison, name, "", apart=True))
        better = known["better"] if known["better"] in ("lower", "higher") else ""
        panels.append(EffectPanel(HEADS.get(name, known["label"]), known["unit"], rows, better))
    return interval_chart(panels)


def _mark(row: Row, measure: str, group: str, apart: bool = False) -> EffectRow:
    one = effect(row, measure)
    told = one is not None and phrases.known(one)
    spread = Range(one["low"], one["change"], one["high"]) if told and one else None
    group = group[:1].upper() + group[1:]
    return EffectRow(row["name"], spread, group=group, apart=apart)
