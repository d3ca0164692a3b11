"""Early warning: what is watched, who is told what, and that a budget of false alarms is kept."""

import json
import os
import stat
import sys
from pathlib import Path

import numpy as np
import pytest

from offramp.catalogue.problems import InputError
from offramp.cli.app import main
from offramp.data.store import open_store
from offramp.learn.alerts import budget, detectors, drivers
from offramp.learn.alerts.asked import asked_for
from offramp.learn.alerts.farrington import settings_for
from offramp.learn.alerts.series import REST, Choice, Group, Watched, groups, name_of, number_of
from offramp.learn.indicators.who import own
from offramp.place.load import load

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks" / "validity"))
validity = pytest.importorskip("alerts")

CASE = Path(__file__).parents[1] / "docs" / "cases" / "connecticut-fentanyl"
WEEKS = 5 * 52 + 60
READER = """
id = "testham-weeks"
name = "Overdoses by week"
publisher = "Testham"
licence = "test"
source = "https://example.org"
header = ["week", "area", "substance", "n"]
[[read]]
table = "overdoses"
periods = ["week"]
[read.columns]
agency = {{ is = "testham" }}
period = {{ from = "week", form = "%Y-%m-%d" }}
area_kind = {{ is = "{kind}" }}
area = {{ from = "area" }}
measure = {{ is = "ambulance_callouts" }}
definition = {{ is = "as the ambulance service counts" }}
substance = {{ from = "substance", values = {{ "any" = "any", "fentanyl" = "fentanyl" }} }}
n = {{ from = "n", suppressed = ["<5"] }}
"""
PEOPLE = """
id = "testham-people"
name = "Residents"
publisher = "Testham"
licence = "test"
source = "https://example.org"
header = ["year", "area", "residents"]
[[read]]
table = "populations"
periods = ["year"]
[read.columns]
agency = { is = "testham" }
period = { from = "year", form = "year" }
area_kind = { is = "district" }
area = { from = "area" }
measure = { is = "residents" }
definition = { is = "usual residents" }
n = { from = "residents" }
"""
AREAS = {"Northside": 40_000, "Southside": 30_000, "Hamlet": 900, "Riverside": 25_000}


def weeks(number: int = WEEKS) -> list[str]:
    return [name_of(number_of("2019-01-07", "week") + i, "week") for i in range(number)]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "testham"
    folder.mkdir()
    text = 'name = "Testham"\ncountry = "GB"\nas_of = 2026-01-01\n'
    (folder / "place.toml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("OFFRAMP_DATA", str(tmp_path / "owner"))
    return folder


def take(place: Path, name: str, kind: str, rows: list[str], reader: str) -> None:
    data, mapping = place / f"{name}.csv", place / f"{name}.toml"
    data.write_text("\n".join([kind, *rows]) + "\n", encoding="utf-8")
    mapping.write_text(reader, encoding="utf-8")
    done = main(["data", "import", str(data), "--mapping", str(mapping), "--place", str(place)])
    assert done == 0


@pytest.fixture
def with_data(place: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The whole, four areas of which one is small, and a rise of fentanyl in the last two weeks."""
    random = np.random.default_rng(5)
    rows, areas = [], []
    for i, week in enumerate(weeks()):
        late = i >= WEEKS - 2
        each = {area: int(random.poisson(4)) for area in AREAS}
        each["Northside"] += 14 * late
        total, fentanyl = sum(each.values()), int(random.poisson(2)) + 14 * late
        rows += [f"{week},Testham,any,{total}", f"{week},Testham,fentanyl,{fentanyl}"]
        areas += [f"{week},{area},any,{n}" for area, n in each.items() if n]
    head = "week,area,substance,n"
    take(place, "whole", head, rows, READER.format(kind="whole"))
    take(place, "areas", head, areas, READER.format(kind="district").replace("-weeks", "-parts"))
    people = [f"2024,{area},{n}" for area, n in AREAS.items()]
    take(place, "people", "year,area,residents", people, PEOPLE)
    capsys.readouterr()
    return place


def alerts(place: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str, str]:
    code = main(["learn", "alerts", str(place), *more])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_a_rise_is_told_with_its_range_drivers_and_playbook(with_data: Path, capsys):
    code, out, _ = alerts(with_data, capsys, "--json")
    assert code == 0
    told = json.loads(out)
    last = weeks()[-1]
    areas = {alert["area"] for alert in told["alerts"] if alert["period"] == last}
    assert areas == {"", "Northside"}
    (whole,) = [a for a in told["alerts"] if a["period"] == last and a["area"] == ""]
    assert whole["count"] > whole["high"] >= whole["expected"] >= whole["low"]
    assert whole["begun"] == weeks()[-2]
    assert {d["name"] for d in whole["drivers"]} == {"fentanyl", "Northside"}
    assert told["playbook"][0]["do"].startswith("Look first")
    assert told["simulated_false_alarms_a_year"] == pytest.approx(1, abs=0.1)
    watched = {series["area"] for series in told["series"]}
    assert watched == {"", "Northside", "Southside", "Riverside"}, "one small area is not apart"
    assert "Hamlet" not in out


def test_small_areas_are_watched_together_if_they_are_several_and_many_live_there(place: Path):
    counts = np.arange(5.0)
    none = np.zeros(5, dtype=bool)
    part = [Watched("deaths", "d", "", "any", a, "week", 0, counts, none) for a in "ABCD"]
    group = Group(Watched("deaths", "d", "", "any", "", "week", 0, 4 * counts, none), tuple(part))
    few = {"a": 50_000.0, "b": 9_000.0, "c": 500.0, "d": 400.0}
    assert [one.area for one in group.named(few)] == ["A"]
    many = few | {"c": 3_000.0}
    assert [one.area for one in group.named(many)] == ["A", REST]
    assert group.named(many)[1].counts.tolist() == (3 * counts).tolist()
    assert [one.area for one in group.named({"a": 5e4, "b": 5e4, "c": 5e4})] == ["A", "B", "C"]


def test_the_place_under_its_own_name_is_never_added_to_its_areas(place: Path, capsys):
    """One file, one kind of area: rows of the whole stand among those of its parts."""
    rows = []
    for i, week in enumerate(weeks()):
        late = 20 * (i == WEEKS - 1)
        rows += [
            f"{week},North,any,3",
            f"{week},South,any,{5 + late}",
            f"{week},Testham,any,{8 + late}",
        ]
    take(place, "all", "week,area,substance,n", rows, READER.format(kind="district"))
    capsys.readouterr()
    code, out, _ = alerts(place, capsys, "--area", "North", "--area", "South", "--json")
    assert code == 0
    counts = {alert["area"]: alert["count"] for alert in json.loads(out)["alerts"]}
    assert counts[""] == 28
    code, _, err = alerts(place, capsys, "--area", "Nowhere")
    assert code == 1
    assert '"Nowhere" is not in the data' in err


def test_police_are_told_above_the_usual_range_and_the_playbook_only(with_data: Path, capsys):
    _, out, _ = alerts(with_data, capsys, "--for", "police", "--json")
    told = json.loads(out)
    keys = {"place", "audience", "notice", "alerts", "playbook", "never"}
    assert set(told) == keys
    assert told["alerts"][0] == {
        "period": weeks()[-1],
        "what": "overdoses",
        "says": "above the usual range",
    }
    _, text, _ = alerts(with_data, capsys, "--for", "police")
    for secret in (*AREAS, "fentanyl", "expected", "ambulance_callouts"):
        assert secret not in out
        assert secret not in text


def test_pages_of_both_readers_hold_what_each_may_see(with_data: Path, capsys, tmp_path: Path):
    code, _, err = alerts(with_data, capsys, "-o", str(tmp_path / "out"))
    assert code == 0, err
    assert alerts(with_data, capsys, "--for", "police", "-o", str(tmp_path / "out"))[0] == 0
    health = (tmp_path / "out" / "alerts-health.html").read_text(encoding="utf-8")
    police = (tmp_path / "out" / "alerts-police.html").read_text(encoding="utf-8")
    assert (tmp_path / "out" / "alerts-health.pdf").read_bytes().startswith(b"%PDF")
    assert "Northside" in health
    assert "Hamlet" not in health
    for secret in (*AREAS, "fentanyl", "<svg"):
        assert secret not in police


def test_every_run_is_written_down_for_its_owner_alone(with_data: Path, capsys):
    alerts(with_data, capsys, "--json")
    alerts(with_data, capsys, "--for", "police", "--detector", "c1", "--json")
    path = open_store(with_data).folder / "alerts-log.jsonl"
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line["for"] for line in lines] == ["health", "police"]
    assert [line["detector"] for line in lines] == ["farrington", "c1"]
    assert "Northside" not in path.read_text(encoding="utf-8")
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_cluster_is_told_on_the_screen_and_never_exported(with_data: Path, capsys, tmp_path):
    centres = tmp_path / "centres.csv"
    lines = [f"{area},{51 + i / 10},-1.0" for i, area in enumerate(AREAS)]
    centres.write_text("\n".join(["area,latitude,longitude", *lines]), encoding="utf-8")
    scan = ("--scan", str(centres), "--detector", "c1")
    code, text, err = alerts(with_data, capsys, *scan)
    assert code == 0, err
    assert "a cluster in place and time: Northside; " in text
    _, out, _ = alerts(with_data, capsys, *scan, "--json")
    assert json.loads(out)["scan"] == [
        {
            "table": "overdoses",
            "measure": "ambulance_callouts",
            "period": weeks()[-1],
            "says": "a cluster in place and time",
        }
    ]
    centres.write_text("area,latitude,longitude\nNorthside,51,-1\nSouthside,95,x\n")
    code, _, err = alerts(with_data, capsys, *scan)
    assert code == 1
    assert 'latitude is "95"' in err
    assert 'longitude is "x"' in err


def test_wrong_options_are_told_all_at_once(place: Path, capsys):
    with pytest.raises(InputError) as told:
        asked_for(
            budget=0.0, detector="farington", reader="press", last=999, until="2019-13-01",
            by="day", substance="any", areas=[], scan=Path("no.csv"), seed=1,
        )  # fmt: skip
    right = {problem.file: problem.right for problem in told.value.problems}
    options = {"--budget", "--detector", "--for", "--by", "--last", "--until", "no.csv"}
    assert set(right) == options
    assert "farrington" in right["--detector"]
    code, _, err = alerts(place, capsys, "--budget", "0", "--detector", "x")
    assert code == 1
    assert "--budget" in err
    assert "--detector" in err


def test_nothing_to_watch_is_said_with_what_to_do(place: Path, capsys):
    code, _, err = alerts(place, capsys)
    assert code == 1
    assert "offramp data import" in err


def test_too_short_a_past_is_refused_for_the_method_that_needs_years(place: Path, capsys):
    rows = [f"{week},Testham,any,{5 + i % 3}" for i, week in enumerate(weeks(80))]
    take(place, "whole", "week,area,substance,n", rows, READER.format(kind="whole"))
    code, _, err = alerts(place, capsys)
    assert code == 1
    assert "three years" in err
    assert alerts(place, capsys, "--detector", "c2")[0] == 0


def read(place: Path) -> list[Watched]:
    loaded, store = load(place), open_store(place)
    with store.connect() as link:
        found = groups(link, own(loaded.place, None, ()), Choice())
    return [found[0].whole, *found[0].areas]


def test_weeks_without_a_row_are_none_and_withheld_weeks_are_not_known(place: Path):
    head = "week,area,substance,n"
    some = weeks(40)
    rows = [f"{week},Testham,any,2" for i, week in enumerate(some) if i not in (5, *range(20, 30))]
    take(place, "whole", head, rows, READER.format(kind="whole"))
    (whole,) = read(place)
    assert whole.counts[5] == 0  # one week without a case
    assert np.isnan(whole.counts[20:30]).all()  # ten weeks in a row: recording stopped
    assert whole.period(0) == some[0]


def test_a_withheld_count_is_not_taken_as_none(place: Path):
    rows = [f"{week},Testham,any,{'<5' if i == 7 else 6}" for i, week in enumerate(weeks(40))]
    take(place, "whole", "week,area,substance,n", rows, READER.format(kind="whole"))
    (whole,) = read(place)
    assert np.isnan(whole.counts[7])
    assert np.nansum(whole.counts) == 39 * 6


@pytest.mark.parametrize("detector", ["farrington", "cusum", "c2"])
def test_false_alarms_keep_their_budget(detector):
    """The limit comes from one simulated past; fresh years of the same truth give the rate."""
    truth = validity.Truth(10, 1.5, 0.1)
    rates = validity.false_alarms(detector, truth, 4.0, 3, seed=11, years=40)
    assert np.mean(rates) == pytest.approx(4.0, rel=0.25)  # 0.2, and chance of 120 years


def test_a_doubling_is_seen_while_it_lasts():
    truth = validity.Truth(10, 1.5, 0.1)
    assert validity.outbreaks_seen("farrington", truth, 1.0, 2, seed=3) > 0.8
    assert validity.outbreaks_seen("cusum", truth, 1.0, 2, seed=3) > 0.8


def test_a_rare_series_does_not_alarm_at_the_first_case():
    counts = np.zeros((1, 5 * 52 + 3 + 10))
    counts[0, ::40] = 1
    settings = settings_for("week", 5 * 52 + 3)
    limit = budget.limit(counts, 5 * 52 + 3, "farrington", settings, 5.0)
    assert limit.limit >= detectors.LEAST["farrington"]
    assert limit.a_year < 5.0
    found = detectors.scores(counts, range(5 * 52 + 3, counts.shape[1]), "farrington", settings)
    assert not detectors.alarms(found, limit.limit).any()


def test_the_same_seed_gives_the_same_limit():
    counts = validity.Truth(5, 1.2, 0.0).draw(np.random.default_rng(1), 2, 5 * 52 + 10)
    settings = settings_for("week", 5 * 52 + 3)
    one, two = (budget.limit(counts, 263, "farrington", settings, 8.0, seed=4) for _ in range(2))
    assert one == two


def test_a_part_that_did_not_rise_is_no_driver():
    def series(substance: str, now: int) -> Watched:
        counts = np.full(60, 5.0)
        counts[-4:] = now
        empty = np.zeros(60, dtype=bool)
        return Watched("deaths", "deaths", "d", substance, "", "week", 0, counts, empty)

    parts = [series("fentanyl", 15), series("cocaine", 5)]
    (found,) = drivers.drivers(series("any", 20), 59, parts)
    assert (found.name, found.cases, found.expected) == ("fentanyl", 60, 20.0)


@pytest.mark.parametrize(
    ("more", "first"),
    [
        (("--until", "2014-12-29", "--last", "104", "--detector", "c2", "--substance", "fentanyl"),
         "2013-10-21"),
        (("--until", "2016-12-26", "--last", "100"), "2015-07-06"),
        (("--until", "2016-12-26", "--last", "100", "--detector", "cusum"), "2015-06-29"),
    ],
)  # fmt: skip
def test_fentanyl_in_connecticut_is_told_when_the_page_says(
    more, first, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("OFFRAMP_DATA", str(tmp_path))
    mapping = str(CASE / "reader.toml")
    take_in = ["data", "import", str(CASE / "weeks.csv"), "--mapping", mapping]
    assert main([*take_in, "--place", str(CASE)]) == 0
    capsys.readouterr()
    code, out, err = alerts(CASE, capsys, *more, "--json")
    assert code == 0, err
    told = json.loads(out)["alerts"]
    assert min(alert["period"] for alert in told) == first
    page = (Path(__file__).parents[1] / "docs" / "alerts.md").read_text(encoding="utf-8")
    assert first in page
    if "farrington" in json.loads(out)["detector"]:
        assert [d["name"] for d in told[0]["drivers"]] == ["fentanyl"]
