"""The picture in docs/architecture.md is true: rooms import only what its arrows reach."""

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "offramp"
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")

ARROW = re.compile(r"^\s*(\w+) (-->|-\.->) (\w+)$", re.MULTILINE)
DRAWN = {(start, end) for start, kind, end in ARROW.findall(PAGE) if kind == "-->"}
PLANNED = {(start, end) for start, kind, end in ARROW.findall(PAGE) if kind == "-.->"}

LIGHT_ROOMS = ("languages", "catalogue", "place", "fit", "guide")
LIGHT_LIBRARIES = {
    "pydantic",
    "pydantic_core",
    "typing_extensions",
    "annotated_types",
    "babel",
    "tomli",
}


def rooms() -> set[str]:
    return {path.name for path in SOURCE.iterdir() if path.is_dir() and any(path.rglob("*.py"))}


def modules_imported(path: Path) -> set[str]:
    """Full names of all modules that a file imports, also inside functions."""
    package = ("offramp", *path.relative_to(SOURCE).parts[:-1])
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            origin = ".".join((*above, *([node.module] if node.module else [])))
            found.add(origin)
            if origin == "offramp":  # `from offramp import place`
                found |= {f"offramp.{alias.name}" for alias in node.names}
    return found


def uses() -> dict[tuple[str, str], list[str]]:
    """(room, other room) -> the files of the first that import the second."""
    found: dict[tuple[str, str], list[str]] = {}
    for room in rooms():
        for path in sorted((SOURCE / room).rglob("*.py")):
            for module in modules_imported(path):
                parts = module.split(".")
                if parts[0] == "offramp" and len(parts) > 1 and parts[1] in rooms() - {room}:
                    found.setdefault((room, parts[1]), []).append(str(path.relative_to(SOURCE)))
    return found


def reached_from(room: str, arrows: set[tuple[str, str]]) -> set[str]:
    reached: set[str] = set()
    ahead = {room}
    while ahead:
        ahead = {end for start, end in arrows if start in ahead} - reached
        reached |= ahead
    return reached


def test_every_import_between_rooms_follows_the_arrows():
    against = {
        f"{room} -> {other}": files
        for (room, other), files in uses().items()
        if other not in reached_from(room, DRAWN | PLANNED)
    }
    assert not against


def test_every_arrow_is_used_and_every_planned_arrow_is_not():
    direct = set(uses())
    assert DRAWN - direct == set(), "drawn, but no import: draw it dotted or take it away"
    assert PLANNED & direct == set(), "dotted, but used: draw it in full"


def test_arrows_never_lead_back():
    for room in {start for start, _ in DRAWN | PLANNED}:
        assert room not in reached_from(room, DRAWN | PLANNED)


def test_the_page_lists_every_room_and_no_other():
    listed = set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE))
    assert listed == rooms()
    assert {room for arrow in DRAWN | PLANNED for room in arrow} <= listed


@pytest.mark.parametrize("room", LIGHT_ROOMS)
def test_light_rooms_need_only_the_standard_library_and_light_libraries(room: str):
    heavy = {
        f"{path.relative_to(SOURCE)} imports {module}"
        for path in sorted((SOURCE / room).rglob("*.py"))
        for module in modules_imported(path)
        if module.split(".")[0] not in {"offramp", *LIGHT_LIBRARIES, *sys.stdlib_module_names}
    }
    assert not heavy
