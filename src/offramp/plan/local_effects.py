"""What a study in this place says about an option here, put together with the catalogue's record.

A place lists such studies as [[learned]] (option, parameter, ratio with its range, the plan's
hash). On the log scale, with the catalogue's effect as it would be carried to this place (mean c,
variance v_c, see model/levers.py) and the study's (mean m, variance v_m, doubled for a plan that
was not locked before its results were seen: a judgement of ours):

    weight of the study = (1 / v_m) / (1 / v_m + 1 / v_c),  effect = weight × m + (1 - weight) × c.

So a small study moves the effect a little, and a large one replaces it. The lever then rests on
a record of its own that says so; the catalogue's file is not touched, nor any other place.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from offramp.catalogue.load import Catalogue
from offramp.catalogue.schema import Checked, Evidence, Interval, Lever, Option, Source
from offramp.model.levers import SHRINK, SHRINK_SD
from offramp.model.priors import of_record
from offramp.place.schema import Learned, Place

Z = 1.959963984540054
FIRST_LOOK = 2.0  # times the variance of a study whose plan was not locked


@dataclass(frozen=True)
class Combined:
    """Ratios with their 95% range: the catalogue's as carried here, and both together; weight:
    the share of all studies of this place, 0 to 1."""

    record: str
    before: tuple[float, float, float]
    after: tuple[float, float, float]
    weight: float


def lever_of(option: Option, parameter: str, catalogue: Catalogue) -> Lever | None:
    """The lever that a study of ratios can inform: one that multiplies, with a known range."""
    for lever in option.levers:
        record = catalogue.evidence[lever.evidence]
        known = record.estimate is not None and record.estimate > 0 and record.interval is not None
        if lever.parameter == parameter and lever.moves == "multiply" and known:
            return lever
    return None


def parameters_of(option: Option, catalogue: Catalogue) -> list[str]:
    """What can be fed of an option."""
    names = [lever.parameter for lever in option.levers]
    return [name for name in names if lever_of(option, name, catalogue) is not None]


def combined(lever: Lever, catalogue: Catalogue, studies: Sequence[Learned]) -> Combined:
    """The catalogue's effect and the studies of one lever together."""
    record = catalogue.evidence[lever.evidence]
    centre, variance = _carried(lever, record)
    if lever.reach:
        reach = catalogue.evidence[lever.reach].estimate or 1.0
        centre, variance = centre * reach, variance * reach**2
    precision = total = 1 / variance
    mean = centre * precision
    for study in studies:
        own = 1 / _variance(study)
        mean += math.log(study.ratio) * own
        total += own
    mean /= total
    return Combined(
        record.id,
        _range(centre, math.sqrt(variance)),
        _range(mean, math.sqrt(1 / total)),
        1 - precision / total,
    )


def _range(mean: float, spread: float) -> tuple[float, float, float]:
    return math.exp(mean), math.exp(mean - Z * spread), math.exp(mean + Z * spread)


def _variance(study: Learned) -> float:
    spread = math.log(study.high / study.low) / (2 * Z)
    return spread**2 * (1.0 if study.locked else FIRST_LOOK)


def _carried(lever: Lever, record: Evidence) -> tuple[float, float]:
    """Mean and variance of the log effect as the model carries it here."""
    prior = of_record(record)
    centre, spread = math.log(prior.estimate), max(prior.spread(), 1e-6)
    if lever.design not in SHRINK or record.design == "judgement":
        return centre, spread**2
    between = min(max(abs(centre) / 2, 0.05), 0.30)
    variance = spread**2 + between**2 + (SHRINK_SD * centre) ** 2
    return SHRINK[lever.design] * centre, variance


def with_local_effects(
    catalogue: Catalogue, place: Place, options: Sequence[Option]
) -> tuple[Catalogue, list[Option]]:
    """The catalogue with one record for each lever that was studied here, and the options that
    rest on it. Studies of options or parameters that are not there are left aside."""
    evidence = dict(catalogue.evidence)
    changed: dict[str, Option] = {}
    for option in options:
        levers = list(option.levers)
        for k, lever in enumerate(levers):
            studies = [
                one for one in place.learned
                if (one.option, one.parameter) == (option.id, lever.parameter)
            ]  # fmt: skip
            if studies and lever_of(option, lever.parameter, catalogue) == lever:
                record = _record(option, lever, catalogue, studies, place)
                evidence[record.id] = record
                levers[k] = lever.model_copy(
                    update={"evidence": record.id, "reach": None, "design": "mechanism"}
                )
        changed[option.id] = option.model_copy(update={"levers": levers})
    if len(evidence) == len(catalogue.evidence):
        return catalogue, list(options)
    return replace(catalogue, evidence=evidence), [changed[o.id] for o in options]


def record_id(option: str, parameter: str) -> str:
    return f"local_{option.replace('-', '_')}_{parameter}"


def _record(
    option: Option, lever: Lever, catalogue: Catalogue, studies: Sequence[Learned], place: Place
) -> Evidence:
    found = combined(lever, catalogue, studies)
    middle, low, high = found.after
    names = "; ".join(f"{one.study} (plan {one.plan[:12]})" for one in studies)
    share = f"{100 * found.weight:.0f}%"
    return Evidence(
        id=record_id(option.id, lever.parameter),
        says=f"{option.name} here: the place's own study ({share}) with the catalogue's record",
        measure=lever.parameter,
        unit="ratio",
        estimate=middle,
        interval=Interval(low=low, high=high, level=0.95),
        prior="lognormal",
        setting=place.name,
        design="strong_quasi_experiment",
        source=Source(citation=f"{names}; {found.record}"),
        checked=Checked(how="arithmetic", on=max(one.on for one in studies)),
        note=f"Weight of what was learned here: {share}.",
    )
