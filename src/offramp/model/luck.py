"""Randomness as a pure function of (seed, draw, person, week, event).

The same person meets the same luck in every scenario of a draw, so that a comparison shows what
an option changed and little else. Two 32-bit keys are made from (seed, draw, week, event) by
SplitMix64; a person's number is mixed with both (the multipliers are those of Wellons' triple32).
A uniform has 24 bits: its floor is 6e-8.

Event ids are never renumbered: a new event takes a new number at the end.
"""

from __future__ import annotations

import hashlib

import numpy as np

from offramp.model.kernel import kernel

# Drawn for everyone every week. Rare events that exclude each other share one number, each with
# a window of its own: the low end, the high end, or from the start given here upwards.
CONTACT_OR_ARREST = 0  # low end, high end
# 1 was treatment; its spells have a number of their own (SPELL)
OVERDOSE_OR_DEATH = 2  # low end, high end
SLOW = 3  # HIV low end, hepatitis C high end, and the windows below
EVERY_WEEK = (CONTACT_OR_ARREST, OVERDOSE_OR_DEATH, SLOW)
AT_USE, AT_CASEWORK, AT_KIT_LOST = (np.float32(x) for x in (0.1, 0.2, 0.3))
AT_INJECTING, AT_HIV_STEP, AT_HCV_CLEARS, AT_KIT = (np.float32(x) for x in (0.4, 0.5, 0.6, 0.7))
# Drawn only by those to whom something happened.
FOUND = 6
HOW_IT_ENDS = 7
UNFAIR = 8
EQUIPMENT = 9
ACCEPTS = 10
STAYS = 11
CUSTODY_KIND = 12
CUSTODY_DAYS = 13
FATAL = 14
CALLED = 15
FOLLOWED_UP = 16
WARRANT = 17
RELEASE_KIT = 18
TREATMENT_KEPT = 19
QUEUE = 20
ATTENDS = 21
PLACE_WEEK = 22
START = 23
SCENE = 24
BREACH = 25
CASEWORK_QUEUE = 26
SPELL = 27  # of a person's spell on or off treatment, not of a week
OWN = 31  # what processes draw that have a name of their own here: see `own`
EVENTS = 32

_G = np.uint64(0x9E3779B97F4A7C15)
_A = np.uint64(0xBF58476D1CE4E5B9)
_B = np.uint64(0x94D049BB133111EB)
_M1 = np.uint32(0xED5AD4BB)
_M2 = np.uint32(0xAC4C1B51)
_M3 = np.uint32(0x31848BAB)
_S11, _S14, _S15, _S17, _S8 = (np.uint32(k) for k in (11, 14, 15, 17, 8))
_LOW = np.uint64(0xFFFFFFFF)
_TO_UNIT = np.float32(1.0 / 16777216.0)


@kernel
def _splitmix(x):  # type: ignore[no-untyped-def]
    x = (x ^ (x >> np.uint64(30))) * _A
    x = (x ^ (x >> np.uint64(27))) * _B
    return x ^ (x >> np.uint64(31))


@kernel
def key(seed, draw, week, event):  # type: ignore[no-untyped-def]
    """64-bit key of a stream; seed, draw, week, event: non-negative integers."""
    x = _splitmix(np.uint64(seed) + _G)
    x = _splitmix(x + np.uint64(draw) * _G + np.uint64(1))
    return _splitmix(x + (np.uint64(week) * np.uint64(EVENTS) + np.uint64(event) + _A) * _G)


@kernel
def _mixed(person, low, high):  # type: ignore[no-untyped-def]
    """Person's number (uint32) mixed with two 32-bit keys -> float32 in [0, 1)."""
    x = np.uint32(np.uint32(person) ^ high)
    x = np.uint32(np.uint32(x ^ np.uint32(x >> _S17)) * _M1)
    x = np.uint32(np.uint32(x ^ np.uint32(x >> _S11)) + low)
    x = np.uint32(x * _M2)
    x = np.uint32(np.uint32(x ^ np.uint32(x >> _S15)) * _M3)
    x = np.uint32(x ^ np.uint32(x >> _S14))
    return np.float32(np.int32(x >> _S8)) * _TO_UNIT


@kernel
def uniform(stream, person):  # type: ignore[no-untyped-def]
    """The person's number in [0, 1) in this stream (float32)."""
    return _mixed(person, np.uint32(stream & _LOW), np.uint32(stream >> np.uint64(32)))


@kernel
def fill(buffer, stream, first):  # type: ignore[no-untyped-def]
    """Uniforms of persons first, first + 1, … into buffer (float32)."""
    low = np.uint32(stream & _LOW)
    high = np.uint32(stream >> np.uint64(32))
    start = np.uint32(first)
    for j in range(np.uint32(buffer.size)):
        buffer[j] = _mixed(np.uint32(start + np.uint32(j)), low, high)


def number(name: str) -> np.uint64:
    """The number of a process's own event, from its name: never renumbered, never twice."""
    return np.uint64(int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest()))


@kernel
def own(keys, event):  # type: ignore[no-untyped-def]
    """This week's stream of an event that has a `number` and no place in the list above."""
    return _splitmix((keys[OWN] ^ event) + _G)
