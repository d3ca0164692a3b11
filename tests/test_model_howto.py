"""docs/model/extend.md, word for word: its files and its line in a copy of the program."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "model" / "extend.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)
FILES = {
    text.splitlines()[0].removeprefix("# "): text
    for _, text in BLOCKS
    if text.startswith("# src/offramp/")
}
(LINE,) = (text for kind, text in BLOCKS if kind == "python" and not text.startswith("# src/"))

LOOK = """
import json, sys
from pathlib import Path
import numpy as np
from offramp.catalogue.load import load
from offramp.model import people as ppl
from offramp.model import tallies as t
from offramp.model.parameters import INDEX
from offramp.place.load import load as load_place
from offramp.plan.ensemble import draw_of, set_up, weekly
from offramp.plan.world import World

catalogue = load()
option = catalogue.options["naloxone-at-the-door"]
setup = set_up(load_place(Path(sys.argv[1])), catalogue, [option], 2, 2, 3000, 3)
of = World(draw_of(setup, 0), 3000, 104, 3)

def kits(option):
    tallies = of.scenario(weekly(setup, of.fitted.row, option, 0, 104))
    return int(tallies.sum(axis=(0, 1))[t.N_RELEASE_KITS])

def unstable(**values):
    row = of.fitted.row.copy()
    for name, value in values.items():
        row[INDEX[name]] = value
    tallies = of.scenario(np.repeat(row[None, :].astype(np.float32), 104, axis=0))
    people = of.people_after
    alive = (people.flags & ppl.GONE) == ppl.ALIVE
    return float(np.mean((people.flags[alive] & ppl.UNSTABLE) != 0)), int(tallies.sum())

print(json.dumps({
    "kits": [kits(None), kits(option)],
    "still": [unstable(), unstable(housing_found=0.0, housing_lost=0.0)],
    "moved": unstable(housing_found=2.0, housing_lost=1.0),
    "found": unstable(housing_found=50.0),
}))
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program with what the page adds."""
    root = tmp_path_factory.mktemp("copy")
    shutil.copytree(
        ROOT / "src" / "offramp", root / "src" / "offramp",
        ignore=shutil.ignore_patterns("__pycache__"),
    )  # fmt: skip
    for path, text in FILES.items():
        (root / path).write_text(text, encoding="utf-8")
    week = root / "src" / "offramp" / "model" / "week.py"
    text = week.read_text(encoding="utf-8")
    before = "    risk_clock.level(people, p, week, risk)\n"
    assert text.count(before) == 1 and text.count("    displacement,\n") == 1
    text = text.replace(before, LINE + before)
    text = text.replace("    displacement,\n", "    displacement,\n    housing,\n")
    week.write_text(text, encoding="utf-8")
    return root


def ran(copy: Path, *words: str) -> str:
    paths = {"PYTHONPATH": str(copy / "src"), "OFFRAMP_CACHE": str(copy / "cache")}
    done = subprocess.run(
        [sys.executable, *words],
        env=os.environ | paths, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_page_adds_an_option_a_process_and_its_parameters():
    assert {Path(path).name for path in FILES} == {
        "naloxone-at-the-door.toml", "housing.py", "housing.toml"
    }  # fmt: skip
    assert len(LINE.splitlines()) == 1


def test_the_option_is_found_without_a_line_of_code(copy: Path):
    command = ("-m", "offramp", "guide", "list", "--json")
    assert "naloxone-at-the-door" in [entry["id"] for entry in json.loads(ran(copy, *command))]
    ran(copy, "-m", "offramp", "guide", "check")


def test_option_and_process_do_what_the_page_says(copy: Path):
    found = json.loads(ran(copy, "-c", LOOK, str(ROOT / "places" / "south-wales")))
    today, option = found["kits"]
    assert option > today
    (share, sums), again = found["still"]
    assert [share, sums] == again
    # found and lost at 2 and 1 a year settle at 1/3 without; two years are four half-lives
    assert found["moved"][0] == pytest.approx(1 / 3, abs=0.03)
    assert found["found"][0] < 0.01 < share
