"""What a replay hands on: a table for evaluation, and how far the written rules reach."""

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest

from offramp.catalogue.load import load as load_catalogue
from offramp.catalogue.problems import InputError
from offramp.cli.app import main
from offramp.model.levers import moves_of
from offramp.model.parameters import INDEX, NAMES
from offramp.place.load import load as load_place
from offramp.policy.coverage import coverage_csv, update_place
from offramp.policy.replay import read_contacts, replay
from tests.policy_sample import row, table

PLACE = Path(__file__).parents[1] / "places" / "south-wales"
STOPS = Path(__file__).parent / "data_rows" / "wales-stops.csv"
WARNED = table([row("a", {"found": ["cannabis"]}, offers=["recorded-warning"])])
# 40 arrests: 10 with cannabis (covered), 10 with something unknown (perhaps), 20 with cocaine.
ROWS = (
    "month,group,ended,found,n\n"
    "2025-01,white,arrest,cannabis,10\n"
    "2025-01,white,charge,,10\n"
    "2025-02,black,arrest,stimulants,20\n"
    "2025-02,black,warning,cannabis,5\n"
)


def replayed(folder: Path, text: str = ROWS) -> dict:
    path = folder / "contacts.csv"
    path.write_text(text, encoding="utf-8")
    return replay(WARNED, read_contacts(path), str(path))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PLACE, tmp_path / "place"))


def test_of_arrests_what_is_sure_and_what_is_perhaps_covered_are_told_apart(tmp_path: Path):
    found = replayed(tmp_path)
    total = found["totals"][0]
    assert found["arrests"] == 40
    assert (total["arrests"], total["perhaps_arrests"]) == (10, 10)
    assert (total["arrests_low"], total["arrests_high"]) == (0.25, 0.5)


def test_contacts_that_were_not_about_drugs_are_left_out_and_counted(tmp_path: Path):
    path = tmp_path / "contacts.csv"
    path.write_text("found,drugs,n\ncannabis,yes,3\ncannabis,no,7\n", encoding="utf-8")
    found = replay(WARNED, read_contacts(path))
    assert (found["contacts"], found["not_drugs"]) == (3, 7)
    assert "7 contacts were not about drugs" in " ".join(found["cannot_tell"])


def test_a_rule_that_holds_only_because_a_fact_is_unknown_covers_perhaps(tmp_path: Path):
    path = tmp_path / "contacts.csv"
    path.write_text("found,n\ncannabis,3\n", encoding="utf-8")
    help_first = table([row("a", {"overdose": ["yes", "not_known"]}, offers=["police-naloxone"])])
    total = replay(help_first, read_contacts(path))["totals"][0]
    assert (total["eligible"], total["perhaps"]) == (0, 3)


def test_the_table_for_evaluation_has_one_row_for_each_period_and_group(tmp_path: Path):
    text = coverage_csv(replayed(tmp_path), "recorded-warning").decode()
    rows = list(csv.DictReader(text.splitlines()))
    assert [(r["period"], r["group"]) for r in rows] == [
        ("2025-01", "white"),
        ("2025-02", "black"),
    ]
    assert rows[1]["offered"] == "5" and rows[1]["eligible"] == "5"


def test_an_option_that_the_policy_never_offers_has_no_table(tmp_path: Path):
    with pytest.raises(InputError, match='did you mean "recorded-warning"'):
        coverage_csv(replayed(tmp_path), "recorded-warnings")


def test_the_place_learns_the_most_that_the_rules_cover_and_stays_sound(
    tmp_path: Path, place: Path
):
    found = replayed(tmp_path)
    update_place(place, found)
    update_place(place, found)  # a second time replaces the first
    loaded = load_place(place)
    assert [(c.option, c.share.value) for c in loaded.place.covered] == [("recorded-warning", 0.5)]
    before = (PLACE / "place.toml").read_text("utf-8")
    assert (place / "place.toml").read_text("utf-8").startswith(before.rstrip())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("month,found\n2025-01,cannabis\n", "no column for how the contact ended"),
        ("found,ended\ncannabis,arrest\n", "holds 1 contacts that ended in arrest"),
    ],
)
def test_what_cannot_bear_a_share_changes_nothing(
    tmp_path: Path, place: Path, text: str, said: str
):
    before = (place / "place.toml").read_bytes()
    with pytest.raises(InputError, match=said):
        update_place(place, replayed(tmp_path, text))
    assert (place / "place.toml").read_bytes() == before


def test_what_an_option_moves_goes_no_further_than_the_rules_cover():
    catalogue = load_catalogue()
    option = catalogue.options["recorded-warning"]
    lever = next(lever for lever in option.levers if lever.parameter == "shift_to_warning")
    draws = 16
    numbers = {
        f"evidence:{name}": np.linspace(0.02, 0.98, draws)
        for one in option.levers
        for name in (one.evidence, *one.shares().values())
    }
    today = np.zeros((draws, len(NAMES)))

    def shift(covered: float | None) -> np.ndarray:
        most = None if covered is None else np.full(draws, covered)
        moves = moves_of(option, catalogue.evidence, numbers, np.ones(draws), today, True, most)
        return next(m.value for m in moves if m.parameter == lever.parameter)

    free = shift(None)
    assert free.max() > 0.2 and INDEX[lever.parameter] >= 0
    assert np.array_equal(shift(0.2), np.minimum(free, 0.2))
    assert not shift(0.0).any()


def test_the_store_of_a_place_is_replayed_for_one_agency(
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("OFFRAMP_DATA", str(tmp_path / "store"))
    assert main(["policy", "replay", str(place)]) == 1
    assert "has no contacts in its store" in capsys.readouterr().err
    assert main(["data", "import", str(STOPS), "--place", str(place)]) == 0
    with STOPS.open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r["force"] == "south-wales"]
    about = [r for r in rows if r["Legislation"].startswith("Misuse of Drugs")]
    capsys.readouterr()
    assert main(["policy", "replay", str(place)]) == 1
    assert "--agency: is missing" in capsys.readouterr().err
    assert main(["policy", "replay", str(place), "--agency", "south-wales", "--json"]) == 0
    import json

    found = json.loads(capsys.readouterr().out)
    assert found["contacts"] == len(about) > 0
    assert found["contacts"] + found["not_drugs"] == len(rows)
