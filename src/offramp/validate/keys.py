"""Every key of study.toml, from its schema: `python -m offramp.validate.keys` prints the tables
that docs/validation-study.md ends with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from offramp.catalogue.problems import Problem
from offramp.validate.schema import Arm, Cohort, Published, Result, Run, Study, StudyLever

Schema = dict[str, Any]
TABLES = (  # where it stands in a file -> the part of the schema
    ("top of the file", "Study"),
    ("`[parameters]`: each name; also `days_held`, and each of `starts`", "Number"),
    ("`[cohort]`", "Cohort"),
    ("`[run]`", "Run"),
    ("`[comparator]` and `[change]`", "Arm"),
    ("`[[comparator.levers]]` and `[[change.levers]]`", "StudyLever"),
    ("`[result]`", "Result"),
    ("`[result.published]`", "Published"),
)
BASE = (
    "`[place]`",
    "| `base` | what the place is laid over: the id of a preset, or the folder of a place "
    '|  | "world" | text |\n'
    "| all else | a key of place.toml ([place.md](place.md)); `name` and `as_of` may be left out "
    "|  | that of the base | as there |",
)
HEAD = "| key | meaning | unit | default | allowed |\n|---|---|---|---|---|"
PATTERNS = {
    "^[a-z0-9]+(-[a-z0-9]+)*$": "lower-case words joined by hyphens",
    "^[A-Za-z][A-Za-z0-9_]*$": "letters, digits and _",
}
KINDS = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "object": "a table",
    "array": "a list",
}

HOMES = (  # where a key belongs that stands elsewhere
    ("the top of the file, before the first [table]", Study),
    ("[cohort]", Cohort),
    ("[run]", Run),
    ("[comparator] or [change]", Arm),
    ("[[comparator.levers]] or [[change.levers]]", StudyLever),
    ("[result]", Result),
    ("[result.published]", Published),
)
FEW = 2


def more_help(problem: Problem) -> Problem:
    """The same problem; of a key that another table has, with where it belongs."""
    key = problem.field.rpartition(".")[2]
    homes = [where for where, model in HOMES if key in model.model_fields]
    if problem.problem != "is not a known key" or not 0 < len(homes) <= FEW:
        return problem
    return replace(problem, right=f"it belongs to {', or '.join(homes)}")


def tables() -> str:
    """All tables, in Markdown."""
    whole = Study.model_json_schema()
    parts = {"Study": whole, **whole["$defs"]}
    found = []
    for where, name in TABLES:
        rows = [HEAD, *(_row(key, parts[name], parts) for key in parts[name]["properties"])]
        found.append(f"### {_title(where)}\n\n" + "\n".join(rows))
        if name == "Study":
            found.append(f"### {BASE[0]}\n\n{HEAD}\n{BASE[1]}")
    return "\n\n".join(found) + "\n"


def _title(where: str) -> str:
    return where[0].upper() + where[1:]


def _row(key: str, part: Schema, parts: dict[str, Schema]) -> str:
    info = part["properties"][key]
    cells = (
        f"`{key}`",
        info["description"],
        info.get("unit", ""),
        _default(key, info, part),
        "; ".join(_allowed(info, parts)),
    )
    return f"| {' | '.join(cells)} |"


def _default(key: str, info: Schema, part: Schema) -> str:
    if key in part.get("required", ()):
        return "must be given"
    default = info.get("default")
    if isinstance(default, bool):
        return str(default).lower()
    return str(default) if isinstance(default, int | float | str) else "none"


def _allowed(info: Schema, parts: dict[str, Schema]) -> Iterator[str]:
    """What a value may be, in words."""
    for kind in info.get("anyOf", [info]):
        if kind.get("type") == "null":
            continue
        if "$ref" in kind:
            kind = parts[kind["$ref"].rpartition("/")[2]]
        if "enum" in kind:
            yield ", ".join(f"`{word}`" for word in kind["enum"])
            continue
        names = kind.get("propertyNames", {}).get("enum", ())
        if names:
            yield ", ".join(f"`{word}`" for word in names)
            continue
        said = PATTERNS.get(kind.get("pattern", ""), KINDS.get(kind.get("type", ""), ""))
        yield "a date" if kind.get("format") == "date" else said + _limits(kind)


def _limits(kind: Schema) -> str:
    low, high = kind.get("minimum"), kind.get("maximum", kind.get("exclusiveMaximum"))
    if "exclusiveMinimum" in kind:
        return f" above {kind['exclusiveMinimum']:g}, up to {high:g}"
    if "exclusiveMaximum" in kind:
        return f", {low} or more, below {high}"
    if low is not None and high is not None:
        return f", {low:g} to {high:,}"
    return f", {low:g} or more" if low is not None else ""


if __name__ == "__main__":
    print(tables(), end="")
