"""Answers of other programs on shared cases, kept in evaluation.json for tests/test_learn_*.

They are not needed to run the tests. To make them again, in an environment of their own:

    pip install pyfixest==0.60.0 pysyncon==1.7.0 wildboottest==0.3.2
    python tests/oracles/evaluation.py

The cases are made here from fixed seeds and written beside the answers, so that both sides read
the same numbers.
"""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
NEVER = 0


def panel(
    seed: int, units: int, periods: int, starts: list[int], effect: float = 0.8
) -> pd.DataFrame:
    """A panel with unit and period effects; `starts` of the first units, 0 = never."""
    random = np.random.default_rng(seed)
    start = np.array(starts + [NEVER] * (units - len(starts)))
    y = random.normal(size=(units, 1)) + random.normal(size=(1, periods))
    y = y + 0.5 * random.normal(size=(units, periods))
    rows = []
    for i in range(units):
        for t in range(1, periods + 1):
            treated = start[i] != NEVER and t >= start[i]
            late = 0.1 * (t - start[i]) if treated else 0.0
            value = round(float(y[i, t - 1] + treated * effect + late), 6)
            rows.append((i, t, int(start[i]), int(treated), value))
    return pd.DataFrame(rows, columns=["unit", "period", "start", "treated", "y"])


def table(frame: pd.DataFrame) -> dict[str, list]:
    wide = frame.pivot(index="unit", columns="period", values="y")
    start = frame.groupby("unit")["start"].first()
    return {"y": wide.to_numpy().tolist(), "starts": start.tolist()}


def one_date() -> dict:
    """Two-way fixed effects and its wild bootstrap, all 2^10 signs."""
    import pyfixest

    frame = panel(1, 10, 12, [7, 7, 7, 7], effect=-0.1)
    fit = pyfixest.feols("y ~ treated | unit + period", frame, vcov={"CRV1": "unit"})
    wild = fit.wildboottest(param="treated", reps=9999, cluster="unit", seed=1)
    return {
        **table(frame),
        "effect": float(fit.coef()["treated"]),
        "t": float(fit.tstat()["treated"]),
        "wild_p": float(np.asarray(wild["Pr(>|t|)"]).ravel()[0]),
        "wild_t": float(np.asarray(wild["t value"]).ravel()[0]),
    }


def staggered() -> dict:
    """Imputation in two stages, and saturated event study, with several dates."""
    import pyfixest

    frame = panel(2, 14, 12, [5, 5, 7, 7, 9])
    two = pyfixest.did2s(
        frame,
        yname="y",
        first_stage="~ 0 | unit + period",
        second_stage="~ treated",
        treatment="treated",
        cluster="unit",
    )
    saturated = pyfixest.event_study(
        data=frame,
        yname="y",
        idname="unit",
        tname="period",
        gname="start",
        estimator="saturated",
        att=False,
        cluster="unit",
    )
    by_time = saturated.aggregate(agg="period", weighting="shares")
    return {
        **table(frame),
        "effect": float(two.coef()["treated"]),
        "event_study": {str(int(k)): float(v) for k, v in by_time["Estimate"].items()},
    }


def synthetic() -> dict:
    """Weights, gap and placebo p of a synthetic control from outcomes before only."""
    from pysyncon import Synth

    random = np.random.default_rng(3)
    factors = random.normal(size=(2, 24)).cumsum(axis=1)
    loads = random.uniform(0, 1, size=(9, 2))
    y = loads @ factors + 0.1 * random.normal(size=(9, 24)) + 5
    y[0] = 0.4 * y[2] + 0.6 * y[5] + 0.1 * random.normal(size=24)
    y[0, 16:] += 1.0
    wide = pd.DataFrame(np.round(y.T, 6), columns=[f"u{i}" for i in range(9)])
    before = wide.iloc[:16]
    synth = Synth()
    synth.fit(
        X0=before.drop(columns="u0"),
        X1=before["u0"],
        Z0=before.drop(columns="u0"),
        Z1=before["u0"],
        custom_V=before.var(axis=1).to_numpy(),  # undoes its scaling of each period
    )
    gap = wide["u0"] - wide.drop(columns="u0") @ synth.W
    return {
        "y": wide.to_numpy().T.tolist(),
        "start": 17,
        "weights": [float(w) for w in synth.W],
        "gap_after": float(gap.iloc[16:].mean()),
        "rmspe_before": float(np.sqrt((gap.iloc[:16] ** 2).mean())),
    }


def main() -> None:
    warnings.simplefilter("ignore")
    found = {"one_date": one_date(), "staggered": staggered(), "synthetic": synthetic()}
    text = json.dumps(found, indent=1) + "\n"
    (HERE / "evaluation.json").write_text(text, encoding="utf-8")
    for name, case in found.items():
        print(name, {k: v for k, v in case.items() if k not in ("y", "starts")})


if __name__ == "__main__":
    main()
