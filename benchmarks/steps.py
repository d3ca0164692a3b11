"""How much half-week steps change the headline outcomes of today. Bound: 2%.

Draws of the worked example, 20,000 people over five years, fitted with weekly steps and with steps
of half a week. Each draw is compared with itself; the error is that of the mean over draws. What is
fitted (deaths, contacts, offences, people in treatment) has to agree by its fit; infections, kits,
custody and case work do not.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from offramp.catalogue.load import load as load_catalogue
from offramp.model import tallies as t
from offramp.model.parameters import INDEX
from offramp.place.load import load as load_place
from offramp.plan.ensemble import draw_of, set_up, weekly
from offramp.plan.world import World, yearly

PEOPLE, YEARS, DRAWS = 20_000, 5, 24
MEASURES = {
    "overdose deaths": "overdose_deaths",
    "overdoses": "overdoses",
    "deaths from other causes": "other_deaths",
    "HIV infections": "hiv",
    "hepatitis C infections": "hcv",
    "acquisitive offences": "acquisitive",
    "contacts": "contacts",
    "arrests for offences": "offence_arrests",
    "people on treatment": "oat_weeks",
    "weeks in custody": "held_weeks",
    "people using": "using_weeks",
    "quality of life": "utility_weeks",
}


def main() -> None:
    catalogue = load_catalogue()
    place = load_place(Path(__file__).parents[1] / "places" / "south-wales")
    setup = set_up(place, catalogue, [catalogue.comparison], YEARS, DRAWS, PEOPLE, 1)
    weeks = YEARS * 52
    found = np.zeros((DRAWS, 2, t.COUNT))
    for k in range(DRAWS):
        draw = draw_of(setup, k)
        for s, steps in enumerate((1, 2)):
            row = draw.row.copy()
            row[INDEX["steps_a_week"]] = steps
            world = World(replace(draw, row=row), PEOPLE, weeks, 1)
            rows = weekly(setup, world.fitted.row, None, k, weeks)
            found[k, s] = yearly(world.scenario(rows), weeks)
    for label, name in MEASURES.items():
        one, two = found[:, 0, t.AT[name]], found[:, 1, t.AT[name]]
        change = (two - one) / one.mean()
        line = {
            "figure": f"half-week steps: {label}",
            "value": round(100 * float(change.mean()), 2),
            "unit": "percent",
            "error": round(100 * float(change.std(ddof=1) / np.sqrt(DRAWS)), 2),
            "bound": "within 2",
        }
        print(json.dumps(line), flush=True)
    print(f"{DRAWS} draws of {PEOPLE:,} people", file=sys.stderr)


if __name__ == "__main__":
    main()
