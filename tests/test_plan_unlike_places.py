"""Places with few answers, and in countries without a preset: what is not known is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from offramp.catalogue.load import load as load_catalogue
from offramp.cli.app import main
from offramp.plan.order import CAN_START
from tests.test_plan_cli import ASKED_FOR, SCHEMA, effect

TINY = ["--years", "1", "--draws", "8", "--people", "500"]
NAIROBI = [
    "--name=Nairobi", "--country=KE", "--residents=4400000", "--mainly=opioids",
    "--already=recorded-warning", "--asked-residents=fewer needles in the park",
    "--asked-people=no arrest when we call an ambulance",
]  # fmt: skip
FIVE = {
    "nairobi": NAIROBI,
    "wales": ["--name=A town", "--country=GB", "--residents=90000", "--mainly=stimulants",
              "--already=police-naloxone"],
    "two answers": ["--name=Oz", "--country=AU"],
    "village": ["--name=A village", "--country=PT", "--residents=900", "--mainly=both"],
}  # fmt: skip


def planned(folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    capsys.readouterr()
    code = main(["plan", str(folder), *TINY, "--json"])
    out, err = capsys.readouterr()
    assert code == 0, err
    found: dict[str, Any] = json.loads(out)
    return found


@pytest.fixture(params=FIVE.values(), ids=FIVE)
def place(request: pytest.FixtureRequest, tmp_path: Path, capsys: Any) -> Path:
    folder = tmp_path / "place"
    assert main(["place", "new", str(folder), *request.param]) == 0
    return folder


def test_a_place_with_five_answers_can_be_compared(place: Path, capsys: pytest.CaptureFixture[str]):
    results = planned(place, capsys)
    jsonschema.validate(results, SCHEMA)
    candidates = load_catalogue().candidates
    moving = [name for name, option in candidates.items() if option.levers]
    assert [option["id"] for option in results["options"]] == moving
    left = [option["id"] for option in results["not_simulated"]]
    assert sorted(moving + left) == sorted(candidates)
    for option in [*results["options"], results["comparison"]]:
        for row in option["effects"]:
            if row["measure"] in ASKED_FOR and row["measure"] != "contact_ratio":
                assert row["today"] is not None and row["today"] >= 0, row["measure"]
    one = results["options"][0]
    assert effect(one, "fatal_overdoses")["today"] > 0
    assert effect(one, "possession_arrests")["today"] > 0


def test_where_no_groups_are_recorded_the_ratio_is_not_known_and_says_why(
    place: Path, capsys: pytest.CaptureFixture[str]
):
    results = planned(place, capsys)
    for option in results["options"]:
        row = effect(option, "contact_ratio")
        for key in ("today", "change", "low", "high", "mean", "chance_better"):
            assert row[key] is None
        assert "group" in row["note"]


def test_nothing_unlawful_or_unknown_is_recommended(
    place: Path, capsys: pytest.CaptureFixture[str]
):
    results = planned(place, capsys)
    status = {option["id"]: option["fit"]["status"] for option in results["options"]}
    for one in results["promising"]:
        assert status[one["id"]] in CAN_START
        assert status[one["id"]] not in ("not_known", "not_here", "needs_law")


@pytest.mark.parametrize("law", ["", "forbidden"])
def test_more_of_what_runs_already_is_not_recommended_where_law_does_not_allow_it(
    tmp_path: Path, law: str, capsys: pytest.CaptureFixture[str]
):
    folder = tmp_path / "place"
    here = "no-arrest-at-overdose,lowest-priority-possession,supervised-consumption-site"
    assert main(["place", "new", str(folder), *NAIROBI[:4], f"--already={here}"]) == 0
    if law:
        path = folder / "place.toml"
        fact = f'{{ status = "{law}", citation = "An Act", on = 2026-01-01 }}'
        topics = ("police_discretion", "overdose_protection", "consumption_site")
        lines = "".join(f"{topic} = {fact}\n" for topic in topics)
        text = path.read_text(encoding="utf-8").replace("[law]\n", f"[law]\n{lines}")
        path.write_text(text, encoding="utf-8")
    results = planned(folder, capsys)
    status = {option["id"]: option["fit"]["status"] for option in results["options"]}
    assert [i for i in status if status[i] == "already_here"] == sorted(here.split(","))
    assert results["promising"] == []


GROUP = """
[[people.groups]]
name = "{name}"
reference = {reference}
residents = {{ value = 1000, source = "a count" }}
searches_drug_year = {{ value = {searches}, source = "a count" }}
"""


@pytest.mark.parametrize("searches", [(0, 50), (10, 5), (10,)])
def test_groups_with_too_few_searches_give_no_ratio_and_the_reason(
    tmp_path: Path, searches: tuple[int, ...], capsys: pytest.CaptureFixture[str]
):
    groups = [
        GROUP.format(name=f"G{i}", reference=str(i == 0).lower(), searches=n)
        for i, n in enumerate(searches)
    ]
    head = 'name = "X town"\ncountry = "KE"\nas_of = 2026-11-20\n'
    (tmp_path / "place.toml").write_text(head + "".join(groups), encoding="utf-8")
    row = effect(planned(tmp_path, capsys)["options"][0], "contact_ratio")
    assert row["change"] is None and row["chance_better"] is None
    assert "two groups" in row["note"]


def test_without_a_preset_for_the_country_no_option_that_needs_law_is_ready(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    folder = tmp_path / "nairobi"
    assert main(["place", "new", str(folder), *NAIROBI]) == 0
    results = planned(folder, capsys)
    candidates = load_catalogue().candidates
    waiting = [
        option
        for option in [*results["options"], *results["not_simulated"]]
        if option["id"] != "recorded-warning" and candidates[option["id"]].needs.law
    ]
    assert len(waiting) > 20
    for option in waiting:
        assert option["fit"]["status"] not in ("ready", "ready_with_agreement", "needs_policy")
        assert option["fit"]["reasons"]


def test_a_place_without_counts_says_that_levels_rest_on_other_countries(
    place: Path, capsys: pytest.CaptureFixture[str]
):
    results = planned(place, capsys)
    assert results["model_against_data"] == []
    assert any("no series of deaths" in warning for warning in results["warnings"])
    assert {entry["basis"] for entry in results["provenance"]} - {"local"}


def test_what_the_place_does_already_counts_as_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    folder = tmp_path / "wales"
    assert main(["place", "new", str(folder), *FIVE["wales"]]) == 0
    results = planned(folder, capsys)
    naloxone = next(o for o in results["options"] if o["id"] == "police-naloxone")
    assert naloxone["fit"]["status"] == "already_here"
    assert naloxone["share_in_place"] > 0
    others = [o for o in results["options"] if o["id"] != "police-naloxone"]
    assert all(o["share_in_place"] == 0 for o in others)
