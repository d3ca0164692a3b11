"""Every parameter is declared once, rests on something, and moves something."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from offramp.model import tallies as t
from offramp.model.parameters import INDEX, NAMES, declared
from offramp.model.parameters.table import table
from offramp.model.priors import of_record
from offramp.place.load import load as load_place
from offramp.plan import ensemble
from offramp.plan.ensemble import set_up, simulate
from offramp.plan.measures import measured
from offramp.plan.money import cost
from tests.calibration_place import case_of
from tests.small_world import SOUTH_WALES, catalogue, rows_with, world

ROOT = Path(__file__).parents[1]
OPTIONS = ("officer-led-deflection", "leave-equipment-alone", "police-naloxone")
# A place where everything happens often enough to be seen among few people.
BUSY = {
    "disruption_causal": 1.0,
    "caseload_places": 1e5,
    "shift_to_deflection": 0.4,
    "shift_to_resolution": 0.2,
    "ends_arrest": 0.5,
    "enforcement": 6.0,
    "enforcement_focus": 2.0,
    "call_protection": 0.5,
    "followup_reach": 0.5,
    "oat_places": 0.9,
    "social_referral": 0.2,
    "site_share": 0.2,
    "warrant_from_charge": 0.6,
    "warrant_arrest": 0.05,
}  # fmt: skip
PARAMETERS = list(declared().values())
FITTED = [p.name for p in PARAMETERS if p.fitted]
# Used only where a place has no series of its own; South Wales has them all.
WITHOUT_SERIES = {"overdose_level", "acquisitive_level", "violent_level"}
UNFITTED = [p.name for p in PARAMETERS if not p.fitted and p.name not in WITHOUT_SERIES]


def test_the_page_of_parameters_is_the_one_that_the_command_prints():
    page = (ROOT / "docs" / "model" / "parameters.md").read_text(encoding="utf-8")
    assert page == table(catalogue().evidence)


def test_calibration_draws_what_the_page_says():
    drawn = case_of(SOUTH_WALES).unknowns.inputs
    for p in PARAMETERS:
        given = f"evidence:{p.evidence}" in drawn or f"place:{p.place}" in drawn
        assert p.calibratable is (given or p.fitted), p.name


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda p: p.name)
def test_a_declaration_is_whole(parameter):
    assert (parameter.evidence is None) or parameter.evidence in catalogue().evidence
    sources = (parameter.evidence, parameter.place, parameter.value)
    assert any(source is not None for source in sources)
    assert len(parameter.meaning) > 8 and parameter.unit
    low, high = parameter.limits
    assert low < high
    if parameter.evidence is not None:
        record = catalogue().evidence[parameter.evidence]
        assert record.unit == parameter.unit, "the record is in another unit"
        assert record.estimate is not None and low <= record.estimate <= high
        middle = of_record(record).at(np.array([0.5]))[0]
        assert low <= middle <= high
    if parameter.kind == "judgement":
        assert catalogue().evidence[parameter.evidence].why, "a judgement says why"
    if parameter.lever:
        assert parameter.bounds is not None


def test_every_parameter_is_used_by_name_in_the_code():
    """`at.name`, `INDEX["name"]`, `record("judge_name")` or p("name") somewhere."""
    code = "".join(
        path.read_text(encoding="utf-8")
        for room in ("model", "plan")
        for path in (ROOT / "src" / "offramp" / room).rglob("*.py")
    )

    def used(name: str) -> bool:
        record = declared()[name].evidence or "judge_-"
        words = (f"at.{name}]", f'"{name}"', f'{record}"', f'"{record.removeprefix("judge_")}"')
        return any(word in code for word in words)

    unused = [name for name in NAMES if not used(name)]
    assert unused == []


@cache
def busy_place():
    """South Wales without its services and practice, with HIV, and with two areas."""
    place = load_place(SOUTH_WALES)
    source = {"source": "made up for this test"}
    people = place.resolved.people.model_dump()
    people |= {
        "hiv": {"value": 0.8, **source},
        "areas": [{"name": "Centre", "people": {"value": 0.4, **source}}],
    }
    people = type(place.resolved.people).model_validate(people)
    update = {"people": people, "services": {}, "practice": []}
    return replace(place, resolved=place.resolved.model_copy(update=update))


def outcome(monkeypatch: pytest.MonkeyPatch, key: str = "", at: float = 0.5, **rows: float):
    """All that is computed in one small draw, with one input at another point of its prior."""

    def middle(names, draws, seed):
        return {name: np.full(draws, at if name == key else 0.5) for name in names}

    monkeypatch.setattr(ensemble.uncertain, "uniforms", middle)
    listed = [*(catalogue().options[name] for name in OPTIONS), catalogue().comparison]
    setup = set_up(busy_place(), catalogue(), listed, 1, 1, 900, 3)
    values = setup.rows.copy()
    for name, value in (BUSY | rows).items():
        if f"evidence:{declared()[name].evidence}" != key:
            values[:, INDEX[name]] = value
    setup = replace(setup, rows=values)
    runs = simulate(setup, 1)
    found = measured(setup, runs)
    costs = [cost(setup, o, k, found) for k, o in enumerate(setup.options, 1)]
    parts = [runs.total, runs.strata, *found.value.values(), *found.quantities.values()]
    parts += [c.net for c in costs if c.net is not None]
    return np.concatenate([np.ravel(part) for part in parts])


@cache
def usual():
    with pytest.MonkeyPatch.context() as patch:
        return outcome(patch)


@pytest.mark.parametrize("name", UNFITTED)
def test_it_moves_some_output(name, monkeypatch):
    parameter = declared()[name]
    if name == "disruption_causal":
        moved = outcome(monkeypatch, disruption_causal=0.0)
    elif parameter.evidence is not None:
        moved = outcome(monkeypatch, f"evidence:{parameter.evidence}", 0.97)
    else:
        high = (parameter.bounds or (0.0, 1.0))[1]
        now = parameter.value if parameter.value is not None else 0.5
        value = now * 1.7 + 0.2 if high > 2 else 0.83
        moved = outcome(monkeypatch, **{name: 2.0 if name == "steps_a_week" else value})
    assert not np.array_equal(moved, usual())


@pytest.mark.parametrize("name", sorted(FITTED))
def test_a_fitted_one_moves_what_it_is_fitted_to(name):
    of = world(3)
    assert not np.array_equal(
        of.scenario(rows_with(of)),
        of.scenario(rows_with(of, **{name: of.fitted.row[INDEX[name]] * 1.5})),
    )


@pytest.mark.parametrize("name", sorted(WITHOUT_SERIES))
def test_levels_stand_in_where_a_place_has_no_series(name, monkeypatch):
    place = load_place(SOUTH_WALES)
    bare = replace(place, resolved=place.resolved.model_copy(update={"outcomes": []}), series={})

    def of(at: float):
        monkeypatch.setattr(
            ensemble.uncertain, "uniforms",
            lambda names, draws, _: {
                n: np.full(draws, at if n == f"evidence:{declared()[name].evidence}" else 0.5)
                for n in names
            },
        )  # fmt: skip
        setup = set_up(bare, catalogue(), [catalogue().comparison], 1, 1, 500, 3)
        return simulate(setup, 1).total[0, 0]

    column = {"overdose_level": t.OVERDOSE_DEATHS, "acquisitive_level": t.ACQUISITIVE,
              "violent_level": t.VIOLENT}[name]  # fmt: skip
    assert of(0.95)[column] > 1.2 * of(0.5)[column]
