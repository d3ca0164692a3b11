"""The annex: everything else that the answers rest on."""

from __future__ import annotations

from offramp.brief import phrases
from offramp.brief.effects import MAIN, measures_table, present
from offramp.brief.facts import Facts, lower_first
from offramp.brief.page_one import MODEL_NOTE
from offramp.documents.tree import (
    Block,
    Bullets,
    Column,
    Heading,
    Numbered,
    PageBreak,
    Paragraph,
    Table,
    Wide,
)

BASIS = {"local": "local", "preset": "preset", "judged": "judged"}
LONGEST_SOURCE = 150


def annex(facts: Facts) -> tuple[Block, ...]:
    """Other measures, assumptions, model against data, method, numbers, references."""
    return (
        *_measures(facts),
        *_assumptions(facts),
        *_tipping(facts),
        *_against_data(facts),
        *_method(facts),
        *_numbers(facts),
        Heading("References"),
        facts.cited.listed(),
    )


def _measures(facts: Facts) -> list[Block]:
    beside = [m["measure"] for m in facts.measures("process", "equity")]
    rest = [m["measure"] for m in facts.measures("safety", "health", "confidence")]
    others = [name for name in rest if name not in present(facts, MAIN)]
    pages: list[Block] = [Heading("Annex: process and equity measures")]
    if beside:
        note = (
            "Process and equity measures stand beside the outcomes and count as success in no "
            "order of the options."
        )
        missing = {
            one["note"]
            for row in facts.rows
            for one in row["effects"]
            if one["measure"] in beside and not phrases.known(one) and one.get("note")
        }
        if missing:
            note += f" Not known: {'; '.join(sorted(missing))}."
        pages.append(
            measures_table(facts, "Process and equity: change against today", beside, note)
        )
    blocks: list[Block] = [Wide(tuple(pages))]
    if others:
        caption = "More of safety and health: change against today"
        table = measures_table(facts, caption, others, "")
        blocks.append(Wide((Heading("Other measures of safety and health", 2), table)))
    return blocks


def _assumptions(facts: Facts) -> list[Block]:
    entries = facts.results["switching"]
    blocks: list[Block] = [Heading("Assumptions that decide the order")]
    if not entries:
        blocks.append(Paragraph("No single assumption changes which option comes first."))
        return blocks
    rows = [
        (
            entry["meaning"],
            _figure(entry["value"], entry["low"], entry["high"]),
            "none in its range"
            if entry.get("switching_value") is None
            else _short(entry["switching_value"]),
            entry["says"],
        )
        for entry in entries
    ]
    blocks.append(
        Table(
            "What is assumed, and from where on another option would come first",
            (
                Column("Assumption", width=2.4),
                Column("Middle and range", "right", 1.4),
                Column("Order changes at", "right", 1),
                Column("What follows", width=2.4),
            ),
            rows,
            notes=(MODEL_NOTE,),
            dense=True,
            cards=True,
        )
    )
    return blocks


def _short(value: float) -> str:
    return phrases.plain(value, phrases.decimals_for([value]))


def _figure(value: float, low: float | None, high: float | None) -> str:
    return phrases.about(value, low, high).replace(" (", "\n").rstrip(")")


def _tipping(facts: Facts) -> list[Block]:
    tipping = facts.results["tipping"]
    said = tipping["says"].rstrip(".") + "."
    low, high = tipping.get("prior_low"), tipping.get("prior_high")
    spread = ""
    if low is not None and high is not None:
        spread = (
            " The model lets deterrence help or harm: its range for each doubling goes from "
            f"{_as_change(low)} to {_as_change(high)} in starting and going on with use."
        )
    return [Heading("How strong deterrence would have to be"), Paragraph(said + spread)]


def _as_change(log_ratio: float) -> str:
    """A log ratio as `15% fewer` or `17% more`."""
    from math import exp

    percent = round((exp(log_ratio) - 1) * 100)
    if percent == 0:
        return "no change"
    return f"{abs(percent)}% {'less' if percent < 0 else 'more'}"


def _against_data(facts: Facts) -> list[Block]:
    blocks: list[Block] = [Heading("The model against this place's data")]
    entries = facts.results["model_against_data"]
    if not entries:
        blocks.append(
            Paragraph(
                "This place has given no counts of deaths, overdoses or contacts, so the model "
                "could not be held against them. It rests on country or world figures and on our "
                "judgement, and its ranges are wide for that."
            )
        )
        return blocks
    rows = [
        (
            f"{entry['label']}, {entry['unit']}",
            _figure(entry["observed"], entry.get("observed_low"), entry.get("observed_high"))
            if entry.get("observed") is not None
            else phrases.NOT_KNOWN,
            _figure(entry["modelled"], entry.get("low"), entry.get("high"))
            if entry.get("modelled") is not None
            else phrases.NOT_KNOWN,
            entry["says"],
        )
        for entry in entries
    ]
    blocks.append(
        Table(
            "Recorded and modelled, a year, in the years used to fit the model",
            (
                Column("What", width=2),
                Column("Recorded, in scope", "right"),
                Column("Modelled", "right"),
                Column("Reads", width=2),
            ),
            rows,
            notes=(MODEL_NOTE, "Numbers the model was fitted to cannot test it."),
            dense=True,
            cards=True,
        )
    )
    return blocks


def _method(facts: Facts) -> list[Block]:
    results = facts.results
    return [
        Heading("Method"),
        Paragraph(
            f"{results['people']:,} people with regular or high-risk use of opioids or stimulants "
            "are simulated week by week, and stand for all such people here. They use, inject or "
            "smoke, meet police, are arrested, held and released, start and leave treatment, "
            "overdose, are helped or die, catch infections, and offend. Other people whom police "
            "stop over drugs are counted, not simulated."
        ),
        Paragraph(
            f"Everything that is not known exactly has a range. Each of {results['draws']} runs "
            "takes one value from every range; each run plays today and every option with the "
            "same people and the same luck, so that only the option makes the difference. The "
            "number printed is the middle of the runs; the range leaves out one in twenty at "
            "either end. The chance that an option is better is the share of runs in which it is, "
            "ties counted half."
        ),
        Bullets(
            (
                "Effects found elsewhere are made smaller, and their range wider, the weaker the "
                "study behind them; with no study the record is our judgement, and marked so.",
                f"Every option starts now and grows as its first steps allow; results are means "
                f"over {facts.years} years. Training fades unless repeated.",
                "Base rates are scaled so that the years before today give this place's own "
                "deaths and contacts, as far as they are recorded. Base rates that nobody counts "
                "stay judgements.",
                "More arrests is a row for comparison. Deterrence may help or harm in it.",
                "Not in the model: people who come from other areas, recreational use, housing "
                "and jobs as causes, and options taken together.",
            )
        ),
        Paragraph("The same inputs and the same seed give the same numbers to the last digit:"),
        Numbered(
            (
                f"run {results['run']}, version {results['version']}, seed {results['seed']}, "
                f"{results['draws']} runs, {results['people']:,} people, {facts.years} years;",
                "manifest.json holds the hashes of the place, the catalogue and the presets.",
            )
        ),
    ]


def _numbers(facts: Facts) -> list[Block]:
    entries = facts.results["provenance"]
    order = {"local": 0, "preset": 1, "judged": 2}
    numbers = [e for e in entries if not isinstance(e["value"], str)]
    rows = [
        (
            entry["label"],
            _number(entry),
            BASIS[entry["basis"]],
            _age(entry),
            _source(entry["source"]),
        )
        for entry in sorted(numbers, key=lambda e: order[e["basis"]])
    ]
    return [
        PageBreak(),
        Heading("The numbers used"),
        Table(
            "Local: of this place. Preset: published for the country or the world. Judged: ours",
            (
                Column("What", width=1.7),
                Column("Number and range", "right", 1.2),
                Column("Kind", width=0.55),
                Column("Age", "right", 0.65),
                Column("Source", width=3.2),
            ),
            rows,
            notes=("Full sources: place.toml, and 'offramp place show PLACE --json'.",),
            dense=True,
        ),
    ]


def _number(entry: dict[str, object]) -> str:
    value, low, high = entry["value"], entry["low"], entry["high"]
    assert isinstance(value, int | float)
    ends = [float(v) for v in (low, high) if isinstance(v, int | float)]
    if len(ends) == 2:
        return phrases.amount(float(value), *ends)
    return phrases.amount(float(value))


def _age(entry: dict[str, object]) -> str:
    age = entry.get("age_years")
    if not isinstance(age, int | float):
        return "no date"
    return phrases.years(float(age)).replace("less than a year", "under 1")


def _source(source: str) -> str:
    text = lower_first(source) if source.startswith("Our ") else source
    if len(text) <= LONGEST_SOURCE:
        return text
    return text[:LONGEST_SOURCE].rsplit(" ", 1)[0] + " …"
