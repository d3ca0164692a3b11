"""What a policy answers: all matching rules speak, and what is not known is asked."""

import random
from datetime import date
from pathlib import Path

import pytest

from offramp.catalogue.problems import InputError
from offramp.policy.decide import Answer, decide
from offramp.policy.encounter import encounter_from_words
from offramp.policy.table import Table, build_table
from offramp.policy.versions import in_force, read_versions
from offramp.policy.vocabulary import vocabulary
from tests.policy_sample import (
    POLICY,
    encounters,
    random_rows,
    row,
    table,
    template_table,
    templates,
    write_policy,
)

ANY = dict.fromkeys(vocabulary().facts, "not_known")


def some_tables() -> list[Table]:
    made = [table(random_rows(random.Random(seed), 15)) for seed in range(10)]
    return made + [template_table(name) for name in templates()]


def options(answer: Answer) -> list[str]:
    return [option.id for option in answer.options]


def rules(answer: Answer) -> set[str]:
    """Every rule that speaks, or could."""
    spoke = {one.rule for one in (*answer.options, *answer.limits)}
    spoke |= {also.rule for option in answer.options for also in option.also}
    return spoke | {one.rule for ask in answer.ask for one in ask.rules}


def could(answer: Answer) -> set[str]:
    """Options that are permitted, or could be once what is asked is known."""
    return set(options(answer)) | {option for ask in answer.ask for option in ask.options}


def test_the_first_rule_that_permits_an_option_gives_its_place_and_others_are_named():
    asked = table(
        [
            row("a", {"consent": ["yes"]}, offers=["recorded-warning"]),
            row("b", {}, offers=["officer-led-deflection", "recorded-warning"]),
        ]
    )
    answer = decide(asked, {**ANY, "consent": "yes"})
    assert options(answer) == ["recorded-warning", "officer-led-deflection"]
    assert [one.rule for one in answer.options[0].also] == ["b"]
    assert answer.clauses == {"c-a", "c-b"}
    assert options(decide(asked, {**ANY, "consent": "no"}))[0] == "officer-led-deflection"


def test_a_rule_that_waits_for_a_fact_is_a_question_and_not_a_refusal():
    asked = table([row("a", {"consent": ["yes"]}, offers=["recorded-warning"])])
    answer = decide(asked, ANY)
    assert answer.options == []
    assert [(ask.fact, ask.options) for ask in answer.ask] == [("consent", ["recorded-warning"])]
    assert decide(asked, {**ANY, "consent": "no"}).ask == []


def test_a_protection_can_hold_while_a_fact_is_unknown():
    asked = table([row("a", {"danger": ["no", "not_known"]}, forbids=["arrest"])])
    assert [limit.rule for limit in decide(asked, ANY).limits] == ["a"]


def test_nothing_is_asked_that_cannot_be():
    """No amount is asked for when nothing was found."""
    asked = table([row("a", {"amount": ["within"]}, offers=["recorded-warning"])])
    assert decide(asked, {**ANY, "found": "nothing"}).ask == []
    assert [ask.fact for ask in decide(asked, {**ANY, "found": "cannabis"}).ask] == ["amount"]


def sure(when: dict[str, list[str]]) -> dict[str, list[str]]:
    """Conditions without not_known."""
    return {fact: [v for v in values if v != "not_known"] for fact, values in when.items()}


def test_a_permissive_rule_never_removes_an_option():
    luck = random.Random(5)
    for number, asked in enumerate(some_tables()):
        extra = next(r for r in iter(lambda: random_rows(luck, 1)[0], None) if r.offers)
        extra = row("extra", extra.when, offers=[offer.id for offer in extra.offers])
        at = luck.randint(0, len(asked.rows))
        more = table([*asked.rows[:at], extra, *asked.rows[at:]])
        for facts in encounters(300, seed=number):
            before, after = decide(asked, facts), decide(more, facts)
            assert set(options(before)) <= set(options(after))
            assert could(before) <= could(after)
            assert {one.rule for one in before.limits} <= {one.rule for one in after.limits}


def test_every_answer_names_its_clauses():
    for number, asked in enumerate(some_tables()):
        clauses = {one.id: one.clause for one in asked.rows}
        for facts in encounters(300, seed=number):
            answer = decide(asked, facts)
            for one in (*answer.options, *answer.limits):
                assert one.clause == clauses[one.rule] != ""
            assert all(one.clause for ask in answer.ask for one in ask.rules)


def test_what_becomes_unknown_never_narrows_the_answer():
    """Every option and every rule of an encounter is still there, or asked for, when less is
    known of it."""
    luck = random.Random(9)
    for number, asked in enumerate(some_tables()):
        # A rule that wants a fact to be unknown is about the state of knowledge itself.
        for facts in encounters(300, seed=number):
            known = [fact for fact in facts if facts[fact] != "not_known"]
            less = {**facts, **dict.fromkeys(luck.sample(known, min(2, len(known))), "not_known")}
            before, after = decide(asked, facts), decide(asked, less)
            assert set(options(before)) <= could(after)
            assert {limit.rule for limit in before.limits} <= rules(after)
            assert could(before) <= could(after)


def test_what_is_permitted_while_facts_are_unknown_is_permitted_whatever_they_are():
    """Unless the author listed not_known, nothing is promised that an answer could take back."""
    luck = random.Random(3)
    for number in range(10):
        rows = [
            row(one.id, sure(one.when), [offer.id for offer in one.offers])
            for one in random_rows(luck, 12)
            if one.offers and ["not_known"] not in one.when.values()
        ]
        asked = table(rows)
        for facts in encounters(200, seed=number):
            unknown = [fact for fact in facts if facts[fact] == "not_known"]
            if not unknown:
                continue
            fact = luck.choice(unknown)
            value = luck.choice(list(vocabulary().facts[fact].values))
            more = {**facts, fact: value}
            if vocabulary().clash(more) is None:
                assert set(options(decide(asked, facts))) <= set(options(decide(asked, more)))


def test_the_same_encounter_always_gives_the_same_answer():
    for number, asked in enumerate(some_tables()):
        for facts in encounters(50, seed=number):
            turned = dict(reversed(list(facts.items())))
            assert decide(asked, facts).as_dict() == decide(asked, turned).as_dict()


def test_no_answer_says_deny():
    for name in templates():
        asked = template_table(name)
        for facts in encounters(100, seed=1):
            answer = str(decide(asked, facts).as_dict()).lower()
            assert "deny" not in answer and "denied" not in answer


def test_the_version_in_force_on_the_day_answers(tmp_path: Path):
    new = write_policy(tmp_path / "policy")
    old = POLICY.replace('"2026-1"', '"2025-1"').replace(
        "effective_from = 2026-01-01", "effective_from = 2025-01-01\neffective_to = 2025-12-31"
    )
    write_policy(new / "2025-1", old)
    versions = read_versions(tmp_path)
    for day, version in (
        (date(2025, 1, 1), "2025-1"),
        (date(2025, 12, 31), "2025-1"),
        (date(2026, 1, 1), "2026-1"),
        (date(2031, 1, 1), "2026-1"),
    ):
        files = in_force(versions, day)
        facts = encounter_from_words(["overdose=yes"], build_table(files))
        assert decide(build_table(files), facts).as_dict()["policy"]["version"] == version
    with pytest.raises(InputError, match="no version is in force on 2024-12-31"):
        in_force(versions, date(2024, 12, 31))


@pytest.mark.parametrize(
    ("amount", "rule"), [("10 g", "refer"), ("0.01kg", "refer"), ("10.000001 g", ""), ("1 oz", "")]
)
def test_an_amount_is_held_against_the_threshold(amount: str, rule: str, tmp_path: Path):
    asked = build_table(read_versions(write_policy(tmp_path / "policy"))[0])
    given = ["found=cannabis", f"amount={amount}", "consent=yes", "overdose=no"]
    answer = decide(asked, encounter_from_words(given, asked))
    assert [option.rule for option in answer.options] == ([rule] if rule else [])


def test_texts_come_in_the_language_asked_for_or_in_the_first_of_the_policy(tmp_path: Path):
    rules_text = """
[[rules]]
id = "a"
clause = "1"
leaves = ["arrest"]
reason = { en = "Because.", es = "Porque." }
limit = { en = "Limit.", es = "Límite." }
"""
    policy = POLICY.replace('["en"]', '["en", "es"]')
    asked = build_table(read_versions(write_policy(tmp_path, policy, rules_text, None))[0])
    assert decide(asked, ANY, "es").limits[0].text == "Límite."
    assert decide(asked, ANY, "ru").limits[0].text == "Limit."
