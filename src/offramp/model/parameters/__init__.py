"""Every parameter of the model, declared once in the TOML files of this folder."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Parameter:
    """name; what it means; unit; where its prior comes from; whether an option may move it.

    Exactly one of `evidence` (record of the catalogue), `place` (field of the resolved place)
    or `value` (true by definition today) gives it; `fitted` ones are scaled until the run-in
    gives the place's own figures.
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
