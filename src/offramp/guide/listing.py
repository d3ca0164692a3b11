"""Lists of options as plain text for a window of 80 columns."""

from __future__ import annotations

import textwrap

from offramp.guide.notices import notices
from offramp.guide.words import FAMILIES
from offramp.languages import _

WIDTH = 78


def list_text(rows: list[dict[str, str]]) -> str:
    """The options under their families."""
    lines: list[str] = []
    family = ""
    for row in rows:
        if row["family"] != family:
            family = row["family"]
            lines += ["", _(FAMILIES[family]).upper(), ""]
        lines += _entry(row)
    lines += wrapped(
        _(
            "More about one of them: offramp guide show ID. For comparison only: "
            "offramp guide show more-arrests."
        )
    )
    return "\n".join([*lines, *closing()]).strip("\n")


def found_text(rows: list[dict[str, str]], query: str) -> str:
    """What a search found, best first."""
    if not rows:
        return "\n".join(
            [
                *wrapped(_('Nothing was found for "{query}".', query=query)),
                *wrapped(
                    _("Try other words, or look through all of them: offramp guide list.")
                ),
                *closing(),
            ]
        )  # fmt: skip
    lines = [line for row in rows for line in _entry(row)]
    lines += wrapped(_("More about one of them: offramp guide show ID."))
    return "\n".join([*lines, *closing()])


def _entry(row: dict[str, str]) -> list[str]:
    return [f"  {row['id']}", *wrapped(row["name"], 4), *wrapped(row["summary"], 4), ""]


def closing() -> list[str]:
    """What stands at the end of every text: see `notices`."""
    return [line for text in notices() for line in ("", *wrapped(text))]


def wrapped(text: str, indent: int = 0) -> list[str]:
    """Lines of the window's width."""
    space = " " * indent
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=space,
        subsequent_indent=space,
        break_long_words=False,
        break_on_hyphens=False,
    )
