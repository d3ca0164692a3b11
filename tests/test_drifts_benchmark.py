"""What judged drifts rest on: fitted to other places, and the records say what was found."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from offramp.place.load import load
from tests.calibration_place import catalogue

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "benchmarks" / "validity"))

import counted  # noqa: E402
import drifts  # noqa: E402
import momentum  # noqa: E402

OVERDOSES = {"deaths", "ambulance_overdoses", "hospital_overdoses"}
FOUND = json.loads((drifts.HERE / "drifts.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("record", "name"),
    [("judge_drift_overdose", "deaths"), ("judge_drift_fatality", "share that kill")],
)
def test_records_follow_what_was_fitted(record: str, name: str) -> None:
    one, found = catalogue().evidence[record], FOUND[name]
    assert one.estimate == pytest.approx(found["middle"], rel=0.05)
    assert one.interval.low <= found["low"] * 1.05
    assert one.interval.high >= found["high"] * 0.95
    assert one.interval.high / one.interval.low < 1.3 * found["high"] / found["low"]


def test_the_record_of_own_drifts_follows_what_was_fitted() -> None:
    *choices, last = json.loads((drifts.HERE / "counted.json").read_text(encoding="utf-8"))
    one, found = catalogue().evidence["judge_drift_counted"], last["size"]
    assert one.estimate == pytest.approx(found["middle"], rel=0.05)
    assert one.interval.low <= found["low"] and one.interval.high >= found["high"]
    assert one.interval.high / one.interval.low < 1.05 * found["high"] / found["low"]
    assert f"{found['middle']:.2f} ({found['low']:.2f} to {found['high']:.2f})" in str(one.why)
    none, _, every = choices
    page = (ROOT / "docs" / "calibration.md").read_text(encoding="utf-8")
    for line in (none, every):
        assert f"{line['score_ratio']:.2f}" in page and f"{line['held']:.0%}" in page
    assert every["forecasts"] == none["forecasts"]
    assert f"{none['forecasts']} forecasts" in page


def test_provinces_are_asked_with_the_ranges_of_the_records() -> None:
    for record, ends in (
        ("judge_drift_overdose", counted.RISK),
        ("judge_drift_fatality", counted.KILLS),
        ("judge_drift_counted", counted.OWN),
    ):
        one = catalogue().evidence[record]
        assert (one.interval.low, one.interval.high) == ends
        assert np.sqrt(ends[0] * ends[1]) == pytest.approx(one.estimate, rel=0.05)
    spread = FOUND["spread beyond chance"]
    assert (spread["low"], spread["high"]) == counted.SPREAD


def test_several_series_have_the_likelihood_of_their_normal() -> None:
    """Against the covariance of everything seen, written out."""
    counts = {0: np.array([50.0, 60, np.nan, 40, 45, 70]), 2: np.array([90.0, 80, 85, 70, 60, 66])}
    step, spread = np.array([[0.04, 0.01, 0, 0.02]]), np.array([[0.05, 0.1, 0.08]])
    level = np.array([[4.0, 0, 0, 0]])
    now = counted.Filter(step, spread, level, np.eye(4)[None] * 25, np.zeros(1))
    seen, walk = [], np.eye(4) * 25.0
    for quarter in range(6):
        now = now.on()
        walk = walk + np.diag(step[0])
        for measure, known in counts.items():
            if np.isfinite(known[quarter]):
                now.see(measure, known[quarter])
                seen.append((counted.SEES[measure], walk, known[quarter], spread[0, measure]))
    cov = np.array([[a @ min(v, w, key=np.trace) @ b for b, w, *_ in seen] for a, v, *_ in seen])
    cov += np.diag([1 / count + wide**2 for *_, count, wide in seen])
    off = np.array([np.log(count) - 4.0 for *_, count, _ in seen])
    wanted = -0.5 * (np.linalg.slogdet(cov)[1] + off @ np.linalg.solve(cov, off))
    assert now.fit[0] == pytest.approx(wanted)


@pytest.mark.parametrize("name", ["british-columbia", "philadelphia"])
def test_overdoses_spread_as_those_of_other_places(name: str) -> None:
    place = load(ROOT / "places" / name)
    found = FOUND["spread beyond chance"]
    spreads = [one.overdispersion for one in place.place.outcomes if one.measure in OVERDOSES]
    assert len(spreads) == 3
    for spread in spreads:
        assert (spread.value, spread.low, spread.high) == pytest.approx(
            (found["middle"], found["low"], found["high"]), rel=0.06
        )


def test_none_of_the_three_examples_is_among_the_places() -> None:
    areas = {area for area, _, _ in drifts.series()}
    assert len(areas) == 14
    assert not areas & {"British Columbia", "South Wales", "Philadelphia"}


def test_a_known_walk_is_found_again() -> None:
    """Twelve made-up series: drift 0.3 a year, spread 0.06 beyond chance."""
    rng = np.random.default_rng(2)
    ones = []
    for _ in range(12):
        level = 6 + np.cumsum(0.15 * rng.standard_normal(40))
        counts = rng.poisson(np.exp(level + 0.06 * rng.standard_normal(40))).astype(float)
        counts[5] = np.nan
        ones.append(drifts.likelihood(np.log(counts), 1 / counts, 4))
    found = drifts.fitted(dict.fromkeys(drifts.KINDS, ones))
    assert found["deaths"][1] == pytest.approx(0.3, rel=0.15)
    assert found["spread beyond chance"][1] == pytest.approx(0.06, rel=0.3)


def test_pages_say_how_far_stays_fell_against_ambulance_responses() -> None:
    """Last four quarters that both know, against the first four; British Columbia beside them."""

    def fell(stays: dict[str, float], crews: dict[str, float]) -> float:
        both = sorted(stays.keys() & crews.keys())
        first, last = (sum(stays[q] for q in part) / sum(crews[q] for q in part)
                       for part in (both[:4], both[-4:]))  # fmt: skip
        return last / first

    def known(counts: np.ndarray) -> dict[str, float]:
        return {f"{k:03d}": n for k, n in enumerate(counts) if np.isfinite(n)}

    every = drifts.series()
    ratios = [
        fell(known(stays), known(every[area, "ambulance_overdoses", 4]))
        for (area, measure, _), stays in every.items()
        if measure == "hospital_overdoses" and (area, "ambulance_overdoses", 4) in every
    ]
    assert len(ratios) == 5
    said = f"to between {min(ratios):.0%} and {max(ratios):.0%}"
    for page in ("docs/calibration.md", "places/philadelphia/README.md"):
        assert said in (ROOT / page).read_text(encoding="utf-8")
    place = load(ROOT / "places" / "british-columbia")
    stays, crews = (
        {row.period: row.count for row in place.series[name] if row.count}
        for name in ("hospital_overdoses", "ambulance_overdoses")
    )
    used = {q: n for q, n in crews.items() if q <= "2024-Q3"}  # those that calibration looks at
    assert fell(stays, used) > 0.85


@pytest.mark.parametrize("r", [0.0, 0.5])
def test_a_walk_with_memory_has_the_likelihood_of_its_normal(
    monkeypatch: pytest.MonkeyPatch, r: float
) -> None:
    """Against the covariance of everything seen, written out: steps r ** k alike, k apart, from a
    level that nothing is known about."""
    yearly, spread = 0.4, 0.05
    monkeypatch.setattr(momentum, "YEARLY", np.full((1, 1), yearly))
    monkeypatch.setattr(momentum, "SPREADS", np.full((1, 1), spread))
    counts = np.array([100, 120, np.nan, 90, 130, 160.0])
    after, step = np.arange(1, 6), yearly / 2
    steps = step**2 * r ** np.abs(after[:, None] - after)
    walk = (after[:, None] >= after).astype(float)
    noise = 1 / counts + spread**2
    known = np.isfinite(counts[1:])
    cov = (walk @ steps @ walk.T + np.diag(np.nan_to_num(noise[1:])) + noise[0])[known][:, known]
    off = np.log(counts[1:] / counts[0])[known]
    wanted = -0.5 * (np.linalg.slogdet(cov)[1] + off @ np.linalg.solve(cov, off))
    assert momentum.likelihood(counts, 4, r) == pytest.approx(wanted)


def test_memory_is_found_where_there_is_some() -> None:
    rng = np.random.default_rng(5)
    gained = np.zeros(2)
    for _ in range(8):
        steps = [0.0]
        for new in 0.08 * rng.standard_normal(40):
            steps.append(0.6 * steps[-1] + new)
        counts = rng.poisson(800 * np.exp(np.cumsum(steps))).astype(float)
        gained += [momentum.likelihood(counts, 4, r) for r in (0.0, 0.6)]
    assert gained[1] > gained[0] + 3
