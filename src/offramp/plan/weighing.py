"""Records that weigh what comes out of a run, and move nothing inside it: points of harm for an
offence, what part of a price counts for whom, how people rate their own lives.

They are drawn beside the other inputs, not among them: every other number of a run stays what it
is, to the last digit, when a weight is added, and so does what a calibration found.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

import numpy as np

from offramp.catalogue.load import Catalogue
from offramp.model.priors import of_record
from offramp.plan.inputs import Floats, Input

HARM = {
    "acquisitive_offences": "judge_harm_acquisitive",
    "violent_offences": "judge_harm_violent",
}
CASHABLE, IN_CUSTODY = "judge_cashable_share", "judge_crime_cost_custody"
OWN_RATING = "u_inj_dec"
# Record -> the measures in which it has a part (those of money have one in costs alone).
WEIGHS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(HARM.values(), ("crime_harm",)),
    CASHABLE: (),
    IN_CUSTODY: (),
    OWN_RATING: (),
}


def weights(catalogue: Catalogue) -> dict[str, Input]:
    """The weights as uncertain numbers."""
    found = {}
    for name in WEIGHS:
        record = catalogue.evidence[name]
        basis = "judgement" if record.design == "judgement" else "studies"
        found[f"evidence:{name}"] = Input(f"evidence:{name}", record.says, of_record(record), basis)
    return found


def beside(names: Iterable[str], draws: int, seed: int) -> dict[str, Floats]:
    """Numbers in (0, 1) for each name: one in each of as many equal parts as there are draws, in an
    order of its own.

    Columns added to the Sobol sequence of the other inputs would change all of theirs, and with so
    many dimensions some would go up and down with one of them.
    """
    found = {}
    for name in names:
        own = int.from_bytes(sha256(name.encode()).digest()[:8])
        luck = np.random.default_rng([seed, own])
        found[name] = np.clip(
            (luck.permutation(draws) + luck.random(draws)) / draws, 1e-6, 1 - 1e-6
        )
    return found
