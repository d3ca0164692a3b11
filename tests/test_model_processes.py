"""Each process against a formula of its own in NumPy, or a small independent simulation.

People are drawn with every trait at random; the formulas here are written from the docstrings of
the processes, with other operations in another order, in double precision.
"""

from __future__ import annotations

import numba
import numpy as np
import pytest
from scipy.linalg import expm

from offramp.model import luck
from offramp.model import people as ppl
from offramp.model import tallies as t
from offramp.model.processes import (
    contact,
    death,
    deflection,
    infection,
    offending,
    services,
    supply,
    use,
    wellbeing,
)
from offramp.model.state import Here
from tests.everybody import EVEN, HERE, WEEK, N, has, outside, people, row


@numba.njit
def contact_week(people, p, here, out, u):
    code = np.zeros(out.size, np.int32)
    total, injecting = contact.hazard(people, p, here, out, u, code)
    return total, injecting, code


def test_contacts_are_rate_times_frailty_visibility_group_and_enforcement():
    of, out = people(), outside()
    p = row(contact_rate=0.3, contact_daily=2.0, offending_stopped=0.3, contact_unstable=2.5)
    total, injecting, code = contact_week(of, p, HERE, out, EVEN)
    seen = np.where(has(of, ppl.USING), np.where(has(of, ppl.DAILY), 2.0, 1.0), 0.3)
    seen = seen * np.where(has(of, ppl.UNSTABLE), 2.5, 1.0)
    h = 0.3 / 52 * 1.4 * 1.5 * 0.8 * of.police_frailty * seen * out
    assert total / t.EXACT == pytest.approx(h.sum(), rel=1e-3)
    assert injecting / t.EXACT == pytest.approx(h[has(of, ppl.INJECTING)].sum(), rel=1e-3)
    assert np.array_equal(code != 0, h.astype(np.float32) > EVEN)


@numba.njit
def ends_of(p):
    return contact.endings(p)


@pytest.mark.parametrize("seed", range(8))
def test_how_contacts_end_is_a_share_of_each_kind_and_options_only_move_them(seed):
    rng = np.random.default_rng(seed)
    resolution, referral, arrest, rest = rng.dirichlet((1, 1, 2, 3))
    warned = rest * rng.random()
    shift = rng.dirichlet((1, 1, 1, 1, 2))[:4]
    widen = rng.random(2) * 0.3
    today = ends_of(
        row(ends_resolution=resolution, ends_referral=referral, ends_arrest=arrest,
            ends_warning=warned)
    )  # fmt: skip
    assert np.diff([0, *today, 1]) == pytest.approx(
        [rest - warned, warned, 0, resolution, 0, referral, 0, arrest], abs=1e-5
    )
    then = ends_of(
        row(ends_resolution=resolution, ends_referral=referral, ends_arrest=arrest,
            ends_warning=warned, shift_to_no_action=shift[0], shift_to_warning=shift[1],
            shift_to_resolution=shift[2], shift_to_deflection=shift[3],
            widen_to_resolution=widen[0], widen_to_deflection=widen[1])
    )  # fmt: skip
    left = 1 - widen.sum()
    assert np.diff([0, *then, 1]) == pytest.approx(
        [
            (rest - warned) * left + arrest * shift[0],
            warned * left + arrest * shift[1],
            rest * widen[0],
            resolution,
            arrest * shift[2],
            referral + rest * widen[1],
            arrest * shift[3],
            arrest * (1 - shift.sum()),
        ],
        abs=1e-5,
    )


@numba.njit
def use_for(people, p, here, weeks, draw):
    using = np.zeros(weeks + 1, np.int64)
    code = np.zeros(people.flags.size, np.int32)
    u = np.empty(people.flags.size, np.float32)
    out = np.ones(people.flags.size, np.float32)
    for week in range(weeks):
        code[:] = 0
        luck.fill(u, luck.key(1, draw, week, luck.SLOW), 0)
        using[week] = use.hazard(people, p, here, out, u, code)
        for i in range(code.size):
            if code[i] & t.USE:
                use.happens(people, i)
            elif code[i] & t.INJECTING:
                people.flags[i] ^= np.int32(ppl.INJECTING)
    using[weeks] = use.hazard(people, p, here, out, u, code)
    return using


def test_stopping_and_returning_settle_at_the_share_of_the_two_rates():
    p = row(remission=0.6, relapse=0.9)
    now = Here(*(np.float32(x) for x in (1, 0, 0, 0, 1, 1, 1, 1)))
    using = np.zeros(157)
    for draw in range(30):
        using += use_for(people(draw, ppl.OPIOIDS | ppl.USING), p, now, 156, draw)
    share = using / (30 * N)
    a, b, years = 0.6, 0.9, np.arange(157) / 52
    expected = b / (a + b) + (1 - b / (a + b)) * np.exp(-(a + b) * years)
    # sampling error of 30,720 people: 0.003; weekly steps of a rate of 1.5 a year: below 0.002
    assert np.abs(share - expected).max() < 0.012


@pytest.mark.parametrize(("deterrence", "enforcement"), [(0.3, 2.0), (-0.3, 2.0), (0.3, 0.5)])
def test_enforcement_acts_on_use_in_both_directions(deterrence, enforcement):
    p = row(remission=0.6, relapse=0.9, deterrence=deterrence)
    now = Here(*(np.float32(x) for x in (1, 0, 0, 0, 1, 1, enforcement, 1)))
    using = np.zeros(157)
    for draw in range(12):
        using += use_for(people(draw, ppl.OPIOIDS | ppl.USING), p, now, 156, draw)
    push = np.exp(deterrence * np.log2(enforcement))
    a, b = 0.6 / push, 0.9 * push
    expected = b / (a + b) + (1 - b / (a + b)) * np.exp(-(a + b) * 3)
    assert using[156] / (12 * N) == pytest.approx(expected, abs=0.02)


@numba.njit
def infection_week(people, p, here, week, out, u):
    code = np.zeros(out.size, np.int32)
    h = np.zeros(out.size, np.float32)
    hiv, hcv = infection.hazard(people, p, here, week, out, u, code, h)
    return hiv, hcv, code


def test_infections_are_sharing_times_chance_of_meeting_times_risk():
    of, out = people(), outside()
    p = row(
        sharing_week=0.8, hiv_event=0.01, hcv_event=2.0, nsp_coverage=0.5, interference=0.2,
        nsp_hiv=0.7, nsp_hcv=0.8, taken_sharing=0.6, taken_weight=0.5, after_custody_sharing=1.3,
        oat_hiv=0.5, oat_hcv=0.6, house_hiv=1.4, house_hcv=1.6,
        site_share=0.25,
    )  # fmt: skip
    hiv, hcv, _ = infection_week(of, p, HERE, np.int32(WEEK), out, EVEN)
    reached = 0.5 * (1 - 0.2)
    share = 0.8 * 0.75 * out * has(of, ppl.INJECTING)
    share = share * np.where(of.equipment > 0, np.exp(0.6 * 0.5), 1)
    share = share * np.where(of.released > 0, 1.3, 1)
    on, loose = has(of, ppl.OAT), has(of, ppl.UNSTABLE)
    a = share * 0.2 * 0.01 * (1 - reached * 0.3) * np.where(on, 0.5, 1) * np.where(loose, 1.4, 1)
    b = share * 0.5 * 0.02 * (1 - reached * 0.2) * np.where(on, 0.6, 1) * np.where(loose, 1.6, 1)
    assert hiv / t.FINE == pytest.approx(a.sum(), rel=2e-3)
    assert hcv / t.FINE == pytest.approx(b.sum(), rel=2e-3)


@numba.njit
def stages(people, p, here, weeks, draw):
    code = np.zeros(people.flags.size, np.int32)
    h = np.zeros(people.flags.size, np.float32)
    u = np.empty(people.flags.size, np.float32)
    out = np.ones(people.flags.size, np.float32)
    tally = np.zeros(t.COUNT, np.int64)
    for week in range(weeks):
        code[:] = 0
        luck.fill(u, luck.key(2, draw, week, luck.SLOW), 0)
        infection.hazard(people, p, here, np.int32(week), out, u, code, h)
        for i in range(code.size):
            infection.happens(people, i, code[i], tally)


def test_infection_moves_on_at_its_rates():
    p = row(hiv_diagnosed=0.5, hiv_suppressed=0.8, suppression_lost=0.4, hcv_cleared=0.3)
    hiv, cleared, years = np.zeros(4), 0, 3
    for draw in range(10):
        of = people(draw, ppl.OPIOIDS | ppl.USING | ppl.HIV_UNDIAGNOSED | ppl.HCV_CHRONIC)
        stages(of, p, HERE, years * 52, draw)
        hiv += [np.count_nonzero(of.flags & ppl.HIV == k << 18) for k in range(4)]
        cleared += np.count_nonzero(of.flags & ppl.HCV == ppl.HCV_CLEARED)
    hiv /= 10 * N
    flows = np.array([[-0.5, 0.5, 0], [0, -0.8, 0.8], [0, 0.4, -0.4]])  # found, treated, and back
    # sampling error of 10,240 people: 0.005
    assert hiv == pytest.approx([0, *expm(flows * years)[0]], abs=0.02)
    assert cleared / (10 * N) == pytest.approx(1 - np.exp(-0.3 * years), abs=0.02)


@numba.njit
def offending_week(people, p, here, week, out, u):
    code = np.zeros(out.size, np.int32)
    thefts, violence, arrests = offending.hazard(people, p, here, week, out, u, code)
    return thefts, violence, arrests, code


def test_offences_are_rates_times_what_moves_them():
    of, out = people(), outside()
    p = row(
        disruption_rate=2.0, market_violence=0.2, acquisitive_rate=4.0, violent_rate=0.6,
        offending_daily=1.8, offending_stopped=0.3, engaged_offending=0.7,
        engaged_offending_other=0.95, course_offending=0.9, record_offending=1.2,
        oat_acquisitive=0.6, oat_violent=0.7, arrest_per_offence=0.2,
    )  # fmt: skip
    thefts, violence, arrests, code = offending_week(of, p, HERE, np.int32(WEEK), out, EVEN)
    level = np.where(has(of, ppl.USING), np.where(has(of, ppl.DAILY), 1.8, 1), 0.3)
    engaged = np.where(has(of, ppl.ENGAGED), 0.95, 1)
    level = level * np.where(has(of, ppl.INSTEAD), 0.7, engaged)
    level = level * np.where(of.course > 0, 0.9, 1) * np.where(has(of, ppl.RECORD), 1.2, 1)
    level = level * of.police_frailty * out / 52
    a = level * 4 * np.where(has(of, ppl.OAT), 0.6, 1)
    b = level * 0.6 * np.where(has(of, ppl.OAT), 0.7, 1) * np.exp(0.2 * np.log2(2 * 1.5))
    assert thefts / t.EXACT == pytest.approx(a.sum(), rel=1e-3)
    assert violence / t.EXACT == pytest.approx(b.sum(), rel=2e-3)
    assert arrests / t.EXACT == pytest.approx(np.minimum(0.2 * (a + b), 1).sum(), rel=2e-3)
    assert np.count_nonzero(code) == pytest.approx((0.2 * (a + b)).sum(), abs=12)


@numba.njit
def death_week(people, p, week, u):
    code = np.zeros(u.size, np.int32)
    return death.hazard(people, p, week, u, code)


def test_death_from_other_causes_doubles_as_people_grow_older():
    of = people()
    p = row(
        death_rate=0.01, death_age=0.09, death_stopped=0.8, death_unstable=1.5, oat_other_death=0.7
    )
    level = np.where(has(of, ppl.USING), 1, 0.8) * np.where(has(of, ppl.UNSTABLE), 1.5, 1)
    level = level * np.where(has(of, ppl.OAT), 0.7, 1) * of.age_risk * 0.01 / 52
    for week in (0, 520):
        expected = level.sum() * np.exp(0.09 * week / 52)
        found = death_week(of, p, np.int32(week), EVEN) / t.EXACT
        assert found == pytest.approx(expected, rel=5e-3)


@numba.njit
def kits_for(people, p, weeks, draw):
    code = np.zeros(people.flags.size, np.int32)
    u = np.empty(people.flags.size, np.float32)
    held = np.zeros(weeks, np.int64)
    for week in range(weeks):
        code[:] = 0
        luck.fill(u, luck.key(3, draw, week, luck.SLOW), 0)
        held[week] = services.hazard(people, p, u, code)
        for i in range(code.size):
            if code[i] & t.KIT:
                people.flags[i] ^= np.int32(ppl.KIT)
    return held


@pytest.mark.parametrize(
    ("who", "reach"), [(ppl.INJECTING, 0.6 * 0.9), (0, 0.2), (ppl.OAT, 1), (ppl.ENGAGED, 1)]
)
def test_kits_settle_where_as_many_are_got_as_lost(who, reach):
    p = row(
        nsp_coverage=0.6, interference=0.1, kit_rate=1.2, kit_lost=0.5, trust_start=0.4,
        kit_reach_other=0.2,
    )  # fmt: skip
    held = np.zeros(520)
    for draw in range(20):
        held += kits_for(people(draw, ppl.OPIOIDS | ppl.USING | who), p, 520, draw)
    got, lost = reach * 1.2, 0.5
    expected = got / (got + lost) * (1 - np.exp(-(got + lost) * np.arange(520) / 52))
    assert np.abs(held / (20 * N) - expected).max() < 0.015


@numba.njit
def wellbeing_for(people, p, out, weeks):
    trust = np.zeros(weeks, np.int64)
    life = np.zeros(weeks, np.int64)
    well = np.zeros(weeks, np.int64)
    for week in range(weeks):
        trust[week], life[week], well[week] = wellbeing.week(people, p, out)
    return trust, life, well


def test_trust_returns_to_its_usual_level_and_quality_of_life_is_a_sum_of_losses():
    of, out = people(flags=ppl.OPIOIDS | ppl.USING), np.full(N, 0.25, np.float32)
    of.flags[: N // 2] |= ppl.OAT | ppl.HIV_DIAGNOSED | ppl.HCV_CHRONIC
    of.trust[:] = 0.1
    p = row(
        trust_start=0.3, policy_known=0.5, trust_policy=0.2, trust_return=0.8, utility_treated=0.7,
        utility_using=0.5, utility_patient=0.6, utility_custody=0.1, utility_hiv=0.05,
        utility_hcv=0.03,
    )  # fmt: skip
    trust, life, counted = wellbeing_for(of, p, out, 156)
    assert (counted == N // 2).all()
    usual = 0.3 + 0.5 * 0.2
    expected = usual + (0.1 - usual) * np.exp(-0.8 * np.arange(1, 157) / 52)
    assert trust / t.EXACT / N == pytest.approx(expected, abs=2e-3)
    well = 0.6 + 0.06 - 0.1 * 0.75 - 0.05 - 0.03
    worse = 0.6 - 0.06 - 0.1 * 0.75
    assert life / t.EXACT / N == pytest.approx((well + worse) / 2, abs=1e-4)


@numba.njit
def casework_for(people, p, weeks, draw):
    code = np.zeros(people.flags.size, np.int32)
    u = np.empty(people.flags.size, np.float32)
    out = np.ones(people.flags.size, np.float32)
    caseload = np.zeros(2, np.int64)
    engaged = np.zeros(weeks, np.int64)
    for week in range(weeks):
        code[:] = 0
        luck.fill(u, luck.key(4, draw, week, luck.SLOW), 0)
        engaged[week] = deflection.hazard(people, p, out, u, code)
        for i in range(code.size):
            if code[i] & t.LEAVES_CASEWORK:
                deflection.leaves(people, i, caseload)
    return engaged


def test_people_stay_with_case_work_for_the_mean_time():
    p = row(engaged_weeks=26.0, instead_weeks=52.0)
    engaged = np.zeros(104)
    for draw in range(10):
        engaged += casework_for(people(draw, ppl.ENGAGED | ppl.USING), p, 104, draw)
    expected = (1 - 1 / 26) ** np.arange(104)
    assert np.abs(engaged / (10 * N) - expected).max() < 0.02


def test_the_strength_of_drugs_wanders_with_its_spread_and_half_life():
    paths = np.log(np.array([supply.strength(0.4, 260, 3, draw) for draw in range(400)]))
    assert paths.std() == pytest.approx(0.4, rel=0.05)
    assert np.median(np.exp(paths)) == pytest.approx(1, abs=0.05)
    lagged = np.mean(paths[:, 26:] * paths[:, :-26]) / np.mean(paths**2)
    assert lagged == pytest.approx(0.5, abs=0.05)


@numba.njit
def disruption_of(p):
    return supply.disruption(p)


@pytest.mark.parametrize("rate", [0.0, 1.0, 2.5])
def test_disruption_is_against_what_police_do_today(rate):
    p = row(
        disruption_week_1=2.0, disruption_week_2=1.5, disruption_exposed=0.08, disruption_causal=1,
        disruption_rate=rate, disruption_mitigation=0.2,
    )  # fmt: skip
    caused = 0.08 * 0.75 / 1.75  # of the overdoses exposed, those that would not have been
    assert disruption_of(p) == pytest.approx(1 - caused + caused * rate * 0.8, rel=1e-6)


@numba.njit
def contacts_a_year(people, p, here, draw):
    counts = np.zeros((2, people.flags.size), np.int64)
    code = np.zeros(people.flags.size, np.int32)
    u = np.empty(people.flags.size, np.float32)
    out = np.ones(people.flags.size, np.float32)
    for week in range(104):
        code[:] = 0
        luck.fill(u, luck.key(6, draw, week, luck.CONTACT_OR_ARREST), 0)
        contact.hazard(people, p, here, out, u, code)
        for i in range(code.size):
            counts[week // 52, i] += 1 if code[i] & t.CONTACT else 0
    return counts


def test_people_met_often_in_one_year_are_met_less_in_the_next_though_nothing_was_done():
    """Regression to the mean, as large as in an independent simulation of Poisson counts."""
    p = row(contact_rate=0.8, contact_daily=1.0, contact_unstable=1.0, offending_stopped=1.0)
    plain = Here(*(np.float32(x) for x in (1, 0, 0, 0, 1, 1, 1, 1)))
    first, second = [], []
    for draw in range(40):
        of = people(draw, ppl.USING)
        a, b = contacts_a_year(of, p, plain, draw)
        first.append(a)
        second.append(b)
    ours = [np.concatenate(x) for x in (first, second)]
    rng = np.random.default_rng(9)
    frailty = rng.lognormal(0, 0.8, 400_000)
    theirs = [rng.poisson(0.8 * frailty) for _ in range(2)]
    for a, b in (ours, theirs):
        often = a >= 3
        assert b.mean() < b[often].mean() < a[often].mean()
    often, expected = ours[0] >= 3, theirs[0] >= 3
    assert ours[1][often].mean() == pytest.approx(theirs[1][expected].mean(), rel=0.05)
