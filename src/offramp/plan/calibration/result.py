"""What calibration found, as one JSON-able document."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from offramp import __version__
from offramp.languages import N_, _
from offramp.plan.calibration.forward import formula
from offramp.plan.calibration.observe import drawn, expected
from offramp.plan.calibration.posterior import Posterior, made_for
from offramp.plan.calibration.rolling import Rolling, probabilities, score
from offramp.plan.calibration.run import Calibrated
from offramp.plan.effects import rounded
from offramp.plan.inputs import parameter_inputs, place_inputs

Floats = NDArray[np.float64]
SMALLEST, LARGEST, APART = 200, 0.05, 0.2  # effective size, weight, distance of runs: the aims
PRIOR_ONLY = 0.9  # posterior over prior spread
STRAINED = 2.0  # prior standard deviations that a value had to move
BAND = (0.05, 0.5, 0.95)
LEVELS = {
    "deaths": N_("Overdose deaths of people in the simulation, a year"),
    "contacts": N_("Police contacts with people in the simulation, a year"),
    "acquisitive_offences": N_("Their recorded thefts, burglaries and robberies, a year"),
    "violent_offences": N_("Their recorded violent offences, a year"),
}
DATA = {
    "deaths": (
        "deaths", "nonfatal_overdoses", "ambulance_overdoses", "hospital_overdoses",
    ),
    "contacts": ("drug_searches", "possession_arrests"),
    "acquisitive_offences": ("acquisitive_offences",),
    "violent_offences": ("violent_offences",),
}  # fmt: skip


def posterior(found: Calibrated) -> Posterior:
    """The points that `plan` draws from, with what they were made for."""
    u = found.case.unknowns
    today = {name: values for name, values in found.today.items() if _with_data(found, name)}
    return Posterior(u.uniforms(found.z), today, u.vague, document(found))


def document(found: Calibrated) -> dict[str, Any]:
    """Series beside the model, what was learned and what was not, and how good the sample is."""
    case = found.case
    apart, worst = found.disagreement
    quality: dict[str, Any] = {
        "effective": [round(run.effective, 1) for run in found.runs],
        "largest_weight": [round(run.largest, 4) for run in found.runs],
        "apart": round(apart, 3),
        "apart_in": worst,
        "stages": [[round(size, 1) for size in run.stages] for run in found.runs],
    }
    quality["met"] = (
        min(quality["effective"]) >= SMALLEST
        and max(quality["largest_weight"]) <= LARGEST
        and len(found.runs) >= 3
        and apart <= APART
    )
    learned, prior_only = _learned(found)
    return {
        "version": __version__,
        "place": case.place.resolved.name,
        "made_for": made_for(case.place, _as_planned(found)),
        "window": [case.seen.name(0), case.seen.name(case.seen.quarters - 1)],
        "settings": {
            "points": found.settings.points, "people": found.settings.people,
            "lucks": found.settings.lucks, "runs": found.settings.runs, "seed": found.settings.seed,
        },
        "quality": quality,
        "series": _series(found),
        "today": _today(found),
        "learned": learned,
        "prior_only": prior_only,
        "conflicts": _conflicts(found),
        "without_data": _without_data(found),
        "rolling": None if found.rolling is None else _rolling(found.rolling),
    }  # fmt: skip


def _as_planned(found: Calibrated) -> dict[str, Any]:
    return parameter_inputs(found.case.catalogue) | place_inputs(found.case.place.resolved)


def _band(values: Floats) -> dict[str, float | None]:
    low, middle, high = np.quantile(values, BAND)
    return {"low": rounded(low), "middle": rounded(middle), "high": rounded(high)}


def _series(found: Calibrated) -> list[dict[str, Any]]:
    """Every period: what was counted, and what the model would count before and after."""
    case = found.case
    rng = np.random.default_rng([case.seed, 15])
    after = expected(case, found.z, found.quarters)
    before = expected(case, *found.prior)
    rows = []
    for one, first in zip(after, before, strict=True):
        target = one.target
        counts, mean_before = drawn(one, rng), first.mean
        if target.trials is not None:
            mean_before = mean_before * target.trials
        periods: list[dict[str, Any]] = []
        for k, period in enumerate(target.periods):
            if target.trials is not None and not np.isfinite(target.trials[k]):
                continue
            counted = target.counts[k]
            periods.append(
                {
                    "period": period,
                    "counted": int(counted) if np.isfinite(counted) else None,
                    "below": int(target.below[k]) if np.isfinite(target.below[k]) else None,
                    **_band(counts[:, k]),
                    "before": _band(mean_before[:, k]),
                }
            )
        known = [p for p in periods if p["counted"] is not None]
        inside = [p["low"] <= p["counted"] <= p["high"] for p in known]
        rows.append(
            {
                "id": target.series, "measure": target.measure, "label": _label(target.measure),
                "definition": target.definition, "part_of": _whole(found, target.series),
                "periods": periods, "known": len(known), "inside": sum(inside),
            }
        )  # fmt: skip
    return rows


MEASURE_LABELS = {
    "deaths": N_("Drug-related deaths"),
    "nonfatal_overdoses": N_("Overdoses survived"),
    "ambulance_overdoses": N_("Overdoses that an ambulance attends"),
    "hospital_overdoses": N_("Overdoses taken to hospital"),
    "drug_searches": N_("Drug searches"),
    "possession_arrests": N_("Arrests for possession"),
    "acquisitive_offences": N_("Recorded thefts, burglaries and robberies"),
    "violent_offences": N_("Recorded violent offences"),
    "people_in_treatment": N_("People in treatment"),
}


def _label(measure: str) -> str:
    return _(MEASURE_LABELS[measure])


def _whole(found: Calibrated, series: str) -> str | None:
    return next(s.of for s in found.case.place.resolved.outcomes if s.id == series)


def _with_data(found: Calibrated, level: str) -> bool:
    return any(t.measure in DATA[level] and t.trials is None for t in found.case.seen.targets)


def _today(found: Calibrated) -> list[dict[str, Any]]:
    """Levels in the last year of the series, and what the priors alone would say."""
    start = formula(found.case, found.prior[0])[:, :4].mean(axis=1) * 4
    columns = {"deaths": 0, "contacts": 3, "acquisitive_offences": 5, "violent_offences": 6}
    return [
        {
            "id": name,
            "label": _(LEVELS[name]),
            **_band(values),
            "before": _band(start[:, columns[name]]),
            "from_data": _with_data(found, name),
        }
        for name, values in found.today.items()
    ]


def _learned(found: Calibrated) -> tuple[list[dict[str, Any]], list[str]]:
    """Inputs whose spread the counts made smaller, most first; names of those they did not."""
    case, z = found.case, found.z
    learned: list[dict[str, Any]] = []
    prior_only: list[str] = []
    for name, one in case.unknowns.inputs.items():
        if one.prior.certain:
            continue
        column = z[:, case.unknowns.at[name]]
        ratio = float(column.std())
        if ratio > PRIOR_ONLY:
            prior_only.append(name)
            continue
        at = np.array([0.05, 0.5, 0.95])
        low, middle, high = one.prior.at(at)
        learned.append(
            {
                "name": name,
                "meaning": one.meaning,
                "before": {"low": rounded(low), "middle": rounded(middle), "high": rounded(high)},
                **_band(case.unknowns.value(name, z)),
                "spread_kept": round(ratio, 3),
                "moved": round(float(column.mean()), 2),
            }
        )
    learned.sort(key=lambda row: float(row["spread_kept"]))
    return learned, sorted(prior_only)


def _conflicts(found: Calibrated) -> list[str]:
    """Where the model, the priors and the counts do not go together."""
    case = found.case
    said = []
    for row in _series(found):
        known = row["known"]
        if known >= 4 and row["inside"] < 0.7 * known:
            said.append(
                _(
                    "{label} ({id}): only {inside} of {known} counts lie in the model's 90% range, "
                    "so it cannot give this series together with the others.",
                    label=row["label"], id=row["id"], inside=row["inside"], known=known,
                )
            )  # fmt: skip
    for name, one in case.unknowns.inputs.items():
        column = found.z[:, case.unknowns.at[name]]
        if not one.prior.certain and abs(float(column.mean())) > STRAINED:
            said.append(
                _(
                    "To agree with the counts, this had to move to the edge of its range: "
                    "{meaning} ({name}).",
                    meaning=one.meaning, name=name,
                )
            )  # fmt: skip
    return said


def _without_data(found: Calibrated) -> list[str]:
    """What no series speaks to, and how wide it stays."""
    said = []
    for row in _today(found):
        if row["from_data"] or not row["low"]:
            continue
        said.append(
            _(
                "{label}: no series tells. It stays as the presets have it, {low} to {high}, "
                "{fold} times from end to end.",
                label=row["label"], low=f"{row['low']:,.0f}", high=f"{row['high']:,.0f}",
                fold=f"{row['high'] / row['low']:,.0f}",
            )
        )  # fmt: skip
    return said


def _rolling(rolling: Rolling) -> dict[str, Any]:
    def five(q: Floats) -> dict[str, float | None]:
        low, middle, high = np.interp(BAND, probabilities(), q)
        return {"low": rounded(low), "middle": rounded(middle), "high": rounded(high)}

    every = rolling.forecasts
    by_series = []
    for series in dict.fromkeys(f.series for f in every):
        own = Rolling(tuple(f for f in every if f.series == series), ())
        by_series.append(
            {
                "id": series, "forecasts": len(own.forecasts),
                "coverage": round(own.coverage, 3), "score_ratio": round(own.score_ratio, 3),
            }
        )  # fmt: skip
    return {
        "forecasts": len(every),
        "coverage": round(rolling.coverage, 3) if every else None,
        "score_ratio": round(rolling.score_ratio, 3) if every else None,
        "verdict": rolling.verdict,
        "effective": [round(size, 1) for size in rolling.effective],
        "by_series": by_series,
        "rows": [
            {
                "series": f.series, "origin": f.origin, "period": f.period, "ahead": f.ahead,
                "counted": int(f.counted), **five(f.model), "naive": five(f.naive),
                "score": round(score(f.model, f.counted), 4),
                "naive_score": round(score(f.naive, f.counted), 4),
            }
            for f in every
        ],
    }  # fmt: skip
