"""Effects as tables and charts: all options, the comparison set apart, today on top."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from offramp.brief import phrases
from offramp.brief.facts import Facts, Row, effect, status_label
from offramp.brief.page_one import MODEL_NOTE
from offramp.documents.charts import EffectPanel, EffectRow, Range, interval_chart
from offramp.documents.charts.records import Chart, ChartWords
from offramp.documents.tree import Column, Table, Text
from offramp.documents.tree import Row as TableRow
from offramp.languages import N_, _, language

MAIN = ("acquisitive_offences", "fatal_overdoses", "resident_confidence")  # one per outcome
CHARTED = ("acquisitive_offences", "fatal_overdoses", "resident_confidence")
LONGEST_LABEL = 78  # characters: two lines beside the chart
OUTCOMES = {"safety": N_("Safety"), "health": N_("Health"), "confidence": N_("Confidence")}
HEADS = {  # where the full label is too long for a narrow column
    "acquisitive_offences": N_("Thefts and burglaries"),
    "violent_offences": N_("Violent offences"),
    "crime_harm": N_("Harm of recorded offences"),
    "fatal_overdoses": N_("Overdose deaths"),
    "nonfatal_overdoses": N_("Overdoses survived"),
    "qalys": N_("Years of life in full health"),
    "needlesticks": N_("Needle injuries of officers"),
    "resident_confidence": N_("Residents who rate police well"),
    "trust_of_pwud": N_("Trust of people who use drugs"),
    "searches_nothing_found": N_("Searches that find nothing"),
    "police_hours": N_("Officer hours"),
    "custody_days": N_("Days in custody"),
    "people_on_oat": N_("On methadone or buprenorphine"),
    "people_engaged": N_("With a caseworker"),
    "contact_ratio": N_("Searches per resident, group against group"),
}
NOT_TODAY = ("people_engaged",)  # the model counts only whom an option newly engages
BASIS = ("local", "studies", "judgement")
READING = N_(
    "Minus: fewer or lower than today. Below each change its range, then the chance that it is "
    "better than today: at 40% to 60% we cannot tell; “too small” is less than the place's own "
    "yearly swing, too small to see here in {years}. A single 0: nine in ten runs showed "
    "no change worth a digit, or the model knows no way from this option to this measure."
)


def head(facts: Facts, measure: str) -> str:
    """A measure with its unit, short enough for a column."""
    known = next((m for m in facts.results["measures"] if m["measure"] == measure), None)
    label = _(HEADS[measure]) if measure in HEADS else known["label"] if known else measure
    return f"{label}, {_(known['unit'])}" if known else label


def present(facts: Facts, measures: Sequence[str]) -> list[str]:
    """Those of the measures that the results have."""
    there = {m["measure"] for m in facts.results["measures"]}
    return [name for name in measures if name in there]


def main_table(facts: Facts, options: Sequence[Row]) -> Table:
    """Options by the three outcomes, with what they rest on, cost and readiness."""
    names = present(facts, MAIN)
    outcome = {m["measure"]: m["outcome"] for m in facts.results["measures"]}
    cost = facts.comparison["cost"]
    group = _("Cost a year, {unit}", unit=phrases.thousands_of(cost["currency"]))
    columns = (
        Column(_("Option, by readiness"), width=2.2),
        *(Column(head(facts, n), "right", 1.25, _(OUTCOMES[outcome[n]])) for n in names),
        Column(_("Spread from data / studies / judgement, %"), "right", 1.05),
        Column(_("To run"), "right", 1.1, group),
        Column(_("With what others spend or save"), "right", 1.2, group),
    )

    def cells(row: Row) -> tuple[Text, ...]:
        return (
            _name(facts, row),
            *(_cell(row, name) for name in names),
            _rests_on(row, names),
            _thousands(row, "programme", "programme_low", "programme_high"),
            _thousands(row, "net", "low", "high"),
        )

    return Table(
        _("Change against today, a year, for each option alone"),
        columns,
        (_today(facts, names, 3), *by_readiness(facts, options, cells)),
        notes=(
            f"{_(MODEL_NOTE)} {_(READING, years=facts.horizon)} "
            + _(
                "Spread: what share of it comes from this place's data, studies and our judgement, "
                "for safety, health and confidence in turn; confidence is modelled from surveys "
                "elsewhere. Costs in {prices}, those of “others” with police hours, prisons and "
                "health services counted; hours freed seldom turn into cash; minus is saved.",
                prices=phrases.prices_of(cost),
            ),
        ),
        dense=True,
    )


def measures_table(facts: Facts, caption: str, measures: Sequence[str], note: str) -> Table:
    """Other measures in the same form, without basis and cost."""
    columns = (
        Column(_("Option, by readiness"), width=2.3),
        *(Column(head(facts, name), "right") for name in measures),
    )

    def cells(row: Row) -> tuple[Text, ...]:
        return (_name(facts, row), *(_cell(row, name) for name in measures))

    return Table(
        caption,
        columns,
        (_today(facts, measures, 0), *by_readiness(facts, facts.options, cells)),
        notes=(f"{_(MODEL_NOTE)} {_(READING, years=facts.horizon)} {note}".strip(),),
        dense=True,
    )


def by_readiness(
    facts: Facts, options: Sequence[Row], cells: Callable[[Row], tuple[Text, ...]]
) -> list[TableRow]:
    made: list[TableRow] = []
    group = ""
    for row in options:
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
            cells.append(phrases.not_known())
            continue
        if name in NOT_TODAY and one["today"] == 0:
            cells.append(_("not simulated"))
            continue
        low, high = one.get("today_low"), one.get("today_high")
        said = phrases.about(one["today"], low, high)
        cells.append(said.replace(" (", "\n").rstrip(")"))
    return TableRow((_("Today, a year"), *cells, *[""] * blanks))


def _name(facts: Facts, row: Row) -> str:
    done = facts.runs_here(row["id"])
    return f"{row['name']}\n{done}" if done else str(row["name"])


def _cell(row: Row, measure: str) -> str:
    one = effect(row, measure)
    if one is None or not phrases.known(one):
        return phrases.not_known()
    middle, spread = phrases.signed(one)
    if (middle, spread) == phrases.NOTHING:
        return middle
    return "\n".join(part for part in (middle, spread, phrases.short_reading(one)) if part)


def _rests_on(row: Row, measures: Sequence[str]) -> str:
    """Shares of the spread from data, studies and judgement, a line for each measure."""
    lines = []
    for name in measures:
        one = effect(row, name)
        told = one is not None and phrases.known(one) and phrases.signed(one) != phrases.NOTHING
        shares = one.get("basis_shares") if one and told else None
        lines.append(
            " / ".join(str(round(100 * shares.get(kind, 0))) for kind in BASIS) if shares else "–"
        )
    return "\n".join(lines)


def _thousands(row: Row, middle: str, low: str, high: str) -> str:
    """A yearly cost in thousands, its range below it."""
    return in_thousands([row["cost"].get(name) for name in (middle, low, high)])


def in_thousands(values: Sequence[float | None]) -> str:
    """Middle, low and high of an amount in thousands, the range below the middle."""
    if any(value is None for value in values):
        return phrases.not_known()
    said, spread = phrases.signed(
        dict(
            zip(("change", "low", "high"), (v / 1000 for v in values if v is not None), strict=True)
        ),
        plus=False,
    )
    return said if (said, spread) == phrases.NOTHING else f"{said}\n{spread}"


def effects_chart(facts: Facts) -> Chart:
    """Three effects side by side for the options of the body and the comparison."""
    panels = []
    for name in present(facts, CHARTED):
        known = next(m for m in facts.results["measures"] if m["measure"] == name)
        rows = [_mark(row, name) for row in facts.first_options]
        rows.append(_mark(facts.comparison, name, apart=True))
        better = known["better"] if known["better"] in ("lower", "higher") else ""
        title = _(HEADS[name]) if name in HEADS else known["label"]
        panels.append(EffectPanel(title, _(known["unit"]), rows, better))
    alt = (
        "" if language().code == "en" else _("Change against today, a year, for each option alone")
    )
    return interval_chart(panels, words=chart_words(), language=language().code, alt=alt)


def chart_words() -> ChartWords:
    """The fixed words of the charts."""
    return ChartWords(
        lower=_("fewer is better"),
        higher=_("more is better"),
        not_known=_("not known"),
        observed=_("recorded"),
        partial=_("year not complete"),
        model=_("model, middle and 90% range"),
    )


def _mark(row: Row, measure: str, apart: bool = False) -> EffectRow:
    one = effect(row, measure)
    spread = None
    if one is not None and phrases.known(one):  # ends as the words have them: "to no change" is 0
        values = [float(one[key]) for key in ("low", "change", "high")]
        decimals = phrases.change_decimals(one, values)
        spread = Range(*(phrases.rounded(value, decimals) for value in values))
    return EffectRow(phrases.shortened(row["name"], LONGEST_LABEL), spread, apart=apart)
