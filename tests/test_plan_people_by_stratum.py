"""People and contacts by group: the ratio of searches is use times contacts given use."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from offramp.plan.of_place import areas_of, reference_group
from tests.small_world import setup_with


@cache
def split():
    setup = setup_with(draws=64)
    return setup, *(values.reshape(64, setup.areas, -1) for values in (setup.weights, setup.ratios))


def test_the_comparison_group_uses_as_its_residents_and_others_with_a_range_around_one():
    setup, weights, _ = split()
    groups = setup.place.resolved.people.groups
    residents = np.array([g.residents.value for g in groups])
    base = reference_group(setup.place)
    use = weights[:, 0] / residents / areas_of(setup.place)[1][0]
    assert use[:, base] == pytest.approx(1)
    others = np.delete(use, base, axis=1)
    assert others == pytest.approx(np.repeat(setup.record("judge_group_use")[:, None],
                                             others.shape[1], 1))  # fmt: skip
    assert np.median(others) == pytest.approx(1, abs=0.05)
    assert others.min() < 0.75 and others.max() > 1.3


def test_use_times_contacts_given_use_is_the_part_of_the_ratio_that_people_who_use_carry():
    setup, weights, ratios = split()
    groups = setup.place.resolved.people.groups
    base = reference_group(setup.place)
    rate = np.array([g.searches_drug_year.value / g.residents.value for g in groups])
    per_resident = weights[:, 0] * ratios[:, 0] / [g.residents.value for g in groups]
    found = per_resident / per_resident[:, [base]]
    kept = setup.record("judge_group_given_use")
    assert found == pytest.approx((rate / rate[base])[None, :] ** kept[:, None])
