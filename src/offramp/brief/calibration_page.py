"""The report of a calibration: counts beside the model, what they told, and what they did not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from offramp.brief.effects import chart_words
from offramp.documents.charts import Chart, ModelPoint, Observed, Range, time_series
from offramp.documents.tree import (
    Block,
    Column,
    Document,
    Figure,
    Heading,
    Paragraph,
    Table,
)
from offramp.languages import N_, _, language, number
from offramp.plan.calibration.text import VERDICTS, quality_text, range_text, rolling_text

METHOD = (
    N_(
        "Points of everything uncertain are drawn from the priors and simulated from the first "
        "quarter on, each with the same few lucks. A quick stand-in for the model is learned from "
        "them. New points are drawn where the stand-in agrees with the counts, and simulated; each "
        "weighs as much as the model agrees with the counts, against the stand-in."
    ),
    N_(
        "A count is taken as negative binomial around what the model expects, divided by the share "
        "of the counts that the simulation is about; how far counts spread beyond chance has a "
        "prior that was fixed before. Risk of an overdose, police contacts and recorded offences "
        "may drift from year to year; how fast is learned too."
    ),
    N_(
        "Agreement with the counts of the past is no proof that the model is right about what an "
        "option would change: that rests on the evidence of each option."
    ),
)


def calibration_page(found: Mapping[str, Any], notice: str | None) -> Document:
    """The report as a document. found: what `posterior.json` holds."""
    first, last = found["window"]
    blocks: list[Block] = [
        Heading(_("How good this is")),
        Paragraph(quality_text(found["quality"])),
        *(Paragraph(said) for said in found["conflicts"]),
        Heading(_("Counted and modelled")),
        *(_series(row) for row in found["series"]),
        Heading(_("What happens in a year")),
        _today(found["today"]),
        *(Paragraph(said) for said in found["without_data"]),
        Heading(_("What the counts told")),
        *_learned(found),
        Heading(_("Would it have foreseen what came?")),
        *_rolling(found["rolling"]),
        Heading(_("Method")),
        *(Paragraph(_(text)) for text in METHOD),
    ]
    return Document(
        title=_("{place}: calibrated to its own counts", place=found["place"]),
        blocks=tuple(blocks),
        subtitle=_("{first} to {last}", first=first, last=last),
        language=language().code,
        notice=notice or "",
    )


def _x(period: str) -> float:
    year, _dash, quarter = period.partition("-Q")
    return int(year) + ((int(quarter) - 1) / 4 if quarter else 0)


def _series(row: Mapping[str, Any]) -> Figure:
    periods = row["periods"]
    points = [
        Observed(_x(p["period"]), None if p["counted"] is None else float(p["counted"]))
        for p in periods
    ]
    model = [ModelPoint(_x(p["period"]), Range(p["low"], p["middle"], p["high"])) for p in periods]
    sentence = _(
        "{inside} of {known} counts lie in the model's 90% range. {definition}",
        inside=row["inside"], known=row["known"], definition=row["definition"],
    )  # fmt: skip
    table = Table(
        row["label"],
        (
            Column(_("Period")),
            Column(_("Counted"), "right"),
            Column(_("Modelled"), "right"),
            Column(_("By the priors alone"), "right"),
        ),
        [(p["period"], _counted(p), range_text(p), range_text(p["before"])) for p in periods],
        dense=True,
    )
    return Figure(f"{row['label']} ({row['id']})", _chart(row, points, model), sentence, table)


def _chart(row: Mapping[str, Any], points: list[Observed], model: list[ModelPoint]) -> Chart:
    return time_series(
        points, model, y_title=row["label"], words=chart_words(), language=language().code
    )


def _counted(period: Mapping[str, Any]) -> str:
    if period["counted"] is not None:
        return number(period["counted"], 0)
    if period["below"] is not None:
        return _("below {limit}", limit=number(period["below"], 0))
    return _("not known")


def _today(rows: list[Mapping[str, Any]]) -> Table:
    return Table(
        _("In the last year of the series, and what the priors alone say"),
        (
            Column(_("What"), width=2),
            Column(_("Calibrated"), "right"),
            Column(_("By the priors alone"), "right"),
            Column(_("A series tells")),
        ),
        [
            (
                row["label"],
                range_text(row),
                range_text(row["before"]),
                _("yes") if row["from_data"] else _("no"),
            )
            for row in rows
        ],
        cards=True,
    )


def _learned(found: Mapping[str, Any]) -> list[Block]:
    learned = found["learned"]
    everything = len(learned) + len(found["prior_only"])
    said = _(
        "The counts made {some} of {all} uncertain inputs more certain. The others are known by "
        "their priors only.",
        some=len(learned), all=everything,
    )  # fmt: skip
    if not learned:
        return [Paragraph(said)]
    table = Table(
        _("Inputs that the counts made more certain, most first"),
        (
            Column(_("What"), width=3),
            Column(_("Calibrated"), "right"),
            Column(_("Prior"), "right"),
            Column(_("Spread that is left"), "right"),
        ),
        [
            (
                row["meaning"],
                range_text(row),
                range_text(row["before"]),
                f"{number(100 * row['spread_kept'], 0)}%",
            )
            for row in learned
        ],
        dense=True,
        cards=True,
    )
    return [Paragraph(said), table]


def _rolling(rolling: Mapping[str, Any] | None) -> list[Block]:
    if rolling is None:
        return [Paragraph(_("Forecasts were not asked for."))]
    blocks: list[Block] = [Paragraph(rolling_text(rolling))]
    if not rolling["forecasts"]:
        return blocks
    blocks.append(Paragraph(_(VERDICTS[rolling["verdict"]])))
    blocks.append(
        Table(
            _("Forecasts by series"),
            (
                Column(_("Series")),
                Column(_("Forecasts"), "right"),
                Column(_("In the 90% range"), "right"),
                Column(_("Score against the last count going on"), "right"),
            ),
            [
                (
                    row["id"],
                    number(row["forecasts"], 0),
                    f"{number(100 * row['coverage'], 0)}%",
                    number(row["score_ratio"], 2),
                )
                for row in rolling["by_series"]
            ],
            notes=(_("Scores below 1 are better than the last count going on."),),
        )
    )
    return blocks
