"""Does calibration find the truth as often as it says? Simulated, with the whole machinery.

    python benchmarks/validity/calibration.py [--places 200] [--write]      (an hour and a half)
    python benchmarks/validity/calibration.py --counts health --places 100 [--write]

200 small places of 2,000 people each have a truth drawn from the prior, quarters simulated from it,
and three years of quarterly counts drawn from those: deaths, drug searches, possession arrests of
the searches, acquisitive offences. Each place is then calibrated by the code that users run, and
the truth is ranked among 19 points of its posterior. `ranks.py` says what is decided, and how.
With `--counts health` places count deaths, ambulance responses and hospital stays instead, so that
the share of overdoses that kill and what single series count drift too.

Nothing is shared: every place simulates 512 points of its prior and as many new ones in two
stages, 1,024 in all, with a luck of its own, and measures with other lucks how far chance in the
simulation has a series off. Counts are drawn from what happens on average over 64 lucks besides.
Ranked are unknowns that most first stand-ins depend on, what the own simulation says happens a
year at the end of the series (deaths, contacts, offences), how far chance has each series off, and
how well a point fits the counts, which shows a posterior that makes too little or too much of them
(as Modrák and others 2023 advise, Bayesian Analysis). 19 points are taken evenly, so that none is
taken twice while no weight is above 1/19. A place counts when its effective size is at least 40;
the others are reported as dropped.

--formula puts the formula that the stand-in corrects in the model's place: nothing is simulated,
and everything but the model is asked the same. With `--points 64 --stages 1 --prior 128` that takes
some ten minutes, and shows whether points reach what they are drawn from.

Every place's result is kept in the folder of --out, and a run that was broken off goes on. One
JSON line for each figure; --write keeps the table beside this file, as calibration.json or
calibration-health.json.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # places run side by side, one core each

import numpy as np
import ranks
from made_up_places import (
    PEOPLE,
    PLACE,
    POINTS,
    PRIOR,
    SERIES,
    STAGES,
    Settings,
    Truth,
    place_of,
    truth_of,
    with_counts,
    works,
    write_place,
)
from numpy.typing import NDArray

from offramp.catalogue.load import load as load_catalogue
from offramp.catalogue.problems import InputError
from offramp.plan import calibration
from offramp.plan.calibration.emulator import learn
from offramp.plan.calibration.forward import Case
from offramp.plan.calibration.luck import Luck
from offramp.plan.calibration.made_by import program_hash
from offramp.plan.calibration.observe import AT, expected, log_likelihood
from offramp.plan.calibration.run import TODAY, likely_luck
from offramp.plan.calibration.sampling import Sample, even, sample, sobol
from offramp.plan.calibration.sense import check_sense

Floats = NDArray[np.float64]
ROOT = Path(__file__).parents[2]
PLACES = 200
LEAST_EFFECTIVE = 40.0
TOLD = 0.9  # posterior over prior spread below which counts say something about an unknown
FIT = "fit: how probable the counts are"


def one_place(folder: Path, settings: Settings, number: int) -> dict[str, Any]:
    """A truth, its counts, its calibration, and the truth's ranks."""
    begun = time.perf_counter()
    rng = np.random.default_rng([settings.seed, number])
    blank = place_of(folder, settings, number)
    here = folder / f"place-{number:03d}"
    own, *others = works(blank, settings, here)
    truth = truth_of(blank, own, settings, rng)
    case = with_counts(blank, truth, rng)
    z = sobol(case, settings.prior, case.seed)
    prior = (z, own.quarters("prior", z))
    luck = likely_luck(case, prior, [own, *others])
    found = sample(case, own, prior, luck, settings.points, "stage", settings.stages)
    names = [name for name, one in case.unknowns.priors.items() if not one.certain]
    at_truth, at_points = values(case, names, truth, luck), values(case, names, found, luck)
    chosen = even(found.weights, ranks.RANKS - 1, case.seed)
    rank = ranks.rank(stacked(at_truth)[0], stacked(at_points)[chosen])
    shutil.rmtree(here, ignore_errors=True)
    return {
        "place": number,
        "effective": round(found.effective, 1),
        "stages": [round(size, 1) for size in found.stages],
        "largest": round(found.largest, 4),
        "refused": refused(case),
        "counts": {t.series: [int(n) for n in t.counts] for t in case.seen.targets},
        "luck": {
            t.series: [round(float(part.level[i]), 4) for part in (luck.common, luck.own)]
            for i, t in enumerate(case.seen.targets)
        },
        "rank": dict(zip(at_truth, rank.tolist(), strict=True)),
        "below": below(found, at_truth, at_points),
        "spread": {name: spread(found, at_points[name]) for name in names},
        "moves": [case.unknowns.names[k] for k in learn(case, [prior]).moves],
        "seconds": round(time.perf_counter() - begun, 1),
    }


def values(case: Case, names: list[str], found: Truth | Sample, luck: Luck) -> dict[str, Floats]:
    """Everything that is ranked, at these points (float64[points] each)."""
    at, year = case.unknowns.at, found.quarters[:, -4:]
    series = [target.series for target in case.seen.targets]
    counted = expected(case, found.z, found.quarters, found.shift)
    cells = np.split(luck.all.cell, len(counted))
    ranked = {
        **{name: found.z[:, at[name]] for name in names},
        **{f"today: {name}": year[:, :, AT[c]].sum(axis=1) for name, c in TODAY.items()},
        FIT: sum(log_likelihood(one, cell) for one, cell in zip(counted, cells, strict=True)),
    }
    if luck.all.level.all():  # without chance, nothing is off
        ranked |= {f"chance: {name}": found.shift[:, i] for i, name in enumerate(series)}
    return ranked


def stacked(found: dict[str, Floats]) -> Floats:
    return np.stack(list(found.values()), axis=1)


def below(found: Sample, truth: dict[str, Floats], points: dict[str, Floats]) -> dict[str, float]:
    """Weight of all points below the truth."""
    return {
        name: round(float(found.weights @ (points[name] < value[0])), 4)
        for name, value in truth.items()
    }


def spread(found: Sample, z: Floats) -> float:
    """Posterior over prior standard deviation."""
    w = found.weights
    return round(float(np.sqrt(w @ (z - w @ z) ** 2)), 3)


def refused(case: Case) -> bool:
    """Whether a user would have been told that these counts cannot be."""
    try:
        check_sense(case.place, case.catalogue, case.seen)
    except InputError:
        return True
    return False


def identity(settings: Settings) -> dict[str, Any]:
    """What results of one folder have in common."""
    digest = hashlib.sha256((PLACE + repr(SERIES[settings.counts])).encode())
    for path in sorted(Path(calibration.__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return {
        **asdict(settings),
        "code": digest.hexdigest()[:16],
        "model": program_hash(),
        "evidence": load_catalogue().hash,
    }


def begin(folder: Path, settings: Settings) -> None:
    """The folder made ready. SystemExit when it holds results of something else."""
    mine, path = identity(settings), folder / "settings.json"
    if path.exists():
        other = json.loads(path.read_text(encoding="utf-8"))
        differ = [key for key, value in mine.items() if other.get(key) != value]
        if differ:
            sys.exit(
                f"{folder} holds results of a run that differs in {', '.join(differ)}: "
                "give another folder with --out, or remove this one"
            )
    write_place(folder / "place", settings.counts)
    path.write_text(json.dumps(mine, indent=1) + "\n", encoding="utf-8")


def _task(folder: Path, settings: Settings, number: int) -> float:
    """One place, its result kept. Seconds."""
    found = one_place(folder, settings, number)
    path = _result(folder, number)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(found) + "\n", encoding="utf-8")
    part.replace(path)
    return float(found["seconds"])


def _result(folder: Path, number: int) -> Path:
    return folder / f"place-{number:03d}.json"


def run(folder: Path, settings: Settings, places: int, workers: int) -> list[dict[str, Any]]:
    """Results of so many places; those that the folder holds are not calibrated again."""
    begin(folder, settings)
    to_do = [number for number in range(places) if not _result(folder, number).exists()]
    if to_do:
        say(f"{places - len(to_do)} of {places} places are there")
        begun = time.perf_counter()
        for done, seconds in enumerate(_all(folder, settings, to_do, workers), 1):
            left = (time.perf_counter() - begun) / done * (len(to_do) - done) / 60
            say(f"{done} of {len(to_do)} places, {seconds:.0f} s; {left:.0f} minutes to go")
    return [
        json.loads(_result(folder, number).read_text(encoding="utf-8")) for number in range(places)
    ]


def _all(folder: Path, settings: Settings, to_do: list[int], workers: int) -> Iterator[float]:
    if workers == 1:
        for number in to_do:
            yield _task(folder, settings, number)
        return
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=fresh) as pool:
        try:
            n = len(to_do)
            yield from pool.map(_task, [folder] * n, [settings] * n, to_do)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def ranked(found: list[dict[str, Any]]) -> list[str]:
    """Quantities that are judged: those that every place has (chance may be none somewhere), and of
    unknowns those that most places' first stand-in has."""
    moving = Counter(name for one in found for name in one["moves"])
    return [
        name
        for name in found[0]["rank"]
        if all(name in one["rank"] for one in found)
        and (name not in found[0]["spread"] or moving[name] > len(found) / 2)
    ]


def table(found: list[dict[str, Any]]) -> dict[str, Any]:
    """The verdict, and what it rests on."""
    counted = [one for one in found if one["effective"] >= LEAST_EFFECTIVE]
    if len(counted) < 2:
        sys.exit(f"{len(counted)} places have an effective size of {LEAST_EFFECTIVE:.0f} or more")
    names = ranked(counted)
    of_places = np.array([[one["rank"][name] for name in names] for one in counted])
    verdict = ranks.judge(of_places, names, len(found) - len(counted))
    spreads = {
        name: round(float(np.mean([one["spread"][name] for one in counted])), 3)
        for name in names
        if name in counted[0]["spread"]
    }
    told = [k for k, name in enumerate(names) if spreads.get(name, 0.0) < TOLD]
    share = np.array([[one["below"][name] for name in names] for one in counted])
    return {
        **verdict.table,
        "told": [asdict(ranks.pooled_coverage(of_places[:, told], x)) for x in ranks.LEVELS],
        "told_quantities": [names[k] for k in told],
        "by_weights": {x: float((np.abs(share - 0.5) <= x / 200).mean()) for x in ranks.LEVELS},
        "spread": spreads,
        "effective": [one["effective"] for one in found],
        "largest": [one["largest"] for one in found],
        "refused": sum(one["refused"] for one in found),
        "seconds": round(sum(one["seconds"] for one in found)),
    }


def figures(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """One line each."""
    name = "calibration of made-up places"
    for kind, label in (("pooled", "all quantities"), ("told", "quantities that counts speak to")):
        for one in told[kind]:
            yield {
                "figure": f"{name}: truth in the {one['level']}% band, {label}",
                "value": round(100 * one["coverage"], 1),
                "unit": "percent",
                "error": round(100 * one["error"], 1),
                "p": round(one["p"], 4),
                **({"bound": "p at least 0.01"} if kind == "pooled" else {}),
            }
    yield {
        "figure": f"{name}: p of the quantity that stands out most, times their number",
        "value": round(told["smallest"], 4),
        "unit": "probability",
        "bound": "at least 0.01",
        "quantity": min(told["quantities"], key=lambda one: one["p_ecdf"])["name"],
    }
    yield {
        "figure": f"{name}: quantities whose ranks fail at 1%",
        "value": told["failed"],
        "unit": f"of {len(told['quantities'])}",
        "bound": f"at most {told['most_failed']}",
        "beside": told["failures_beside"],
    }
    yield {
        "figure": f"{name}: effective size of a place, least and median",
        "value": min(told["effective"]),
        "unit": "points",
        "median": round(float(np.median(told["effective"])), 1),
        "dropped": told["dropped"],
        "refused": told["refused"],
    }
    yield {
        "figure": f"{name}: all is right",
        "value": told["right"],
        "unit": "verdict",
        "places": told["places"],
    }


def say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--places", type=int, default=PLACES)
    parser.add_argument("--people", type=int, default=PEOPLE, help="simulated, in each place")
    parser.add_argument("--prior", type=int, default=PRIOR, help="points shared by all places")
    parser.add_argument("--points", type=int, default=POINTS, help="in each stage of a place")
    parser.add_argument("--stages", type=int, default=STAGES, help="at most, of a place")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--formula", action="store_true", help="in the model's place")
    parser.add_argument("--counts", choices=SERIES, default="police", help="what a place counts")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--out", type=Path, help="out/calibration-ranks-COUNTS, if left out")
    parser.add_argument("--write", action="store_true", help="keep the table beside this file")
    asked = parser.parse_args(words)
    settings = Settings(
        asked.people, asked.prior, asked.points, asked.stages, asked.seed, asked.formula,
        asked.counts,
    )  # fmt: skip
    out = asked.out or ROOT / "out" / f"calibration-ranks-{asked.counts}"
    told = table(run(out, settings, asked.places, asked.workers))
    told = {"settings": identity(settings)} | told
    name = "calibration.json" if asked.counts == "police" else f"calibration-{asked.counts}.json"
    content = json.dumps(told, indent=1) + "\n"
    (out / name).write_text(content, encoding="utf-8")
    if asked.write:
        Path(__file__).with_name(name).write_text(content, encoding="utf-8")
    for figure in figures(told):
        print(json.dumps(figure, ensure_ascii=False), flush=True)
    return 0 if told["right"] else 1


if __name__ == "__main__":
    sys.exit(main())
