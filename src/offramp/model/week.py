"""The week loop: fill random numbers, call the processes in order, see what happened to whom.

Hazards are worked out for everyone in tiny loops over a block; what happens to the few is done
one by one, with random numbers drawn only for them (docs/decisions/002).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from offramp.model import luck
from offramp.model import people as ppl
from offramp.model import tallies as t
from offramp.model.kernel import door, kernel, part
from offramp.model.parameters import at
from offramp.model.people import BLOCK
from offramp.model.processes import (
    contact,
    custody,
    death,
    deflection,
    displacement,
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
from offramp.model.state import (
    ALL,
    AREA_COLUMNS,
    DISPLACEMENT,
    ENGAGED_NOW,
    INFECTION,
    KITS,
    OAT_NOW,
    PEOPLE_HERE,
    PLACE_COLUMNS,
    QUEUES,
    SHARE_HCV,
    SHARE_HIV,
    SHARE_KITS,
    VISIBLE,
    WAITING_NOW,
    Here,
    Room,
    Strata,
    Task,
    room,
)

__all__ = (
    "ALL",
    "AREA_COLUMNS",
    "DISPLACEMENT",
    "INFECTION",
    "KITS",
    "OAT_NOW",
    "PLACE_COLUMNS",
    "QUEUES",
    "WEEKS_A_YEAR",
    "Room",
    "Strata",
    "Task",
    "room",
    "run",
    "shares",
)  # fmt: skip

WEEKS_A_YEAR = 52


@kernel
def _hit(code, hit):  # type: ignore[no-untyped-def]
    """List in hit those to whom something happened; return how many."""
    count = np.int32(0)
    for i in range(code.size):
        hit[count] = i
        count += np.int32(1) if code[i] != 0 else np.int32(0)
    return count


@kernel
def _events(people, first, p, here, ends, death, room, hit, week, tally):  # type: ignore[no-untyped-def]
    """What happened to those of the block who are listed in hit."""
    code, keys, caseload = room.code, room.streams, room.caseload
    for k in range(hit.size):
        i = hit[k]
        flags = code[i]
        person = np.uint32(first + i)
        if flags & t.ENTERS:
            ppl.set_field(people, i, ppl.GONE, ppl.ALIVE)
            tally[t.N_ENTERED_SCOPE] += 1
            continue
        if people.flags[i] & ppl.GONE != ppl.ALIVE:
            continue
        if flags & t.KIT:
            people.flags[i] ^= np.int32(ppl.KIT)
            tally[t.N_KITS] += 1 if ppl.has(people, i, ppl.KIT) else 0
        if flags & t.RELEASED:
            custody.released(people, i, p, week, keys, person, tally)
        if flags & t.CONTACT and people.flags[i] & ppl.CUSTODY == 0:
            contact.happens(people, i, p, ends, week, keys, person, tally, room.offers)
        if flags & t.ARREST and people.flags[i] & ppl.CUSTODY == 0:
            tally[t.N_OFFENCE_ARRESTS] += 1
            custody.arrested(people, i, p, week, keys, person, custody.OFFENCE, tally)
        if flags & t.USE:
            use.happens(people, i)
        elif flags & t.INJECTING:
            people.flags[i] ^= np.int32(ppl.INJECTING)
        if flags & t.LEAVES_CASEWORK:
            deflection.leaves(people, i, caseload)
        if flags & t.TREATMENT and people.flags[i] & ppl.CUSTODY == 0:
            treatment.happens(people, i, week, keys, person, tally)
        infection.happens(people, i, flags, tally)
        if flags & t.OVERDOSE:
            overdose.happens(people, i, p, here, death[i], week, keys, person, tally)
        if flags & t.DIED and people.flags[i] & ppl.GONE == ppl.ALIVE:
            ppl.set_field(people, i, ppl.GONE, ppl.DIED_OTHER)
            tally[t.N_OTHER_DEATHS] += 1
        if people.flags[i] & ppl.GONE != ppl.ALIVE:
            caseload[0] -= 1 if ppl.has(people, i, ppl.ENGAGED) else 0
            tally[t.N_OAT_DIED] += 1 if ppl.has(people, i, ppl.OAT) else 0
            gone = ppl.ENGAGED | ppl.CUSTODY | ppl.WAITING | ppl.OFFERED | ppl.OAT
            ppl.turn_off(people, i, gone)


@part
def _block(people, first, p, here, ends, week, room, tally):  # type: ignore[no-untyped-def]
    """One week of one block; room.sums: what couplings and capacities need."""
    m = people.flags.size
    keys, sums = room.streams, room.sums
    sums[:] = 0
    for event in luck.EVERY_WEEK:
        luck.fill(room.luck[event][:m], keys[event], first)
    out, risk, h, fatal = room.out[:m], room.risk[:m], room.hazard[:m], room.fatal[:m]
    code = room.code[:m]
    held, there = custody.time_held(people, p, week, out, code)
    tally[t.HELD_WEEKS] += held
    tally[t.PERSON_WEEKS] += np.int64(there) << 20
    contacts, injecting = contact.hazard(
        people, p, here, out, room.luck[luck.CONTACT_OR_ARREST][:m], code
    )
    tally[t.CONTACTS] += contacts
    tally[t.CONTACTS_INJECTING] += injecting
    thefts, violence, arrests = offending.hazard(
        people, p, here, week, out, room.luck[luck.CONTACT_OR_ARREST][:m], code
    )
    tally[t.ACQUISITIVE] += thefts
    tally[t.VIOLENT] += violence
    tally[t.OFFENCE_ARRESTS] += arrests
    tally[t.USING_WEEKS] += (
        np.int64(use.hazard(people, p, here, out, room.luck[luck.SLOW][:m], code)) << 20
    )
    engaged = deflection.hazard(people, p, out, room.luck[luck.SLOW][:m], code)
    tally[t.ENGAGED_WEEKS] += np.int64(engaged) << 20
    kits = services.hazard(people, p, room.luck[luck.SLOW][:m], code)
    tally[t.PUBLIC_INJECTING_WEEKS] += services.injecting_in_public(people, p, here, out)
    on, off = treatment.hazard(people, p, week, out, code, h)
    tally[t.OAT_WEEKS] += np.int64(on) << 20
    tally[t.OAT_OFF_WEEKS] += off
    hiv, hcv = infection.hazard(people, p, here, week, out, room.luck[luck.SLOW][:m], code, h)
    tally[t.HIV] += hiv
    tally[t.HCV] += hcv
    risk_clock.level(people, p, week, risk)
    now = room.luck[luck.OVERDOSE_OR_DEATH][:m]
    tally[t.OVERDOSES] += overdose.hazard(people, p, here, out, risk, now, code, h)
    deaths, weight, attended = overdose.fatal(people, p, here, h, fatal)
    tally[t.OVERDOSE_DEATHS] += deaths
    tally[t.DEATH_WEIGHT] += weight
    tally[t.ATTENDED] += attended
    alone, public, site = overdose.settings(people, p, here, h)
    tally[t.OVERDOSES_ALONE] += alone
    tally[t.OVERDOSES_PUBLIC] += public
    tally[t.OVERDOSES_SITE] += site
    tally[t.OTHER_DEATHS] += death.hazard(people, p, week, now, code)
    trust, life, well = wellbeing.week(people, p, out)
    tally[t.TRUST_WEEKS] += trust
    tally[t.UTILITY_WEEKS] += life
    tally[t.WELL_WEEKS] += np.int64(well) << 20
    count = _hit(code, room.hit)
    _events(people, first, p, here, ends, fatal, room, room.hit[:count], week, tally)
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
    tally[t.INFECTIOUS_WEEKS] += np.int64(hiv_now) << 20
    sums[0] += inject
    sums[1] += hiv_now
    sums[2] += hcv_now
    sums[3] += kits
    sums[4] += there
    sums[5] += on_now


def shares(people: ppl.People, strata: Strata, areas: NDArray[np.float32]) -> None:
    """Fill areas [area, AREA_COLUMNS] from the people as they are."""
    flags = people.flags
    there = flags & ppl.GONE == ppl.ALIVE
    injecting = there & (flags & ppl.INJECTING != 0)
    stage = flags & ppl.HIV
    hiv = injecting & ((stage == ppl.HIV_UNDIAGNOSED) | (stage == ppl.HIV_DIAGNOSED))
    hcv = injecting & (flags & ppl.HCV == ppl.HCV_CHRONIC)
    kit = there & (flags & ppl.KIT != 0)
    area = np.repeat(strata.area, np.diff(strata.start))

    def count(who: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.bincount(area[who], minlength=len(areas))

    areas[:, SHARE_HIV] = count(hiv) / np.maximum(count(injecting), 1)
    areas[:, SHARE_HCV] = count(hcv) / np.maximum(count(injecting), 1)
    areas[:, SHARE_KITS] = count(kit) / np.maximum(count(there), 1)
    areas[:, VISIBLE] = 1.0
    areas[:, PEOPLE_HERE] = count(there)


@door
def run(task):  # type: ignore[no-untyped-def]
    """Simulate the steps of a Task, changing its people, areas, place and tallies."""
    people, strata, areas, place, room = (
        task.people, task.strata, task.areas, task.place, task.room,
    )  # fmt: skip
    room.caseload[0] = place[ENGAGED_NOW]
    room.offers[0] = 0
    for i in range(people.flags.size):  # accepted in the last step of a run before: too late now
        ppl.turn_off(people, i, ppl.OFFERED)
    for s in range(strata.area.size):
        room.here[s] = strata.start[s]
    for w in range(task.rows.shape[0]):
        p = task.rows[w]
        week = np.int32(task.first + w)
        tallies = task.tallies[w // task.period]
        _services(task, p, week, tallies)
        for event in range(luck.EVENTS):
            room.streams[event] = luck.key(task.seed, task.draw, week, event)
        room.streams[luck.SPELL] = luck.key(task.seed, task.draw, np.int32(0), luck.SPELL)
        ends = contact.endings(p)
        disrupted = supply.disruption(p)
        if task.couplings & DISPLACEMENT:
            displacement.visible(p, areas, PEOPLE_HERE, VISIBLE)
        room.per_area[:] = 0
        for s in range(strata.area.size):
            area = strata.area[s]
            here = Here(
                strata.ratio[s],
                areas[area, SHARE_HIV],
                areas[area, SHARE_HCV],
                areas[area, SHARE_KITS] * p[at.kit_shared],
                task.strength[w],
                disrupted,
                displacement.here_in(p, area),
                areas[area, VISIBLE],
            )
            a = np.int64(strata.start[s])
            end = room.here[s]
            while end < strata.start[s + 1] and people.entry[end] <= week:
                end += 1
            room.here[s] = end
            while a < end:
                b = min(a + BLOCK, end)
                _block(ppl.block_of(people, a, b), a, p, here, ends, week, room, tallies[s])
                for k in range(8):
                    room.per_area[area, k] += room.sums[k]
                a = b
        _couple(task)


@kernel
def _services(task, p, week, tallies):  # type: ignore[no-untyped-def]
    """Who is let in this week, as far as places are free."""
    room, place, people = task.room, task.place, task.people
    free = np.int64(task.oat_places * p[at.oat_places]) - place[OAT_NOW]
    room.caseload[1] = np.int64(p[at.caseload_places] * task.scale)
    if task.couplings & QUEUES == 0:
        free = np.int64(people.flags.size)
        room.caseload[1] = np.int64(people.flags.size)
    free = free if free > 0 else np.int64(0)
    place[WAITING_NOW] = treatment.admit(
        people, task.strata, free, week, task.seed, task.draw, room.keys, room.who, tallies
    )
    deflection.admit(
        people, task.strata, p, week, task.seed, task.draw, room, room.caseload, tallies
    )


@kernel
def _couple(task):  # type: ignore[no-untyped-def]
    """What people share next week: who can infect, kits in circulation, places taken."""
    areas, place, sums = task.areas, task.place, task.room.per_area
    place[OAT_NOW] = 0
    for k in range(areas.shape[0]):
        place[OAT_NOW] += sums[k, 5]
        injecting = sums[k, 0] if sums[k, 0] > 0 else 1
        there = sums[k, 4] if sums[k, 4] > 0 else 1
        areas[k, PEOPLE_HERE] = there
        if task.couplings & INFECTION:
            areas[k, SHARE_HIV] = sums[k, 1] / injecting
            areas[k, SHARE_HCV] = sums[k, 2] / injecting
        if task.couplings & KITS:
            areas[k, SHARE_KITS] = sums[k, 3] / there
    place[ENGAGED_NOW] = task.room.caseload[0]
