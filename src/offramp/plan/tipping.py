"""What would change the answer: how strong deterrence would have to be, and which judgements
decide the order of options. Both are worked out from the runs, by least squares over draws."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np

from offramp.languages import _, number
from offramp.model.parameters import INDEX, declared
from offramp.plan.effects import rounded
from offramp.plan.ensemble import Setup
from offramp.plan.inputs import Floats
from offramp.plan.measures import Measured

HEADLINE = "fatal_overdoses"


def tipping(setup: Setup, found: Measured) -> dict[str, Any] | None:
    """How strong deterrence must be for more arrests to lower overdose deaths.

    The change in deaths is fitted as a + b x deterrence over draws; the tipping point is -a / b,
    in log ratio for a doubling of enforcement, and in percent fewer people starting, staying or
    returning. None when the comparison is not part of the runs.
    """
    last = len(setup.options)
    if not setup.options or not setup.options[-1].comparison:
        return None
    change = found.value[HEADLINE][:, last] - found.value[HEADLINE][:, 0]
    strength = setup.rows[:, INDEX["deterrence"]]
    slope, start = _line(strength, change)
    prior = setup.inputs["evidence:judge_deterrence"].prior
    point = -start / slope if abs(slope) > 1e-9 else None
    trusted = point is not None and slope > 0 and abs(point) < 3
    percent = rounded(100 * (1 - np.exp(point))) if trusted and point is not None else None
    if percent is None:
        says = _(
            "No size of deterrence within reason was found at which more arrests would lower "
            "overdose deaths."
        )
    elif point is not None and point < 0:
        says = _(
            "More arrests would lower overdose deaths here only if doubling enforcement made at "
            "least {share} fewer people start, stay in or return to use. Studies that compared "
            "cities found no such fall.",
            share=_("{number}%", number=f"{percent:.0f}"),
        )
    else:
        says = _(
            "In these runs more arrests lower overdose deaths unless doubling enforcement makes at "
            "least {share} more people start, stay in or return to use: time held and fewer people "
            "in treatment pull against each other, and the difference is small.",
            share=_("{number}%", number=f"{-percent:.0f}"),
        )
    return {
        "measure": HEADLINE,
        "says": says,
        "deterrence_needed": rounded(point) if trusted and point is not None else None,
        "unit": "log ratio per doubling of enforcement",
        "as_percent": percent,
        "prior_low": prior.low,
        "prior_high": prior.high,
    }


def _line(x: Floats, y: Floats) -> tuple[float, float]:
    """Slope and intercept by least squares."""
    if np.ptp(x) == 0:
        return 0.0, float(y.mean())
    slope = float(np.cov(x, y)[0, 1] / np.var(x, ddof=1))
    return slope, float(y.mean() - slope * x.mean())


def switching(setup: Setup, found: Measured, best: list[str]) -> list[dict[str, Any]]:
    """Judged parameters whose value decides the order of the leading options: the first twelve.

    Those of `switching_values` whose line is not chance, those that turn an order first.
    """
    rows = [row for row in switching_values(setup, found, best) if row["told"]]
    return [{k: v for k, v in row.items() if k != "told"} for row in rows[:12]]


def switching_values(setup: Setup, found: Measured, best: list[str]) -> list[dict[str, Any]]:
    """Every judged input that can act on the leading options, with the value where an order turns.

    For each pair of the four leading options and each judged input that can act on them: the
    difference of their changes in overdose deaths is fitted as a line in the input. `told`: the
    line is not chance (one in twenty over all lines that were tried). `switching_value`: where it
    crosses zero, if it is told and lies inside the input's range; `inside` says so, and the two
    options are then not distinguishable. One row for an input: its pair that turns, else the
    strongest.
    """
    ids = [o.id for o in setup.options]
    deaths = found.value[HEADLINE]
    pairs = list(combinations(best[:4], 2))
    acting = {pair: _acting(setup, pair) for pair in pairs}
    least = _least_t(sum(len(names) for names in acting.values()), len(deaths))
    rows: dict[str, dict[str, Any]] = {}
    for pair in pairs:
        a, b = (ids.index(name) + 1 for name in pair)
        difference = deaths[:, a] - deaths[:, b]
        for name in acting[pair]:
            row = _row(setup, name, difference, pair, least)
            if name not in rows or _rank(row) < _rank(rows[name]):
                rows[name] = row
    return sorted(rows.values(), key=_rank)


def _rank(row: dict[str, Any]) -> tuple[bool, bool, float, str]:
    return (not row["inside"], not row["told"], -row["strength"], row["parameter"])


def _row(
    setup: Setup, name: str, difference: Floats, pair: tuple[str, str], least: float
) -> dict[str, Any]:
    entry, meaning = setup.inputs[name], _meaning(setup, name)
    value = entry.prior.at(setup.numbers[name])
    log = entry.prior.kind == "lognormal"
    x = np.log(value) if log else value
    slope, start = _line(x, difference)
    left = difference - start - slope * x
    spread = float(np.var(x, ddof=1)) * (len(x) - 1)
    error = float(np.sqrt(np.var(left, ddof=2) / spread)) if len(x) > 2 and spread > 0 else 0.0
    strength = abs(slope / error) if error > 0 else 0.0
    told = strength >= least and slope != 0
    crossing = -start / slope if told else 0.0
    point = float(np.exp(np.clip(crossing, -50, 50))) if log else crossing
    low, high = entry.prior.low, entry.prior.high
    inside = bool(told and low is not None and high is not None and low <= point <= high)
    return {
        "parameter": name,
        "meaning": meaning,
        "value": rounded(entry.prior.estimate),
        "low": low,
        "high": high,
        "switching_value": rounded(point) if inside else None,
        "inside": inside,
        "told": told,
        "options": list(pair),
        "strength": rounded(strength),
        "says": _words(setup, meaning, point, inside, told, *pair),
    }


def _meaning(setup: Setup, name: str) -> str:
    """What an input means, in the reader's language."""
    kind, _colon, rest = name.partition(":")
    if kind == "evidence" and rest in setup.catalogue.evidence:
        return setup.catalogue.evidence[rest].says
    section, _dot, one = rest.partition(".")
    option = setup.catalogue.options.get(one)
    if section == "outcomes":
        return _("{what}: share that the model is about", what=one)
    if section == "practice" and option is not None:
        return _("{option}: of those it is for, those it covers", option=option.name)
    if section == "covered" and option is not None:
        return _("{option}: contacts that the written policy covers", option=option.name)
    place = getattr(setup.place.resolved, section, None)
    field = type(place).model_fields.get(one) if kind == "place" and place is not None else None
    said = _(field.description) if field is not None and field.description else ""
    return said[:1].upper() + said[1:] or setup.inputs[name].meaning


def not_distinguishable(rows: list[dict[str, Any]]) -> list[list[str]]:
    """Pairs of options whose order a judged value turns inside its range."""
    return [list(pair) for pair in dict.fromkeys(tuple(r["options"]) for r in rows if r["inside"])]


def _acting(setup: Setup, pair: tuple[str, str]) -> list[str]:
    """Names of the judged inputs that can move the difference in deaths between two options.

    Prices and officer hours move no deaths, and what only another option moves has no part in it.
    """
    parameters = {f"evidence:{p.evidence}" for p in declared().values() if p.evidence}
    moved: dict[str, set[str]] = {}
    for option in setup.options:
        for lever in option.levers:
            for record in (lever.evidence, *lever.shares().values()):
                moved.setdefault(f"evidence:{record}", set()).add(option.id)
    found = []
    for name, entry in setup.inputs.items():
        if entry.basis != "judgement" or entry.prior.certain:
            continue
        if name.startswith(("place:money.", "place:agency.hours_")):
            continue
        everywhere = name in parameters or not name.startswith("evidence:")
        if everywhere or moved.get(name, set()) & set(pair):
            found.append(name)
    return found


def _least_t(lines: int, draws: int) -> float:
    """The |t| that chance alone passes in one of twenty sets of so many lines."""
    from scipy.stats import t

    return float(t.isf(0.025 / max(lines, 1), max(draws - 2, 1)))


def _two_digits(value: float) -> str:
    """Without an exponent, as the language writes numbers."""
    decimals = 1 - int(np.floor(np.log10(abs(value)))) if value else 0
    return number(round(value, decimals), min(max(decimals, 0), 6))


def _words(
    setup: Setup, meaning: str, point: float, inside: bool, told: bool, first: str, second: str
) -> str:
    names = {o.id: o.name for o in setup.options}
    pair = _('"{first}" and "{second}"', first=names[first], second=names[second])
    if inside:
        return _(
            "{meaning}: at about {point} the order of {pair} turns; within our range they cannot "
            "be told apart.",
            meaning=meaning,
            point=_two_digits(point),
            pair=pair,
        )
    if told:
        return _(
            "{meaning}: moves the difference between {pair}, but does not turn their order.",
            meaning=meaning,
            pair=pair,
        )
    return _(
        "{meaning}: in these runs it does not move the difference between {pair} visibly.",
        meaning=meaning,
        pair=pair,
    )


def judged_count() -> int:
    """Parameters that rest on a judgement of ours."""
    return sum(1 for p in declared().values() if (p.evidence or "").startswith("judge_"))
