"""`offramp plan`: the contract of its JSON, its files and its messages."""

from __future__ import annotations

import csv
import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import offramp
from offramp.catalogue.load import load as load_catalogue
from offramp.cli.app import main
from offramp.plan.written import csv_bytes, json_bytes
from tests.small_world import SOUTH_WALES

SCHEMA = json.loads(
    (Path(offramp.__file__).parent / "schemas" / "results.schema.json").read_text("utf-8")
)
TINY = ["--years", "1", "--draws", "8", "--people", "500"]
ASKED_FOR = {
    "fatal_overdoses": "health", "nonfatal_overdoses": "health", "hiv_infections": "health",
    "hcv_infections": "health", "qalys": "health", "acquisitive_offences": "safety",
    "violent_offences": "safety", "crime_harm": "safety", "needlesticks": "safety",
    "resident_confidence": "confidence",
    "trust_of_pwud": "confidence", "possession_arrests": "process",
    "searches_nothing_found": "process", "police_hours": "process", "custody_days": "process",
    "people_on_oat": "process", "contact_ratio": "equity",
}  # fmt: skip
BETTER = {
    "fatal_overdoses": "lower", "qalys": "higher", "crime_harm": "lower", "needlesticks": "lower",
    "resident_confidence": "higher", "possession_arrests": "neither", "police_hours": "neither",
    "people_on_oat": "neither", "contact_ratio": "nearer_one",
}  # fmt: skip


def run(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str, str]:
    code = main(["plan", *map(str, words)])
    out, err = capsys.readouterr()
    return code, out, err


@cache
def written(folder: Path) -> None:
    assert main(["plan", str(SOUTH_WALES), *TINY, "-o", str(folder), "--workers", "1"]) == 0


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """All options of the example place, in a very small run."""
    written(folder := tmp_path_factory.getbasetemp() / "plan")
    return json.loads((folder / "results.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def folder(results: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.getbasetemp() / "plan"


def effect(option: dict[str, Any], measure: str) -> dict[str, Any]:
    return next(row for row in option["effects"] if row["measure"] == measure)


def test_results_keep_their_schema(results: dict[str, Any]):
    jsonschema.validate(results, SCHEMA)


def test_every_option_has_a_row_and_the_comparison_stands_apart(results: dict[str, Any]):
    ids = [option["id"] for option in results["options"]]
    candidates = load_catalogue().candidates
    assert ids == [name for name, option in candidates.items() if option.levers]
    assert len(ids) >= 12
    for option in results["not_simulated"]:
        assert option["why"] == candidates[option["id"]].no_levers_because
    assert len(ids) + len(results["not_simulated"]) == len(candidates)
    assert results["comparison"]["id"] == "more-arrests" not in ids
    assert "more-arrests" not in json.dumps([results["promising"], results["rankings"]])
    assert results["comparison"]["fit"]["status"] == "comparison"


def test_an_option_that_moves_nothing_is_not_given_a_number(capsys: pytest.CaptureFixture[str]):
    assert main(["plan", str(SOUTH_WALES), "--options", "walk-in-station"]) == 1
    said = capsys.readouterr().err
    assert "walk-in-station is not simulated" in said


def test_numbers_of_the_run_are_said(results: dict[str, Any]):
    assert (results["horizon_years"], results["draws"], results["people"]) == (1, 8, 500)
    assert results["seed"] == 1 and results["place"]["country"] == "GB"


def test_every_measure_that_was_asked_for_is_there(results: dict[str, Any]):
    for option in [*results["options"], results["comparison"]]:
        found = {row["measure"]: row["outcome"] for row in option["effects"]}
        assert ASKED_FOR.items() <= found.items(), option["id"]
        assert len(found) == len(option["effects"])
        for measure, better in BETTER.items():
            assert effect(option, measure)["better"] == better


def test_ranges_hold_their_middle_and_today_is_the_same_for_all(results: dict[str, Any]):
    first = results["options"][0]
    for option in [*results["options"], results["comparison"]]:
        for row in option["effects"]:
            assert row["low"] <= row["change"] <= row["high"], (option["id"], row["measure"])
            assert row["level"] == 0.9
            assert row["today"] == effect(first, row["measure"])["today"]


def test_where_neither_direction_is_better_no_chance_is_given(results: dict[str, Any]):
    for option in [*results["options"], results["comparison"]]:
        for row in option["effects"]:
            if row["better"] == "neither":
                assert row["chance_better"] is None
            else:
                assert 0 <= row["chance_better"] <= 1


def test_the_ratio_between_groups_says_which_groups(results: dict[str, Any]):
    row = effect(results["options"][0], "contact_ratio")
    assert row["today"] > 1
    note = next(m["note"] for m in results["measures"] if m["measure"] == "contact_ratio")
    assert " against " in note


def test_costs_have_a_currency_a_year_and_a_range(results: dict[str, Any]):
    for option in results["options"]:
        cost = option["cost"]
        assert (cost["currency"], type(cost["price_year"])) == ("GBP", int)
        if cost["net"] is not None:
            assert cost["low"] <= cost["net"] <= cost["high"]
            assert cost["programme"] >= 0
        else:
            assert cost["note"]


def test_fit_and_plan_say_the_same(results: dict[str, Any], capsys: pytest.CaptureFixture[str]):
    assert main(["fit", str(SOUTH_WALES), "--json"]) == 0
    fits = {row["id"]: row for row in json.loads(capsys.readouterr().out)}
    for option in results["options"]:
        assert option["fit"]["status"] == fits[option["id"]]["status"]
        assert option["fit"]["reasons"] == fits[option["id"]]["reasons"]


def test_the_flat_table_has_a_row_for_each_option_and_measure(
    folder: Path, results: dict[str, Any]
):
    rows = list(csv.DictReader(io.StringIO((folder / "results.csv").read_text("utf-8"))))
    everything = [*results["options"], results["comparison"]]
    assert len(rows) == sum(len(option["effects"]) for option in everything)
    assert rows[-1]["option"] == "more-arrests"
    first = effect(results["options"][0], rows[0]["measure"])
    assert float(rows[0]["change"]) == first["change"]
    neither = next(row for row in rows if row["better"] == "neither")
    assert neither["chance_better"] == ""


def test_the_same_command_again_and_on_two_cores_gives_the_same_bytes(
    folder: Path, results: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    code, _, _ = run(capsys, SOUTH_WALES, *TINY, "--workers", "2", "-o", tmp_path / "again")
    assert code == 0
    for name in ("results.json", "results.csv"):
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes(), name
    assert (folder / "results.json").read_bytes() == json_bytes(results)
    assert (folder / "results.csv").read_bytes() == csv_bytes(results)


def test_only_the_options_asked_for_and_the_comparison_are_run(
    results: dict[str, Any], capsys: pytest.CaptureFixture[str]
):
    wanted = "recorded-warning, police-naloxone"
    code, out, _ = run(capsys, SOUTH_WALES, *TINY, "--options", wanted, "--json")
    assert code == 0
    part = json.loads(out)
    jsonschema.validate(part, SCHEMA)
    assert [o["id"] for o in part["options"]] == ["recorded-warning", "police-naloxone"]
    assert part["comparison"]["id"] == "more-arrests"
    assert part["run"] != results["run"]


def test_another_seed_is_another_run(capsys: pytest.CaptureFixture[str]):
    found = []
    for seed in ("1", "2"):
        code, out, _ = run(
            capsys, SOUTH_WALES, *TINY, "--options", "police-naloxone", "--seed", seed, "--json"
        )
        assert code == 0
        found.append(json.loads(out))
    rows = [effect(one["options"][0], "fatal_overdoses") for one in found]
    assert rows[0]["today"] != rows[1]["today"]


def test_without_json_a_short_table_is_printed(capsys: pytest.CaptureFixture[str]):
    code, out, err = run(capsys, SOUTH_WALES, *TINY, "--options", "police-naloxone")
    assert code == 0
    assert "change a year against today" in out and "the model itself may be wrong" in out.lower()
    assert max(len(line) for line in out.splitlines()) <= 80
    assert "Simulating" in err and "Simulating" not in out
    for word in ("lever", "draw", "OAT", "PWUD", "posterior", "ensemble"):
        assert word not in out.replace("--no-posterior", "")


def one_line(err: str) -> str:
    lines = [line for line in err.splitlines() if line.strip()]
    assert len(lines) == 1, err
    assert "Traceback" not in err
    return lines[0]


def test_an_unknown_option_is_one_message_with_the_nearest(capsys: pytest.CaptureFixture[str]):
    code, out, err = run(capsys, SOUTH_WALES, *TINY, "--options", "police-naloxon")
    assert (code, out) == (1, "")
    assert "police-naloxon" in (line := one_line(err)) and '"police-naloxone"' in line


def test_all_unknown_options_are_said_at_once(capsys: pytest.CaptureFixture[str]):
    code, _, err = run(capsys, SOUTH_WALES, *TINY, "--options", "recorded-warnin,quite-else")
    assert code == 1
    assert "recorded-warnin" in err and "quite-else" in err


def test_the_comparison_cannot_be_asked_for_as_an_option(capsys: pytest.CaptureFixture[str]):
    code, _, err = run(capsys, SOUTH_WALES, *TINY, "--options", "more-arrests")
    assert code == 1
    assert "comparison" in one_line(err)


@pytest.mark.parametrize("workers", ["0", "x", "-1", "1.5", "²", "tcp://host:8786", "1000"])
def test_a_number_of_workers_that_cannot_be_is_one_message(
    workers: str, capsys: pytest.CaptureFixture[str]
):
    code, out, err = run(capsys, SOUTH_WALES, *TINY, f"--workers={workers}")
    assert (code, out) == (1, "")
    assert "--workers" in one_line(err)


@pytest.mark.parametrize("flag", ["--draws=0", "--years=0", "--people=3", "--seed=-1", "--years=x"])
def test_a_number_outside_its_range_is_wrong_usage(flag: str, capsys: pytest.CaptureFixture[str]):
    code, out, err = run(capsys, SOUTH_WALES, flag)
    assert (code, out) == (2, "")
    assert flag.split("=")[0] in err and "Traceback" not in err


def test_a_place_that_is_not_there_is_one_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    code, out, err = run(capsys, tmp_path / "nowhere", *TINY)
    assert (code, out) == (1, "")
    assert "nowhere" in one_line(err)


def test_a_folder_that_cannot_be_written_is_one_message_and_nothing_is_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "file"
    file.write_text("kept", encoding="utf-8")
    words = [*TINY, "--options", "police-naloxone", "-o", file / "out"]
    code, _, err = run(capsys, SOUTH_WALES, *words)
    assert code == 1 and "Traceback" not in err and str(file) in err
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert file.read_text(encoding="utf-8") == "kept"


def test_stopped_in_the_middle_it_says_so_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    from offramp.plan import ensemble

    real = ensemble.draw_of

    def interrupted(setup: Any, k: int) -> Any:
        if k == 5:
            raise KeyboardInterrupt
        return real(setup, k)

    monkeypatch.setattr(ensemble, "draw_of", interrupted)
    words = [*TINY, "--options", "police-naloxone", "-o", tmp_path / "out"]
    code, out, err = run(capsys, SOUTH_WALES, *words)
    assert (code, out) == (1, "")
    assert "Stopped" in err and "Traceback" not in err
    assert not (tmp_path / "out").exists()


def test_a_list_of_options_that_names_none_is_refused(capsys: pytest.CaptureFixture[str]):
    code, out, err = run(capsys, SOUTH_WALES, "--options", ",")
    assert (code, out) == (1, "")
    assert "--options: names no option" in err


def test_a_folder_that_cannot_be_written_is_said_before_the_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "a file").write_text("", encoding="utf-8")
    code, out, err = run(capsys, SOUTH_WALES, *TINY, "-o", tmp_path / "a file" / "out")
    assert (code, out) == (1, "")
    assert "is a file, not a folder" in err
    assert "Simulating" not in err
