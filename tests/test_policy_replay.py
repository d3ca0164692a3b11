"""A policy run over past contacts: what it would have covered, and what nobody can tell."""

from pathlib import Path

import pytest

from offramp.catalogue.problems import InputError
from offramp.policy.replay import read_contacts, replay
from tests.policy_sample import row, table

ASKED = table(
    [
        row("a", {"found": ["cannabis"], "consent": ["yes"]}, offers=["officer-led-deflection"]),
        row("b", {"overdose": ["yes"]}, offers=["recorded-warning"]),
    ]
)


def contacts(folder: Path, text: str) -> Path:
    path = folder / "contacts.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_volumes_are_counted_by_option_period_and_group(tmp_path: Path):
    path = contacts(
        tmp_path,
        "period,group,outcome,found,consent,overdose,count\n"
        "2025,white,referral,cannabis,yes,no,3\n"
        "2025,white,arrest,cannabis,yes,no,2\n"
        "2025,white,arrest,cannabis,no,no,7\n"
        "2026,black,arrest,cannabis,,no,4\n"
        "2026,black,officer-led-deflection,cannabis,yes,no,1\n",
    )
    found = replay(ASKED, read_contacts(path))
    assert found["contacts"] == 17
    rows = {(r["period"], r["group"], r["option"]): r for r in found["rows"]}
    first = rows["2025", "white", "officer-led-deflection"]
    assert (first["contacts"], first["eligible"], first["perhaps"], first["offered"]) == (
        12,
        5,
        0,
        3,
    )
    second = rows["2026", "black", "officer-led-deflection"]
    assert (second["eligible"], second["perhaps"], second["offered"]) == (1, 4, 1)
    total = found["totals"][0]
    assert total["share_low"] == 6 / 17 and total["share_high"] == 10 / 17
    assert found["unknown"] == [{"fact": "consent", "contacts": 4, "column": True}]


def test_what_the_file_does_not_hold_is_perhaps_and_is_said(tmp_path: Path):
    path = contacts(tmp_path, "month,found\n2025-01,yes\n2025-01,no\n2025-02,cannabis\n")
    found = replay(ASKED, read_contacts(path))
    referral, warning = found["totals"]
    assert (referral["eligible"], referral["perhaps"]) == (0, 2)
    assert (warning["eligible"], warning["perhaps"]) == (0, 3)
    told = " ".join(found["cannot_tell"])
    assert "no column for: overdose scene, consent" in told
    assert "how the contact ended" in told and "group" in told


def test_the_planned_reach_is_covered_contacts_times_the_rule_s_reach(tmp_path: Path):
    from dataclasses import replace

    rows = [
        replace(one, offers=[replace(offer, reach=0.5) for offer in one.offers])
        for one in ASKED.rows
    ]
    path = contacts(tmp_path, "found,consent,n\ncannabis,yes,10\n")
    assert replay(table(rows), read_contacts(path))["totals"][0]["planned"] == 5


def test_contacts_whose_facts_cannot_be_true_together_are_left_out_and_said(tmp_path: Path):
    path = contacts(tmp_path, "found,amount\nnothing,within\ncannabis,within\n")
    found = replay(ASKED, read_contacts(path))
    assert (found["contacts"], found["cannot_be"]) == (1, 1)
    assert "cannot be true together" in " ".join(found["cannot_tell"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no column that is a fact"),
        ("when,where\n1,2\n", "no column that is a fact"),
        ("found,found\ncannabis,cannabis\n", "is a column twice"),
        ("found,age\ncannabis\n", "line 2: has 1 values"),
        ("found\ntea\ncannabis\ntea\n", 'line 2: found is "tea"'),
        ("found,count\ncannabis,many\n", 'line 2: count is "many"'),
        ("found\n", "holds no contacts"),
    ],
)
def test_a_wrong_file_is_refused(text: str, said: str, tmp_path: Path):
    with pytest.raises(InputError) as error:
        read_contacts(contacts(tmp_path, text))
    assert said in str(error.value)


def test_every_wrong_value_is_told_once(tmp_path: Path):
    path = contacts(tmp_path, "found,age\ntea,adult\ntea,old\ncannabis,old\n")
    with pytest.raises(InputError) as error:
        read_contacts(path)
    assert len(error.value.problems) == 2
