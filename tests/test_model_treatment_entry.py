"""Ways into treatment add up, and nobody enters at less than nothing."""

from __future__ import annotations

import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from offramp.model import people as ppl
from offramp.model.parameters import INDEX, NAMES
from offramp.model.processes import treatment

WEEK, N = 100, 32
INJECTS, ENGAGED, VISITED, OVERDOSED, RELEASED = 1, 2, 4, 8, 16
ratio = st.floats(0.25, 8, width=32)
share = st.floats(0, 1, width=32)


@numba.njit
def entering(people, p):
    h = np.zeros(people.flags.size, np.float32)
    code = np.zeros(people.flags.size, np.int32)
    treatment.hazard(people, p, np.int32(WEEK), np.ones(h.size, np.float32), code, h)
    return h


def row(**given: float) -> np.ndarray:
    values = np.zeros(len(NAMES), np.float32)
    usual = {"steps_a_week": 1, "oat_entry": 0.52, "trust_start": 0.4, "exit_fall": 30, **given}
    for name, value in usual.items():
        values[INDEX[name]] = value
    return values


def everybody() -> tuple[ppl.People, np.ndarray]:
    """One person for each set of ways in; which ways, as bits."""
    people, ways = ppl.empty(N), np.arange(N)
    people.flags[:] = ppl.OPIOIDS | ppl.USING
    for way, flag in ((INJECTS, ppl.INJECTING), (ENGAGED, ppl.ENGAGED), (VISITED, ppl.FOLLOWED)):
        people.flags[ways & way != 0] |= np.int32(flag)
    people.trust[:] = 0.4
    people.overdosed[:] = np.where(ways & OVERDOSED, WEEK - 11, WEEK - 12)
    people.released[:] = np.where(ways & RELEASED, WEEK - 3, WEEK - 4)
    return people, ways


@given(ratio, ratio, ratio, ratio, ratio, ratio, share, share)
def test_ways_in_add_up(needles, site, case_work, overdose, visit, release, reached, at_site):
    people, ways = everybody()
    found = entering(
        people,
        row(
            nsp_entry=needles, site_entry=site, engaged_treatment_entry=case_work,
            postod_entry=overdose, followup_entry=visit, release_entry=release,
            nsp_coverage=reached, site_share=at_site,
        ),
    )  # fmt: skip
    after = np.where(ways & VISITED, overdose * visit, overdose) - 1
    times = (
        1
        + np.where(ways & INJECTS, reached * (needles - 1) + at_site * (site - 1), 0)
        + np.where(ways & ENGAGED, case_work - 1, 0)
        + np.where(ways & OVERDOSED, after, 0)
        + np.where(ways & RELEASED, release - 1, 0)
    )
    assert found == pytest.approx(0.01 * np.maximum(times, 0), rel=1e-4, abs=1e-6)


def test_one_way_alone_is_its_ratio():
    people, ways = everybody()
    found = entering(people, row(engaged_treatment_entry=1.6, postod_entry=3, followup_entry=2,
                                 release_entry=1, nsp_entry=1, site_entry=1))  # fmt: skip
    assert found[ways == 0] == pytest.approx(0.01)
    assert found[ways == ENGAGED] == pytest.approx(0.016)
    assert found[ways == OVERDOSED] == pytest.approx(0.03)
    assert found[ways == OVERDOSED | VISITED] == pytest.approx(0.06)


def test_who_waits_is_in_treatment_or_does_not_use_opioids_does_not_enter():
    people, _ = everybody()
    for flags in (ppl.OPIOIDS, ppl.USING, ppl.OPIOIDS | ppl.USING | ppl.WAITING):
        people.flags[:] = flags
        assert (entering(people, row(release_entry=1)) == 0).all()
