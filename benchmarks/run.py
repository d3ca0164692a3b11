"""Run every benchmark of this folder, or those named; figures come last, one JSON line each.

A benchmark is a script that prints lines of JSON, `{"figure", "value", "unit", ...}`, on stdout;
what it wants to say on the way goes to stderr. Add one by adding a file.

    python benchmarks/run.py            all of them
    python benchmarks/run.py startup    only startup.py
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def machine() -> dict[str, str | int | None]:
    """What the figures were measured on."""
    return {
        "system": f"{platform.system()} {platform.release()}",
        "processor": processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "offramp": version(),
    }


def processor() -> str:
    listing = Path("/proc/cpuinfo")
    if listing.exists():
        for line in listing.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def version() -> str:
    from offramp import __version__

    return __version__


def main(names: list[str]) -> int:
    scripts = [path for path in sorted(HERE.glob("*.py")) if path.name != Path(__file__).name]
    unknown = set(names) - {path.stem for path in scripts}
    if unknown:
        print(f"No such benchmark: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    figures: list[str] = []
    failed: list[str] = []
    for script in scripts:
        if names and script.stem not in names:
            continue
        print(f"Measuring {script.stem} ...", file=sys.stderr, flush=True)
        done = subprocess.run(
            [sys.executable, str(script)], stdout=subprocess.PIPE, encoding="utf-8", check=False
        )
        lines = [line for line in done.stdout.splitlines() if line.strip()]
        figures += [json.dumps(json.loads(line), ensure_ascii=False) for line in lines]
        if done.returncode:
            failed.append(script.stem)
    print(json.dumps({"machine": machine()}, ensure_ascii=False))
    print("\n".join(figures))
    if failed:
        print(f"Failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
