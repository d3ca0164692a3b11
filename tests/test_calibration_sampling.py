"""Points, their weights, and what comes of them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from offramp.place.load import load
from offramp.plan.calibration import sampling
from offramp.plan.calibration import work as kept
from offramp.plan.calibration.emulator import Emulator, learn
from offramp.plan.calibration.forward import CHANNELS, formula, simulated
from offramp.plan.calibration.marginal import marginal
from offramp.plan.calibration.observe import Error, expected, log_likelihood, logs
from offramp.plan.calibration.posterior import calibrated, files
from offramp.plan.calibration.result import document, posterior
from offramp.plan.calibration.run import Calibrated, Settings, calibrate, likely_luck
from offramp.plan.calibration.sampling import even, mixture, sobol
from offramp.plan.calibration.walkers import points
from offramp.plan.calibration.work import Work
from offramp.plan.compare import plan
from tests.calibration_place import case_of, catalogue, place_with, series, usual

SMALL = Settings(points=64, people=500, lucks=1, runs=2, seed=4, workers=2, forecasts=False)


@pytest.fixture(scope="module", autouse=True)
def no_other_points(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Points that are kept lie in a folder of the tests' own."""
    cache = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept, "cache_folder", lambda: cache / "kernels")
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return usual(tmp_path_factory.mktemp("places") / "testtown")


@pytest.fixture(scope="module")
def found(folder: Path) -> Calibrated:
    return calibrate(load(folder), catalogue(), SMALL)


@pytest.mark.parametrize(
    ("smallest", "largest", "stages"), [(0, 1.0, 1), (np.inf, 1.0, 3), (0, 0.0, 3)]
)
def test_stages_go_on_while_an_aim_is_missed(
    folder: Path,
    smallest: float,
    largest: float,
    stages: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sampling, "ENOUGH", np.inf)
    monkeypatch.setattr(sampling, "SMALLEST", smallest)
    monkeypatch.setattr(sampling, "LARGEST", largest)
    case = replace(case_of(folder), people=500, lucks=1)
    counted: list[int] = []
    work = Work(case, 2, counted.append)
    z = sobol(case, 64, 1)
    prior = (z, work.quarters("prior", z))
    other = Work(replace(case, seed=1001), 2, counted.append)
    luck = likely_luck(case, prior, [work, other])
    found = sampling.sample(case, work, prior, luck, 64, most=1, longest=3)
    assert len(found.stages) == stages
    assert len(found.weights) == 64 * (stages + 1)


def by_formula(folder: Path) -> Emulator:
    """A stand-in that is the formula itself."""
    case = case_of(folder)
    z = sobol(case, 512, 1)
    return learn(case, [(z, formula(case, z))])


def test_points_follow_prior_times_likelihood(tmp_path: Path) -> None:
    """Held against weighting many points from the prior, which few counts allow."""
    years = "2015,20\n2016,31\n2017,24\n2018,38\n"
    emulator = by_formula(place_with(tmp_path, series("deaths", "deaths", "year"), deaths=years))
    case = emulator.case
    prior = sobol(case, 60_000, 5)
    (counted,) = expected(case, prior, formula(case, prior))
    log_weight = log_likelihood(counted)
    weights = np.exp(log_weight - log_weight.max())
    weights /= weights.sum()
    assert 1 / (weights**2).sum() > 50
    z = points(emulator, 2000, 7)
    for name in (
        "evidence:judge_overdose_level",
        "place:people.people_who_use",
        "drift:overdose",
        "drift:overdose:3",
    ):
        column = case.unknowns.at[name]
        mean = weights @ prior[:, column]
        spread = np.sqrt(weights @ (prior[:, column] - mean) ** 2)
        error = spread * np.sqrt((weights**2).sum())
        assert z[:, column].mean() == pytest.approx(mean, abs=4 * error + 4 * spread / 40)
        assert z[:, column].std() == pytest.approx(spread, rel=0.25)


def test_points_that_do_not_matter_stay_as_the_prior_has_them(folder: Path) -> None:
    emulator = by_formula(folder)
    z = points(emulator, 1000, 7)
    others = np.setdiff1d(np.arange(z.shape[1]), emulator.moves)
    assert len(others) > 50
    assert np.abs(z[:, others].mean(axis=0)).max() < 0.15
    assert z[:, others].std(axis=0) == pytest.approx(1, abs=0.1)


def test_a_poor_stand_in_costs_points_and_not_truth(folder: Path) -> None:
    """With a stand-in that is wrong by a tenth the weights bring the truth back."""
    right = by_formula(folder)
    layer = right.layers[0]
    shifted = layer.slopes.copy()
    shifted[0] += 0.1
    off = Error(np.full_like(right.error.level, 0.1), np.full_like(right.error.cell, 0.02))
    wrong = replace(right, layers=(replace(layer, slopes=shifted),), error=off)
    case, column = right.case, right.case.unknowns.at["evidence:judge_overdose_level"]
    truth = points(right, 1000, 7)[:, column]
    z = np.concatenate([sobol(case, 500, 1), points(wrong, 500, 8)])
    none = Error(np.zeros_like(wrong.error.level), np.zeros_like(wrong.error.cell))
    by_model = marginal(case, z, expected(case, z, formula(case, z)), none)
    by_stage = np.stack([np.zeros(len(z)), marginal(case, z, wrong.expected(z), wrong.error)])
    log_weight = by_model - mixture(by_stage, np.array([500, 500]))
    weights = np.exp(log_weight - log_weight.max())
    weights /= weights.sum()
    near, far = weights @ z[:, column], z[500:, column].mean()
    error = truth.std() * np.sqrt((weights**2).sum() + 1 / len(truth))
    assert 1 / (weights**2).sum() > 50
    assert abs(near - truth.mean()) < 4 * error
    assert abs(near - truth.mean()) < abs(far - truth.mean())


def test_a_mixture_knows_how_likely_each_stage_made_a_point() -> None:
    """Two normal distributions whose densities are told up to constants: as with the true ones."""
    rng = np.random.default_rng(1)
    x = np.concatenate([rng.normal(0, 1, 4000), rng.normal(1, 0.5, 2000)])
    ratio = stats.norm.logpdf(x, 1, 0.5) - stats.norm.logpdf(x)
    found = mixture(np.stack([np.zeros(6000), ratio + 12.3]), np.array([4000, 2000]))
    wanted = np.logaddexp(np.log(4000), np.log(2000) + ratio)
    assert found - found.mean() == pytest.approx(wanted - wanted.mean(), abs=0.08)


def test_a_stand_in_learns_what_the_formula_misses(folder: Path) -> None:
    case = case_of(folder)
    z = sobol(case, 256, 1)
    bent = formula(case, z) * np.exp(0.3 * z[:, 5] + 0.1 * z[:, 9] * z[:, 5])[:, None, None]
    emulator = learn(case, [(z, bent)])
    new = sobol(case, 64, 9)
    truth = (
        formula(case, new) * np.exp(0.3 * new[:, 5] + 0.1 * new[:, 9] * new[:, 5])[:, None, None]
    )
    missed = logs(expected(case, new, truth)) - logs(emulator.expected(new))
    assert np.abs(missed).mean() < 0.12
    assert {5} <= set(emulator.moves.tolist())


def test_weights_are_those_of_the_points(folder: Path) -> None:
    weights = np.array([0.5, 0.25, 0.25, 0.0])
    counted = np.bincount(even(weights, 8, 3), minlength=4)
    assert counted.tolist() == [4, 2, 2, 0]


def test_luck_is_common_to_all_points(folder: Path) -> None:
    case = case_of(folder)
    z = np.repeat(sobol(case, 1, 1), 2, axis=0)
    (_, one), (_, other) = simulated(case, z, 2)
    assert one.shape == (12, len(CHANNELS))
    assert np.array_equal(one, other)


def test_the_level_of_the_first_quarters_is_that_of_the_prior(folder: Path) -> None:
    case = case_of(folder, people=4000, lucks=2)
    z = np.zeros((1, len(case.unknowns.names)))
    ((_, quarters),) = simulated(case, z, 1)
    year = quarters[:4].sum(axis=0)
    wanted = formula(case, z)[0, :4].sum(axis=0)
    for channel in ("deaths", "contacts", "acquisitive", "violent"):
        at = CHANNELS.index(channel)
        assert year[at] == pytest.approx(wanted[at], rel=0.12), channel


def test_a_drift_moves_what_it_is_of_and_little_else(folder: Path) -> None:
    case = case_of(folder, people=2000)
    z = np.zeros((2, len(case.unknowns.names)))
    z[1, case.unknowns.at["drift:contact:1"]] = 2.0
    ((_, low), (_, high)) = simulated(case, z, 1)
    ratio = high.sum(axis=0) / low.sum(axis=0)
    path = next(p for p in case.unknowns.paths if p.of == "contact")
    wanted = np.exp(case.unknowns.drift(path, z)[1]).mean()
    assert ratio[CHANNELS.index("contacts")] == pytest.approx(wanted, rel=0.05)
    assert ratio[CHANNELS.index("deaths")] == pytest.approx(1, abs=0.02)


def test_what_was_found_is_whole(found: Calibrated) -> None:
    told = document(found)
    assert len(told["quality"]["effective"]) == 2
    assert told["quality"]["met"] is False  # 64 points are too few, and it says so
    assert {row["id"] for row in told["series"]} == {"deaths", "searches"}
    by_name = {row["name"]: row for row in told["learned"]}
    searches = by_name["place:contacts.searches_drug_year"]
    assert searches["low"] < 4 * 400 < searches["high"]
    assert searches["spread_kept"] < 0.2
    assert "evidence:judge_death_rate" in told["prior_only"]
    today = {row["id"]: row for row in told["today"]}
    assert today["deaths"]["low"] < 4 * 9 * 0.9 < today["deaths"]["high"]
    assert told["without_data"] == ["acquisitive_offences", "violent_offences"]


def test_finished_points_are_not_simulated_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = case_of(folder, seed=77)
    done: list[int] = []
    work = Work(case, 1, done.append)
    z = sobol(case, 80, 1)

    def stops(*given: object) -> object:
        for k, quarters in simulated(*given):  # type: ignore[arg-type]
            if given[1].shape[0] < 64 and k == 5:  # type: ignore[attr-defined]
                raise KeyboardInterrupt
            yield k, quarters

    monkeypatch.setattr(kept, "simulated", stops)
    with pytest.raises(KeyboardInterrupt):
        work.quarters("stage", z)
    calls: list[int] = []

    def counts(case: object, z: np.ndarray, workers: int) -> object:
        calls.append(len(z))
        return simulated(case, z, workers)  # type: ignore[arg-type]

    monkeypatch.setattr(kept, "simulated", counts)
    whole = Work(case, 1, done.append).quarters("stage", z)
    assert calls == [16]
    assert np.array_equal(whole, np.array([q for _, q in simulated(case, z, 1)]))
    other = Work(case, 1, done.append)
    other.quarters("another", z)
    work.forget()  # what another calibration of the place keeps, stays
    assert {path.name.split("-")[0] for path in work.folder.iterdir()} == {"another"}
    other.forget()
    assert not work.folder.exists()


def test_plan_draws_from_the_posterior(folder: Path, found: Calibrated, tmp_path: Path) -> None:
    place = tmp_path / "town"
    shutil.copytree(folder, place)
    settings = {"options": ["police-naloxone"], "years": 1, "draws": 16, "people": 500}
    before = plan(load(place), catalogue(), **settings)
    for name, content in files(posterior(found)).items():
        (place / name).write_bytes(content)
    after = plan(load(place), catalogue(), **settings)
    assert before["calibrated"] is None
    assert [row["id"] for row in after["calibrated"]["series"]] == ["deaths", "searches"]
    assert after["run"] != before["run"]
    made = calibrated(load(place), catalogue())
    assert made is not None
    given = made.given(16)
    deaths = next(e for e in after["options"][0]["effects"] if e["measure"] == "fatal_overdoses")
    assert deaths["today"] == pytest.approx(np.median(given.today["deaths"]), rel=0.15)
    without = plan(load(place), catalogue(), **settings, posterior=False)
    assert without["options"] == before["options"]


def test_too_few_points_are_taken_several_times(found: Calibrated) -> None:
    made = posterior(found)
    name = next(iter(made.numbers))
    few, many = made.given(10), made.given(made.count + 5)
    assert len(few.numbers[name]) == 10
    assert np.array_equal(many.numbers[name][-5:], made.numbers[name][:5])
