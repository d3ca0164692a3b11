"""How long `offramp --help` takes, from the shell's point of view. Bound: 0.3 s."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

RUNS = 21
COMMAND = Path(sys.executable).parent / "offramp"


def seconds(words: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run([str(COMMAND), *words], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


for words in (["--help"], ["guide", "--help"]):
    seconds(words)  # once to fill the disk cache
    times = sorted(seconds(words) for _ in range(RUNS))
    figure = {
        "figure": " ".join(["offramp", *words]),
        "value": round(statistics.median(times), 4),
        "unit": "s",
        "min": round(times[0], 4),
        "max": round(times[-1], 4),
        "runs": RUNS,
    }
    if words == ["--help"]:
        figure["bound"] = 0.3
    print(json.dumps(figure), flush=True)
