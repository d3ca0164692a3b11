"""How an option moves parameters, week by week.

Today's value is what the place does today. An option that runs already to a share s of its full
reach has only the rest, 1 - s, to add; a parameter whose prior is of a place *without* the option
(`without = true`) is first moved to today's practice. With progress f(week), which rises in a
straight line over `ramp_weeks` and then, for rules that fade, halves every `half_life_weeks`. Where
refreshers are paid for, one a year brings back a share of what has faded (`refreshed`):

    set       today + f x reach x (1 - s) x (value - today)
    multiply  today x value ** (f x reach x (1 - s))
    add       today + f x reach x (1 - s) x value

Published ratios are carried to another place (MODEL.md 5): log effect here = s_d x log estimate
+ standard error x z1 + tau x z2, with s_d about 1.0, 0.8, 0.6, 0.4 by design (sd 0.15) and tau =
|log estimate| / 2 within 0.05 to 0.30. Values of mechanisms (a share who carry naloxone) have
`value_fidelity` instead where they come from a study. Judgements are not shrunk: they are ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from offramp.catalogue.schema import Evidence, Lever, Option
from offramp.model.parameters import INDEX, declared
from offramp.model.priors import Prior, of_record

Floats = NDArray[np.float64]
SHRINK = {"randomised": 1.0, "strong": 0.8, "weak": 0.6, "before_after": 0.4}
SHRINK_SD = 0.15
REFRESHER_WEEKS = 52  # a refresher a year


def keys_of(lever: Lever, record: Evidence) -> tuple[str, ...]:
    """Names of the random numbers that a lever needs; a record's are shared by all who use it."""
    names = [f"evidence:{record.id}", *(f"evidence:{share}" for share in lever.shares().values())]
    if lever.moves == "multiply" and lever.design in SHRINK and record.design != "judgement":
        names += [f"shrink:{record.id}", f"between:{record.id}"]
    return tuple(names)


def values(
    lever: Lever,
    record: Evidence,
    uniforms: Mapping[str, Floats],
    fidelity: Floats,
    transport: bool = True,
) -> Floats:
    """The lever's value in every draw (float64[draws]).

    uniforms: numbers in (0, 1) by name, as named by keys_of. transport: apply the rule that
    carries published effects to another place.
    """
    prior = of_record(record)
    u = uniforms[f"evidence:{record.id}"]
    if not transport or record.design == "judgement":
        return prior.at(u)
    if lever.moves == "multiply" and lever.design in SHRINK:
        return _carried(prior, lever, record, uniforms, u)
    value = prior.at(u)
    if lever.moves == "set":
        return np.asarray(value * fidelity)
    return value


def _carried(
    prior: Prior, lever: Lever, record: Evidence, uniforms: Mapping[str, Floats], u: Floats
) -> Floats:
    from scipy.special import ndtri

    centre = np.log(prior.estimate)
    shrink = SHRINK[lever.design] + SHRINK_SD * ndtri(uniforms[f"shrink:{record.id}"])
    between = min(max(abs(centre) / 2, 0.05), 0.30)
    error = np.log(prior.at(u)) - centre
    wander = between * ndtri(uniforms[f"between:{record.id}"])
    return np.asarray(np.exp(shrink * centre + error + wander))


@dataclass(frozen=True)
class Move:
    """A lever in numbers. value, reach, refreshed: float64[draws]."""

    parameter: str
    moves: str
    value: Floats
    reach: Floats
    upwards: bool
    ramp_weeks: int
    half_life_weeks: int | None
    refreshed: Floats

    def progress(self, draw: int, weeks: int) -> Floats:
        """How far the lever is in force in each week of a draw (float64[weeks], 0 to 1)."""
        return progress(weeks, self.ramp_weeks, self.half_life_weeks, float(self.refreshed[draw]))


def progress(
    weeks: int, ramp_weeks: int, half_life_weeks: int | None = None, refreshed: float = 0.0
) -> Floats:
    """How far a lever is in force in each week (float64[weeks]).

    Of a lever that fades, k = 2 ** (-52 / half-life) is left a year after all was there. A
    refresher brings back the share r of what is gone, so after one the lever stands at
    g' = k g + r (1 - k g), g being where it stood after the one before: it comes ever nearer to
    r / (1 - k (1 - r)), and is 1 where r is.
    """
    week = np.arange(1, weeks + 1, dtype=float)
    rise = np.minimum(week / ramp_weeks, 1.0) if ramp_weeks else np.ones(weeks)
    if half_life_weeks is None:
        return rise
    refreshers, since = np.divmod(np.maximum(week - ramp_weeks, 0.0), REFRESHER_WEEKS)
    left = 0.5 ** (REFRESHER_WEEKS / half_life_weeks) * (1 - refreshed)
    lasting = refreshed / (1 - left)
    stood = lasting + (1 - lasting) * left**refreshers
    return np.asarray(rise * stood * 0.5 ** (since / half_life_weeks))


def moves_of(
    option: Option,
    records: Mapping[str, Evidence],
    uniforms: Mapping[str, Floats],
    fidelity: Floats,
    today: Floats,
    transport: bool = True,
    covered: Floats | None = None,
) -> tuple[Move, ...]:
    """All of an option's levers in numbers. today: float64[draws, parameters].

    covered: of contacts that end in arrest or charge today, the most that the written policy
    covers (float64[draws]); what the option moves there cannot go beyond it.
    """
    draws = today.shape[0]
    found = []
    for lever in option.levers:
        record = records[lever.evidence]
        value = values(lever, record, uniforms, fidelity, transport)
        if covered is not None and declared()[lever.parameter].of_arrests:
            value = np.minimum(value, covered)
        shares = {
            key: of_record(records[share]).at(uniforms[f"evidence:{share}"])
            for key, share in lever.shares().items()
        }
        before = float(np.median(today[:, INDEX[lever.parameter]]))
        found.append(
            Move(
                lever.parameter,
                lever.moves,
                value,
                shares.get("reach", np.ones(draws)),
                of_record(record).estimate >= before,
                lever.ramp_weeks,
                lever.half_life_weeks,
                shares.get("refreshed", np.zeros(draws)),
            )
        )
    return tuple(found)


def practised(options: Iterable[tuple[Option, tuple[Move, ...], Floats]], today: Floats) -> Floats:
    """Today's rows with today's practice, for parameters whose prior is of a place without it.

    options: (option, its moves, share in place float64[draws]). Such a parameter is a share of
    what the option is for (officers who carry), so today's value is the share in place.
    """
    rows = today.copy()
    for _, moves, share in options:
        for move in moves:
            if declared()[move.parameter].without:
                k = INDEX[move.parameter]
                rows[:, k] = np.maximum(rows[:, k], share)
    return rows


def path(
    row: Floats, moves: Iterable[Move], draw: int, rest: float, weeks: int
) -> NDArray[np.float32]:
    """Parameters in every week of one draw (float32[weeks, parameters]).

    row: float64[parameters] today; rest: the share of the option that is not yet in place.
    """
    rows = np.repeat(row[None, :], weeks, axis=0)
    for move in moves:
        k = INDEX[move.parameter]
        left = 1.0 if declared()[move.parameter].without else rest
        by = move.progress(draw, weeks) * move.reach[draw] * left
        value = move.value[draw]
        now = rows[:, k]
        if move.moves == "multiply":
            new = now * value**by
        elif move.moves == "add":
            new = now + by * value
        else:
            aim = max(value, row[k]) if move.upwards else min(value, row[k])
            new = now + by * (aim - now)
        bounds = declared()[move.parameter].bounds
        rows[:, k] = new if bounds is None else np.clip(new, bounds[0], bounds[1])
    return rows.astype(np.float32)
