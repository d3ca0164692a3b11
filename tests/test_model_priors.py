"""Priors: what is published comes back out: estimate in the middle, interval at its ends."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from offramp.model.priors import Prior, of_figure, of_record
from offramp.place.schema import Figure, Share
from tests.small_world import catalogue

ENDS = np.array([0.025, 0.5, 0.975])


@pytest.mark.parametrize(
    "prior",
    [
        Prior("lognormal", 2.17, 1.87, 2.51),
        Prior("lognormal", 0.25, 0.10, 0.64),
        Prior("lognormal", 4000.0, 1500.0, 20000.0),
        Prior("logitnormal", 0.57, 0.45, 0.68),
        Prior("logitnormal", 0.02, 0.005, 0.10),
        Prior("normal", -0.3, -1.0, 0.1),
        Prior("normal", 0.0, -0.29, 0.29),
    ],
    ids=lambda prior: f"{prior.kind} {prior.estimate}",
)
def test_estimate_and_bounds_come_back(prior):
    assert prior.at(ENDS) == pytest.approx([prior.low, prior.estimate, prior.high], rel=1e-6)
    many = prior.at(np.linspace(0.0005, 0.9995, 1001))
    assert (np.diff(many) > 0).all()


@pytest.mark.parametrize(
    ("level", "low", "high"), [(0.9, 0.05, 0.95), (0.5, 0.25, 0.75), (0.99, 0.005, 0.995)]
)
@pytest.mark.parametrize("kind", ["lognormal", "logitnormal", "normal"])
def test_an_interval_is_at_its_own_level(kind, level, low, high):
    prior = Prior(kind, 0.3, 0.2, 0.5, level)
    assert prior.at(np.array([low, 0.5, high])) == pytest.approx([0.2, 0.3, 0.5], rel=1e-6)


def test_symmetric_ones_are_the_distributions_of_their_names():
    u = np.linspace(0.01, 0.99, 99)
    z = stats.norm.ppf(0.975)
    log = Prior("lognormal", 2.0, 1.0, 4.0)
    assert log.at(u) == pytest.approx(stats.lognorm(np.log(2) / z, scale=2.0).ppf(u))
    plain = Prior("normal", 5.0, 3.0, 7.0)
    assert plain.at(u) == pytest.approx(stats.norm(5.0, 2 / z).ppf(u))
    low = 1 / (1 + np.exp(1.0))  # logit -1, and 1
    share = Prior("logitnormal", 0.5, low, 1 - low)
    logit = np.log(share.at(u) / (1 - share.at(u)))
    assert logit == pytest.approx(stats.norm(0, 1 / z).ppf(u), abs=1e-9)


def test_spread_is_the_standard_error_on_its_scale():
    z = stats.norm.ppf(0.975)
    assert Prior("lognormal", 2.0, 1.0, 4.0).spread() == pytest.approx(np.log(4) / (2 * z))
    assert Prior("normal", 5.0, 3.0, 7.0).spread() == pytest.approx(2 / z)
    assert Prior("none", 5.0).spread() == 0


@pytest.mark.parametrize(
    ("estimate", "low", "high"),
    [(0.0, 0.0, 0.2), (1.0, 0.7, 1.0), (0.0, 0.0, 1.0), (1.0, 0.0, 1.0)],
)
def test_a_share_at_the_edge_stays_inside_zero_and_one(estimate, low, high):
    values = Prior("logitnormal", estimate, low, high).at(np.linspace(1e-6, 1 - 1e-6, 501))
    assert np.isfinite(values).all()
    assert (values > 0).all() and (values < 1).all()
    assert np.median(values) == pytest.approx(estimate, abs=1e-3)


def test_a_ratio_with_a_bound_of_zero_is_finite_and_never_negative():
    values = Prior("lognormal", 1.0, 0.0, 3.0).at(np.linspace(1e-6, 1 - 1e-6, 501))
    assert np.isfinite(values).all() and (values > 0).all()


@pytest.mark.parametrize(
    "prior", [Prior("none", 0.4), Prior("lognormal", 0.4), Prior("logitnormal", 1.0, 1.0, 1.0)]
)
def test_a_number_without_an_interval_is_taken_as_it_is(prior):
    assert prior.certain
    assert (prior.at(ENDS) == prior.estimate).all()


def test_a_record_with_a_number_gives_its_own_prior_and_one_without_says_so():
    records = catalogue().evidence.values()
    with_number = [record for record in records if record.estimate is not None]
    assert len(with_number) > 50
    for record in with_number:
        prior = of_record(record)
        if record.interval is not None and not prior.certain:
            half = (1 - record.interval.level) / 2
            ends = prior.at(np.array([half, 1 - half]))
            edge = 1e-3 * max(1.0, record.interval.high)
            assert ends == pytest.approx([record.interval.low, record.interval.high], abs=edge)
    without = next((record for record in records if record.estimate is None), None)
    if without is not None:
        with pytest.raises(ValueError, match=without.id):
            of_record(without)


def test_figures_of_a_place_become_shares_and_counts():
    source = {"source": "made up", "on": 2026, "basis": "local"}
    share = of_figure(Share(value=0.2, low=0.1, high=0.4, **source), True)
    count = of_figure(Figure(value=120, low=60, high=240, **source), False)
    none = of_figure(Figure(value=0, low=0, high=10, **source), False)
    assert (share.kind, count.kind, none.kind) == ("logitnormal", "lognormal", "normal")
    assert share.at(ENDS) == pytest.approx([0.1, 0.2, 0.4])
    assert count.at(ENDS) == pytest.approx([60, 120, 240])
    assert (none.at(np.linspace(0.001, 0.999, 99)) >= 0).all()
