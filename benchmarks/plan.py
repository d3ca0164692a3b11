"""The whole `offramp plan` of the example place: twelve options and the comparison row over five
years, 20,000 people, 200 runs, two cores. Bound: 3 minutes.

Some 14.6 billion person-weeks, as today and thirteen scenarios are simulated; options whose effects
are carried here with loss are simulated once more as published, which comes on top.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
COMMAND = Path(sys.executable).parent / "offramp"
PLACE = ROOT / "places" / "south-wales"
OPTIONS, YEARS, PEOPLE, DRAWS, BOUND = 12, 5, 20_000, 200, 180


def main() -> None:
    from offramp.catalogue.load import load

    ids = [option for option, one in load().candidates.items() if one.levers][:OPTIONS]
    words = ["plan", str(PLACE), "--options", ",".join(ids), "--workers", "2", "--json"]
    words += ["--years", str(YEARS), "--people", str(PEOPLE), "--draws", str(DRAWS)]
    start = time.perf_counter()
    done = subprocess.run([str(COMMAND), *words], capture_output=True, check=True)
    seconds = time.perf_counter() - start
    options = json.loads(done.stdout)["options"]
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    figures = (
        {"figure": "twelve options, 200 runs of 20,000 people, five years", "value": seconds,
         "unit": "s", "options": len(options), "bound": f"at most {BOUND}"},
        {"figure": "its peak memory", "value": peak, "unit": "MB"},
    )  # fmt: skip
    for figure in figures:
        print(json.dumps(figure | {"value": round(float(str(figure["value"])), 1)}))


if __name__ == "__main__":
    main()
