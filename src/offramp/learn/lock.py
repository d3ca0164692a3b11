"""A study plan frozen before results are seen.

`study.lock.json` stands beside study.toml and holds the whole plan, its hash, the day, how much
of the time after the intervention was in the table by then, and whether results had been looked
at. A later change of the plan is named field by field. The hash can be sent to a partner or
printed in a protocol: whoever has it can tell that the plan is still the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from offramp.catalogue.problems import InputError, Problem
from offramp.catalogue.toml_file import TomlFile
from offramp.learn.study import Study


@dataclass(frozen=True)
class Lock:
    """hash: sha256 of the plan; periods_after: periods under the intervention that were in the
    table when it was locked, None when there was no table; looks: earlier evaluations."""

    hash: str
    locked_on: str
    periods_after: int | None
    looks: int
    plan: dict[str, Any]

    @property
    def blind(self) -> bool:
        """Whether nobody could have known the result."""
        return self.looks == 0 and self.periods_after in (None, 0)


def plan_of(study: Study) -> dict[str, Any]:
    """The plan as plain data, defaults written out."""
    plan: dict[str, Any] = study.model_dump(mode="json")
    return plan


def hash_of(plan: dict[str, Any]) -> str:
    text = json.dumps(plan, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def lock_path(study_file: Path) -> Path:
    return study_file.with_suffix(".lock.json")


def seen_path(study_file: Path) -> Path:
    return study_file.with_suffix(".seen.json")


def read_lock(study_file: Path) -> Lock | None:
    """The lock beside a study, or None. InputError when it was damaged or changed."""
    path = lock_path(study_file)
    if not path.exists():
        return None
    broken = Problem(
        str(path), 0, "", "is damaged or was changed", "put back the file that --lock wrote"
    )
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        lock = Lock(
            hash=str(held["hash"]),
            locked_on=str(held["locked_on"]),
            periods_after=held["periods_after"],
            looks=int(held["looks"]),
            plan=dict(held["plan"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(broken) from None
    if hash_of(lock.plan) != lock.hash:
        raise InputError(broken)
    return lock


def must_match(file: TomlFile, study: Study, lock: Lock) -> None:
    """InputError naming every field in which the study is no longer what was locked."""
    now = plan_of(study)
    changed = list(_differences(lock.plan, now, ()))
    if changed:
        raise InputError(
            file.problem(
                keys,
                f"is {_shown(new)}, but was locked on {lock.locked_on} as {_shown(old)}",
                "put it back, or make a new study and say that it was made after the fact",
            )
            for keys, old, new in changed
        )


def _differences(
    old: Any, new: Any, keys: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys([*old, *new]):
            yield from _differences(old.get(key), new.get(key), (*keys, key))
    elif old != new:
        yield keys, old, new


def _shown(value: Any) -> str:
    return "not given" if value is None else json.dumps(value, ensure_ascii=False)[:80]


def make_lock(study: Study, today: date, periods_after: int | None, looks: int) -> Lock:
    plan = plan_of(study)
    return Lock(hash_of(plan), today.isoformat(), periods_after, looks, plan)


def lock_text(lock: Lock) -> str:
    held = {
        "hash": lock.hash,
        "locked_on": lock.locked_on,
        "periods_after": lock.periods_after,
        "looks": lock.looks,
        "plan": lock.plan,
    }
    return json.dumps(held, ensure_ascii=False, indent=2) + "\n"


def looks_before(study_file: Path) -> int:
    """How often results of this study were looked at before it was locked."""
    with suppress(OSError, ValueError, TypeError):
        return len(json.loads(seen_path(study_file).read_text(encoding="utf-8")))
    return 0


def note_look(study_file: Path, study: Study, today: date) -> None:
    """Keep in mind that results of a plan that is not locked were seen."""
    path = seen_path(study_file)
    with suppress(OSError, ValueError, TypeError):
        seen = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
        seen.append({"on": today.isoformat(), "hash": hash_of(plan_of(study))})
        path.write_text(json.dumps(seen, indent=2) + "\n", encoding="utf-8")
