"""People with every trait at random, for tests of one process alone."""

from __future__ import annotations

import numpy as np

from offramp.model import people as ppl
from offramp.model.parameters import INDEX, NAMES
from offramp.model.state import Here

N = 1024
HERE = Here(*(np.float32(x) for x in (1.4, 0.2, 0.5, 0.3, 1.2, 0.9, 1.5, 0.8)))
WEEK = 400


def row(**given: float) -> np.ndarray:
    values = np.zeros(len(NAMES), np.float32)
    values[INDEX["steps_a_week"]] = 1
    for name, value in given.items():
        values[INDEX[name]] = value
    return values


def people(seed: int = 1, flags: int | None = None) -> ppl.People:
    """Everybody alive, every other trait at random (or as `flags` says)."""
    rng = np.random.default_rng(seed)
    made = ppl.empty(N)
    bits = (
        ppl.OPIOIDS, ppl.USING, ppl.DAILY, ppl.INJECTING, ppl.UNSTABLE, ppl.CO_USE, ppl.OAT,
        ppl.WARRANT, ppl.RECORD, ppl.ENGAGED, ppl.INSTEAD, ppl.KIT,
    )  # fmt: skip
    drawn = np.zeros(N, np.int32)
    for bit in bits:
        drawn |= np.where(rng.random(N) < 0.5, np.int32(bit), np.int32(0))
    made.flags[:] = drawn if flags is None else flags
    made.overdose_frailty[:] = rng.lognormal(0, 0.8, N)
    made.police_frailty[:] = rng.lognormal(0, 0.8, N)
    made.age_risk[:] = rng.lognormal(0, 0.4, N)
    made.trust[:] = rng.random(N)
    made.course[:] = np.where(rng.random(N) < 0.3, WEEK - 10, ppl.NEVER)
    made.equipment[:] = np.where(rng.random(N) < 0.3, WEEK - 10, ppl.NEVER)
    made.released[:] = np.where(rng.random(N) < 0.3, WEEK - 10, ppl.NEVER)
    return made


def has(of: ppl.People, bit: int) -> np.ndarray:
    return (of.flags & bit) == bit


def outside(seed: int = 2) -> np.ndarray:
    return np.random.default_rng(seed).choice([0.0, 0.4, 1.0], N).astype(np.float32)


EVEN = ((np.arange(N) + 0.5) / N).astype(np.float32)  # a number each: chances become shares
