"""A study of a pilot over areas and months whose truth is known, for tests."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from offramp.catalogue.problems import InputError
from offramp.learn.evaluate import evaluate

TODAY = date(2026, 11, 23)
PLAN = """
name = "Deflection pilot"
question = "Did the pilot lower arrests for possession?"
design = "{design}"
smallest_effect = {{ value = 10, unit = "percent" }}
[data]
file = "panel.csv"
unit = "area"
[outcome]
name = "arrests for possession"
column = "arrests"
better = "lower"
denominator = "residents"
[intervention]
what = "officers may deflect"
date = "2019-01"
units = [{units}]
[comparison]
why = "same county, same crime recording"
[analysis]
permutations = 199
{more}
"""


def write_study(
    folder: Path,
    *,
    design: str = "difference_in_differences",
    treated: int = 3,
    areas: int = 24,
    months: int = 60,
    effect: float = 0.0,
    noise: float = 0.05,
    drift: float = 0.0,
    jump_elsewhere: float = 0.0,
    residents: float = 1e5,
    seed: int = 1,
    more: str = "",
) -> Path:
    """A panel whose truth is known. `effect`, `drift` (a year): changes of the log rate."""
    random = np.random.default_rng(seed)
    rows = ["area,period,arrests,residents,dui"]
    for i in range(areas):
        wander = noise * random.normal(size=months)
        for t in range(months):
            here = (effect if t >= 36 else 0.0) + drift * t / 12 if i < treated else 0.0
            mean = residents * 4e-4 * np.exp(0.1 * np.sin(t / 2) + wander[t] + here)
            dui = residents * 4e-4 * np.exp(jump_elsewhere * (i < treated and t >= 36))
            period = f"{2016 + t // 12}-{t % 12 + 1:02d}"
            cells = f"{random.poisson(mean)},{residents:.0f},{random.poisson(dui)}"
            rows.append(f"A{i},{period},{cells}")
    (folder / "panel.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    units = ", ".join(f'"A{i}"' for i in range(treated))
    study = folder / "study.toml"
    study.write_text(PLAN.format(design=design, units=units, more=more), encoding="utf-8")
    return study


def problems_of(study: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        evaluate(study, TODAY)
    return [str(problem) for problem in caught.value.problems]
