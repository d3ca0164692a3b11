"""What a study may compare: sums of tallies by name, beside the measures of the plan."""

from __future__ import annotations

from offramp.model import tallies as t
from offramp.plan.measures import IDS

# name -> (tallies added up, factor)
TALLIED: dict[str, tuple[tuple[str, ...], float]] = {
    "fatal_overdoses": (("overdose_deaths",), 1.0),
    "overdoses": (("overdoses",), 1.0),
    "other_deaths": (("other_deaths",), 1.0),
    "deaths_all_causes": (("overdose_deaths", "other_deaths"), 1.0),
    "attended_overdoses": (("attended",), 1.0),
    "hiv_infections": (("hiv",), 1.0),
    "hcv_infections": (("hcv",), 1.0),
    "acquisitive_offences": (("acquisitive",), 1.0),
    "violent_offences": (("violent",), 1.0),
    "offences": (("acquisitive", "violent"), 1.0),
    "contacts": (("contacts",), 1.0),
    "arrests": (
        ("n_offence_arrests", "n_possession_arrests", "n_warrant_arrests", "n_scene_arrests"),
        1.0,
    ),
    "arrests_not_on_warrant": (
        ("n_offence_arrests", "n_possession_arrests", "n_scene_arrests"),
        1.0,
    ),
    "warrant_arrests": (("n_warrant_arrests",), 1.0),
    "bookings": (("n_detained", "n_remanded", "n_sentenced"), 1.0),
    "custody_days": (("held_weeks",), 7.0),
    "people_on_oat": (("oat_weeks",), 1 / 52),
    "people_using": (("using_weeks",), 1 / 52),
    "people_injecting": (("injecting_weeks",), 1 / 52),
    "treatment_entries": (("n_oat_entries",), 1.0),
    "kits": (("n_kits", "n_release_kits"), 1.0),
    "public_injecting": (("public_injecting_weeks",), 1.0),
}
AT_THE_END = ("still_in_treatment", "alive")  # shares of a cohort when it ends
# no counts, so nothing that can be so many a year
NOT_COUNTS = ("resident_confidence", "trust_of_pwud", "contact_ratio", *AT_THE_END)
PERSON_YEARS = ("person_weeks", 1 / 52)
COHORT = (*TALLIED, *AT_THE_END)
PLACE = tuple(dict.fromkeys((*TALLIED, *IDS)))


def tallied(name: str) -> tuple[list[int], float]:
    """Columns of the tallies and the factor of a measure."""
    names, factor = TALLIED[name]
    return [t.AT[n] for n in names], factor
