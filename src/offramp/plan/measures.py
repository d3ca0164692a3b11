"""From tallies to what people read: events a year in the place, under every scenario.

Measures of the simulated people are scaled to the people they stand for. Contacts, arrests and
hours add those of everybody else whom police stop over drugs: they are counts, not persons, with
their own rate of finds; the options move their volume and how contacts end; nothing is said of
their health.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from offramp.languages import N_, _
from offramp.model import tallies as t
from offramp.model.parameters import INDEX
from offramp.plan.confidence import residents_ratings
from offramp.plan.ensemble import Runs, Setup
from offramp.plan.inputs import Floats
from offramp.plan.of_place import reference_group
from offramp.plan.other_contacts import contacts_of_others
from offramp.plan.weighing import HARM

Tallied = Callable[[str], Floats]  # a tally by name, in the place's numbers
Better = Literal["lower", "higher", "nearer_one", "neither"]


@dataclass(frozen=True)
class Measure:
    """A row of results. first_page: may stand on a first page (modelled confidence may not)."""

    id: str
    outcome: Literal["safety", "health", "confidence", "process", "equity"]
    label: str
    unit: str
    better: Better
    note: str | None = None


MEASURES = (
    Measure("fatal_overdoses", "health", N_("Overdose deaths"), N_("deaths a year"), "lower"),
    Measure(
        "nonfatal_overdoses",
        "health",
        N_("Overdoses that people survive"),
        N_("overdoses a year"),
        "lower",
    ),
    Measure("hiv_infections", "health", N_("New HIV infections"), N_("infections a year"), "lower"),
    Measure(
        "hcv_infections",
        "health",
        N_("New hepatitis C infections"),
        N_("infections a year"),
        "lower",
    ),
    Measure(
        "deaths_all_causes",
        "health",
        N_("Deaths of people simulated, from all causes"),
        N_("deaths a year"),
        "lower",
    ),
    Measure(
        "qalys",
        "health",
        N_("Years of life in full health"),
        N_("years of full health"),
        "higher",
        N_(
            "Quality of life in the years simulated, and with every death all that was left of "
            "life, also beyond those years; today is shown as lived."
        ),
    ),
    Measure(
        "acquisitive_offences",
        "safety",
        N_("Recorded thefts, burglaries and robberies by people simulated"),
        N_("offences a year"),
        "lower",
    ),
    Measure(
        "violent_offences",
        "safety",
        N_("Recorded violent offences by people simulated"),
        N_("offences a year"),
        "lower",
    ),
    Measure(
        "crime_harm",
        "safety",
        N_("Harm of recorded offences by people simulated"),
        N_("points a year"),
        "lower",
        N_(
            "Each offence counts as much as sentences for its kind weigh in the published indices "
            "of Canada and of England and Wales; the mean of a kind is a judgement: read the "
            "ratio, not the points."
        ),
    ),
    Measure(
        "discarded_syringes",
        "safety",
        N_("Syringes left in the street by people simulated"),
        N_("syringes a year"),
        "lower",
        N_("The level is a judgement: read the ratio, not the count."),
    ),
    Measure(
        "needlesticks", "safety", N_("Needle injuries of officers"), N_("injuries a year"), "lower"
    ),
    Measure(
        "resident_confidence",
        "confidence",
        N_("Residents who rate police good or excellent"),
        N_("percentage points"),
        "higher",
    ),
    Measure(
        "trust_of_pwud",
        "confidence",
        N_("Trust in police of people who use drugs (0 to 100)"),
        N_("points"),
        "higher",
    ),
    Measure(
        "possession_arrests",
        "process",
        N_("Arrests for possession"),
        N_("arrests a year"),
        "neither",
    ),
    Measure(
        "searches_nothing_found",
        "process",
        N_("Drug searches that find nothing"),
        N_("searches a year"),
        "neither",
    ),
    Measure(
        "police_hours",
        "process",
        N_("Officer hours on drug contacts"),
        N_("hours a year"),
        "neither",
    ),
    Measure(
        "custody_days",
        "process",
        N_("Days in custody of people simulated"),
        N_("days a year"),
        "neither",
    ),
    Measure(
        "people_on_oat",
        "process",
        N_("People on treatment with methadone or buprenorphine"),
        N_("people"),
        "neither",
    ),
    Measure("people_using", "process", N_("People simulated who use now"), N_("people"), "neither"),
    Measure("people_engaged", "process", N_("People with a caseworker"), N_("people"), "neither"),
    Measure(
        "contact_ratio",
        "equity",
        N_("Drug searches per resident, against the comparison group"),
        N_("times"),
        "nearer_one",
    ),
)
IDS = tuple(m.id for m in MEASURES)


@dataclass(frozen=True)
class Measured:
    """value: float64[draws, scenarios] by measure id; scenario 0 is today. missing: why not.
    present: value with the place's discount, so that later years count less."""

    value: dict[str, Floats]
    missing: dict[str, str]
    quantities: dict[str, Floats]  # what costs multiply, a year, discounted
    present: dict[str, Floats]


def measured(setup: Setup, runs: Runs) -> Measured:
    """All measures and cost quantities, in the place's own numbers. Years of life and what costs
    multiply are discounted (equivalent annual numbers), all else is as it happens."""
    found, present = _measured(setup, runs), _measured(setup, replace(runs, total=runs.present))
    value = found.value | {"qalys": present.value["qalys"]}
    return Measured(value, found.missing, present.quantities, present.value)


def _measured(setup: Setup, runs: Runs) -> Measured:
    scale = (setup.population / setup.people)[:, None]

    def of(name: str) -> Floats:
        return np.asarray(runs.total[:, :, t.AT[name]] * scale)

    contacts = contacts_of_others(setup, runs)

    def ended(name: str) -> Floats:
        """Of people simulated: finds, and contacts with a find by how they ended."""
        return of(name) * contacts["counted"]

    value: dict[str, Floats] = {
        "fatal_overdoses": of("overdose_deaths"),
        "nonfatal_overdoses": of("overdoses") - of("overdose_deaths"),
        "hiv_infections": of("hiv"),
        "hcv_infections": of("hcv"),
        "acquisitive_offences": of("acquisitive"),
        "violent_offences": of("violent"),
        "custody_days": of("held_weeks") * 7,
        "people_on_oat": of("oat_weeks") / 52,
        "people_using": of("using_weeks") / 52,
        "people_engaged": of("engaged_weeks") / 52,
        "trust_of_pwud": 100 * _ratio(of("trust_weeks"), of("person_weeks")),
    }
    value["crime_harm"] = sum(
        (value[kind] * setup.record(points)[:, None] for kind, points in HARM.items()),
        start=np.zeros_like(value["violent_offences"]),
    )
    value["deaths_all_causes"] = of("overdose_deaths") + of("other_deaths")
    value["discarded_syringes"] = of("public_injecting_weeks") * _left_behind(setup, runs)
    value["qalys"] = years_of_life(setup, of, value["deaths_all_causes"])
    value["possession_arrests"] = ended("n_possession_arrests") + contacts["arrests"]
    value["searches_nothing_found"] = of("contacts") - ended("n_found") + contacts["nothing"]
    value["police_hours"] = _hours(setup, of, ended, contacts)
    value["needlesticks"] = _needlesticks(setup, runs)
    value["resident_confidence"] = residents_ratings(
        setup, value, contacts, of("contacts"), of("n_unfair")
    )
    missing = {}
    ratio = _contact_ratio(setup, runs, scale, contacts)
    if ratio is None:
        missing["contact_ratio"] = (
            _("no searches by group of residents are recorded in this place")
            if not setup.place.resolved.people.groups
            else _(
                "it takes drug searches of two groups of residents or more: some of the group that "
                "others are compared with, and 30 or more of another"
            )
        )
    else:
        value["contact_ratio"] = ratio
    quantities = {
        "referral": of("n_referral") + of("n_social_referrals") + contacts["referrals"],
        "engaged_year": of("engaged_weeks") / 52,
        "course": of("n_courses") + contacts["courses"],
        "visit": of("n_followed"),
        "kit": of("n_kits") + of("n_release_kits"),
        "client_year": of("oat_weeks") / 52,
        "arrests": value["possession_arrests"] + of("n_offence_arrests") + of("n_warrant_arrests"),
        "detained": of("n_detained") - of("n_possession_arrests") + value["possession_arrests"],
        # police detention has a price of its own
        "prison_days": value["custody_days"]
        - of("n_detained") * setup.figure("custody.days_detention")[:, None],
        "attended": of("attended"),
        "officer_carrying": setup.figure("agency.officers")[:, None]
        * runs.rows[:, :, INDEX["police_carry"]],
    }
    return Measured(value, missing, quantities, value)


def years_of_life(setup: Setup, of: Tallied, deaths: Floats) -> Floats:
    """Years of life in full health a year: as lived today; then what quality of life adds, less
    all that was left of life with every death more than today.

    A death counts whole in the year in which it happens, however many of the years that it takes
    are simulated; so the years that people live on in the simulation are taken off at today's mean
    quality, and nothing is counted twice. Who is kept from one death and dies of another within
    the horizon counts as the discount between the two: a long horizon understates.
    """
    life, there = of("utility_weeks") / 52, of("person_weeks") / 52
    lived_on = (there - there[:, :1]) * _ratio(life[:, :1], there[:, :1])
    lost = (deaths - deaths[:, :1]) * setup.record("judge_remaining_life")[:, None]
    return np.asarray(life - lived_on - lost)


def _ratio(a: Floats, b: Floats) -> Floats:
    return np.asarray(a / np.maximum(b, 1e-9))


def _hours(setup: Setup, of: Tallied, ended: Tallied, contacts: dict[str, Floats]) -> Floats:
    def hours(name: str) -> Floats:
        return np.asarray(setup.figure(f"agency.hours_{name}")[:, None])

    nothing = of("contacts") - ended("n_found") + contacts["nothing"]
    warned = ended("n_no_action") + ended("n_warning") + contacts["other_finds"]
    resolved = ended("n_resolution") + contacts["resolutions"]
    referred = ended("n_referral") + of("n_social_referrals") + contacts["referrals"]
    arrested = ended("n_possession_arrests") + of("n_warrant_arrests") + contacts["arrests"]
    arrested = arrested + of("n_scene_arrests")
    attended = of("attended") * setup.record("judge_attended_police")[:, None]
    total = nothing * hours("search") + warned * hours("warning")
    total = total + resolved * hours("resolution") + referred * hours("referral")
    return np.asarray(total + arrested * hours("arrest") + attended * hours("overdose"))


def _needlesticks(setup: Setup, runs: Runs) -> Floats:
    """Injuries a year: today's from officers x rate, moved with contacts with people who inject."""
    rate = setup.record("judge_needlestick_per_officer")
    today = setup.figure("agency.officers") * rate / 1000
    seen = runs.total[:, :, t.CONTACTS_INJECTING]
    more = _ratio(seen, seen[:, :1])
    rows = runs.rows[:, :, INDEX["needlestick_per_search"]]
    return np.asarray(today[:, None] * more * rows)


def _left_behind(setup: Setup, runs: Runs) -> Floats:
    """Syringes left in the street for a week of injecting in public; fewer by those who are
    reached by needle programmes."""
    coverage = runs.rows[:, :, INDEX["nsp_coverage"]]
    reached = coverage * (1 - runs.rows[:, :, INDEX["interference"]])
    fewer = 1 + reached * (setup.record("judge_litter_nsp")[:, None] - 1)
    return np.asarray(setup.record("judge_syringes_discarded")[:, None] * fewer)


def _contact_ratio(
    setup: Setup, runs: Runs, scale: Floats, contacts: dict[str, Floats]
) -> Floats | None:
    """Highest rate of searches per resident among groups, against the reference group."""
    groups = setup.place.resolved.people.groups
    counts = [g.searches_drug_year for g in groups]
    if len(groups) < 2 or any(c is None for c in counts):
        return None
    residents = np.array([g.residents.value for g in groups])
    searches = np.array([c.value for c in counts if c is not None])
    base = reference_group(setup.place)
    if searches[base] == 0:
        return None
    rate = searches / residents
    ratio = rate / rate[base]
    others = [i for i in range(len(groups)) if i != base and searches[i] >= 30]
    if not others:
        return None
    group = max(others, key=lambda i: float(ratio[i]))
    simulated = runs.groups * scale[:, :, None]
    today_all = searches[None, :]
    rest = np.maximum(today_all - simulated[:, 0, :], today_all * 0.02)
    volume = contacts["volume"] / np.maximum(contacts["volume"][:, :1], 1e-9)
    now = simulated + rest[:, None, :] * volume[:, :, None]
    per = now / residents[None, None, :]
    return np.asarray(per[:, :, group] / per[:, :, base])


def compared_group(setup: Setup) -> str:
    """Which groups the contact ratio compares, in words."""
    groups = setup.place.resolved.people.groups
    base = reference_group(setup.place)
    rate = [
        (g.searches_drug_year.value if g.searches_drug_year else 0) / g.residents.value
        if (g.searches_drug_year and g.searches_drug_year.value >= 30) and i != base
        else 0
        for i, g in enumerate(groups)
    ]
    return _(
        "{group} against {base} residents",
        group=groups[int(np.argmax(rate))].name,
        base=groups[base].name,
    )
