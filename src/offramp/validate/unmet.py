"""What a study asks for and the model does not give: told beside the verdict, not refused.

A lever that multiplies or adds may go beyond what its parameter can be, and is held there. A level
of the place may be more than its people can come to, and the fit stops short of it.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from offramp.catalogue.toml_file import dotted
from offramp.catalogue.toml_lines import Keys
from offramp.model import tallies as t
from offramp.plan.world import World
from offramp.validate.judge import three_digits
from offramp.validate.load import LoadedStudy

FEW = 0.05  # share of runs in which a lever may be held without a word
OFF = 0.2  # how far, in the middle run, a level may be from what was asked for
LEVELS = {  # of Targets: a year of the run-in, in tallies; what it is called
    "deaths": ((t.OVERDOSE_DEATHS,), "overdose deaths"),
    "contacts": ((t.CONTACTS,), "contacts"),
    "acquisitive": ((t.ACQUISITIVE,), "thefts, burglaries and robberies"),
    "violent": ((t.VIOLENT,), "violent offences"),
    "arrests": (
        (t.OFFENCE_ARRESTS, t.N_POSSESSION_ARRESTS, t.N_WARRANT_ARRESTS, t.N_SCENE_ARRESTS),
        "arrests",
    ),
}
LEAST = 5.0  # of what is asked for, in people simulated: below, chance decides


class Unmet:
    """Gathered while a study is run; draws come in any order."""

    def __init__(self, loaded: LoadedStudy) -> None:
        self.loaded = loaded
        self._held: set[tuple[Keys, int]] = set()
        self._asked: dict[str, list[tuple[float, float]]] = {name: [] for name in LEVELS}

    def held(self, keys: Keys, draw: int) -> None:
        """A lever was held at a limit of its parameter."""
        self._held.add((keys, draw))

    def fitted(self, world: World) -> None:
        """The fit of one draw."""
        year, goal = world.fitted.run_in, world.draw.targets
        for name, (columns, _words) in LEVELS.items():
            came = float(sum(year[k] for k in columns))
            self._asked[name].append((float(getattr(goal, name)), came))

    def said(self) -> tuple[str, ...]:
        """Sentences, each with the file and, of a lever, its line."""
        return (*self._levers(), *self._levels())

    def _levers(self) -> list[str]:
        file, draws = self.loaded.file, self.loaded.study.run.draws
        return [
            f"{file.shown}: {dotted(keys)} (line {file.line(*keys)}) goes beyond what its "
            f"parameter can be in {count} of {draws} runs, and is held there (its limits: "
            "docs/model/parameters.md)"
            for keys, count in sorted(Counter(keys for keys, _draw in self._held).items())
            if count > FEW * draws
        ]

    def _levels(self) -> list[str]:
        found, people = [], self.loaded.study.run.people
        for name, (_columns, words) in LEVELS.items():
            pairs = np.array(self._asked[name]).reshape(-1, 2)
            asked, came = np.median(pairs, axis=0) if len(pairs) else (0.0, 0.0)
            if asked < LEAST or abs(came / asked - 1) <= OFF:
                continue
            found.append(
                f"{self.loaded.file.shown}: the place is to have {three_digits(asked)} {words} a "
                f"year for its {people:,} people simulated; the model comes to "
                f"{three_digits(came)}, so the result is of a place with that many"
            )
        return found
