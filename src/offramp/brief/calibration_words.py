"""What a calibration found, in words: the page, the terminal and the briefing say the same."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from offramp.brief.fields import in_words
from offramp.brief.page_one import MEASURES
from offramp.brief.phrases import percent, sentence, to
from offramp.catalogue.load import Catalogue
from offramp.languages import N_, _, number
from offramp.model.priors import Prior
from offramp.place.load import LoadedPlace
from offramp.plan.calibration.result import APART, FEWEST_RUNS
from offramp.plan.calibration.rolling import COVERED
from offramp.plan.calibration.sampling import LARGEST, SMALLEST
from offramp.plan.inputs import place_inputs

DIGITS = 3
LEVELS = {
    "deaths": N_("Overdose deaths of people in the simulation, a year"),
    "contacts": N_("Police contacts with people in the simulation, a year"),
    "acquisitive_offences": N_("Their recorded thefts, burglaries and robberies, a year"),
    "violent_offences": N_("Their recorded violent offences, a year"),
    "in_treatment": N_("How many of them are in treatment"),
}
LEARNED = {  # records whose words hold for a plan without counts, and name no unit
    "judge_overdose_level": N_(
        "Overdose deaths of people in the simulation, per 100 people a year"
    ),
    "judge_acquisitive_level": N_(
        "Recorded thefts, burglaries and robberies by people in the simulation, per person a year"
    ),
    "judge_violent_level": N_(
        "Recorded violent offences by people in the simulation, per person a year"
    ),
}
VERDICTS = {
    True: N_(
        "Its ranges, those of all series together, hold what came as often as aimed at, and it "
        "foretells no worse than the last count going on."
    ),
    False: N_("It does NOT foretell well enough: see the two figures above."),
    None: N_("Too few forecasts for a verdict."),
}


POINT = N_(
    "What follows rests on points: a point is one value for each uncertain input, with which "
    "the model was run."
)


@dataclass(frozen=True)
class Subject:
    """What a calibration is about, to give its names their words."""

    place: LoadedPlace
    catalogue: Catalogue

    def measure(self, series: str) -> str:
        """What a series counts."""
        known = {s.id: s.measure for s in self.place.place.outcomes}
        return _(MEASURES[known[series]]) if series in known else series

    def label(self, series: str, among: Iterable[str]) -> str:
        """What a series counts; with its name where others among them count the same."""
        said = self.measure(series)
        alike = sum(self.measure(other) == said for other in among)
        return said if alike < 2 else f"{said}: {series.replace('_', ' ')}"

    def by_month(self, series: str) -> bool:
        """Whether the place gives a series by month."""
        return any(s.id == series and s.period == "month" for s in self.place.place.outcomes)

    def input(self, name: str) -> str:
        """What an uncertain input means."""
        kind, _colon, rest = name.partition(":")
        if kind == "evidence" and rest in LEARNED:
            return _(LEARNED[rest])
        if kind == "evidence" and rest in self.catalogue.evidence:
            return sentence(self.catalogue.evidence[rest].says).rstrip(".")
        section, _dot, one = rest.partition(".")
        if section == "outcomes":
            return _("{what}: share that the model is about", what=self.measure(one))
        if section in ("practice", "covered"):
            option = self.catalogue.options.get(one)
            name = option.name if option is not None else one
            if section == "practice":
                return _("{option}: of those it is for, those it covers", option=name)
            return _("{option}: contacts that the written policy covers", option=name)
        return in_words(rest)


def span(window: tuple[str, str] | list[str]) -> str:
    """First and last quarter: `2011-Q1 to 2021-Q3`, in words where a language has them."""
    ends = [one.partition("-Q") for one in window]
    if not all(quarter for _year, _q, quarter in ends):
        return to(window[0], window[1])
    (first_year, _q, first), (last_year, _q, last) = ends
    return _(
        "{first_year}-Q{first} to {last_year}-Q{last}",
        first_year=first_year, first=first, last_year=last_year, last=last,
    )  # fmt: skip


def range_text(row: Mapping[str, Any]) -> str:
    """Middle and 90% range, all with as many decimals: `26 (20 to 34)`."""
    low, middle, high = _together([row["low"], row["middle"], row["high"]])
    return f"{middle} ({to(low, high)})"


def _together(values: Sequence[float | None]) -> list[str]:
    """Three digits of the largest, at least one of the smallest, and no zeros at every end."""
    known = [abs(value) for value in values if value]
    decimals = 0
    if known and max(known) < 20:
        decimals = max(_decimals(max(known), DIGITS), _decimals(min(known), 1))
    while decimals and all(round(v, decimals) == round(v, decimals - 1) for v in known):
        decimals -= 1
    return [_("not known") if value is None else number(value, decimals) for value in values]


def _decimals(value: float, digits: int) -> int:
    return min(max(digits - 1 - math.floor(math.log10(value)), 0), 6)


def inside_text(row: Mapping[str, Any]) -> str:
    """How many of the counts of a series lie in the range, as far as that tests anything."""
    if row["known"] < 2:
        return _("With so few counts, whether they lie in the model's 90% range tests nothing.")
    return _(
        "{inside} of {known} counts lie in the model's 90% range.",
        inside=number(row["inside"], 0), known=number(row["known"], 0),
    )  # fmt: skip


def vague_lines(found: Mapping[str, Any], about: Subject) -> list[str]:
    """Figures of the place for which calibration takes a wide range instead, so that no count is
    used twice."""
    own = place_inputs(about.place.resolved)
    figures = []
    for name, prior in found["vague_priors"].items():
        stated = own[name].prior
        known = [v for v in (stated.estimate, stated.low, stated.high) if v is not None]
        said = _together(known)
        low, high = Prior(**prior).at(np.array([0.05, 0.95]))
        figures.append(
            _(
                "{input}: {own}, here {wide}",
                input=about.input(name),
                own=said[0] if len(said) < 3 else f"{said[0]} ({to(said[1], said[2])})",
                wide=to(*_together([float(low), float(high)])),
            )
        )
    if not figures:
        return []
    return [
        _(
            "Some figures in the place's own file rest on counts that are used here. So that no "
            "count is used twice, calibration begins from a wide range for them, and the ranges "
            "without the counts rest on it too. {figures}.",
            figures="; ".join(figures),
        )
    ]


def score_text(ratio: float) -> str:
    """Two digits, and more where they would hide on which side of the aim it lies."""
    digits = next((d for d in (2, 3) if ratio == 1 or round(ratio, d) != 1), 4)
    return number(ratio, digits)


def verdict_text(quality: Mapping[str, Any]) -> str:
    """Whether the sample is good enough."""
    if quality["met"]:
        return _("The points meet all their aims.")
    return _("NOT all aims are met: read the ranges as rough, or calibrate with more --points.")


def quality_rows(quality: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What is asked of the sample, the aim, and what was found."""
    runs = len(quality["effective"])
    rows = [
        (
            _("Independent runs"),
            _("{number} or more", number=number(FEWEST_RUNS, 0)),
            number(runs, 0),
        ),
        (
            _("Effective sample size of each run, in independent points"),
            _("{number} or more", number=number(SMALLEST, 0)),
            "; ".join(number(size, 0) for size in quality["effective"]),
        ),
        (
            _("Largest weight of one point in each run"),
            _("{number} or less", number=percent(LARGEST)),
            "; ".join(percent(weight) for weight in quality["largest_weight"]),
        ),
    ]
    apart = number(quality["apart"], 2) if runs > 1 else _("not known")
    said = _("Farthest that a run lies from all together, in standard deviations")
    rows.append((said, _("{number} or less", number=number(APART, 1)), apart))
    return rows


def conflict_lines(found: Mapping[str, Any], about: Subject) -> list[str]:
    """Where the model, the priors and the counts do not go together."""
    rows = {row["id"]: row for row in found["series"]}
    said = [
        _(
            "{label} ({id}): only {inside} of {known} counts lie in the model's 90% range, so it "
            "cannot give this series together with the others.",
            label=about.measure(one), id=one, inside=number(rows[one]["inside"], 0),
            known=number(rows[one]["known"], 0),
        )
        for one in found["conflicts"]["series"]
    ]  # fmt: skip
    if found["conflicts"]["inputs"]:
        meanings = "; ".join(about.input(name) for name in found["conflicts"]["inputs"])
        said.append(
            _(
                "Inputs that had to move to the edge of their range to agree with the counts: "
                "{meanings}.",
                meanings=meanings,
            )
        )
    return said


def left_out_lines(rows: Iterable[Mapping[str, Any]], about: Subject) -> list[str]:
    """Series that calibration could not use, and whether plans do. rows: `left_out`."""
    return [
        _(
            "{label} ({id}): left out, as no whole quarter or year of it is known.",
            label=about.measure(row["id"]), id=row["id"],
        )
        + " "
        + (
            _("Plans take today's level from the counts in it that are known.")
            if row["plan_reads"]
            else _("Plans do not read it either.")
        )
        for row in rows
    ]  # fmt: skip


def unknown_lines(found: Mapping[str, Any]) -> list[str]:
    """What no series speaks to, and how wide it stays."""
    rows = {row["id"]: row["before"] for row in found["today"]}
    return [
        _(
            "{label}: no series of this place tells. It stays as wide as the studies and "
            "judgements have it, {range}: {fold} times from end to end.",
            label=_(LEVELS[name]),
            range=to(*_together([rows[name]["low"], rows[name]["high"]])),
            fold=number(rows[name]["high"] / rows[name]["low"], 0),
        )
        for name in found["without_data"]
        if rows[name]["low"]
    ]


def learned_text(found: Mapping[str, Any]) -> str:
    """How many inputs the counts told anything about."""
    some = len(found["learned"])
    return _(
        "The counts made {some} of {all} uncertain inputs more certain. The others stay as the "
        "studies and judgements have them.",
        some=number(some, 0),
        all=number(some + len(found["prior_only"]), 0),
    )


def rolling_text(rolling: Mapping[str, Any]) -> str:
    """How well it would have foreseen what came."""
    if not rolling["forecasts"]:
        return _("Too few counts to try forecasts on.")
    said = _(
        "{count} forecasts from {origins} earlier quarters: the 90% range held {coverage} of what "
        "came (aim: {aim}); the interval score is {ratio} times that of the last count going "
        "on (aim: 1 or less).",
        count=number(rolling["forecasts"], 0),
        origins=number(len(rolling["effective"]), 0),
        coverage=percent(rolling["coverage"]),
        aim=to(*map(percent, COVERED)),
        ratio=score_text(rolling["score_ratio"]),
    )
    if rolling["score_range"]:
        ends = to(*map(score_text, rolling["score_range"]))
        said += " " + _(
            "With other quarters to begin from, the score might be {range}.", range=ends
        )
    return said


def apart_text(rolling: Mapping[str, Any], about: Subject) -> str:
    """The series whose own forecasts lie outside of the aim, which is for all together; empty when
    none does."""
    rows = rolling["by_series"]
    ids = [row["id"] for row in rows]
    outside = [
        f"{about.label(row['id'], ids)} ({percent(row['coverage'])})"
        for row in rows
        if not COVERED[0] <= row["coverage"] <= COVERED[1]
    ]
    if not outside:
        return ""
    return _(
        "The aim is for all series together. Taken alone, outside of it: {series}.",
        series="; ".join(outside),
    )
