"""What a replay is for: a table for evaluation, and how far the rules reach for the plan.

`coverage_csv` has a row for each period, group and option: `offered` over `eligible` is what an
evaluation can follow (`offramp learn evaluate`, outcome column offered, denominator eligible).
`with_coverage` writes into place.toml which share of the contacts that end in arrest or charge
today the written policy lets an option be offered in, at most; the plan goes no further than
that. What the data leave open is not taken for uncovered.
"""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from offramp.catalogue.problems import InputError, Problem
from offramp.catalogue.toml_file import read
from offramp.catalogue.validation_words import did_you_mean
from offramp.place.edit import with_item
from offramp.place.new import must_be_right
from offramp.place.write import write_over

COLUMNS = (
    "period", "group", "option", "contacts", "eligible", "perhaps", "planned", "offered",
    "perhaps_offered", "arrests", "perhaps_arrests",
)  # fmt: skip
LEAST_ARRESTS = 30  # fewer say nothing about a share


def coverage_csv(found: Mapping[str, Any], option: str | None = None) -> bytes:
    """The rows of a replay as CSV (UTF-8). option: only that one, so that a period and a group
    have one row. Raises InputError when the policy never offers it."""
    known = [total["option"] for total in found["totals"]]
    if option is not None and option not in known:
        right = did_you_mean(option, known, "options of this policy")
        raise InputError(Problem("--option", 0, "", f'is "{option}"', right))
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(row for row in found["rows"] if option in (None, row["option"]))
    return text.getvalue().encode("utf-8")


def coverage_items(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Entries of [[covered]] for place.toml. Raises InputError when the contacts cannot bear it."""
    if found["arrests"] is None:
        problem = "has no column for how the contact ended"
        right = "add one: the plan needs the share of contacts that end in arrest or charge"
        raise InputError(Problem(found["file"], 0, "outcome", problem, right))
    if found["arrests"] < LEAST_ARRESTS:
        problem = f"holds {found['arrests']} contacts that ended in arrest or charge"
        right = f"at least {LEAST_ARRESTS} are needed to say which share the rules cover"
        raise InputError(Problem(found["file"], 0, "outcome", problem, right))
    policy = found["policy"]
    source = (
        f"offramp policy replay, {policy['agency']}, version {policy['version']}, over "
        f"{found['arrests']} contacts about drugs that ended in arrest or charge"
    )
    years = [row["period"][:4] for row in found["rows"] if row["period"][:4].isdecimal()]
    dated = {"on": int(max(years))} if years else {}
    return [
        {
            "option": total["option"],
            "share": {
                "value": round(total["arrests_high"], 4),
                "source": source,
                **dated,
                "note": f"At most: {total['arrests_low']:.1%} for certain; the rest hangs on facts "
                "that are not in the data",
            },
        }
        for total in found["totals"]
        if total["arrests_high"] < 1  # all may be covered: the plan has nothing to keep to
    ]


def update_place(place: Path, found: Mapping[str, Any]) -> Path:
    """Write [[covered]] into place.toml, the whole file or nothing. Earlier entries of the same
    kind are replaced. Raises InputError when that cannot be done safely."""
    items = coverage_items(found)
    path = place / "place.toml" if place.is_dir() else place
    text: str | None = _without_covered(read(path).text)
    for item in items:
        text = with_item(text, "covered", item) if text is not None else None
    if text is None:
        right = "take the [[covered]] entries out by hand and run this again"
        raise InputError(Problem(str(path), 0, "covered", "cannot be replaced safely", right))
    must_be_right(text)
    write_over(path, text)
    return path


def _without_covered(text: str) -> str | None:
    """The text without its [[covered]] entries; None when that would lose anything else."""
    kept: list[str] = []
    inside = False
    for line in text.split("\n"):
        if line.lstrip().startswith("["):
            inside = line.split("#")[0].strip() == "[[covered]]"
        if not inside or line.lstrip().startswith("#"):
            kept.append(line)
    shorter = "\n".join(kept)
    wanted = tomllib.loads(text)
    wanted.pop("covered", None)
    try:
        return shorter if tomllib.loads(shorter) == wanted else None
    except tomllib.TOMLDecodeError:
        return None
