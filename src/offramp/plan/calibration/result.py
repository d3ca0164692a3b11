"""What calibration found, as one JSON-able document, the same in every language."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from offramp import __version__
from offramp.plan.calibration.forward import formula
from offramp.plan.calibration.levels import from_data, left_out
from offramp.plan.calibration.observe import drawn, expected
from offramp.plan.calibration.posterior import Posterior, made_for
from offramp.plan.calibration.rolling import Rolling, probabilities, score
from offramp.plan.calibration.run import Calibrated, a_year
from offramp.plan.calibration.sampling import LARGEST, SMALLEST
from offramp.plan.effects import rounded
from offramp.plan.inputs import parameter_inputs, place_inputs

Floats = NDArray[np.float64]
APART = 0.2  # distance of runs in standard deviations: an aim, beside those of `sampling`
PRIOR_ONLY = 0.9  # posterior over prior spread
STRAINED = 2.0  # prior standard deviations that a value had to move
FEW, LEAST_INSIDE = 4, 0.7  # counts of a series; share of them in the range
FEWEST_RUNS = 3
BAND = (0.05, 0.5, 0.95)


def posterior(found: Calibrated) -> Posterior:
    """The points that `plan` draws from, with what they were made for."""
    u = found.case.unknowns
    today = {
        name: values for name, values in found.today.items() if from_data(found.case.seen, name)
    }
    if any(path.of == "fatal" for path in u.paths):
        today["fatal_share"] = found.fatal_share
    return Posterior(u.uniforms(found.z), today, u.vague, document(found))


def document(found: Calibrated) -> dict[str, Any]:
    """Series beside the model, what was learned and what was not, and how good the sample is."""
    case = found.case
    apart, worst = found.disagreement
    quality: dict[str, Any] = {
        "effective": [round(run.effective, 1) for run in found.runs],
        "largest_weight": [round(run.largest, 4) for run in found.runs],
        "apart": round(apart, 3) if len(found.runs) > 1 else None,
        "apart_in": worst,
        "stages": [[round(size, 1) for size in run.stages] for run in found.runs],
    }
    quality["met"] = (
        min(quality["effective"]) >= SMALLEST
        and max(quality["largest_weight"]) <= LARGEST
        and len(found.runs) >= FEWEST_RUNS
        and apart <= APART
    )
    learned, prior_only = _learned(found)
    series, today = _series(found), _today(found)
    without = left_out(case.place, case.seen)
    return {
        "version": __version__,
        "place": case.place.resolved.name,
        "example_notice": case.place.resolved.example_notice,
        "made_for": made_for(case.place, _as_planned(found), found.program),
        "window": [case.seen.name(0), case.seen.name(case.seen.quarters - 1)],
        "settings": {
            "points": found.settings.points, "people": found.settings.people,
            "lucks": found.settings.lucks, "runs": found.settings.runs, "seed": found.settings.seed,
        },
        "quality": quality,
        "series": series,
        "today": today,
        "learned": learned,
        "prior_only": prior_only,
        "conflicts": _conflicts(found, series),
        "without_data": [row["id"] for row in today if not row["from_data"]],
        "rolling": None if found.rolling is None else _rolling(found.rolling),
        **({"left_out": without} if without else {}),
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
    after = expected(case, found.z, found.quarters, found.shift)
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
                "id": target.series, "measure": target.measure,
                "definition": target.definition, "part_of": _whole(found, target.series),
                "periods": periods, "known": len(known), "inside": sum(inside),
            }
        )  # fmt: skip
    return rows


def _whole(found: Calibrated, series: str) -> str | None:
    return next(s.of for s in found.case.place.resolved.outcomes if s.id == series)


def _today(found: Calibrated) -> list[dict[str, Any]]:
    """Levels in the last year of the series, and what the priors alone would say."""
    before = a_year(formula(found.case, found.prior[0])[:, :4])
    return [
        {
            "id": name,
            **_band(values),
            "before": _band(before[name]),
            "from_data": from_data(found.case.seen, name),
        }
        for name, values in found.today.items()
    ]


def _learned(found: Calibrated) -> tuple[list[dict[str, Any]], list[str]]:
    """Inputs whose spread the counts made smaller, by more than chance among so few independent
    points would; most first. And the names of those they did not."""
    case, z = found.case, found.z
    points = sum(run.effective for run in found.runs)
    limit = min(PRIOR_ONLY, 1 - 3 / float(np.sqrt(2 * points)))
    learned: list[dict[str, Any]] = []
    prior_only: list[str] = []
    for name, one in case.unknowns.inputs.items():
        if one.prior.certain:
            continue
        column = z[:, case.unknowns.at[name]]
        ratio = float(column.std())
        if ratio > limit:
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


def _conflicts(found: Calibrated, series: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Where the model, the priors and the counts do not go together: series of which too few
    counts lie in the range, and inputs that had to move to the edge of theirs."""
    case = found.case
    moved = {
        name: abs(float(found.z[:, case.unknowns.at[name]].mean()))
        for name, one in case.unknowns.inputs.items()
        if not one.prior.certain
    }
    return {
        "series": [
            row["id"]
            for row in series
            if row["known"] >= FEW and row["inside"] < LEAST_INSIDE * row["known"]
        ],
        "inputs": [name for name, by in moved.items() if by > STRAINED],
    }


def _rolling(rolling: Rolling) -> dict[str, Any]:
    def five(q: Floats) -> dict[str, float | None]:
        low, middle, high = np.interp(BAND, probabilities(), q)
        return {"low": rounded(low), "middle": rounded(middle), "high": rounded(high)}

    every, spread = rolling.forecasts, rolling.score_range
    by_series = []
    for series in dict.fromkeys(f.series for f in every):
        own = Rolling(tuple(f for f in every if f.series == series), ())
        by_series.append(
            {
                "id": series, "forecasts": len(own.forecasts),
                "coverage": round(own.coverage, 3), "score_ratio": round(own.score_ratio, 4),
            }
        )  # fmt: skip
    return {
        "forecasts": len(every),
        "coverage": round(rolling.coverage, 3) if every else None,
        "score_ratio": round(rolling.score_ratio, 4) if every else None,
        "score_range": spread and [round(end, 3) for end in spread],
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
