"""Paired differences from today, in numbers and in a plain reading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from offramp.languages import _
from offramp.plan.ensemble import Setup
from offramp.plan.inputs import Floats
from offramp.plan.measures import MEASURES, Measure, Measured
from offramp.plan.weighing import HARM, WEIGHS

LEVEL = 0.9
SERIES_OF = {
    "fatal_overdoses": "deaths",
    "acquisitive_offences": "acquisitive_offences",
    "violent_offences": "violent_offences",
}
LEAST_SWING = 0.05  # of a measure whose own years are too few to tell: our judgement
CONFIDENCE_FLOOR = 1.0  # points: a smaller change in ratings cannot be detected by a survey


@dataclass(frozen=True)
class InputRanks:
    """ranks: float64[inputs, draws], mean 0, variance 1; basis: what each rests on; weighs: None
    for an input of the run itself, else the measures that it weighs afterwards."""

    ranks: Floats
    basis: tuple[str, ...]
    weighs: tuple[tuple[str, ...] | None, ...]

    def of(self, measure: str) -> tuple[Floats, tuple[str, ...]]:
        """Ranks and basis of the inputs that can move a measure."""
        acts = [only is None or measure in only for only in self.weighs]
        return self.ranks[acts], tuple(b for b, a in zip(self.basis, acts, strict=True) if a)


def rounded(value: float | np.floating[Any]) -> float:
    """Six significant digits: what is written down is what was meant."""
    number = float(value)
    if number == 0 or not np.isfinite(number):
        return 0.0
    return float(f"{number:.6g}")


def chance_better(measure: Measure, today: Floats, then: Floats) -> float | None:
    """P(better) + P(equal) / 2 over draws; None where neither direction is better."""
    if measure.better == "neither":
        return None
    if measure.better == "nearer_one":
        change = np.abs(np.log(np.maximum(then, 1e-9))) - np.abs(np.log(np.maximum(today, 1e-9)))
        change = np.where(np.abs(change) < 1e-9, 0, change)
    else:
        change = then - today
    sign = 1 if measure.better == "higher" else -1
    wins = np.mean(sign * change > 0)
    return rounded(wins + np.mean(change == 0) / 2)


def swing(setup: Setup, measure: Measure, today: float) -> float:
    """How much the measure moves from year to year by itself (one standard deviation)."""
    if measure.outcome == "confidence":
        return CONFIDENCE_FLOOR
    if measure.id == "crime_harm":
        return _harm_swing(setup, today)
    chance = float(np.sqrt(max(today, 1.0)))
    series = setup.series.get(SERIES_OF.get(measure.id, ""))
    if series is None or series.rate <= 0:
        return max(chance, LEAST_SWING * today)
    own = series.swing * today / series.rate
    return own if series.years >= 3 else max(own, LEAST_SWING * today)


def _harm_swing(setup: Setup, today: float) -> float:
    """That of points: chance as if all offences were of the heavier kind, or the larger share by
    which a kind of offence has swung, whichever is more."""
    heaviest = max(setup.inputs[f"evidence:{name}"].prior.estimate for name in HARM.values())
    kinds = [setup.series[kind] for kind in HARM if kind in setup.series]
    shares = [kind.swing / kind.rate for kind in kinds if kind.rate > 0]
    chance = float(np.sqrt(max(today, 1.0) * heaviest))
    return max(chance, max([LEAST_SWING, *shares]) * today)


def reading(
    setup: Setup, measure: Measure, chance: float | None, change: float, today: float
) -> str:
    """helps, harms, cannot_tell, too_small, or shown (where neither direction is better)."""
    if chance is None:
        return "shown"
    if 0.4 <= chance <= 0.6:
        return "cannot_tell"
    if measure.outcome == "equity":
        small = abs(change) < 0.05
    elif measure.outcome == "confidence":
        small = abs(change) < CONFIDENCE_FLOOR
    else:
        small = abs(change) < 1.64 * swing(setup, measure, today) / np.sqrt(setup.years)
    if small:
        return "too_small"
    return "helps" if chance > 0.6 else "harms"


def effects(setup: Setup, found: Measured, index: int, inputs: InputRanks) -> list[dict[str, Any]]:
    """Rows of one option. index: its scenario; inputs: ranks of all inputs."""
    rows = []
    for measure in MEASURES:
        row: dict[str, Any] = {
            "outcome": measure.outcome,
            "measure": measure.id,
            "label": _(measure.label),
            "unit": measure.unit,
        }
        if measure.id not in found.value:
            nothing = ("today", "today_low", "today_high", "change", "low", "high", "mean")
            row |= dict.fromkeys(nothing)
            row |= {
                "level": LEVEL, "chance_better": None, "better": measure.better,
                "basis": "modelled", "reading": None, "note": found.missing[measure.id],
                "basis_shares": None,
            }  # fmt: skip
            rows.append(row)
            continue
        values = found.value[measure.id]
        today, then = values[:, 0], values[:, index]
        change = then - today
        low, middle, high = np.quantile(change, [0.05, 0.5, 0.95])
        below, now, above = np.quantile(today, [0.05, 0.5, 0.95])
        chance = chance_better(measure, today, then)
        row |= {
            "today": rounded(now),
            "today_low": rounded(below),
            "today_high": rounded(above),
            "change": rounded(middle),
            "low": rounded(low),
            "high": rounded(high),
            "mean": rounded(change.mean()),
            "level": LEVEL,
            "chance_better": chance,
            "better": measure.better,
            "basis": "modelled",
            "reading": reading(setup, measure, chance, float(middle), float(now)),
            "note": _(measure.note) if measure.note else measure.note,
            "basis_shares": basis_shares(change, *inputs.of(measure.id)),
        }
        rows.append(row)
    return rows


def basis_shares(
    change: Floats, inputs: Floats, rests_on: tuple[str, ...]
) -> dict[str, float] | None:
    """What share of the spread goes with local data, studies and judgement.

    Squared rank correlation of the change with every input, less what chance gives, added up by
    what the input rests on. A rough guide: it sees only what moves steadily with one input.
    """
    if np.ptp(change) == 0 or not rests_on:
        return None
    ranks = _standard_ranks(change)
    squares = np.maximum((inputs @ ranks / len(change)) ** 2 - 4 / len(change), 0.0)
    total = {
        basis: float(squares[[b == basis for b in rests_on]].sum())
        for basis in ("local", "studies", "judgement")
    }
    everything = sum(total.values())
    if everything <= 0:
        return None
    return {basis: rounded(round(share / everything, 3)) for basis, share in total.items()}


def input_ranks(setup: Setup) -> InputRanks:
    """Standardised ranks of every input that varies."""
    names = [
        name
        for name in sorted(setup.numbers)
        if name not in setup.inputs
        or not setup.inputs[name].prior.certain
        or name.startswith(("shrink:", "between:"))
    ]
    ranks = np.array([_standard_ranks(setup.numbers[name]) for name in names])
    basis = [setup.inputs[n].basis if n in setup.inputs else "local" for n in names]
    weighs = [WEIGHS.get(name.removeprefix("evidence:")) for name in names]
    return InputRanks(ranks, tuple(basis), tuple(weighs))


def _standard_ranks(values: Floats) -> Floats:
    order = np.argsort(values, kind="stable")
    ranks = np.empty(len(values))
    ranks[order] = np.arange(len(values))
    return np.asarray((ranks - ranks.mean()) / max(float(ranks.std()), 1e-12))
