"""What the documents tell people to type exists, and what exists is told."""

import re
from pathlib import Path

import pytest

from offramp.cli.app import VERBS, main

ROOT = Path(__file__).parents[1]
PAGES = [
    path
    for pattern in ("*.md", "docs/**/*.md", "places/**/*.md")
    for path in sorted(ROOT.glob(pattern))
    if "out" not in path.relative_to(ROOT).parts[:1]
]
README = (ROOT / "README.md").read_text(encoding="utf-8")

CODE = re.compile(r"```[a-z]*\n(.*?)```|`([^`\n]+)`", re.DOTALL)
COMMAND = re.compile(r"^(?:\$ )?(?:\.venv/bin/)?offramp ([^#\n|>]*)", re.MULTILINE)
MAKE = re.compile(r"^(?:\$ )?make ([a-z]+)", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#]+)[^)]*\)")


def code_of(text: str) -> str:
    """All that stands in code blocks and code spans, one line each."""
    return "\n".join(block or span for block, span in CODE.findall(text))


def help_of(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    code = main([*words, "--help"])
    out, err = capsys.readouterr()
    assert code == 0, f"offramp {' '.join(words)} --help: {err}"
    return out


def subcommands(verb: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The sub-commands that the help of a verb lists; none for a plain command."""
    _, _, listing = help_of([verb], capsys).partition("\nCommands:\n")
    return re.findall(r"^  ([a-z]+)(?:  |$)", listing, re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_command_in_a_document_exists(page: Path, capsys: pytest.CaptureFixture[str]):
    for line in COMMAND.findall(code_of(page.read_text(encoding="utf-8"))):
        words = line.split()
        if not words or words[0].startswith("-"):
            continue
        verb, rest = words[0], words[1:]
        assert verb in {known.name for known in VERBS}, f"offramp {line}"
        subs = subcommands(verb, capsys)
        if subs and rest and not rest[0].startswith("-"):
            assert rest[0] in subs, f"offramp {line}"
            help_text = help_of([verb, rest[0]], capsys)
        else:
            help_text = help_of([verb], capsys)
        for word in rest:
            if re.match(r"--?[a-z]", word):
                flag = re.escape(word.split("=")[0])
                assert re.search(rf"{flag}\b", help_text), f"offramp {line}: no {word}"


@pytest.mark.parametrize("verb", [verb.name for verb in VERBS])
def test_every_command_is_in_the_readme(verb: str, capsys: pytest.CaptureFixture[str]):
    told = code_of(README)
    for words in [[verb, sub] for sub in subcommands(verb, capsys)] or [[verb]]:
        assert re.search(rf"^offramp {' '.join(words)}\b", told, re.MULTILINE), " ".join(words)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_make_target_in_a_document_exists(page: Path):
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert set(MAKE.findall(code_of(page.read_text(encoding="utf-8")))) <= set(targets)


def test_make_alone_names_every_target():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE)) - {"help"}
    assert set(re.findall(r'@echo "make ([a-z]+)', makefile)) == targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_inside_the_project_leads_somewhere(page: Path):
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name}: {target}"
