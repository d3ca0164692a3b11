"""The week loop: fill random numbers, call the processes in order, see what happened to whom.

Hazards are worked out for everyone in tiny loops over a block; what happens to the few is done
one by one, with random numbers drawn only for them (docs/decisions/002).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from offramp.model import luck
from offramp.model import people as ppl
from offramp.model import tallies as t
from offramp.model.kernel import door, kernel
from offramp.model.parameters import at
from offramp.model.people import BLOCK
from offramp.model.processes import (
    contact,
    custody,
    death,
    deflection,
    infection,
    offending,
    overdose,
    risk_clock,
    services,
    supply,
    treatment,
    use,
    wellbeing,
)

WEEKS_A_YEAR = 52
# Couplings between people, each of which can be switched off (held at its value at the start).
QUEUES, INFECTION, KITS = 1, 2, 4
ALL = QUEUES | INFECTION | KITS
# Columns of the state of an area.
SHARE_HIV, SHARE_HCV, SHARE_KITS = 0, 1, 2
AREA_COLUMNS = 3
# Columns of the state of the whole place.
OAT_NOW, ENGAGED_NOW, WAITING_NOW, OAT_PLACES_NOW = 0, 1, 2, 3
PLACE_COLUMNS = 4


class Strata(NamedTuple):
    """Where each stratum's people are. start: int32[strata + 1]; area: int32[strata];
    ratio: float32[strata], contacts of the group against the reference group."""

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


class Room(NamedTuple):
    """Scratch memory of one thread, made once."""

    luck: NDArray[np.float32]  # [EVERY_WEEK, BLOCK]
    out: NDArray[np.float32]
    risk: NDArray[np.float32]
    hazard: NDArray[np.float32]
    fatal: NDArray[np.float32]
    code: NDArray[np.int32]
    hit: NDArray[np.int32]
    keys: NDArray[np.float32]  # [people]
    who: NDArray[np.int32]  # [people]
    streams: NDArray[np.uint64]  # [EVENTS], this week's
    sums: NDArray[np.int64]  # [8], of a block
    per_area: NDArray[np.int64]  # [areas, 8], of a week
    caseload: NDArray[np.int64]  # people on case work now, and places
    here: NDArray[np.int64]  # [strata], end of those who have come into scope


def room(people: int, strata: int, areas: int = 1) -> Room:
    f4 = np.float32
    return Room(
        np.zeros((luck.EVERY_WEEK, BLOCK), f4),
        np.zeros(BLOCK, f4),
        np.zeros(BLOCK, f4),
        np.zeros(BLOCK, f4),
        np.zeros(BLOCK, f4),
        np.zeros(BLOCK, np.int32),
        np.zeros(BLOCK + 1, np.int32),
        np.zeros(people, f4),
        np.zeros(people, np.int32),
        np.zeros(luck.EVENTS, np.uint64),
        np.zeros(8, np.int64),
        np.zeros((areas, 8), np.int64),
        np.zeros(2, np.int64),
        np.zeros(strata, np.int64),
    )


@kernel
def _hit(code, hit):  # type: ignore[no-untyped-def]
    """List in hit those to whom something happened; return how many."""
    count = np.int32(0)
    for i in range(code.size):
        hit[count] = i
        count += np.int32(1) if code[i] != 0 else np.int32(0)
    return count


@kernel
def _events(people, first, p, ends, death, code, hit, week, keys, tally, caseload):  # type: ignore[no-untyped-def]
    """What happened to those of the block who are listed in hit."""
    for k in range(hit.size):
        i = hit[k]
        flags = code[i]
        person = first + i
        if flags & t.ENTERS:
            ppl.set_field(people, i, ppl.GONE, ppl.ALIVE)
            tally[t.N_ENTERED_SCOPE] += 1
            continue
        if people.flags[i] & ppl.GONE != ppl.ALIVE:
            continue
        if flags & t.RELEASED:
            custody.released(people, i, p, week, keys, person, tally)
        if flags & t.CONTACT and people.flags[i] & ppl.CUSTODY == 0:
            contact.happens(people, i, p, ends, week, keys, person, tally, caseload)
        if flags & t.ARREST and people.flags[i] & ppl.CUSTODY == 0:
            tally[t.N_OFFENCE_ARRESTS] += 1
            custody.arrested(people, i, p, week, keys, person, False, tally)
        if flags & t.USE:
            use.happens(people, i)
        elif flags & t.INJECTING:
            people.flags[i] ^= np.int32(ppl.INJECTING)
        if flags & t.LEAVES_CASEWORK and ppl.has(people, i, ppl.ENGAGED):
            ppl.turn_off(people, i, ppl.ENGAGED)
            caseload[0] -= 1
        if flags & t.TREATMENT and people.flags[i] & ppl.CUSTODY == 0:
            treatment.happens(people, i, week, tally)
        infection.happens(people, i, flags, tally)
        if flags & t.KIT:
            people.flags[i] ^= np.int32(ppl.KIT)
            tally[t.N_KITS] += 1 if ppl.has(people, i, ppl.KIT) else 0
        if flags & t.OVERDOSE:
            overdose.happens(people, i, p, death[i], week, keys, person, tally)
        if flags & t.DIED and people.flags[i] & ppl.GONE == ppl.ALIVE:
            ppl.set_field(people, i, ppl.GONE, ppl.DIED_OTHER)
            tally[t.N_OTHER_DEATHS] += 1
        if people.flags[i] & ppl.GONE != ppl.ALIVE:
            caseload[0] -= 1 if ppl.has(people, i, ppl.ENGAGED) else 0
            ppl.turn_off(people, i, ppl.ENGAGED | ppl.CUSTODY | ppl.WAITING)


@kernel
def _block(people, first, p, here, ends, week, keys, room, tally, caseload, sums):  # type: ignore[no-untyped-def]
    """One week of one block. sums: int64[8], what couplings and capacities need."""
    m = people.flags.size
    for event in range(luck.EVERY_WEEK):
        luck.fill(room.luck[event][:m], keys[event], first)
    out, risk, h, fatal = room.out[:m], room.risk[:m], room.hazard[:m], room.fatal[:m]
    code = room.code[:m]
    held, there = custody.time_held(people, week, out, code)
    tally[t.HELD_WEEKS] += held
    tally[t.PERSON_WEEKS] += np.int64(there) << 20
    contacts, injecting = contact.hazard(
        people, p, here, out, room.luck[luck.CONTACT_OR_ARREST][:m], code
    )
    tally[t.CONTACTS] += contacts
    tally[t.CONTACTS_INJECTING] += injecting
    thefts, violence, arrests = offending.hazard(
        people, p, week, out, room.luck[luck.CONTACT_OR_ARREST][:m], code
    )
    tally[t.ACQUISITIVE] += thefts
    tally[t.VIOLENT] += violence
    tally[t.OFFENCE_ARRESTS] += arrests
    tally[t.USING_WEEKS] += (
        np.int64(use.hazard(people, p, out, room.luck[luck.SLOW][:m], code)) << 20
    )
    engaged = deflection.hazard(people, p, out, room.luck[luck.SLOW][:m], code)
    tally[t.ENGAGED_WEEKS] += np.int64(engaged) << 20
    kits = services.hazard(people, p, room.luck[luck.SLOW][:m], code)
    on, off = treatment.hazard(people, p, week, out, room.luck[luck.TREATMENT][:m], code, h)
    tally[t.OAT_WEEKS] += np.int64(on) << 20
    tally[t.OAT_OFF_WEEKS] += off
    hiv, hcv = infection.hazard(people, p, here, week, out, room.luck[luck.SLOW][:m], code)
    tally[t.HIV] += hiv
    tally[t.HCV] += hcv
    risk_clock.level(people, p, week, risk)
    now = room.luck[luck.OVERDOSE_OR_DEATH][:m]
    tally[t.OVERDOSES] += overdose.hazard(people, p, here, out, risk, now, code, h)
    deaths, weight, attended = overdose.fatal(people, p, here, h, fatal)
    tally[t.OVERDOSE_DEATHS] += deaths
    tally[t.DEATH_WEIGHT] += weight
    tally[t.ATTENDED] += attended
    tally[t.OTHER_DEATHS] += death.hazard(people, p, week, now, code)
    trust, life = wellbeing.week(people, p, out)
    tally[t.TRUST_WEEKS] += trust
    tally[t.UTILITY_WEEKS] += life
    count = _hit(code, room.hit)
    _events(people, first, p, ends, fatal, code, room.hit[:count], week, keys, tally, caseload)
    one, none = np.int32(1), np.int32(0)
    inject, hiv_now, hcv_now, on_now = none, none, none, none
    for i in range(m):
        flags = people.flags[i]
        injects = one if flags & (ppl.INJECTING | ppl.GONE) == ppl.INJECTING else none
        stage = flags & ppl.HIV
        active = injects if stage == ppl.HIV_UNDIAGNOSED else none
        active = injects if stage == ppl.HIV_DIAGNOSED else active
        inject = np.int32(inject + injects)
        hiv_now = np.int32(hiv_now + active)
        hcv_now = np.int32(hcv_now + (injects if flags & ppl.HCV == ppl.HCV_CHRONIC else none))
        on_now = np.int32(on_now + (one if flags & (ppl.OAT | ppl.GONE) == ppl.OAT else none))
    tally[t.INJECTING_WEEKS] += np.int64(inject) << 20
    sums[0] += inject
    sums[1] += hiv_now
    sums[2] += hcv_now
    sums[3] += kits
    sums[4] += there
    sums[5] += on_now


@door
def shares(people, strata, areas):  # type: ignore[no-untyped-def]
    """Fill areas [area, AREA_COLUMNS] from the people as they are."""
    count = np.zeros((areas.shape[0], 5))
    for s in range(strata.area.size):
        a = strata.area[s]
        for i in range(strata.start[s], strata.start[s + 1]):
            flags = people.flags[i]
            if flags & ppl.GONE == ppl.ALIVE:
                count[a, 4] += 1
                count[a, 3] += 1 if flags & ppl.KIT else 0
                if flags & ppl.INJECTING:
                    stage = flags & ppl.HIV
                    count[a, 0] += 1
                    count[a, 1] += (
                        1 if stage == ppl.HIV_UNDIAGNOSED or stage == ppl.HIV_DIAGNOSED else 0
                    )
                    count[a, 2] += 1 if flags & ppl.HCV == ppl.HCV_CHRONIC else 0
    for a in range(areas.shape[0]):
        areas[a, SHARE_HIV] = count[a, 1] / count[a, 0] if count[a, 0] > 0 else 0.0
        areas[a, SHARE_HCV] = count[a, 2] / count[a, 0] if count[a, 0] > 0 else 0.0
        areas[a, SHARE_KITS] = count[a, 3] / count[a, 4] if count[a, 4] > 0 else 0.0


@door
def run(  # type: ignore[no-untyped-def]
    people,
    strata,
    rows,
    strength,
    first_week,
    seed,
    draw,
    couplings,
    scale,
    oat_places,
    areas,
    place,
    room,
    tallies,
):
    """Simulate len(rows) weeks from first_week, changing people, areas, place and tallies.

    rows: float32[weeks, parameters]; strength: float32[weeks]; couplings: bits of QUEUES,
    INFECTION, KITS; scale: people simulated per 100,000 residents (for case work); oat_places:
    people on treatment at once when oat_places is 1; areas: float32[areas, AREA_COLUMNS]; place:
    int64[PLACE_COLUMNS]; tallies: int64[years, strata, t.COUNT].
    """
    _weeks(
        people,
        strata,
        rows,
        strength,
        first_week,
        seed,
        draw,
        couplings,
        scale,
        oat_places,
        areas,
        place,
        room,
        tallies,
    )


@kernel
def _weeks(  # type: ignore[no-untyped-def]
    people,
    strata,
    rows,
    strength,
    first_week,
    seed,
    draw,
    couplings,
    scale,
    oat_places,
    areas,
    place,
    room,
    tallies,
):
    """As `run`."""
    keys, sums, per_area, caseload = room.streams, room.sums, room.per_area, room.caseload
    caseload[0] = place[ENGAGED_NOW]
    for s in range(strata.area.size):
        room.here[s] = strata.start[s]
    for w in range(rows.shape[0]):
        p = rows[w]
        week = np.int32(first_week + w)
        tally_year = tallies[w // WEEKS_A_YEAR]
        caseload[1] = np.int64(p[at.caseload_places] * scale)
        free = np.int64(oat_places * p[at.oat_places]) - place[OAT_NOW]
        if couplings & QUEUES == 0:
            free = np.int64(people.flags.size)
            caseload[1] = np.int64(people.flags.size)
        free = free if free > 0 else np.int64(0)
        place[WAITING_NOW] = treatment.admit(
            people, free, week, seed, draw, room.keys, room.who, tally_year[0]
        )
        for event in range(luck.EVENTS):
            keys[event] = luck.key(seed, draw, week, event)
        ends = contact.endings(p)
        disrupted = supply.disruption(p)
        per_area[:] = 0
        for s in range(strata.area.size):
            area = strata.area[s]
            here = Here(
                strata.ratio[s],
                areas[area, SHARE_HIV],
                areas[area, SHARE_HCV],
                areas[area, SHARE_KITS] * p[at.kit_shared],
                strength[w],
                disrupted,
            )
            a = np.int64(strata.start[s])
            end = room.here[s]
            while end < strata.start[s + 1] and people.entry[end] <= week:
                end += 1
            room.here[s] = end
            while a < end:
                b = min(a + BLOCK, end)
                sums[:] = 0
                _block(
                    ppl.block_of(people, a, b),
                    a,
                    p,
                    here,
                    ends,
                    week,
                    keys,
                    room,
                    tally_year[s],
                    caseload,
                    sums,
                )
                for k in range(8):
                    per_area[area, k] += sums[k]
                a = b
        place[OAT_NOW] = 0
        for k in range(areas.shape[0]):
            place[OAT_NOW] += per_area[k, 5]
            injecting = per_area[k, 0] if per_area[k, 0] > 0 else 1
            there = per_area[k, 4] if per_area[k, 4] > 0 else 1
            if couplings & INFECTION:
                areas[k, SHARE_HIV] = per_area[k, 1] / injecting
                areas[k, SHARE_HCV] = per_area[k, 2] / injecting
            if couplings & KITS:
                areas[k, SHARE_KITS] = per_area[k, 3] / there
        place[ENGAGED_NOW] = caseload[0]
