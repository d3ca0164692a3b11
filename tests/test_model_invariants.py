"""What must hold of the simulation whatever its parameters."""

from __future__ import annotations

import numpy as np
import pytest

from offramp.model import people as ppl
from offramp.model import tallies as t
from offramp.model.week import ALL, INFECTION, KITS, QUEUES
from offramp.plan.ensemble import draw_of, simulate, weekly
from offramp.plan.measures import measured
from offramp.plan.world import World
from tests.small_world import (
    DRAWS,
    PEOPLE,
    SEED,
    YEARS,
    option_that,
    plain_setup,
    rows_with,
    setup_with,
    world,
)

NONE = 0


def people_now(of):
    return ppl.People(*(column.copy() for column in of.people_after))


def test_an_option_that_changes_nothing_gives_identical_results():
    setup = setup_with(option_that("recorded-warning"))
    runs = simulate(setup, 1)
    assert np.array_equal(runs.total[:, 0], runs.total[:, 1])


def test_the_same_seed_gives_the_same_answer_on_one_core_or_two():
    setup = setup_with(option_that("police-naloxone"), draws=3, people=800)
    one, two = simulate(setup, 1), simulate(setup, 2)
    assert np.array_equal(one.total, two.total)
    assert np.array_equal(one.groups, two.groups)


def test_another_seed_gives_another_answer():
    of = world(0)
    of_other = type(of)(of.draw, 1500, of.weeks, 77)
    assert not np.array_equal(of.fitted.run_in, of_other.fitted.run_in)


def test_people_are_conserved():
    of = world(1)
    before = of.fitted.people.flags & ppl.GONE
    tallies = of.scenario(rows_with(of)).sum(axis=(0, 1))
    after = of.people_after.flags & ppl.GONE

    def count(flags, state):
        return int(np.count_nonzero(flags == state))

    came, died, died_other = (
        int(tallies[k]) for k in (t.N_ENTERED_SCOPE, t.N_OVERDOSE_DEATHS, t.N_OTHER_DEATHS)
    )
    assert count(before, ppl.NOT_YET) - count(after, ppl.NOT_YET) == came > 0
    alive_before, alive_after = count(before, ppl.ALIVE), count(after, ppl.ALIVE)
    assert alive_after == alive_before + came - died - died_other
    dead_before = count(before, ppl.DIED_OVERDOSE) + count(before, ppl.DIED_OTHER)
    dead_after = count(after, ppl.DIED_OVERDOSE) + count(after, ppl.DIED_OTHER)
    assert dead_after - dead_before == died + died_other > 0


def test_without_coupling_an_option_for_people_in_custody_leaves_the_others_identical():
    of = World(draw_of(plain_setup(), 0), PEOPLE, YEARS * 52, SEED)
    free = of.fitted.people.flags & ppl.CUSTODY == 0
    of.fitted.people.flags[free] &= ~np.int32(ppl.RECORD)  # so that a record tells of new custody
    changed = {
        "oat_continued_custody": 1.0, "oat_started_custody": 1.0,
        "oat_at_release_linked": 1.0, "kit_at_release": 1.0,
    }  # fmt: skip
    of.scenario(rows_with(of), NONE)
    today = people_now(of)
    of.scenario(rows_with(of, **changed), NONE)
    then = people_now(of)
    arrested = ppl.CUSTODY | ppl.RECORD  # it stays, also with those who died while held
    never = ((today.flags | then.flags) & arrested) == 0
    held = ~never
    assert never.sum() > 300 and held.sum() > 50
    for name, a, b in zip(ppl.People._fields, today, then, strict=True):
        assert np.array_equal(a[never], b[never]), name
    assert not np.array_equal(today.flags[held], then.flags[held])


@pytest.mark.parametrize(
    "more",
    [{"police_carry": 1.0}, {"kit_rate": 0.9}, {"kit_at_release": 1.0}, {"kit_used": 0.95}],
    ids=lambda change: next(iter(change)),
)
def test_without_coupling_more_naloxone_never_raises_deaths_in_a_draw(more):
    for k in range(DRAWS):
        of = world(k)
        deaths = t.N_OVERDOSE_DEATHS
        today = of.scenario(rows_with(of), NONE).sum(axis=(0, 1))[deaths]
        then = of.scenario(rows_with(of, **more), NONE).sum(axis=(0, 1))[deaths]
        assert then <= today


def test_with_coupling_more_kits_lower_expected_deaths_on_average():
    change = []
    for k in range(DRAWS):
        of = world(k)
        today = of.scenario(rows_with(of)).sum(axis=(0, 1))[t.OVERDOSE_DEATHS]
        then = of.scenario(rows_with(of, kit_rate=0.9)).sum(axis=(0, 1))[t.OVERDOSE_DEATHS]
        change.append(then - today)
    assert np.mean(change) < 0


@pytest.mark.parametrize("coupling", [QUEUES, INFECTION, KITS])
def test_each_coupling_carries_something_and_none_is_hidden(coupling):
    """With one coupling on, people whom the option does not touch may differ; with none, not."""
    of = world(0)
    change = {
        QUEUES: {"oat_places": 0.7},
        INFECTION: {"equipment_taken": 1.0, "taken_weight": 1.0},
        KITS: {"kit_rate": 0.9},
    }[coupling]
    alone = of.scenario(rows_with(of, **change), NONE).sum(axis=(0, 1))
    with_it = of.scenario(rows_with(of, **change), coupling).sum(axis=(0, 1))
    assert not np.array_equal(alone, with_it)


def test_no_police_contact_means_no_arrest_for_possession():
    setup = setup_with(
        option_that(
            "lowest-priority-possession",
            {
                "parameter": "enforcement",
                "moves": "multiply",
                "evidence": "judge_lowest_enforcement",
            },
        )
    )
    runs = simulate(setup, 1)
    k = runs.rows.shape[2]
    assert k
    of = world(2)
    tallies = of.scenario(rows_with(of, enforcement=0.0)).sum(axis=(0, 1))
    assert tallies[t.N_CONTACTS] == tallies[t.CONTACTS] == 0
    assert tallies[t.N_POSSESSION_ARRESTS] == tallies[t.N_WARRANT_ARRESTS] == 0
    found = measured(setup, runs)
    rows = runs.rows.copy()
    from offramp.model.parameters import INDEX

    rows[:, 1, INDEX["enforcement"]] = 0.0
    total = runs.total.copy()
    total[:, 1, t.AT["n_possession_arrests"]] = 0
    none = measured(setup, type(runs)(**{**vars(runs), "rows": rows, "total": total}))
    assert (none.value["possession_arrests"][:, 1] == 0).all()
    assert (found.value["possession_arrests"][:, 0] > 0).all()


def test_every_scenario_starts_from_the_same_people():
    of = world(3)
    first = of.scenario(rows_with(of))
    of.scenario(rows_with(of, enforcement=3.0))
    assert np.array_equal(first, of.scenario(rows_with(of)))


def test_more_enforcement_means_more_contacts_and_arrests_on_average():
    today, more = [], []
    for k in range(DRAWS):
        of = world(k)
        today.append(of.scenario(rows_with(of)).sum(axis=(0, 1))[t.CONTACTS])
        more.append(of.scenario(rows_with(of, enforcement=1.5)).sum(axis=(0, 1))[t.CONTACTS])
    ratio = np.sum(more) / np.sum(today)
    assert 1.3 < ratio < 1.55  # less than 1.5 where people are held


def test_the_options_of_the_catalogue_all_run_and_all_couplings_are_on_by_default():
    setup = plain_setup()
    k, option = 0, setup.options[0]
    of = world(k)
    rows = weekly(setup, of.fitted.row, option, k, of.weeks)
    assert np.array_equal(of.scenario(rows), of.scenario(rows, ALL))
