"""What is wrong with an option is told before anything is simulated."""

from __future__ import annotations

from dataclasses import replace

import pytest

from offramp.catalogue.load import load as load_catalogue
from offramp.catalogue.problems import InputError
from offramp.place.load import load as load_place
from offramp.plan.calibration.cells import window
from offramp.plan.calibration.sense import check_sense
from offramp.plan.compare import plan
from tests.small_world import SOUTH_WALES


def test_a_lever_behind_which_nothing_stands_is_told_before_any_work():
    known = load_catalogue()
    option = known.options["police-naloxone"]
    lever = option.levers[0].model_copy(update={"parameter": "kit_rte", "evidence": "nobody"})
    wrong = option.model_copy(update={"levers": [lever]})
    changed = replace(known, options={**known.options, option.id: wrong})
    with pytest.raises(InputError) as told:
        plan(load_place(SOUTH_WALES), changed, options=[option.id], posterior=False)
    assert "kit_rate" in str(told.value) and "'nobody'" in str(told.value)


def test_so_is_a_lever_of_an_option_that_runs_here_and_is_not_asked_for():
    known, place = load_catalogue(), load_place(SOUTH_WALES)
    option = known.options["police-naloxone"]
    assert option.id in {practice.option for practice in place.resolved.practice}
    lever = option.levers[0].model_copy(update={"parameter": "kit_rte"})
    wrong = option.model_copy(update={"levers": [lever]})
    changed = replace(known, options={**known.options, option.id: wrong})
    with pytest.raises(InputError, match="kit_rate"):
        plan(place, changed, options=["recorded-warning"], posterior=False)
    with pytest.raises(InputError, match="kit_rate"):
        check_sense(place, changed, window(place))


@pytest.mark.parametrize("parameter", ["overdose_rate", "overdose_level"])
def test_a_lever_on_what_no_option_may_move_is_told_before_any_work(parameter: str):
    known = load_catalogue()
    option = known.options["police-naloxone"]
    lever = option.levers[0].model_copy(update={"parameter": parameter})
    wrong = option.model_copy(update={"levers": [lever]})
    changed = replace(known, options={**known.options, option.id: wrong})
    with pytest.raises(InputError) as told:
        plan(load_place(SOUTH_WALES), changed, options=[option.id], posterior=False)
    (problem,) = told.value.problems
    assert problem.file.endswith("police-naloxone.toml") and problem.line > 0
    assert problem.problem == f"is {parameter!r}, which no option may move"
    assert "parameters.md" in problem.right
