"""The week loop: person-weeks a second, memory, compilation, and what more of everything costs.

The whole model (fourteen processes, queues, infection, common random numbers), today's scenario of
South Wales, 10,000 people over five years; run-in and compilation are left out of the speed.
Measured: as this machine is, one core and two (each thread a world of its own); with AVX2 only, in
a process of its own whose machine code is looked at for wider registers; and Starsim and LASER,
where they are installed (benchmarks/peers/README.md).
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from offramp.catalogue.load import load as load_catalogue
from offramp.model import tallies as t
from offramp.model import week as loop
from offramp.model.people import bytes_per_person
from offramp.place.load import load as load_place
from offramp.plan.ensemble import draw_of, set_up, weekly
from offramp.plan.world import World

HERE = Path(__file__).parent
PLACE = HERE.parent / "places" / "south-wales"
PEOPLE, YEARS, REPEATS = 10_000, 5, 12
AVX2 = {
    "NUMBA_CPU_NAME": "x86-64-v3",
    "NUMBA_CPU_FEATURES": "+avx2,+fma,+bmi,+bmi2,+f16c,+lzcnt,+movbe,+popcnt,+sse4.2",
}
MILLION = "million person-weeks a second"


def figure(name: str, value: float, unit: str, bound: str | None = None) -> None:
    line: dict[str, Any] = {"figure": name, "value": round(value, 2), "unit": unit}
    print(json.dumps(line | ({"bound": bound} if bound else {})), flush=True)


def runner(people: int, years: int, draws: int = 1) -> list[Callable[[], float]]:
    """One function a draw: run today's scenario, give back the person-weeks in scope."""
    catalogue = load_catalogue()
    setup = set_up(load_place(PLACE), catalogue, [catalogue.comparison], years, 2, people, 1)
    weeks = years * 52
    made: list[Callable[[], float]] = []
    for k in range(draws):
        world = World(draw_of(setup, k), people, weeks, 1)
        rows = weekly(setup, world.fitted.row, None, k, weeks)

        def once(world: World = world, rows: Any = rows) -> float:
            return float(world.scenario(rows)[:, :, t.PERSON_WEEKS].sum()) / (1 << 20)

        made.append(once)
    return made


def best_speed(once: Callable[[], float], repeats: int = REPEATS) -> float:
    """Million person-weeks a second, the best of some runs."""
    once()
    best = 0.0
    for _ in range(repeats):
        start = time.perf_counter()
        done = once()
        best = max(best, done / (time.perf_counter() - start))
    return best / 1e6


def child(kind: str) -> None:
    """What a fresh process measures of itself; printed as JSON."""
    start = time.perf_counter()
    (once,) = runner(PEOPLE if kind != "memory_large" else 100 * PEOPLE, YEARS)
    ready = time.perf_counter() - start
    found: dict[str, Any] = {"ready_s": ready}
    if kind.startswith("memory"):
        once()
        found["peak_bytes"] = peak_bytes()
        found["people"] = PEOPLE if kind != "memory_large" else 100 * PEOPLE
    else:
        found["speed"] = best_speed(once)
        warnings.simplefilter("ignore")  # code that comes from the cache cannot be looked at
        code = "".join(str(text) for text in loop.run.inspect_asm().values())  # type: ignore[attr-defined]
        found["widest"] = "zmm" if "%zmm" in code else "ymm" if "%ymm" in code else "xmm"
        found["seen"] = len(code)
    print(json.dumps(found))


def peak_bytes() -> int:
    """Peak memory of this process alone (Linux). What getrusage says is never less than the peak
    of the process that started this one, which may have compiled."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="utf-8"))
    assert found is not None
    return int(found[1]) * 1024


def fresh(kind: str, **given: str) -> dict[str, Any]:
    """Run `child` in a new process."""
    done = subprocess.run(
        [sys.executable, str(Path(__file__)), "--child", kind],
        env=os.environ | given, stdout=subprocess.PIPE, encoding="utf-8", check=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def speed() -> None:
    """Two cores: one world for each, of the same draw, so that neither waits for the other."""
    (one,), (two,) = runner(PEOPLE, YEARS), runner(PEOPLE, YEARS)
    single = best_speed(one)
    figure("week loop, one core", single, MILLION, "at least 60 with AVX-512, 20 with AVX2")
    with ThreadPoolExecutor(2) as pool:

        def both() -> float:
            return sum(pool.map(lambda once: sum(once() for _ in range(4)), [one, two]))

        double = best_speed(both)
    figure("week loop, two cores", double, MILLION)
    figure("two cores against one", double / single, "times", "at least 1.7")


def compiled() -> None:
    with tempfile.TemporaryDirectory() as cache:
        cold = fresh("speed", OFFRAMP_CACHE=cache)
        warm = fresh("speed", OFFRAMP_CACHE=cache)
    figure("compilation, cold", cold["ready_s"] - warm["ready_s"], "s", "at most 20")
    figure("loading, fitting and run-in, compiled", warm["ready_s"], "s")
    figure(f"week loop as this machine is ({cold['widest']} registers)", warm["speed"], MILLION)
    with tempfile.TemporaryDirectory() as cache:
        narrow = fresh("speed", OFFRAMP_CACHE=cache, **AVX2)
    if narrow["widest"] == "zmm" or not narrow["seen"]:
        raise SystemExit("AVX2 was asked for, and wider registers are used.")
    name = f"week loop, AVX2 only ({narrow['widest']} registers)"
    figure(name, narrow["speed"], MILLION, "at least 20")


def memory() -> None:
    figure("columns of a person", bytes_per_person(), "bytes", "at most 64")
    fresh("memory_small")  # compiled, as compilation would be the peak
    small, large = fresh("memory_small"), fresh("memory_large")
    more = (large["peak_bytes"] - small["peak_bytes"]) / (large["people"] - small["people"])
    figure("peak memory for one more person (two copies, scratch, slots for entry)", more, "bytes")
    figure("peak memory of a process with 10,000 people", small["peak_bytes"] / 1e6, "MB")


def cost(name: str, small: float, large: float, times: int) -> None:
    """small, large: seconds for one unit and for `times` as many."""
    text = f"{times} times the {name}: time against {times} times"
    figure(text, large / (small * times), "times", "about 1")


def linear() -> None:
    """Each pair is timed in turns, and the best of each is taken."""

    def seconds(*runs: Callable[[], object]) -> list[float]:
        best = [float("inf")] * len(runs)
        for _ in range(5):
            for k, run in enumerate(runs):
                start = time.perf_counter()
                run()
                best[k] = min(best[k], time.perf_counter() - start)
        return best

    (few,), (many,) = runner(PEOPLE, YEARS), runner(4 * PEOPLE, YEARS)
    cost("people", *seconds(few, many), 4)
    (short,), (long) = runner(PEOPLE, 3), runner(PEOPLE, 12)[0]
    cost("weeks", *seconds(short, long), 4)
    first, second = runner(PEOPLE, YEARS, 2)  # one of them may have more to do
    *each, both = seconds(first, second, lambda: (first(), second()))
    cost("draws", sum(each) / 2, both, 2)
    cost("scenarios", *seconds(few, lambda: [few() for _ in range(4)]), 4)


def peers() -> None:
    """Starsim and LASER, in the environment that `make peers` makes, and ours, at two sizes."""
    python = HERE.parent / ".peers" / "bin" / "python"
    if not python.exists():
        print("No .peers: Starsim and LASER are left out (make peers).", file=sys.stderr)
        return
    for people in (PEOPLE, 10 * PEOPLE):
        (once,) = runner(people, YEARS)
        ours = best_speed(once, 4)
        figure(f"ours, {people:,} people, fourteen processes, one core", ours, MILLION)
        for name, words in (
            ("starsim", "Starsim, eight processes, its common random numbers on"),
            ("laser", "LASER, infection and recovery only"),
        ):
            script = HERE / "peers" / f"{name}_model.py"
            done = subprocess.run(
                [str(python), str(script), str(people), str(YEARS * 52)],
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8", check=True,
            )  # fmt: skip
            theirs = json.loads(done.stdout.splitlines()[-1])["person_weeks_a_second"] / 1e6
            figure(f"{words}, {people:,} people, one core", theirs, MILLION)
            bound = "10 to 40" if name == "starsim" else None
            figure(f"ours against {name}, {people:,} people", ours / theirs, "times", bound)


def main() -> None:
    speed()
    compiled()
    memory()
    linear()
    peers()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2])
    else:
        main()
