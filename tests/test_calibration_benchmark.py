"""The benchmark that says whether calibration is right can tell right from wrong.

Held against a normal with known posterior: truths from N(0, 1), one observation of each with
standard deviation 0.5. The run itself is tried with one point of everything.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from offramp.plan.calibration.forward import Case
from offramp.plan.calibration.observe import expected
from offramp.plan.calibration.sampling import even

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks" / "validity"))
ranks = pytest.importorskip("ranks")
benchmark = pytest.importorskip("calibration")
made_up = pytest.importorskip("made_up_places")
ROOT = Path(__file__).parents[1]

PLACES, QUANTITIES, NOISE = 200, 12, 0.5
GAIN = 1 / (1 + NOISE**2)
SPREAD = np.sqrt(NOISE**2 * GAIN)


def known(
    seed: int, width: float = 1.0, shift: float = 0.0, only: int = QUANTITIES, heed: float = 1.0
) -> np.ndarray:
    """Ranks of truths among points of their posterior, and of how well they fit, last.

    width, shift: what is wrong with the posterior of the first `only` quantities, in its standard
    deviations; heed: 0 for points of the prior, that pay no heed to what was observed.
    """
    rng = np.random.default_rng(seed)
    found = []
    wrong = np.arange(QUANTITIES) < only
    for _ in range(PLACES):
        truth = rng.standard_normal(QUANTITIES)
        seen = truth + NOISE * rng.standard_normal(QUANTITIES)
        z = rng.standard_normal((ranks.RANKS - 1, QUANTITIES))
        points = GAIN * seen + SPREAD * np.where(wrong, shift + width * z, z)
        points = points if heed else z

        def with_fit(x: np.ndarray, seen: np.ndarray = seen) -> np.ndarray:
            return np.append(x, -((seen - x) ** 2).sum(axis=-1, keepdims=True), axis=-1)

        found.append(ranks.rank(with_fit(truth), with_fit(points)))
    return np.array(found)


def judged(found: np.ndarray, dropped: int = 0) -> object:
    return ranks.judge(found, [f"q{k}" for k in range(found.shape[1])], dropped)


def test_a_right_posterior_passes() -> None:
    verdict = judged(known(1))
    assert verdict.right is True
    assert [one.level for one in verdict.pooled] == [50, 80, 90]
    assert all(abs(one.coverage - one.level / 100) < 0.03 for one in verdict.pooled)


@pytest.mark.parametrize(
    "wrong",
    [{"width": 0.7}, {"width": 1.3}, {"shift": 0.5}, {"shift": -0.5}],
    ids=["too narrow", "too wide", "too high", "too low"],
)
def test_a_wrong_posterior_fails(wrong: dict[str, float]) -> None:
    assert judged(known(1, **wrong)).right is False


def test_one_wrong_quantity_is_seen_among_the_right_ones() -> None:
    verdict = judged(known(1, shift=0.6, only=1))
    assert verdict.right is False
    assert min(verdict.quantities, key=lambda one: one.p_ecdf).name == "q0"


def test_a_posterior_that_pays_no_heed_to_the_counts_is_seen_by_its_fit() -> None:
    """Points of the prior pass for every quantity: only the fit tells."""
    found = known(1, heed=0.0)
    assert judged(found[:, :-1]).right is True
    verdict = judged(found)
    assert verdict.right is False
    assert verdict.quantities[-1].p_ecdf < 1e-3


def test_bands_hold_just_their_share_of_the_ranks() -> None:
    every = np.arange(ranks.RANKS)
    assert [int(ranks.inside(every, level).sum()) for level in ranks.LEVELS] == [10, 16, 18]
    assert ranks.inside(every, 90).tolist() == [False] + [True] * 18 + [False]


def test_quantities_that_are_one_count_as_one() -> None:
    one = np.random.default_rng(2).integers(0, ranks.RANKS, (PLACES, 1))
    copies = np.repeat(one, 30, axis=1)
    for level in ranks.LEVELS:
        alone, all_ = ranks.pooled_coverage(one, level), ranks.pooled_coverage(copies, level)
        assert all_.p == pytest.approx(alone.p)
        assert all_.trials == alone.trials < 1.5 * PLACES
    assert ranks.most_failures(copies) in (0, 30)


@pytest.mark.parametrize("together", [0.0, 0.8], ids=["apart", "together"])
def test_chance_alone_seldom_fails(together: float) -> None:
    """The pooled test at 1%, 600 times: 1.8 in expectation apart from rounding."""
    rng = np.random.default_rng(3)
    failed = 0
    for _ in range(200):
        z = np.sqrt(together) * rng.standard_normal((PLACES, 1))
        z = z + np.sqrt(1 - together) * rng.standard_normal((PLACES, QUANTITIES))
        found = np.floor(ranks.ndtr(z) * ranks.RANKS).astype(np.int64)
        failed += sum(ranks.pooled_coverage(found, level).p < 0.01 for level in ranks.LEVELS)
    assert failed <= 600 * 0.025


@pytest.mark.parametrize("kind", ["ecdf", "chi"])
def test_p_values_of_chance_are_even(kind: str) -> None:
    found = np.random.default_rng(3).integers(0, ranks.RANKS, (PLACES, 4000))
    p = ranks.p_values(ranks.histogram(found), kind)
    for share in (0.01, 0.1, 0.5):
        error = np.sqrt(share * (1 - share) / 4000)
        assert (p < share).mean() == pytest.approx(share, abs=4 * error + 0.01 * share)


def test_weighted_points_taken_evenly_rank_the_truth_as_draws_would() -> None:
    """As the benchmark does it: some 100 effective points of 400 from somewhere else."""
    rng = np.random.default_rng(4)
    found = []
    for place in range(PLACES):
        truth = rng.standard_normal(1)
        seen = truth + NOISE * rng.standard_normal(1)
        z = GAIN * seen + 0.5 * SPREAD + 1.5 * SPREAD * rng.standard_normal((400, 1))
        by_posterior = -0.5 * ((z - GAIN * seen) / SPREAD) ** 2
        by_start = -0.5 * ((z - GAIN * seen - 0.5 * SPREAD) / (1.5 * SPREAD)) ** 2
        weights = np.exp(by_posterior - by_start)[:, 0]
        chosen = even(weights / weights.sum(), ranks.RANKS - 1, place)
        found.append(ranks.rank(truth, z[chosen]))
    assert judged(np.array(found)).right is True


def test_dropping_many_places_leaves_no_verdict() -> None:
    found = known(1)
    assert judged(found, dropped=10).right is True
    assert judged(found, dropped=11).right is None


def test_too_few_points_to_rank_among_are_refused() -> None:
    with pytest.raises(ValueError, match="18 points instead of 19"):
        ranks.rank(np.zeros(1), np.zeros((18, 1)))


WORDS = "--formula --places 2 --prior 16 --points 24 --stages 1 --workers 1 --out"


def test_a_run_that_was_broken_off_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(benchmark, "LEAST_EFFECTIVE", 1.0)
    words = [*WORDS.split(), str(tmp_path)]
    benchmark.main(words)
    figures = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all({"figure", "value", "unit"} <= set(one) for one in figures)
    table = json.loads((tmp_path / "calibration.json").read_text(encoding="utf-8"))
    names = [one["name"] for one in table["quantities"]]
    assert {"today: deaths", "drift:overdose", "place:people.people_who_use"} <= set(names)
    assert len(table["effective"]) == 2

    (tmp_path / "place-001.json").unlink()
    asked: list[int] = []
    one_place = benchmark.one_place

    def counted(folder: Path, settings: object, number: int) -> object:
        asked.append(number)
        return one_place(folder, settings, number)

    monkeypatch.setattr(benchmark, "one_place", counted)
    benchmark.main(words)
    assert asked == [1]
    again = json.loads((tmp_path / "calibration.json").read_text(encoding="utf-8"))
    assert [one["counts"] for one in again["quantities"]] == [
        one["counts"] for one in table["quantities"]
    ]

    with pytest.raises(SystemExit, match="differs in points"):
        benchmark.main([*words, "--points", "25"])


@pytest.fixture(scope="module")
def a_place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Case, object]:
    """A made-up place, and a truth of it with its own simulation and its luck."""
    folder, settings = tmp_path_factory.mktemp("made-up"), made_up.Settings(people=100, prior=4)
    benchmark.begin(folder, settings)
    case = made_up.place_of(folder, settings, 0)
    own, *others = made_up.works(case, settings, folder / "place-000")
    assert len({work.case.seed for work in (own, *others)}) == 8
    return case, made_up.truth_of(case, own, settings, np.random.default_rng(4))


def test_counts_of_a_part_are_part_of_the_counts_drawn(a_place: tuple[Case, object]) -> None:
    case = made_up.with_counts(*a_place, np.random.default_rng(5))
    by_series = {target.series: target for target in case.seen.targets}
    assert list(by_series) == ["deaths", "searches", "arrests", "thefts"]
    searches, arrests = by_series["searches"].counts, by_series["arrests"]
    assert np.array_equal(arrests.trials, searches)
    assert (arrests.counts <= searches).all()
    assert searches.max() > 1  # not those of the place file


def test_counts_are_drawn_around_what_happens_without_luck(a_place: tuple[Case, object]) -> None:
    case, truth = a_place
    rng = np.random.default_rng(6)
    drawn = [made_up.with_counts(case, truth, rng).seen.targets[1].counts for _ in range(400)]
    one = expected(case, truth.z, truth.free)[1]
    assert np.mean(drawn, axis=0) == pytest.approx(one.mean[0], rel=0.05)
    assert np.var(drawn, axis=0) == pytest.approx(
        one.mean[0] + (one.spread[0] * one.mean[0]) ** 2, rel=0.4
    )


def test_shift_is_how_far_the_own_simulation_is_off(a_place: tuple[Case, object]) -> None:
    case, truth = a_place
    assert (truth.shift != 0).all()
    moved = expected(case, truth.z, truth.quarters, truth.shift)
    for one, free in zip(moved, expected(case, truth.z, truth.free), strict=True):
        assert np.log(one.mean).mean() == pytest.approx(np.log(free.mean).mean())


def test_the_page_says_what_made_up_places_showed() -> None:
    told = json.loads(
        (ROOT / "benchmarks" / "validity" / "calibration.json").read_text(encoding="utf-8")
    )
    page = (ROOT / "docs" / "calibration.md").read_text(encoding="utf-8")
    assert ("nothing wrong was found.**" in page) is told["right"]  # the page has the verdict
    assert ("something wrong was found" in page) is not told["right"]
    assert f"{len(told['effective'])} made-up places of 2,000 people" in page
    assert told["settings"]["people"] == 2000 and not told["settings"]["formula"]
    for kind in ("pooled", "told"):
        cells = [f"{100 * x['coverage']:.1f}% ({100 * x['error']:.1f})" for x in told[kind]]
        assert f"| {' | '.join(cells)} |" in page
    assert f"ranks of {told['failed']} quantities fail at 1%" in page


def test_places_that_count_health_have_drifts_of_single_series(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmark, "LEAST_EFFECTIVE", 1.0)
    benchmark.main([*WORDS.split(), str(tmp_path), "--counts", "health"])
    table = json.loads((tmp_path / "calibration-health.json").read_text(encoding="utf-8"))
    names = {one["name"] for one in table["quantities"]}
    assert {"own:crews:1", "own:stays:2", "drift:fatal"} <= names
    assert "drift:contact" not in names


@pytest.mark.parametrize(("kind", "first"), [("", "| all 67"), ("-health", "| all 78")])
def test_the_page_says_what_was_found(kind: str, first: str) -> None:
    path = Path(benchmark.__file__).with_name(f"calibration{kind}.json")
    table = json.loads(path.read_text(encoding="utf-8"))
    assert table["right"] is True
    lines = (benchmark.ROOT / "docs" / "calibration.md").read_text(encoding="utf-8").splitlines()
    at = next(k for k, line in enumerate(lines) if line.startswith(first))
    for line, found in zip(lines[at : at + 2], (table["pooled"], table["told"]), strict=True):
        said = [f"{one['coverage']:.1%} ({100 * one['error']:.1f})" for one in found]
        assert [cell.strip() for cell in line.strip("|").split("|")][1:] == said
    assert f"| all {len(table['quantities'])} quantities |" in lines[at]
    assert f"| the {len(table['told_quantities'])} that the counts speak to |" in lines[at + 1]
