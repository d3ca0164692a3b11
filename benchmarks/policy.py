"""How long policies take: one decision, a full check of 60 rules, a replay of 700,000 contacts.

    .venv/bin/python benchmarks/policy.py [--contacts 700000]

Prints one JSON line for each measurement. The 60 rules share out the whole space of encounters
(each rule is a leaf of a random tree), which is harder to prove complete than ordinary policies;
a second set lacks one leaf, so that a smallest example has to be found.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.policy_sample import encounters, random_rows, row, table

from offramp.policy.bundle import bundle, bundle_bytes
from offramp.policy.check_rules import rule_faults
from offramp.policy.decide import decide
from offramp.policy.new import TEMPLATES, template_names
from offramp.policy.read import read_policy
from offramp.policy.replay import read_contacts, replay
from offramp.policy.table import Table, build_table
from offramp.policy.vocabulary import vocabulary

ROOT = Path(__file__).parents[1]
TWIN = ROOT / "src" / "offramp" / "policy" / "twin.js"
NODE = """
require("vm").runInThisContext(require("fs").readFileSync(process.argv[1], "utf8"));
const bundle = JSON.parse(require("fs").readFileSync(process.argv[2], "utf8"));
const drawn = JSON.parse(require("fs").readFileSync(process.argv[3], "utf8"));
const policy = OfframpPolicy.open(bundle);
const start = process.hrtime.bigint();
for (const facts of drawn) policy.decide(facts, { at: process.argv[4] });
console.log(Number(process.hrtime.bigint() - start) / 1e6 / drawn.length);
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--contacts", type=int, default=700_000)
    number = parser.parse_args().contacts
    policy = max(
        (build_table(read_policy(TEMPLATES / name)) for name in template_names()),
        key=lambda one: len(one.rows),
    )
    drawn = list(encounters(5_000, seed=1))
    seconds = timed(lambda: [decide(policy, facts) for facts in drawn])
    say("one decision, Python", 1000 * seconds / len(drawn), "ms", bound=5)
    twin(policy, drawn)
    command_line()
    files = read_policy(TEMPLATES / template_names()[0])
    for name, rows in (
        ("60 rules that share out the space", leaves(60, 1)),
        ("the same without one rule", without_one(leaves(60, 1))),
        ("60 rules at random", random_rows(random.Random(1), 60, 4)),
        ("60 rules that nearly cover the space", nearly(60, 1)),
    ):
        found: list[str] = []
        seconds = timed(
            lambda rows=rows, found=found: found.extend(
                fault.kind for fault in rule_faults(files, table(rows))
            )
        )
        gaps = found.count("gap")
        say(f"check: {name}", seconds, "s", bound=10, gaps=gaps, faults=len(found))
    contacts(policy, number)


def leaves(number: int, seed: int) -> list:
    """Rules that together answer every encounter exactly once: the leaves of a random tree."""
    luck = random.Random(seed)
    boxes: list[dict[str, list[str]]] = [{}]
    while len(boxes) < number:
        box = boxes.pop(luck.randrange(len(boxes)))
        fact = luck.choice(list(vocabulary().facts))
        values = box.get(fact, list(vocabulary().facts[fact].values))
        if len(values) < 2:
            boxes.append(box)
            continue
        at = luck.randint(1, len(values) - 1)
        boxes += [{**box, fact: values[:at]}, {**box, fact: values[at:]}]
    return [row(f"r{i}", box, leaves=["arrest"]) for i, box in enumerate(boxes)]


def without_one(rows: list) -> list:
    """The rules without one that speaks of what is known."""
    sure = [one for one in rows if ["not_known"] not in one.when.values()]
    return [one for one in rows if one is not sure[-1]]


def nearly(number: int, seed: int) -> list:
    """Rules that each leave out one value of four facts: what they miss needs many facts."""
    luck = random.Random(seed)
    rows = []
    for index in range(number):
        when = {}
        for fact in luck.sample(list(vocabulary().facts), 4):
            values = list(vocabulary().facts[fact].values)
            left_out = luck.choice(values)
            when[fact] = [value for value in values if value != left_out]
        rows.append(row(f"r{index}", when, leaves=["arrest"]))
    return rows


def twin(policy: Table, drawn: list[dict[str, str]]) -> None:
    node = shutil.which("node")
    if node is None:
        say("one decision, JavaScript", None, "ms", note="node is not installed")
        return
    with tempfile.TemporaryDirectory() as folder:
        made, facts = Path(folder) / "bundle.json", Path(folder) / "facts.json"
        made.write_bytes(bundle_bytes(bundle([policy])))
        facts.write_text(json.dumps(drawn), encoding="utf-8")
        at = policy.effective_from.isoformat()
        done = subprocess.run(
            [node, "-e", NODE, TWIN, made, facts, at], capture_output=True, text=True, check=True
        )
    say("one decision, JavaScript", float(done.stdout), "ms", bound=1)


def command_line() -> None:
    place = ROOT / "places" / "south-wales"
    words = [sys.executable, "-m", "offramp", "policy", "decide", str(place)]
    words += ["--fact", "overdose=yes", "--json"]
    best = min(
        timed(lambda: subprocess.run(words, check=True, capture_output=True)) for _ in range(5)
    )
    say("one decision, command line", best, "s", bound=0.3)


def contacts(policy: Table, number: int) -> None:
    luck = random.Random(2)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "contacts.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["month", "ethnicity_self", "ended", "found", "age", "overdose"])
            writer.writerows(drawn_rows(luck, number))
        found: list[dict] = []
        seconds = timed(lambda: found.append(replay(policy, read_contacts(path))))
    counted = found[0]["contacts"]
    say(f"replay of {number} contacts", seconds, "s", bound=20, contacts=counted)


def drawn_rows(luck: random.Random, number: int) -> Iterator[list[str]]:
    groups = ["white", "black", "asian", "mixed", "other", "unknown"]
    ended = ["no_action", "warning", "resolution", "referral", "arrest", "unknown"]
    for _ in range(number):
        yield [
            f"20{luck.randint(18, 25)}-{luck.randint(1, 12):02d}",
            luck.choice(groups),
            luck.choice(ended),
            luck.choice(["yes", "no", "cannabis", "unknown"]),
            luck.choice(["10-17", "18-24", "25-34", "35+", "unknown"]),
            luck.choice(["no", "not_known"]),
        ]


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def say(figure: str, value: float | None, unit: str, **more: object) -> None:
    shown = None if value is None else round(value, 4)
    print(json.dumps({"figure": figure, "value": shown, "unit": unit, **more}), flush=True)


if __name__ == "__main__":
    main()
