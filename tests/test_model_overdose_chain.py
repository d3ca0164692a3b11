"""Overdose and the chain of survival, against a formula of its own in NumPy."""

from __future__ import annotations

import numba
import numpy as np
import pytest

from offramp.model import people as ppl
from offramp.model import tallies as t
from offramp.model.processes import overdose
from tests.everybody import EVEN, HERE, N, has, outside, people, row


@numba.njit
def overdose_week(people, p, here, out, risk, u):
    code = np.zeros(out.size, np.int32)
    h = np.zeros(out.size, np.float32)
    chance = np.zeros(out.size, np.float32)
    total = overdose.hazard(people, p, here, out, risk, u, code, h)
    deaths, _weight, attended = overdose.fatal(people, p, here, h, chance)
    return total, deaths, attended, h, chance


CHAIN = {
    "overdose_rate": 0.8, "overdose_daily": 1.9, "overdose_injecting": 2.1, "overdose_co_use": 1.7,
    "overdose_unstable": 1.4, "stimulant_share": 0.2, "stimulants_with_opioids": 0.3,
    "fatal_alone": 0.12, "home_alone": 0.4,
    "solitary_shift": 0.1, "public_stable": 0.15, "public_unstable": 0.5, "seen_home": 0.7,
    "seen_public": 0.6, "called_home": 0.3, "called_street": 0.8, "call_fear": 0.4,
    "call_protection": 0.5, "policy_known": 0.6, "warrant_call": 0.3, "trust_start": 0.3,
    "trust_policy": 0.1, "trust_call": 0.5, "police_first": 0.3, "police_carry": 0.5,
    "police_help": 0.7, "ambulance_help": 0.35, "kit_used": 0.7, "kit_help": 0.2,
    "kit_shared": 0.5, "co_use_blunts": 0.3, "site_share": 0.1, "site_seen": 0.9,
    "site_help": 0.02, "site_called": 0.4,
}  # fmt: skip


def test_overdose_and_the_chain_of_survival_by_hand():
    of, out = people(), outside()
    risk = np.random.default_rng(5).uniform(0.5, 8, N).astype(np.float32)
    total, deaths, attended, h, chance = overdose_week(of, row(**CHAIN), HERE, out, risk, EVEN)
    opioids, injects, loose = (has(of, b) for b in (ppl.OPIOIDS, ppl.INJECTING, ppl.UNSTABLE))
    co_use = has(of, ppl.CO_USE)
    hazard = 0.8 / 52 * 1.2 * 0.9 * of.overdose_frailty * out * has(of, ppl.USING)
    hazard = hazard * np.where(has(of, ppl.DAILY), 1.9, 1) * np.where(injects, 2.1, 1)
    hazard = hazard * np.where(co_use, 1.7, 1) * np.where(loose, 1.4, 1)
    hazard = np.minimum(hazard * np.where(opioids, risk, 0.2), 1)
    assert h == pytest.approx(hazard, rel=1e-4)
    assert total / t.EXACT == pytest.approx(hazard.sum(), rel=1e-3)

    eased = 0.4 * 0.5 * 0.6
    usual = 0.3
    trust = np.maximum(1 + 0.5 * (of.trust - usual), 0) * np.where(has(of, ppl.WARRANT), 0.7, 1)
    called = {
        place: np.minimum((c + (1 - c) * eased) * trust, 1)
        for place, c in {"home": 0.3, "street": 0.8}.items()
    }
    works = np.where(opioids, 1, 0.3) * np.where(co_use, 0.7, 1)  # how far naloxone works
    near = np.where(has(of, ppl.KIT), 0.3 + 0.7 * 0.5, 0.3)
    by_kit = 1 - 0.7 * near * 0.8 * works
    by_ambulance = 0.35 * (1 - 0.3 * 0.5 * 0.3 * works)
    dies = {place: by_kit * (1 - c + c * by_ambulance) for place, c in called.items()}
    public = np.minimum(np.where(loose, 0.5, 0.15) * 0.8, 1)
    alone = 0.4 * np.exp(0.1 * np.log2(1.5))
    unseen_or_not = (
        public * (0.4 + 0.6 * dies["street"])
        + (1 - public) * alone
        + (1 - public) * (1 - alone) * (0.3 + 0.7 * dies["home"])
    )
    site = np.where(injects, 0.1, 0)
    in_site = 0.1 + 0.9 * 0.02 * (0.6 + 0.4 * by_ambulance)
    fatal = 0.12 * ((1 - site) * unseen_or_not + site * in_site)
    assert chance == pytest.approx(fatal, rel=1e-4)
    assert deaths / t.FINE == pytest.approx((hazard * fatal).sum(), rel=2e-3)
    helped = public * 0.6 * called["street"] + (1 - public) * (1 - alone) * 0.7 * called["home"]
    helped = helped * (1 - site) + site * 0.9 * 0.4
    assert attended / t.EXACT == pytest.approx((hazard * helped).sum(), rel=2e-3)


@pytest.mark.parametrize(
    ("name", "better"),
    [("kit_used", 1), ("called_home", 1), ("police_carry", 1), ("seen_public", 1),
     ("site_share", 1), ("site_seen", 1), ("site_called", 1), ("site_help", -1),
     ("home_alone", -1), ("warrant_call", -1), ("co_use_blunts", -1)],
)  # fmt: skip
def test_each_step_of_the_chain_moves_every_chance_of_death_one_way(name, better):
    of, out, risk = people(), outside(), np.ones(N, np.float32)
    low, high = (
        overdose_week(of, row(**CHAIN | {name: value}), HERE, out, risk, EVEN)[4]
        for value in (0.1, 0.9)
    )
    assert ((low - high) * better >= -1e-7).all() and (low != high).any()
