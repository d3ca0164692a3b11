"""The posterior as two files beside place.toml: what was found, and the points that `plan` draws.

`posterior.csv` holds one row a point: a probability for each unknown that `plan` draws, and what
happens in a year at the end of the series. `posterior.json` says what they were made for and how
good they are. They hold for one place file, one catalogue's priors and one model.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from offramp.catalogue.load import Catalogue
from offramp.catalogue.problems import InputError, Problem
from offramp.model.priors import Prior
from offramp.place.load import LoadedPlace
from offramp.place.series_fields import LEVELS
from offramp.plan.calibration.made_by import program_hash
from offramp.plan.ensemble import Given
from offramp.plan.inputs import Input, parameter_inputs, place_inputs

Floats = NDArray[np.float64]
ABOUT, POINTS = "posterior.json", "posterior.csv"
TODAY = "today:"
FORM = 1  # of the files
REMEDY = "run 'offramp calibrate' again, or leave it out with --no-posterior"


@dataclass(frozen=True)
class Posterior:
    """Points that count the same. numbers: probabilities by input; today: counts a year by
    measure; priors: vague ones of figures that the series speak to."""

    numbers: Mapping[str, Floats]
    today: Mapping[str, Floats]
    priors: Mapping[str, Prior]
    about: Mapping[str, Any]

    @property
    def count(self) -> int:
        return len(next(iter(self.numbers.values())))

    @property
    def made(self) -> str:
        """A short name of these points."""
        return str(self.about["points_file"])[:12]

    @property
    def summary(self) -> dict[str, Any]:
        """What the results say about the calibration that they rest on."""
        keys = ("window", "quality", "conflicts", "without_data")
        told = {key: self.about[key] for key in keys}
        if "left_out" in self.about:
            told["left_out"] = self.about["left_out"]
        series = [
            {key: row[key] for key in ("id", "known", "inside")} for row in self.about["series"]
        ]
        kept = ("forecasts", "coverage", "score_ratio", "score_range", "verdict", "effective")
        rolling = self.about["rolling"]
        ahead = rolling and {key: rolling[key] for key in kept}
        return told | {"series": series, "rolling": ahead}

    def given(self, draws: int) -> Given:
        """So many points, evenly taken (each several times when there are too few)."""
        if draws <= self.count:
            rows = (np.arange(draws) * self.count) // draws
        else:
            rows = np.arange(draws) % self.count
        return Given(
            {name: u[rows] for name, u in self.numbers.items()},
            self.priors,
            {name: values[rows] for name, values in self.today.items()},
            frozenset(LEVELS) - set(self.today),
        )


def calibrated(place: LoadedPlace, catalogue: Catalogue) -> Posterior | None:
    """What `plan` uses: the posterior of a place, or None when it has none."""
    if not _there(place):
        return None
    return read(place, parameter_inputs(catalogue) | place_inputs(place.resolved))


def _there(place: LoadedPlace) -> bool:
    """Whether any of the two files is."""
    return any(os.path.lexists(place.path.parent / name) for name in (ABOUT, POINTS))


def made_for(
    place: LoadedPlace, inputs: Mapping[str, Input], program: str | None = None
) -> dict[str, str]:
    """What a posterior belongs to: the place with its presets, the priors, the model. program: the
    hash of the one that made it, where the files may be others by now."""
    priors = sorted((name, repr(one.prior)) for name, one in inputs.items())
    return {
        "place": place.hash,
        "presets": place.presets_hash,
        "priors": hashlib.sha256(repr(priors).encode()).hexdigest(),
        "model": program_hash() if program is None else program,
    }


def files(posterior: Posterior) -> dict[str, bytes]:
    """The two files by name."""
    names = [*posterior.numbers, *(TODAY + name for name in posterior.today)]
    columns = [*posterior.numbers.values()]
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(names)
    for k in range(posterior.count):
        row = [f"{column[k]:.6f}" for column in columns]
        table.writerow([*row, *(f"{values[k]:.6g}" for values in posterior.today.values())])
    vague = {name: asdict(prior) for name, prior in posterior.priors.items()}
    points = text.getvalue().encode()
    about = {
        **posterior.about,
        "form": FORM,
        "vague_priors": vague,
        "points_file": hashlib.sha256(points).hexdigest(),
    }
    about["content"] = _content(about)
    told = json.dumps(about, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    return {ABOUT: told.encode(), POINTS: points}


def _content(about: Mapping[str, Any]) -> str:
    """Hash of everything that is said, however it is laid out."""
    said = json.dumps({key: about[key] for key in sorted(about) if key != "content"})
    return hashlib.sha256(said.encode()).hexdigest()


def read(place: LoadedPlace, inputs: Mapping[str, Input]) -> Posterior | None:
    """The posterior of a place, or None when it has none. inputs: with their priors, as `plan`
    draws them. InputError when it cannot be used."""
    path = place.path.parent / ABOUT
    if not _there(place):
        return None

    def wrong(problem: str, file: Path = path) -> InputError:
        return InputError(Problem(str(file), 0, "", problem, REMEDY))

    try:
        about = json.loads(path.read_text(encoding="utf-8"))
        points = (path.parent / POINTS).read_bytes().replace(b"\r\n", b"\n")  # as git may write
    except FileNotFoundError:
        missing = path.parent / POINTS if path.exists() else path
        raise wrong("is missing", missing) from None
    except OSError as error:
        raise wrong(f"cannot be read: {error.strerror or error}") from None
    except (ValueError, UnicodeDecodeError, RecursionError):
        raise wrong("is not what 'offramp calibrate' writes") from None
    if not isinstance(about, dict) or about.get("form") != FORM:
        raise wrong("was written by another version of Offramp")
    if about.get("content") != _content(about):
        raise wrong("was changed by hand")
    if about.get("points_file") != hashlib.sha256(points).hexdigest():
        raise wrong("was changed by hand, or belongs to another file", path.parent / POINTS)
    other = _other(about.get("made_for"), made_for(place, inputs))
    if other:
        raise wrong(f"was made for {other}")
    rows = list(csv.reader(io.StringIO(points.decode("utf-8"))))
    values = np.array(rows[1:], dtype=float)
    columns = {name: values[:, i] for i, name in enumerate(rows[0])}
    return Posterior(
        {name: u for name, u in columns.items() if not name.startswith(TODAY)},
        {n.removeprefix(TODAY): v for n, v in columns.items() if n.startswith(TODAY)},
        {name: Prior(**prior) for name, prior in about["vague_priors"].items()},
        about,
    )


def _other(made: Any, now: Mapping[str, str]) -> str:
    """What it was made for instead, in words; empty when it fits."""
    if not isinstance(made, dict):
        return "another version of Offramp"
    said = {
        "place": "another place file, or this one before it was changed",
        "presets": "other presets of the country",
        "priors": "other evidence than the catalogue holds now",
        "model": "another version of the model",
    }
    other = [key for key in said if made.get(key) != now[key]]
    if {"place", "presets"} & set(other):  # these change priors too
        other = [key for key in other if key != "priors"]
    return " and ".join(said[key] for key in other)
