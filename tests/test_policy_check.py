"""The check finds what is wrong with a policy, all of it, with the smallest example."""

import itertools
import random
import shutil
from pathlib import Path

import pytest

from offramp.catalogue.load import packaged
from offramp.policy.check import check_place, check_policy
from offramp.policy.decide import spoken, waits_for
from offramp.policy.faults import Fault
from offramp.policy.new import TEMPLATES
from offramp.policy.read import read_policy
from offramp.policy.space import (
    dimensions,
    match_box,
    may_box,
    size,
    smallest_outside,
    whole,
)
from offramp.policy.table import Row, Table, option_names
from offramp.policy.vocabulary import vocabulary
from tests.policy_sample import (
    CASES,
    POLICY,
    RULES,
    encounters,
    random_rows,
    row,
    table,
    templates,
    write_policy,
)


def faults(folder: Path, kind: str = "") -> list[Fault]:
    found = check_policy(read_policy(folder))
    return [fault for fault in found if not kind or fault.kind == kind]


def changed(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new)


def test_the_sample_is_right(tmp_path: Path):
    assert faults(write_policy(tmp_path)) == []


@pytest.mark.parametrize("name", templates())
def test_deleting_an_option_is_reported_by_every_template_that_names_it(name: str, tmp_path: Path):
    catalogue = tmp_path / "catalogue"
    shutil.copytree(packaged() / "options", catalogue / "options")
    files = read_policy(TEMPLATES / name)
    named = {permit.option for rule in files.rules for permit in rule.permits}
    for option in named:
        path = catalogue / "options" / f"{option}.toml"
        kept = path.read_bytes()
        path.unlink()
        found = check_policy(files, option_names(catalogue))
        path.write_bytes(kept)
        missing = [fault for fault in found if fault.kind == "option_missing"]
        assert missing and all(option in fault.problem and fault.line > 0 for fault in missing)
        assert {fault.kind for fault in found} == {"option_missing"}
    assert check_policy(files, option_names(catalogue)) == []


def test_a_gap_is_found_with_its_smallest_example(tmp_path: Path):
    rules = changed(RULES, 'overdose = ["no"] }', 'overdose = "no", age = "adult" }')
    (gap,) = faults(write_policy(tmp_path, rules=rules), "gap")
    assert gap.example == {"overdose": "no", "age": "child"}
    assert "the person is under 18" in gap.problem


def test_only_questions_are_an_answer_while_facts_are_unknown(tmp_path: Path):
    """Unknown age: the rules are open, so the answer is to ask; no gap."""
    rules = changed(
        RULES,
        'when = { overdose = ["no"] }',
        'when = { overdose = "no", age = ["child", "young_adult", "adult"] }',
    )
    assert faults(write_policy(tmp_path, rules=rules), "gap") == []


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ('when = { overdose = "yes", age = "child" }\nleaves = ["arrest"]', "leaves arrest"),
        ('when = { near_service = "yes" }\nforbids = ["no-arrest-at-overdose"]', "forbids it"),
        (
            'when = {}\npermits = [{ option = "no-arrest-at-overdose" }]\nsay = "Say"\n'
            'record = "Record"\nname_goes_to = "a nurse"',
            "different people who learn the name",
        ),
        ('when = { consent = "yes" }\nforbids = ["pass_on_name"]', "gives the person's name"),
    ],
)
def test_rules_that_contradict_each_other_are_found(extra: str, said: str, tmp_path: Path):
    more = f'[[rules]]\nid = "extra"\nclause = "2"\nreason = "Why"\n{extra}\n'
    found = faults(write_policy(tmp_path, rules=RULES + more), "contradiction")
    assert len(found) == 1
    assert said in found[0].problem
    assert found[0].line > RULES.count("\n")
    assert found[0].example


def test_rules_that_cannot_meet_do_not_contradict(tmp_path: Path):
    more = '[[rules]]\nid = "x"\nclause = "2"\nreason = "Why"\nwhen = { overdose = "no" }\n'
    folder = write_policy(tmp_path, rules=RULES + more + 'leaves = ["search"]')
    assert faults(folder, "contradiction") == []


@pytest.mark.parametrize(
    "when",
    [
        'found = "nothing", amount = "over"',
        'found = ["cannabis", "opioids"], equipment_only = "yes"',
        'amount = ["within", "over"], equipment_only = "yes"',
    ],
)
def test_a_rule_that_can_never_apply_is_found(when: str, tmp_path: Path):
    more = '[[rules]]\nid = "x"\nclause = "2"\nreason = "Why"\nleaves = ["charge"]\n'
    more += f"when = {{ {when} }}\n"
    (fault,) = faults(write_policy(tmp_path, rules=RULES + more), "never_fires")
    assert "rule x can never apply" in fault.problem


def test_an_overlap_that_turns_the_order_round_is_found(tmp_path: Path):
    texts = 'reason = "Why"\nsay = "Say"\nrecord = "Record"\nname_goes_to = "the case worker"\n'
    first = f"""[[rules]]
id = "early"
clause = "2"
when = {{ age = "child" }}
permits = [{{ option = "recorded-warning" }}]
{texts}
[[rules]]
id = "late"
clause = "2"
when = {{ overdose = "no" }}
permits = [{{ option = "officer-led-deflection" }}, {{ option = "recorded-warning" }}]
{texts}"""
    (fault,) = faults(write_policy(tmp_path, rules=first + RULES), "order")
    assert fault.example == {"overdose": "no", "age": "child"}
    assert "early" in fault.problem and "late" in fault.problem


def test_dates_that_overlap_or_leave_a_gap_are_found(tmp_path: Path):
    folder = write_policy(tmp_path / "policy")
    for version, ends in (("a", "2026-03-01"), ("b", "2025-11-30")):
        text = changed(POLICY, '"2026-1"', f'"{version}"')
        text = changed(text, "= 2026-01-01", f"= 2024-01-01\neffective_to = {ends}")
        write_policy(folder / "other", text)
        kinds = [fault.kind for fault in check_place(tmp_path)]
        assert kinds == (["dates_overlap"] if version == "a" else ["dates_gap"])
    (gap,) = check_place(tmp_path)
    assert "2025-12-01 to 2025-12-31" in gap.problem
    assert gap.example == {"date": "2025-12-01"}


def test_an_option_that_does_not_fit_the_place_is_found(tmp_path: Path):
    rules = changed(
        RULES,
        '"officer-led-deflection" }]',
        '"officer-led-deflection" }, { option = "supervised-consumption-site" }]',
    )
    place = Path(__file__).parents[1] / "places" / "south-wales"
    shutil.copytree(place, tmp_path / "place", ignore=shutil.ignore_patterns("policy"))
    write_policy(tmp_path / "place" / "policy", rules=rules, cases=None)
    found = [fault for fault in check_place(tmp_path / "place") if fault.kind == "option_fit"]
    assert any("supervised-consumption-site" in fault.problem for fault in found)


def test_a_clause_without_citation_or_date_is_found(tmp_path: Path):
    policy = changed(POLICY, 'citation = "A code of example"\non = 2016-01-01\n', "")
    (fault,) = faults(write_policy(tmp_path, policy))
    assert fault.kind == "citation_missing"
    assert "clause 2 has no citation and no date" in fault.problem


def test_a_text_that_a_declared_language_lacks_is_found(tmp_path: Path):
    policy = changed(POLICY, '["en"]', '["en", "ru"]')
    found = faults(write_policy(tmp_path, policy), "text_missing")
    assert all(fault.problem.endswith("missing in: ru") for fault in found)
    assert any("the text of clause 1" in fault.problem for fault in found)
    assert any("say of rule refer" in fault.problem for fault in found)
    assert not any("name_goes_to of rule overdose" in fault.problem for fault in found)


def test_a_permission_without_words_is_found(tmp_path: Path):
    rules = changed(RULES, 'say = "Help is here."\n', "")
    (fault,) = faults(write_policy(tmp_path, rules=rules))
    assert "say of rule overdose is missing in: en" in fault.problem


def test_a_rule_that_weighs_a_drug_without_threshold_is_found(tmp_path: Path):
    rules = changed(RULES, 'found = ["cannabis"], ', "")
    (fault,) = faults(write_policy(tmp_path, rules=rules), "threshold_missing")
    assert "heroin" in fault.problem and "cannabis" not in fault.problem


def test_cases_that_fail_say_what_the_rules_answer(tmp_path: Path):
    cases = changed(CASES, 'options = ["officer-led-deflection"]', 'options = ["recorded-warning"]')
    cases = changed(cases, 'clauses = ["2"]\nask = []', 'clauses = ["1"]\nask = ["age"]')
    found = faults(write_policy(tmp_path, cases=cases))
    assert [fault.kind for fault in found] == ["case_fails"] * 3
    assert "expects these options: recorded-warning; the rules say: officer-led" in found[0].problem
    assert "expects these clauses: 1; the rules say: 2" in found[1].problem
    assert "expects these questions: age; the rules say: none" in found[2].problem
    assert len({fault.line for fault in found}) == 3


@pytest.mark.parametrize(
    "facts", ['found = "nothing", amount = "2 g"', 'found = "cannabis", amount = "none"']
)
def test_a_case_that_contradicts_itself_is_found(facts: str, tmp_path: Path):
    cases = changed(CASES, 'found = "cannabis", amount = "2 g"', facts)
    found = faults(write_policy(tmp_path, cases=cases), "case_contradicts")
    assert len(found) == 1


def test_two_cases_with_the_same_facts_and_other_answers_are_found(tmp_path: Path):
    more = '\n[[cases]]\nname = "Again"\nfacts = { overdose = "yes" }\noptions = []\n'
    (fault,) = faults(write_policy(tmp_path, cases=CASES + more))
    assert fault.kind == "case_contradicts" and "An overdose" in fault.problem


def test_a_rule_that_no_case_touches_is_found(tmp_path: Path):
    cases = CASES[: CASES.index('[[cases]]\nname = "A little')]
    found = faults(write_policy(tmp_path, cases=cases))
    assert {fault.kind for fault in found} == {"rule_untested"}
    assert [fault.problem.split()[1] for fault in found] == ["refer", "rest"]
    assert faults(write_policy(tmp_path / "none", cases=None))[0].kind == "cases_missing"


# ------------------------------------------------- the proof, held against plain enumeration


def every_encounter(facts: list[str]) -> list[dict[str, str]]:
    """All possible encounters that differ in these facts only."""
    known = vocabulary()
    rest = dict.fromkeys(known.facts, "not_known")
    found = []
    for values in itertools.product(*(known.facts[fact].values for fact in facts)):
        encounter = {**rest, **dict(zip(facts, values, strict=True))}
        if known.clash(encounter) is None:
            found.append(encounter)
    return found


SMALL = ["found", "amount", "equipment_only", "consent", "age"]


def small_rows(luck: random.Random) -> list[Row]:
    rows = []
    for one in random_rows(luck, 9):
        when = {fact: values for fact, values in one.when.items() if fact in SMALL}
        offers = [offer.id for offer in one.offers]
        if when:
            rows.append(row(one.id, when, offers, one.forbids, one.leaves))
    return rows


def in_box(facts: dict[str, str], box: tuple[int, ...]) -> bool:
    return all(
        mask >> dimension.values.index(tuple(facts[fact] for fact in dimension.facts)) & 1
        for dimension, mask in zip(dimensions(), box, strict=True)
    )


def answered(asked: Table, facts: dict[str, str]) -> bool:
    match, still_open = spoken(asked, facts)
    return any(one.answers for one in (*match, *(row for row, _ in still_open)))


@pytest.mark.parametrize("seed", range(25))
def test_gaps_are_found_exactly_where_enumeration_finds_them(seed: int):
    rows = small_rows(random.Random(seed))
    asked = table(rows)
    encounters_here = every_encounter(SMALL)
    gaps = [facts for facts in encounters_here if not answered(asked, facts)]
    covers = [may_box(one.when) for one in rows if one.answers]
    example = smallest_outside(whole(), covers)
    assert (example is None) == (not gaps)
    if example is not None:
        shown = [f for f in encounters_here if all(f[k] == v for k, v in example.items())]
        assert shown and all(facts in gaps for facts in shown), "whatever the other facts are"
        assert len(example) == fewest(encounters_here, gaps)


def fewest(everything: list[dict[str, str]], gaps: list[dict[str, str]]) -> int:
    """How many facts must be named so that all encounters with them are gaps, by trying all."""
    keys = [tuple(facts[fact] for fact in SMALL) for facts in everything]
    bad = {tuple(facts[fact] for fact in SMALL) for facts in gaps}
    for number in range(len(SMALL) + 1):
        for named in itertools.combinations(range(len(SMALL)), number):
            groups: dict[tuple[str, ...], bool] = {}
            for key in keys:
                part = tuple(key[i] for i in named)
                groups[part] = groups.get(part, True) and key in bad
            if any(groups.values()):
                return number
    raise AssertionError


@pytest.mark.parametrize("seed", range(10))
def test_boxes_hold_exactly_the_encounters_in_which_a_rule_applies(seed: int):
    rows = random_rows(random.Random(seed), 10, facts_each=5)
    boxes = [(match_box(one.when), may_box(one.when)) for one in rows]
    for facts in encounters(300, seed=seed):
        for one, (match, may) in zip(rows, boxes, strict=True):
            waits = waits_for(one.when, facts)
            assert in_box(facts, match) == (waits == [])
            assert in_box(facts, may) == (waits is not None)


def test_the_space_holds_every_possible_encounter_once():
    linked = vocabulary().linked
    possible = len(every_encounter(list(linked)))
    others = [len(f.values) for f in vocabulary().facts.values() if f.id not in linked]
    product = possible
    for number in others:
        product *= number
    assert size(whole()) == product > 1_000_000
