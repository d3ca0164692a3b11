"""Small policies for tests, and encounters drawn at random."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from offramp.policy.new import TEMPLATES, template_names
from offramp.policy.read import read_policy
from offramp.policy.table import Offer, Row, Table, build_table
from offramp.policy.vocabulary import vocabulary

POLICY = """
agency = "Example police"
version = "2026-1"
effective_from = 2026-01-01
signed_off_by = "Nobody yet"
languages = ["en"]

[[clauses]]
id = "1"
text = "Nobody is arrested at an overdose."
citation = "An act of example"
on = 2015-01-01

[[clauses]]
id = "2"
text = "People may be referred."
citation = "A code of example"
on = 2016-01-01

[[thresholds]]
found = "cannabis"
at_most = 10
unit = "g"
clause = "2"
"""

RULES = """
[[rules]]
id = "overdose"
clause = "1"
when = { overdose = ["yes"] }
permits = [{ option = "no-arrest-at-overdose" }]
forbids = ["arrest", "search"]
reason = "Life first."
say = "Help is here."
record = "A count."
name_goes_to = "nobody"

[[rules]]
id = "refer"
clause = "2"
when = { found = ["cannabis"], amount = "within", consent = ["yes"], overdose = ["no"] }
permits = [{ option = "officer-led-deflection" }]
reason = "Help works better."
say = "Would you like to talk to somebody?"
record = "A count."
name_goes_to = "the case worker"

[[rules]]
id = "rest"
clause = "2"
when = { overdose = ["no"] }
leaves = ["arrest"]
reason = "The ordinary law applies."
"""

CASES = """
[usual]
found = "nothing"
amount = "none"
equipment_only = "no"
overdose = "no"
near_service = "no"
age = "adult"
consent = "not_known"
admits = "not_known"
danger = "no"
supply = "no"
warrant = "none"
service_open = "yes"

[[cases]]
name = "An overdose"
facts = { overdose = "yes" }
options = ["no-arrest-at-overdose"]
limits = ["overdose"]

[[cases]]
name = "A little cannabis, and the person wants help"
facts = { found = "cannabis", amount = "2 g", consent = "yes" }
options = ["officer-led-deflection"]
limits = ["rest"]
clauses = ["2"]
ask = []
"""

# Every need that the law and services can meet, so that no option is out of the question.
PLACE = """
name = "Example town"
country = "GB"
as_of = 2026-11-23

[people]
mainly_used = "both"
"""


def write_policy(
    folder: Path, policy: str = POLICY, rules: str = RULES, cases: str | None = CASES
) -> Path:
    """A policy folder; returns it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "policy.toml").write_text(policy, encoding="utf-8")
    (folder / "rules.toml").write_text(rules, encoding="utf-8")
    if cases is not None:
        (folder / "cases.toml").write_text(cases, encoding="utf-8")
    return folder


def template_table(name: str) -> Table:
    return build_table(read_policy(TEMPLATES / name))


def templates() -> list[str]:
    return template_names()


def encounters(number: int, seed: int) -> Iterator[dict[str, str]]:
    """Possible encounters, one in four values not known."""
    luck = random.Random(seed)
    known = vocabulary()
    values = {fact: list(entry.values) for fact, entry in known.facts.items()}
    while number:
        facts = {
            fact: "not_known" if luck.random() < 0.25 else luck.choice(values[fact])
            for fact in values
        }
        if known.clash(facts) is None:
            number -= 1
            yield facts


def row(
    name: str,
    when: Mapping[str, Sequence[str]],
    offers: Sequence[str] = (),
    forbids: Sequence[str] = (),
    leaves: Sequence[str] = (),
) -> Row:
    """A row without texts but its limit."""
    return Row(
        id=name,
        clause=f"c-{name}",
        when={fact: list(values) for fact, values in when.items()},
        offers=[Offer(option, {"en": option}, False, 1.0, {}) for option in offers],
        forbids=list(forbids),
        leaves=list(leaves),
        limit={"en": "limit"} if forbids or leaves else {},
        reason={"en": "because"},
        say={},
        record={},
        name_goes_to={"en": "nobody"},
        name_stays=True,
    )


def table(rows: Sequence[Row]) -> Table:
    return Table(
        agency="Example police",
        version="1",
        effective_from=date(2026, 1, 1),
        effective_to=None,
        signed_off_by="nobody",
        languages=["en"],
        title={},
        notice={},
        clauses={one.clause: {"en": "text"} for one in rows},
        thresholds={},
        rows=list(rows),
    )


OPTIONS = ("recorded-warning", "officer-led-deflection", "community-resolution-course")
ACTS = ("arrest", "search", "charge")


def random_rows(luck: random.Random, number: int, facts_each: int = 3) -> list[Row]:
    """Rows with conditions drawn at random."""
    known = vocabulary().facts
    rows = []
    for index in range(number):
        when = {}
        for fact in luck.sample(list(known), luck.randint(0, facts_each)):
            values = list(known[fact].values)
            chosen = set(luck.sample(values, luck.randint(1, len(values) - 1)))
            when[fact] = [value for value in values if value in chosen]
        kind = luck.random()
        rows.append(
            row(
                f"r{index}",
                when,
                offers=luck.sample(OPTIONS, luck.randint(1, 3)) if kind < 0.6 else (),
                forbids=[luck.choice(ACTS)] if kind > 0.8 else (),
                leaves=[luck.choice(ACTS)] if 0.5 < kind <= 0.8 else (),
            )
        )
    return rows
