"""The detectors agree with R's surveillance on shared series (tests/oracles/alerts.R)."""

import json
from pathlib import Path

import numpy as np
import pytest

from offramp.learn.alerts import cusum, ears, farrington
from offramp.learn.alerts.farrington import Settings

CASES = json.loads((Path(__file__).parent / "oracles" / "alerts.json").read_text("utf-8"))["cases"]
FLEXIBLE = {
    "flexible": Settings(),
    "one_season": Settings(blocks=1, stands_out=1.0, left_out=3),
    "four_years": Settings(years=4, blocks=6, half_window=2),
}
ASKED = [(name, kind) for name, case in CASES.items() for kind in FLEXIBLE if kind in case]


@pytest.mark.parametrize(("name", "kind"), ASKED)
def test_the_flexible_method_agrees_with_surveillance(name, kind):
    answer, settings = CASES[name][kind], FLEXIBLE[kind]
    counts = np.array([CASES[name]["counts"]], dtype=float)
    length = counts.shape[1]
    close = {"rel": 2e-4}  # R stops its iterations a little earlier
    for i, at in enumerate(range(length - len(answer["mean"]), length)):
        found = farrington.expected(counts, at, settings)
        assert found.mean[0] == pytest.approx(answer["mean"][i], **close), at
        assert found.phi[0] == pytest.approx(answer["phi"][i], **close), at
        p = farrington.chance_of_more(counts[:, at], found.mean, found.phi)[0]
        assert p == pytest.approx(answer["p"][i], rel=2e-3, abs=1e-9), at
        assert farrington.quantile(0.99, found.mean, found.phi)[0] == answer["upper"][i], at


@pytest.mark.parametrize("name", ["many", "few"])
@pytest.mark.parametrize("method", ["c1", "c2"])
def test_ears_agrees_with_surveillance(name, method):
    counts = np.array([CASES[name]["counts"]], dtype=float)
    answer = CASES[name][method]
    first = counts.shape[1] - len(answer["upper"])
    for i, at in enumerate(range(first, counts.shape[1])):
        mean, spread = ears.usual(counts, at, method, least_spread=0.5)
        assert mean[0] + 2.3263478740408408 * spread[0] == pytest.approx(answer["upper"][i]), at
        score = ears.score(counts, at, method, least_spread=0.5)[0]
        assert (score > 2.3263478740408408) == answer["alarm"][i], at


@pytest.mark.parametrize("name", ["many", "few"])
def test_ears_c3_adds_up_what_surveillance_adds_up(name):
    """Its help page puts the limit at mean + spread × (z - what stood out in the two periods
    before); its code has the count of now in place of the mean. The part in brackets is compared.
    """
    counts = np.array([CASES[name]["counts"]], dtype=float)
    answer, z = CASES[name]["c3"], 1.9599639845400545
    first = counts.shape[1] - len(answer["upper"])
    compared = 0
    for i, at in enumerate(range(first, counts.shape[1])):
        if answer["upper"][i] == 0:  # cut off at 0
            continue
        mean, spread = ears.usual(counts, at, "c3", least_spread=0.5)
        limit = answer["upper"][i] - counts[0, at] + mean[0]
        over = ears.score(counts, at, "c3", least_spread=0.5)[0] - z
        assert over * spread[0] == pytest.approx(counts[0, at] - limit, abs=1e-7), at
        compared += 1
    assert compared > 100


@pytest.mark.parametrize(
    ("name", "kind"), [("many", "cusum"), ("few", "cusum"), ("few", "cusum_nb")]
)
def test_the_cusum_agrees_with_surveillance(name, kind):
    case = CASES[name][kind]
    counts, mean = np.array([CASES[name]["counts"]], dtype=float), np.array([case["mean"]])
    steps = cusum.steps(counts, mean, np.array([[case["dispersion"]]]), case["rise"])
    sums, alarms = cusum.run(steps, case["limit"])
    assert sums[0] == pytest.approx(case["sums"], abs=1e-8)
    assert alarms[0].tolist() == case["alarm"]
    assert 0 < alarms.sum() < alarms.size
