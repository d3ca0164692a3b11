"""What a place leaves out is filled from presets, marked, and with a range."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import pytest

from offramp.catalogue.load import load as load_catalogue
from offramp.place.consistency import ENDS
from offramp.place.load import LoadedPlace, load
from offramp.place.preset import Preset, preset_ids, read_preset
from offramp.place.provenance import Known
from offramp.place.resolve import COSTS, product
from offramp.place.schema import (
    HAZARD_TOPICS,
    LAW_TOPICS,
    SERVICES,
    Count,
    Figure,
    Section,
    Share,
)

START = 'name = "Smallville"\ncountry = "{}"\nas_of = 2026-11-20\n'
NEEDED = {
    "people": (
        "residents adults people_who_use inject use_opioids use_stimulants daily unstable_housing "
        "benzodiazepines_or_alcohol women mean_age in_treatment hiv hcv"
    ),
    "agency": (
        "officers hours_search hours_warning hours_resolution hours_referral hours_arrest "
        "hours_overdose"
    ),
    "contacts": (
        "searches_drug_year found ends_no_action ends_warning ends_resolution ends_referral "
        "ends_arrest simulated_share drug_offences_year possession_arrests_year felt_unfair"
    ),
    "custody": (
        "arrests_year charged sentenced days_detention days_remand days_sentence treatment_kept "
        "treatment_started released_with_naloxone"
    ),
    "money": " ".join([*COSTS, "discount"]),
}


def place(folder: Path, text: str = "", country: str = "KE") -> LoadedPlace:
    (folder / "place.toml").write_text(START.format(country) + text, encoding="utf-8")
    return load(folder)


def figures(section: Section) -> list[tuple[str, Figure]]:
    found = []
    for name in type(section).model_fields:
        value = getattr(section, name)
        if isinstance(value, Figure):
            found.append((name, value))
        elif isinstance(value, Section):
            found += figures(value)
        elif isinstance(value, dict):
            for item in value.values():
                found += figures(item) if isinstance(item, Section) else []
    return found


def known(loaded: LoadedPlace, field: str) -> Known:
    return next(item for item in loaded.provenance() if item.field == field)


@pytest.mark.parametrize("country", ["KE", "GB", "BR", "RU"])
def test_every_number_that_the_model_needs_is_there_with_a_range(
    tmp_path: Path, country: str
) -> None:
    resolved = place(tmp_path, country=country).resolved
    for section, names in NEEDED.items():
        for name in names.split():
            figure = getattr(getattr(resolved, section), name)
            assert figure is not None, f"{section}.{name}"
            assert figure.low is not None and figure.high is not None, f"{section}.{name}"
            assert figure.low <= figure.value <= figure.high
            assert figure.basis in ("preset", "judged")
    assert resolved.money.currency and resolved.money.price_year


def test_a_number_of_the_place_is_never_replaced(tmp_path: Path) -> None:
    text = '[people]\nresidents = { value = 5000, source = "census", on = 2021 }\n'
    loaded = place(tmp_path, text)
    item = known(loaded, "people.residents")
    assert (item.value, item.basis, item.source) == (5000, "local", "census")
    assert item.age == pytest.approx(5.4, abs=0.1)
    assert known(loaded, "agency.officers").value == pytest.approx(15)  # 3 per 1,000


def test_the_presets_of_a_place_never_include_a_region_that_it_does_not_name(
    tmp_path: Path,
) -> None:
    scotland = place(tmp_path, country="GB")
    assert scotland.presets == ("world",)
    assert scotland.resolved.law == {}
    assert "england-wales" in scotland.warnings[0]
    cardiff = place(tmp_path, 'preset = "england-wales"\n', country="GB")
    assert cardiff.presets == ("england-wales", "world")
    assert all(fact.basis == "preset" for fact in cardiff.resolved.law.values())


def test_a_topic_that_the_place_calls_unknown_stays_unknown(tmp_path: Path) -> None:
    text = 'preset = "england-wales"\n[law]\nequipment = { status = "unknown" }\n'
    law = place(tmp_path, text, country="GB").resolved.law
    assert law["equipment"].status == "unknown"
    assert law["naloxone_police"].status != "unknown"


@pytest.mark.parametrize(
    "own", [{}, {"ends_warning": 0.6}, {"ends_warning": 0.9, "ends_arrest": 0.1}]
)
def test_how_contacts_end_adds_up_to_one(tmp_path: Path, own: dict[str, float]) -> None:
    lines = [f'{name} = {{ value = {value}, source = "records" }}' for name, value in own.items()]
    contacts = place(tmp_path, "[contacts]\n" + "\n".join(lines)).resolved.contacts
    values = [getattr(contacts, name) for name in ENDS]
    assert sum(figure.value for figure in values) == pytest.approx(1)
    assert all(f.low <= f.value <= f.high for f in values if f.basis != "local")
    for name, value in own.items():
        assert getattr(contacts, name).value == value


def test_opioids_and_stimulants_of_place_and_preset_fit_together(tmp_path: Path) -> None:
    text = '[people]\nuse_stimulants = { value = 0.95, source = "survey" }\n'
    people = place(tmp_path, text).resolved.people
    assert people.use_opioids is not None and people.use_stimulants is not None
    assert people.use_opioids.value + people.use_stimulants.value <= 1 + 1e-12
    assert people.use_stimulants.value == 0.95


def test_what_is_used_most_moves_what_people_are_taken_to_use(tmp_path: Path) -> None:
    opioids = place(tmp_path, '[people]\nmainly_used = "opioids"\n').resolved.people
    stimulants = place(tmp_path, '[people]\nmainly_used = "stimulants"\n').resolved.people
    assert opioids.use_opioids is not None and stimulants.use_opioids is not None
    assert opioids.use_opioids.value > stimulants.use_opioids.value
    assert opioids.in_treatment is not None and stimulants.in_treatment is not None
    assert opioids.in_treatment.value > stimulants.in_treatment.value


def test_costs_in_another_currency_are_converted(tmp_path: Path) -> None:
    text = (
        '[money]\ncurrency = "KES"\nprice_year = 2024\n'
        'units_per_usd = { value = 130, source = "central bank" }\n'
        'officer_hour = { value = 700, source = "pay scale" }\n'
    )
    money = place(tmp_path, text).resolved.money
    world = read_preset("world").money
    assert money.officer_hour is not None and money.officer_hour.value == 700
    assert money.prison_day is not None and world.prison_day is not None
    assert money.prison_day.value == pytest.approx(130 * world.prison_day.value)
    assert money.discount is not None and world.discount is not None
    assert money.discount.value == world.discount.value


def test_the_range_of_a_product_combines_both_ranges() -> None:
    rate = Share(value=0.1, low=0.05, high=0.2, source="ours", basis="judged")
    base = Count(value=1000, low=500, high=2000, source="ours")
    found = product(rate, base)
    wider = math.exp(math.hypot(math.log(2), math.log(2)))
    assert found.value == pytest.approx(100)
    assert found.low == pytest.approx(100 / wider, rel=1e-4)
    assert found.high == pytest.approx(100 * wider, rel=1e-4)
    assert found.basis == "judged"


def test_the_hash_changes_with_every_file_and_not_with_line_ends(tmp_path: Path) -> None:
    text = """
[[outcomes]]
id = "deaths"
measure = "deaths"
file = "deaths.csv"
definition = "all"
date_basis = "registration"
period = "year"
in_scope = { value = 0.5, source = "a study" }
source = "a register"
"""
    (tmp_path / "deaths.csv").write_bytes(b"period,count\n2019,4\n2020,5\n")
    first = place(tmp_path, text)
    assert [row.count for row in first.series["deaths"]] == [4, 5]
    (tmp_path / "deaths.csv").write_bytes(b"period,count\r\n2019,4\r\n2020,5\r\n")
    assert load(tmp_path).hash == first.hash
    (tmp_path / "deaths.csv").write_bytes(b"period,count\n2019,4\n2020,6\n")
    assert load(tmp_path).hash != first.hash


@pytest.mark.parametrize("preset_id", preset_ids())
def test_every_figure_of_a_preset_has_a_range_and_a_reason(preset_id: str) -> None:
    preset = read_preset(preset_id)
    assert preset.id == preset_id
    evidence = load_catalogue().evidence
    for name, figure in figures(preset):
        assert figure.basis in ("preset", "judged"), name
        assert figure.low is not None and figure.high is not None, name
        assert figure.evidence or figure.note or len(figure.source) > 20, name
        if figure.evidence:
            assert figure.evidence in evidence, f"{name}: no record {figure.evidence}"


@pytest.mark.parametrize("preset_id", preset_ids())
def test_presets_use_known_topics_and_services_only(preset_id: str) -> None:
    preset = read_preset(preset_id)
    assert set(preset.law) <= {*LAW_TOPICS, *HAZARD_TOPICS}
    assert set(preset.services) <= set(SERVICES)
    assert all(fact.on is None or fact.on <= date(2026, 12, 31) for fact in preset.law.values())


def test_the_world_preset_knows_no_law_and_no_services() -> None:
    world: Preset = read_preset("world")
    assert (world.law, world.services) == ({}, {})
