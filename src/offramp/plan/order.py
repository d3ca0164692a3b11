"""Orders for display: best first by outcome, and the options worth a first look.

Orders never filter. The index of an outcome, one that counts nothing twice: health, years of life
in full health; safety, harm of recorded offences, less is better; confidence, the mean of
residents' ratings and trust of people who use drugs. Process and equity enter none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from offramp.fit import Fit
from offramp.languages import N_, _
from offramp.place.load import LoadedPlace

CAN_START = ("ready", "ready_with_agreement", "needs_policy", "already_here")
FIRST_PAGE = ("fatal_overdoses", "violent_offences", "acquisitive_offences")
ALREADY = 0.8  # an option that runs this far has little left to start
NOTHING = 0.001  # share of today's level: a smaller change counts as none


def _row(option: dict[str, Any], measure: str) -> dict[str, Any]:
    found: dict[str, Any] = next(e for e in option["effects"] if e["measure"] == measure)
    return found


def _relative(option: dict[str, Any], measure: str) -> float:
    row = _row(option, measure)
    today = abs(row["today"] or 0.0)
    return float(row["change"] or 0.0) / today if today else 0.0


def index(option: dict[str, Any], outcome: str) -> float:
    """The index of an outcome for one option: change against today, higher is better."""
    if outcome == "health":
        return float(_row(option, "qalys")["change"] or 0.0)
    if outcome == "safety":
        return -float(_row(option, "crime_harm")["change"] or 0.0)
    residents = float(_row(option, "resident_confidence")["change"] or 0.0)
    return (residents + float(_row(option, "trust_of_pwud")["change"] or 0.0)) / 2


def rankings(options: list[dict[str, Any]]) -> dict[str, Any]:
    """Ids best first by outcome."""
    return {
        "by_outcome": {
            outcome: [o["id"] for o in sorted(options, key=lambda o: (-index(o, outcome), o["id"]))]
            for outcome in ("safety", "health", "confidence")
        }
    }


def promising(
    options: list[dict[str, Any]], place: LoadedPlace, fits: Mapping[str, Fit]
) -> list[dict[str, Any]]:
    """At most three options that could start here, those that change most first.

    The score adds, with the place's weights of health and safety (equal where nobody set any), the
    share of today's overdose deaths and the share of the harm of today's recorded offences that an
    option averts; what cannot be told counts nothing, nor does harm where no kind of offence can.
    Modelled confidence has no part in it. Left out: what is not lawful or not known here (also
    where it runs already: nothing is said for more of it), what runs to four fifths already, what
    averts less than a thousandth, and what more likely than not raises overdose deaths.
    """
    health, safety = _weights(place)

    def score(option: dict[str, Any]) -> float:
        kinds = any(_told(option, kind) for kind in FIRST_PAGE[1:])  # else no page can say of what
        harm = _told(option, "crime_harm") if kinds else 0.0
        return health * _told(option, "fatal_overdoses") + safety * harm

    able = [
        o
        for o in options
        if fits[o["id"]].if_new in CAN_START
        and o["fit"]["status"] in CAN_START
        and o["share_in_place"] < ALREADY
        and not _harms(o)
    ]
    best = sorted(able, key=lambda o: (-score(o), o["id"]))
    return [
        {"id": o["id"], "measure": headline(o), "score": float(f"{score(o):.4g}"), "why": _why(o)}
        for o in best[:3]
        if score(o) > NOTHING
    ]


def _told(option: dict[str, Any], measure: str) -> float:
    """Share of today's level averted; nothing where the direction cannot be told."""
    told = _row(option, measure)["reading"] != "cannot_tell"
    return -_relative(option, measure) if told else 0.0


def _weights(place: LoadedPlace) -> tuple[float, float]:
    given = place.resolved.priorities
    if given is None or given.health + given.safety == 0:
        return 0.5, 0.5
    total = given.health + given.safety
    return given.health / total, given.safety / total


def _harms(option: dict[str, Any]) -> bool:
    row = _row(option, "fatal_overdoses")
    chance = row["chance_better"]
    return chance is not None and chance < 0.4 and abs(row["change"]) > NOTHING * abs(row["today"])


def headline(option: dict[str, Any]) -> str:
    """The one measure for a first page: of those in the score, the one that moves it most."""

    def part(measure: str) -> float:
        told = _row(option, measure)["reading"] != "cannot_tell"
        return abs(_relative(option, measure)) if told else 0.0

    return max(FIRST_PAGE, key=part)


def _why(option: dict[str, Any]) -> str:
    row = _row(option, headline(option))
    what = str(row["label"])
    what = what[0].lower() + what[1:]
    words = {
        "helps": N_("likely to help with {what}"),
        "too_small": N_(
            "likely to help with {what}, by less than the place could see in these years"
        ),
        "cannot_tell": N_("what it does to {what} cannot be told"),
        "harms": N_("may harm: {what}"),
    }
    if row["reading"] not in words:
        return _("shown without a judgement")
    return _(words[row["reading"]], what=what)
