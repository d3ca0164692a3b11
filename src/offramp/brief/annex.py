"""The annex: everything else that the answers rest on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from offramp.brief import phrases
from offramp.brief.calibration_words import (
    VERDICTS,
    Subject,
    conflict_lines,
    left_out_lines,
    rolling_text,
    span,
)
from offramp.brief.effects import main_table, measures_table
from offramp.brief.facts import Facts
from offramp.brief.fields import in_words, is_share
from offramp.brief.not_simulated import why_not
from offramp.brief.notices import local_risk
from offramp.brief.numbers_used import numbers_used
from offramp.brief.page_one import MODEL_NOTE
from offramp.brief.who_pays import who_pays
from offramp.brief.whose_rating import whose_rating
from offramp.documents.tree import (
    Block,
    Bullets,
    Column,
    Heading,
    PageBreak,
    Paragraph,
    Table,
)
from offramp.languages import N_, _, number

PARTS = (
    (
        N_("Annex: process and equity measures"),
        N_("Process and equity measures: change against today, a year"),
        ("process", "equity"),
        N_("These stand beside the outcomes; none counts as success or enters an order."),
    ),
    (
        N_("Measures of health"),
        N_("Measures of health: change against today, a year"),
        ("health",),
        "",
    ),
    (
        N_("Measures of safety and confidence"),
        N_("Measures of safety and confidence: change against today, a year"),
        ("safety", "confidence"),
        "",
    ),
)
NOT_REVIEWED = N_(
    "Who made this: software developers, from published studies and data. No police officer, "
    "lawyer, health or social service, and nobody with lived experience of drug use or arrest has "
    "reviewed the tool yet. It is not legal advice."
)
MOST_COLUMNS = 5
MOST_ASSUMPTIONS = 8
MOST_PAIRS = 2


def annex(facts: Facts) -> tuple[Block, ...]:
    """Other measures, assumptions, model against data, method, numbers, references."""
    return (
        *_measures(facts),
        *whose_rating(facts),
        *who_pays(facts),
        *_all_options(facts),
        *why_not(facts),
        *_assumptions(facts),
        *_tipping(facts),
        *_against_data(facts),
        *_method(facts),
        *numbers_used(facts),
        Heading(_("References")),
        facts.cited.listed(),
    )


def _all_options(facts: Facts) -> list[Block]:
    """The table of the body for every option, where the body had no room for all."""
    if len(facts.first_options) == len(facts.options):
        return []
    heading = Heading(_("All options with a number, and more arrests for comparison"))
    return [PageBreak(), heading, main_table(facts, facts.options)]


def _measures(facts: Facts) -> list[Block]:
    """Process and equity first, then all of health, safety and confidence."""
    blocks: list[Block] = []
    for heading, caption, outcomes, note in PARTS:
        names = [m["measure"] for m in facts.measures(*outcomes)]
        tables = -(-len(names) // MOST_COLUMNS)
        each = -(-len(names) // max(tables, 1))
        blocks.append(Heading(_(heading)))
        for start in range(0, len(names), max(each, 1)):
            part = names[start : start + each]
            said = " ".join([_(note), *_why(facts, part)]).strip()
            blocks += [measures_table(facts, _(caption), part, said), PageBreak()]
    return blocks


def _why(facts: Facts, measures: list[str]) -> list[str]:
    """The notes of measures, each once: why one is not known, or what it compares."""
    notes = {m["label"]: m.get("note") for m in facts.results["measures"]}
    shown = {m["label"] for m in facts.results["measures"] if m["measure"] in measures}
    said = {(label, note) for label, note in notes.items() if note and label in shown}
    said |= {
        (one["label"], one["note"])
        for row in facts.rows
        for one in row["effects"]
        if one["measure"] in measures and one.get("note")
    }
    return [f"{label}: {note.rstrip('.')}." for label, note in sorted(said)]


def _assumptions(facts: Facts) -> list[Block]:
    blocks: list[Block] = [Heading(_("Assumptions that decide the order"))]
    entries = [e for e in facts.results["switching"] if e["switching_value"] is not None]
    if not entries:
        said = _("No single assumption was found that changes the order within its range.")
        return [*blocks, Paragraph(said)]
    by_meaning: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        by_meaning.setdefault(entry["meaning"], []).append(entry)
    rows = [
        (
            in_words(meaning),
            _assumed(facts, found[0]),
            "\n".join(_turns(facts, entry) for entry in found[:MOST_PAIRS]),
        )
        for meaning, found in list(by_meaning.items())[:MOST_ASSUMPTIONS]
    ]
    table = Table(
        _(
            "Judged assumptions, and the value at which two options change places on overdose "
            "deaths"
        ),
        (
            Column(_("Assumption"), width=2.2),
            Column(_("Middle and range"), "right", 1.1),
            Column(_("Two options change places"), width=3.6),
        ),
        rows,
        notes=(
            _(
                "On one side of the value the first of the two averts more deaths, on the other "
                "side the second; as the value lies inside our range, the two cannot be told "
                "apart. Found one assumption at a time from {draws} runs. {note}",
                draws=facts.results["draws"],
                note=_(MODEL_NOTE),
            ),
        ),
        dense=True,
        cards=True,
    )
    return [*blocks, table]


def _assumed(facts: Facts, entry: Mapping[str, Any]) -> str:
    """Middle and range of an assumption, in its unit."""
    values = [entry["value"], entry["low"], entry["high"]]
    unit = _unit(facts, entry)
    if unit == "log_ratio":
        middle, low, high = (_as_change(value) for value in values)
        return f"{middle}\n{phrases.to(low, high)}"
    if unit == "share":
        middle, low, high = (phrases.percent(value) for value in values)
        return f"{middle}\n{phrases.to(low, high)}"
    return _figure(*values)


def _unit(facts: Facts, entry: Mapping[str, Any]) -> str:
    """The unit of an assumption: of a record of the catalogue, or `share`; else nothing."""
    kind, _colon, name = str(entry["parameter"]).partition(":")
    record = facts.catalogue.evidence.get(name) if kind == "evidence" else None
    if record is not None:
        return str(record.unit)
    return "share" if is_share(name) else ""


def _turns(facts: Facts, entry: Mapping[str, Any]) -> str:
    """`at 570: A / B` for the two options that change places there."""
    first, second = (facts.row(name)["name"] for name in entry["options"])
    value = entry["switching_value"]
    said = {"log_ratio": _as_change, "share": phrases.percent}.get(_unit(facts, entry))
    shown = said(value) if said else phrases.about(value, None, None)
    return _("at {value}: {first} / {second}", value=shown, first=first, second=second)


def _figure(value: float, low: float | None, high: float | None) -> str:
    return phrases.about(value, low, high).replace(" (", "\n").rstrip(")")


def _tipping(facts: Facts) -> list[Block]:
    tipping = facts.results["tipping"]
    if tipping is None:
        return []
    said = tipping["says"].rstrip(".") + "."
    low, high = tipping.get("prior_low"), tipping.get("prior_high")
    spread = ""
    if low is not None and high is not None:
        spread = " " + _(
            "The model lets deterrence help or harm: its range for each doubling goes from {low} "
            "to {high} in starting, staying in and returning to use.",
            low=_as_change(low),
            high=_as_change(high),
        )
        point = tipping.get("deterrence_needed")
        if point is not None and low <= point <= high:
            spread += " "
            spread += _("The value lies inside that range: the model cannot rule it out.")
    return [Heading(_("How strong deterrence would have to be")), Paragraph(said + spread)]


def _as_change(log_ratio: float) -> str:
    """A log ratio as `15% fewer` or `17% more`."""
    from math import exp

    change = exp(log_ratio) - 1
    if abs(change) < 0.0005:
        return _("no change")
    size = phrases.percent(abs(change))
    return _("{size} less", size=size) if change < 0 else _("{size} more", size=size)


def calibrated_said(facts: Facts) -> str:
    """That the results rest on a calibration, and whether it is good; empty where they do not."""
    found = facts.results["calibrated"]
    if found is None:
        return ""
    said = _(
        "Everything uncertain was calibrated to this place's own counts, {span} (series: {count}); "
        "calibration.html beside the place file shows how well they agree.",
        span=span(found["window"]), count=number(len(found["series"]), 0),
    )  # fmt: skip
    if not found["quality"]["met"]:
        said += " " + _("Not all aims of the calibration were met: read its ranges as rough.")
    if found["rolling"]:
        said += f" {rolling_text(found['rolling'])} {_(VERDICTS[found['rolling']['verdict']])}"
    return said


def _calibrated(facts: Facts) -> list[Block]:
    said, found = calibrated_said(facts), facts.results["calibrated"]
    if found is None:
        return []
    about = Subject(facts.place, facts.catalogue)
    conflicts = conflict_lines(found, about) + left_out_lines(found.get("left_out", ()), about)
    return [Paragraph(said), *([Bullets(tuple(conflicts))] if conflicts else [])]


def _against_data(facts: Facts) -> list[Block]:
    blocks: list[Block] = [Heading(_("The model against this place's data"))]
    blocks += [Paragraph(warning) for warning in facts.warnings()]
    blocks += _calibrated(facts)
    entries = facts.results["model_against_data"]
    if not entries:
        blocks.append(
            Paragraph(
                _(
                    "This place has given no counts of deaths, overdoses or contacts, so the model "
                    "could not be held against them. It rests on country or world figures and on "
                    "our judgement, and its ranges are wide for that."
                )
            )
        )
        return blocks
    rows = [
        (
            f"{entry['label']}, {_(entry['unit'])}",
            _figure(entry["observed"], entry.get("observed_low"), entry.get("observed_high"))
            if entry.get("observed") is not None
            else phrases.not_known(),
            _figure(entry["modelled"], entry.get("low"), entry.get("high"))
            if entry.get("modelled") is not None
            else phrases.not_known(),
            entry["says"],
        )
        for entry in entries
    ]
    blocks.append(
        Table(
            _("Recorded in the years that the place gives, and modelled today, a year"),
            (
                Column(_("What"), width=2),
                Column(_("Recorded (all)"), "right"),
                Column(_("Modelled today, on the same scale"), "right"),
                Column(_("Note"), width=2),
            ),
            rows,
            notes=(
                _(MODEL_NOTE),
                _(
                    "The two are of different years: recorded, the years that the place file says "
                    "to use; modelled, the last year before the options start."
                ),
                _("Numbers the model was fitted to cannot test it."),
            ),
            dense=True,
            cards=True,
        )
    )
    return blocks


def _method(facts: Facts) -> list[Block]:
    results = facts.results
    return [
        Heading(_("Method")),
        Paragraph(
            _(
                "{people} people with regular or high-risk use of opioids or stimulants are "
                "simulated week by week, and stand for all such people here. They use, inject or "
                "smoke, meet police, are arrested, held and released, start and leave treatment, "
                "overdose, are helped or die, catch infections, and offend. Other people whom "
                "police stop over drugs are counted, not simulated.",
                people=number(results["people"], 0),
            )
        ),
        Paragraph(
            _(
                "Everything that is not known exactly has a range. Each of {draws} runs takes one "
                "value from every range; each run plays today and every option with the same "
                "people and the same luck, so that only the option makes the difference. The "
                "number printed is the middle of the runs; the range leaves out one in twenty at "
                "either end. The chance that an option is better is the share of runs in which it "
                "is, ties counted half.",
                draws=results["draws"],
            )
        ),
        Bullets(
            (
                _(
                    "Effects found elsewhere are made smaller, and their range wider, the weaker "
                    "the study behind them; with no study the record is our judgement, and marked "
                    "so."
                ),
                _(
                    "Every option starts now and grows as its first steps allow; results are means "
                    "over {years}. Training fades unless repeated.",
                    years=facts.horizon,
                ),
                _(
                    "Base rates are scaled so that the years before today give this place's own "
                    "deaths and contacts, as far as they are recorded. Base rates that nobody "
                    "counts stay judgements."
                ),
                _("More arrests is a row for comparison. Deterrence may help or harm in it."),
                _(
                    "Studies that were repeated in this model mostly come out with a smaller "
                    "effect than was published. A small number here is no sign that an option "
                    "does nothing."
                ),
                _(
                    "Not in the model: people who come from other areas, recreational use, housing "
                    "and jobs as causes, and options taken together."
                ),
            )
        ),
        Paragraph(
            _(
                "The same inputs and the same seed give the same numbers to the last digit: run "
                "{run}, version {version}, seed {seed}; manifest.json holds the hashes of the "
                "place, the catalogue and the presets.",
                run=results["run"],
                version=results["version"],
                seed=results["seed"],
            )
        ),
        Paragraph(_(NOT_REVIEWED)),
        *(Paragraph(said) for said in local_risk()),
    ]
