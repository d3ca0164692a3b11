"""What the week loop works on beside the people: strata, areas, scratch memory, one run's task."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from offramp.model import luck
from offramp.model.people import BLOCK, People

# Couplings between people, each of which can be switched off (held at its value at the start).
QUEUES, INFECTION, KITS, DISPLACEMENT = 1, 2, 4, 8
ALL = QUEUES | INFECTION | KITS | DISPLACEMENT
# Columns of the state of an area.
SHARE_HIV, SHARE_HCV, SHARE_KITS, VISIBLE, PEOPLE_HERE = 0, 1, 2, 3, 4
AREA_COLUMNS = 5
# Columns of the state of the whole place.
OAT_NOW, ENGAGED_NOW, WAITING_NOW, OAT_PLACES_NOW = 0, 1, 2, 3
PLACE_COLUMNS = 4


class Strata(NamedTuple):
    """Where each stratum's people are. start: int32[strata + 1]; area: int32[strata];
    ratio: float32[strata], contacts of the group (and area) against the reference group."""

    start: NDArray[np.int32]
    area: NDArray[np.int32]
    ratio: NDArray[np.float32]


class Here(NamedTuple):
    """What is the same for a whole block this week."""

    group_ratio: np.float32
    infectious_hiv: np.float32
    infectious_hcv: np.float32
    kits_near: np.float32
    strength: np.float32
    disruption: np.float32
    enforcement: np.float32
    visible: np.float32


class Room(NamedTuple):
    """Scratch memory of one thread, made once."""

    luck: NDArray[np.float32]  # [SLOW + 1, BLOCK]
    out: NDArray[np.float32]
    risk: NDArray[np.float32]
    hazard: NDArray[np.float32]
    fatal: NDArray[np.float32]
    code: NDArray[np.int32]
    hit: NDArray[np.int32]
    keys: NDArray[np.float32]  # [people]
    who: NDArray[np.int32]  # [people]
    offers: NDArray[np.int32]  # [people + 1], how many accepted case work last week, and who
    streams: NDArray[np.uint64]  # [EVENTS], this week's
    sums: NDArray[np.int64]  # [8], of a block
    per_area: NDArray[np.int64]  # [areas, 8], of a week
    caseload: NDArray[np.int64]  # people on case work now, and places
    here: NDArray[np.int64]  # [strata], end of those who have come into scope


class Task(NamedTuple):
    """One run of the week loop; it changes people, areas, place, room and tallies.

    rows: float32[steps, parameters]; strength: float32[steps]; first: step of the first row;
    couplings: bits of QUEUES, INFECTION, KITS, DISPLACEMENT; scale: people simulated per 100,000
    residents (for case work); oat_places: people on treatment at once when `oat_places` is 1;
    areas: float32[areas, AREA_COLUMNS]; place: int64[PLACE_COLUMNS]; tallies: int64[periods,
    strata, tallies.COUNT]; period: steps that go into one row of tallies.
    """

    people: People
    strata: Strata
    rows: NDArray[np.float32]
    strength: NDArray[np.float32]
    first: int
    seed: int
    draw: int
    couplings: int
    scale: float
    oat_places: float
    areas: NDArray[np.float32]
    place: NDArray[np.int64]
    room: Room
    tallies: NDArray[np.int64]
    period: int


def room(people: int, strata: int, areas: int = 1) -> Room:
    f4 = np.float32
    return Room(
        np.zeros((luck.SLOW + 1, BLOCK), f4),
        np.zeros(BLOCK, f4),
        np.zeros(BLOCK, f4),
        np.zeros(BLOCK, f4),
        np.zeros(BLOCK, f4),
        np.zeros(BLOCK, np.int32),
        np.zeros(BLOCK + 1, np.int32),
        np.zeros(people, f4),
        np.zeros(people, np.int32),
        np.zeros(people + 1, np.int32),
        np.zeros(luck.EVENTS, np.uint64),
        np.zeros(8, np.int64),
        np.zeros((areas, 8), np.int64),
        np.zeros(2, np.int64),
        np.zeros(strata, np.int64),
    )
