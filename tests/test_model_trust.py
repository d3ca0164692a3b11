"""Trust in police acts on calling for help and on use of services; contacts move trust."""

from __future__ import annotations

import numba
import numpy as np
import pytest

from offramp.model import people as ppl
from offramp.model import tallies as t
from offramp.model.parameters import INDEX, NAMES
from offramp.model.processes import overdose, services, treatment
from offramp.model.state import Here
from tests.small_world import DRAWS, rows_with, world

N = 400
HERE = Here(*(np.float32(x) for x in (1, 0, 0, 0.3, 1, 1, 1, 1)))


@numba.njit
def chances(people, p, here):
    h = np.ones(people.flags.size, np.float32)
    death = np.zeros(people.flags.size, np.float32)
    overdose.fatal(people, p, here, h, death)
    by_self, public, site = overdose.settings(people, p, here, h * np.float32(0.1))
    return death, by_self, public, site


@numba.njit
def entering(people, p):
    n = people.flags.size
    h = np.zeros(n, np.float32)
    code = np.zeros(n, np.int32)
    half = np.full(n, 0.5, np.float32)
    treatment.hazard(people, p, np.int32(10), np.ones(n, np.float32), code, h)
    kits = services.hazard(people, p, half, code)
    return h, kits


def row(**given: float) -> np.ndarray:
    values = np.zeros(len(NAMES), np.float32)
    usual = {
        "steps_a_week": 1, "trust_start": 0.4, "fatal_alone": 1.0, "home_alone": 0.0,
        "public_stable": 0.0, "public_unstable": 1.0, "seen_home": 1.0, "seen_public": 1.0,
        "called_home": 0.5, "called_street": 0.8, "ambulance_help": 0.0, "kit_help": 1.0,
        "police_help": 1.0, "oat_entry": 0.52, "postod_entry": 1.0, "release_entry": 1.0,
        "nsp_entry": 1.0, "exit_start": 0.01, "exit_fall": 30.0,
    }  # fmt: skip
    for name, value in (usual | given).items():
        values[INDEX[name]] = value
    return values


def people_with(trust: float, flags: int = 0) -> ppl.People:
    people = ppl.empty(N)
    people.flags[:] = ppl.OPIOIDS | ppl.USING | flags
    people.trust[:] = trust
    return people


@pytest.mark.parametrize(("trust", "slope"), [(0.4, 0.5), (0.9, 0.5), (0.1, 0.5), (0.9, -0.5)])
def test_calling_moves_in_proportion_to_trust_against_its_usual_level(trust, slope):
    death, *_ = chances(people_with(trust), row(trust_call=slope), HERE)
    # an ambulance saves everybody here: the chance of death is that of nobody calling
    assert death == pytest.approx(1 - 0.5 * (1 + slope * (trust - 0.4)), abs=1e-6)


def test_no_effect_of_trust_leaves_calling_alone():
    death, *_ = chances(people_with(0.9), row(trust_call=0.0), HERE)
    assert death == pytest.approx(0.5)


def test_calls_are_never_surer_than_certain():
    death, *_ = chances(people_with(1.0, ppl.UNSTABLE), row(trust_call=4.0), HERE)
    assert (death == 0).all()


def test_entry_to_treatment_moves_with_trust():
    for trust in (0.1, 0.4, 0.9):
        h, _ = entering(people_with(trust), row(trust_services=0.6))
        assert h == pytest.approx(0.01 * (1 + 0.6 * (trust - 0.4)), rel=1e-4)


def test_settings_of_overdose_add_up():
    values = row(
        public_stable=0.3, home_alone=0.25, site_share=0.2, public_unstable=0.3, enforcement=1.0
    )
    _, by_self, public, site = chances(people_with(0.4, ppl.INJECTING), values, HERE)
    unit = N * 0.1 * 2**20
    assert site / unit == pytest.approx(0.2, rel=1e-3)
    assert public / unit == pytest.approx(0.8 * 0.3, rel=1e-3)
    assert by_self / unit == pytest.approx(0.8 * 0.7 * 0.25, rel=1e-3)


def test_unfair_contacts_cost_lives_only_if_trust_acts_on_calling():
    change = {0.0: 0.0, 0.8: 0.0}
    for k in range(DRAWS):
        of = world(k)
        for slope in change:
            both = {"trust_call": slope, "trust_services": 0.0}
            fair = of.scenario(rows_with(of, **both, unfair_contact=0.0)).sum(axis=(0, 1))
            unfair = of.scenario(rows_with(of, **both, unfair_contact=1.0)).sum(axis=(0, 1))
            change[slope] += unfair[t.OVERDOSE_DEATHS] - fair[t.OVERDOSE_DEATHS]
    assert change[0.0] == 0
    assert change[0.8] > 0
