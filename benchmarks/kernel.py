"""Person-weeks a second of the week loop, on one core and two, in the worked example.

Today's scenario of a few draws of South Wales, 10,000 people, five years; the run-in and the
compilation are left out of the time. Also the bytes that a person takes.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from offramp.catalogue.load import load as load_catalogue
from offramp.model.people import bytes_per_person
from offramp.place.load import load as load_place
from offramp.plan.ensemble import draw_of, set_up, weekly
from offramp.plan.world import World

PEOPLE, YEARS, REPEATS = 10_000, 5, 12


def main() -> None:
    place = load_place(Path(__file__).parents[1] / "places" / "south-wales")
    catalogue = load_catalogue()
    setup = set_up(place, catalogue, [catalogue.comparison], YEARS, 2, PEOPLE, 1)
    weeks = YEARS * 52
    start = time.perf_counter()
    worlds = [World(draw_of(setup, k), PEOPLE, weeks, 1) for k in range(2)]
    print(f"compiled or loaded, and fitted: {time.perf_counter() - start:.1f} s", file=sys.stderr)
    rows = [weekly(setup, w.fitted.row, None, k, weeks) for k, w in enumerate(worlds)]

    def once(k: int) -> float:
        """Person-weeks in scope."""
        from offramp.model import tallies as t

        tallies = worlds[k].scenario(rows[k])
        return float(tallies[:, :, t.PERSON_WEEKS].sum()) / (1 << 20)

    once(0)
    best = 0.0
    for _ in range(REPEATS):
        start = time.perf_counter()
        done = once(0)
        best = max(best, done / (time.perf_counter() - start))
    figure("kernel_one_core", best / 1e6, "million person-weeks a second")
    with ThreadPoolExecutor(2) as pool:
        start = time.perf_counter()
        done = sum(sum(pool.map(once, [0, 1])) for _ in range(REPEATS))
        both = done / (time.perf_counter() - start)
    figure("kernel_two_cores", both / 1e6, "million person-weeks a second")
    figure("person", bytes_per_person(), "bytes")


def figure(name: str, value: float, unit: str) -> None:
    print(json.dumps({"figure": name, "value": round(value, 2), "unit": unit}))


if __name__ == "__main__":
    main()
