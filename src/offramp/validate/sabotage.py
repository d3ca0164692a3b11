"""Breaking the model on purpose: a validation that stays green then proves nothing."""

from __future__ import annotations

from dataclasses import dataclass

from offramp.languages import N_

LEAST = 2  # rows that each kind of sabotage must turn red


@dataclass(frozen=True)
class Break:
    """A part of the model taken out. sets: parameters and the value that takes them out."""

    id: str
    says: str
    sets: dict[str, float]


BREAKS = (
    Break(
        "no-treatment-effect",
        N_("Agonist treatment does nothing"),
        {
            "oat_stable": 1.0,
            "oat_start": 1.0,
            "oat_at_release": 1.0,
            "oat_other_death": 1.0,
            "oat_hiv": 1.0,
            "oat_hcv": 1.0,
            "oat_acquisitive": 1.0,
            "oat_violent": 1.0,
        },
    ),
    Break(
        "no-release-peak",
        N_("Release from custody carries no risk of its own"),
        {"release_peak": 1.0, "release_tail": 1.0},
    ),
    Break(
        "useless-naloxone",
        N_("Naloxone saves nobody"),
        {"kit_help": 1.0, "police_help": 1.0},
    ),
)
