"""Contacts of everybody else whom police stop over drugs: counts, not persons.

They have their own rate of finds; options move how many they are and how they end; nothing is said
of their health.
"""

from __future__ import annotations

import numpy as np

from offramp.model import tallies as t
from offramp.model.parameters import INDEX
from offramp.plan.ensemble import Runs, Setup
from offramp.plan.inputs import Floats

FOUND = (0.02, 0.98)  # least and most of everybody else's contacts with a find


def contacts_of_others(setup: Setup, runs: Runs) -> dict[str, Floats]:
    """Contacts of everybody else (float64[draws, scenarios] a year), and, `counted`, what a find
    among people simulated counts for (float64[draws, 1]): one, but where they have more finds than
    the place has in all."""
    rows = runs.rows

    def p(name: str) -> Floats:
        return np.asarray(rows[:, :, INDEX[name]])

    share = setup.figure("contacts.simulated_share")[:, None]
    usual = setup.figure("contacts.searches_drug_year")[:, None] * (1 - share)
    found, counted = _finds(setup, runs, usual)
    enforced = by_area(setup, runs).sum(axis=2)
    volume = usual * enforced
    finds = volume * found
    shifts = p("shift_to_no_action") + p("shift_to_warning")
    shifts = shifts + p("shift_to_resolution") + p("shift_to_deflection")
    kept = 1 / np.maximum(shifts, 1.0)  # shares that add up to more than all are scaled down
    shifted_all = shifts * kept
    refused = p("shift_to_deflection") * kept * (1 - p("deflection_accept"))  # and so arrested
    moved = shifted_all - refused
    widened = 1 / np.maximum(p("widen_to_resolution") + p("widen_to_deflection"), 1.0)
    lenient = 1 - p("ends_resolution") - p("ends_referral") - p("ends_arrest")
    arrest = p("ends_arrest")
    resolution = p("ends_resolution") + arrest * p("shift_to_resolution") * kept
    resolution = resolution + lenient * p("widen_to_resolution") * widened
    referral = p("ends_referral") + arrest * p("shift_to_deflection") * kept
    referral = referral + lenient * p("widen_to_deflection") * widened
    elsewhere = _elsewhere(setup, runs, counted, finds * arrest * (1 - moved)) * enforced
    shifted = elsewhere * kept
    return {
        "counted": counted,
        "volume": volume,
        "nothing": volume - finds,
        "arrests": finds * arrest * (1 - moved) + elsewhere * (1 - moved),
        "resolutions": finds * resolution + shifted * p("shift_to_resolution"),
        "courses": (
            finds * np.maximum(resolution - p("ends_resolution"), 0)
            + shifted * p("shift_to_resolution")
        )
        * p("course_attended"),
        "referrals": finds * referral + shifted * p("shift_to_deflection"),
        "other_finds": finds * (1 - arrest * (1 - shifted_all) - resolution - referral)
        + shifted * (p("shift_to_no_action") + p("shift_to_warning")),
        "unfair": volume * p("unfair_contact"),
        "policy_known": p("policy_known"),
        "needlestick": p("needlestick_per_search"),
    }


def _finds(setup: Setup, runs: Runs, volume: Floats) -> tuple[Floats, Floats]:
    """Share of everybody else's contacts with a find, and what a find among people simulated counts
    for (float64[draws, 1] each), so that today the share of all contacts with a find is the place's
    own. volume: everybody else's contacts today.

    The first is held within `FOUND`; where that is not enough, people simulated have more finds
    than the place has in all (or far too few), and theirs count for less (or more).
    """
    scale = setup.population / setup.people
    contacts = (runs.total[:, 0, t.CONTACTS] * scale)[:, None]
    theirs = (runs.total[:, 0, t.N_FOUND] * scale)[:, None]
    every = setup.figure("contacts.found")[:, None] * (contacts + volume)
    left = (every - theirs) / np.maximum(volume, 1e-9)
    found = np.clip(left, *FOUND)
    counted = np.maximum(every - found * volume, 0) / np.maximum(theirs, 1e-9)
    return found, np.where((found != left) & (theirs > 0), counted, 1.0)


def by_area(setup: Setup, runs: Runs) -> Floats:
    """Everybody else's contacts in each area, against today's in all (float64[draws, scenarios,
    areas]). They are spread over the areas as those of people simulated are today, for want of
    counts, and move with enforcement there, in the first area with its focus too."""
    draws = len(runs.strata)
    seen = runs.strata[:, 0, :, t.CONTACTS].reshape(draws, setup.areas, -1).sum(axis=2)
    every = seen.sum(axis=1, keepdims=True)
    where = np.where(every > 0, seen / np.maximum(every, 1e-9), 1 / setup.areas)
    force = np.repeat(runs.rows[:, :, INDEX["enforcement"], None], setup.areas, axis=2)
    force[:, :, 0] *= runs.rows[:, :, INDEX["enforcement_focus"]]
    return np.asarray(where[:, None, :] * force)


def _elsewhere(setup: Setup, runs: Runs, counted: Floats, after_search: Floats) -> Floats:
    """Arrests for possession today that follow no search (float64[draws, 1] a year).

    What the place counts in all, less those after a search, of people simulated and of everybody
    else; options move them like the others.
    """
    scale = setup.population / setup.people
    simulated = runs.total[:, 0, t.AT["n_possession_arrests"]] * scale * counted[:, 0]
    every = setup.figure("contacts.possession_arrests_year")
    return np.asarray(np.maximum(every - simulated - after_search[:, 0], 0)[:, None])
