"""Every parameter of the model, declared once in the TOML files of this folder."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

UPPER = {
    "share": 1.0,
    "percent": 100.0,
    "utility": 1.0,
    "log_ratio": 5.0,
    "percentage_points": 100.0,
}
SIGNED = {"log_ratio": -5.0, "percentage_points": -100.0}
HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Parameter:
    """name; what it means; unit; where its prior comes from; whether an option may move it.

    Exactly one of `evidence` (record of the catalogue), `place` (field of the resolved place)
    or `value` (true by definition today) gives it; `fitted` ones are worked out from the place's
    own figures, or scaled until the run-in gives them.
    """

    name: str
    process: str
    meaning: str
    unit: str
    evidence: str | None = None
    place: str | None = None
    value: float | None = None
    fitted: bool = False
    lever: bool = False
    without: bool = False  # the prior is of a place that does not run the option at all
    of_arrests: bool = False  # a share of contacts that end in arrest or charge today
    bounds: tuple[float, float] | None = None

    @property
    def kind(self) -> str:
        """What it rests on: fitted, local, study, judgement or definition."""
        if self.fitted:
            return "fitted"
        if self.place is not None:
            return "local"
        if self.evidence is not None:
            return "judgement" if self.evidence.startswith("judge_") else "study"
        return "definition"

    @property
    def calibratable(self) -> bool:
        """Whether calibration draws it and weighs what was drawn by the place's counts: everything
        but definitions. Where no count speaks of a number, it keeps the range that it had."""
        return self.kind != "definition"

    @property
    def limits(self) -> tuple[float, float]:
        """Bounds, as declared or by unit."""
        if self.bounds is not None:
            return self.bounds
        low = SIGNED.get(self.unit, 0.0)
        return (low, UPPER.get(self.unit, math.inf))


@cache
def declared() -> dict[str, Parameter]:
    """All parameters by name, in a fixed order (file, then order in the file)."""
    found: dict[str, Parameter] = {}
    for path in sorted(HERE.glob("*.toml")):
        for name, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if name in found:
                raise ValueError(f"{path.name}: {name} is declared twice")
            bounds = entry.pop("bounds", None)
            found[name] = Parameter(
                name=name,
                process=path.stem,
                bounds=(bounds[0], bounds[1]) if bounds else None,
                **entry,
            )
    return found


NAMES = tuple(declared())
INDEX = {name: i for i, name in enumerate(NAMES)}
