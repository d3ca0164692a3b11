"""Levers: how an option moves parameters in time, and how published effects are carried."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from offramp.catalogue.schema import Lever
from offramp.model.levers import keys_of, moves_of, path, practised, progress, values
from offramp.model.parameters import INDEX, NAMES, declared
from tests.small_world import catalogue, option_that

WEEKS = 12
ONE_DRAW = np.array([0.5])  # every uncertain number at its estimate
RECORDS = catalogue().evidence
RATIO, SHARE = "oat_ret12", "judge_found_simulated"


def record(estimate, low=None, high=None, design="cohort", prior="lognormal", unit="ratio"):
    """A record of the catalogue with other numbers."""
    interval = {"low": low, "high": high, "level": 0.95} if low is not None else None
    base = RECORDS["judge_more_arrests_size"]
    made = base.model_copy(
        update={
            "id": "made_up",
            "estimate": estimate,
            "design": design,
            "prior": prior,
            "unit": unit,
        }
    )
    kind = type(base.interval)
    return made.model_copy(update={"interval": kind(**interval) if interval else None})


def today(**given):
    row = np.zeros((1, len(NAMES)))
    for name, value in given.items():
        row[0, INDEX[name]] = value
    return row


def moved(parameter, before, record_, *, rest=1.0, fidelity=1.0, weeks=WEEKS, **lever):
    """Values week by week of a parameter under one lever, all numbers at their estimates."""
    option = option_that(
        "recorded-warning", {"parameter": parameter, "evidence": "made_up", **lever}
    )
    shares = [lever[key] for key in ("reach", "refreshed") if key in lever]
    records = {"made_up": record_} | {name: RECORDS[name] for name in shares}
    names = {key for one in option.levers for key in keys_of(one, record_)}
    uniforms = dict.fromkeys(names, ONE_DRAW)
    rows = today(**{parameter: before})
    moves = moves_of(option, records, uniforms, np.array([fidelity]), rows)
    return path(rows[0], moves, 0, rest, weeks)[:, INDEX[parameter]]


def test_set_multiply_and_add_from_the_first_week_without_a_ramp():
    assert moved("unfair_contact", 0.4, record(0.1), moves="set") == pytest.approx(0.1)
    assert moved("unfair_contact", 0.4, record(0.5), moves="multiply") == pytest.approx(0.2)
    assert moved("unfair_contact", 0.4, record(0.3), moves="add") == pytest.approx(0.7)


def test_a_ramp_rises_in_a_straight_line():
    found = moved("social_referral", 0.0, record(0.8), moves="set", ramp_weeks=4)
    assert found[:6] == pytest.approx([0.2, 0.4, 0.6, 0.8, 0.8, 0.8])
    ratio = moved("enforcement", 1.0, record(0.25), moves="multiply", ramp_weeks=2)
    assert ratio[:3] == pytest.approx([0.5, 0.25, 0.25])  # half way on the log scale


def test_a_rule_that_fades_has_half_its_effect_after_its_half_life():
    lever = {"moves": "set", "ramp_weeks": 2, "half_life_weeks": 4}
    found = moved("social_referral", 0.0, record(0.8), **lever)
    assert found[1] == pytest.approx(0.8)
    assert found[5] == pytest.approx(0.4)
    assert found[9] == pytest.approx(0.2)
    assert progress(6, 2, 4) == pytest.approx([0.5, 1, 2**-0.25, 2**-0.5, 2**-0.75, 0.5])
    far = progress(520, 26, 104)  # long after: nothing brings it back
    assert far[25 + 104 * 4] == pytest.approx(1 / 16)


@pytest.mark.parametrize("back", [0.0, 0.3, 0.7, 1.0])
@pytest.mark.parametrize(("ramp", "half"), [(0, 104), (26, 104), (52, 30)])
def test_a_refresher_a_year_brings_back_its_share_of_what_has_faded(back, ramp, half):
    by_hand, stands = [], 1.0  # week by week: it fades, and once a year some of it comes back
    for week in range(1, 521):
        if week <= ramp:
            by_hand.append(week / ramp)
            continue
        stands *= 0.5 ** (1 / half)
        if (week - ramp) % 52 == 0:
            stands += back * (1 - stands)
        by_hand.append(stands)
    assert progress(520, ramp, half, back) == pytest.approx(by_hand)


def test_an_option_that_pays_for_refreshers_keeps_more():
    fades = {"moves": "set", "ramp_weeks": 26, "half_life_weeks": 104, "weeks": 260}
    alone = moved("social_referral", 0.0, record(0.8), **fades)
    kept = moved("social_referral", 0.0, record(0.8), refreshed=SHARE, **fades)
    back = RECORDS[SHARE].estimate
    year = 26 + 52
    assert kept[: year - 1] == pytest.approx(alone[: year - 1])
    assert kept[year - 1] == pytest.approx(alone[year - 1] + back * (0.8 - alone[year - 1]))
    assert (kept[year - 1 :] > alone[year - 1 :]).all() and kept.max() <= np.float32(0.8)


def test_reach_scales_the_move():
    reach = RECORDS[SHARE].estimate
    lever = {"reach": SHARE}
    assert moved("unfair_contact", 0.4, record(0.1), moves="set", **lever) == pytest.approx(
        0.4 + reach * (0.1 - 0.4)
    )
    assert moved("unfair_contact", 0.4, record(0.5), moves="multiply", **lever) == pytest.approx(
        0.4 * 0.5**reach
    )
    assert moved("unfair_contact", 0.4, record(0.3), moves="add", **lever) == pytest.approx(
        0.4 + reach * 0.3
    )


def test_an_option_that_runs_already_adds_only_the_rest():
    assert moved("unfair_contact", 0.4, record(0.1), moves="set", rest=0.25) == pytest.approx(
        0.4 + 0.25 * (0.1 - 0.4)
    )
    assert moved("unfair_contact", 0.4, record(0.5), moves="multiply", rest=0.25) == pytest.approx(
        0.4 * 0.5**0.25
    )
    assert moved("unfair_contact", 0.4, record(0.1), moves="set", rest=0.0) == pytest.approx(0.4)


def test_values_stay_within_the_bounds_of_the_parameter():
    assert declared()["unfair_contact"].bounds == (0, 1)
    assert moved("unfair_contact", 0.9, record(0.3), moves="add") == pytest.approx(1.0)
    assert moved("unfair_contact", 0.2, record(-0.5, prior="normal"), moves="add") == pytest.approx(
        0.0
    )
    assert moved("enforcement", 1.0, record(100.0), moves="multiply") == pytest.approx(20.0)


def test_where_the_prior_is_without_the_option_today_is_what_is_practised():
    without = [name for name, p in declared().items() if p.without]
    assert "police_carry" in without
    option = option_that(
        "police-naloxone", {"parameter": "police_carry", "moves": "set", "evidence": "made_up"}
    )
    one = record(0.8, design="judgement")
    uniforms = {"evidence:made_up": ONE_DRAW}
    rows = today(police_carry=0.02)
    moves = moves_of(option, {"made_up": one}, uniforms, np.ones(1), rows)
    running = practised([(option, moves, np.array([0.3]))], rows)
    assert running[0, INDEX["police_carry"]] == pytest.approx(0.3)
    # the option takes it from there to 0.8: nothing is taken off twice
    after = path(running[0], moves, 0, 0.7, WEEKS)[:, INDEX["police_carry"]]
    assert after == pytest.approx(0.8)
    # and one that runs further than the record says is not turned back
    far = practised([(option, moves, np.array([0.9]))], rows)
    assert path(far[0], moves, 0, 0.1, WEEKS)[:, INDEX["police_carry"]] == pytest.approx(0.9)


def test_what_a_study_set_is_scaled_by_how_well_it_is_done_here_and_a_judgement_is_not():
    study, ours = record(0.5), record(0.5, design="judgement")
    lever = {"moves": "set", "fidelity": 0.6}
    assert moved("social_referral", 0.0, study, **lever) == pytest.approx(0.3)
    assert moved("social_referral", 0.0, ours, **lever) == pytest.approx(0.5)


DRAWS = 4096
U = (np.arange(DRAWS) + 0.5) / DRAWS


def carried(design, one, transport=True):
    lever = Lever(parameter="engaged_offending", moves="multiply", evidence="made_up",
                  design=design, ramp_weeks=0)  # fmt: skip
    rng = np.random.default_rng(1)
    uniforms = {key: rng.permutation(U) for key in keys_of(lever, one)}
    return values(lever, one, uniforms, np.ones(DRAWS), transport)


@pytest.mark.parametrize(
    ("design", "shrink"),
    [("randomised", 1.0), ("strong", 0.8), ("weak", 0.6), ("before_after", 0.4)],
)
def test_a_published_ratio_shrinks_by_its_design_and_its_spread_grows(design, shrink):
    one = record(0.6, 0.48, 0.75)
    log, error = np.log(0.6), np.log(0.75 / 0.48) / (2 * stats.norm.ppf(0.975))
    found = np.log(carried(design, one))
    between = abs(log) / 2  # 0.255, inside 0.05 to 0.30
    wanted = np.sqrt(error**2 + between**2 + (0.15 * log) ** 2)
    assert np.median(found) == pytest.approx(shrink * log, abs=4 * 1.25 * wanted / np.sqrt(DRAWS))
    assert found.std() == pytest.approx(wanted, rel=0.06)
    assert found.std() > error


@pytest.mark.parametrize(("estimate", "between"), [(0.98, 0.05), (0.2, 0.30)])
def test_the_spread_between_studies_is_at_least_a_twentieth_and_at_most_thirty_hundredths(
    estimate, between
):
    found = np.log(carried("randomised", record(estimate)))  # no interval: no standard error
    wanted = np.sqrt(between**2 + (0.15 * np.log(estimate)) ** 2)
    assert found.std() == pytest.approx(wanted, rel=0.06)


def test_without_the_rule_and_for_judgements_the_record_stands_as_it_is():
    one = record(0.6, 0.48, 0.75)
    ends = [np.quantile(carried("weak", one, transport=False), q) for q in (0.025, 0.5, 0.975)]
    assert ends == pytest.approx([0.48, 0.6, 0.75], rel=0.01)
    ours = carried("weak", record(0.6, 0.48, 0.75, design="judgement"))
    assert np.median(ours) == pytest.approx(0.6, rel=0.01)
    mechanism = carried("mechanism", one)
    assert np.median(mechanism) == pytest.approx(0.6, rel=0.01)


def test_options_that_use_the_same_record_share_its_luck():
    one = record(0.6, 0.48, 0.75)
    first = Lever(parameter="engaged_offending", moves="multiply", evidence="made_up",
                  design="weak", ramp_weeks=0)  # fmt: skip
    second = first.model_copy(update={"parameter": "course_offending", "ramp_weeks": 9})
    assert keys_of(first, one) == keys_of(second, one)


def test_every_lever_of_the_catalogue_moves_a_parameter_that_options_may_move():
    for option in catalogue().options.values():
        for lever in option.levers:
            assert declared()[lever.parameter].lever, f"{option.id}: {lever.parameter}"


def test_every_parameter_has_one_source_and_a_number_to_start_from():
    for name, p in declared().items():
        assert p.evidence or p.place or p.value is not None, name
        assert not (p.evidence and p.place), name
        if p.evidence:
            assert RECORDS[p.evidence].estimate is not None, name
        if p.lever:
            assert p.bounds is not None, f"{name} may be moved and has no bounds"
