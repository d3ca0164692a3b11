"""Stops of data.police.uk from files to indicators: time and memory, reading included.

`OFFRAMP_BENCH_STOPS` names real files (a folder, or files with blanks between); without it rows
are made as in `data_import.py`. Beside it: what a user would write in pandas for five of these
numbers, without ranges, groups withheld, refusals or checks.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from data_import import COMMAND, ROWS, made

BOUND_SECONDS, BOUND_MEGABYTES = 15.0, 1024
PLACE = """name = "Benchmark"
country = "GB"
as_of = 2024-01-01
[agency]
name = "Metropolitan Police Service"
[people.residents]
value = 8991550
source = "ONS mid-year population estimate 2020"
on = 2020
"""
PANDAS = """
import sys, pandas as pd
all_ = []
for path in sys.argv[1:]:
    f = pd.read_csv(path, parse_dates=["Date"])
    f = f[f["Legislation"].fillna("").str.startswith("Misuse of Drugs Act")]
    f["year"] = f["Date"].dt.tz_convert("Europe/London").dt.year
    all_.append(f)
f = pd.concat(all_)
arrest = f["Outcome"].isin(["Arrest", "Suspect arrested"])
nothing = f["Outcome"].str.contains("no further action", case=False, na=False)
f.groupby("year").size()
arrest.groupby(f["year"]).mean()
(~nothing).groupby(f["year"]).mean()
f.groupby(["year", "Self-defined ethnicity"]).size()
(~nothing).groupby([f["year"], f["Self-defined ethnicity"]]).mean()
"""


def run(words: list[str], env: dict[str, str]) -> tuple[float, float, float]:
    """Seconds on the clock, seconds of processor, and peak megabytes of one command."""
    start = time.perf_counter()
    process = subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, code, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(code)
    if process.returncode:
        raise SystemExit(f"{words[:3]} ended with {process.returncode}")
    seconds = time.perf_counter() - start
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def figure(what: str, value: float, unit: str, bound: float | None, note: str | int) -> None:
    line = {"figure": what, "value": value, "unit": unit, "rows": note}
    print(json.dumps(line | ({"bound": bound} if bound else {})), flush=True)


def main() -> None:
    given = os.environ.get("OFFRAMP_BENCH_STOPS", "").split()
    rows = int(os.environ.get("OFFRAMP_BENCH_ROWS", ROWS))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "place").mkdir()
        (folder / "place" / "place.toml").write_text(PLACE, encoding="utf-8")
        files = [Path(path) for path in given]
        if not files:
            (folder / "files").mkdir()
            files = made(folder / "files", rows)
        env = {**os.environ, "OFFRAMP_DATA": str(folder / "store")}
        place = str(folder / "place")
        note: str | int = "real files" if given else rows
        load = [str(COMMAND), "data", "import", "--place", place, "--agency", "metropolitan"]
        steps = {
            "import": [*load, *map(str, files)],
            "indicators": [str(COMMAND), "learn", "indicators", place, "--json"],
            "disparities": [str(COMMAND), "learn", "disparities", place, "--json"],
            "pandas": [sys.executable, "-c", PANDAS, *map(str, files)],
        }
        took = {step: run(words, env) for step, words in steps.items()}
        both = [sum(took[step][i] for step in ("import", "indicators")) for i in (0, 1)]
        bound = BOUND_SECONDS if rows == ROWS else None
        figure("stops to indicators", round(both[0], 2), "s", bound, note)
        figure("stops to indicators: processor", round(both[1], 2), "s", None, note)
        most = max(took[step][2] for step in ("import", "indicators"))
        figure("stops to indicators: memory", round(most), "MB", BOUND_MEGABYTES, note)
        for step, what in (
            ("indicators", "indicators alone"),
            ("disparities", "disparities alone"),
            ("pandas", "five of these numbers in pandas"),
        ):
            seconds, processor, megabytes = took[step]
            figure(what, round(seconds, 2), "s", None, note)
            figure(f"{what}: processor", round(processor, 2), "s", None, note)
            figure(f"{what}: memory", round(megabytes), "MB", None, note)


if __name__ == "__main__":
    main()
