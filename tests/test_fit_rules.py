"""Fit: each option held against a place, and what makes the answer worse."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import get_args

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

import offramp
from offramp.catalogue.load import load as load_catalogue
from offramp.catalogue.schema import LawNeed, Option, ServiceNeed
from offramp.cli.app import main
from offramp.fit import Fit, fit
from offramp.fit.hold import hold
from offramp.fit.rules import STATUSES, Facts, Reading, Status, decide, facts_of
from offramp.place.load import load
from offramp.place.schema import (
    HAZARD_TOPICS,
    LAW_TOPICS,
    SERVICES,
    LawFact,
    LawStatus,
    Place,
    Practice,
    Service,
    Share,
)

OPTIONS = load_catalogue().candidates
DAY = date(2026, 11, 20)
SCHEMA = Path(offramp.__file__).parent / "schemas" / "fit.schema.json"
# Not here and not known both mean: do not start. Neither is better than the other.
BADNESS = {
    "already_here": 0,
    "ready": 0,
    "ready_with_agreement": 1,
    "needs_policy": 2,
    "needs_law": 3,
    "not_known": 4,
    "not_here": 4,
}


def option(
    law: tuple[str, ...] = (),
    services: tuple[str, ...] = (),
    agreements: tuple[str, ...] = (),
    hazards: tuple[str, ...] = (),
    names: bool = False,
) -> Option:
    """A made-up option with these needs, from a real one."""
    real = OPTIONS["officer-led-deflection"]
    needs = real.needs.model_copy(
        update={
            "law": [LawNeed(topic=topic, why="it rests on it") for topic in law],
            "services": [ServiceNeed(service=name, why="it rests on it") for name in services],
            "agreements": list(agreements),
        }
    )
    name = real.name_goes.model_copy(update={"names_person": names})
    return real.model_copy(update={"needs": needs, "hazards": list(hazards), "name_goes": name})


def facts(**law: LawStatus) -> Facts:
    return Facts(law={topic: Reading(status) for topic, status in law.items()})


SAFE = {"compulsory_treatment": "forbidden", "register": "forbidden"}


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("allowed", "ready"),
        ("allowed_with_agreement", "ready_with_agreement"),
        ("needs_policy", "needs_policy"),
        ("needs_law", "needs_law"),
        ("forbidden", "not_here"),
        ("unknown", "not_known"),
    ],
)
def test_the_law_that_an_option_needs_decides(status: LawStatus, expected: Status) -> None:
    assert decide(option(law=("equipment",)), facts(equipment=status))[0] == expected


def test_the_worst_need_decides_and_every_need_is_told() -> None:
    needs = option(law=("equipment", "citation", "data_sharing"))
    known = facts(equipment="allowed", citation="needs_law", data_sharing="needs_policy")
    found = hold(needs, known)
    assert found.status == "needs_law"
    assert "citation" in found.reasons[0]
    assert len(found.reasons) == 3


def test_an_agreement_that_is_needed_is_told() -> None:
    found = hold(option(agreements=("the prosecutor",)), Facts())
    assert found.status == "ready_with_agreement"
    assert "the prosecutor" in found.reasons[0]


@pytest.mark.parametrize(
    ("exists", "expected"),
    [("yes", "ready"), ("no", "ready_with_agreement"), ("unknown", "not_known")],
)
def test_a_service_that_is_missing_needs_a_partner(exists: str, expected: Status) -> None:
    known = Facts(services={"drug_course": Service(exists=exists)})  # type: ignore[arg-type]
    assert decide(option(services=("drug_course",)), known)[0] == expected


@pytest.mark.parametrize("hazard", ["compulsory_treatment", "register"])
@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("allowed", "not_here"),
        ("allowed_with_agreement", "not_here"),
        ("needs_policy", "not_here"),
        ("unknown", "not_known"),
        ("needs_law", "ready"),
        ("forbidden", "ready"),
    ],
)
@pytest.mark.parametrize("listed", [True, False])
@pytest.mark.parametrize("runs", [True, False])
def test_nobody_is_named_into_detention_or_a_register(
    hazard: str, status: LawStatus, expected: Status, listed: bool, runs: bool
) -> None:
    """Whether or not the option's file lists the hazard, and also where it runs already."""
    named = option(names=True, hazards=(hazard,) if listed else ())
    known = facts(**{**SAFE, hazard: status})  # type: ignore[arg-type]
    if runs:
        known = replace(known, practice={named.id: Practice(option=named.id, source="press")})
        expected = "already_here" if expected == "ready" else expected
    assert decide(named, known)[0] == expected


def test_a_hazard_that_is_done_here_needs_an_agreement() -> None:
    known = facts(**SAFE, immigration_checks="allowed")  # type: ignore[arg-type]
    found = hold(option(names=True, hazards=("immigration_checks",)), known)
    assert found.status == "ready_with_agreement"
    assert "immigration checks" in found.reasons[0]


def test_what_runs_already_says_how_far_and_what_more_would_add() -> None:
    real = option(law=("equipment",))
    half = Practice(
        option=real.id, since=2021, reach=Share(value=0.4, source="the force"), source="the force"
    )
    found = hold(real, Facts(practice={real.id: half}))
    assert found.status == "already_here"
    assert "since 2021" in found.reasons[0] and "40%" in found.reasons[0]
    assert "60%" in found.would_change[0]
    assert "first settle" in found.would_change[1]  # the law for it is not known
    assert any("not known" in reason for reason in found.reasons)  # the law behind it
    all_of_it = half.model_copy(update={"reach": Share(value=1, source="the force")})
    assert hold(real, Facts(practice={real.id: all_of_it})).would_change == []


def test_what_runs_already_is_lawful_to_extend_only_where_the_law_is_known_to_allow_it() -> None:
    real = option(law=("equipment",))
    runs = {real.id: Practice(option=real.id, source="the force")}
    answers: dict[LawStatus, Status] = {
        "allowed": "ready", "forbidden": "not_here", "unknown": "not_known",
    }  # fmt: skip
    for status, if_new in answers.items():
        found = hold(real, Facts(law={"equipment": Reading(status)}, practice=runs))
        assert (found.status, found.if_new) == ("already_here", if_new)
        assert "if_new" not in found.as_dict()


@pytest.mark.parametrize(
    ("on", "expected"), [(date(2025, 11, 20), "ready"), (date(2025, 11, 19), "not_known")]
)
def test_law_that_was_checked_more_than_12_months_ago_is_not_known(
    on: date, expected: Status
) -> None:
    fact = LawFact(status="allowed", citation="Act 1", on=on)
    place = Place(name="Oz", country="AU", as_of=DAY, law={"equipment": fact})
    found = hold(option(law=("equipment",)), facts_of(place))
    assert found.status == expected
    if expected == "not_known":
        assert "last checked on 2025-11-19" in found.reasons[0]


def test_the_29th_of_february_has_a_year_before() -> None:
    fact = LawFact(status="allowed", citation="Act 1", on=date(2023, 2, 28))
    place = Place(name="Oz", country="AU", as_of=date(2024, 2, 29), law={"equipment": fact})
    assert facts_of(place).reading("equipment").status == "allowed"


laws = st.fixed_dictionaries(
    {t: st.sampled_from(get_args(LawStatus)) for t in (*LAW_TOPICS, *HAZARD_TOPICS)}
)
services = st.fixed_dictionaries({s: st.sampled_from(["yes", "no", "unknown"]) for s in SERVICES})
practices = st.sets(st.sampled_from(sorted(OPTIONS)), max_size=3)


@st.composite
def any_facts(draw: st.DrawFn) -> Facts:
    return Facts(
        law={topic: Reading(status) for topic, status in draw(laws).items()},
        services={name: Service(exists=exists) for name, exists in draw(services).items()},
        practice={name: Practice(option=name, source="press") for name in draw(practices)},
    )


@given(any_facts(), st.sampled_from([*LAW_TOPICS, *HAZARD_TOPICS, *SERVICES]))
def test_a_fact_that_becomes_unknown_never_makes_an_answer_better(known: Facts, lost: str) -> None:
    less = known
    if lost in known.law:
        less = less.with_law(lost, "unknown")
    if lost in known.services:
        less = replace(less, services={**less.services, lost: Service()})
    for one in OPTIONS.values():
        before, after = decide(one, known)[0], decide(one, less)[0]
        assert BADNESS[after] >= BADNESS[before], one.id


@given(any_facts())
def test_nothing_unlawful_or_unknown_is_ready_and_nothing_disappears(known: Facts) -> None:
    for one in OPTIONS.values():
        found = hold(one, known)
        assert found.status in STATUSES
        assert found.reasons and all(found.reasons)
        if found.status in ("ready", "ready_with_agreement"):
            needed = [known.reading(need.topic).status for need in one.needs.law]
            assert set(needed) <= {"allowed", "allowed_with_agreement"}
        if found.status == "ready":
            assert all(known.services[n.service].exists == "yes" for n in one.needs.services)
            assert not one.needs.agreements


@given(any_facts())
def test_what_would_change_is_told_unless_nothing_stands_in_the_way(known: Facts) -> None:
    for one in OPTIONS.values():
        found = hold(one, known)
        assert bool(found.would_change) == (found.status != "ready"), found


FIVE = """\
name = "Smallville"
country = "KE"
as_of = 2026-11-20
[people]
residents = { value = 120000, source = "council" }
mainly_used = "opioids"
"""


@pytest.mark.parametrize("text", [FIVE, FIVE.replace("KE", "GB"), FIVE.replace("KE", "BT")])
def test_where_little_is_known_only_what_rests_on_nothing_is_ready(
    tmp_path: Path, text: str
) -> None:
    (tmp_path / "place.toml").write_text(text, encoding="utf-8")
    held = fit(load(tmp_path), load_catalogue())
    assert {one.id for one in held} == set(OPTIONS)
    for one in held:
        option = load_catalogue().options[one.id]
        rests_on_facts = option.needs.law or option.needs.services or option.name_goes.names_person
        expected = {"not_known"} if rests_on_facts else {"ready", "ready_with_agreement"}
        assert one.status in expected, one.id


def test_fit_prints_an_array_that_keeps_to_its_schema(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "place.toml").write_text(FIVE, encoding="utf-8")
    assert main(["fit", str(tmp_path), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert [one["id"] for one in document if one["id"] == "more-arrests"] == []
    assert len(document) == len(OPTIONS)


def test_fit_in_words_shows_every_option_within_the_window(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "place.toml").write_text(FIVE, encoding="utf-8")
    assert main(["fit", str(tmp_path)]) == 0
    text = capsys.readouterr().out
    assert all(f"[{name}]" in text for name in OPTIONS)
    assert "NOT KNOWN: ASK" in text
    assert max(map(len, text.splitlines())) <= 80


def test_answers_are_ordered_best_first(tmp_path: Path) -> None:
    (tmp_path / "place.toml").write_text(
        FIVE.replace('"KE"', '"GB"\npreset = "england-wales"'), encoding="utf-8"
    )
    held: list[Fit] = fit(load(tmp_path), load_catalogue())
    ranks = [STATUSES.index(one.status) for one in held]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) > 1
