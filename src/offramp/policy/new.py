"""A first policy for a place, from a template."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from offramp.catalogue.problems import InputError, Problem
from offramp.catalogue.toml_file import read
from offramp.catalogue.validation_words import did_you_mean
from offramp.place.load import find
from offramp.policy.read import CASES, POLICY, RULES
from offramp.policy.versions import FOLDER

TEMPLATES = Path(__file__).with_name("templates")


def template_names() -> list[str]:
    """The templates that come with the package."""
    return sorted(path.parent.name for path in TEMPLATES.glob(f"*/{POLICY}"))


def new_policy(place: Path, template: str, today: date) -> tuple[Path, Mapping[str, bytes]]:
    """(the folder, its files) for a place. Raises InputError; nothing is written here.

    The agency becomes the place's name and the policy starts today; all else is the template's.
    """
    known = template_names()
    if template not in known:
        right = did_you_mean(template, known, "templates")
        raise InputError(Problem("--template", 0, "", f'there is no template "{template}"', right))
    name = str(read(find(place)).data.get("name", "this place"))
    folder = find(place).parent / FOLDER
    for file in (POLICY, RULES, CASES):
        if (folder / file).exists():
            right = "move it away first, or into a folder of its own as an earlier version"
            raise InputError(Problem(str(folder / file), 0, "", "exists already", right))
    files = {}
    for file in (POLICY, RULES, CASES):
        text = (TEMPLATES / template / file).read_text(encoding="utf-8-sig")
        if file == POLICY:
            text = _set(text, "agency", json.dumps(name, ensure_ascii=False))
            text = _set(text, "effective_from", today.isoformat())
        files[file] = text.encode("utf-8")
    return folder, files


def _set(text: str, key: str, value: str) -> str:
    """The text with the first line `key = ...` changed."""
    return re.sub(rf"^{key}\s*=.*$", lambda _: f"{key} = {value}", text, count=1, flags=re.M)
