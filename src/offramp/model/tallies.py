"""What is counted, by stratum and year. Sums are integers: exact in any order.

A hazard or share is added as an integer number of 2**-20 (`EXACT`), one of the rarest events as a
number of 2**-24 (`FINE`: rounding down would lose a sixth of a hazard of 3 in a million), within a
block as int32, across blocks as int64. `EXPECTED` tallies are such sums; the others count events.
"""

from __future__ import annotations

import numpy as np

EXACT = np.float32(1 << 20)
FINE = np.float32(1 << 24)
RAREST = ("overdose_deaths", "hiv", "hcv")

EXPECTED = (
    "overdoses",  # expected number of overdoses
    "overdose_deaths",
    "other_deaths",
    "contacts",
    "contacts_injecting",
    "acquisitive",  # recorded offences
    "violent",
    "offence_arrests",
    "hiv",
    "hcv",
    "person_weeks",  # alive and in scope
    "using_weeks",
    "oat_weeks",
    "held_weeks",
    "engaged_weeks",
    "injecting_weeks",
    "utility_weeks",
    "trust_weeks",
    "oat_off_weeks",  # using opioids, off treatment, free: what entry acts on
    "death_weight",  # overdose hazard x chance of death relative to nobody near
    "attended",  # overdoses that help attends
    "overdoses_alone",  # with nobody near
    "overdoses_public",
    "overdoses_site",  # in a supervised site
    "public_injecting_weeks",  # weeks of injecting in public places
    "infectious_weeks",  # with HIV not suppressed, of people who inject
    "well_weeks",  # in treatment, or not using
)
REALISED = (
    "n_overdoses",
    "n_overdose_deaths",
    "n_other_deaths",
    "n_contacts",
    "n_found",
    "n_no_action",
    "n_warning",
    "n_resolution",
    "n_referral",
    "n_possession_arrests",
    "n_warrant_arrests",
    "n_offence_arrests",
    "n_scene_arrests",
    "n_engaged",
    "n_courses",
    "n_social_referrals",
    "n_oat_entries",
    "n_oat_left",
    "n_oat_custody_exits",
    "n_detained",
    "n_remanded",
    "n_sentenced",
    "n_released",
    "n_hiv",
    "n_hcv",
    "n_attended",
    "n_followed",
    "n_kits",
    "n_release_kits",
    "n_unfair",
    "n_equipment_taken",
    "n_entered_scope",
    "n_accepted",  # offers of case work
    "n_instead",  # offers of case work that stood in place of an arrest
    "n_offers_full",  # accepted, but no place was free
    "n_oat_joined",  # the queue for treatment
    "n_oat_custody_starts",
    "n_oat_died",
)
NAMES = EXPECTED + REALISED
UNITS = np.array([float(FINE if name in RAREST else EXACT) for name in EXPECTED])  # in one event
AT = {name: i for i, name in enumerate(NAMES)}
COUNT = len(NAMES)
WEEKS = np.array([name.endswith("_weeks") for name in EXPECTED])  # counted once a step

(
    OVERDOSES,
    OVERDOSE_DEATHS,
    OTHER_DEATHS,
    CONTACTS,
    CONTACTS_INJECTING,
    ACQUISITIVE,
    VIOLENT,
    OFFENCE_ARRESTS,
    HIV,
    HCV,
    PERSON_WEEKS,
    USING_WEEKS,
    OAT_WEEKS,
    HELD_WEEKS,
    ENGAGED_WEEKS,
    INJECTING_WEEKS,
    UTILITY_WEEKS,
    TRUST_WEEKS,
    OAT_OFF_WEEKS,
    DEATH_WEIGHT,
    ATTENDED,
    OVERDOSES_ALONE,
    OVERDOSES_PUBLIC,
    OVERDOSES_SITE,
    PUBLIC_INJECTING_WEEKS,
    INFECTIOUS_WEEKS,
    WELL_WEEKS,
    N_OVERDOSES,
    N_OVERDOSE_DEATHS,
    N_OTHER_DEATHS,
    N_CONTACTS,
    N_FOUND,
    N_NO_ACTION,
    N_WARNING,
    N_RESOLUTION,
    N_REFERRAL,
    N_POSSESSION_ARRESTS,
    N_WARRANT_ARRESTS,
    N_OFFENCE_ARRESTS,
    N_SCENE_ARRESTS,
    N_ENGAGED,
    N_COURSES,
    N_SOCIAL_REFERRALS,
    N_OAT_ENTRIES,
    N_OAT_LEFT,
    N_OAT_CUSTODY_EXITS,
    N_DETAINED,
    N_REMANDED,
    N_SENTENCED,
    N_RELEASED,
    N_HIV,
    N_HCV,
    N_ATTENDED,
    N_FOLLOWED,
    N_KITS,
    N_RELEASE_KITS,
    N_UNFAIR,
    N_EQUIPMENT_TAKEN,
    N_ENTERED_SCOPE,
    N_ACCEPTED,
    N_INSTEAD,
    N_OFFERS_FULL,
    N_OAT_JOINED,
    N_OAT_CUSTODY_STARTS,
    N_OAT_DIED,
) = range(COUNT)

# What may happen to a person in a week, as bits of one integer.
RELEASED, CONTACT, ARREST, TREATMENT, OVERDOSE, DIED = 1, 2, 4, 8, 16, 32
INFECTED_HIV, INFECTED_HCV, USE, INJECTING, LEAVES_CASEWORK, KIT = 64, 128, 256, 512, 1024, 2048
ENTERS, HIV_STEP, HCV_CLEARS = 4096, 8192, 16384
