"""The people of a place: a row of small columns for each, and blocks of them.

People are sorted into strata (area by group); a block of at most BLOCK people never crosses a
stratum, so everything about an area or group is one number per block. Slots for people who will
come into scope later are laid out beforehand, equal in all scenarios. What is yes or no, or one of
a few, is packed into the bits of one integer: a loop then reads few arrays, and stays fast.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from offramp.model.kernel import kernel

BLOCK = 1024
NEVER = -10000  # a week long before any run

# Bits of `flags`.
GONE = 3  # two bits: ALIVE, DIED_OVERDOSE, DIED_OTHER, NOT_YET
ALIVE, DIED_OVERDOSE, DIED_OTHER, NOT_YET = 0, 1, 2, 3
OPIOIDS = 1 << 2
STIMULANTS = 1 << 3
CO_USE = 1 << 4  # benzodiazepines or alcohol beside
UNSTABLE = 1 << 5  # housing
FEMALE = 1 << 6
USING = 1 << 7
DAILY = 1 << 8
INJECTING = 1 << 9
OAT = 1 << 10  # on methadone, buprenorphine or another agonist
WAITING = 1 << 11
CUSTODY = 3 << 12  # two bits: free, DETAINED, REMAND, SENTENCE
DETAINED, REMAND, SENTENCE = 1 << 12, 2 << 12, 3 << 12
WARRANT = 1 << 14
RECORD = 1 << 15
ENGAGED = 1 << 16  # with case work
KIT = 1 << 17
HIV = 3 << 18  # two bits: no, UNDIAGNOSED, DIAGNOSED, SUPPRESSED
HIV_UNDIAGNOSED, HIV_DIAGNOSED, HIV_SUPPRESSED = 1 << 18, 2 << 18, 3 << 18
HCV = 3 << 20  # two bits: no, CHRONIC, CLEARED
HCV_CHRONIC, HCV_CLEARED = 1 << 20, 2 << 20
FOLLOWED = 1 << 22  # visited after the last attended overdose
LEFT_ON_OAT = 1 << 23  # the last time out of custody
INSTEAD = 1 << 24  # accepted case work in place of an arrest, and it still acts on offending
OFFERED = 1 << 25  # accepted an offer of case work, waits for a place
INJECTED = 1 << 26  # injected until use was stopped, and would again

F4 = NDArray[np.float32]
I4 = NDArray[np.int32]
I2 = NDArray[np.int16]


class People(NamedTuple):
    """Columns, one entry a person. Weeks count from the start of the run-in."""

    flags: I4
    overdose_frailty: F4  # lasting multiplier, mean 1
    police_frailty: F4  # lasting multiplier of contacts and offending, mean 1
    age: F4  # years at the start of the run-in
    age_risk: F4  # multiplier of death from other causes at that age, 1 at 40
    tolerance_lost: F4  # at the last release, 0 to 1
    days_left: F4  # in custody
    trust: F4  # in police, 0 to 1
    patience: F4  # hazard left until the next change of treatment
    entry: I2  # week of coming into scope
    spell: I2  # spells on and off treatment so far
    oat_since: I2
    stopped: I2  # week treatment was left
    released: I2
    overdosed: I2  # week of the last overdose that help attended
    course: I2  # week of the last course attended
    equipment: I2  # week equipment was last taken
    supervised_until: I2


_KINDS: dict[str, type[np.generic]] = {"F4": np.float32, "I2": np.int16, "I4": np.int32}
COLUMN_TYPES = {
    name: _KINDS[str(getattr(kind, "__forward_arg__", kind))]
    for name, kind in People.__annotations__.items()
}


def empty(n: int) -> People:
    """Columns of n slots, all zero (weeks: NEVER)."""
    columns: list[Any] = [
        np.full(n, NEVER, kind) if kind is np.int16 else np.zeros(n, kind)
        for kind in COLUMN_TYPES.values()
    ]
    return People(*columns)


def copy_into(people: People, target: People) -> None:
    columns: tuple[NDArray[Any], ...] = target
    for source, column in zip(people, columns, strict=True):
        column[:] = source


def bytes_per_person() -> int:
    return sum(np.dtype(kind).itemsize for kind in COLUMN_TYPES.values())


@kernel
def block_of(p, a, b):  # type: ignore[no-untyped-def]
    """Views of the people a … b - 1."""
    return People(
        p.flags[a:b],
        p.overdose_frailty[a:b],
        p.police_frailty[a:b],
        p.age[a:b],
        p.age_risk[a:b],
        p.tolerance_lost[a:b],
        p.days_left[a:b],
        p.trust[a:b],
        p.patience[a:b],
        p.entry[a:b],
        p.spell[a:b],
        p.oat_since[a:b],
        p.stopped[a:b],
        p.released[a:b],
        p.overdosed[a:b],
        p.course[a:b],
        p.equipment[a:b],
        p.supervised_until[a:b],
    )


@kernel
def has(people, i, bit):  # type: ignore[no-untyped-def]
    return people.flags[i] & bit != 0


@kernel
def turn_on(people, i, bit):  # type: ignore[no-untyped-def]
    people.flags[i] |= np.int32(bit)


@kernel
def turn_off(people, i, bits):  # type: ignore[no-untyped-def]
    people.flags[i] &= ~np.int32(bits)


@kernel
def set_field(people, i, field, value):  # type: ignore[no-untyped-def]
    """Set a field of two bits (GONE, CUSTODY, HIV, HCV) to one of its values."""
    people.flags[i] = (people.flags[i] & ~np.int32(field)) | np.int32(value)
