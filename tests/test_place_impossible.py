"""Numbers that cannot be, countries that are none, and series that are used twice."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from offramp.catalogue.problems import InputError
from offramp.place.improve import Question
from offramp.place.load import load
from offramp.place.prefilled import prefilled, prefilled_ids
from offramp.place.save import save
from tests.test_place_bad_input import GOOD, deaths, figure, only, place, problems

ROWS = "period,count\n2019-Q1,9\n2019-Q2,3\n"


def ranged(value: float, low: float, high: float) -> str:
    return figure(value, f", low = {low}, high = {high}")


@pytest.mark.parametrize(
    ("text", "field", "said"),
    [
        (
            f"[people]\nresidents = {figure(1000)}\npeople_who_use = {ranged(50, 20, 5000)}",
            "people.people_who_use.high",
            "more than the 1,000 residents",
        ),
        (
            f"[people]\nresidents = {figure(260_000)}\nin_treatment = {figure(250_000)}",
            "people.in_treatment.value",
            "give people.people_who_use",
        ),
        (
            f"[people]\nin_treatment = {figure(500_000)}",
            "people.in_treatment.value",
            "give people.residents",
        ),
        (
            f"[people]\nresidents = {figure(1000)}\n"
            f"[contacts]\nsearches_drug_year = {figure(9e10)}",
            "contacts.searches_drug_year.value",
            "of 1,000 residents",
        ),
        (
            f"[contacts]\nsearches_drug_year = {figure(9e10)}",
            "contacts.searches_drug_year.value",
            "give people.residents",
        ),
        (
            '[[people.groups]]\nname = "A group"\n'
            f"residents = {figure(10)}\nsearches_drug_year = {figure(5000)}",
            "people.groups[1].searches_drug_year.value",
            "more than 10 searches a year",
        ),
        (
            f"[custody]\ncharged = {figure(0.9)}\nsentenced = {figure(0.2)}",
            "custody.charged.value",
            "who are not sentenced",
        ),
        (
            f"[custody]\nsentenced = {figure(0.9)}",  # the world's preset: charged 0.25
            "custody.charged.value",
            "who are not sentenced",
        ),
        (
            f"[people]\nresidents = {figure(1000)}\n"
            f"[custody]\narrests_year = {ranged(900, 100, 1e5)}",
            "custody.arrests_year.high",
            "of 1,000 residents",
        ),
        (
            f"[people]\npeople_who_use = {ranged(300, 0, 900)}",
            "people.people_who_use.low",
            "above 0; or leave low and high out",
        ),
        (f"[agency]\nhours_search = {ranged(0.5, 1e-9, 2)}", "agency.hours_search.low", "above 0"),
        (
            f"[people]\nmean_age = {ranged(40, 30, 400)}",
            "people.mean_age.high",
            "between 12 and 90",
        ),
    ],
)
def test_a_number_that_cannot_be_is_told(tmp_path: Path, text: str, field: str, said: str) -> None:
    found = only(place(tmp_path, text))
    assert found.field == field
    assert found.line > 3
    assert said in f"{found.problem}; {found.right}"


def test_numbers_that_may_be_0_or_begin_there_are_no_fault(tmp_path: Path) -> None:
    text = f"""
[people]
residents = {figure(100_000)}
people_who_use = {ranged(700, 300, 2000)}
in_treatment = {ranged(300, 100, 1900)}
daily = {ranged(0.5, 0, 1)}
[contacts]
searches_drug_year = {ranged(0, 0, 40)}
[services.agonist_treatment]
exists = "yes"
waiting_weeks = {ranged(3, 0, 20)}
"""
    notes = load(place(tmp_path, text)).warnings
    assert len(notes) == 2 and all(note.startswith("people.daily is 0.5") for note in notes)


def test_an_answer_that_cannot_be_is_not_saved(tmp_path: Path) -> None:
    """Else the next question could not be asked: the file would be refused."""
    folder = place(tmp_path, f"[people]\nresidents = {figure(100_000)}\n")
    before = (folder / "place.toml").read_bytes()
    asked = Question("people.in_treatment", "number", "How many?", "", "", "", 1.0)
    entry = {"value": 90_000, "source": "a report"}
    assert "give people.people_who_use" in save(folder / "place.toml", asked, entry)
    assert (folder / "place.toml").read_bytes() == before


def country(folder: Path, code: str) -> Path:
    (folder / "place.toml").write_text(GOOD.replace("KE", code), encoding="utf-8")
    return folder


@pytest.mark.parametrize(("code", "right"), [("UK", '"GB"'), ("XQ", "ISO 3166"), ("EL", '"GR"')])
def test_a_country_that_is_none_is_told(tmp_path: Path, code: str, right: str) -> None:
    found = only(country(tmp_path, code))
    assert (found.line, found.field, found.problem) == (2, "country", f'is "{code}"')
    assert right in found.right


@pytest.mark.parametrize("code", ["GB", "XK", "ZW"])
def test_every_country_has_its_code(tmp_path: Path, code: str) -> None:
    assert load(country(tmp_path, code)).place.country == code


@pytest.mark.parametrize("limit", ["<0", "< 0", "<9999999999999"])
def test_a_limit_that_cannot_be_is_told(tmp_path: Path, limit: str) -> None:
    found = only(place(tmp_path, deaths(), deaths=ROWS + f"2019-Q3,{limit}\n"))
    assert (found.line, found.field) == (4, "count")
    assert "above 0" in found.right


@pytest.mark.parametrize("name", ["./deaths.csv", "more/../deaths.csv", "linked.csv"])
def test_one_file_under_two_names_is_used_twice(tmp_path: Path, name: str) -> None:
    folder = place(tmp_path, deaths(), deaths=ROWS)
    (folder / "linked.csv").symlink_to(folder / "deaths.csv")
    again = deaths().replace('"deaths"', '"again"', 1).replace('"deaths.csv"', f'"{name}"')
    (folder / "place.toml").write_text(GOOD + deaths() + again, encoding="utf-8")
    (found, *other) = problems(folder)
    assert found.field == "outcomes[2].file"
    assert ("used twice" in found.right) or name.startswith("more")  # ".." is refused by itself
    assert all(".." in name for _ in other)


@pytest.mark.parametrize("more", ["", 'of = "deaths"'])
def test_arrests_of_one_file_are_used_once(tmp_path: Path, more: str) -> None:
    arrests = deaths().replace('"deaths"', '"one"', 1).replace("deaths.csv", "arrests.csv")
    arrests = arrests.replace('measure = "deaths"', 'measure = "possession_arrests"')
    two = arrests + 'of = "deaths"\n' + arrests.replace('"one"', '"two"') + more
    found = only(place(tmp_path, deaths() + two, deaths=ROWS, arrests=ROWS))
    assert found.field == "outcomes[3].file"
    assert 'counts what "one" counts' in found.problem


def test_one_file_is_not_two_measures(tmp_path: Path) -> None:
    again = deaths().replace('"deaths"', '"calls"', 1)
    again = again.replace('measure = "deaths"', 'measure = "ambulance_overdoses"')
    found = only(place(tmp_path, deaths() + again, deaths=ROWS))
    assert found.problem == 'is the file of "deaths", which counts deaths'


def test_every_fault_comes_at_once(tmp_path: Path) -> None:
    text = f"""
[people]
residents = {figure(1000)}
people_who_use = {ranged(50, 0, 5000)}
[contacts]
searches_drug_year = {figure(9e10)}
{deaths()}{deaths().replace('"deaths"', '"again"', 1)}
"""
    country(tmp_path, "UK")
    (tmp_path / "deaths.csv").write_text(ROWS + "2019-Q3,<0\n", encoding="utf-8")
    (tmp_path / "place.toml").write_text(GOOD.replace("KE", "UK") + text, encoding="utf-8")
    assert {found.field for found in problems(tmp_path)} == {
        "country",
        "people.people_who_use.low",
        "people.people_who_use.high",
        "contacts.searches_drug_year.value",
        "outcomes[2].file",
        "count",
    }


def test_every_place_that_ships_or_can_be_written_is_possible(tmp_path: Path) -> None:
    for shipped in sorted(Path(__file__).parents[1].glob("places/*/place.toml")):
        load(shipped)
    for number, which in enumerate(prefilled_ids()):
        folder = tmp_path / str(number)
        folder.mkdir()
        for name, text in prefilled(which, date(2026, 11, 1)).files.items():
            (folder / name).write_text(text, encoding="utf-8")
        try:
            load(folder)
        except InputError as error:
            pytest.fail(f"{which}: {error}")


def test_people_who_use_without_a_range_may_be_fewer_than_the_high_end_of_those_treated(
    tmp_path: Path,
) -> None:
    """The plan does not take a number without a range as exact."""
    said = """[people]
residents = { value = 90000, source = "a census" }
people_who_use = { value = 1000, source = "a report" }
in_treatment = { value = 900, low = 700, high = 1100, source = "a clinic" }
"""
    assert load(place(tmp_path, said)).place.people.in_treatment is not None
    wide = said.replace("value = 1000,", "value = 450, low = 300, high = 950,")
    assert only(place(tmp_path, wide)).field == "people.in_treatment.high"


def test_more_people_who_use_than_residents_that_nobody_gave(tmp_path: Path) -> None:
    said = '[people]\npeople_who_use = { value = 200000, source = "a report" }'
    found = only(place(tmp_path, said))
    assert found.field == "people.people_who_use.value" and found.right == "give people.residents"
