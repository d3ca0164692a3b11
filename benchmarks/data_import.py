"""Import of stop-and-search rows in the shape of data.police.uk: time and memory.

`OFFRAMP_BENCH_STOPS` names the real files (a folder, or files with blanks between); without it
rows are made from the extracts of tests/data_rows. `OFFRAMP_BENCH_ROWS` asks for more made rows,
such as 50000000 (11 GB of files in the folder for temporary files). Beside it: what a user would
write in pandas to count one file's outcomes by month. Seconds of the processor are told beside
seconds by the clock, which other work on the machine lengthens.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
COMMAND = Path(sys.executable).parent / "offramp"
DAY = re.compile(r"2018-01-\d\d")
A_MONTH = 13_000  # rows, as the Metropolitan Police publish
ROWS = 731_590  # as many as the Metropolitan Police published for 2015 to 2019-02 and 2022
PLACE = 'name = "Benchmark"\ncountry = "GB"\nas_of = 2024-01-01\n'
PANDAS = """
import sys, pandas as pd
for path in sys.argv[1:]:
    f = pd.read_csv(path, parse_dates=["Date"])
    f["month"] = f["Date"].dt.tz_convert("Europe/London").dt.to_period("M")
    f.groupby(["month", "Legislation", "Outcome"]).size()
"""


def made(folder: Path, rows: int) -> list[Path]:
    """Monthly files with the lines of the extracts over and over, in other months."""
    lines: list[str] = []
    for path in sorted((ROOT / "tests" / "data_rows").glob("2018-01-*stop-and-search.csv")):
        head, *lines = path.read_text(encoding="utf-8").splitlines()
    files: list[Path] = []
    months = [f"{year}-{month:02d}" for year in range(2000, 2024) for month in range(1, 13)]
    months = months[-max(rows // A_MONTH, 1) :]
    each = -(-rows // len(months))
    for month in months:
        path = folder / f"{month}-metropolitan-stop-and-search.csv"
        with path.open("w", encoding="utf-8") as file:
            file.write(head + "\n")
            # every day up to the 28th, or the months would be taken as cut off and left out
            blocks = [
                "".join(DAY.sub(f"{month}-{day:02d}", line) + "\n" for line in lines)
                for day in range(1, 29)
            ]
            whole, rest = divmod(each, len(lines))
            for number in range(whole):
                file.write(blocks[number % 28])
            file.writelines(blocks[whole % 28].splitlines(keepends=True)[:rest])
        files.append(path)
    return files


def run(words: list[str], env: dict[str, str]) -> tuple[float, float, float]:
    """Seconds by the clock, seconds of the processor and peak megabytes of one command."""
    start = time.perf_counter()
    process = subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, code, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(code)
    if process.returncode:
        raise SystemExit(f"{words[:3]} ended with {process.returncode}")
    took = time.perf_counter() - start
    return took, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


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
        words = [str(COMMAND), "data", "import", "--place", str(folder / "place"),
                 "--agency", "metropolitan", *map(str, files)]  # fmt: skip
        for what, command in (
            ("import of stops", words),
            ("the same counts in pandas", [sys.executable, "-c", PANDAS, *map(str, files)]),
        ):
            seconds, worked, megabytes = run(command, env)
            note = {"files": len(files), "rows": "real files" if given else rows}
            limits = {ROWS: 15.0, 50_000_000: 600.0} if what.startswith("import") else {}
            bound = {"bound": limits[rows]} if rows in limits else {}
            print(json.dumps({"figure": what, "value": round(seconds, 2), "unit": "s", **bound,
                              "processor_seconds": round(worked, 2), **note}),
                  flush=True)  # fmt: skip
            print(json.dumps({"figure": f"{what}: memory", "value": round(megabytes),
                              "unit": "MB", **note}), flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
