"""docs/model/ says what the code says."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

from offramp.model.parameters import declared

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "model"
MAKER = runpy.run_path(str(ROOT / "scripts" / "model_pages.py"))
PAGES: dict[str, str] = MAKER["pages"]()
BY_HAND = {"extend.md", "odd.md"}


def test_the_pages_are_the_ones_that_the_script_writes():
    for name, text in PAGES.items():
        assert (FOLDER / name).read_text(encoding="utf-8") == text, name


def test_there_is_no_other_page():
    assert {path.name for path in FOLDER.glob("*.md")} == set(PAGES) | BY_HAND


def test_every_process_has_its_equation_and_its_sources():
    for name, path in MAKER["files"]().items():
        words = path.read_text(encoding="utf-8").split('"""')[1]
        assert len(words) > 300, name
        if MAKER["read_by"](path, name):
            assert f"| `{MAKER['read_by'](path, name)[0].name}` |" in PAGES[f"{name}.md"]


def test_every_parameter_stands_on_a_page_of_its_process():
    pages = "\n".join(text for name, text in PAGES.items() if name != "parameters.md")
    missing = [name for name in declared() if f"`{name}`" not in pages]
    assert not missing


def test_links_between_the_pages_lead_somewhere():
    for path in FOLDER.glob("*.md"):
        for link in re.findall(r"\]\(([^)#]+\.md)", path.read_text(encoding="utf-8")):
            assert (path.parent / link).exists(), f"{path.name}: {link}"
