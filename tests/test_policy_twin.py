"""The phone and the desk give the same answers: twin.js against the Python engine."""

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from offramp.policy.bundle import bundle, bundle_bytes
from offramp.policy.decide import Answer, decide, spoken
from offramp.policy.encounter import complete
from offramp.policy.table import Table
from offramp.policy.vocabulary import vocabulary
from tests.policy_sample import encounters, table, template_table, templates
from tests.policy_sample import row as sample_row

NODE = shutil.which("node")
TWIN = Path(__file__).parents[1] / "src" / "offramp" / "policy" / "twin.js"
RUN = Path(__file__).with_name("policy_twin_run.js")
NUMBER = 100_000

pytestmark = pytest.mark.skipif(NODE is None, reason="node is not installed: twin.js not run")


def twin_says(tables: list[Table], lines: list[str], folder: Path, how: str, at: str) -> list[str]:
    assert NODE is not None
    (folder / "bundle.json").write_bytes(bundle_bytes(bundle(tables)))
    (folder / "lines.txt").write_text("\n".join(lines), encoding="utf-8")
    done = subprocess.run(
        [NODE, RUN, TWIN, folder / "bundle.json", folder / "lines.txt", how, at],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode("utf-8").splitlines()


def brief(answer: Answer) -> str:
    options = [
        f"{o.id}:{o.rule}" + "".join(f"+{one.rule}" for one in o.also) for o in answer.options
    ]
    asks = [
        f"{a.fact}:{'+'.join(one.rule for one in a.rules)}>{'+'.join(a.options)}"
        for a in answer.ask
    ]
    limits = [limit.rule for limit in answer.limits]
    return "|".join(",".join(part) for part in (options, limits, asks))


@cache
def many() -> tuple[list[dict[str, str]], list[str]]:
    drawn = list(encounters(NUMBER, seed=7))
    return drawn, [coded(facts) for facts in drawn]


def coded(facts: dict[str, str]) -> str:
    known = vocabulary().facts
    return "".join(str(list(known[fact].values).index(facts[fact])) for fact in known)


@pytest.mark.parametrize("name", templates())
def test_both_engines_agree_on_many_random_encounters(name: str, tmp_path: Path):
    policy = template_table(name)
    drawn, lines = many()
    at = policy.effective_from.isoformat()
    said = twin_says([policy], lines, tmp_path, "brief", at)
    assert len(said) == NUMBER
    expected: dict[str, str] = {}
    for facts, line in zip(drawn, said, strict=True):
        match, still_open = spoken(policy, facts)
        # All that an answer is made of: rows that match, and rows that wait for facts.
        made_of = repr(([row.id for row in match], [(r.id, waits) for r, waits in still_open]))
        if made_of not in expected:
            expected[made_of] = brief(decide(policy, facts))
        assert line == expected[made_of], facts


@pytest.mark.parametrize("name", templates())
@pytest.mark.parametrize("language", ["en", "es", "ru"])
def test_every_word_of_an_answer_is_the_same(name: str, language: str, tmp_path: Path):
    policy = template_table(name)
    drawn = list(encounters(300, seed=11))
    lines = [json.dumps({"facts": facts, "lang": language}) for facts in drawn]
    said = twin_says([policy], lines, tmp_path, "full", policy.effective_from.isoformat())
    expected = [decide(policy, facts, language).as_dict() for facts in drawn]
    assert [json.loads(line) for line in said] == expected


@pytest.mark.parametrize(
    "amount", ["9.999999 g", "10 g", "10.000001 g", "0.35 oz", "0.36 oz", "10000 mg", "0.010001 kg"]
)
def test_amounts_are_weighed_the_same(amount: str, tmp_path: Path):
    policy = weighed()
    facts = dict.fromkeys(vocabulary().facts, "not_known")
    facts |= {"found": "cannabis", "amount": amount}
    (line,) = twin_says(
        [policy], [json.dumps({"facts": facts, "lang": "en"})], tmp_path, "full", "2026-06-01"
    )
    here = decide(policy, complete(facts, policy, fail)).as_dict()
    assert json.loads(line) == here
    within = amount in ("9.999999 g", "10 g", "0.35 oz", "10000 mg")
    assert [option["rule"] for option in here["options"]] == ["within" if within else "over"]


@pytest.mark.parametrize(
    "change",
    [
        {"found": "nothing", "amount": "within"},
        {"found": "cannabis", "amount": "3 tablets"},
        {"found": "nothing", "amount": "3 g"},
        {"found": "tea"},
        {"offers_before": "3"},
        {"overdose": None},
    ],
)
def test_the_twin_refuses_what_python_refuses(change: dict[str, str | None], tmp_path: Path):
    facts: dict[str, str | None] = dict.fromkeys(vocabulary().facts, "not_known")
    facts |= change
    given = {fact: value for fact, value in facts.items() if value is not None}
    lines = [json.dumps({"facts": given, "lang": "en"})]
    assert twin_says([weighed()], lines, tmp_path, "full", "2026-06-01") == ["error"]


def test_the_twin_refuses_a_bundle_that_was_changed(tmp_path: Path):
    assert NODE is not None
    made = bundle([weighed()])
    made["content"]["versions"][0]["rows"][0]["clause"] = "another"
    (tmp_path / "bundle.json").write_bytes(bundle_bytes(made))
    (tmp_path / "lines.txt").write_text("", encoding="utf-8")
    done = subprocess.run(
        [NODE, RUN, TWIN, tmp_path / "bundle.json", tmp_path / "lines.txt", "full", "2026-06-01"],
        capture_output=True,
        check=False,
    )
    assert done.returncode != 0
    assert b"hash" in done.stderr


def weighed() -> Table:
    from dataclasses import replace

    from offramp.policy.amount import size_of
    from offramp.policy.table import ThresholdSize

    rows = [
        sample_row("within", {"amount": ["within"]}, offers=["recorded-warning"]),
        sample_row("over", {"amount": ["over"]}, offers=["officer-led-deflection"]),
    ]
    size = ThresholdSize(size_of(10, vocabulary().units["g"]), "mass", "g", "10 g")
    return replace(table(rows), thresholds={"cannabis": size})


def fail(field: str, problem: str, right: str) -> Exception:
    raise AssertionError(f"{field} {problem}; {right}")
