"""The health-first playbook that goes with every alert."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal

Audience = Literal["health", "police"]


@dataclass(frozen=True)
class Step:
    """do: what; option: the id in the catalogue that it rests on, or empty."""

    do: str
    option: str


@dataclass(frozen=True)
class Playbook:
    title: str
    steps: tuple[Step, ...]
    never: str


@lru_cache(maxsize=2)
def playbook(audience: Audience) -> Playbook:
    """The steps for one reader."""
    text = files("offramp.learn.alerts").joinpath("playbook.toml").read_text(encoding="utf-8")
    part = tomllib.loads(text)[audience]
    steps = tuple(Step(step["do"], step["option"]) for step in part["steps"])
    return Playbook(part["title"], steps, part.get("never", ""))
