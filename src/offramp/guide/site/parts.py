"""Small parts of the pages: escaping, reference marks, lists, choices."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape

from offramp.catalogue.prose import Reference
from offramp.documents.tree import leads_somewhere
from offramp.languages import _

_MARK = re.compile(r"(?<!\]) ?\[(\d+)\]|\[(\d+)\]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def safe(text: str) -> str:
    """Text as HTML."""
    return escape(_CONTROLS.sub("", text), quote=True)


def cited(text: str) -> str:
    """Text as HTML with its reference marks as links to the list below."""
    return _MARK.sub(_mark, safe(text))


def _mark(found: re.Match[str]) -> str:
    number = found[1] or found[2]
    label = f"{safe(_('reference'))} {number}"
    return f'<sup><a href="#source-{number}" aria-label="{label}">[{number}]</a></sup>'


def paragraphs(text: str) -> str:
    """Each block of text between blank lines as a paragraph."""
    return "".join(f"<p>{cited(part.strip())}</p>" for part in text.split("\n\n") if part.strip())


def bullets(items: Iterable[str]) -> str:
    """A list; the items are HTML already. "" for none."""
    made = "".join(f"<li>{item}</li>" for item in items)
    return f"<ul>{made}</ul>" if made else ""


def section(anchor: str, title: str, body: str) -> str:
    """A part of a page with its heading; "" without a body."""
    if not body:
        return ""
    return (
        f'<section aria-labelledby="{anchor}"><h2 id="{anchor}">{safe(title)}</h2>{body}</section>'
    )


def choice(name: str, label: str, any_: str, options: Mapping[str, str]) -> str:
    """A menu of a filter."""
    entries = "".join(
        f'<option value="{key}">{safe(said)}</option>' for key, said in options.items()
    )
    return (
        f'<div class="choice"><label for="{name}">{safe(label)}</label>'
        f'<select id="{name}" name="{name}"><option value="">{safe(any_)}</option>'
        f"{entries}</select></div>"
    )


def references(listed: list[Reference]) -> str:
    """The sources of a page."""
    items = []
    for one in listed:
        link = ""
        if one.link and leads_somewhere(one.link):
            link = (
                f' <a href="{safe(one.link)}" rel="noopener noreferrer">{safe(bare(one.link))}</a>'
            )
        items.append(
            f'<li id="source-{one.number}" value="{one.number}">{safe(one.citation)}{link}</li>'
        )
    return f'<ol class="references">{"".join(items)}</ol>' if items else ""


def bare(url: str) -> str:
    """An address as it is shown."""
    return url.removeprefix("https://").removeprefix("http://")


def linked(text: str) -> str:
    """Text as HTML in which web addresses are links."""
    return re.sub(
        r"https?://[^\s)&<]+[^\s)&<.,;]",
        lambda found: f'<a href="{found[0]}" rel="noopener noreferrer">{bare(found[0])}</a>',
        safe(text),
    )
