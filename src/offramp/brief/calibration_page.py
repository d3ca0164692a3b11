"""The report of a calibration: counts beside the model, what they told, and what they did not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from offramp.brief.annex import NOT_REVIEWED
from offramp.brief.calibration_words import (
    LEVELS,
    POINT,
    VERDICTS,
    Subject,
    apart_text,
    conflict_lines,
    inside_text,
    learned_text,
    left_out_lines,
    quality_rows,
    range_text,
    rolling_text,
    score_text,
    span,
    unknown_lines,
    vague_lines,
    verdict_text,
)
from offramp.brief.effects import chart_words
from offramp.brief.phrases import percent
from offramp.catalogue.words import is_reviewed
from offramp.documents.charts import Chart, ModelPoint, Observed, Range, time_series
from offramp.documents.furniture import document_words
from offramp.documents.tree import (
    Block,
    Bullets,
    Column,
    Document,
    Figure,
    Heading,
    Paragraph,
    Table,
)
from offramp.languages import N_, _, language, number

LEAD = N_(
    "The uncertain inputs of the model were narrowed to values with which it counts about what was "
    "counted here. The plan and the briefing of this place use them."
)
FITTED = N_(
    "The model was fitted to these same counts. About nine in ten should lie in a 90% range; where "
    "all of many do, the range may be wider than it need be. The test on counts that it was not "
    "fitted to comes below."
)
METHOD = (
    N_(
        "Points of everything uncertain are drawn from what studies and judgements allow, and "
        "simulated from the first quarter on, each with the same few lucks. A quick stand-in for "
        "the model is learned from them. New points are drawn where the stand-in agrees with the "
        "counts, and simulated, stage by stage. Each point weighs as much as the model there "
        "agrees with the counts, against how readily the point was drawn."
    ),
    N_(
        "A count is taken as negative binomial around what the model expects, divided by the share "
        "of the counts that the simulation is about; how far counts spread beyond chance has a "
        "range that was fixed before, and how far the few lucks have a series off is allowed for. "
        "Risk of an overdose, how often one kills, police contacts and recorded offences may drift "
        "from year to year, and so may each of several series that count the same; how fast is "
        "learned too."
    ),
    N_(
        "Agreement with the counts of the past is no proof that the model is right about what an "
        "option would change: that rests on the evidence of each option."
    ),
)


def calibration_page(found: Mapping[str, Any], about: Subject) -> Document:
    """The report as a document. found: what `posterior.json` holds."""
    return Document(
        title=_("{place}: calibrated to its own counts", place=found["place"]),
        blocks=tuple(_blocks(found, about)),
        subtitle=span(found["window"]),
        language=language().tag,
        notice=found["example_notice"] or "",
        words=document_words(),
    )


def _blocks(found: Mapping[str, Any], about: Subject) -> list[Block]:
    blocks: list[Block] = [
        Paragraph(_(LEAD), style="lead"),
        Heading(_("How good this is")),
        Paragraph(_(POINT) + " " + verdict_text(found["quality"])),
        _quality(found["quality"]),
    ]
    if conflicts := conflict_lines(found, about):
        blocks += [Heading(_("Where model, counts and studies disagree"))]
        blocks += [Bullets(tuple(conflicts))]
    ids = [row["id"] for row in found["series"]]
    return [
        *blocks,
        Heading(_("Counted and modelled")),
        Paragraph(_(FITTED)),
        *(Paragraph(said) for said in vague_lines(found, about)),
        *(_series(row, about, ids) for row in found["series"]),
        *(Paragraph(said) for said in left_out_lines(found.get("left_out", ()), about)),
        Heading(_("What happens in a year")),
        _today(found["today"]),
        *(Paragraph(said) for said in unknown_lines(found)),
        Heading(_("What the counts told")),
        *_learned(found, about),
        Heading(_("Would it have foreseen what came?")),
        *_rolling(found["rolling"], about),
        Heading(_("Method")),
        *(Paragraph(_(text)) for text in METHOD),
        Paragraph(_made_with(found), style="small"),
        Paragraph(_(NOT_REVIEWED), style="small"),
        *_not_reviewed(),
    ]


def _made_with(found: Mapping[str, Any]) -> str:
    settings = {name: number(value, 0) for name, value in found["settings"].items()}
    settings["seed"] = str(found["settings"]["seed"])
    return _(
        "Made by Offramp {version}: {points} points in every stage, {people} people for each of "
        "{lucks} lucks, {runs} runs, seed {seed}. The same inputs and settings give the same "
        "numbers.",
        version=found["version"], **settings,
    )  # fmt: skip


def _not_reviewed() -> list[Block]:
    if is_reviewed():
        return []
    said = _("This translation has not yet been reviewed by a native speaker.")
    return [Paragraph(said, style="small")]


def _quality(quality: Mapping[str, Any]) -> Table:
    return Table(
        _("How good the points are that this rests on"),
        (
            Column(_("What"), width=3),
            Column(_("Aim"), "right"),
            Column(_("Found"), "right", 1.4),
        ),
        quality_rows(quality),
        cards=True,
    )


def _x(period: str) -> float:
    year, _dash, quarter = period.partition("-Q")
    return int(year) + ((int(quarter) - 1) / 4 if quarter else 0)


def _series(row: Mapping[str, Any], about: Subject, ids: Sequence[str]) -> Figure:
    periods = row["periods"]
    name = about.label(row["id"], ids)
    definition = row["definition"].strip().rstrip(".")
    said = [inside_text(row), _("What is counted: {definition}.", definition=definition)]
    if about.by_month(row["id"]):
        said.append(_("Months are put together to quarters here."))
    table = Table(
        name,
        (
            Column(_("Period")),
            Column(_("Counted"), "right"),
            Column(_("Calibrated"), "right"),
            Column(_("Without the counts"), "right"),
        ),
        [(p["period"], _counted(p), range_text(p), range_text(p["before"])) for p in periods],
        dense=True,
        cards=True,
    )
    return Figure(name, _chart(name, periods), " ".join(said), table)


def _chart(name: str, periods: list[Mapping[str, Any]]) -> Chart:
    points = [
        Observed(_x(p["period"]), None if p["counted"] is None else float(p["counted"]))
        for p in periods
    ]
    model = [ModelPoint(_x(p["period"]), Range(p["low"], p["middle"], p["high"])) for p in periods]
    first, last = periods[0], periods[-1]
    quarterly = "-Q" in first["period"]
    alt = _(
        "{name}, {span}: what was counted, and the model's middle and 90% range; {then} at the "
        "beginning, {now} at the end.",
        name=name, span=span([first["period"], last["period"]]), then=range_text(first),
        now=range_text(last),
    )  # fmt: skip
    return time_series(
        points,
        model,
        x_title=_("each point is a quarter") if quarterly else _("each point is a year"),
        y_title=name,
        alt=alt,
        words=chart_words(),
        language=language().code,
        quarters=True,
    )


def _counted(period: Mapping[str, Any]) -> str:
    if period["counted"] is not None:
        return number(period["counted"], 0)
    if period["below"] is not None:
        return _("below {limit}", limit=number(period["below"], 0))
    return _("not known")


def _today(rows: list[Mapping[str, Any]]) -> Table:
    return Table(
        _("In the last year of the series: middle and 90% range"),
        (
            Column(_("What"), width=2),
            Column(_("Calibrated"), "right"),
            Column(_("Without the counts"), "right"),
            Column(_("A series tells")),
        ),
        [
            (
                _(LEVELS[row["id"]]),
                range_text(row),
                range_text(row["before"]),
                _("yes") if row["from_data"] else _("no"),
            )
            for row in rows
        ],
        cards=True,
    )


def _learned(found: Mapping[str, Any], about: Subject) -> list[Block]:
    said = Paragraph(learned_text(found))
    if not found["learned"]:
        return [said]
    table = Table(
        _("Inputs that the counts made more certain, most first: middle and 90% range"),
        (
            Column(_("What"), width=3),
            Column(_("Calibrated"), "right"),
            Column(_("Without the counts"), "right"),
            Column(_("Spread that is left"), "right"),
        ),
        [
            (
                about.input(row["name"]),
                range_text(row),
                range_text(row["before"]),
                percent(row["spread_kept"]),
            )
            for row in found["learned"]
        ],
        dense=True,
        cards=True,
    )
    return [said, table]


def _rolling(rolling: Mapping[str, Any] | None, about: Subject) -> list[Block]:
    if rolling is None:
        return [Paragraph(_("Forecasts were not asked for."))]
    blocks: list[Block] = [Paragraph(rolling_text(rolling))]
    if not rolling["forecasts"]:
        return blocks
    said = [_(VERDICTS[rolling["verdict"]]), apart_text(rolling, about)]
    blocks.append(Paragraph(" ".join(filter(None, said))))
    ids = [row["id"] for row in rolling["by_series"]]
    blocks.append(
        Table(
            _("Forecasts by series"),
            (
                Column(_("Series"), width=2),
                Column(_("Forecasts"), "right"),
                Column(_("In the 90% range"), "right"),
                Column(_("Score against the last count going on"), "right"),
            ),
            [
                (
                    about.label(row["id"], ids),
                    number(row["forecasts"], 0),
                    percent(row["coverage"]),
                    score_text(row["score_ratio"]),
                )
                for row in rolling["by_series"]
            ],
            notes=(
                _(
                    "The interval score punishes wide ranges and ranges that miss; below 1 is "
                    "better than the last count going on."
                ),
            ),
            cards=True,
        )
    )
    return blocks
