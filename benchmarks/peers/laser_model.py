"""LASER (laser.generic 1.1): infection and recovery only, in one place of many people.

It has no police, treatment or overdose, no network of partners and no common random numbers: two
processes of ours. Shown for the speed that a framework of compiled components reaches. Runs in an
environment of its own:

    python laser_model.py PEOPLE WEEKS
"""

from __future__ import annotations

import json
import os
import sys
import time

os.environ.setdefault("NUMBA_NUM_THREADS", "1")  # one core, as the others

import geopandas
import laser.core.distributions as dists
from laser.core import PropertySet
from laser.generic import SIS, Model, __version__
from shapely.geometry import Point


def seconds(people: int, weeks: int, seed: int) -> float:
    infected = people // 20
    place = geopandas.GeoDataFrame(
        {"nodeid": [0], "population": [people], "S": [people - infected], "I": [infected]},
        geometry=[Point(0, 0)], crs="EPSG:4326",
    )  # fmt: skip
    model = Model(place, PropertySet({"nticks": weeks, "beta": 0.02, "prng_seed": seed}))
    lasting = dists.exponential(scale=104.0)
    model.components = [
        SIS.Susceptible(model), SIS.Infectious(model, lasting), SIS.Transmission(model, lasting)
    ]  # fmt: skip
    start = time.perf_counter()
    model.run()
    return time.perf_counter() - start


def main(people: int, weeks: int) -> None:
    seconds(500, 5, 1)
    best = min(seconds(people, weeks, seed) for seed in range(1, 4))
    print(json.dumps({"person_weeks_a_second": people * weeks / best, "version": __version__}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
