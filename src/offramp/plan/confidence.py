"""Confidence: how many residents rate the local police good or excellent.

Share (percent) today + vicarious / residents x (unfair contacts more than today x
`unfair_effect` + fair ones x `fair_effect`) + tenths by which recorded crime rises x `crime_effect`
+ `policy_effect` where police take up a policy of leniency. Worked out from yearly sums, not for
each person. An unfair contact weighs many fair ones (P36, P37); how many move with it beside the
person contacted, and the policy itself, are judgements centred on none. Trust of people who use
drugs is another thing: it lives in the person (process `wellbeing`).

Sources: judge_resident_rating, judge_unfair_effect, judge_fair_effect (P36, P37), judge_vicarious,
judge_crime_effect, judge_policy_effect.
"""

from __future__ import annotations

import numpy as np

from offramp.plan.ensemble import Setup
from offramp.plan.inputs import Floats

CRIMES = ("acquisitive_offences", "violent_offences")


def residents_ratings(
    setup: Setup,
    value: dict[str, Floats],
    contacts: dict[str, Floats],
    simulated: Floats,
    unfair_simulated: Floats,
) -> Floats:
    """Share of residents (percent) rating police good or excellent.

    simulated, unfair_simulated: contacts with people in the simulation, all and unfair ones. Crime
    counts against all that is recorded, and only where the place has a series of it.
    """
    residents = setup.place.resolved.people.residents
    assert residents is not None
    unfair = contacts["unfair"] + unfair_simulated
    fair = np.maximum(contacts["volume"] + simulated - unfair, 0)
    more, recorded = np.zeros_like(unfair), np.zeros_like(unfair)
    for measure in CRIMES:
        series = setup.series.get(measure)
        if series is not None:
            today = value[measure][:, :1]
            more = more + value[measure] - today
            recorded = (
                recorded + today / np.maximum(setup.figure(f"outcomes.{series.id}"), 1e-3)[:, None]
            )
    tenths = 10 * more / np.maximum(recorded, 1e-9)
    return ratings(setup, residents.value, unfair, fair, tenths, contacts["policy_known"])


def ratings(
    setup: Setup, residents: float, unfair: Floats, fair: Floats, tenths: Floats, known: Floats
) -> Floats:
    """The equation (float64[draws, scenarios]; scenario 0 is today), for a place or a part of it.

    unfair, fair: contacts a year; tenths: by which recorded crime rises; known: share of people who
    use drugs who know a policy of leniency.
    """

    def p(name: str) -> Floats:
        return np.asarray(setup.record(f"judge_{name}")[:, None])

    reached = p("vicarious") / residents
    direct = (unfair - unfair[:, :1]) * p("unfair_effect") + (fair - fair[:, :1]) * p("fair_effect")
    moved = reached * direct + tenths * p("crime_effect")
    takes = (known - known[:, :1] > 1e-9) * 1.0
    return np.asarray(100 * p("resident_rating") + moved + takes * p("policy_effect"))
