"""The six templates and the policy of South Wales: without fault, sourced, in plain words."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from offramp.catalogue.load import load as load_catalogue
from offramp.catalogue.words import read_words, wrong_words
from offramp.policy.check import check_place, check_policy
from offramp.policy.decide import decide, spoken
from offramp.policy.new import TEMPLATES
from offramp.policy.read import PolicyFiles, read_policy
from offramp.policy.schema import Text
from offramp.policy.table import build_table, option_names
from tests.policy_sample import encounters

ROOT = Path(__file__).parents[1]
SOUTH_WALES = ROOT / "places" / "south-wales"
NAMES = (
    "officer-led-deflection",
    "community-resolution",
    "recorded-warning",
    "no-arrest-at-overdose",
    "leave-equipment-alone",
    "no-written-policy",
)
FOLDERS = {name: TEMPLATES / name for name in NAMES} | {"south-wales": SOUTH_WALES / "policy"}
every_policy = pytest.mark.parametrize("folder", list(FOLDERS.values()), ids=list(FOLDERS))
# Words about people that go wrong in translation (shared list of the project).
BANNED = {
    "es": r"adict|drogadict|toxicóman|\blimpi[oa]s?\b|\bsuci[oa]s?\b",
    "pt": r"viciad|drogad|toxicôman|\blimp[oa]s?\b|\bsuj[oa]s?\b",
    "ru": r"наркоман|наркозависим|торчок|\bчист(ый|ая|ые)\b|диверси",
}


def texts(files: PolicyFiles) -> Iterator[Text]:
    yield files.policy.title
    yield files.policy.notice
    for clause in files.policy.clauses:
        yield clause.text
    for rule in files.rules:
        yield from (rule.limit, rule.reason, rule.say, rule.record, rule.name_goes_to)
        yield from (permit.terms for permit in rule.permits)


def in_language(files: PolicyFiles, language: str) -> str:
    return "\n".join(text[language] for text in texts(files) if isinstance(text, dict) and text)


def test_the_six_templates_of_the_guide_are_there() -> None:
    assert {path.name for path in TEMPLATES.iterdir() if path.is_dir()} >= set(NAMES)


@every_policy
def test_a_policy_that_we_ship_has_no_fault(folder: Path) -> None:
    assert [str(fault) for fault in check_policy(read_policy(folder))] == []


def test_the_worked_policy_fits_its_place() -> None:
    assert [str(fault) for fault in check_place(SOUTH_WALES)] == []


def test_the_worked_policy_says_that_it_is_not_the_forces_own() -> None:
    policy = read_policy(SOUTH_WALES / "policy").policy
    assert isinstance(policy.notice, dict)
    assert "not by, for or endorsed by South Wales Police" in policy.notice["en"]
    assert "not the force's own" in policy.signed_off_by


@every_policy
def test_a_rule_that_loses_its_cases_is_reported(folder: Path) -> None:
    files = read_policy(folder)
    rule = files.rules[-1]
    table = build_table(files)
    usual = files.cases.usual
    kept = [
        case
        for case in files.cases.cases
        if rule.id not in {row.id for row in spoken(table, _known({**usual, **case.facts}))[0]}
    ]
    fewer = dataclasses.replace(files, cases=files.cases.model_copy(update={"cases": kept}))
    kinds = {fault.kind for fault in check_policy(fewer) if rule.id in str(fault)}
    assert kinds == {"rule_untested"}


def _known(facts: dict[str, str]) -> dict[str, str]:
    """Amounts in grams are within in every case of the last rules."""
    amount = facts["amount"]
    return {**facts, "amount": "within" if " " in amount else amount}


@every_policy
def test_taking_an_option_out_of_the_catalogue_is_reported(folder: Path) -> None:
    files = read_policy(folder)
    for option in sorted({permit.option for rule in files.rules for permit in rule.permits}):
        fewer = {name: entry for name, entry in option_names().items() if name != option}
        found = [f for f in check_policy(files, fewer) if f.kind == "option_missing"]
        assert found and all(option in str(fault) for fault in found)


@every_policy
def test_every_clause_names_a_dated_text_that_can_be_opened(folder: Path) -> None:
    policy = read_policy(folder).policy
    for clause in policy.clauses:
        assert clause.citation and clause.on is not None
        assert clause.url is not None and clause.url.startswith(("https://", "http://"))
        assert clause.url in {source.url for source in policy.source}


@every_policy
def test_the_readme_lists_every_source(folder: Path) -> None:
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert "native speakers" in readme
    for source in read_policy(folder).policy.source:
        assert source.citation in readme and str(source.url) in readme


@every_policy
def test_every_text_is_there_in_four_languages_and_translations_say_so(folder: Path) -> None:
    files = read_policy(folder)
    assert files.policy.languages == ["en", "es", "pt", "ru"]
    notice = files.policy.notice
    assert isinstance(notice, dict)
    for language, words in (("es", "no revisada"), ("pt", "não revista"), ("ru", "не проверен")):
        assert words in notice[language]
    for text in texts(files):
        if isinstance(text, dict):
            assert set(text) == {"en", "es", "pt", "ru"}
            assert len(set(text.values())) == 4, text


@every_policy
def test_the_words_are_about_people(folder: Path) -> None:
    files = read_policy(folder)
    english = read_words(ROOT / "src/offramp/languages/en/words.toml")
    assert wrong_words(in_language(files, "en"), english.forbidden) == []
    for language, banned in BANNED.items():
        assert re.findall(banned, in_language(files, language), re.I) == []


@every_policy
def test_what_is_read_in_russian_links_to_nobody_and_warns_of_risk(folder: Path) -> None:
    files = read_policy(folder)
    assert "http" not in in_language(files, "ru")
    assert isinstance(files.policy.notice, dict)
    assert "не опасно ли" in files.policy.notice["ru"]


@every_policy
def test_without_a_yes_no_policy_gives_a_name_to_a_service(folder: Path) -> None:
    table = build_table(read_policy(folder))
    naming = {one.id for one in load_catalogue().options.values() if one.name_goes.names_person}
    for facts in encounters(400, seed=7):
        for consent in ("no", "not_known"):
            answer = decide(table, {**facts, "consent": consent})
            assert not naming & {option.id for option in answer.options}


@every_policy
def test_people_under_18_are_never_offered_what_is_made_for_adults(folder: Path) -> None:
    if folder.name == "no-written-policy":
        return  # the law shown there makes no difference by age
    table = build_table(read_policy(folder))
    for facts in encounters(400, seed=8):
        answer = decide(table, {**facts, "age": "child"})
        assert not {"officer-led-deflection", "recorded-warning"} & {o.id for o in answer.options}


@pytest.mark.parametrize("name", ["no-arrest-at-overdose", "officer-led-deflection"])
def test_at_an_overdose_nothing_leads_to_an_arrest_for_possession(name: str) -> None:
    table = build_table(read_policy(TEMPLATES / name))
    for facts in encounters(400, seed=9):
        match, _ = spoken(table, {**facts, "overdose": "yes"})
        assert any("arrest" in row.forbids for row in match)
        assert not any("arrest" in row.leaves for row in match)


def test_equipment_is_left_alone_whatever_else_is_so() -> None:
    table = build_table(read_policy(TEMPLATES / "leave-equipment-alone"))
    for facts in encounters(400, seed=10):
        if facts["equipment_only"] == "yes" or facts["found"] not in ("nothing", "not_known"):
            answer = decide(table, facts)
            assert "leave-equipment-alone" in {option.id for option in answer.options}


def test_silence_about_whose_it_is_never_closes_the_way_to_the_course() -> None:
    table = build_table(read_policy(TEMPLATES / "community-resolution"))
    for facts in encounters(400, seed=11):
        offers = [
            {option.id for option in decide(table, {**facts, "admits": admits}).options}
            for admits in ("yes", "no", "not_known")
        ]
        assert offers[0] == offers[1] == offers[2]
