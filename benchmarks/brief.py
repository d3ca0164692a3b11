"""The whole briefing of the example place: wall time (bound: 60 s) and memory (bound: 1 GB).

Two runs: in the first the simulation may still have to be compiled, the second is the usual case.
Memory is the highest resident size of the command and all its children together, looked at 20
times a second; pages that processes share count once per process, so it errs upwards.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
COMMAND = Path(sys.executable).parent / "offramp"
PLACE = ROOT / "places" / "south-wales"
BOUNDS = {"s": 60.0, "MB": 1000.0}


def resident_megabytes(pid: int) -> float:
    """Resident memory of a process and its children, from /proc (0 where there is none)."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
        children = [
            int(child)
            for task in Path(f"/proc/{pid}/task").iterdir()
            for child in (task / "children").read_text(encoding="utf-8").split()
        ]
    except OSError:
        return 0.0
    own = next((line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")), "0")
    return int(own) / 1024 + sum(resident_megabytes(child) for child in children)


def run_once(out: Path) -> tuple[float, float]:
    """Seconds and peak megabytes of one run."""
    start = time.perf_counter()
    with subprocess.Popen(
        [str(COMMAND), "brief", str(PLACE), "-o", str(out)],
        stdout=subprocess.DEVNULL,
        stderr=sys.stderr,
    ) as process:
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, resident_megabytes(process.pid))
            time.sleep(0.05)
    if process.returncode:
        sys.exit(f"offramp brief ended with {process.returncode}")
    return time.perf_counter() - start, peak


with tempfile.TemporaryDirectory() as folder:
    for run in ("first run", "again"):
        wall, memory = run_once(Path(folder) / run.replace(" ", "-"))
        for what, value, unit in (("time", wall, "s"), ("memory", memory, "MB")):
            if value:
                figure = {
                    "figure": f"offramp brief places/south-wales, {run}, {what}",
                    "value": round(value, 2),
                    "unit": unit,
                    "bound": BOUNDS[unit],
                }
                print(json.dumps(figure), flush=True)
